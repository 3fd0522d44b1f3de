import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { normalLower } from "../../src/_numeric/distributions/index.ts";
import { gaussLegendre } from "../../src/_numeric/quadrature.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import {
  type ErrorCorrelationSensitivity,
  type MediateSpec,
  mediate,
  sensitivityToErrorCorrelation,
} from "../../src/mediation/index.ts";
import { binaryMediator } from "../../src/mediation/sensitivity/binaryMediator.ts";
import { numericGradients } from "../../src/mediation/sensitivity/influence.ts";
import { readJoint } from "../../src/mediation/sensitivity/readJoint.ts";
import type { Data } from "../../src/table.ts";
import { expectClose, plainColumns, sharedIsPresent } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";
import { referenceCases, referenceData, value } from "./reference.ts";

const names = [
  "total",
  "pureNaturalDirect",
  "totalNaturalIndirect",
  "totalNaturalDirect",
  "pureNaturalIndirect",
] as const;
type Name = (typeof names)[number];

function probit(column: string) {
  return { column, family: "binomial" as const, link: "probit" as const };
}

function curve(found: ErrorCorrelationSensitivity, name: Name): number[] {
  return found.points.map(({ effects }) => effects[name].estimate);
}

function limits(found: ErrorCorrelationSensitivity, name: Name, side: "lower" | "upper"): number[] {
  return found.points.map(({ effects }) => effects[name].interval![side]!);
}

describe.skipIf(!sharedIsPresent)("error correlation against R (needs ../shared/reference)", () => {
  interface Curve extends Record<string, unknown> {
    readonly rho: number[];
    readonly medsens?: Record<string, number[]>;
  }
  const found = (id: string) => {
    const { data, spec, expected } = referenceCases<Curve>("06-sensitivity.json").find((known) => known.id === id)!;
    const isProbit = spec.families.outcome === "probit";
    const asked: MediateSpec = {
      exposure: { column: spec.treatment, from: 0, to: 1 },
      mediators: spec.mediators,
      outcome: isProbit ? probit(spec.outcome) : spec.outcome,
      covariates: spec.covariates,
      exposureMediatorInteraction: spec.interaction,
    };
    const result = sensitivityToErrorCorrelation(referenceData(data), asked, {
      rho: expected.rho,
      ...(isProbit ? {} : { deviations: "seemingly-unrelated" }),
    });
    return { result, expected };
  };
  const same = (actual: number[], wanted: unknown, tolerance: { rel: number; abs: number }, label: string) => {
    (wanted as number[]).forEach((figure, i) => {
      expectClose(actual[i]!, figure, tolerance, `${label} ${i}`);
    });
  };
  const closed = { rel: 1e-9, abs: 1e-10 };

  it.each(["sens-jobs", "sens-help"])("%s: linear models, closed form, limits of medsens, R² forms", (id) => {
    const { result, expected } = found(id);
    same(curve(result, "totalNaturalIndirect"), expected["acme"], closed, "indirect");
    same(curve(result, "pureNaturalDirect"), expected["ade"], closed, "direct");
    const package_ = { rel: 1e-6, abs: 1e-8 };
    same(limits(result, "totalNaturalIndirect", "lower"), expected.medsens!["acmeLow"], package_, "indirect lower");
    same(limits(result, "totalNaturalIndirect", "upper"), expected.medsens!["acmeHigh"], package_, "indirect upper");
    same(limits(result, "totalNaturalDirect", "lower"), expected.medsens!["adeLow"], package_, "direct lower");
    same(limits(result, "totalNaturalDirect", "upper"), expected.medsens!["adeHigh"], package_, "direct upper");
    const zero = result.zero.find(({ effect }) => effect === "totalNaturalIndirect")!;
    expectClose(zero.rho, Number(expected["rhoAtAcmeZero"]), closed, "rho at 0");
    expectClose(zero.residualRSquared, Number(expected["r2StarAtZero"]), closed, "residual R²");
    expectClose(zero.totalRSquared, Number(expected["r2TildeAtZero"]), closed, "total R²");
    expectClose(result.mediatorRSquared, Number(expected["r2M"]), closed, "R² of the mediator");
    expectClose(result.outcomeRSquared, Number(expected["r2Y"]), closed, "R² of the outcome");
  });

  it("sens-help-int: with interaction, iterated seemingly unrelated regressions", () => {
    const { result, expected } = found("sens-help-int");
    const iterated = { rel: 1e-9, abs: 1e-9 };
    same(curve(result, "pureNaturalIndirect"), expected["acme0"], iterated, "indirect at 0");
    same(curve(result, "totalNaturalIndirect"), expected["acme1"], iterated, "indirect at 1");
    same(curve(result, "pureNaturalDirect"), expected["ade0"], iterated, "direct at 0");
    same(curve(result, "totalNaturalDirect"), expected["ade1"], iterated, "direct at 1");
    same(limits(result, "pureNaturalIndirect", "lower"), expected["acme0Low"], iterated, "lower at 0");
    same(limits(result, "pureNaturalIndirect", "upper"), expected["acme0High"], iterated, "upper at 0");
    same(limits(result, "totalNaturalIndirect", "lower"), expected["acme1Low"], iterated, "lower at 1");
    same(limits(result, "totalNaturalIndirect", "upper"), expected["acme1High"], iterated, "upper at 1");
  });

  it("sens-helpb-probit: linear mediator, probit outcome, by the exact correlation of the reduced form", () => {
    const { result, expected } = found("sens-helpb-probit");
    const fitted = { rel: 1e-7, abs: 1e-9 };
    same(curve(result, "pureNaturalIndirect"), expected["acme0"], fitted, "indirect at 0");
    same(curve(result, "totalNaturalIndirect"), expected["acme1"], fitted, "indirect at 1");
    same(curve(result, "total"), expected["total"], fitted, "total");
    const zero = result.zero.find(({ effect }) => effect === "totalNaturalIndirect")!;
    expectClose(zero.rho, Number(expected["rhoAtAcmeZero"]), fitted, "rho at 0");
    expectClose(zero.residualRSquared, Number(expected["r2StarAtZero"]), fitted, "R²");
  });
});

