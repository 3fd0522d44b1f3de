import { type Matrix, matrix } from "../../_numeric/matrix.ts";

/** One term of a linear predictor: a baseline column, times an exposure column and a mediator's feature where these are not −1. */
export interface Term {
  readonly name: string;
  /** The variable whose column is told to be collinear or separated. */
  readonly variable: string;
  readonly base: number;
  readonly exposure: number;
  readonly feature: number;
}

/** The columns that terms are made of. `base[0]` is the constant 1. */
export interface SystemColumns {
  readonly rows: number;
  readonly base: readonly Float64Array[];
  readonly exposure: readonly Float64Array[];
  readonly features: readonly Float64Array[];
}

export function designMatrix(columns: SystemColumns, terms: readonly Term[]): Matrix {
  const design = matrix(columns.rows, terms.length);
  terms.forEach((term, j) => {
    for (let i = 0; i < columns.rows; i++) {
      let value = columns.base[term.base]![i]!;
      if (term.exposure >= 0) value *= columns.exposure[term.exposure]![i]!;
      if (term.feature >= 0) value *= columns.features[term.feature]![i]!;
      design.data[j * columns.rows + i] = value;
    }
  });
  return design;
}
