import { describe, expect, test } from "vitest";
import { emptyRow, responseModel } from "../../src/_models/families.ts";
import { fitNegativeBinomial } from "../../src/_models/negativeBinomial.ts";
import { harmonicSums, negativeBinomialResponse } from "../../src/_models/negativeBinomialResponse.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { expectClose } from "../support/witness.ts";

function likelihood(y: number, eta: number, theta: number): number {
  const out = emptyRow();
  negativeBinomialResponse(theta).row(y, eta, out);
  return out.logLikelihood;
}

describe("negative binomial rows", () => {
  test("by hand: with θ = 1 the counts are geometric", () => {
    // mean 3: success 1/4, P(2) = (3/4)²/4
    expectClose(likelihood(2, Math.log(3), 1), Math.log(9 / 64), { rel: 1e-14, abs: 0 });
    expectClose(likelihood(0, Math.log(3), 1), Math.log(1 / 4), { rel: 1e-14, abs: 0 });
  });

  test("the probabilities of all counts sum to 1", () => {
    let total = 0;
    for (let y = 0; y < 2500; y++) total += Math.exp(likelihood(y, Math.log(40), 0.8));
    expectClose(total, 1, { rel: 1e-12, abs: 0 });
  });

  test("long counts by the gamma function continue the sums", () => {
    const step = likelihood(2001, 5, 3) - likelihood(2000, 5, 3);
    const mean = Math.exp(5);
    expectClose(step, Math.log((2000 + 3) / 2001) + Math.log(mean / (mean + 3)), { rel: 1e-8, abs: 0 });
  });

  test("a huge θ is Poisson", () => {
    const out = emptyRow();
    responseModel("poisson", "log")!.row(7, 1.3, out);
    expectClose(likelihood(7, 1.3, 1e12), out.logLikelihood, { rel: 1e-10, abs: 0 });
  });

  test("harmonic sums by hand", () => {
    const { first, second } = harmonicSums(Float64Array.from([3, 0, 1]), 1);
    expectClose(first[0]!, 11 / 6, { rel: 1e-15, abs: 0 });
    expectClose(second[0]!, 49 / 36, { rel: 1e-15, abs: 0 });
    expect([first[1], first[2], second[1], second[2]]).toEqual([0, 1, 0, 1]);
  });
});

describe("negative binomial fit", () => {
  const rows = 400;
  const stream = randomStream(11, 0);
  const x = Float64Array.from({ length: rows }, () => stream.normal());
  const y = Float64Array.from(x, (value) => stream.poisson((Math.exp(0.4 + 0.5 * value) * stream.gamma(1.5)) / 1.5));
  const design = fromColumns([new Float64Array(rows).fill(1), x]);
  const fit = fitNegativeBinomial(design, y, {});

  test("it is a maximum in every direction, also of θ", () => {
    const at = (b0: number, b1: number, theta: number) => {
      let total = 0;
      for (let i = 0; i < rows; i++) total += likelihood(y[i]!, b0 + b1 * x[i]!, theta);
      return total;
    };
    const [b0, b1] = fit.coefficients as unknown as [number, number];
    expect(fit.converged).toBe(true);
    expectClose(at(b0, b1, fit.theta), fit.logLikelihood, { rel: 1e-12, abs: 0 });
    const h = 1e-4;
    for (const sign of [-1, 1]) {
      expect(at(b0 + sign * h, b1, fit.theta)).toBeLessThan(fit.logLikelihood);
      expect(at(b0, b1 + sign * h, fit.theta)).toBeLessThan(fit.logLikelihood);
      expect(at(b0, b1, fit.theta * (1 + sign * h))).toBeLessThan(fit.logLikelihood);
    }
  });

  test("it finds the truth of the simulation within four standard errors", () => {
    expect(Math.abs(fit.coefficients[1]! - 0.5)).toBeLessThan(4 * Math.sqrt(fit.covariance.data[3]!));
    expect(Math.abs(Math.log(fit.theta / 1.5))).toBeLessThan(4 * fit.observed!.logThetaStandardError);
  });

  test("a start from terms a million times longer changes nothing", () => {
    const stretched = fromColumns([new Float64Array(rows).fill(1), x.map((value) => value * 1e6)]);
    const other = fitNegativeBinomial(stretched, y, {});
    expectClose(other.theta, fit.theta, { rel: 1e-9, abs: 0 });
    expectClose(other.observed!.covariance.data[3]! * 1e12, fit.observed!.covariance.data[3]!, { rel: 1e-8, abs: 0 });
  });

  test("counts that vary less than Poisson counts have no finite θ", () => {
    const flat = fitNegativeBinomial(
      design,
      x.map((_, i) => 4 + (i % 2)),
      {},
    );
    expect([flat.converged, flat.theta]).toEqual([false, Number.POSITIVE_INFINITY]);
  });
});
