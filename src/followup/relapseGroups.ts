import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import type { Estimate } from "../estimate.ts";
import { aalenJohansen } from "./aalenJohansen.ts";
import { type ArmEstimate, unanimousEstimate } from "./contrast.ts";
import { causeSpecific, countUpTo, type EventTable, eventsAt } from "./eventTable.ts";
import { knownAtHorizon } from "./horizon.ts";
import { incidenceLimits } from "./limits.ts";
import { productLimit } from "./productLimit.ts";
import { restrictedMeanEstimate } from "./restrictedMean.ts";
import { quantileOfCurve } from "./survivalQuantile.ts";

/** An arm's follow-up just after one time. */
export interface RelapseStep {
  readonly time: number;
  readonly atRisk: number;
  readonly events: number;
  readonly competingEvents: number;
  readonly censored: number;
  /** Free of the event and of the competing event. */
  readonly survival: number;
  readonly risk: number;
  readonly competingRisk: number;
}

export interface RelapseGroup {
  readonly arm: string;
  readonly n: number;
  /** Over all follow-up; `events` + `competingEvents` + `censored` = `n`. */
  readonly events: number;
  readonly competingEvents: number;
  readonly censored: number;
  /** At or before the horizon; `atRisk` were followed beyond the horizon or to it. */
  readonly byHorizon: { readonly events: number; readonly competingEvents: number; readonly atRisk: number };
  /** Median time to the event or the competing event, whichever came first; null where not reached. */
  readonly medianTime: number | null;
  /** Probability of the event by the horizon, before any competing event. */
  readonly risk: Estimate;
  /** Probability of the competing event first, by the horizon; null when no competing event was declared. */
  readonly competingRisk: Estimate | null;
  /** 1 − Kaplan–Meier: the risk if the competing event did not exist. Equal to `risk` when there is none. */
  readonly netRisk: Estimate;
  /** Mean time up to the horizon free of the event and of the competing event. */
  readonly restrictedMean: Estimate;
  readonly curve: readonly RelapseStep[];
}

/** The four quantities of an arm taken as independent people; the table has the event and the competing event as its causes. */
export interface ArmEstimates {
  readonly risk: ArmEstimate;
  readonly competingRisk: ArmEstimate;
  readonly netRisk: ArmEstimate;
  readonly restrictedMean: ArmEstimate;
}

/** `known` is the number of independent units behind an exact bound; by default the people whose outcome at the horizon is known. */
export function armEstimates(table: EventTable, horizon: number, level: number, known?: number): ArmEstimates {
  const last = countUpTo(table.times, horizon) - 1;
  const units = known ?? knownAtHorizon(table, horizon);
  const incidenceOf = (cause: number): ArmEstimate => {
    const { incidence, variance } = aalenJohansen(table, cause, "greenwood");
    return riskEstimate(incidence[last] ?? 0, Math.sqrt(variance[last] ?? 0), units, level);
  };
  const net = productLimit(causeSpecific(table, 0));
  const survival = net.survival[last] ?? 1;
  const error = survival > 0 ? survival * Math.sqrt(net.greenwood[last] ?? 0) : 0;
  return {
    risk: incidenceOf(0),
    competingRisk: incidenceOf(1),
    netRisk: riskEstimate(1 - survival, error, units, level),
    restrictedMean: restrictedMeanEstimate(table, horizon, level, units),
  };
}

/** A sum of shares of one may miss 1 by this much. */
const rounding = 1e-12;

function riskEstimate(estimate: number, standardError: number, units: number, level: number): ArmEstimate {
  if (estimate === 0 || estimate > 1 - rounding) return unanimousEstimate(estimate, 1, units, level);
  const z = normalQuantileUpper((1 - level) / 2);
  return {
    estimate,
    standardError,
    interval: { level, ...incidenceLimits(estimate, standardError, z, "log-log"), method: "log-log" },
  };
}

/** Everything about an arm that is not an estimate at the horizon. */
export function describeArm(
  arm: string,
  table: EventTable,
  horizon: number,
): Omit<RelapseGroup, "risk" | "competingRisk" | "netRisk" | "restrictedMean"> {
  const curve = relapseCurve(table);
  const total = (rows: readonly RelapseStep[], key: "events" | "competingEvents" | "censored") =>
    rows.reduce((sum, row) => sum + row[key], 0);
  const before = curve.filter((row) => row.time <= horizon);
  return {
    arm,
    n: table.atRisk[0]!,
    events: total(curve, "events"),
    competingEvents: total(curve, "competingEvents"),
    censored: total(curve, "censored"),
    byHorizon: {
      events: total(before, "events"),
      competingEvents: total(before, "competingEvents"),
      atRisk: curve.find((row) => row.time >= horizon)?.atRisk ?? 0,
    },
    medianTime: quantileOfCurve(
      curve.map((row) => row.time),
      curve.map((row) => row.survival),
      0.5,
    ),
    curve,
  };
}

function relapseCurve(table: EventTable): RelapseStep[] {
  const { survival } = productLimit(table);
  const risk = aalenJohansen(table, 0, "greenwood").incidence;
  const competingRisk = aalenJohansen(table, 1, "greenwood").incidence;
  const rows: RelapseStep[] = [];
  for (let j = 0; j < table.times.length; j++) {
    if (eventsAt(table, j) + table.censored[j]! === 0) continue;
    rows.push({
      time: table.times[j]!,
      atRisk: table.atRisk[j]!,
      events: table.events[0]![j]!,
      competingEvents: table.events[1]![j]!,
      censored: table.censored[j]!,
      survival: survival[j]!,
      risk: risk[j]!,
      competingRisk: competingRisk[j]!,
    });
  }
  return rows;
}
