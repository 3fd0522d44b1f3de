import { pointEstimate } from "../../_inference/bootstrap.ts";
import { clusterEstimator } from "../../_inference/cluster.ts";
import type { Estimator } from "../../_inference/estimator.ts";
import { jackknifeStandardError } from "../../_inference/jackknife.ts";
import { runPaced } from "../../_inference/pacing.ts";
import { KithpathError } from "../../errors.ts";
import type { Note, Result } from "../../estimate.ts";
import { completeInteger, refuseUnknown } from "../../options.ts";
import { categoriesOf, type Data } from "../../table.ts";
import { type Analysis, analyse } from "../analysis.ts";
import { type EffectKey, type EffectPlan, isProportion } from "../effectPlan.ts";
import type { MediateSpec } from "../spec.ts";

export interface LeaveOneOutOptions {
  /** A column whose values are left out in turn, such as the site. Default: every row by itself. */
  readonly by?: string;
  /** How many of the most influential are told. Default: all values of `by`, 20 of single rows. */
  readonly show?: number;
}

export interface LeftOutEffect extends EffectKey {
  /** With everybody. */
  readonly estimate: number;
  /** Jackknife standard error over what is left out in turn; `null` with fewer than two usable estimates. */
  readonly jackknifeStandardError: number | null;
  /** The smallest and the largest estimate with one left out. */
  readonly lowest: number;
  readonly highest: number;
}

export interface LeftOut {
  /** The value of `by`; of single rows the row in the data, counted from 1. */
  readonly unit: string | number;
  readonly people: number;
  /** In the order of `effects`; `null` throughout where nothing can be estimated without them. */
  readonly estimates: readonly (number | null)[];
  /** How much the total natural indirect effect (on the first scale) owes to them: with everybody less without them. */
  readonly influence: number | null;
  /** The same in jackknife standard errors. */
  readonly standardizedInfluence: number | null;
}

export interface LeaveOneOut extends Result {
  readonly kind: "leave-one-out";
  readonly by: string | null;
  /** How many were left out in turn. */
  readonly units: number;
  readonly effects: readonly LeftOutEffect[];
  /** The most influential on the indirect effect first; those without whom nothing can be estimated before all. */
  readonly leftOut: readonly LeftOut[];
  /** Without whom the indirect effect has the other sign. */
  readonly signChanges: readonly (string | number)[];
}

/**
 * How much mediation effects rest on one site, or on one person: all effects again with each left out in turn, the influence of
 * each on the indirect effect, and without whom it would change its sign. The values of `controlledAt` stay.
 *
 * Point estimates only, for every kind of mediator and outcome; `cluster` and the limits of the specification have no part.
 * Rows with `by` missing stay in throughout. Proportions are not told.
 *
 * Errors: those of `mediate`; "unknown-option", "invalid-option", "unknown-column", "one-cluster" (a single value of `by`), "aborted".
 *
 * Sources: Tukey (1958); Belsley, Kuh & Welsch (1980), section 2.1. Checked against `mediate` without each site and person, and
 * against refits in R.
 *
 * @example
 * ```ts
 * import { leaveOneOut } from "kithpath";
 * const people = Array.from({ length: 60 }, (_, i) => {
 *   const mentored = i % 2;
 *   const connection = 40 + 5 * mentored + ((i * 7) % 11);
 *   return { site: `S${i % 5}`, mentored, connection, wellbeing: 20 + 0.4 * connection + mentored + ((i * 5) % 7) };
 * });
 * const spec = { exposure: "mentored", mediators: ["connection"], outcome: "wellbeing" };
 * const sites = await leaveOneOut(people, spec, { by: "site" });
 * sites.leftOut[0]; // the site on which the indirect effect rests most
 * const single = await leaveOneOut(people, spec);
 * single.signChanges; // rows without which the indirect effect has the other sign
 * ```
 */
