import { type Clusters, type CovarianceType, linearCovariance } from "../_models/covariance.ts";
import { fitLinear, type LinearFit } from "../_models/linear.ts";
import { type NamedDesign, refuseCollinear, refuseTooFewClusters, refuseTooFewRows } from "../_models/namedDesign.ts";
import { innerProduct } from "../_numeric/matrix.ts";
import type { TestedEstimate } from "../estimate.ts";
import { noVariation, studentTest } from "./studentTest.ts";

interface Regression {
  readonly fit: LinearFit;
  /** The t test of one coefficient, by its place. */
  coefficient(place: number): TestedEstimate;
}

interface RegressionOptions {
  readonly caller: string;
  readonly covariance: CovarianceType;
  readonly clusters: Clusters | undefined;
  readonly level: number;
}

/**
 * Least squares with t tests of its coefficients under the covariance asked for.
 * Errors: "too-few-rows", "collinear", "too-few-clusters", "no-variation" for an outcome that is constant or fitted exactly.
 */
export function regress(
  named: Pick<NamedDesign, "names" | "design">,
  outcome: Float64Array,
  o: RegressionOptions,
): Regression {
  const { names, design } = named;
  if (outcome.every((value) => value === outcome[0])) throw noVariation("An outcome that is the same for everyone");
  refuseTooFewRows(o.caller, design.rows, design.columns);
  const fit = fitLinear(design, outcome);
  refuseCollinear(o.caller, fit.aliased, names);
  if (isExact(fit, outcome)) throw noVariation("An outcome that the model fits exactly");
  const robust = linearCovariance(fit, design, o.covariance, o.clusters === undefined ? {} : { clusters: o.clusters });
  refuseTooFewClusters(o.caller, fit, robust, names);
  const { covariance, df } = robust;
  return {
    fit,
    coefficient: (place) =>
      studentTest(fit.coefficients[place]!, Math.sqrt(covariance.data[place * names.length + place]!), df[place]!, {
        level: o.level,
        what: `"${names[place]}"`,
      }),
  };
}

/** Residuals no larger than the rounding of the outcome. */
function isExact(fit: LinearFit, outcome: Float64Array): boolean {
  return fit.residualSumOfSquares <= 1e-28 * innerProduct(outcome, 0, outcome, 0, outcome.length);
}
