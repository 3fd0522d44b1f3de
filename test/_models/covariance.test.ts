import fc from "fast-check";
import { describe, expect, test } from "vitest";
import clustered from "../../fixtures/regression/clustered.json" with { type: "json" };
import { type CovarianceType, linearCovariance } from "../../src/_models/covariance.ts";
import { fitLinear } from "../../src/_models/linear.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";
import { expectClose } from "../support/witness.ts";

const { data } = clustered;
const rows = data.site.length;
const ones = new Array<number>(rows).fill(1);
const clusters = { codes: Int32Array.from(data.site, (site) => site - 1), count: 12 };
const wellbeing = Float64Array.from(data.wellbeing);
const siteIndicators = Array.from({ length: 11 }, (_, k) => data.site.map((site) => Number(site === k + 2)));
const plain = fromColumns([ones, data.mentored, data.age]);
const models = {
  unweighted: { design: plain, weights: undefined },
  weighted: { design: plain, weights: Float64Array.from(data.weight) },
  siteWeighted: { design: plain, weights: Float64Array.from(data.siteWeight) },
  siteEffects: { design: fromColumns([ones, ...siteIndicators, data.age]), weights: undefined },
};

function covarianceOf(model: keyof typeof models, type: CovarianceType) {
  const { design, weights } = models[model];
  const fit = fitLinear(design, wellbeing, weights);
  return linearCovariance(fit, design, type, { clusters, ...(weights === undefined ? {} : { weights }) });
}

describe("linearCovariance: clubSandwich agrees on twelve simulated sites", () => {
  test.each(clustered.cases)("$model $type: covariance and degrees of freedom", (c) => {
    const { covariance, df } = covarianceOf(c.model as keyof typeof models, c.type as CovarianceType);
    c.covariance.flat().forEach((value, k) => {
      expectClose(covariance.data[k]!, value, { rel: 1e-9, abs: 1e-12 }, `element ${k}`);
    });
    c.df.forEach((value, k) => {
      expectClose(df[k]!, value, { rel: 1e-9, abs: 0 }, `df ${k}`);
    });
  });
});

describe("linearCovariance: by hand", () => {
  // Mean of 1, 2, 6 and 3: 3; residuals −2, −1, 3, 0; Σe² = 14; h = 1/4.
  const design = fromColumns([[1, 1, 1, 1]]);
  const fit = fitLinear(design, Float64Array.of(1, 2, 6, 3));
  const variance = (type: CovarianceType, codes?: number[]) =>
    linearCovariance(fit, design, type, codes ? { clusters: { codes: Int32Array.from(codes), count: 2 } } : {});

  test.each<[CovarianceType, number, string]>([
    ["classical", 14 / 3 / 4, "σ²/n"],
    ["HC0", 14 / 16, "Σe²/n²"],
    ["HC1", (14 / 16) * (4 / 3), "× n/(n − p)"],
    ["HC2", 14 / 16 / 0.75, "e² / (1 − h)"],
    ["HC3", 14 / 16 / 0.75 ** 2, "e² / (1 − h)²"],
    ["HC4", 14 / 16 / 0.75, "e² / (1 − h)^min(4, nh/p = 1)"],
  ])("%s of a mean is %d (%s)", (type, expected) => {
    expectClose(variance(type).covariance.data[0]!, expected, { rel: 1e-14, abs: 0 });
    expect(variance(type).df[0]).toBe(3);
  });

  test("cluster sums −3 and 3 of two pairs: CR0 18/16, CR1 twice that, CR2 18/16 / (1 − 1/2), df 1", () => {
    const codes = [0, 0, 1, 1];
    expectClose(variance("CR0", codes).covariance.data[0]!, 18 / 16, { rel: 1e-14, abs: 0 });
    expectClose(variance("CR1", codes).covariance.data[0]!, 36 / 16, { rel: 1e-14, abs: 0 });
    expectClose(variance("CR1S", codes).covariance.data[0]!, ((18 / 16) * 2 * 3) / 3, { rel: 1e-14, abs: 0 });
    const reduced = variance("CR2", codes);
    expectClose(reduced.covariance.data[0]!, 36 / 16, { rel: 1e-13, abs: 0 });
    expectClose(reduced.df[0]!, 1, { rel: 1e-13, abs: 0 });
  });
});

