import { describe, expect, it } from "vitest";
import { coxModel } from "../../src/followup/index.ts";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";
import { effect } from "./reference.ts";

const base = simulatedCohort(160, 12, 10);
const at = (values: (row: number) => number) => base["age"]!.map((_, row) => values(row));
const cohort = {
  ...base,
  days: at((i) => 3 + ((i * 37) % 151) + i / 1000),
  status: at((i) => (i % 23 === 0 ? 2 : i % 4 === 0 ? 0 : 1)),
  tie: at((i) => (base["connection"]![i]! > 50 ? 1 : 0)),
};
const outcome = { time: "days", event: { column: "status", event: 1, competing: 2 }, at: 120 } as const;
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: [{ column: "tie", family: "binomial" }],
  outcome: { ...outcome, competingModel: "baseline" },
  exposureMediatorInteraction: false,
  inference: { draws: 20 },
};

describe("a competing event with one hazard for everybody", () => {
  it("gives the product integral of the event's Cox model and the Nelson–Aalen hazard of the other", async () => {
    const result = await mediate(cohort, spec);
    const event = cohort.status.map((code) => (code === 1 ? 1 : 0));
    const cox = coxModel({ ...cohort, event }, { time: "days", event: "event", terms: ["mentored", "tie"] });
    const [b, c] = cox.coefficients.map(({ estimate }) => estimate!);
    const { steps } = cox.baseline![0]!;
    const deaths = cohort.days.filter((_, i) => cohort.status[i] === 2).sort((x, y) => x - y);
    const times = [...new Set([...steps.filter(({ events }) => events > 0).map(({ time }) => time), ...deaths])].sort(
      (x, y) => x - y,
    );
    const atZero = new Map(steps.map((step, j) => [step.time, step.atZero! - (j === 0 ? 0 : steps[j - 1]!.atZero!)]));
    const risk = (mentored: number, tie: number) => {
      let free = 1;
      let sum = 0;
      for (const time of times.filter((day) => day <= 120)) {
        const own = (atZero.get(time) ?? 0) * Math.exp(b! * mentored + c! * tie);
        const other = deaths.includes(time) ? 1 / cohort.days.filter((day) => day >= time).length : 0;
        sum += (free * (1 - Math.exp(-own - other)) * own) / (own + other);
        free *= Math.exp(-own - other);
      }
      return sum;
    };
    const share = (mentored: number) => {
      const ties = cohort.tie.filter((_, i) => base["mentored"]![i] === mentored);
      return ties.reduce((sum, tie) => sum + tie, 0) / ties.length;
    };
    const mean = (t: number, s: number) => share(s) * risk(t, 1) + (1 - share(s)) * risk(t, 0);
    const near = { rel: 1e-7, abs: 1e-9 };
    expectClose(effect(result, "total", "riskDifference").estimate, mean(1, 1) - mean(0, 0), near, "total");
    expectClose(
      effect(result, "pureNaturalDirect", "riskDifference").estimate,
      mean(1, 0) - mean(0, 0),
      near,
      "direct",
    );
    expectClose(
      effect(result, "totalNaturalIndirect", "riskDifference").estimate,
      mean(1, 1) - mean(1, 0),
      near,
      "indirect",
    );
    expect(result.notes.map(({ code }) => code)).toContain("competing-baseline");
    expect(result.models.map(({ model }) => model)).toEqual(["mediator", "outcome", "total"]);
  });

  it("answers where the competing events are too few for a model, and is refused without any", async () => {
    const few = { ...cohort, status: cohort.status.map((code, i) => (code === 2 && i > 30 ? 0 : code)) };
    await expect(mediate(few, { ...spec, outcome })).rejects.toMatchObject({ code: "too-few-events" });
    expect((await mediate(few, spec)).draws.failed).toBe(0);
    const single = {
      time: "days",
      event: { column: "status", event: 1 },
      at: 120,
      competingModel: "baseline",
    } as const;
    await expect(mediate(cohort, { ...spec, outcome: single })).rejects.toMatchObject({ code: "invalid-option" });
  });
});
