import type { Estimator } from "../_inference/estimator.ts";
import { countEvents, type EventTable, emptyEventTable, type Histories } from "./eventTable.ts";
import { isReached } from "./horizon.ts";

/** What is known of an arm at the horizon, in the order of the estimator's names. */
const armQuantities = ["risk", "competing risk", "net risk", "restricted mean"] as const;

const size = armQuantities.length;

/** Places in the estimator's output; arm 0 is the reference, 1 the treated. */
export const placeOf = {
  arm: (arm: number, quantity: (typeof armQuantities)[number]) => arm * size + armQuantities.indexOf(quantity),
  riskDifference: 2 * size,
  restrictedMeanDifference: 2 * size + 1,
};

/**
 * Relapse by arm as a function of case weights: `histories.group` is the arm, cause 1 the event and 2 the competing one.
 * A draw in which an arm is empty, or was not followed to the horizon, writes NaN.
 */
export function relapseEstimator(histories: Histories, horizon: number): Estimator {
  const tables = [0, 1].map(() => emptyEventTable(histories.order.times, 2));
  const arms = ["reference", "treated"].flatMap((arm) => armQuantities.map((quantity) => `${quantity}: ${arm}`));
  return {
    names: [...arms, "risk difference", "restricted mean difference"],
    units: histories.cause.length,
    estimate(weights, out) {
      countEvents(histories, weights, tables);
      for (let arm = 0; arm < 2; arm++) {
        if (!isReached(tables[arm]!, horizon)) {
          out.fill(Number.NaN);
          return;
        }
        writeArm(tables[arm]!, horizon, out, arm * size);
      }
      for (const [place, quantity] of [
        [placeOf.riskDifference, "risk"],
        [placeOf.restrictedMeanDifference, "restricted mean"],
      ] as const) {
        out[place] = out[placeOf.arm(1, quantity)]! - out[placeOf.arm(0, quantity)]!;
      }
    },
  };
}

/** One pass over the times up to the horizon. */
function writeArm(table: EventTable, horizon: number, out: Float64Array, at: number): void {
  const [own, other] = table.events as [Float64Array, Float64Array];
  let free = 1;
  let net = 1;
  let risk = 0;
  let competing = 0;
  let area = 0;
  let previous = 0;
  for (let j = 0; j < table.times.length && table.times[j]! <= horizon; j++) {
    const d1 = own[j]!;
    const d2 = other[j]!;
    if (d1 + d2 === 0) continue;
    const n = table.atRisk[j]!;
    area += free * (table.times[j]! - previous);
    previous = table.times[j]!;
    risk += (free * d1) / n;
    competing += (free * d2) / n;
    net *= (n - d1) / n;
    free *= (n - d1 - d2) / n;
  }
  out[at] = risk;
  out[at + 1] = competing;
  out[at + 2] = 1 - net;
  out[at + 3] = area + free * (horizon - previous);
}
