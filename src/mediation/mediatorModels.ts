import { carriedCoefficients, choleskyInPlace, type RowMajor, subBlock } from "./crossProduct.ts";
import type { Parameters, Problem } from "./problem.ts";

/**
 * Fits every mediator's model from the cross-product of [1, exposure, covariates, …, mediators]: one Cholesky factor holds
 * all coefficients.
 */
export class MediatorModels {
  private readonly index: Int32Array;
  private readonly block: Float64Array;

  /** `design` is the one whose cross-product will be given; `firstMediator` the place of the first mediator in it. */
  constructor(
    private readonly problem: Problem,
    private readonly design: RowMajor,
    firstMediator: number,
  ) {
    const { mediatorSize: q, mediators: k } = problem;
    this.index = Int32Array.from({ length: q + k }, (_, j) => (j < q ? j : firstMediator + j - q));
    this.block = new Float64Array((q + k) * (q + k));
  }

  /** Writes alpha and means; `total` is the sum of the weights. False when the models cannot be fitted. */
  fit(cross: Float64Array, total: number, parameters: Parameters): boolean {
    const { mediatorSize: q, mediators: k } = this.problem;
    const size = q + k;
    subBlock(cross, this.design.stride, this.index, this.block);
    if (!choleskyInPlace(this.block, size, q)) return false;
    for (let m = 0; m < k; m++) carriedCoefficients(this.block, size, q, q + m, parameters.alpha, m * q);
    for (let j = 0; j < q; j++) parameters.means[j] = cross[this.index[j]! * this.design.stride]! / total;
    return total > q;
  }
}
