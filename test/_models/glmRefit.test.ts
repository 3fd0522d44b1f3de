import { describe, expect, it } from "vitest";
import { responseModel } from "../../src/_models/families.ts";
import { fitGeneralizedLinear } from "../../src/_models/glm.ts";
import { createRefit } from "../../src/_models/glmRefit.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { expectClose } from "../support/witness.ts";

const rows = 300;
const stream = randomStream(11, 0);
const columns = [
  new Float64Array(rows).fill(1),
  ...[1, 2, 3].map(() => new Float64Array(rows).map(() => stream.normal())),
];
columns[2] = columns[2]!.map((value) => 1000 + 10 * value);
const data = new Float64Array(4 * rows);
columns.forEach((column, j) => {
  data.set(column, j * rows);
});
const design = { rows, columns: 4, data };
const binary = columns[1]!.map((value) => (stream.uniform() < 1 / (1 + Math.exp(-value)) ? 1 : 0));
const count = columns[1]!.map((value) => stream.poisson(Math.exp(0.5 * value)));

describe("a repeated fit", () => {
  it.each([
    ["binomial", "logit"],
    ["binomial", "probit"],
    ["poisson", "log"],
  ] as const)("gives the coefficients of fitGeneralizedLinear for any weights (%s %s)", (family, link) => {
    const outcome = family === "poisson" ? count : binary;
    const refit = createRefit(design, outcome, responseModel(family, link)!);
    const start = fitGeneralizedLinear(design, outcome, { family, link }).coefficients;
    const out = new Float64Array(4);
    for (let draw = 0; draw < 20; draw++) {
      const weights = new Float64Array(rows);
      for (let i = 0; i < rows; i++) weights[stream.below(rows)]!++;
      expect(refit(weights, start, out)).toBe(true);
      const full = fitGeneralizedLinear(design, outcome, { family, link, weights });
      full.coefficients.forEach((value, j) => {
        expectClose(out[j]!, value, { rel: 1e-8, abs: 1e-10 }, `coefficient ${j}`);
      });
    }
  });

  it("says no where weights leave a group without events, a column without spread, or nobody at all", () => {
    const x = new Float64Array([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1]);
    const refit = createRefit(
      { rows: 8, columns: 2, data: x },
      Float64Array.of(0, 1, 1, 0, 0, 1, 0, 1),
      responseModel("binomial", "logit")!,
    );
    const out = new Float64Array(2);
    const start = new Float64Array(2);
    expect(refit(new Float64Array(8).fill(1), start, out)).toBe(true);
    expect(refit(Float64Array.of(1, 1, 1, 1, 1, 0, 1, 0), start, out)).toBe(false);
    expect(refit(Float64Array.of(1, 1, 1, 1, 0, 0, 0, 0), start, out)).toBe(false);
    expect(refit(new Float64Array(8), start, out)).toBe(false);
  });
});

describe("a repeated fit and the full fit", () => {
  it("agree on every draw about whether finite estimates exist, in small samples where many draws are separated", () => {
    let estimable = 0;
    let separated = 0;
    for (let sample = 0; sample < 40; sample++) {
      const source = randomStream(98, sample);
      const width = 2 + source.below(4);
      const size = 15 + 2 * width + source.below(40);
      const x = new Float64Array(size * width).map((_, i) => (i < size ? 1 : source.below(3)));
      const y = new Float64Array(size).map((_, i) =>
        source.uniform() < 1 / (1 + Math.exp(2 - 2 * x[size + i]!)) ? 1 : 0,
      );
      const small = { rows: size, columns: width, data: x };
      const whole = fitGeneralizedLinear(small, y, { family: "binomial", link: "logit" });
      if (!whole.converged) continue;
      const refit = createRefit(small, y, responseModel("binomial", "logit")!);
      const weights = new Float64Array(size);
      const out = new Float64Array(width);
      for (let draw = 0; draw < 20; draw++) {
        weights.fill(0);
        for (let i = 0; i < size; i++) weights[source.below(size)]!++;
        const full = fitGeneralizedLinear(small, y, { family: "binomial", link: "logit", weights });
        const exists = full.converged && full.aliased.length === 0;
        expect(refit(weights, whole.coefficients, out)).toBe(exists);
        if (exists) estimable++;
        else separated++;
        if (!exists) continue;
        full.coefficients.forEach((value, j) => {
          expectClose(out[j]!, value, { rel: 1e-9, abs: 1e-10 }, `coefficient ${j}`);
        });
      }
    }
    expect(Math.min(estimable, separated)).toBeGreaterThan(30);
  });
});
