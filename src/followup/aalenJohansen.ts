import { type EventTable, eventsAt } from "./eventTable.ts";

/**
 * How the events of one time vary. "greenwood": multinomially given the number at risk, with (co)variances
 * d₁(n − d₁)/n³ and −d₁d₂/n³; equal to the infinitesimal jackknife, and to Greenwood's formula where nothing competes.
 * "aalen": each cause on its own with d₁(n − d₁)/(n²(n − 1)), Aalen's (1978) estimate as corrected for ties by Gray (1988).
 */
export type IncidenceVariance = "greenwood" | "aalen";

export const incidenceVarianceChoices: readonly IncidenceVariance[] = ["aalen", "greenwood"];

/** The cumulative incidence of one cause just after each time, and its variance. */
interface Incidence {
  readonly incidence: Float64Array;
  readonly variance: Float64Array;
}

/**
 * Aalen and Johansen (1978): F(t) = Σ S(t−) d₁/n over the event times up to t, S being free of any event.
 *
 * Delta method: the hazards of this cause and of the others at tⱼ move F(t) by u − rΔ and by −rΔ, where u is the survival
 * before tⱼ, r = u divided by the survival after it, and Δ = F(t) − F(tⱼ). Δ enters as a square and a product, so
 * running sums give the variance at every time in one pass.
 */
export function aalenJohansen(table: EventTable, cause: number, kind: IncidenceVariance): Incidence {
  const count = table.times.length;
  const incidence = new Float64Array(count);
  const variance = new Float64Array(count);
  const own = table.events[cause]!;
  const square = [0, 0, 0];
  const product = [0, 0];
  let constant = 0;
  let before = 1;
  let total = 0;
  for (let j = 0; j < count; j++) {
    const n = table.atRisk[j]!;
    const d = eventsAt(table, j);
    if (d > 0) {
      const d1 = own[j]!;
      total += (before * d1) / n;
      const after = before * ((n - d) / n);
      // Nothing happens after everybody has had an event, so that Δ and its factor r do not matter.
      const ratio = d < n ? before / after : 0;
      const { variance1, sum1, sum } = hazardVariances(n, d, d1, kind);
      const factor = ratio ** 2 * sum;
      const cross = before * ratio * sum1;
      square[0]! += factor;
      square[1]! += factor * total;
      square[2]! += factor * total ** 2;
      product[0]! += cross;
      product[1]! += cross * total;
      constant += before ** 2 * variance1;
      before = after;
    }
    incidence[j] = Math.min(1, total);
    const squares = total ** 2 * square[0]! - 2 * total * square[1]! + square[2]!;
    variance[j] = Math.max(0, constant + squares - 2 * (total * product[0]! - product[1]!));
  }
  return { incidence, variance };
}

/** Variance of this cause's hazard at one time, its covariance with the hazard of any cause, and the variance of the latter. */
function hazardVariances(n: number, d: number, d1: number, kind: IncidenceVariance) {
  if (kind === "greenwood") {
    return { variance1: (d1 * (n - d1)) / n ** 3, sum1: (d1 * (n - d)) / n ** 3, sum: (d * (n - d)) / n ** 3 };
  }
  const alone = (events: number) => (events === 1 || n <= 1 ? events : (events * (n - events)) / (n - 1)) / n ** 2;
  const variance1 = alone(d1);
  return { variance1, sum1: variance1, sum: variance1 + alone(d - d1) };
}
