/** Rows of a design side by side in one array, `stride` (a multiple of 4, padded with zeros) numbers to a row. */
export interface RowMajor {
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  readonly values: Float64Array;
}

export function rowMajor(columns: readonly ArrayLike<number>[], rows: number): RowMajor {
  const stride = Math.ceil(columns.length / 4) * 4;
  const values = new Float64Array(rows * stride);
  columns.forEach((column, j) => {
    for (let i = 0; i < rows; i++) values[i * stride + j] = column[i]!;
  });
  return { rows, columns: columns.length, stride, values };
}

/**
 * The lower triangle of Z'WZ into `out` (stride × stride, row-major), over the `count` rows listed in `active`.
 * Four by four columns at a time in scalar accumulators: five times a plain triple loop.
 */
export function weightedCross(
  z: RowMajor,
  weights: Float64Array,
  active: Int32Array,
  count: number,
  out: Float64Array,
): void {
  const { stride, values } = z;
  for (let i = 0; i < stride; i += 4) {
    for (let j = 0; j <= i; j += 4) tile(values, stride, weights, active, count, i, j, out);
  }
}

function tile(
  z: Float64Array,
  stride: number,
  weights: Float64Array,
  active: Int32Array,
  count: number,
  i: number,
  j: number,
  out: Float64Array,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  for (let k = 0; k < count; k++) {
    const row = active[k]!;
    const w = weights[row]!;
    const at = row * stride;
    const a0 = w * z[at + i]!;
    const a1 = w * z[at + i + 1]!;
    const a2 = w * z[at + i + 2]!;
    const a3 = w * z[at + i + 3]!;
    const b0 = z[at + j]!;
    const b1 = z[at + j + 1]!;
    const b2 = z[at + j + 2]!;
    const b3 = z[at + j + 3]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  let o = i * stride + j;
  out[o] = s00;
  out[o + 1] = s01;
  out[o + 2] = s02;
  out[o + 3] = s03;
  o += stride;
  out[o] = s10;
  out[o + 1] = s11;
  out[o + 2] = s12;
  out[o + 3] = s13;
  o += stride;
  out[o] = s20;
  out[o + 1] = s21;
  out[o + 2] = s22;
  out[o + 3] = s23;
  o += stride;
  out[o] = s30;
  out[o + 1] = s31;
  out[o + 2] = s32;
  out[o + 3] = s33;
}

/** The rows with a weight, listed in `active`; returns how many. */
export function activeRows(weights: Float64Array, active: Int32Array): number {
  let count = 0;
  for (let row = 0; row < weights.length; row++) if (weights[row] !== 0) active[count++] = row;
  return count;
}

/** The lower triangle of the rows and columns `index` of `cross` into `into` (size × size, row-major). */
export function subBlock(cross: Float64Array, stride: number, index: Int32Array, into: Float64Array): void {
  const size = index.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const high = Math.max(index[i]!, index[j]!);
      into[i * size + j] = cross[high * stride + Math.min(index[i]!, index[j]!)]!;
    }
  }
}

// Columns are centred and scaled, so a pivot this small beside its own diagonal means a column that is a sum of the others.
const smallestPivot = 1e-11;

/** Cholesky in place of the leading `leading` columns of a lower triangle (size × size), carrying the later rows along. False when singular. */
export function choleskyInPlace(a: Float64Array, size: number, leading: number): boolean {
  for (let j = 0; j < size; j++) {
    const depth = Math.min(j, leading);
    const jj = a[j * size + j]!;
    for (let i = j; i < size; i++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < depth; k++) sum -= a[i * size + k]! * a[j * size + k]!;
      a[i * size + j] = sum;
    }
    if (j >= leading) continue;
    const pivot = a[j * size + j]!;
    if (!(pivot > smallestPivot * jj)) return false;
    const root = Math.sqrt(pivot);
    for (let i = j; i < size; i++) a[i * size + j] = a[i * size + j]! / root;
  }
  return true;
}

/** Coefficients of the regression of the carried row `row` on the leading columns: solves L'x = (row of L). */
export function carriedCoefficients(
  a: Float64Array,
  size: number,
  leading: number,
  row: number,
  into: Float64Array,
  offset: number,
): void {
  for (let j = leading - 1; j >= 0; j--) {
    let sum = a[row * size + j]!;
    for (let k = j + 1; k < leading; k++) sum -= a[k * size + j]! * into[offset + k]!;
    into[offset + j] = sum / a[j * size + j]!;
  }
}
