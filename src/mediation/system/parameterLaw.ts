import type { Clusters } from "../../_models/covariance.ts";
import { type Matrix, matrix, multiply } from "../../_numeric/matrix.ts";
import { KithpathError } from "../../errors.ts";
import type { BuiltSystem } from "./build.ts";
import type { Equation, EquationLaw } from "./equation.ts";
import { designMatrix } from "./terms.ts";

/** All parameters in a row (mediators' models in order, then the outcome's) and their joint covariance. */
export interface ParameterLaw {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
  /** Puts one draw of the parameters into the equations. */
  place(parameters: Float64Array): void;
}

/**
 * The normal approximation at the fit in force. From the models: equations are independent, but for parallel normal mediators,
 * whose coefficients covary as σ_kl (X′X)⁻¹. Robust: the sandwich of all equations' scores stacked, so that coefficients of
 * different models covary as their scores do; summed by cluster, times G/(G − 1), with clusters. HC3: residuals divided by
 * 1 − leverage (MacKinnon & White 1985), models independent but for parallel mediators.
 * Errors: "not-supported" for a partial likelihood, and for HC3 unless every equation is linear.
 */
export function parameterLaw(
  system: BuiltSystem,
  equations: readonly Equation[],
  weights: Float64Array,
  kind: "model" | "robust" | "HC3",
  clusters: Clusters | null,
): ParameterLaw {
  const laws = equations.map((equation) => {
    const law = equation.law(weights);
    if (law !== null) return law;
    throw new KithpathError("not-supported", "mediate has no normal approximation for a Cox model's baseline hazard", {
      expected: 'inference.method "bootstrap" or "bayesian-bootstrap", or outcome.model "weibull"',
      where: { path: "inference.method" },
    });
  });
  const starts = equations.map((_, k) =>
    equations.slice(0, k).reduce((sum, { parameters }) => sum + parameters.length, 0),
  );
  const size = equations.reduce((sum, { parameters }) => sum + parameters.length, 0);
  const mean = new Float64Array(size);
  equations.forEach(({ parameters }, k) => {
    mean.set(parameters, starts[k]!);
  });
  const covariance = matrix(size, size);
  if (kind === "HC3") {
    addDividedResiduals(system, equations, laws, starts, covariance);
  } else if (kind === "robust" || clusters !== null) {
    const influence = new Float64Array(system.rows * size);
    laws.forEach((law, k) => {
      const width = equations[k]!.parameters.length;
      for (let i = 0; i < system.rows; i++)
        for (let j = 0; j < width; j++)
          influence[i * size + starts[k]! + j] = weights[i]! * law.influence[i * width + j]!;
    });
    addSandwich(covariance, influence, system.rows, clusters);
  } else {
    laws.forEach((law, k) => {
      put(covariance, law.covariance, starts[k]!, starts[k]!);
    });
    addSharedErrors(system, laws, starts, weights, covariance);
  }
  if (!covariance.data.every(Number.isFinite)) {
    throw new KithpathError("collinear", "mediate: the columns of a model are too close to collinear", {
      expected: "terms that each add something",
      remedy: "Leave out a covariate that the others determine.",
    });
  }
  return {
    mean,
    covariance,
    place(parameters) {
      equations.forEach((equation, k) => {
        equation.parameters.set(parameters.subarray(starts[k]!, starts[k]! + equation.parameters.length));
      });
    },
  };
}

function addDividedResiduals(
  { rows, mediators, parents }: BuiltSystem,
  equations: readonly Equation[],
  laws: readonly EquationLaw[],
  starts: readonly number[],
  covariance: Matrix,
): void {
  const divided = laws.map(({ influence, leverage }, k) => {
    if (leverage === null) {
      throw new KithpathError("not-supported", "HC3 is offered for linear models of mediators and outcome only", {
        expected: 'inference.covariance "robust" or "model"',
        where: { path: "inference.covariance" },
      });
    }
    const width = equations[k]!.parameters.length;
    return influence.map((value, place) => {
      const left = 1 - leverage[Math.floor(place / width)]!;
      return left > 1e-12 ? value / left : Number.NaN;
    });
  });
  divided.forEach((first, k) => {
    divided.forEach((second, l) => {
      const parallel = k < mediators.length && l < mediators.length && !related(parents, k, l);
      if (k !== l && !parallel) return;
      const [width, other] = [equations[k]!.parameters.length, equations[l]!.parameters.length];
      const block = matrix(width, other);
      for (let i = 0; i < rows; i++)
        for (let a = 0; a < width; a++)
          for (let b = 0; b < other; b++)
            block.data[b * width + a] = block.data[b * width + a]! + first[i * width + a]! * second[i * other + b]!;
      put(covariance, block, starts[k]!, starts[l]!);
    });
  });
}

