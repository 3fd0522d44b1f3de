import { describe, expect, test } from "vitest";
import { compareChange, followRelapse, linearModel, mediate, parseCohort } from "../src/index.ts";
import { refusalOf, rejectionOf } from "./support/refusal.ts";

/** Rows of a cohort that every analysis can answer, as text: id, arm, before, mediator, after, relapsed, days. */
const people = Array.from({ length: 40 }, (_, i) => {
  const arm = i % 2;
  const before = 40 + ((i * 7) % 11);
  const mediator = 50 + 3 * arm + ((i * 5) % 13);
  return [
    i + 1,
    arm,
    before,
    mediator,
    before + 2 * arm + ((i * 3) % 5),
    (i * 3) % 4 === 0 ? 1 : 0,
    30 + ((i * 37) % 300),
  ];
});
const head = "id,mentored,before,connection,after,relapsed,days";
const text = (rows: readonly (readonly unknown[])[] = people, header = head) =>
  [header, ...rows.map((row) => row.join(","))].join("\n");
const cohort = (rows?: readonly (readonly unknown[])[], header?: string) =>
  parseCohort(text(rows, header), { id: "id" });
const changed = (column: number, value: (row: number) => unknown) =>
  people.map((row, index) => row.map((cell, at) => (at === column ? value(index) : cell)));
const mediation = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: "after",
  covariates: ["before"],
  inference: { draws: 100 },
};

describe("a file", () => {
  test("that is empty is refused", () => expect(refusalOf(() => parseCohort("")).code).toBe("empty-file"));

  test("with a header only is refused", () => expect(refusalOf(() => parseCohort(head)).code).toBe("no-rows"));

  test("with a duplicated id is refused, with both rows", () => {
    const error = refusalOf(() => cohort([...people, people[4]!]));
    expect(error.code).toBe("duplicate-id");
    expect(error.message).toMatch(/\b5\b/);
    expect(error.message).toMatch(/\b41\b/);
  });

  test("with a text in a number column is refused, with row and column", () => {
    const error = refusalOf(() => cohort(changed(2, (row) => (row === 6 ? "unknown" : 40 + row))));
    expect(error.code).toBe("text-in-number-column");
    expect(error.problems[0]!.where).toMatchObject({ row: 7, column: "before" });
  });

  test("of 200 columns is read, and the 3 that are used are enough", () => {
    const wide = people.map((row) => [...row, ...Array.from({ length: 193 }, (_, i) => (i % 3 === 0 ? "" : i))]);
    const header = `${head},${Array.from({ length: 193 }, (_, i) => `extra_${i}`).join(",")}`;
    const read = cohort(wide, header);
    expect(read.columns.size).toBe(200);
    expect(compareChange(read, { before: "before", after: "after", arm: "mentored", better: "higher" }).n).toBe(40);
  });

  test("with __proto__ as a header is read, and pollutes nothing", () => {
    const read = cohort(people, head.replace("days", "__proto__"));
    expect(read.columns.has("__proto__")).toBe(true);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("before");
    expect(compareChange(read, { before: "before", after: "__proto__", better: "higher" }).n).toBe(40);
  });

  test("in Latin-1 is read, and says so", () => {
    const bytes = Uint8Array.from(text(changed(0, (row) => `Zoë ${row}`)), (character) => character.charCodeAt(0));
    const read = parseCohort(bytes, { id: "id" });
    expect(read.rows).toBe(40);
    expect(read.issues.map(({ code }) => code)).toContain("not-utf8");
  });

  test("with Windows line ends and a byte order mark reads the same", () => {
    const windows = parseCohort(`\uFEFF${text().replace(/\n/g, "\r\n")}\r\n`, { id: "id" });
    expect([...windows.columns]).toEqual([...cohort().columns]);
  });
});

describe("an analysis", () => {
  test("with a constant mediator is refused", async () => {
    const error = await rejectionOf(() => mediate(cohort(changed(3, () => 50)), mediation));
    expect(error.code).toBe("constant-mediator");
  });

  test("with an outcome of one level is refused", async () => {
    const binary = { ...mediation, outcome: { column: "relapsed", family: "binomial" as const } };
    expect((await rejectionOf(() => mediate(cohort(changed(5, () => 1)), binary))).code).toBe("one-level-outcome");
  });

  test("with a completely separated outcome is refused, naming the column", async () => {
    const separated = changed(5, (row) => (Number(people[row]![3]) > 56 ? 1 : 0));
    const error = await rejectionOf(() =>
      mediate(cohort(separated), { ...mediation, outcome: { column: "relapsed", family: "binomial" } }),
    );
    expect(error.code).toBe("separation");
    expect(error.message).toContain("connection");
  });

  test("with collinear covariates is refused, naming them", async () => {
    const twice = cohort(
      people.map((row) => [...row, 2 * Number(row[2]) + 1]),
      `${head},before_again`,
    );
    const covariates = ["before", "before_again"];
    for (const error of [
      await rejectionOf(() => mediate(twice, { ...mediation, covariates })),
      refusalOf(() => linearModel(twice, { outcome: "after", terms: covariates })),
      refusalOf(() =>
        compareChange(twice, {
          before: "before",
          after: "after",
          arm: "mentored",
          covariates: ["before_again"],
          better: "higher",
        }),
      ),
    ]) {
      expect(error.code).toBe("collinear");
      expect(error.message).toContain("before_again");
    }
  });

  test("with fewer rows than coefficients is refused", async () => {
    const few = cohort(people.slice(0, 4));
    expect((await rejectionOf(() => mediate(few, mediation))).code).toBe("too-few-rows");
    expect(
      refusalOf(() => linearModel(few, { outcome: "after", terms: ["before", "connection", "days", "mentored"] })).code,
    ).toBe("too-few-rows");
  });

  test("with an arm without events has finite numbers or null, and says so", async () => {
    const rows = changed(5, (row) => (row % 2 === 1 ? 0 : row % 4 === 0 ? 1 : 0));
    const result = await followRelapse(cohort(rows), {
      time: "days",
      event: "relapsed",
      arm: "mentored",
      horizon: 200,
    });
    expect(result.groups.find(({ arm }) => arm === "1")!.risk.estimate).toBe(0);
    expect(
      JSON.stringify(result, (_, value) =>
        typeof value === "number" && !Number.isFinite(value) ? "not finite" : value,
      ),
    ).not.toContain("not finite");
    expect(result.notes.map(({ code }) => code)).toContain("no-spread");
  });
});
