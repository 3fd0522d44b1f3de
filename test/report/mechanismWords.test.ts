import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { toMarkdown } from "../../src/report/index.ts";
import { simulatedCohort } from "../mediation/cohort.ts";

const base = simulatedCohort(200, 3, 20);
const people = { ...base, town: base["site"]!.map((site) => ["north", "south", "west"][site % 3]!) };
const labels = {
  mentored: "Mentoring",
  connection: "Connection",
  support: "Support",
  wellbeing: "Wellbeing",
  age: "Age",
  town: "Town",
};
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: "wellbeing",
  exposureMediatorInteraction: false,
  inference: { method: "delta" },
};
const told = async (more: Partial<MediateSpec>) => toMarkdown(await mediate(people, { ...spec, ...more }), { labels });

describe("moderated and serial mediation in words", () => {
  it("names ways by labels, values of the moderator with two decimals, and where effects differ from 0", async () => {
    const text = await told({
      mediators: ["connection", "support"],
      structure: "serial",
      moderator: { column: "age", on: [{ from: "mentored", to: "connection" }] },
    });
    for (const line of [
      "| Indirect along: Mentoring → Connection → Support → Wellbeing |",
      "| Contrast of indirect effects: Mentoring → Connection → Wellbeing − Mentoring → Support → Wellbeing |",
      "| Through the mediators (total natural indirect): Age 27.66 |",
      "| Indirect along: Mentoring → Connection → Wellbeing: Age 48.59 |",
      "| Difference of the indirect effect: Age 48.59 − 27.66 |",
      "| Index of moderated mediation: Mentoring → Connection → Support → Wellbeing: per unit of Age |",
      "| moderation | Mentoring × Age → Connection |",
      "| m | Connection → Support |",
      'Paths that Age changes are told at Age 0; the rows "moderation" say by how much they change.',
    ])
      expect(text).toContain(line);
    expect(text).toMatch(
      /Path a \(Mentoring → Connection\) differs from 0 where Age is from \S+ to \S+ \(above 0; \d+% of people\)\./,
    );
    expect(text).toMatch(
      /The indirect effect along Mentoring → Connection → Wellbeing differs from 0 where Age is .*\(above 0; \d+% of people\) \(Age was between \S+ and \S+\)\./,
    );
    expect(text).toContain(
      "The indirect effect along Mentoring → Connection → Support → Wellbeing differs from 0 at no observed value",
    );
    expect(text).not.toContain("Reference interaction: Age");
    expect(text).not.toMatch(/\d\.\d{6}/);
  });

  it("names groups", async () => {
    const text = await told({ moderator: { column: "town", on: ["exposure-mediator"] } });
    for (const line of [
      "| Total effect: Town north |",
      "| Difference of the indirect effect: Town west − south |",
      "| moderation | Mentoring × Town: west → Connection |",
      "Paths that Town changes are told at the first group of Town",
    ])
      expect(text).toContain(line);
  });
});