function related(parents: BuiltSystem["parents"], k: number, l: number): boolean {
  return parents[k]!.includes(l) || parents[l]!.includes(k);
}

function addSandwich(covariance: Matrix, influence: Float64Array, rows: number, clusters: Clusters | null): void {
  const size = covariance.rows;
  const groups = clusters?.count ?? rows;
  const sums = new Float64Array(groups * size);
  for (let i = 0; i < rows; i++) {
    const group = clusters === null ? i : clusters.codes[i]!;
    for (let j = 0; j < size; j++) sums[group * size + j] = sums[group * size + j]! + influence[i * size + j]!;
  }
  const factor = clusters === null ? 1 : groups / (groups - 1);
  for (let g = 0; g < groups; g++)
    for (let j = 0; j < size; j++)
      for (let k = 0; k < size; k++)
        covariance.data[k * size + j] =
          covariance.data[k * size + j]! + factor * sums[g * size + j]! * sums[g * size + k]!;
}

/** σ_kl (X_k′WX_k)⁻¹ X_k′WX_l (X_l′WX_l)⁻¹ for parallel normal mediators k and l. */
function addSharedErrors(
  system: BuiltSystem,
  laws: readonly { readonly covariance: Matrix }[],
  starts: readonly number[],
  weights: Float64Array,
  covariance: Matrix,
): void {
  const { mediators, parents, layout, rows } = system;
  const gaussian = mediators.flatMap(({ law }, k) => (law === null ? [k] : []));
  const designs = new Map(gaussian.map((k) => [k, designMatrix(layout.columns, layout.mediatorTerms[k]!)]));
  const residuals = new Map(
    gaussian.map((k) => {
      const values = new Float64Array(rows);
      mediators[k]!.equation.residuals!(values);
      return [k, values];
    }),
  );
  const shared = (k: number, l: number) => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < rows; i++) {
      sum += weights[i]! * residuals.get(k)![i]! * residuals.get(l)![i]!;
      total += weights[i]!;
    }
    return sum / (total - Math.max(designs.get(k)!.columns, designs.get(l)!.columns));
  };
  for (const k of gaussian)
    for (const l of gaussian) {
      if (l >= k || parents[k]!.includes(l)) continue;
      const cross = crossOf(designs.get(k)!, designs.get(l)!, weights);
      const factor = shared(k, l) / (shared(k, k) * shared(l, l));
      const block = multiply(multiply(laws[k]!.covariance, cross), laws[l]!.covariance);
      for (let i = 0; i < block.rows; i++)
        for (let j = 0; j < block.columns; j++) {
          const value = factor * block.data[j * block.rows + i]!;
          covariance.data[(starts[l]! + j) * covariance.rows + starts[k]! + i] = value;
          covariance.data[(starts[k]! + i) * covariance.rows + starts[l]! + j] = value;
        }
    }
}

function crossOf(a: Matrix, b: Matrix, weights: Float64Array): Matrix {
  const found = matrix(a.columns, b.columns);
  for (let j = 0; j < b.columns; j++)
    for (let i = 0; i < a.columns; i++) {
      let sum = 0;
      for (let row = 0; row < a.rows; row++)
        sum += weights[row]! * a.data[i * a.rows + row]! * b.data[j * b.rows + row]!;
      found.data[j * a.columns + i] = sum;
    }
  return found;
}

function put(into: Matrix, block: Matrix, row: number, column: number): void {
  for (let j = 0; j < block.columns; j++)
    for (let i = 0; i < block.rows; i++)
      into.data[(column + j) * into.rows + row + i] = block.data[j * block.rows + i]!;
}
