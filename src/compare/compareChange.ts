import type { CovarianceType } from "../_models/covariance.ts";
import { variablesOfTerm } from "../_models/namedDesign.ts";
import { type Arm, armOrderNotes, refuseRepeatedPeople, selectArms, selectComplete } from "../arm.ts";
import type { Direction, Result } from "../estimate.ts";
import { type Data, numbersOf, type Table, takeRows, toTable } from "../table.ts";
import { covarianceName, slopeNotes } from "./ancova.ts";
import { type ArmContrasts, armContrasts, noContrasts } from "./armContrasts.ts";
import { changeNotes } from "./changeNotes.ts";
import { type CompareChangeSpec, completeSpec } from "./compareChangeSpec.ts";
import { clusterNotes, clustersOf } from "./covarianceChoice.ts";
import { type GroupChange, groupChange } from "./groupChange.ts";
import { countResponders, type Responders } from "./responders.ts";
import { refuseRepeated } from "./roles.ts";

export interface CompareChange extends Result, ArmContrasts {
  readonly kind: "compare-change";
  readonly before: string;
  readonly after: string;
  readonly better: Direction;
  readonly covariates: readonly string[];
  readonly covariance: CovarianceType;
  readonly cluster: string | null;
  readonly clusters: number | null;
  readonly level: number;
  readonly arm: { readonly column: string; readonly treated: string; readonly reference: string } | null;
  /** The change within each arm, treated first, or within the one group. */
  readonly groups: readonly GroupChange[];
  /** `null` unless a minimal important change was given. */
  readonly responders: Responders | null;
}

/**
 * What changed from before to after, and with an `arm` how much more it changed among the treated than among people like
 * them in the reference arm.
 *
 * One group: mean change, after − before, with its paired t test, labelled change and not effect. Two arms: the same within
 * each, and between them the baseline-adjusted difference (`adjusted`, see `ancova`) with the difference of the changes and
 * the unadjusted difference after as sensitivity rows, all treated − reference, all from the same complete rows, in points
 * of the scale. With `cluster` every standard error is cluster-robust (CR2, Satterthwaite df, by default). With
 * `minimalImportantChange` the responders are counted and compared. Level 0.95 by default.
 *
 * Errors: "unknown-column", "not-numeric", "not-two-arms", "one-arm", "unknown-level", "no-complete-rows", "too-few-rows",
 * "collinear", "constant-column", "no-variation", "one-cluster", "too-few-clusters", "several-rows-per-person", "repeated-variable", "covariates-without-arm",
 * "unknown-option", "invalid-option".
 *
 * Sources: Vickers & Altman (2001) for the adjusted difference; Lord (1967) for why the rows may disagree; Newcombe (1998).
 * Checked against R 4.2.2 `lm`, `t.test` and clubSandwich on the simulated cohort to 8 digits.
 *
 * @example
 * ```ts
 * import { compareChange } from "kithpath";
 * const people = Array.from({ length: 24 }, (_, i) => ({
 *   mentored: i % 2,
 *   before: 40 + (i % 7),
 *   after: 43 + (i % 7) + 2 * (i % 2) + (i % 3),
 * }));
 * const result = compareChange(people, { before: "before", after: "after", arm: "mentored", better: "higher" });
 * result.adjusted?.estimate;
 * result.groups.map(({ arm, change }) => [arm, change.estimate]);
 * ```
 */
export function compareChange(data: Data, spec: CompareChangeSpec): CompareChange {
  const given = completeSpec(spec);
  const { before, after, better, cluster, level, covariance, minimalImportantChange } = given;
  const table = toTable(data);
  refuseRepeatedPeople("compareChange", table, cluster);
  const covariates = given.covariates.filter((name) => name !== before);
  const variables = covariates.flatMap((term) => variablesOfTerm(table, term));
  const armName = spec.arm === undefined ? [] : [typeof spec.arm === "string" ? spec.arm : spec.arm.column];
  const others = variables.filter((name) => name !== before);
  refuseRepeated("compareChange", { before: [before], after: [after], arm: armName, covariates: others });
  numbersOf(table, before);
  numbersOf(table, after);

  const names = [before, after, ...variables, ...(cluster === undefined ? [] : [cluster])];
  const selection =
    spec.arm === undefined ? { ...selectComplete(table, names), arm: null } : selectArms(table, spec.arm, names);
  const rows = selection.table;
  const clusters = clustersOf(rows, cluster);
  const groups = groupsOf(rows, selection.arm).map(({ label, members }) => groupChange(members, label, given));
  const between =
    selection.arm === null ? noContrasts : armContrasts(rows, selection.arm, { ...given, covariates, clusters });
  const responders =
    minimalImportantChange === undefined
      ? null
      : countResponders(rows, selection.arm, { ...given, minimalImportantChange, clusters });
  const tests = [...groups.map(({ change }) => change), between.adjusted, between.changeScore, between.unadjustedAfter];
  const lowestDf = Math.min(...tests.map((test) => test?.df ?? Number.POSITIVE_INFINITY));
  return {
    kind: "compare-change",
    before,
    after,
    better,
    covariates,
    covariance,
    cluster: cluster ?? null,
    clusters: clusters?.count ?? null,
    level,
    arm:
      selection.arm === null
        ? null
        : { column: selection.arm.column, treated: selection.arm.treated, reference: selection.arm.reference },
    groups,
    ...between,
    responders,
    n: rows.rows,
    dropped: selection.dropped,
    notes: [
      ...armOrderNotes(table, spec.arm, selection.arm?.treated, selection.arm?.reference),
      ...changeNotes({ groups, baselineDifference: between.baselineDifference, cluster }),
      ...slopeNotes(between),
      ...clusterNotes(cluster, clusters?.count ?? null, lowestDf),
    ],
    method: methodOf(selection.arm, covariance, cluster),
  };
}

function groupsOf(table: Table, arm: Arm | null): { label: string | null; members: Table }[] {
  if (arm === null) return [{ label: null, members: table }];
  const all = Array.from({ length: table.rows }, (_, row) => row);
  return [
    {
      label: arm.treated,
      members: takeRows(
        table,
        all.filter((row) => arm.indicator[row] === 1),
      ),
    },
    {
      label: arm.reference,
      members: takeRows(
        table,
        all.filter((row) => arm.indicator[row] === 0),
      ),
    },
  ];
}

function methodOf(arm: Arm | null, covariance: CovarianceType, cluster: string | undefined): string {
  const within = cluster === undefined ? "paired t test" : `t test with ${covarianceName(covariance)}`;
  return arm === null
    ? `change (after − before) by ${within}`
    : `analysis of covariance with ${covarianceName(covariance)}; changes within arms by ${within}`;
}
