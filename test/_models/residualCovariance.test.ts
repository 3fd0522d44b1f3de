import { describe, expect, test } from "vitest";
import { type ResidualStructure, residualCovariance } from "../../src/_models/residualCovariance.ts";
import { cholesky, matrix } from "../../src/_numeric/matrix.ts";
import { expectClose } from "../support/witness.ts";

const times = Float64Array.of(0, 6, 12, 24);
const structures: readonly [ResidualStructure, number][] = [
  ["unstructured", 10],
  ["compound-symmetry", 2],
  ["heterogeneous-compound-symmetry", 5],
  ["ar1", 2],
  ["heterogeneous-ar1", 5],
  ["continuous-ar1", 2],
];

describe.each(structures)("%s", (structure, count) => {
  const family = residualCovariance(structure, times);
  const parameters = Float64Array.from({ length: count }, (_, i) => 0.3 * Math.sin(i + 1));
  // continuous-ar1: a correlation of waves 6 apart that is not negligible
  if (structure === "continuous-ar1") parameters[1] = 2.5;
  const moved = (i: number, by: number) => parameters.map((value, k) => (k === i ? value + by : value));
  const step = 1e-5;

  test("the parameters are as many as the structure has; any value gives a positive definite matrix", () => {
    expect(family.parameters).toBe(count);
    expect(cholesky(family.at(parameters))).not.toBeNull();
    expect(cholesky(family.at(parameters.map((value) => 4 * value)))).not.toBeNull();
  });

  test("the slopes are those of small steps", () => {
    family.slopes(parameters).forEach((slope, i) => {
      const [up, down] = [step, -step].map((by) => family.at(moved(i, by)));
      slope.data.forEach((value, k) => {
        expectClose(value, (up!.data[k]! - down!.data[k]!) / (2 * step), { rel: 1e-7, abs: 1e-8 }, `${i} ${k}`);
      });
    });
  });

  test("the curvature is that of the slopes", () => {
    const weights = matrix(4, 4);
    for (let a = 0; a < 4; a++) for (let b = 0; b < 4; b++) weights.data[b * 4 + a] = Math.cos(a + b) + a * b;
    const curvature = family.curvature(parameters, weights);
    const weighed = (at: Float64Array) =>
      family.slopes(at).map(({ data }) => data.reduce((sum, value, k) => sum + value * weights.data[k]!, 0));
    for (let i = 0; i < count; i++) {
      const [up, down] = [step, -step].map((by) => weighed(moved(i, by)));
      for (let j = 0; j < count; j++) {
        const expected = (up![j]! - down![j]!) / (2 * step);
        expectClose(curvature.data[j * count + i]!, expected, { rel: 1e-7, abs: 1e-7 }, `${i} ${j}`);
      }
    }
  });

  test("a matrix of the structure is found again from itself", () => {
    const covariance = family.at(parameters);
    family.at(family.near(covariance)).data.forEach((value, k) => {
      expectClose(value, covariance.data[k]!, { rel: 1e-10, abs: 1e-12 });
    });
  });
});