describe("error correlation against numerical maximisation and quadrature in R (fixtures/mediation/correlation.R)", () => {
  const fixtures = resolve(import.meta.dirname, "../../fixtures/mediation");
  const figures: { rho: number[] } & Record<"linearProbit" | "probitLinear" | "probitProbit", Record<Name, number>[]> =
    JSON.parse(readFileSync(resolve(fixtures, "correlation.json"), "utf8"));
  const people = plainColumns(readFileSync(resolve(fixtures, "parallel.csv"), "utf8"));
  const withHigh = { ...people, high: people["connection"]!.map((c) => Number(Number(c) > 48)) };
  it.each([
    ["linearProbit", "connection", probit("relapsed"), 1e-6],
    ["probitLinear", probit("high"), "wellbeing", 1e-8],
    ["probitProbit", probit("high"), probit("relapsed"), 1e-6],
  ] as const)("%s, with interaction", (key, mediator, outcome, rel) => {
    const spec: MediateSpec = { exposure: "mentored", mediators: [mediator], outcome, covariates: ["before"] };
    const found = sensitivityToErrorCorrelation(withHigh, spec, { rho: figures.rho });
    figures[key].forEach((wanted, i) => {
      for (const name of names)
        expectClose(found.points[i]!.effects[name].estimate, wanted[name], { rel, abs: 1e-8 }, `${name} ${i}`);
    });
  });
});

