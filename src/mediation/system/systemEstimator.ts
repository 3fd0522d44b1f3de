import type { Estimator } from "../../_inference/estimator.ts";
import { KithpathError } from "../../errors.ts";
import { activeRows } from "../crossProduct.ts";
import { type EffectPlan, keyName } from "../effectPlan.ts";
import { AffineMeans, isAffine } from "./affineMeans.ts";
import type { BuiltSystem } from "./build.ts";
import type { Equation } from "./equation.ts";
import { ErrorCovariance } from "./errorCovariance.ts";
import { Standardiser } from "./standardiser.ts";
import { widthOfView } from "./system.ts";

/** Fits every model with the weights given and standardises; `caseWeights` multiply them. */
export class SystemEstimator implements Estimator {
  readonly names: readonly string[];
  readonly units: number;
  /** Those of the mediators in order, then those of the outcome. */
  readonly equations: readonly Equation[];
  private readonly standardiser: Standardiser | AffineMeans;
  private readonly errors: ErrorCovariance;
  private readonly means: Float64Array;
  private readonly active: Int32Array;
  private readonly weights: Float64Array;

  constructor(
    readonly system: BuiltSystem,
    private readonly plan: EffectPlan,
    private readonly caseWeights: Float64Array | null,
  ) {
    this.names = plan.keys.map(keyName);
    this.units = system.rows;
    this.equations = [...system.mediators.map(({ equation }) => equation), ...system.outcome.equations];
    this.standardiser = isAffine(system) ? new AffineMeans(system) : new Standardiser(system);
    this.errors = new ErrorCovariance(system);
    this.means = new Float64Array(widthOfView(system) * system.views.length);
    this.active = new Int32Array(system.rows);
    this.weights = new Float64Array(system.rows);
  }

  estimate(unitWeights: Float64Array, out: Float64Array): void {
    const { weights, active, caseWeights } = this;
    for (let i = 0; i < weights.length; i++) weights[i] = unitWeights[i]! * (caseWeights?.[i] ?? 1);
    const count = activeRows(weights, active);
    for (const equation of this.equations) {
      if (equation.fit(weights, active, count)) continue;
      out.fill(Number.NaN);
      return;
    }
    this.standardise(weights, active, count, true, out);
    const { trouble } = this.standardiser;
    if (trouble !== null && unitWeights.every((weight) => weight === 1)) throw noMeans(trouble);
  }

  /** Effects of the parameters now in the equations. The mediators' error covariance is computed anew only with `errors`. */
  standardise(weights: Float64Array, active: Int32Array, count: number, errors: boolean, out: Float64Array): void {
    const { mediators, outcome } = this.system;
    for (const { equation, predictor } of mediators) predictor.prepare(equation.parameters);
    outcome.predictors.forEach((predictor, p) => {
      predictor.prepare(outcome.equations[p]!.parameters);
    });
    const known = !errors || this.errors.write(weights, active, count, this.standardiser.errorRoot);
    if (known && outcome.refresh(weights) && this.standardiser.write(weights, active, count, this.means))
      this.plan.write(this.means, out);
    else out.fill(Number.NaN);
  }
}

/** With everybody counted once there is no other estimate to go on with. */
function noMeans(trouble: "infinite-mean" | "wide-counts"): KithpathError {
  const remedy = "Model the count as ordinal with its high values merged, or its logarithm as gaussian.";
  return trouble === "infinite-mean"
    ? new KithpathError(trouble, "a mean of the outcome is infinite under the fitted models", {
        expected: "an outcome that grows more slowly with a count than high counts become rare",
        received: "an outcome with a log link and a count mediator with a long upper tail",
        where: { path: "mediators" },
        remedy,
      })
    : new KithpathError(trouble, "a count mediator is too spread out for its distribution to be summed", {
        expected: "a distribution with nearly all its mass on at most 20,000 neighbouring counts",
        received: "a distribution with more",
        where: { path: "mediators" },
        remedy,
      });
}
