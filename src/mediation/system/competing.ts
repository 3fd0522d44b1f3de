import { type Matrix, matrix } from "../../_numeric/matrix.ts";
import type { CompleteSpec } from "../specTypes.ts";
import { competingSteps } from "./competingSteps.ts";
import { competingTable } from "./competingTable.ts";
import { coxEquation } from "./coxEquation.ts";
import type { Measure, OutcomeNode } from "./nodes.ts";
import type { Predictor } from "./predictor.ts";
import type { Term } from "./terms.ts";

/**
 * Two cause-specific Cox models. At every time the hazards of both causes are added up and the probability of leaving is shared
 * in proportion, so that risk, competing risk and staying free of both sum to 1 (the product integral of piecewise constant hazards):
 * The competing hazard may be one for everybody instead of a model.
 * F(t) = Σ S(before)·(1 − exp(−Λ))·Λ₁/Λ, S = Π exp(−Λ), Λ = Λ₁ + Λ₂.
 */
export function competingOutcome(
  survival: NonNullable<CompleteSpec["survival"]>,
  time: Float64Array,
  event: Float64Array,
  design: Matrix,
  predictorOf: (terms?: readonly Term[]) => Predictor,
): OutcomeNode {
  const alike = survival.competingModel === "same";
  const causes = [1, 2].map((cause) =>
    coxEquation(
      cause === 1 || alike ? design : matrix(design.rows, 0),
      time,
      event.map((code) => (code === cause ? 1 : 0)),
      survival.ties,
    ),
  );
  const means = competingSteps(causes[0]!.steps, causes[1]!.steps, survival.at);
  const table = competingTable(means, survival.at.length);
  return {
    equations: causes.map(({ equation }) => equation),
    predictors: [predictorOf(), alike ? predictorOf() : predictorOf([])],
    measures: survival.at.flatMap((horizon): Measure[] => [
      { kind: "probability", scale: 1, horizon, threshold: null, ratios: true },
      { kind: "time", scale: 1, horizon, threshold: null, ratios: false },
    ]),
    refresh(weights) {
      for (const cause of causes) cause.refresh(weights);
      table.clear();
      return true;
    },
    write(eta, loadings, dimensions, out) {
      // Two jointly normal predictors as two independent normal variables.
      let own = 0;
      let shared = 0;
      let other = 0;
      for (let d = 0; d < dimensions; d++) {
        own += loadings[d]! * loadings[d]!;
        shared += loadings[d]! * loadings[dimensions + d]!;
        other += loadings[dimensions + d]! * loadings[dimensions + d]!;
      }
      const s = Math.sqrt(own);
      const along = s > 0 ? shared / s : 0;
      const rest = other - along * along;
      const across = rest > 1e-14 * other ? Math.sqrt(rest) : 0;
      table.write(eta[0]!, eta[1]!, s, along, across, out);
    },
  };
}