describe("error correlation by hand", () => {
  // Four people without and four with a mentor; in both arms M deviates from its mean by −1, −1, 1, 1 and Y by −1, 1, −1, 1 plus M's.
  const people = {
    mentored: [0, 0, 0, 0, 1, 1, 1, 1],
    connection: [1, 1, 3, 3, 4, 4, 6, 6],
    wellbeing: [3, 5, 5, 7, 10, 12, 12, 14],
  };
  it("the indirect effect is a·(b − ρ√(…)): 3 points at ρ = 0, nothing at ρ = 1/√2, which is the correlation left", () => {
    // a = 5 − 2 = 3; b = Σ dM·dY / Σ dM² = 8/8 = 1; residual deviations √2·s and s, correlation 8/√(8·16) = 1/√2; total 12 − 5 = 7
    const found = sensitivityToErrorCorrelation(
      people,
      { exposure: "mentored", mediators: ["connection"], outcome: "wellbeing", exposureMediatorInteraction: false },
      { rho: [0, 0.6] },
    );
    expect(curve(found, "totalNaturalIndirect")[0]).toBeCloseTo(3, 12);
    expect(curve(found, "pureNaturalDirect")[0]).toBeCloseTo(4, 12);
    // at 0.6: b = 1 − 0.6/0.8 · (deviation of Y given M over that of M = √(8/8)) = 0.25
    expect(curve(found, "totalNaturalIndirect")[1]).toBeCloseTo(0.75, 12);
    expect(curve(found, "total")[1]).toBeCloseTo(7, 12);
    const zero = found.zero.find(({ effect }) => effect === "totalNaturalIndirect")!;
    expect(zero.rho).toBeCloseTo(Math.SQRT1_2, 10);
    expect(zero.residualRSquared).toBeCloseTo(0.5, 10);
  });
});

