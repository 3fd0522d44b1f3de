import {
  cholesky,
  choleskySolve,
  invertSymmetric,
  type Matrix,
  matrix,
  multiply,
  partOfMatrix,
  traceOfProduct,
} from "../_numeric/matrix.ts";
import type { WavePattern } from "./wavePatterns.ts";

export interface LikelihoodProblem {
  readonly patterns: readonly WavePattern[];
  readonly waves: number;
  readonly columns: number;
  readonly rows: number;
  /** Restricted (REML) or full (ML) likelihood. */
  readonly restricted: boolean;
}

/** The likelihood at one covariance matrix of the waves, at its best coefficients. */
export interface LikelihoodAt {
  readonly logLikelihood: number;
  readonly coefficients: Float64Array;
  /** C⁻¹ = (X′V⁻¹X)⁻¹. */
  readonly crossInverse: Matrix;
  readonly inverses: readonly Matrix[];
}

/** log L = −½ (log|V| + r′V⁻¹r + [log|X′V⁻¹X|] + (rows [− columns]) log 2π); `null` where V is not positive definite. */
export function likelihoodAt(problem: LikelihoodProblem, covariance: Matrix): LikelihoodAt | null {
  const { columns: p, rows, restricted } = problem;
  const cross = matrix(p, p);
  const right = new Float64Array(p);
  const inverses: Matrix[] = [];
  let logDeterminant = 0;
  for (const { waves, people, design, outcome } of problem.patterns) {
    const block = partOfMatrix(covariance, waves);
    const root = cholesky(block);
    const inverse = invertSymmetric(block);
    if (root === null || inverse === null) return null;
    inverses.push(inverse);
    const m = waves.length;
    for (let a = 0; a < m; a++) logDeterminant += 2 * people * Math.log(root.data[a * m + a]!);
    const weighted = new Float64Array(m * p);
    for (let person = 0; person < people; person++) {
      weigh(inverse, design, person * m * p, p, weighted);
      for (let a = 0; a < m; a++) {
        const row = (person * m + a) * p;
        for (let j = 0; j < p; j++) {
          const x = design[row + j]!;
          right[j]! += weighted[a * p + j]! * outcome[person * m + a]!;
          for (let k = 0; k < p; k++) cross.data[j * p + k]! += x * weighted[a * p + k]!;
        }
      }
    }
  }
  const root = cholesky(cross);
  const crossInverse = invertSymmetric(cross);
  if (root === null || crossInverse === null) return null;
  const coefficients = choleskySolve(root, right);
  const squares = squaresOf(problem, inverses, coefficients);
  let logCross = 0;
  for (let j = 0; j < p; j++) logCross += 2 * Math.log(root.data[j * p + j]!);
  const free = restricted ? rows - p : rows;
  const logLikelihood = -(logDeterminant + squares + (restricted ? logCross : 0) + free * Math.log(2 * Math.PI)) / 2;
  return { logLikelihood, coefficients, crossInverse, inverses };
}

/** Σ r′V⁻¹r, from the residuals: the difference y′V⁻¹y − β′X′V⁻¹y would lose digits. */
function squaresOf(
  { patterns, columns: p }: LikelihoodProblem,
  inverses: readonly Matrix[],
  coefficients: Float64Array,
) {
  let squares = 0;
  patterns.forEach((pattern, index) => {
    const m = pattern.waves.length;
    const residual = new Float64Array(m);
    const weighted = new Float64Array(m);
    for (let person = 0; person < pattern.people; person++) {
      residualsOf(pattern, person, coefficients, p, residual);
      weigh(inverses[index]!, residual, 0, 1, weighted);
      for (let a = 0; a < m; a++) squares += residual[a]! * weighted[a]!;
    }
  });
  return squares;
}

function residualsOf(
  { waves, design, outcome }: WavePattern,
  person: number,
  coefficients: Float64Array,
  p: number,
  residual: Float64Array,
): void {
  const m = waves.length;
  for (let a = 0; a < m; a++) {
    let value = outcome[person * m + a]!;
    for (let j = 0; j < p; j++) value -= design[(person * m + a) * p + j]! * coefficients[j]!;
    residual[a] = value;
  }
}

interface LikelihoodSlopes {
  /** ∂ log L / ∂V, so that the derivative by a parameter is the sum of its products with ∂V/∂θ. */
  readonly gradient: Matrix;
  /** −∂² log L for the slopes given, without the part of the curvature of V. */
  readonly observed: Matrix;
  readonly expected: Matrix;
  /** X′V⁻¹(∂V/∂θ)V⁻¹X per parameter: ∂C⁻¹/∂θ is C⁻¹ times it times C⁻¹. */
  readonly crossSlopes: readonly Matrix[];
}

/**
 * First and second derivatives by parameters of V (Harville 1977; Lindstrom & Bates 1988), with P = V⁻¹ − V⁻¹X C⁻¹X′V⁻¹:
 * gradient ½ (y′PV̇Py − tr PV̇), observed information y′PV̇ᵢPV̇ⱼPy − ½ tr PV̇ᵢPV̇ⱼ, expected ½ tr PV̇ᵢPV̇ⱼ;
 * V⁻¹ stands for P in the traces of the full likelihood.
 */
