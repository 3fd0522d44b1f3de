import { type EventTable, eventsAt } from "./eventTable.ts";

/**
 * The area under the survival curve to the horizon, and its variance: Σ (area right of tⱼ)² d/(n(n−d)), the sum over
 * event times up to the horizon (Irwin 1949; Karrison 1987). Where everybody at risk has the event, nothing lies to the right.
 */
export function survivalArea(table: EventTable, horizon: number): { area: number; variance: number } {
  const lefts: number[] = [];
  const factors: number[] = [];
  let survival = 1;
  let area = 0;
  let previous = 0;
  for (let j = 0; j < table.times.length && table.times[j]! <= horizon; j++) {
    const d = eventsAt(table, j);
    if (d === 0) continue;
    const n = table.atRisk[j]!;
    area += survival * (table.times[j]! - previous);
    previous = table.times[j]!;
    survival *= (n - d) / n;
    lefts.push(area);
    factors.push(d < n ? d / (n * (n - d)) : 0);
  }
  area += survival * (horizon - previous);
  let variance = 0;
  for (let j = 0; j < lefts.length; j++) variance += (area - lefts[j]!) ** 2 * factors[j]!;
  return { area, variance };
}
