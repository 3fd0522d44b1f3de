import { jStat } from "jstat";
import { describe, expect, it } from "vitest";
import * as d from "../../../src/_numeric/distributions/index.ts";

/** jstat keeps about eight digits, in the body and with moderate parameters only: there it is a second opinion. */
const EIGHT_DIGITS = 1e-8;

const bodies: [name: string, points: () => (readonly [ours: number, jstat: number])[]][] = [
  ["normal", () => [-3, -0.7, 0.2, 2.5].map((z) => [d.normalLower(z), jStat.normal.cdf(z, 0, 1)])],
  ["t", () => [-2.5, -0.4, 1, 3].map((x) => [d.tLower(x, 7.5), jStat.studentt.cdf(x, 7.5)])],
  ["chi-square", () => [0.8, 5, 14].map((x) => [d.chiSquareLower(x, 5), jStat.chisquare.cdf(x, 5)])],
  ["F", () => [0.3, 1.4, 4].map((x) => [d.fLower(x, 3, 20), jStat.centralF.cdf(x, 3, 20)])],
  ["beta", () => [0.1, 0.4, 0.8].map((x) => [d.betaLower(x, 2.5, 4), jStat.beta.cdf(x, 2.5, 4)])],
  ["gamma", () => [0.9, 3, 8].map((x) => [d.gammaLower(x, 3.3), jStat.gamma.cdf(x, 3.3, 1)])],
  ["binomial", () => [3, 6, 11].map((k) => [d.binomialLower(k, 20, 0.35), jStat.binomial.cdf(k, 20, 0.35)])],
  ["Poisson", () => [1, 4, 9].map((k) => [d.poissonLower(k, 4.5), jStat.poisson.cdf(k, 4.5)])],
  ["Weibull", () => [0.4, 1.5, 4].map((x) => [d.weibullLower(x, 1.5, 2), jStat.weibull.cdf(x, 2, 1.5)])],
  [
    "hypergeometric",
    () => [1, 3, 6].map((k) => [d.hypergeometricLower(k, 12, 28, 10), jStat.hypgeom.cdf(k, 40, 12, 10)]),
  ],
  ["chi-square density", () => [0.8, 5, 14].map((x) => [d.chiSquareDensity(x, 5), jStat.chisquare.pdf(x, 5)])],
  ["F density", () => [0.3, 1.4, 4].map((x) => [d.fDensity(x, 3, 20), jStat.centralF.pdf(x, 3, 20)])],
  ["beta density", () => [0.1, 0.4, 0.8].map((x) => [d.betaDensity(x, 2.5, 4), jStat.beta.pdf(x, 2.5, 4)])],
  ["gamma density", () => [0.9, 3, 8].map((x) => [d.gammaDensity(x, 3.3), jStat.gamma.pdf(x, 3.3, 1)])],
  ["normal quantile", () => [0.01, 0.3, 0.975].map((p) => [d.normalQuantile(p), jStat.normal.inv(p, 0, 1)])],
  ["chi-square quantile", () => [0.05, 0.5, 0.95].map((p) => [d.chiSquareQuantile(p, 5), jStat.chisquare.inv(p, 5)])],
];

describe("a second opinion: jstat where it is right", () => {
  it.each(bodies)("%s agrees to eight digits in the body", (_name, points) => {
    for (const [ours, theirs] of points()) expect(Math.abs(ours / theirs - 1)).toBeLessThan(EIGHT_DIGITS);
  });

  it("and where it is not: half a t distribution lies below zero, whatever its degrees of freedom", () => {
    expect(d.tLower(0, 1e6)).toBe(0.5);
    expect(Math.abs(jStat.studentt.cdf(0, 1e6) - 0.5)).toBeGreaterThan(0.01);
  });
});
