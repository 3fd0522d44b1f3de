import { bootstrap } from "../_inference/bootstrap.ts";
import { type Clusters, clusterEstimator } from "../_inference/cluster.ts";
import { resampleNote } from "../_inference/draws.ts";
import { type ArmSpec, armOrderNotes, readClusters, refuseRepeatedPeople, selectArms } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Note, Resampled, ResamplingOptions, Result } from "../estimate.ts";
import { completeLevel, refuseUnknown } from "../options.ts";
import { type Data, toTable } from "../table.ts";
import { eventTables, type Histories, orderTimes } from "./eventTable.ts";
import { completeHorizon, refuseUnreached } from "./horizon.ts";
import { contrasts, drawnArm, type RelapseContrasts } from "./relapseContrasts.ts";
import { relapseEstimator } from "./relapseEstimator.ts";
import { type CompetingEvent, eventColumns, eventSource, type RelapseEvent, readRelapse } from "./relapseEvents.ts";
import { armEstimates, describeArm, type RelapseGroup } from "./relapseGroups.ts";
import { type RelapseTest, testHazards } from "./relapseTest.ts";
import { noSpreadNote } from "./restrictedMean.ts";

/** Fewer clusters than this make a bootstrap of clusters too optimistic. */
const fewClusters = 30;