describe("laws of the error correlation", () => {
  const cohort = simulatedCohort(240, 7);
  const high = { ...cohort, connected: cohort["connection"]!.map((c) => (c > 52 ? 1 : 0)) };
  const base: MediateSpec = {
    exposure: "mentored",
    mediators: ["connection"],
    outcome: "wellbeing",
    covariates: ["before", "severity"],
  };

  it("at ρ = 0 the effects are those of mediate, whichever of the two is binary", async () => {
    for (const mediator of ["connection", probit("connected")]) {
      for (const outcome of ["wellbeing", probit("relapsed")]) {
        const spec = { ...base, mediators: [mediator], outcome };
        const found = sensitivityToErrorCorrelation(high, spec, { rho: [0] });
        const result = await mediate(high, { ...spec, inference: { draws: 20 } });
        for (const name of names)
          expectClose(found.points[0]!.effects[name].estimate, value(result, name), { rel: 1e-7, abs: 1e-9 }, name);
      }
    }
  });

  it("order of the rows does not matter, and a wellbeing scale in other units only changes units", () => {
    const order = cohort["age"]!.map((_, row) => (row * 7) % 240);
    const shuffled = Object.fromEntries(Object.entries(high).map(([k, v]) => [k, order.map((row) => v[row]!)]));
    const stretched = { ...high, wellbeing: cohort["wellbeing"]!.map((y) => 10 * y - 300) };
    for (const mediator of ["connection", probit("connected")]) {
      const spec = { ...base, mediators: [mediator] };
      const asked = { rho: [-0.5, 0.3, 0.8] };
      const found = sensitivityToErrorCorrelation(high, spec, asked);
      const again = sensitivityToErrorCorrelation(shuffled, spec, asked);
      const wide = sensitivityToErrorCorrelation(stretched, spec, asked);
      for (const name of names) {
        for (let i = 0; i < 3; i++) {
          const { estimate, standardError } = found.points[i]!.effects[name];
          const rel = 1e-7;
          expectClose(again.points[i]!.effects[name].estimate, estimate, { rel, abs: 1e-10 }, name);
          expectClose(again.points[i]!.effects[name].standardError, standardError!, { rel, abs: 0 }, name);
          expectClose(wide.points[i]!.effects[name].estimate, 10 * estimate, { rel, abs: 1e-9 }, name);
          expectClose(wide.points[i]!.effects[name].standardError, 10 * standardError!, { rel, abs: 0 }, name);
        }
      }
    }
  });

  it("two binary variables: derivatives of the effects are those of small differences", () => {
    const spec = { ...base, mediators: [probit("connected")], outcome: probit("relapsed") };
    const { joint } = readJoint(high, spec);
    const kernel = binaryMediator(joint, "probit");
    for (const rho of [-0.7, 0.4]) {
      const { parameters, covariance } = kernel.at(rho);
      const differences = numericGradients((theta) => kernel.effects(theta, rho), parameters, covariance);
      kernel.gradients!(parameters, rho).forEach((gradient, j) => {
        gradient.forEach((slope, k) => {
          expectClose(slope, differences[j]![k]!, { rel: 1e-4, abs: 1e-8 }, `${j} ${k}`);
        });
      });
    }
  });

  it("zeros are zeros, and at the ends of the stretch a limit is 0", () => {
    for (const spec of [
      base,
      { ...base, outcome: probit("relapsed") },
      { ...base, mediators: [probit("connected")] },
    ]) {
      const found = sensitivityToErrorCorrelation(high, spec, { rho: [0] });
      for (const { effect, rho, holdsZero } of found.zero) {
        const ends = [holdsZero?.lower, holdsZero?.upper].filter((end) => end !== null && end !== undefined);
        if (rho === null) continue;
        const at = sensitivityToErrorCorrelation(high, spec, { rho: [rho, ...ends] });
        expect(Math.abs(at.points[0]!.effects[effect].estimate)).toBeLessThan(1e-9);
        at.points.slice(1).forEach(({ effects }) => {
          const { lower, upper } = effects[effect].interval!;
          expect(Math.min(Math.abs(lower!), Math.abs(upper!))).toBeLessThan(1e-8);
        });
      }
    }
  });

  it("clusters of one person have the limits of nearly the same width; sites widen or narrow them and change no estimate", () => {
    const numbered = { ...high, person: cohort["age"]!.map((_, row) => row) };
    for (const outcome of ["wellbeing", probit("relapsed")]) {
      const spec = { ...base, outcome };
      const plain = sensitivityToErrorCorrelation(numbered, spec, { rho: [0.3] }).points[0]!.effects;
      const alone = sensitivityToErrorCorrelation(numbered, { ...spec, cluster: "person" }, { rho: [0.3] });
      const sites = sensitivityToErrorCorrelation(numbered, { ...spec, cluster: "site" }, { rho: [0.3] });
      for (const name of names) {
        const ratio = alone.points[0]!.effects[name].standardError! / plain[name].standardError!;
        expect(ratio).toBeGreaterThan(0.8);
        expect(ratio).toBeLessThan(1.25);
        expectClose(sites.points[0]!.effects[name].estimate, plain[name].estimate, { rel: 1e-12, abs: 1e-14 }, name);
      }
    }
  });
});

