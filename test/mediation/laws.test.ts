import { describe, expect, it } from "vitest";
import { type MediateSpec, type Mediation, mediate } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";
import { effect, value } from "./reference.ts";

const cohort = simulatedCohort(240, 11, 12);
const linear: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection", "support"],
  outcome: "wellbeing",
  covariates: ["age", "severity", "before"],
  controlledAt: { connection: 50, support: 45 },
  inference: { draws: 60, seed: 5 },
};
const binary: MediateSpec = { ...linear, outcome: { column: "relapsed", family: "binomial" } };
const close = { rel: 1e-9, abs: 1e-10 };

const reorder = (data: Record<string, number[]>, order: number[]) =>
  Object.fromEntries(Object.entries(data).map(([name, values]) => [name, order.map((row) => values[row]!)]));
const change = (name: string, map: (x: number) => number) => ({ ...cohort, [name]: cohort[name]!.map(map) });

function sameEffects(actual: Mediation, expected: Mediation, tolerance = close, skip: string[] = []) {
  expected.effects.forEach((row, k) => {
    const other = actual.effects[k]!;
    expect([other.effect, other.scale, other.mediator]).toEqual([row.effect, row.scale, row.mediator]);
    if (row.estimate !== null && other.estimate !== null && !skip.includes(row.effect))
      expectClose(other.estimate, row.estimate, tolerance, `${row.effect} ${row.scale} ${row.mediator ?? ""}`);
  });
}

for (const [kind, spec] of [
  ["linear", linear],
  ["binary", binary],
] as const) {
  describe(`laws of mediate, ${kind} outcome`, () => {
    it("does not depend on the order of rows", async () => {
      const order = cohort["age"]!.map((_, row) => (row * 77) % 240);
      sameEffects(await mediate(reorder(cohort, order), spec), await mediate(cohort, spec));
    });

    it("keeps its estimates when everybody appears twice", async () => {
      const twice = reorder(cohort, [...Array(240).keys(), ...Array(240).keys()]);
      // The residual variance of the mediators has divisor n − p, so effects on a binary outcome move a little.
      sameEffects(
        await mediate(twice, spec),
        await mediate(cohort, spec),
        kind === "linear" ? close : { rel: 2e-2, abs: 2e-4 },
      );
    });

    it("does not depend on where a mediator or a covariate has its zero, nor on its unit", async () => {
      const expected = await mediate(cohort, spec);
      const moved = { ...spec, controlledAt: { connection: 50 * 1e6 + 3e7, support: 45 } };
      sameEffects(
        await mediate(
          change("connection", (x) => x * 1e6 + 3e7),
          moved,
        ),
        expected,
        { rel: 1e-8, abs: 1e-9 },
      );
      sameEffects(
        await mediate(
          change("age", (x) => x / 1000 - 5),
          spec,
        ),
        expected,
      );
    });

    it("turns around when the contrast is turned around: total natural becomes pure natural with the other sign", async () => {
      const there = await mediate(cohort, { ...spec, exposure: { column: "mentored", from: 0, to: 1 } });
      const back = await mediate(cohort, { ...spec, exposure: { column: "mentored", from: 1, to: 0 } });
      expectClose(value(back, "total"), -value(there, "total"), close);
      expectClose(value(back, "totalNaturalIndirect"), -value(there, "pureNaturalIndirect"), close);
      expectClose(value(back, "pureNaturalDirect"), -value(there, "totalNaturalDirect"), close);
      expectClose(value(back, "controlledDirect"), -value(there, "controlledDirect"), close);
    });

    it("gives the same effects for 0/1, for 1/2 and for text arms", async () => {
      const expected = await mediate(cohort, spec);
      sameEffects(
        await mediate(
          change("mentored", (x) => x + 1),
          spec,
        ),
        expected,
      );
      const words = { ...cohort, mentored: cohort["mentored"]!.map((t) => (t === 1 ? "yes" : "no")) };
      sameEffects(await mediate(words, spec), expected);
      const named = { ...spec, exposure: { column: "mentored", treated: "yes", reference: "no" } };
      sameEffects(await mediate(words, named), expected);
    });

    it("adds up in both orders, and into four components", async () => {
      const result = await mediate(cohort, spec);
      const v = (name: Parameters<typeof value>[1]) => value(result, name);
      expect(Math.abs(v("pureNaturalDirect") + v("totalNaturalIndirect") - v("total"))).toBeLessThan(1e-10);
      expect(Math.abs(v("totalNaturalDirect") + v("pureNaturalIndirect") - v("total"))).toBeLessThan(1e-10);
      const four =
        v("controlledDirect") + v("referenceInteraction") + v("mediatedInteraction") + v("pureNaturalIndirect");
      expect(Math.abs(four - v("total"))).toBeLessThan(1e-10);
    });

    it("repeats its digits with the same seed, and only then", async () => {
      const first = await mediate(cohort, spec);
      expect(await mediate(cohort, spec)).toEqual(first);
      const other = await mediate(cohort, { ...spec, inference: { draws: 60, seed: 6 } });
      expect(effect(other, "total").interval).not.toEqual(effect(first, "total").interval);
      expect(effect(other, "total").estimate).toBe(effect(first, "total").estimate);
    });

    it("survives JSON: no NaN, no undefined, no p of 0", async () => {
      for (const method of ["bootstrap", "monte-carlo"] as const) {
        const result = await mediate(cohort, { ...spec, inference: { draws: 60, method } });
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        for (const row of result.effects) expect(row.pValue === null || row.pValue > 0).toBe(true);
      }
    });

    it("resamples whole clusters: other standard errors than for people, for bootstrap and Monte Carlo", async () => {
      for (const method of ["bootstrap", "monte-carlo"] as const) {
        const inference = { draws: 200, seed: 2, method };
        const people = await mediate(cohort, { ...spec, inference });
        const sites = await mediate(cohort, { ...spec, cluster: "site", inference });
        expect(effect(sites, "total").estimate).toBe(effect(people, "total").estimate);
        const ratio = effect(sites, "total").standardError! / effect(people, "total").standardError!;
        expect(Math.abs(ratio - 1)).toBeGreaterThan(0.01);
        expect(sites.notes.map(({ code }) => code)).toContain("few-clusters");
        expect(sites.diagnostics.clusters).toEqual({ count: 12, smallest: 20, largest: 20 });
      }
    });
  });
}

