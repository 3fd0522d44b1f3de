import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import type { Result } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { type EventTable, eventTables, lastFollowUp } from "./eventTable.ts";
import { atRiskAt, completeNumbers } from "./kaplanMeier.ts";
import { type CurveOptions, type LateFollowUp, readFollowUp } from "./readFollowUp.ts";

export interface NelsonAalenOptions extends CurveOptions {
  /** Events at one time: "together" d/n (default), or "in-turn" 1/n + 1/(n − 1) + …, as if they had come one after the other. */
  readonly ties?: "together" | "in-turn";
  /** The scale on which limits are symmetric. Default "log". */
  readonly limits?: "log" | "plain";
}

/** The cumulative hazard at one time; null beyond the last follow-up. */
export interface HazardAt {
  readonly time: number;
  readonly atRisk: number;
  readonly cumulativeHazard: number | null;
  readonly standardError: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface HazardStep extends HazardAt {
  readonly events: number;
  readonly censored: number;
  readonly cumulativeHazard: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
}

export interface NelsonAalenGroup {
  readonly group: string | null;
  readonly n: number;
  readonly events: number;
  readonly censored: number;
  /** One row per distinct time at which somebody of the group had the event or was censored. */
  readonly curve: readonly HazardStep[];
  /** The hazard at the times asked for. */
  readonly at: readonly HazardAt[];
}

export interface NelsonAalen extends Result {
  readonly kind: "nelson-aalen";
  readonly ties: "together" | "in-turn";
  readonly limits: "log" | "plain";
  readonly level: number;
  readonly groups: readonly NelsonAalenGroup[];
}

/**
 * The cumulative hazard of an event as time goes on, when some were followed for less time than others: the estimate of Nelson
 * (1972) and Aalen (1978), H(t) = Σ d/n. Its slope is the rate at which the event happens among those still free of it; for
 * events that come back (several per person), given each person's stretches with `entry`, it is the mean number of events.
 *
 * Arrays and groups as `kaplanMeier`, with `entry` for late entry.
 *
 * Errors: as `kaplanMeier`.
 *
 * Source: Nelson (1972), Technometrics 14:945; Aalen (1978), Ann. Stat. 6:701; "in-turn": Fleming and Harrington (1984).
 * Checked against R 4.2.2, survival 3.5-3 (`survfit` with `ctype` 1 and 2) to 1e-9.
 *
 * @example
 * ```ts
 * import { nelsonAalen } from "kithpath";
 * const { groups } = nelsonAalen({ time: [3, 5, 5, 8], event: [1, 1, 0, 0] });
 * groups[0]?.curve.map((row) => row.cumulativeHazard); // 1/4, then 1/4 + 1/3
 * ```
 */
export function nelsonAalen(data: LateFollowUp, options: NelsonAalenOptions = {}): NelsonAalen {
  const caller = "nelsonAalen";
  refuseUnknown(caller, options, ["ties", "limits", "level", "times", "order"]);
  const ties = completeChoice(caller, "ties", options.ties, ["together", "in-turn"], "together");
  const limits = completeChoice(caller, "limits", options.limits, ["log", "plain"], "log");
  const level = completeLevel(caller, options.level);
  const times = completeNumbers(caller, "times", options.times ?? [], Number.POSITIVE_INFINITY);
  const read = readFollowUp(caller, data, 1, options.order, ["time", "event", "group", "entry"]);
  const z = normalQuantileUpper((1 - level) / 2);
  const limitsOf = limits === "log" ? logLimits : plainLimits;
  return {
    kind: "nelson-aalen",
    n: read.n,
    dropped: read.dropped,
    notes: read.notes,
    method: `Nelson–Aalen cumulative hazard${ties === "together" ? "" : ", tied events in turn"}, with ${limits} limits`,
    ties,
    limits,
    level,
    groups: eventTables(read, read.groups.length, 1).map((table, g) => {
      const curve = hazardCurve(table, ties === "in-turn", (hazard, error) => limitsOf(hazard, z * error));
      const last = lastFollowUp(table)!;
      return {
        group: read.groups[g]!,
        n: curve.reduce((total, row) => total + row.events + row.censored, 0),
        events: curve.reduce((total, row) => total + row.events, 0),
        censored: curve.reduce((total, row) => total + row.censored, 0),
        curve,
        at: times.map((time): HazardAt => {
          const atRisk = atRiskAt(time, table, read, g);
          const step = curve.findLast((row) => row.time <= time);
          if (time > last) {
            return { time, atRisk, cumulativeHazard: null, standardError: null, lower: null, upper: null };
          }
          if (step === undefined) return { time, atRisk, cumulativeHazard: 0, standardError: 0, lower: 0, upper: 0 };
          const { cumulativeHazard, standardError, lower, upper } = step;
          return { time, atRisk, cumulativeHazard, standardError, lower, upper };
        }),
      };
    }),
  };
}

type Limits = { readonly lower: number; readonly upper: number };

function hazardCurve(
  table: EventTable,
  inTurn: boolean,
  limits: (hazard: number, error: number) => Limits,
): HazardStep[] {
  const curve: HazardStep[] = [];
  let cumulativeHazard = 0;
  let variance = 0;
  for (let j = 0; j < table.times.length; j++) {
    const events = table.events[0]![j]!;
    const censored = table.censored[j]!;
    if (events + censored === 0) continue;
    const atRisk = table.atRisk[j]!;
    for (let l = 0; l < events; l++) {
      const n = inTurn ? atRisk - l : atRisk;
      cumulativeHazard += 1 / n;
      variance += 1 / (n * n);
    }
    const standardError = Math.sqrt(variance);
    curve.push({
      time: table.times[j]!,
      atRisk,
      events,
      censored,
      cumulativeHazard,
      standardError,
      ...limits(cumulativeHazard, standardError),
    });
  }
  return curve;
}

function logLimits(hazard: number, reach: number): Limits {
  if (hazard === 0) return { lower: 0, upper: 0 };
  const factor = Math.exp(reach / hazard);
  return { lower: hazard / factor, upper: hazard * factor };
}

function plainLimits(hazard: number, reach: number): Limits {
  return { lower: Math.max(0, hazard - reach), upper: hazard + reach };
}
