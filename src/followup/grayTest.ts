import { selectComplete } from "../arm.ts";
import { refuseUnknown } from "../options.ts";
import { categoriesOf, type Data, toTable } from "../table.ts";
import { eventTables, orderTimes } from "./eventTable.ts";
import { refuseNoEvents } from "./failureRefusals.ts";
import { competingSource } from "./fineGraySpec.ts";
import { addGrayStratum } from "./grayScores.ts";
import { comparedGroups, completeRho, type GroupComparison, refuseOneGroup } from "./groupComparison.ts";
import { emptyScores } from "./logRankScores.ts";
import { type CompetingEvent, eventColumns, type RelapseEvent, readRelapse } from "./relapseEvents.ts";

export interface GrayTestSpec {
  /** A column of times from the start to what ended them; at least 0. */
  readonly time: string;
  /** A column coded 0 and 1, or a status column with the values of the event and of the competing event. */
  readonly event: RelapseEvent;
  /** What made the event impossible, usually death, where `event` does not say it. */
  readonly competing?: CompetingEvent;
  /** A column of the groups to compare. */
  readonly group: string;
  /** A column: compare groups within its values only. */
  readonly strata?: string;
  /** 0 weighs all times alike (default); 1 weighs each by the common share still without the event, early times more. */
  readonly rho?: 0 | 1;
}

export interface GrayTest extends GroupComparison {
  readonly kind: "gray-test";
  readonly time: string;
  readonly event: string;
  readonly group: string;
}

/**
 * Tests whether two or more groups have the same cumulative incidence of an event where another event makes it impossible:
 * Gray's (1988) test of the subdistribution. Where nothing competes it is close to the log-rank test. It answers for the share of people
 * who have the event; the log-rank test with the competing event as censoring answers for the rate among those still free of both.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "no-complete-rows", "competing-needed", "one-group",
 * "no-events", "event-code", "unknown-level", "negative-time", "groups-not-comparable".
 *
 * Source: Gray (1988), Annals of Statistics 16:1141. Checked against cmprsk 2.2-11 (`cuminc`, two and three groups, strata, rho 0 and 1) to 1e-9.
 *
 * @example
 * ```ts
 * import { grayTest } from "kithpath";
 * const test = grayTest(
 *   { days: [5, 9, 14, 20, 26, 31, 40, 52], status: [1, 2, 1, 0, 1, 2, 0, 1], mentored: [0, 1, 0, 0, 1, 0, 1, 1] },
 *   { time: "days", event: { column: "status", event: 1, competing: 2 }, group: "mentored" },
 * );
 * test.pValue;
 * ```
 */
export function grayTest(data: Data, spec: GrayTestSpec): GrayTest {
  const caller = "grayTest";
  refuseUnknown(caller, spec, ["time", "event", "competing", "group", "strata", "rho"]);
  const rho = completeRho(caller, spec.rho);
  const source = competingSource(caller, spec.event, spec.competing, "logRank");
  const used = [spec.time, ...eventColumns(source), spec.group, spec.strata].filter((name) => name !== undefined);
  const { table, rows, dropped } = selectComplete(toTable(data), used);
  const { time, cause, notes } = readRelapse(table, spec.time, source, rows);
  const events = cause.reduce((sum, code) => sum + (code === 1 ? 1 : 0), 0);
  refuseNoEvents(caller, events, table.rows, source.event.column);
  const { levels, codes } = present(categoriesOf(table, spec.group));
  refuseOneGroup(caller, levels, spec.group);
  const strata = spec.strata === undefined ? null : present(categoriesOf(table, spec.strata));
  const histories = { order: orderTimes(time), cause, group: codes };
  const scores = emptyScores(levels.length);
  for (let stratum = 0; stratum < (strata?.levels.length ?? 1); stratum++) {
    const inside = strata === null ? null : Float64Array.from(strata.codes, (code) => (code === stratum ? 1 : 0));
    addGrayStratum(scores, eventTables(histories, levels.length, 2, inside), rho);
  }
  return {
    kind: "gray-test",
    n: table.rows,
    dropped,
    notes,
    method: `Gray's test of the cumulative incidence${rho === 0 ? "" : ", early times weighing more"}${strata === null ? "" : ", stratified"}`,
    time: spec.time,
    event: source.event.column,
    group: spec.group,
    rho,
    strata: strata?.levels.length ?? null,
    ...comparedGroups(scores, levels, codes),
  };
}

/** A category column with the levels that its rows hold. */
function present({ codes, levels }: { readonly codes: Int32Array; readonly levels: readonly string[] }) {
  const held = levels.map((_, code) => code).filter((code) => codes.includes(code));
  const place = new Map(held.map((code, at) => [code, at]));
  return { levels: held.map((code) => levels[code]!), codes: codes.map((code) => place.get(code)!) };
}
