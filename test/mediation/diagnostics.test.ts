import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";
import { effect } from "./reference.ts";

const cohort = simulatedCohort(300, 5, 30);
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: "wellbeing",
  covariates: ["age", "before"],
  exposureMediatorInteraction: false,
  inference: { draws: 50 },
};
const codes = (notes: readonly { readonly code: string }[]) => notes.map(({ code }) => code);
const column = (values: (row: number) => number) => cohort["age"]!.map((_, row) => values(row));

describe("products of paths", () => {
  it("have the joint significance of both paths and limits of the exact product distribution", async () => {
    const result = await mediate(cohort, spec);
    const [a] = result.paths.filter(({ path }) => path === "a");
    const [b] = result.paths.filter(({ path }) => path === "b");
    const [row] = result.products;
    expect(row!.mediator).toBe("connection");
    expect(row!.jointSignificance.pValue).toBe(Math.max(a!.pValue, b!.pValue));
    expectClose(row!.product!.estimate, a!.estimate * b!.estimate, { rel: 1e-12, abs: 0 }, "ab");
    const { interval } = effect(result, "totalNaturalIndirect", "difference");
    expect(Math.abs(row!.product!.interval.lower! - interval!.lower!)).toBeLessThan(0.3);
  });

  it("are left out where one product is not the indirect effect", async () => {
    expect((await mediate(cohort, { ...spec, exposureMediatorInteraction: true })).products).toEqual([]);
    const logistic = await mediate(cohort, { ...spec, outcome: { column: "relapsed", family: "binomial" } });
    expect(logistic.products[0]!.product).toBeNull();
    expect(logistic.products[0]!.jointSignificance.pValue).toBeGreaterThan(0);
  });
});

describe("drawing until the limits hold still", () => {
  it("has the digits of as many draws asked for at once, and says when it ended too early", async () => {
    const until = { tolerance: 0.1, most: 4000 };
    const result = await mediate(cohort, { ...spec, inference: { draws: 200, seed: 3, until } });
    expect(result.draws.requested).toBeGreaterThan(200);
    expect(result.method).toContain(`${result.draws.requested} resamples`);
    const fixed = await mediate(cohort, { ...spec, inference: { draws: result.draws.requested, seed: 3 } });
    expect(result.effects).toEqual(fixed.effects);
    const short = await mediate(cohort, { ...spec, inference: { draws: 50, until: { tolerance: 0.001, most: 100 } } });
    expect(codes(short.notes)).toContain("limits-not-stable");
  });

  it("is refused where its error is not known", async () => {
    for (const inference of [
      { interval: "bca", until: { tolerance: 0.1 } },
      { method: "delta", until: { tolerance: 0.1 } },
      { until: { tolerance: 0 } },
    ] as const)
      await expect(mediate(cohort, { ...spec, inference })).rejects.toMatchObject({ code: "invalid-option" });
  });
});

describe("diagnostics of the data", () => {
  it("tests the spread of errors as n·R² of the squared residuals", async () => {
    const uneven = {
      ...cohort,
      wellbeing: column((i) => ((i % 7) - 3) * Math.max(0, cohort["before"]![i]! - 35)),
    };
    const result = await mediate(uneven, { ...spec, inference: { method: "delta" } });
    const found = result.diagnostics.heteroskedasticity.find(({ response }) => response === "wellbeing")!;
    expect(found.df).toBe(4);
    expect(found.pValue).toBeLessThan(1e-6);
    expect(codes(result.notes)).toContain("uneven-errors");
    expect(codes((await mediate(uneven, spec)).notes)).not.toContain("uneven-errors");
  });

  it("counts people beyond the other arm, and arms that the covariates tell apart", async () => {
    const apart = { ...cohort, connection: column((i) => cohort["connection"]![i]! + 60 * cohort["mentored"]![i]!) };
    const far = await mediate(apart, spec);
    expect(far.diagnostics.overlap!.mediators[0]!.beyond).toBeGreaterThan(100);
    expect(codes(far.notes)).toContain("mediator-out-of-range");
    const sorted = { ...cohort, age: column((i) => 40 + cohort["mentored"]![i]! * 10 + (i % 5)) };
    expect(codes((await mediate(sorted, spec)).notes)).toContain("no-overlap");
    const random = await mediate(cohort, spec);
    expect(random.diagnostics.overlap!.exposure!.separated).toBe(false);
  });

  it("notes a contrast outside the data", async () => {
    const result = await mediate(cohort, {
      ...spec,
      exposure: { column: "severity", from: 0, to: 5 },
      covariates: [],
    });
    expect(codes(result.notes)).toContain("contrast-outside-data");
  });

  it("refuses an arm that is one cluster", async () => {
    const mentors = { ...cohort, mentor: column((i) => (cohort["mentored"]![i] === 1 ? i % 20 : 999)) };
    await expect(mediate(mentors, { ...spec, cluster: "mentor" })).rejects.toMatchObject({
      code: "arm-in-one-cluster",
    });
  });

  it("refuses a mediator that follows from the exposure, and more coefficients than events", async () => {
    const same = { ...cohort, connection: column((i) => 3 + 2 * cohort["mentored"]![i]!) };
    await expect(mediate(same, spec)).rejects.toMatchObject({ code: "collinear" });
    const few = { ...cohort, days: column((i) => 1 + (i % 90)), relapse: column((i) => (i % 100 === 0 ? 1 : 0)) };
    const outcome = { time: "days", event: "relapse", at: 60 };
    await expect(mediate(few, { ...spec, outcome })).rejects.toMatchObject({ code: "too-few-events" });
  });
});