export async function leaveOneOut(
  data: Data,
  spec: MediateSpec,
  options: LeaveOneOutOptions = {},
): Promise<LeaveOneOut> {
  refuseUnknown("leaveOneOut", options, ["by", "show"]);
  const { cluster: _cluster, ...unclustered } = spec;
  const analysis = analyse(data, unclustered);
  const { plan } = analysis;
  const groups = options.by === undefined ? everyRow(analysis) : groupsOf(analysis, options.by);
  const units = groups.labels.length;
  const show = completeInteger(
    "leaveOneOut",
    "show",
    options.show,
    1,
    units,
    options.by === undefined ? Math.min(20, units) : units,
  );
  const kept = plan.keys.flatMap((key, k) => (isProportion(key) ? [] : [k]));
  const focus = kept.indexOf(plan.decompositions[0]!.totalIndirect);
  const point = pointEstimate(analysis.estimator);
  refuseUnusable(point, plan);
  const left = await withoutEach(groups.estimator, units, analysis);
  const width = plan.keys.length;
  const chosen = new Float64Array(units * kept.length);
  for (let u = 0; u < units; u++)
    for (let j = 0; j < kept.length; j++) chosen[u * kept.length + j] = left[u * width + kept[j]!]!;
  const errorOf = (j: number) => finiteOrNull(jackknifeStandardError(chosen, j, kept.length));
  const error = errorOf(focus);
  const indirect = point[kept[focus]!]!;
  const all = groups.labels.map((unit, u): LeftOut => {
    const estimates = kept.map((_, j) => finiteOrNull(chosen[u * kept.length + j]!));
    const without = estimates[focus]!;
    const influence = without === null ? null : indirect - without;
    return {
      unit,
      people: groups.sizes[u]!,
      estimates,
      influence,
      standardizedInfluence: influence === null || error === null || error === 0 ? null : influence / error,
    };
  });
  const signChanges = all
    .filter(({ estimates }) => estimates[focus] !== null && estimates[focus]! * indirect < 0)
    .map(({ unit }) => unit);
  const size = ({ influence }: LeftOut) => (influence === null ? Number.POSITIVE_INFINITY : Math.abs(influence));
  return {
    kind: "leave-one-out",
    n: analysis.rows,
    dropped: analysis.dropped,
    notes: leftOutNotes(all, signChanges, groups.outside),
    method: `Effects with each ${options.by === undefined ? "person" : `value of "${options.by}"`} left out in turn.`,
    by: options.by ?? null,
    units,
    effects: kept.map((k, j) => ({
      ...plan.keys[k]!,
      estimate: point[k]!,
      ...spreadOf(all, j, point[k]!),
      jackknifeStandardError: errorOf(j),
    })),
    leftOut: all.toSorted((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a))).slice(0, show),
    signChanges,
  };
}

interface Groups {
  readonly estimator: Estimator;
  readonly labels: readonly (string | number)[];
  readonly sizes: readonly number[];
  /** Rows that belong to no group. */
  readonly outside: number;
}

function everyRow({ estimator, kept }: Analysis): Groups {
  return { estimator, labels: Array.from(kept, (row) => row + 1), sizes: Array.from(kept, () => 1), outside: 0 };
}

function groupsOf({ estimator, table }: Analysis, by: string): Groups {
  const column = categoriesOf(table, by);
  const present = column.levels.map((_, code) => code).filter((code) => column.codes.includes(code));
  if (present.length < 2) {
    throw new KithpathError("one-cluster", `column "${by}" holds a single value: leaving it out leaves nobody`, {
      expected: "at least two values",
      received: String(present.length),
      where: { column: by },
    });
  }
  const placeOf = new Map(present.map((code, place) => [code, place]));
  const outside = present.length;
  const codes = column.codes.map((code) => placeOf.get(code) ?? outside);
  const sizes = new Array<number>(outside + 1).fill(0);
  for (const code of codes) sizes[code]!++;
  return {
    estimator: clusterEstimator(estimator, { codes, count: outside + 1 }),
    labels: present.map((code) => column.levels[code]!),
    sizes: sizes.slice(0, outside),
    outside: sizes[outside]!,
  };
}

async function withoutEach(estimator: Estimator, units: number, { asked }: Analysis): Promise<Float64Array> {
  const width = estimator.names.length;
  const left = new Float64Array(units * width);
  const weights = new Float64Array(estimator.units).fill(1);
  const out = new Float64Array(width);
  const pace = {
    draws: units,
    seed: asked.seed,
    signal: asked.signal ?? undefined,
    onProgress: asked.onProgress ?? undefined,
  };
  await runPaced(pace, (unit) => {
    weights[unit] = 0;
    estimator.estimate(weights, out);
    left.set(out, unit * width);
    weights[unit] = 1;
  });
  return left;
}

function refuseUnusable(point: Float64Array, { decompositions }: EffectPlan): void {
  if (Number.isFinite(point[decompositions[0]!.totalIndirect]!)) return;
  throw new KithpathError("collinear", "leaveOneOut: the columns of a model are too close to collinear", {
    expected: "columns that each add something",
    remedy: "Leave out a covariate that the others determine.",
  });
}

function spreadOf(all: readonly LeftOut[], j: number, estimate: number): { lowest: number; highest: number } {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const { estimates } of all) {
    const value = estimates[j]!;
    if (value === null) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return lowest <= highest ? { lowest, highest } : { lowest: estimate, highest: estimate };
}

function leftOutNotes(all: readonly LeftOut[], signChanges: readonly (string | number)[], outside: number): Note[] {
  const notes: Note[] = [];
  const needed = all.filter(({ influence }) => influence === null).map(({ unit }) => unit);
  if (needed.length > 0)
    notes.push({
      code: "cannot-be-left-out",
      text: `Without ${needed.slice(0, 5).join(", ")} the models cannot be fitted.`,
    });
  if (signChanges.length > 0)
    notes.push({
      code: "sign-rests-on-one",
      text: `Without ${signChanges.slice(0, 5).join(", ")} the indirect effect would have the other sign.`,
    });
  if (outside > 0)
    notes.push({ code: "rows-without-group", text: `${outside} rows belong to no group and stay in throughout.` });
  return notes;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
