import type { Clusters, CovarianceType } from "../_models/covariance.ts";
import { buildDesign } from "../_models/namedDesign.ts";
import { mean } from "../_numeric/describe.ts";
import { fromColumns } from "../_numeric/matrix.ts";
import type { Arm } from "../arm.ts";
import type { DesignColumn } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { Estimate, TestedEstimate } from "../estimate.ts";
import { numbersOf, type Table } from "../table.ts";
import { type CategoryWeights, referencePoint } from "./referencePoint.ts";
import { regress } from "./regression.ts";

interface AdjustedProblem {
  readonly caller: string;
  readonly outcome: Float64Array;
  readonly baseline: string;
  readonly covariates: readonly string[];
  readonly categoryWeights: CategoryWeights;
  readonly covariance: CovarianceType;
  readonly clusters: Clusters | undefined;
  readonly level: number;
}

export interface AdjustedMean extends Estimate {
  readonly arm: string;
  readonly df: number;
}

export interface AncovaCoefficient extends TestedEstimate {
  readonly name: string;
}

export interface AdjustedFit {
  readonly difference: TestedEstimate;
  readonly adjustedMeans: readonly AdjustedMean[];
  readonly coefficients: readonly AncovaCoefficient[];
  readonly equalSlopes: TestedEstimate | null;
  readonly dfResidual: number;
  readonly residualStandardDeviation: number;
}

/** The analysis of covariance of a complete table. Errors: "too-few-rows", "collinear", "constant-column", "no-variation". */
export function fitAdjusted(table: Table, arm: Arm, problem: AdjustedProblem): AdjustedFit {
  const { baseline, covariates, outcome, categoryWeights } = problem;
  const named = buildDesign(table, [baseline, ...covariates], [armColumn(arm)]);
  const regression = regress(named, outcome, problem);
  const point = [baseline, ...covariates].flatMap((term) => referencePoint(table, term, categoryWeights));
  const difference = regression.coefficient(1);

  // An adjusted mean is the intercept when every covariate is measured from the point where it is read.
  const centred = named.columns.slice(2).map(({ values }, k) => values.map((value) => value - point[k]!));
  const meanOf = (label: string, away: Float64Array): AdjustedMean => {
    const design = fromColumns([named.columns[0]!.values, away, ...centred]);
    const { estimate, standardError, interval, df } = regress(
      { names: named.names, design },
      outcome,
      problem,
    ).coefficient(0);
    return { arm: label, estimate, standardError, interval, df: df! };
  };
  return {
    difference,
    adjustedMeans: [
      meanOf(
        arm.treated,
        arm.indicator.map((value) => 1 - value),
      ),
      meanOf(arm.reference, arm.indicator),
    ],
    coefficients: named.names.map((name, place) => ({ name, ...regression.coefficient(place) })),
    equalSlopes: slopeDifference(table, arm, problem),
    dfResidual: regression.fit.dfResidual,
    residualStandardDeviation: Math.sqrt(regression.fit.residualVariance),
  };
}

export function armColumn({ column, treated, reference, indicator }: Arm): DesignColumn {
  return { name: `${column}: ${treated}`, variable: column, values: indicator, reference };
}

/** The coefficient of arm × baseline in the model that has it; the baseline is centred, which changes nothing but rounding. */
function slopeDifference(table: Table, arm: Arm, problem: AdjustedProblem): TestedEstimate | null {
  const values = numbersOf(table, problem.baseline);
  const centre = mean(values);
  const product: DesignColumn = {
    name: `${arm.column}: ${arm.treated} × ${problem.baseline}`,
    variable: `${arm.column}:${problem.baseline}`,
    values: values.map((value, row) => (value - centre) * arm.indicator[row]!),
    reference: null,
  };
  const named = buildDesign(table, [problem.baseline, ...problem.covariates], [armColumn(arm), product]);
  try {
    return regress(named, problem.outcome, problem).coefficient(2);
  } catch (error) {
    if (error instanceof KithpathError && inestimable.includes(error.code)) return null;
    throw error;
  }
}

const inestimable = ["collinear", "too-few-rows", "no-variation"];
