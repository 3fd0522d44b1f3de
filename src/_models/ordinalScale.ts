import { mean } from "../_numeric/describe.ts";
import { columnOfMatrix, type Matrix, matrix } from "../_numeric/matrix.ts";

/** Every column less its mean and divided by its root mean square around it. */
export function centredColumns(design: Matrix): { centred: Matrix; centres: Float64Array; scales: Float64Array } {
  const centred = matrix(design.rows, design.columns);
  const centres = new Float64Array(design.columns);
  const scales = new Float64Array(design.columns);
  for (let j = 0; j < design.columns; j++) {
    const column = columnOfMatrix(design, j);
    const centre = mean(column);
    let squares = 0;
    for (const value of column) squares += (value - centre) ** 2;
    const scale = Math.sqrt(squares / design.rows) || 1;
    centres[j] = centre;
    scales[j] = scale;
    centred.data.set(
      column.map((value) => (value - centre) / scale),
      j * design.rows,
    );
  }
  return { centred, centres, scales };
}