describe("laws of mediate", () => {
  it("a cluster of one person each resamples people", async () => {
    const own = { ...cohort, id: cohort["age"]!.map((_, row) => row) };
    const alone = await mediate(own, linear);
    const clustered = await mediate(own, { ...linear, cluster: "id" });
    expect(clustered.effects).toEqual(alone.effects);
  });

  it("specific indirect effects add up to the joint one for a linear outcome, and contrasts are their differences", async () => {
    const result = await mediate(cohort, linear);
    const one = value(result, "indirect", "difference", "connection");
    const two = value(result, "indirect", "difference", "support");
    expectClose(one + two, value(result, "totalNaturalIndirect"), close);
    expectClose(one - two, value(result, "contrast"), close);
  });

  it("bootstrap and Monte Carlo agree on the standard errors of a well-behaved analysis", async () => {
    const large = simulatedCohort(1500, 4);
    for (const spec of [linear, binary]) {
      const boot = await mediate(large, { ...spec, inference: { draws: 600 } });
      const carlo = await mediate(large, { ...spec, inference: { draws: 600, method: "monte-carlo" } });
      for (const name of ["total", "pureNaturalDirect", "totalNaturalIndirect", "indirect", "contrast"] as const)
        expectClose(effect(carlo, name).standardError, effect(boot, name).standardError!, { rel: 0.15, abs: 0 }, name);
    }
  });

  it("cluster bootstrap and clustered Monte Carlo agree where there are many clusters", async () => {
    const large = simulatedCohort(1500, 8, 150);
    for (const spec of [linear, binary]) {
      const clustered = { ...spec, cluster: "site" };
      const boot = await mediate(large, { ...clustered, inference: { draws: 600 } });
      const carlo = await mediate(large, { ...clustered, inference: { draws: 600, method: "monte-carlo" } });
      for (const name of ["total", "pureNaturalDirect", "totalNaturalIndirect", "indirect", "contrast"] as const)
        expectClose(effect(carlo, name).standardError, effect(boot, name).standardError!, { rel: 0.15, abs: 0 }, name);
    }
  });

  it("covariates can differ between the models, and agree with common ones when they are the same", async () => {
    const common = await mediate(cohort, linear);
    const apart = { mediator: ["age", "severity", "before"], outcome: ["age", "severity", "before"] };
    sameEffects(await mediate(cohort, { ...linear, covariates: apart }), common);
    const fewer = await mediate(cohort, { ...linear, covariates: { mediator: ["age"], outcome: ["age", "before"] } });
    expect(fewer.models.find(({ model }) => model === "mediator")!.coefficients.map(({ name }) => name)).toEqual([
      "(Intercept)",
      "mentored",
      "age",
    ]);
  });

  it("takes products of covariates as terms", async () => {
    const product = { ...cohort, product: cohort["age"]!.map((age, row) => age * cohort["severity"]![row]!) };
    const expected = await mediate(product, { ...linear, covariates: ["age", "severity", "product"] });
    sameEffects(await mediate(cohort, { ...linear, covariates: ["age", "severity", "age:severity"] }), expected);
  });

  it("withholds the proportion mediated with a reason when the total may be 0", async () => {
    const noise = change("wellbeing", () => 0);
    noise["wellbeing"] = simulatedCohort(240, 99)["x4"]!;
    const result = await mediate(noise, { ...linear, mediators: ["connection"], controlledAt: 50 });
    expect(effect(result, "proportionMediated")).toMatchObject({ estimate: null, interval: null, standardError: null });
    expect(result.proportionWithheld).toMatch(/includes 0/);
  });

  it("leaves incomplete rows out and counts them", async () => {
    const holes = { ...cohort, connection: cohort["connection"]!.map((x, row) => (row < 7 ? null : x)) };
    const result = await mediate(holes, linear);
    expect(result.n).toBe(233);
    expect(result.dropped.reasons).toEqual([{ reason: "missing", variable: "connection", rows: 7 }]);
  });

  it("stops on a signal and tells its progress", async () => {
    const stop = new AbortController();
    stop.abort();
    const stopped = mediate(cohort, { ...linear, inference: { draws: 100, signal: stop.signal } });
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    let last = 0;
    await mediate(cohort, { ...linear, inference: { draws: 100, onProgress: (done) => (last = done) } });
    expect(last).toBe(100);
  });

  it("says what it assumes, what it held fixed, and what was left out", async () => {
    const codes = async (spec: MediateSpec) => (await mediate(cohort, spec)).notes.map(({ code }) => code);
    const { controlledAt: _, ...atMean } = linear;
    expect(await codes(linear)).toContain("assumption-no-unmeasured-confounding");
    expect(await codes(atMean)).toContain("controlled-at-mean");
    expect(await codes({ ...linear, exposureMediatorInteraction: false })).toContain("interaction-omitted");
    expect(await codes({ ...linear, inference: { draws: 60, interval: "bias-corrected" } })).toContain(
      "bias-corrected",
    );
    expect(await codes(binary)).toContain("specific-not-additive");
  });
});
