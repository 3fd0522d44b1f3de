import type { Matrix } from "../_numeric/matrix.ts";

/** People seen at the same waves. */
export interface WavePattern {
  /** The waves they were seen at, in order. */
  readonly waves: Int32Array;
  readonly people: number;
  /** Design by person, wave and column: the column runs fastest. */
  readonly design: Float64Array;
  /** Outcome by person and wave. */
  readonly outcome: Float64Array;
}

/** Rows of people at waves (codes 0, 1, 2 …), each person at a wave at most once, gathered by the waves at which a person was seen. */
export function wavePatterns(
  design: Matrix,
  outcome: Float64Array,
  people: Int32Array,
  waves: Int32Array,
): WavePattern[] {
  const order = Int32Array.from(people.keys()).sort((a, b) => people[a]! - people[b]! || waves[a]! - waves[b]!);
  const found = new Map<string, number[]>();
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && people[order[to]!] === people[order[from]!]) to++;
    const rows = order.subarray(from, to);
    const key = rows.reduce((text, row) => `${text} ${waves[row]}`, "");
    const pattern = found.get(key);
    if (pattern === undefined) found.set(key, [...rows]);
    else for (const row of rows) pattern.push(row);
    from = to;
  }
  return [...found.entries()].map(([key, rows]) => {
    const seen = Int32Array.from(key.trim().split(" "), Number);
    const columns = design.columns;
    const values = new Float64Array(rows.length * columns);
    rows.forEach((row, at) => {
      for (let j = 0; j < columns; j++) values[at * columns + j] = design.data[j * design.rows + row]!;
    });
    return {
      waves: seen,
      people: rows.length / seen.length,
      design: values,
      outcome: Float64Array.from(rows, (row) => outcome[row]!),
    };
  });
}
