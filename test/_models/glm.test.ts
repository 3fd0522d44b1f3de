import { describe, expect, it } from "vitest";
import { fitGeneralizedLinear, type GeneralizedLinearOptions } from "../../src/_models/glm.ts";
import type { Matrix } from "../../src/_numeric/matrix.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { expectClose, plainColumns, sharedIsPresent, sharedText } from "../support/witness.ts";

type Columns = Record<string, (number | string | null)[]>;

function design(...columns: ArrayLike<number>[]): Matrix {
  const rows = columns[0]!.length;
  const data = new Float64Array(rows * columns.length);
  columns.forEach((column, j) => {
    data.set(Float64Array.from(column), j * rows);
  });
  return { rows, columns: columns.length, data };
}

function expectAll(actual: Float64Array, expected: Float64Array, tolerance: { rel: number; abs: number }): void {
  actual.forEach((value, j) => {
    expectClose(value, expected[j]!, tolerance, `element ${j}`);
  });
}

const ones = (rows: number) => new Float64Array(rows).fill(1);

interface Case {
  id: string;
  expected: {
    coef: { term: string[]; estimate: number[]; se: number[] };
    n: number;
    deviance: number;
    logLik: number;
    df_resid: number;
  };
}

function reference(id: string): Case["expected"] {
  const { cases } = JSON.parse(sharedText("reference/models/regression.json")) as { cases: Case[] };
  return cases.find((candidate) => candidate.id === id)!.expected;
}

function complete(data: Columns, names: string[]): Columns {
  const rows = data[names[0]!]!.map((_, i) => i).filter((i) => names.every((name) => data[name]![i] !== null));
  return Object.fromEntries(names.map((name) => [name, rows.map((i) => data[name]![i]!)]));
}

const is = (column: (number | string | null)[], level: string | number) =>
  column.map((cell) => (cell === level ? 1 : 0));
const numbers = (column: (number | string | null)[]) => column.map(Number);
const times = (a: number[], b: number[]) => a.map((value, i) => value * b[i]!);

function expectFit(
  id: string,
  columns: ArrayLike<number>[],
  outcome: number[],
  options: GeneralizedLinearOptions,
): void {
  const expected = reference(id);
  const fit = fitGeneralizedLinear(design(...columns), Float64Array.from(outcome), options);
  // where the link is not canonical R stops scoring by the deviance, some 1e-9 short of the maximum
  const near =
    options.link === "probit" || (options.family === "binomial" && options.link === "log")
      ? { rel: 1e-7, abs: 1e-9 }
      : { rel: 1e-9, abs: 1e-11 };
  expect(fit.converged).toBe(true);
  expect(fit.separation).toBe(null);
  expect(fit.observations).toBe(expected.n);
  expect(fit.dfResidual).toBe(expected.df_resid);
  expected.coef.estimate.forEach((value, j) => {
    expectClose(fit.coefficients[j]!, value, near, `${id} ${expected.coef.term[j]}`);
    const se = Math.sqrt(fit.covariance.data[j * columns.length + j]!);
    expectClose(se, expected.coef.se[j]!, near, `${id} se ${expected.coef.term[j]}`);
  });
  expectClose(fit.deviance, expected.deviance, near, `${id} deviance`);
  expectClose(fit.logLikelihood, expected.logLik, near, `${id} logLik`);
}