export function likelihoodSlopes(
  problem: LikelihoodProblem,
  at: LikelihoodAt,
  slopes: readonly Matrix[],
): LikelihoodSlopes {
  const { waves: size, columns: p, restricted } = problem;
  const { crossInverse } = at;
  const gradient = matrix(size, size);
  const observed = matrix(slopes.length, slopes.length);
  const expected = matrix(slopes.length, slopes.length);
  // sums over people of K_a K_b′ and K_a u_b, K being V⁻¹X and u = V⁻¹r, by waves a and b
  const crossParts = new Float64Array(size * size * p * p);
  const residualParts = new Float64Array(size * size * p);
  problem.patterns.forEach((pattern, index) => {
    const inverse = at.inverses[index]!;
    const { leverage, products } = sumsOverPeople(pattern, inverse, at, size, crossParts, residualParts, p);
    const m = pattern.waves.length;
    const half = pattern.people / 2;
    const forObserved = matrix(m, m);
    const forExpected = matrix(m, m);
    for (let b = 0; b < m; b++) {
      for (let a = 0; a < m; a++) {
        const k = b * m + a;
        const fitted = restricted ? leverage[k]! : 0;
        forObserved.data[k] = products[k]! + fitted - half * inverse.data[k]!;
        forExpected.data[k] = half * inverse.data[k]! - fitted;
        gradient.data[pattern.waves[b]! * size + pattern.waves[a]!]! +=
          (products[k]! + fitted - pattern.people * inverse.data[k]!) / 2;
      }
    }
    const blocks = slopes.map((slope) => partOfMatrix(slope, pattern.waves));
    addTraces(observed, forObserved, inverse, blocks);
    addTraces(expected, forExpected, inverse, blocks);
  });

  const crossSlopes = slopes.map((slope) => contract(slope, crossParts, p * p, matrix(p, p)));
  const residualSlopes = slopes.map((slope) => contract(slope, residualParts, p, matrix(p, 1)));
  const turned = crossSlopes.map((slope) => multiply(crossInverse, slope));
  const solved = residualSlopes.map((slope) => multiply(crossInverse, slope));
  const count = slopes.length;
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++) {
      const trace = restricted ? traceOfProduct(turned[i]!, turned[j]!) / 2 : 0;
      let direct = 0;
      for (let k = 0; k < p; k++) direct += residualSlopes[i]!.data[k]! * solved[j]!.data[k]!;
      observed.data[j * count + i]! -= direct + trace;
      expected.data[j * count + i]! += trace;
    }
  }
  return { gradient, observed, expected, crossSlopes };
}

/** Σ K C⁻¹K′ and Σ uu′ of the people of one pattern; adds to the sums by waves. */
function sumsOverPeople(
  pattern: WavePattern,
  inverse: Matrix,
  { coefficients, crossInverse }: LikelihoodAt,
  size: number,
  crossParts: Float64Array,
  residualParts: Float64Array,
  p: number,
): { leverage: Float64Array; products: Float64Array } {
  const { waves, people, design } = pattern;
  const m = waves.length;
  const leverage = new Float64Array(m * m);
  const products = new Float64Array(m * m);
  const weighted = new Float64Array(m * p);
  const scaled = new Float64Array(m * p);
  const residual = new Float64Array(m);
  const u = new Float64Array(m);
  for (let person = 0; person < people; person++) {
    weigh(inverse, design, person * m * p, p, weighted);
    residualsOf(pattern, person, coefficients, p, residual);
    weigh(inverse, residual, 0, 1, u);
    for (let a = 0; a < m; a++) {
      for (let j = 0; j < p; j++) {
        let value = 0;
        for (let k = 0; k < p; k++) value += crossInverse.data[k * p + j]! * weighted[a * p + k]!;
        scaled[a * p + j] = value;
      }
    }
    for (let b = 0; b < m; b++) {
      for (let a = 0; a < m; a++) {
        const place = waves[b]! * size + waves[a]!;
        let value = 0;
        for (let j = 0; j < p; j++) {
          const left = weighted[a * p + j]!;
          value += left * scaled[b * p + j]!;
          residualParts[place * p + j]! += left * u[b]!;
          for (let k = 0; k < p; k++) crossParts[(place * p + k) * p + j]! += left * weighted[b * p + k]!;
        }
        leverage[b * m + a]! += value;
        products[b * m + a]! += u[a]! * u[b]!;
      }
    }
  }
  return { leverage, products };
}

/** The inverse times the rows of one person, `width` columns to a row. */
export function weigh(inverse: Matrix, values: Float64Array, from: number, width: number, target: Float64Array): void {
  const m = inverse.rows;
  target.fill(0);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      const weight = inverse.data[b * m + a]!;
      for (let j = 0; j < width; j++) target[a * width + j]! += weight * values[from + b * width + j]!;
    }
  }
}

/** Adds tr(A V̇ᵢ V⁻¹ V̇ⱼ) for all i and j. */
function addTraces(target: Matrix, a: Matrix, inverse: Matrix, slopes: readonly Matrix[]): void {
  slopes.forEach((slope, i) => {
    const left = multiply(multiply(a, slope), inverse);
    for (let j = 0; j <= i; j++) {
      const value = traceOfProduct(left, slopes[j]!);
      target.data[j * target.rows + i]! += value;
      if (i !== j) target.data[i * target.rows + j]! += value;
    }
  });
}

/** Σ over waves a and b of slope_ab times the part of a and b. */
function contract(slope: Matrix, parts: Float64Array, length: number, target: Matrix): Matrix {
  slope.data.forEach((weight, place) => {
    if (weight === 0) return;
    for (let k = 0; k < length; k++) target.data[k]! += weight * parts[place * length + k]!;
  });
  return target;
}
