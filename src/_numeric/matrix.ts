/** A dense matrix, column-major: the element in row i, column j stands at `data[j * rows + i]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}
