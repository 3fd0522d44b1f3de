import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { familyCohort } from "./familyCohort.ts";
import { effect } from "./reference.ts";

const cohort = familyCohort();
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: [{ column: "contacts", family: "negative-binomial" }],
  outcome: { column: "readmissions", family: "negative-binomial" },
  covariates: ["wellbeing_0"],
  cluster: "site",
  inference: { method: "bayesian-bootstrap", draws: 250, seed: 2 },
};

describe("the Bayesian bootstrap with clusters", () => {
  it("weights whole sites, repeats its digits with a seed, and spreads about as resampled sites do", async () => {
    const bayesian = await mediate(cohort, spec);
    expect(await mediate(cohort, spec)).toEqual(bayesian);
    expect(bayesian.draws).toEqual({ requested: 250, used: 250, failed: 0 });
    const resampled = await mediate(cohort, { ...spec, inference: { draws: 250, seed: 2 } });
    for (const name of ["total", "totalNaturalIndirect"] as const) {
      const ratio = effect(bayesian, name).standardError! / effect(resampled, name).standardError!;
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.3);
      expect(effect(bayesian, name).estimate).toBe(effect(resampled, name).estimate);
    }
  });

  it("with every person a site of their own is the bootstrap of people", async () => {
    const own = { ...cohort, own: cohort["site"]!.map((_, row) => row) };
    const { cluster: _, ...people } = spec;
    const inference = { method: "bayesian-bootstrap", draws: 60, seed: 2 } as const;
    const one = await mediate(own, { ...people, cluster: "own", inference });
    const other = await mediate(own, { ...people, inference });
    one.effects.forEach((row, k) => {
      expect(row.standardError).toBe(other.effects[k]!.standardError);
      expect(row.interval).toEqual(other.effects[k]!.interval);
    });
  });
});
