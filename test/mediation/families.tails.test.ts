import { describe, expect, it } from "vitest";
import { randomStream } from "../../src/_numeric/random.ts";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";
import { value } from "./reference.ts";

/** Counts with a long upper tail, and outcomes that grow by a fifth with every one of them. */
function people(n: number, theta: number, slope: number) {
  const stream = randomStream(5, 0);
  const rows = { arm: [] as number[], visits: [] as number[], days: [] as number[], score: [] as number[] };
  for (let i = 0; i < n; i++) {
    const arm = i % 2;
    const mean = 1.5 * Math.exp(0.3 * arm);
    const visits = stream.poisson((mean * stream.gamma(theta)) / theta);
    rows.arm.push(arm);
    rows.visits.push(visits);
    rows.days.push(stream.poisson(Math.exp(-1 + slope * visits)));
    rows.score.push(visits + stream.normal());
  }
  return rows;
}

const spec: MediateSpec = {
  exposure: "arm",
  mediators: [{ column: "visits", family: "negative-binomial" }],
  outcome: { column: "days", family: "poisson" },
  exposureMediatorInteraction: false,
  inference: { method: "delta" },
};

describe("counts before an outcome with a log link", () => {
  it("equal the generating function of the fitted negative binomial, far tail included", async () => {
    const result = await mediate(people(800, 2, 0.2), spec);
    const [mediator, outcome] = result.models;
    const [m0, a] = mediator!.coefficients.map(({ estimate }) => estimate!);
    const theta = mediator!.others[0]!;
    const coefficient = (name: string) => outcome!.coefficients.find((row) => row.name === name)!.estimate!;
    const b = coefficient("visits");
    // E[exp(bM)] = (1 − (e^b − 1)μ/θ)^−θ
    const mean = (t: number, s: number) =>
      Math.exp(coefficient("(Intercept)") + coefficient("arm") * t) *
      (1 - (Math.expm1(b) * Math.exp(m0! + a! * s)) / theta) ** -theta;
    const near = { rel: 1e-9, abs: 1e-12 };
    expectClose(value(result, "totalNaturalIndirect"), mean(1, 1) - mean(1, 0), near);
    expectClose(value(result, "pureNaturalDirect"), mean(1, 0) - mean(0, 0), near);
    expectClose(value(result, "total", "rateRatio"), mean(1, 1) / mean(0, 0), near);
  });

  it("are refused where the mean is infinite: infinite-mean", async () => {
    const steep = people(400, 0.6, 0);
    const grown = { ...steep, days: steep.visits.map((visits) => Math.min(1e6, Math.round(Math.exp(0.5 * visits)))) };
    await expect(mediate(grown, spec)).rejects.toMatchObject({ code: "infinite-mean" });
  });

  it("in a chain are counted far enough: E exp(η + b₁M₁ + b₂M₂), M₂ normal given M₁, is a generating function at b₁ + b₂γ", async () => {
    const stream = randomStream(9, 0);
    const data = people(600, 2, 0.15);
    const mood = data.visits.map((visits, i) => 0.1 * visits + 0.2 * data.arm[i]! + stream.normal());
    const mediators: MediateSpec["mediators"] = [...spec.mediators, "mood"];
    const chain = await mediate({ ...data, mood }, { ...spec, mediators, structure: "serial" });
    const [first, second, outcome] = chain.models;
    const of = (model: typeof first, name: string) => model!.coefficients.find((row) => row.name === name)!.estimate!;
    const theta = first!.others[0]!;
    const b2 = of(outcome, "mood");
    const slope = of(outcome, "visits") + b2 * of(second, "visits");
    expect(slope).toBeGreaterThan(0.05);
    const mean = (t: number, s: number) => {
      const mu = Math.exp(of(first, "(Intercept)") + of(first, "arm") * s);
      const before = of(outcome, "(Intercept)") + of(outcome, "arm") * t;
      const through = b2 * (of(second, "(Intercept)") + of(second, "arm") * s);
      const spread = 0.5 * (b2 * second!.residualStandardDeviation!) ** 2;
      return Math.exp(before + through + spread) * (1 - (Math.expm1(slope) * mu) / theta) ** -theta;
    };
    const near = { rel: 1e-9, abs: 1e-12 };
    expectClose(value(chain, "total"), mean(1, 1) - mean(0, 0), near);
    expectClose(value(chain, "pureNaturalDirect"), mean(1, 0) - mean(0, 0), near);
  });
});