describe.skipIf(!sharedIsPresent)(
  "fitGeneralizedLinear agrees with R's glm (skipped without the shared reference)",
  () => {
    const models = (name: string) => plainColumns(sharedText(`reference/models/data/${name}`));
    const help = () => models("help_reg.csv");

    it.each(["logit", "probit"] as const)("%s model of relapse with four predictors", (link) => {
      const d = complete(help(), ["anysub", "treat", "age", "sex", "homeless"]);
      const x = [
        ones(d.age!.length),
        is(d.treat!, "yes"),
        numbers(d.age!),
        is(d.sex!, "male"),
        is(d.homeless!, "housed"),
      ];
      expectFit(`${link}_a`, x, is(d.anysub!, "yes"), { family: "binomial", link });
    });

    it.each(["logit", "probit"] as const)("%s model with an interaction of treatment and substance", (link) => {
      const d = complete(help(), ["anysub", "treat", "substance", "mcs", "i1"]);
      const treat = is(d.treat!, "yes");
      const cocaine = is(d.substance!, "cocaine");
      const heroin = is(d.substance!, "heroin");
      const x = [ones(treat.length), treat, cocaine, heroin, numbers(d.mcs!), numbers(d.i1!)];
      expectFit(`${link}_b`, [...x, times(treat, cocaine), times(treat, heroin)], is(d.anysub!, "yes"), {
        family: "binomial",
        link,
      });
    });

    it("log-binomial model of relapse", () => {
      const d = complete(help(), ["anysub", "treat", "homeless"]);
      const x = [ones(d.treat!.length), is(d.treat!, "yes"), is(d.homeless!, "housed")];
      expectFit("logbinomial_a", x, is(d.anysub!, "yes"), { family: "binomial", link: "log" });
    });

    it("Poisson model of seizures", () => {
      const d = models("epil.csv");
      const x = [
        ones(d.y!.length),
        is(d.trt!, "progabide"),
        numbers(d.base!).map(Math.log),
        numbers(d.age!),
        ...[2, 3, 4].map((period) => is(d.period!, period)),
      ];
      expectFit("poisson_epil", x, numbers(d.y!), { family: "poisson", link: "log" });
    });

    it("Poisson model of ship damage with an offset", () => {
      const all = models("ships.csv");
      const kept = numbers(all.service!)
        .map((service, i) => (service > 0 ? i : -1))
        .filter((i) => i >= 0);
      const d = Object.fromEntries(Object.entries(all).map(([name, column]) => [name, kept.map((i) => column[i]!)]));
      const x = [
        ones(kept.length),
        ...["B", "C", "D", "E"].map((type) => is(d.type!, type)),
        ...[65, 70, 75].map((year) => is(d.year!, year)),
        is(d.period!, 75),
      ];
      const offset = Float64Array.from(numbers(d.service!), Math.log);
      expectFit("poisson_ships", x, numbers(d.incidents!), { family: "poisson", link: "log", offset });
    });

    it("finds the separated and the quasi-separated reference case, and of which kind they are", () => {
      const fitted = (name: string) => {
        const d = models(name);
        const x = design(ones(d.y!.length), numbers(d.x!), numbers(d.z!));
        return fitGeneralizedLinear(x, Float64Array.from(numbers(d.y!)), { family: "binomial", link: "logit" });
      };
      expect(fitted("separated.csv").separation).toEqual({ columns: [0, 1], complete: true });
      expect(fitted("separated.csv").converged).toBe(false);
      expect(fitted("quasi_separated.csv").separation).toEqual({ columns: [1], complete: false });
      expect(fitted("quasi_separated.csv").converged).toBe(false);
    });
  },
);

