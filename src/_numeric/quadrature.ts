interface Quadrature {
  /** Ascending. */
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss–Hermite rule for the standard normal: Σ weights·f(nodes) ≈ ∫ f(z) φ(z) dz, exact for polynomials up to degree
 * 2·count − 1. The weights sum to 1.
 */
export function gaussHermite(count: number): Quadrature {
  return symmetricRule(count, (k) => Math.sqrt(k), 2 * Math.sqrt(count) + 1, 1);
}

/** Gauss–Legendre rule on [−1, 1]: Σ weights·f(nodes) ≈ ∫ f(x) dx. The weights sum to 2. */
export function gaussLegendre(count: number): Quadrature {
  return symmetricRule(count, (k) => k / Math.sqrt(4 * k * k - 1), 1, 2);
}

/**
 * The Gauss rule of a symmetric weight function from the recurrence of its orthonormal polynomials,
 * x·p[k] = b(k+1)·p[k+1] + b(k)·p[k−1] (Golub & Welsch 1969). The sign changes along p[0..count] at x count the nodes
 * above x (Sturm), which isolates each node; Newton's method finishes it. A node's weight is mass / Σ p[k]².
 */
function symmetricRule(count: number, b: (k: number) => number, bound: number, mass: number): Quadrature {
  const coefficients = Float64Array.from({ length: count + 1 }, (_, k) => (k === 0 ? 0 : b(k)));
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let rank = 0; rank < Math.ceil(count / 2); rank++) {
    const middle = 2 * rank + 1 === count;
    let low = 0;
    let high = bound;
    let aboveLow = count;
    let aboveHigh = 0;
    let x = middle ? 0 : bound / 2;
    let at = evaluate(coefficients, x);
    for (let step = 0; !middle && step < 100; step++) {
      if (at.above > rank) {
        low = x;
        aboveLow = at.above;
      } else {
        high = x;
        aboveHigh = at.above;
      }
      let next = (low + high) / 2;
      if (aboveLow - aboveHigh === 1) {
        const newton = x - at.value / at.slope;
        if (Math.abs(newton - x) <= 2e-16 * bound) break;
        if (newton > low && newton < high) next = newton;
      }
      x = next;
      at = evaluate(coefficients, x);
    }
    const weight = mass / at.squares;
    nodes[count - 1 - rank] = x;
    nodes[rank] = x === 0 ? 0 : -x;
    weights[count - 1 - rank] = weight;
    weights[rank] = weight;
  }
  return { nodes, weights };
}

function evaluate(b: Float64Array, x: number): { value: number; slope: number; squares: number; above: number } {
  const count = b.length - 1;
  let before = 0;
  let value = 1;
  let slopeBefore = 0;
  let slope = 0;
  let squares = 0;
  let above = 0;
  for (let k = 0; k < count; k++) {
    squares += value * value;
    const next = (x * value - b[k]! * before) / b[k + 1]!;
    const nextSlope = (value + x * slope - b[k]! * slopeBefore) / b[k + 1]!;
    if (next < 0 !== value < 0) above++;
    before = value;
    value = next;
    slopeBefore = slope;
    slope = nextSlope;
  }
  return { value, slope, squares, above };
}
