import type { CompareChange } from "../compare/index.ts";
import type { Estimate, Interval } from "../estimate.ts";
import type { Evaluation } from "../evaluate.ts";
import type { FollowRelapse } from "../followup/index.ts";
import type { Mediation } from "../mediation/index.ts";

/** One estimate as one flat row, ready for a data frame, a spreadsheet or `console.table`. */
export interface TidyRow {
  readonly analysis: string;
  readonly outcome: string;
  readonly term: string;
  readonly group: string | null;
  readonly scale: string | null;
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly level: number | null;
  readonly pValue: number | null;
  readonly n: number;
}

type Part = {
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly pValue?: number | null;
};

/**
 * The estimates of a result as flat rows, one estimate a row, unrounded.
 *
 * @example
 * ```ts
 * import { compareChange, tidy } from "kithpath";
 * const people = { before: [3, 5, 4, 6, 5], after: [5, 6, 7, 9, 5] };
 * const rows = tidy(compareChange(people, { before: "before", after: "after", better: "higher" }));
 * rows[0].estimate; // 1.8
 * ```
 */
export function tidy(result: Evaluation | CompareChange | FollowRelapse | Mediation): TidyRow[] {
  switch (result.kind) {
    case "evaluation":
      return [
        ...result.comparisons.flatMap(tidy),
        ...(result.relapse === null ? [] : tidy(result.relapse)),
        ...result.mediations.flatMap(tidy),
      ];
    case "compare-change":
      return changeRows(result);
    case "follow-relapse":
      return relapseRows(result);
    case "mediation":
      return mediationRows(result);
  }
}

function rowMaker(analysis: string, outcome: string) {
  return (
    term: string,
    part: Part | null,
    n: number,
    group: string | null = null,
    scale: string | null = null,
  ): TidyRow[] =>
    part === null
      ? []
      : [
          {
            analysis,
            outcome,
            term,
            group,
            scale,
            estimate: part.estimate,
            standardError: part.standardError,
            lower: part.interval?.lower ?? null,
            upper: part.interval?.upper ?? null,
            level: part.interval?.level ?? null,
            pValue: part.pValue ?? null,
            n,
          },
        ];
}

function changeRows(result: CompareChange): TidyRow[] {
  const row = rowMaker(result.kind, result.after);
  return [
    ...result.groups.flatMap((group) => [
      ...row("change", group.change, group.n, group.arm),
      ...row("d_z", group.standardizedChange.dz, group.n, group.arm),
      ...row("d_av", group.standardizedChange.dav, group.n, group.arm),
    ]),
    ...row("adjusted difference", result.adjusted, result.n),
    ...row("difference in change scores", result.changeScore, result.n),
    ...row("unadjusted difference after", result.unadjustedAfter, result.n),
    ...row("standardised adjusted difference", result.standardizedAdjusted, result.n),
  ];
}

function relapseRows(result: FollowRelapse): TidyRow[] {
  const row = rowMaker(result.kind, result.time);
  const groupRows = (term: string, part: (group: FollowRelapse["groups"][number]) => Estimate) =>
    result.groups.flatMap((group) => row(term, part(group), group.n, group.arm));
  return [
    ...groupRows("risk", (group) => group.risk),
    ...groupRows("net risk", (group) => group.netRisk),
    ...groupRows("restricted mean", (group) => group.restrictedMean),
    ...row("risk difference", result.riskDifference, result.n),
    ...row("risk ratio", result.riskRatio, result.n),
    ...row("restricted mean difference", result.restrictedMeanDifference, result.n),
  ];
}

function mediationRows(result: Mediation): TidyRow[] {
  const row = rowMaker(result.kind, result.outcome.column);
  return [
    ...result.effects.flatMap((effect) =>
      row([effect.effect, ...toldFor(effect)].join(" "), effect, result.n, effect.mediator, effect.scale),
    ),
    ...result.paths.flatMap((path) =>
      row(`path ${path.path}: ${path.from} → ${path.to}`, path, result.n, path.mediator),
    ),
  ];
}

/** What tells apart effects of one name: the path, the moderator's value, the day, the level. */
function toldFor({ path, given, horizon, threshold }: Mediation["effects"][number]): string[] {
  return [
    ...(path === null ? [] : [path.join(" → ")]),
    ...(given === null ? [] : [`given ${given}`]),
    ...(horizon === null ? [] : [`by ${horizon}`]),
    ...(threshold === null ? [] : [`at ${threshold} or higher`]),
  ];
}
