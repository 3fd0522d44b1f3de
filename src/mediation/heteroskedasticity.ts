import { fitLinear } from "../_models/linear.ts";
import { pValueOfChiSquare } from "../_numeric/distributions/index.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { determination } from "./coefficientTables.ts";

/** Whether the errors of a linear model spread alike at all values of its columns. */
export interface HeteroskedasticityTest {
  readonly response: string;
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
}

/** Koenker's (1981) studentised form of the Breusch–Pagan test: n·R² of the regression of the squared residuals on the model's columns. */
export function testHeteroskedasticity(
  response: string,
  design: Matrix,
  residuals: Float64Array,
): HeteroskedasticityTest | null {
  const largest = residuals.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const squares = residuals.map((value) => (value / largest) ** 2);
  if (!(largest > 0) || design.columns < 2) return null;
  const share = determination(squares, fitLinear(design, squares).residuals, null);
  if (share === null) return null;
  const statistic = Math.max(0, design.rows * share);
  const df = design.columns - 1;
  return { response, statistic, df, pValue: pValueOfChiSquare(statistic, df) };
}