describe("fitGeneralizedLinear by hand", () => {
  it("gives the log odds and the log odds ratio of a two-by-two table: 1 of 4 and 3 of 4", () => {
    const x = design(ones(8), [0, 0, 0, 0, 1, 1, 1, 1]);
    const y = Float64Array.of(1, 0, 0, 0, 1, 1, 1, 0);
    const fit = fitGeneralizedLinear(x, y, { family: "binomial", link: "logit" });
    // log(1/3), log(3) − log(1/3) = 2 log 3; var of a log odds is 1/1 + 1/3 = 4/3 in each group
    expectClose(fit.coefficients[0]!, -Math.log(3), { rel: 1e-14, abs: 0 });
    expectClose(fit.coefficients[1]!, 2 * Math.log(3), { rel: 1e-14, abs: 0 });
    expectClose(fit.covariance.data[0]!, 4 / 3, { rel: 1e-13, abs: 0 });
    expectClose(fit.covariance.data[3]!, 8 / 3, { rel: 1e-13, abs: 0 });
    // 2 · (log 1/4 + 3 log 3/4)
    expectClose(fit.logLikelihood, 2 * (Math.log(0.25) + 3 * Math.log(0.75)), { rel: 1e-14, abs: 0 });
  });

  it("gives log rates and their ratio: 6 events in 3 months and 2 in 4", () => {
    const x = design(ones(4), [0, 0, 1, 1]);
    const fit = fitGeneralizedLinear(x, Float64Array.of(4, 2, 1, 1), {
      family: "poisson",
      link: "log",
      offset: Float64Array.of(2, 1, 3, 1).map(Math.log),
    });
    expectClose(fit.coefficients[0]!, Math.log(2), { rel: 1e-13, abs: 0 });
    expectClose(fit.coefficients[1]!, Math.log(0.5 / 2), { rel: 1e-13, abs: 0 });
    expectClose(fit.covariance.data[3]!, 1 / 6 + 1 / 2, { rel: 1e-12, abs: 0 });
  });

  it("is least squares for the gaussian family: y = 1, 2, 4 on x = 0, 1, 2 has slope 3/2, residual variance 1/6", () => {
    const fit = fitGeneralizedLinear(design(ones(3), [0, 1, 2]), Float64Array.of(1, 2, 4), {
      family: "gaussian",
      link: "identity",
    });
    expectClose(fit.coefficients[0]!, 5 / 6, { rel: 1e-14, abs: 0 });
    expectClose(fit.coefficients[1]!, 3 / 2, { rel: 1e-14, abs: 0 });
    expectClose(fit.dispersion, 1 / 6, { rel: 1e-13, abs: 0 });
    expectClose(fit.covariance.data[3]!, 1 / 12, { rel: 1e-13, abs: 0 });
  });
});

function simulated(rows: number, seed: number, family: "binomial" | "poisson"): { x: number[][]; y: Float64Array } {
  const stream = randomStream(seed, 0);
  const x = [1, 2, 3].map(() => Array.from({ length: rows }, () => stream.normal()));
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const eta = 0.3 + 0.8 * x[0]![i]! - 0.5 * x[1]![i]!;
    return family === "poisson" ? stream.poisson(Math.exp(eta)) : stream.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
  });
  return { x: [[...ones(rows)], ...x], y };
}

describe("fitGeneralizedLinear obeys", () => {
  const models = [
    { family: "binomial", link: "logit" },
    { family: "binomial", link: "probit" },
    { family: "poisson", link: "log" },
  ] as const;

  it.each(models)("weights 2 are the row twice ($family $link)", (model) => {
    const { x, y } = simulated(60, 3, model.family);
    const weights = Float64Array.from(y, (_, i) => i % 3);
    const rows = [...y.keys()].flatMap((i) => Array<number>(i % 3).fill(i));
    const weighted = fitGeneralizedLinear(design(...x), y, { ...model, weights });
    const repeated = fitGeneralizedLinear(
      design(...x.map((column) => rows.map((i) => column[i]!))),
      Float64Array.from(rows, (i) => y[i]!),
      model,
    );
    expectAll(weighted.coefficients, repeated.coefficients, { rel: 1e-11, abs: 1e-12 });
    expectAll(weighted.covariance.data, repeated.covariance.data, { rel: 1e-10, abs: 1e-12 });
    expectClose(weighted.deviance, repeated.deviance, { rel: 1e-12, abs: 0 });
  });

  it.each(models)(
    "the order of rows and the units of a predictor change nothing but that coefficient ($family $link)",
    (model) => {
      const { x, y } = simulated(80, 5, model.family);
      const plain = fitGeneralizedLinear(design(...x), y, model);
      const turned = fitGeneralizedLinear(
        design(...x.map((column, j) => column.map((value) => (j === 2 ? 1e6 * value : value)).reverse())),
        y.slice().reverse(),
        model,
      );
      const unit = [1, 1, 1e-6, 1];
      expectAll(
        turned.coefficients,
        plain.coefficients.map((value, j) => value * unit[j]!),
        { rel: 1e-10, abs: 1e-16 },
      );
    },
  );

  it("an outcome turned round turns the signs round (logit, probit)", () => {
    const { x, y } = simulated(80, 5, "binomial");
    for (const link of ["logit", "probit"] as const) {
      const plain = fitGeneralizedLinear(design(...x), y, { family: "binomial", link });
      const turned = fitGeneralizedLinear(
        design(...x),
        y.map((value) => 1 - value),
        { family: "binomial", link },
      );
      expectAll(
        turned.coefficients,
        plain.coefficients.map((value) => -value),
        { rel: 1e-10, abs: 1e-12 },
      );
    }
  });
});

