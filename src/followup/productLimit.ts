import { type EventTable, eventsAt } from "./eventTable.ts";

/** Survival just after each time of a table, and Greenwood's sum Σ d / (n (n − d)) up to it. */
interface ProductLimit {
  readonly survival: Float64Array;
  /** Infinite once nobody is left: the survival is then 0 and has no standard error. */
  readonly greenwood: Float64Array;
}

/** Kaplan and Meier (1958) for an event of any cause of the table; variance by Greenwood (1926). */
export function productLimit(table: EventTable): ProductLimit {
  const count = table.times.length;
  const survival = new Float64Array(count);
  const greenwood = new Float64Array(count);
  let left = 1;
  let sum = 0;
  for (let j = 0; j < count; j++) {
    const d = eventsAt(table, j);
    const n = table.atRisk[j]!;
    if (d > 0) {
      left *= (n - d) / n;
      sum += d / (n * (n - d));
    }
    survival[j] = left;
    greenwood[j] = sum;
  }
  return { survival, greenwood };
}

/** Standard error of a survival by Greenwood; null once it is 0. */
export function survivalError(survival: number, greenwood: number): number | null {
  return survival > 0 ? survival * Math.sqrt(greenwood) : null;
}
