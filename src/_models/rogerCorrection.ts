import { type Matrix, matrix, multiply, partOfMatrix } from "../_numeric/matrix.ts";
import { type LikelihoodAt, type LikelihoodProblem, weigh } from "./restrictedLikelihood.ts";

/**
 * C⁻¹ + 2C⁻¹ Σ Wᵢⱼ (Qᵢⱼ − PᵢC⁻¹Pⱼ) C⁻¹ of Kenward & Roger (1997, section 2), Pᵢ = X′V⁻¹VᵢV⁻¹X and Qᵢⱼ = X′V⁻¹VᵢV⁻¹VⱼV⁻¹X, W the
 * covariance of the parameters, for a V that is linear in them.
 */
export function correctedCovariance(
  problem: LikelihoodProblem,
  { crossInverse, inverses }: LikelihoodAt,
  basis: readonly Matrix[],
  crossSlopes: readonly Matrix[],
  parameterCovariance: Matrix,
): Matrix {
  const { columns: p } = problem;
  const count = basis.length;
  const inner = matrix(p, p);
  problem.patterns.forEach(({ waves, people, design }, index) => {
    const inverse = inverses[index]!;
    const m = waves.length;
    const between = matrix(m, m);
    const blocks = basis.map((part) => partOfMatrix(part, waves));
    const right = blocks.map((block) => multiply(inverse, block));
    for (let i = 0; i < count; i++) {
      const sum = matrix(m, m);
      for (let j = 0; j < count; j++) addScaled(sum, right[j]!, parameterCovariance.data[j * count + i]!);
      addScaled(between, multiply(blocks[i]!, sum), 1);
    }
    const weighted = new Float64Array(m * p);
    const moved = new Float64Array(m * p);
    for (let person = 0; person < people; person++) {
      weigh(inverse, design, person * m * p, p, weighted);
      weigh(between, weighted, 0, p, moved);
      for (let a = 0; a < m; a++) {
        for (let k = 0; k < p; k++) {
          const value = moved[a * p + k]!;
          for (let j = 0; j < p; j++) inner.data[k * p + j]! += weighted[a * p + j]! * value;
        }
      }
    }
  });
  for (let i = 0; i < count; i++) {
    const left = multiply(crossSlopes[i]!, crossInverse);
    for (let j = 0; j < count; j++) {
      addScaled(inner, multiply(left, crossSlopes[j]!), -parameterCovariance.data[j * count + i]!);
    }
  }
  const correction = multiply(multiply(crossInverse, inner), crossInverse);
  return { ...crossInverse, data: crossInverse.data.map((value, k) => value + 2 * correction.data[k]!) };
}

function addScaled(target: Matrix, part: Matrix, factor: number): void {
  for (let k = 0; k < target.data.length; k++) target.data[k]! += factor * part.data[k]!;
}