describe("fitGeneralizedLinear on difficult data", () => {
  it("converges where nothing is left over: saturated Poisson, proportions met exactly, a line through all points", () => {
    const x = design(ones(3), [0, 1, 0], [0, 0, 1]);
    const counts = fitGeneralizedLinear(x, Float64Array.of(3, 70, 11), { family: "poisson", link: "log" });
    expect(counts.converged).toBe(true);
    expectAll(counts.fitted, Float64Array.of(3, 70, 11), { rel: 1e-12, abs: 0 });
    const shares = fitGeneralizedLinear(x, Float64Array.of(0.2, 0.9, 0.4), { family: "binomial", link: "probit" });
    expect(shares.converged).toBe(true);
    expectAll(shares.fitted, Float64Array.of(0.2, 0.9, 0.4), { rel: 1e-12, abs: 0 });
    const line = fitGeneralizedLinear(design(ones(4), [0, 1, 2, 3]), Float64Array.of(1e-9, 2e-9, 3e-9, 4e-9), {
      family: "gaussian",
      link: "identity",
    });
    expect(line.converged).toBe(true);
    expectAll(line.coefficients, Float64Array.of(1e-9, 1e-9), { rel: 1e-12, abs: 0 });
  });

  it("names a dependent column and uses no coefficients", () => {
    const x = [0, 1, 0, 1, 1, 0];
    const fit = fitGeneralizedLinear(
      design(
        ones(6),
        x,
        x.map((value) => 1 - value),
      ),
      Float64Array.of(0, 1, 1, 0, 1, 0),
      {
        family: "binomial",
        link: "logit",
      },
    );
    expect(fit.aliased).toEqual([2]);
    expect(fit.converged).toBe(false);
  });

  it("cries no wolf: of 200 simulated samples of 40 with overlap none is called separated", () => {
    for (let seed = 0; seed < 200; seed++) {
      const { x, y } = simulated(40, seed, "binomial");
      // an overlapping pair of rows with the same predictors and different outcomes rules separation out only along one line;
      // three such pairs in general position rule it out altogether
      for (const i of [0, 2, 4, 6]) {
        for (const column of x) column[i + 1] = column[i]!;
        y[i] = 0;
        y[i + 1] = 1;
      }
      const fit = fitGeneralizedLinear(design(...x), y, { family: "binomial", link: "logit" });
      expect(fit.separation).toBe(null);
      expect(fit.converged).toBe(true);
    }
  });

  it("a single overlapping pair 1e-6 wide in otherwise separated data is overlap", () => {
    const x = [1, 2, 3, 4, 4.000001, 5, 6, 7];
    const fitted = (y: number[]) =>
      fitGeneralizedLinear(design(ones(8), x), Float64Array.from(y), { family: "binomial", link: "logit" });
    expect(fitted([0, 0, 0, 1, 0, 1, 1, 1]).separation).toBe(null);
    expect(fitted([0, 0, 0, 0, 1, 1, 1, 1]).separation).toEqual({ columns: [0, 1], complete: true });
  });

  it("a group without events has no finite Poisson coefficient", () => {
    const fit = fitGeneralizedLinear(design(ones(6), [0, 0, 0, 1, 1, 1]), Float64Array.of(1, 2, 1, 0, 0, 0), {
      family: "poisson",
      link: "log",
    });
    expect(fit.separation).toEqual({ columns: [1], complete: false });
    expect(fit.converged).toBe(false);
  });

  it("an outcome that never varies is complete separation by the constant", () => {
    const fit = fitGeneralizedLinear(design(ones(5), [1, 2, 3, 4, 7]), ones(5), { family: "binomial", link: "logit" });
    expect(fit.separation).toEqual({ columns: [0], complete: true });
  });

  it("refuses a family and link that do not go together", () => {
    expect(() => fitGeneralizedLinear(design(ones(2)), ones(2), { family: "poisson", link: "logit" })).toThrow(
      expect.objectContaining({ code: "unknown-link" }),
    );
  });
});
