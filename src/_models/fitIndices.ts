import { chiSquareLower, noncentralChiSquareLower, noncentralChiSquareUpper } from "../_numeric/distributions/index.ts";
import { findRoot } from "../_numeric/roots.ts";

/** A chi-square statistic; what it would be by chance is `df` times `scaling` (1 unless the statistic is not normal). */
export interface Discrepancy {
  readonly statistic: number;
  readonly df: number;
  readonly scaling: number;
}

const excess = ({ statistic, df, scaling }: Discrepancy) => statistic - scaling * df;

/** Bentler's comparative fit index (1990): the excess over chance of the model beside that of the baseline. */
export function comparativeFit(model: Discrepancy, baseline: Discrepancy): number {
  const most = Math.max(excess(baseline), excess(model), 0);
  return most === 0 ? 1 : 1 - Math.max(excess(model), 0) / most;
}

/** The index of Tucker & Lewis (1973); 1 without degrees of freedom, `null` where the baseline fits as chance would. */
export function tuckerLewis(model: Discrepancy, baseline: Discrepancy): number | null {
  if (model.df === 0) return 1;
  if (excess(baseline) === 0) return null;
  return 1 - ((excess(model) / excess(baseline)) * baseline.df) / model.df;
}

/** Steiger's root mean square error of approximation (1990): the excess over chance per degree of freedom and person. */
export function rootMeanSquareError(model: Discrepancy, people: number): number {
  return model.df === 0 ? 0 : Math.sqrt(Math.max(excess(model), 0) / (model.df * people));
}

/** Its limits, from the noncentralities at which the statistic would be a quantile (Browne & Cudeck 1992). */
export function rootMeanSquareLimits(
  { statistic, df }: Discrepancy,
  people: number,
  level: number,
): { lower: number; upper: number } {
  if (df === 0) return { lower: 0, upper: 0 };
  const tail = (1 - level) / 2;
  const limit = (probability: number) => Math.sqrt(noncentrality(statistic, df, probability) / (df * people));
  return { lower: limit(1 - tail), upper: limit(tail) };
}

/** The noncentrality at which the statistic is reached with this probability; 0 where none would do. */
function noncentrality(statistic: number, df: number, probability: number): number {
  if (chiSquareLower(statistic, df) <= probability) return 0;
  const beyond = (ncp: number) => noncentralChiSquareLower(statistic, df, ncp) - probability;
  let high = Math.max(1, statistic);
  while (beyond(high) > 0) high *= 2;
  return findRoot(beyond, 0, high);
}

/** The chance of a statistic this large if the error of approximation were `close`; `null` without degrees of freedom. */
export function closeFitProbability({ statistic, df }: Discrepancy, people: number, close: number): number | null {
  return df === 0
    ? null
    : Math.max(Number.MIN_VALUE, noncentralChiSquareUpper(statistic, df, close * close * df * people));
}