export interface FollowRelapseSpec extends ResamplingOptions {
  /** Column of the time from the start to the event, the competing event or the end of observation. */
  readonly time: string;
  readonly event: RelapseEvent;
  readonly competing?: CompetingEvent;
  readonly arm: ArmSpec;
  /** Column of the groups within which people are alike (sites, mentors): they are resampled whole. */
  readonly cluster?: string;
  /** The time at which risks are compared, in the unit of `time`. */
  readonly horizon: number;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

export interface FollowRelapse extends Result, RelapseContrasts {
  readonly kind: "follow-relapse";
  readonly time: string;
  /** The column of the event. */
  readonly event: string;
  /** The column of the competing event (the event's own for a status column); null when none was declared. */
  readonly competing: string | null;
  readonly horizon: number;
  readonly arm: { readonly column: string; readonly treated: string; readonly reference: string };
  readonly cluster: string | null;
  readonly level: number;
  /** Seed and draws when clusters were resampled. */
  readonly resampled: Resampled | null;
  /** The reference arm, then the treated one. */
  readonly groups: readonly RelapseGroup[];
  /** Null when nobody had the event while both arms were followed. */
  readonly logRank: RelapseTest | null;
}

/**
 * Who relapsed, and when: two arms compared by the risk of the event at a horizon, by the mean time free of it, and by a
 * test over all follow-up.
 *
 * Risk is the Aalen–Johansen probability of the event by the horizon before any competing event; `netRisk` is 1 − Kaplan–Meier
 * with competing events censored, the risk in a world without them. The restricted mean is the mean time up to the horizon
 * free of both. Contrasts are treated − reference; no hazard ratio and no adjustment.
 *
 * Without `cluster` people are independent: standard errors by the delta method (Greenwood type), limits of risks log-log,
 * of differences normal, of the ratio normal on the log scale. With `cluster` whole clusters are resampled (`draws`, `seed`,
 * `signal` and `onProgress` belong to this), with percentile limits, and the test is a cluster-robust score test.
 * Where all people of an arm share one outcome (nobody relapsed), its standard error is null, its limits are an exact
 * binomial bound ("rule of three") and differences combine the limits of the two arms (MOVER): note "no-spread".
 *
 * Rows missing the time, the event, the competing event, the arm or the cluster are left out and counted.
 *
 * Errors: "unknown-column", "no-complete-rows", "not-two-arms", "one-arm", "one-cluster", "event-code", "unknown-level",
 * "negative-time", "not-numeric", "missing-option", "missing-horizon", "horizon-beyond-followup", "invalid-option", "unknown-option",
 * "several-rows-per-person", "too-many-failed-draws", "aborted".
 *
 * Sources: Aalen and Johansen (1978); Karrison (1987); Mantel (1966); Zou and Donner (2008); Lin and Wei (1989).
 * Checked against R 4.2.2, survival 3.5-3 (multi-state `survfit`, `survdiff`, `coxph` robust score) to 1e-9.
 *
 * @example
 * ```ts
 * import { followRelapse } from "kithpath";
 * const result = await followRelapse(
 *   { days: [10, 40, 60, 60, 20, 60, 60, 60], relapsed: [1, 1, 0, 0, 1, 0, 0, 0], mentored: [0, 0, 0, 0, 1, 1, 1, 1] },
 *   { time: "days", event: "relapsed", arm: "mentored", horizon: 60 },
 * );
 * result.riskDifference.estimate; // -0.25
 * ```
 */
export async function followRelapse(data: Data, spec: FollowRelapseSpec): Promise<FollowRelapse> {
  const caller = "followRelapse";
  refuseMissing(caller, spec);
  refuseUnknown(caller, spec, [
    ...["time", "event", "competing", "arm", "cluster", "horizon", "level"],
    ...["draws", "seed", "signal", "onProgress"],
  ]);
  const level = completeLevel(caller, spec.level);
  const source = eventSource(caller, spec.event, spec.competing);
  const needed = [spec.time, ...eventColumns(source), ...(spec.cluster === undefined ? [] : [spec.cluster])];
  const whole = toTable(data);
  refuseRepeatedPeople(caller, whole, spec.cluster);
  const { table, rows, dropped, arm } = selectArms(whole, spec.arm, needed);
  const { time, cause, notes: readingNotes } = readRelapse(table, spec.time, source, rows);
  const histories: Histories = { order: orderTimes(time), cause, group: Int32Array.from(arm.indicator) };
  const tables = eventTables(histories, 2, 2);
  const names = [arm.reference, arm.treated];
  const horizon = completeHorizon(caller, spec.horizon, tables);
  refuseUnreached(caller, tables, names, horizon);
  const clusters = spec.cluster === undefined ? null : readClusters(table, spec.cluster);
  const draws = clusters === null ? null : await drawClusters(histories, horizon, clusters, spec);
  const analytic = tables.map((armTable, a) =>
    armEstimates(armTable, horizon, level, clusters === null ? undefined : clustersOf(histories, clusters, a)),
  );
  const estimates = draws === null ? analytic : analytic.map((own, a) => drawnArm(draws, a, own, level));
  const hasCompeting =
    source.competing !== null || ("competing" in source.event && source.event.competing !== undefined);
  const groups = tables.map((armTable, a): RelapseGroup => {
    const { risk, competingRisk, netRisk, restrictedMean } = estimates[a]!;
    return {
      ...describeArm(names[a]!, armTable, horizon),
      risk,
      competingRisk: hasCompeting ? competingRisk : null,
      netRisk,
      restrictedMean,
    };
  });
  const logRank = testHazards(histories, tables, clusters);
  const notes: Note[] = [...armOrderNotes(whole, spec.arm, arm.treated, arm.reference), ...readingNotes];
  groups.forEach((group) => {
    if (group.risk.standardError === null) notes.push(noSpreadNote(group.arm, "risk"));
    if (group.restrictedMean.standardError === null) notes.push(noSpreadNote(group.arm, "restricted mean"));
  });
  if (logRank === null) {
    notes.push({ code: "no-events", text: "Nobody had the event while both arms were followed: there is no test." });
  }
  if (clusters !== null && clusters.count < fewClusters) {
    notes.push({
      code: "few-clusters",
      text: `There are ${clusters.count} clusters in "${spec.cluster}": with fewer than ${fewClusters}, limits from resampled clusters tend to be too narrow.`,
    });
  }
  const failed = draws === null ? null : resampleNote(draws);
  if (failed !== null) notes.push(failed);
  return {
    kind: "follow-relapse",
    n: table.rows,
    dropped,
    notes,
    method: describeMethod(hasCompeting, clusters !== null),
    time: spec.time,
    event: source.event.column,
    competing: hasCompeting ? (source.competing?.column ?? source.event.column) : null,
    horizon,
    arm: { column: arm.column, treated: arm.treated, reference: arm.reference },
    cluster: spec.cluster ?? null,
    level,
    resampled:
      draws === null
        ? null
        : { seed: draws.seed, draws: { requested: draws.requested, used: draws.used, failed: draws.failed } },
    groups,
    ...contrasts(estimates, draws, level),
    logRank,
  };
}

function refuseMissing(caller: string, spec: FollowRelapseSpec | undefined): void {
  for (const name of ["time", "event", "arm"] as const) {
    if (spec?.[name] !== undefined && spec[name] !== null) continue;
    throw new KithpathError("missing-option", `${caller} needs "${name}"`, {
      expected:
        '{ time, event, arm, horizon }, for example { time: "days", event: "relapsed", arm: "mentored", horizon: 365 }',
      where: { path: name },
    });
  }
}

function drawClusters(histories: Histories, horizon: number, clusters: Clusters, spec: FollowRelapseSpec) {
  const { draws, seed, signal, onProgress } = spec;
  return bootstrap(clusterEstimator(relapseEstimator(histories, horizon), clusters), {
    ...(draws === undefined ? {} : { draws }),
    ...(seed === undefined ? {} : { seed }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

function clustersOf(histories: Histories, clusters: Clusters, arm: number): number {
  return new Set(clusters.codes.filter((_, row) => histories.group[row] === arm)).size;
}

function describeMethod(competing: boolean, clustered: boolean): string {
  const risk = competing
    ? "Aalen–Johansen risk with a competing event"
    : "Kaplan–Meier risk (no competing event was declared)";
  const mean = competing ? "mean time free of either event" : "mean time free of the event";
  return clustered
    ? `${risk}; ${mean}; limits from resampled clusters, cluster-robust score test`
    : `${risk}; ${mean}; delta-method standard errors, log-rank test`;
}
