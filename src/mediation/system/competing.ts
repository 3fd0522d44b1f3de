import type { Matrix } from "../../_numeric/matrix.ts";
import type { CompleteSpec } from "../specTypes.ts";
import { coxEquation } from "./coxEquation.ts";
import type { Measure, OutcomeNode } from "./nodes.ts";
import type { Predictor } from "./predictor.ts";
import { trapezoidReach, trapezoidStep } from "./smoothedMean.ts";

/**
 * Two cause-specific Cox models. At every time the hazards of both causes are added up and the probability of leaving is shared
 * in proportion, so that risk, competing risk and staying free of both sum to 1 (the product integral of piecewise constant hazards):
 * F(t) = Σ S(before)·(1 − exp(−Λ))·Λ₁/Λ, S = Π exp(−Λ), Λ = Λ₁ + Λ₂.
 */
export function competingOutcome(
  survival: NonNullable<CompleteSpec["survival"]>,
  time: Float64Array,
  event: Float64Array,
  design: Matrix,
  predictorOf: () => Predictor,
): OutcomeNode {
  const causes = [1, 2].map((cause) =>
    coxEquation(
      design,
      time,
      event.map((code) => (code === cause ? 1 : 0)),
      survival.ties,
    ),
  );
  const last = Math.max(...survival.at);
  const merged = mergedTimes(causes[0]!.steps.times, causes[1]!.steps.times, last);
  const { times } = merged;
  const steps = [new Float64Array(times.length), new Float64Array(times.length)] as const;
  const days = survival.at.length;
  const measures = survival.at.flatMap((horizon): Measure[] => [
    { kind: "probability", scale: 1, horizon, threshold: null, ratios: true },
    { kind: "time", scale: 1, horizon, threshold: null, ratios: false },
  ]);
  const here = new Float64Array(2 * days);

  /** Risk of the first cause and mean time free of both, for every day, at two linear predictors. */
  function at(first: number, second: number, out: Float64Array): void {
    const one = Math.exp(first);
    const two = Math.exp(second);
    let free = 1;
    let risk = 0;
    let lived = 0;
    let previous = 0;
    let j = 0;
    for (let q = 0; q < days; q++) {
      const day = survival.at[q]!;
      if (q > 0 && day < survival.at[q - 1]!) {
        free = 1;
        risk = 0;
        lived = 0;
        previous = 0;
        j = 0;
      }
      for (; j < times.length && times[j]! <= day; j++) {
        lived += free * (times[j]! - previous);
        previous = times[j]!;
        const relapse = one * steps[0][j]!;
        const both = relapse + two * steps[1][j]!;
        if (both > 0) {
          const kept = Math.exp(-both);
          risk += (free * -Math.expm1(-both) * relapse) / both;
          free *= kept;
        }
      }
      out[2 * q] = risk;
      out[2 * q + 1] = lived + free * (day - previous);
    }
  }

  return {
    equations: causes.map(({ equation }) => equation),
    predictors: [predictorOf(), predictorOf()],
    measures,
    refresh(weights) {
      causes.forEach((cause, c) => {
        cause.refresh(weights);
        steps[c]!.fill(0);
        merged.places[c]!.forEach((place, j) => {
          if (place >= 0) steps[c]![place] = cause.steps.hazard[j]!;
        });
      });
      return true;
    },
    write(eta, loadings, dimensions, out) {
      // Two jointly normal predictors as two independent normal variables.
      let own = 0;
      let shared = 0;
      let other = 0;
      for (let d = 0; d < dimensions; d++) {
        own += loadings[d]! ** 2;
        shared += loadings[d]! * loadings[dimensions + d]!;
        other += loadings[dimensions + d]! ** 2;
      }
      const s = Math.sqrt(own);
      const along = s > 0 ? shared / s : 0;
      const across = Math.sqrt(Math.max(0, other - along * along));
      const negligible = across * across <= 1e-20 * other;
      const step = trapezoidStep(Math.PI / 2 / Math.max(s, Math.abs(along), 1e-300));
      const stepAcross = trapezoidStep(Math.PI / 2 / Math.max(across, 1e-300));
      const reach = s === 0 ? 0 : Math.ceil(trapezoidReach / step);
      const reachAcross = negligible ? 0 : Math.ceil(trapezoidReach / stepAcross);
      out.fill(0);
      let mass = 0;
      for (let a = -reach; a <= reach; a++) {
        const z = a * step;
        for (let b = -reachAcross; b <= reachAcross; b++) {
          const y = b * stepAcross;
          const weight = Math.exp(-0.5 * (z * z + y * y));
          mass += weight;
          at(eta[0]! + s * z, eta[1]! + along * z + across * y, here);
          for (let q = 0; q < here.length; q++) out[q] = out[q]! + weight * here[q]!;
        }
      }
      for (let q = 0; q < here.length; q++) out[q] = out[q]! / mass;
    },
  };
}

/** Both sets of rising times up to `last` in one, and for each time of each its place there (−1 beyond). */
function mergedTimes(first: Float64Array, second: Float64Array, last: number) {
  const times = Float64Array.from(new Set([...first, ...second].filter((time) => time <= last))).sort();
  const placeOf = new Map(Array.from(times, (time, place) => [time, place]));
  const places = [first, second].map((own) => Int32Array.from(own, (time) => placeOf.get(time) ?? -1));
  return { times, places };
}
