import type { Matrix } from "../_numeric/matrix.ts";

/** Complete histories: a row is at risk after `start` (from the beginning where `start` is null) up to and including `stop`. */
export interface CoxData {
  /** Covariates without an intercept. */
  readonly design: Matrix;
  readonly start: Float64Array | null;
  readonly stop: Float64Array;
  /** 1 where the row ends with the event. */
  readonly event: ArrayLike<number>;
  readonly strata: { readonly codes: Int32Array; readonly count: number } | null;
  readonly weights: Float64Array | null;
}

/** One distinct time of a stratum: the rows from `from` to `end` end then, its first `deaths` rows with the event. */
export interface TimeGroup {
  readonly time: number;
  readonly stratum: number;
  readonly from: number;
  readonly end: number;
  readonly deaths: number;
  /** Rows of the stratum that are at risk then. */
  readonly atRisk: number;
  /** Rows in `entries` before this place had not yet entered at this time. */
  readonly notEntered: number;
}

/** The histories sorted once: strata together, times falling, events first; covariates centred and scaled. */
export interface CoxHistory {
  readonly rows: number;
  readonly columns: number;
  /** Sorted position → row of the data. */
  readonly order: Int32Array;
  /** Row-major in sorted order, centred at the weighted mean and divided by the weighted standard deviation. */
  readonly covariates: Float64Array;
  readonly centre: Float64Array;
  readonly scale: Float64Array;
  readonly weights: Float64Array;
  readonly groups: readonly TimeGroup[];
  /** Sorted positions by stratum and falling start; empty without start times. */
  readonly entries: Int32Array;
  /** Start times, in no order; empty without. */
  readonly starts: Float64Array;
  /** For every sorted position the latest group of its stratum at or before its start; `groups.length` where there is none. */
  readonly enteredAfter: Int32Array;
  /** Rows that end with the event. */
  readonly events: number;
}

export function sortHistory(data: CoxData): CoxHistory {
  const { design, start, stop, event, strata } = data;
  const stratumOf = (row: number) => strata?.codes[row] ?? 0;
  const order = Int32Array.from(stop, (_, row) => row).sort(
    (a, b) => stratumOf(a) - stratumOf(b) || stop[b]! - stop[a]! || event[b]! - event[a]! || a - b,
  );
  const weights = Float64Array.from(order, (row) => data.weights?.[row] ?? 1);
  const { centre, scale } = centreAndScale(design, data.weights);
  const columns = design.columns;
  const covariates = new Float64Array(stop.length * columns);
  order.forEach((row, i) => {
    for (let j = 0; j < columns; j++) {
      covariates[i * columns + j] = (design.data[j * design.rows + row]! - centre[j]!) / scale[j]!;
    }
  });
  const startAt = (i: number) => start![order[i]!]!;
  const entries =
    start === null
      ? new Int32Array(0)
      : Int32Array.from(order, (_, i) => i).sort(
          (a, b) => stratumOf(order[a]!) - stratumOf(order[b]!) || startAt(b) - startAt(a) || a - b,
        );
  const groups: TimeGroup[] = [];
  let notEntered = 0;
  let first = 0;
  for (let from = 0, end = 0; from < order.length; from = end) {
    const time = stop[order[from]!]!;
    const stratum = stratumOf(order[from]!);
    let deaths = 0;
    for (end = from; end < order.length && stop[order[end]!] === time && stratumOf(order[end]!) === stratum; end++) {
      if (event[order[end]!] === 1) deaths++;
    }
    const late = (i: number) => {
      const other = stratumOf(order[i]!);
      return other < stratum || (other === stratum && startAt(i) >= time);
    };
    while (notEntered < entries.length && late(entries[notEntered]!)) notEntered++;
    if (groups.at(-1)?.stratum !== stratum) first = from;
    const atRisk = end - (start === null ? first : notEntered);
    groups.push({ time, stratum, from, end, deaths, atRisk, notEntered });
  }
  const enteredAfter = new Int32Array(order.length).fill(groups.length);
  let g = 0;
  for (const i of entries) {
    const stratum = stratumOf(order[i]!);
    while (
      g < groups.length &&
      (groups[g]!.stratum < stratum || (groups[g]!.stratum === stratum && groups[g]!.time > startAt(i)))
    )
      g++;
    if (g < groups.length && groups[g]!.stratum === stratum) enteredAfter[i] = g;
  }
  return {
    rows: order.length,
    columns,
    order,
    covariates,
    centre,
    scale,
    weights,
    groups,
    entries,
    starts: start ?? new Float64Array(0),
    enteredAfter,
    events: groups.reduce((sum, group) => sum + group.deaths, 0),
  };
}

function centreAndScale(design: Matrix, weights: Float64Array | null): { centre: Float64Array; scale: Float64Array } {
  const centre = new Float64Array(design.columns);
  const scale = new Float64Array(design.columns);
  let total = 0;
  for (let i = 0; i < design.rows; i++) total += weights?.[i] ?? 1;
  for (let j = 0; j < design.columns; j++) {
    const values = design.data.subarray(j * design.rows, (j + 1) * design.rows);
    const first = values[0] ?? 0;
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += (weights?.[i] ?? 1) * (values[i]! - first);
    const mean = first + sum / total;
    let squares = 0;
    for (let i = 0; i < values.length; i++) squares += (weights?.[i] ?? 1) * (values[i]! - mean) ** 2;
    centre[j] = mean;
    scale[j] = squares > 0 ? Math.sqrt(squares / total) : 1;
  }
  return { centre, scale };
}