describe("linearCovariance: laws", () => {
  const single = { codes: Int32Array.from(ones, (_, row) => row), count: rows };

  test("clusters of one person: CR0 is HC0 and CR2 is HC2", () => {
    for (const { design, weights } of [models.unweighted]) {
      const fit = fitLinear(design, wellbeing, weights);
      const pairs: [CovarianceType, CovarianceType][] = [
        ["CR0", "HC0"],
        ["CR2", "HC2"],
      ];
      for (const [clusteredType, personal] of pairs) {
        const a = linearCovariance(fit, design, clusteredType, { clusters: single }).covariance.data;
        const b = linearCovariance(fit, design, personal).covariance.data;
        a.forEach((value, k) => {
          expectClose(value, b[k]!, { rel: 1e-11, abs: 0 });
        });
      }
    }
  });

  test("the order of rows and the numbering of clusters change nothing", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          ones.map((_, row) => row),
          { minLength: rows },
        ),
        fc.shuffledSubarray(
          Array.from({ length: 12 }, (_, k) => k),
          { minLength: 12 },
        ),
        (order, codes) => {
          const take = (column: readonly number[]) => order.map((row) => column[row]!);
          const design = fromColumns([ones, take(data.mentored), take(data.age)]);
          const weights = Float64Array.from(take(data.weight));
          const fit = fitLinear(design, Float64Array.from(take(data.wellbeing)), weights);
          const renamed = { codes: Int32Array.from(take(data.site), (site) => codes[site - 1]!), count: 12 };
          const moved = linearCovariance(fit, design, "CR2", { clusters: renamed, weights });
          const still = covarianceOf("weighted", "CR2");
          still.covariance.data.forEach((value, k) => {
            expectClose(moved.covariance.data[k]!, value, { rel: 1e-10, abs: 0 });
          });
          still.df.forEach((value, k) => {
            expectClose(moved.df[k]!, value, { rel: 1e-10, abs: 0 });
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  test.each(["HC0", "HC1", "HC2", "HC3", "HC4", "CR0", "CR1", "CR1S", "CR2"] as const)(
    "%s: weights in other units change nothing, and units of a column only its own rows",
    (type) => {
      const first = covarianceOf("weighted", type);
      const weights = Float64Array.from(data.weight, (w) => w * 1e6);
      const design = fromColumns([ones, data.mentored, data.age.map((age) => age * 1e150)]);
      const second = linearCovariance(fitLinear(design, wellbeing, weights), design, type, { clusters, weights });
      expectClose(second.covariance.data[4]!, first.covariance.data[4]!, { rel: 1e-9, abs: 0 });
      expectClose(Math.sqrt(second.covariance.data[8]!) * 1e150, Math.sqrt(first.covariance.data[8]!), {
        rel: 1e-9,
        abs: 0,
      });
      second.df.forEach((value, k) => {
        expectClose(value, first.df[k]!, { rel: 1e-9, abs: 0 });
      });
    },
  );

  test("a cluster whose rows all have weight 0 does not count", () => {
    const weights = Float64Array.from(data.weight, (w, row) => (data.site[row] === 9 ? 0 : w));
    const kept = ones.map((_, row) => row).filter((row) => data.site[row] !== 9);
    const take = (column: readonly number[]) => kept.map((row) => column[row]!);
    const small = fromColumns([take(ones), take(data.mentored), take(data.age)]);
    const smallWeights = Float64Array.from(take(data.weight));
    const smallFit = fitLinear(small, Float64Array.from(take(data.wellbeing)), smallWeights);
    const codes = Int32Array.from(take(data.site), (site) => site - (site > 9 ? 2 : 1));
    for (const type of ["HC1", "HC4", "CR1", "CR1S", "CR2"] as const) {
      const a = linearCovariance(fitLinear(plain, wellbeing, weights), plain, type, { clusters, weights });
      const b = linearCovariance(smallFit, small, type, { clusters: { codes, count: 11 }, weights: smallWeights });
      a.covariance.data.forEach((value, k) => {
        expectClose(value, b.covariance.data[k]!, { rel: 1e-10, abs: 0 }, type);
      });
      a.df.forEach((value, k) => {
        expectClose(value, b.df[k]!, { rel: 1e-10, abs: 0 }, type);
      });
    }
  });

  test("a person fitted exactly adds nothing to HC2, HC3 and HC4, and nothing is NaN", () => {
    const own = ones.map((_, row) => Number(row === 5));
    const design = fromColumns([ones, data.mentored, own]);
    const fit = fitLinear(design, wellbeing);
    for (const type of ["HC2", "HC3", "HC4", "CR2"] as const) {
      const { covariance, df } = linearCovariance(fit, design, type, { clusters: single });
      expect([...covariance.data, ...df].every(Number.isFinite)).toBe(true);
    }
  });

  test("a type that needs clusters says so", () => {
    const fit = fitLinear(plain, wellbeing);
    expect(() => linearCovariance(fit, plain, "CR2")).toThrow(RangeError);
  });
});