describe("a cohort of known error correlation", () => {
  const rho = 0.6;
  const predictors = (t: number, m: number, x: number) => 0.1 + 0.3 * t + 0.5 * m + 0.2 * t * m - 0.3 * x;
  const latentOf = (t: number, x: number) => -0.2 + 0.6 * t + 0.4 * x;

  function cohortOf(people: number, binaryMediator: boolean, binaryOutcome: boolean): Data {
    const stream = randomStream(20, 0);
    const rows: Record<string, number>[] = [];
    for (let i = 0; i < people; i++) {
      const [t, x] = [stream.uniform() < 0.5 ? 1 : 0, i % 2 === 0 ? 1 : -1];
      const e1 = stream.normal();
      const e2 = rho * e1 + Math.sqrt(1 - rho * rho) * stream.normal();
      const latent = latentOf(t, x) + e1;
      const m = binaryMediator ? Number(latent > 0) : latent;
      const y = predictors(t, m, x) + e2;
      rows.push({ t, x, m, y: binaryOutcome ? Number(y > 0) : y });
    }
    return rows;
  }

  /** E[Y(t, M(s))] by the rectangle rule over the mediator's error, piece by piece where M jumps. */
  function meanOf(t: number, s: number, binaryMediator: boolean, binaryOutcome: boolean): number {
    const { nodes, weights } = gaussLegendre(120);
    let mean = 0;
    for (const x of [-1, 1]) {
      const jump = binaryMediator ? -latentOf(s, x) : 0;
      for (const [low, high] of [
        [-9, jump],
        [jump, 9],
      ] as const) {
        nodes.forEach((node, k) => {
          const e = (low + high) / 2 + ((high - low) / 2) * node;
          const m = binaryMediator ? Number(low === jump) : latentOf(s, x) + e;
          const given = predictors(t, m, x) + rho * e;
          const y = binaryOutcome ? normalLower(given / Math.sqrt(1 - rho * rho)) : given;
          mean += (0.5 * weights[k]! * (high - low) * y * Math.exp((-e * e) / 2)) / 2 / Math.sqrt(2 * Math.PI);
        });
      }
    }
    return mean;
  }

  it.each([
    ["linear", "linear", 4000],
    ["linear", "probit", 2000],
    ["probit", "linear", 2000],
    ["probit", "probit", 900],
  ] as const)(
    "%s mediator, %s outcome: at the true ρ the effects are the true ones, at 0 they are not",
    (first, second, people) => {
      const [m, y] = [first === "probit", second === "probit"];
      const found = sensitivityToErrorCorrelation(
        cohortOf(people, m, y),
        { exposure: "t", mediators: [m ? probit("m") : "m"], outcome: y ? probit("y") : "y", covariates: ["x"] },
        { rho: [rho, 0] },
      );
      const [y11, y10, y01, y00] = [meanOf(1, 1, m, y), meanOf(1, 0, m, y), meanOf(0, 1, m, y), meanOf(0, 0, m, y)];
      const truth = {
        total: y11 - y00,
        pureNaturalDirect: y10 - y00,
        totalNaturalIndirect: y11 - y10,
        totalNaturalDirect: y11 - y01,
      };
      for (const [name, wanted] of Object.entries(truth)) {
        const { estimate, standardError } = found.points[0]!.effects[name as Name];
        expect(Math.abs(estimate - wanted) / standardError!).toBeLessThan(3.5);
      }
      const naive = found.points[1]!.effects.totalNaturalIndirect;
      expect(Math.abs(naive.estimate - truth.totalNaturalIndirect) / naive.standardError!).toBeGreaterThan(3);
    },
  );
});

describe("refusals of sensitivityToErrorCorrelation", () => {
  const cohort = simulatedCohort(60, 3);
  const spec: MediateSpec = { exposure: "mentored", mediators: ["connection"], outcome: "wellbeing" };
  const refused = (asked: MediateSpec, code: string, options = {}) =>
    expect(() => sensitivityToErrorCorrelation(cohort, asked, options)).toThrow(expect.objectContaining({ code }));

  it("pairs without an error to correlate, several mediators, covariates of the mediator only: not-supported, with the remedy", () => {
    const logit = { ...spec, outcome: { column: "relapsed", family: "binomial" as const } };
    refused(logit, "not-supported");
    expect(() => sensitivityToErrorCorrelation(cohort, logit)).toThrow(/unmeasuredConfounder/);
    refused({ ...spec, mediators: ["connection", "support"] }, "not-supported");
    refused({ ...spec, covariates: { mediator: ["age"], outcome: [] } }, "not-supported");
  });

  it("correlations of 1, unknown options, published limits where they do not hold", () => {
    refused(spec, "invalid-option", { rho: [1] });
    refused(spec, "invalid-option", { rho: 0.3 });
    refused(spec, "invalid-option", { deviations: "none" });
    refused(spec, "unknown-option", { rhos: [0] });
    refused({ ...spec, cluster: "site" }, "not-supported", { deviations: "seemingly-unrelated" });
  });
});
