/**
 * E[expit(η + sZ)], Z standard normal, as a function of η for one s: tabulated with its first two derivatives on cells of at
 * most 1/8 and interpolated by quintic Hermite polynomials, whose error on such cells is below 1e-10.
 * The integrals are trapezoidal sums, which converge geometrically for an analytic integrand with Gaussian decay
 * (Goodwin 1949; Trefethen & Weideman 2014, section 5): the step below leaves less than 1e-12.
 */
export class SmoothedExpit {
  private values = new Float64Array(3 * 256);
  private low = 0;
  private width = 1;
  private cells = 1;

  /** Tabulates over [low, high] for standard deviation `s`. False when the range is beyond reason. */
  prepare(low: number, high: number, s: number): boolean {
    const range = high - low;
    if (!(range < 4000)) return false;
    this.cells = Math.max(1, Math.ceil(range * 8));
    this.width = range > 0 ? range / this.cells : 1;
    this.low = low;
    if (this.values.length < 3 * (this.cells + 1)) this.values = new Float64Array(6 * (this.cells + 1));
    const table = this.values;
    // A strip of half-width y leaves an error exp(y²/2 − 2πy/h): the best y is 2π/h, but expit has poles at ±πi/s.
    const strip = Math.min(Math.PI / Math.max(s, 1e-300), Math.sqrt(56));
    const step = (2 * Math.PI * strip) / (28 + 0.5 * strip * strip);
    const reach = s === 0 ? 0 : Math.ceil(7.5 / step);
    let mass = 0;
    for (let node = -reach; node <= reach; node++) mass += Math.exp(-0.5 * (node * step) ** 2);
    for (let cell = 0; cell <= this.cells; cell++) {
      table[3 * cell] = 0;
      table[3 * cell + 1] = 0;
      table[3 * cell + 2] = 0;
    }
    for (let node = -reach; node <= reach; node++) {
      const z = node * step;
      const weight = Math.exp(-0.5 * z * z) / mass;
      for (let cell = 0; cell <= this.cells; cell++) {
        const p = 1 / (1 + Math.exp(-(low + cell * this.width + s * z)));
        const slope = p * (1 - p);
        const at = 3 * cell;
        table[at] = table[at]! + weight * p;
        table[at + 1] = table[at + 1]! + weight * slope;
        table[at + 2] = table[at + 2]! + weight * slope * (1 - 2 * p);
      }
    }
    return true;
  }

  at(eta: number): number {
    const place = (eta - this.low) / this.width;
    let cell = Math.floor(place);
    if (cell < 0) cell = 0;
    else if (cell >= this.cells) cell = this.cells - 1;
    const x = place - cell;
    const h = this.width;
    const table = this.values;
    const at = 3 * cell;
    const f0 = table[at]!;
    const d0 = table[at + 1]! * h;
    const c0 = table[at + 2]! * h * h * 0.5;
    const rise = table[at + 3]! - f0 - d0 - c0;
    const slope = table[at + 4]! * h - d0 - 2 * c0;
    const bend = table[at + 5]! * h * h * 0.5 - c0;
    const k3 = 10 * rise - 4 * slope + bend;
    const k4 = -15 * rise + 7 * slope - 2 * bend;
    const k5 = 6 * rise - 3 * slope + bend;
    return f0 + x * (d0 + x * (c0 + x * (k3 + x * (k4 + x * k5))));
  }
}
