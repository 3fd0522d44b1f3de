import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { simulatedCohort } from "./cohort.ts";

const base = simulatedCohort(200, 9, 10);
const column = (values: (row: number) => number | string) => base["age"]!.map((_, row) => values(row));
const status = column((i) => (i % 5 === 0 ? 2 : i % 2)) as number[];
const cohort = {
  ...base,
  days: column((i) => 5 + ((i * 37) % 300)),
  status,
  relapse: status.map((code) => (code === 1 ? 1 : 0)),
  death: status.map((code) => (code === 2 ? 1 : 0)),
  words: status.map((code) => ["still followed", "relapsed", "died"][code]!),
};
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: { time: "days", event: "relapse", competing: "death", at: 180 },
  covariates: ["age"],
  inference: { draws: 20 },
};

describe("how a time ended", () => {
  it("may be told by two columns, by a status column of numbers, or of words: the same effects", async () => {
    const columns = await mediate(cohort, spec);
    for (const event of [
      { column: "status", event: 1, competing: 2 },
      { column: "status", event: 1, competing: 2, censored: 0 },
      { column: "words", event: "relapsed", competing: "died" },
    ]) {
      const found = await mediate(cohort, { ...spec, outcome: { time: "days", event, at: 180 } });
      expect(found.effects).toEqual(columns.effects);
      expect(found.models.map(({ model }) => model)).toEqual(["mediator", "outcome", "competing", "total"]);
    }
  });

  it("counts the competing event as censored where it is not named a competing one", async () => {
    const outcome = { time: "days", event: "relapse", at: 180 };
    const net = await mediate(cohort, { ...spec, outcome });
    const total = (result: typeof net) => result.effects.find(({ effect }) => effect === "total")!.estimate;
    expect(total(net)).not.toBe(total(await mediate(cohort, spec)));
    expect(net.models.map(({ model }) => model)).toEqual(["mediator", "outcome", "total"]);
  });

  const refused: [string, object][] = [
    ["event-code", { event: "status" }],
    ["event-code", { event: { column: "status", event: 1 } }],
    ["event-code", { event: { column: "status", event: 1, competing: 2, censored: 3 } }],
    ["no-events", { event: { column: "status", event: 7, competing: 2, censored: 1 } }],
    ["event-code", { event: "relapse", competing: "relapse2" }],
    ["invalid-option", { event: { column: "status", event: 1, competing: 1 } }],
    ["invalid-option", { event: { column: "status", event: 1, competing: 2 }, competing: "death" }],
    ["unknown-option", { event: { column: "status", event: 1, death: 2 } }],
  ];
  for (const [code, part] of refused) {
    it(`${JSON.stringify(part)}: ${code}`, async () => {
      const both = { ...cohort, relapse2: cohort.relapse };
      const outcome = { time: "days", at: 180, ...part } as MediateSpec["outcome"];
      const data = code === "no-events" ? { ...both, status: status.map((c) => (c === 0 ? 1 : c)) } : both;
      await expect(mediate(data, { ...spec, outcome })).rejects.toMatchObject({ code });
    });
  }
});
