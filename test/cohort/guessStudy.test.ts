import { describe, expect, test } from "vitest";
import { checkStudy, defineStudy, guessStudy, parseCohort, toCohort } from "../../src/cohort/index.ts";
import { sharedIsPresent, sharedText } from "../support/witness.ts";

const cohort = toCohort({
  id: [1, 2, 3, 4, 5, 6],
  arm: ["usual", "mentor", "usual", "mentor", "usual", "mentor"],
  age: [31, 35, 42, 51, 28, 39],
  site: ["a", "a", "b", "b", "c", "c"],
  relapse_days: [10, 400, 30, 400, 50, 60],
  relapse_status: [1, 0, 2, 0, 1, 1],
  phq9_0: [10, 11, 12, 13, 14, 15],
  phq9_12: [9, 8, 13, 7, 6, 15],
  connection_0: [1, 2, 3, 4, 5, 6],
  connection_6: [2, 3, 4, 5, 6, 7],
  drinking_days_30: [1, 2, 3, 4, 5, 6],
});

describe("guessStudy", () => {
  test("guesses roles from names and values, and says why for each", () => {
    const { definition, reasons } = guessStudy(cohort, { file: "c.csv" });
    expect(definition).toMatchObject({
      design: "two-arm-observational",
      data: { file: "c.csv" },
      id: "id",
      arm: { column: "arm", treated: "mentor", reference: "usual" },
      cluster: "site",
      covariates: ["age"],
      compare: [{ outcome: "phq9", before: "phq9_0", after: "phq9_12", better: "lower" }],
      relapse: {
        time: "relapse_days",
        event: { column: "relapse_status", event: 1, competing: 2 },
        horizon: 365,
      },
      mediation: [{ mediators: ["connection_6"], outcome: "phq9_12", covariates: ["age", "phq9_0", "connection_0"] }],
    });
    const told = new Set(reasons.map(({ path }) => path.replace(/\W.*/, "")));
    for (const path of ["id", "arm", "cluster", "covariates", "waves", "compare", "relapse", "mediation", "design"])
      expect(told, path).toContain(path);
  });

  test("takes no horizon beyond the follow-up of either arm, unless all of an arm relapsed by then", () => {
    const horizonOf = (relapse_days: number[], relapse: number[]) =>
      guessStudy(toCohort({ id: [1, 2, 3, 4], arm: [0, 0, 1, 1], relapse_days, relapse })).definition.relapse?.horizon;
    expect(horizonOf([10, 260, 30, 268], [1, 0, 1, 0])).toBe(260);
    expect(horizonOf([10, 260, 30, 268], [1, 1, 1, 0])).toBe(268);
    expect(horizonOf([10, 500, 30, 400], [1, 0, 1, 0])).toBe(365);
  });

  test("takes a number at the end of a name for a wave only where a stem has two of them", () => {
    const waves = guessStudy(cohort).definition.waves!;
    expect(waves.map(({ month }) => month)).toEqual([0, 6, 12]);
    expect(waves.flatMap(({ variables }) => variables)).not.toContain("drinking_days_30");
  });

  test("makes a definition that defineStudy accepts and the cohort fits", () => {
    const { definition } = guessStudy(cohort);
    expect(checkStudy(defineStudy(JSON.parse(JSON.stringify(definition))), cohort)).toEqual([]);
  });

  test("calls a file without arms a single-arm study, and does not invent an id", () => {
    const { definition, reasons } = guessStudy(toCohort({ x: [1, 1, 2] }));
    expect(definition.design).toBe("single-arm");
    expect(reasons.find(({ path }) => path === "id")!.why).toContain("no column");
  });

  test.skipIf(!sharedIsPresent).each([
    ["data/cohort/cohort.csv", "mentored", "wellbeing_12"],
    ["data/help/help-wide.csv", "group", "mcs_12"],
  ])("drafts a usable study for %s (skipped where it is absent)", (path, arm, outcome) => {
    const read = parseCohort(sharedText(path), { id: "id" });
    const { definition } = guessStudy(read);
    expect(definition.arm?.column).toBe(arm);
    expect(definition.compare[0]!.after).toBe(outcome);
    expect(definition.relapse?.time).toBe("relapse_days");
    expect(definition.mediation.length).toBe(1);
    expect(checkStudy(defineStudy(definition), read)).toEqual([]);
  });
});
