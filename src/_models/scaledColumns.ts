import { mean } from "../_numeric/describe.ts";
import { fromColumns, type Matrix, transposeTimes } from "../_numeric/matrix.ts";

/** Columns less their mean, over their standard deviation with divisor n. */
export interface ScaledColumns {
  readonly columns: Float64Array[];
  readonly means: Float64Array;
  readonly scales: Float64Array;
  /** The second moments of the scaled columns: their correlations. */
  readonly moments: Matrix;
}

export function scaleColumns(columns: readonly Float64Array[]): ScaledColumns {
  const rows = columns[0]!.length;
  const means = Float64Array.from(columns, (column) => mean(column));
  const centred = columns.map((column, k) => column.map((value) => value - means[k]!));
  const scales = Float64Array.from(centred, (column) => Math.sqrt(mean(column.map((value) => value * value))));
  const scaled = centred.map((column, k) => column.map((value) => value / scales[k]!));
  const design = fromColumns(scaled);
  const moments = transposeTimes(design, design);
  moments.data.forEach((value, place) => {
    moments.data[place] = value / rows;
  });
  return { columns: scaled, means, scales, moments };
}
