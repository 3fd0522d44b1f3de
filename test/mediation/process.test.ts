import { describe, expect, it } from "vitest";
import { type MediateSpec, type ModeratedPath, mediate } from "../../src/mediation/index.ts";
import { simulatedCohort } from "./cohort.ts";

const cohort = simulatedCohort(150, 8);
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: "wellbeing",
  exposureMediatorInteraction: false,
  inference: { method: "delta" },
};

/** The predictors of every equation, without the constant. */
async function equations(asked: Partial<MediateSpec>): Promise<Record<string, string[]>> {
  const { models } = await mediate(cohort, { ...spec, ...asked });
  return Object.fromEntries(
    models
      .filter(({ model }) => model !== "total")
      .map(({ response, coefficients }) => [response, coefficients.slice(1).map(({ name }) => name)]),
  );
}

describe("docs/guide/process.md: the equations of Hayes' models", () => {
  const x = "mentored";
  const m = "connection";
  const w = "age";
  const moderated: [number, ModeratedPath[], string[], string[]][] = [
    [5, ["exposure-outcome"], [x], [x, m, w, `${x} × ${w}`]],
    [7, ["exposure-mediator"], [x, w, `${x} × ${w}`], [x, m]],
    [8, ["exposure-mediator", "exposure-outcome"], [x, w, `${x} × ${w}`], [x, m, w, `${x} × ${w}`]],
    [14, ["mediator-outcome"], [x], [x, m, w, `${m} × ${w}`]],
    [15, ["mediator-outcome", "exposure-outcome"], [x], [x, m, w, `${x} × ${w}`, `${m} × ${w}`]],
    [58, ["exposure-mediator", "mediator-outcome"], [x, w, `${x} × ${w}`], [x, m, w, `${m} × ${w}`]],
    [
      59,
      ["exposure-mediator", "mediator-outcome", "exposure-outcome"],
      [x, w, `${x} × ${w}`],
      [x, m, w, `${x} × ${w}`, `${m} × ${w}`],
    ],
  ];
  it.each(moderated)("model %i", async (_number, on, connection, wellbeing) => {
    expect(await equations({ moderator: { column: w, on } })).toEqual({ connection, wellbeing });
  });

  it.each(moderated)("model %i: an index where one arrow of the indirect effect is moderated", async (number, on) => {
    const { effects } = await mediate(cohort, { ...spec, moderator: { column: w, on } });
    expect(effects.filter(({ effect }) => effect === "index")).toHaveLength([7, 8, 14, 15].includes(number) ? 1 : 0);
  });

  it("model 4, with two mediators", async () => {
    expect(await equations({ mediators: ["connection", "support"] })).toEqual({
      connection: [x],
      support: [x],
      wellbeing: [x, "connection", "support"],
    });
  });

  it("model 6", async () => {
    expect(await equations({ mediators: ["connection", "support", "x4"], structure: "serial" })).toEqual({
      connection: [x],
      support: [x, "connection"],
      x4: [x, "connection", "support"],
      wellbeing: [x, "connection", "support", "x4"],
    });
  });

  it("model 80", async () => {
    const structure = { x4: ["connection", "support"] };
    expect(await equations({ mediators: ["connection", "support", "x4"], structure })).toEqual({
      connection: [x],
      support: [x],
      x4: [x, "connection", "support"],
      wellbeing: [x, "connection", "support", "x4"],
    });
  });

  it("model 83", async () => {
    const moderator = { column: w, on: [{ from: x, to: "connection" }] };
    expect(await equations({ mediators: ["connection", "support"], structure: "serial", moderator })).toEqual({
      connection: [x, w, `${x} × ${w}`],
      support: [x, "connection"],
      wellbeing: [x, "connection", "support"],
    });
  });
});
