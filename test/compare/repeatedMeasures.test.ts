import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  pairedT,
  type RepeatedMeasures,
  type RepeatedMeasuresSpec,
  repeatedMeasures,
} from "../../src/compare/index.ts";
import { refuseUnfitted } from "../../src/compare/repeatedRefusals.ts";
import type { Cell } from "../../src/table.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose } from "../support/witness.ts";

type Columns = Record<string, Cell[]>;

const { data } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../fixtures/compare/repeated-measures.json"), "utf8"),
) as { data: Columns };
const spec: RepeatedMeasuresSpec = {
  outcome: "wellbeing",
  terms: ["month", "mentored", "age", "month:mentored"],
  person: "person",
  wave: "month",
};
const structures = [
  "unstructured",
  "compound-symmetry",
  "heterogeneous-compound-symmetry",
  "ar1",
  "heterogeneous-ar1",
  "continuous-ar1",
] as const;
const fitTo = (columns: Columns, more: Partial<RepeatedMeasuresSpec> = {}) =>
  repeatedMeasures(columns, { ...spec, ...more });
const exact = { rel: 1e-9, abs: 1e-11 };
const numbers = (columns: Columns, name: string) => columns[name] as number[];
const reordered = (columns: Columns, order: number[]): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, order.map((row) => cells[row]!)]));

describe("by hand: four people before and after", () => {
  // changes 3, 1, 4, 4: mean 3, squares 0 + 4 + 1 + 1 = 6, variance 2, standard error √(2/4)
  const pairs: Columns = {
    person: [1, 2, 3, 4, 1, 2, 3, 4],
    month: [0, 0, 0, 0, 6, 6, 6, 6],
    y: [1, 3, 2, 6, 4, 4, 6, 10],
  };
  const asked = { outcome: "y", terms: ["month"], person: "person", wave: "month" } as const;

  test.each(["unstructured", "compound-symmetry", "heterogeneous-ar1"] as const)(
    "%s: the change is tested as paired",
    (correlation) => {
      const model = repeatedMeasures(pairs, { ...asked, correlation });
      const [mean, change] = model.coefficients;
      expectClose(mean!.estimate, 3, exact);
      expectClose(change!.estimate, 3, exact);
      expectClose(change!.standardError, Math.sqrt(2 / 4), exact);
      expectClose(change!.df, 3, exact);
      const paired = pairedT({ before: [1, 3, 2, 6], after: [4, 4, 6, 10] });
      expectClose(change!.pValue, paired.pValue, exact);
    },
  );

  test("unstructured: the covariance of the waves is the sample's, by ML with n for n − 1", () => {
    // before: deviations −2 0 −1 3, squares 14; after: −2 −2 0 4, squares 24; products 4 + 0 + 0 + 12 = 16
    const { residual } = repeatedMeasures(pairs, asked);
    const expected = [14 / 3, 16 / 3, 16 / 3, 24 / 3];
    residual.covariance.flat().forEach((value, k) => {
      expectClose(value, expected[k]!, exact);
    });
    expectClose(residual.correlation[0]![1]!, 16 / Math.sqrt(14 * 24), exact);
    const full = repeatedMeasures(pairs, { ...asked, method: "ML" });
    full.residual.covariance.flat().forEach((value, k) => {
      expectClose(value, (expected[k]! * 3) / 4, exact);
    });
  });
});

describe("laws", () => {
  const flat = (model: RepeatedMeasures) => [
    ...model.coefficients.flatMap(({ estimate, standardError, df }) => [estimate, standardError!, df!]),
    ...model.residual.covariance.flat(),
    model.logLikelihood,
  ];
  const expectSame = (actual: number[], expected: number[], tolerance = { rel: 1e-8, abs: 1e-9 }) => {
    expect(actual.length).toBe(expected.length);
    actual.forEach((value, k) => {
      expectClose(value, expected[k]!, tolerance, String(k));
    });
  };
  const rows = data["person"]!.length;

  test("the order of rows does not matter", () => {
    const order = Array.from({ length: rows }, (_, i) => (i * 52) % rows);
    expect(new Set(order).size).toBe(rows);
    for (const correlation of structures) {
      expectSame(flat(fitTo(reordered(data, order), { correlation })), flat(fitTo(data, { correlation })));
    }
  });

  test.each([1e-6, 1e6])("the outcome times %d and shifted: nothing but units changes", (factor) => {
    for (const correlation of structures) {
      const model = fitTo(data, { correlation });
      const other = fitTo(
        { ...data, wellbeing: numbers(data, "wellbeing").map((y) => factor * (y - 40)) },
        { correlation },
      );
      model.coefficients.forEach((row, k) => {
        const changed = other.coefficients[k]!;
        const estimate = k === 0 ? row.estimate - 40 : row.estimate;
        expectSame(
          [changed.estimate / factor, changed.standardError! / factor, changed.df!],
          [estimate, row.standardError!, row.df!],
          { rel: 1e-7, abs: 1e-9 },
        );
      });
      expectSame(other.residual.correlation.flat(), model.residual.correlation.flat());
      expectClose(other.logLikelihood + (rows - model.coefficients.length) * Math.log(factor), model.logLikelihood, {
        rel: 1e-9,
        abs: 0,
      });
    }
  });

  test("everyone twice: by ML the same estimates and likelihood per person, half the variances", () => {
    const twice = Object.fromEntries(Object.entries(data).map(([name, cells]) => [name, [...cells, ...cells]]));
    twice["person"] = [...numbers(data, "person"), ...numbers(data, "person").map((id) => id + 1000)];
    for (const correlation of structures) {
      const model = fitTo(data, { correlation, method: "ML" });
      const other = fitTo(twice, { correlation, method: "ML" });
      model.coefficients.forEach((row, k) => {
        const doubled = other.coefficients[k]!;
        expectSame([doubled.estimate, doubled.standardError! * Math.SQRT2], [row.estimate, row.standardError!]);
        // degrees of freedom grow as people do
        expectClose(doubled.df, row.df! * 2, { rel: 1e-8, abs: 0 });
      });
      expectSame(other.residual.covariance.flat(), model.residual.covariance.flat());
      expectClose(other.logLikelihood, 2 * model.logLikelihood, { rel: 1e-10, abs: 0 });
    }
  });

  const whole = completePeople(data);

  test("complete and saturated: the unstructured covariance is the pooled sample's, the df those of two samples", () => {
    const terms = ["month", "mentored", "month:mentored"];
    const model = fitTo(whole, { terms });
    const months = [0, 6, 12, 24];
    const arms = [0, 1].map((arm) => {
      const people = [...new Set(numbers(whole, "person").filter((_, row) => whole["mentored"]![row] === arm))];
      return people.map((id) => months.map((month) => outcomeOf(whole, id, month)));
    });
    const df = arms[0]!.length + arms[1]!.length - 2;
    months.forEach((_, a) => {
      months.forEach((_, b) => {
        const pooled = arms.reduce((sum, people) => {
          const mean = (w: number) => people.reduce((total, waves) => total + waves[w]!, 0) / people.length;
          return sum + people.reduce((total, waves) => total + (waves[a]! - mean(a)) * (waves[b]! - mean(b)), 0);
        }, 0);
        expectClose(model.residual.covariance[a]![b]!, pooled / df, exact, `covariance ${a} ${b}`);
      });
    });
    for (const row of model.coefficients.filter(({ name }) => name.includes("mentored"))) {
      expectClose(row.df, df, exact, `${row.name} df`);
    }
  });

  test("the unit of one wave, each wave having its own means: unstructured correlations and tests stay", () => {
    const terms = ["month", "mentored", "month:mentored"];
    const rescaled = numbers(data, "wellbeing").map((y, row) => (data["month"]![row] === 12 ? 1e5 * y : y));
    for (const degreesOfFreedom of ["satterthwaite", "kenward-roger"] as const) {
      const model = fitTo(data, { terms, degreesOfFreedom });
      const other = fitTo({ ...data, wellbeing: rescaled }, { terms, degreesOfFreedom });
      expectSame(other.residual.correlation.flat(), model.residual.correlation.flat());
      for (const name of ["mentored", "month: 24 × mentored"]) {
        const [one, same] = [model, other].map(({ coefficients }) => coefficients.find((row) => row.name === name)!);
        expectSame([same!.estimate, same!.standardError!, same!.df!], [one!.estimate, one!.standardError!, one!.df!]);
      }
    }
  });

  test("the terms' units divide their coefficients; the reference wave moves the coefficients only", () => {
    const months = fitTo({ ...data, age: numbers(data, "age").map((age) => 12 * age) });
    const model = fitTo(data);
    const at = model.coefficients.findIndex(({ name }) => name === "age");
    expectSame(
      [months.coefficients[at]!.estimate * 12, months.coefficients[at]!.df!],
      [model.coefficients[at]!.estimate, model.coefficients[at]!.df!],
    );
    const other = fitTo(data, { waves: [6, 0, 12, 24], correlation: "compound-symmetry" });
    expect(other.references).toEqual({ month: "6" });
    expectClose(other.logLikelihood, fitTo(data, { correlation: "compound-symmetry" }).logLikelihood, exact);
  });

  test("waves as texts are waves in the order given; the order of texts is told where it matters", () => {
    const texts = { ...data, month: numbers(data, "month").map((month) => `month ${month}`) };
    const waves = [0, 6, 12, 24].map((month) => `month ${month}`);
    expectSame(flat(fitTo(texts, { waves, correlation: "ar1" })), flat(fitTo(data, { correlation: "ar1" })));
    const { notes } = fitTo(texts, { correlation: "ar1" });
    expect(notes.map(({ code }) => code)).toEqual(["waves-missing", "wave-order"]);
  });

  test("rows at other waves and rows with missing values are left out and counted", () => {
    const model = fitTo({ ...data, age: [null, ...data["age"]!.slice(1)] }, { waves: [0, 6, 12] });
    const late = numbers(data, "month").filter((month) => month === 24).length;
    expect(model.dropped).toEqual({
      rowsIn: rows,
      rowsUsed: rows - 1 - late,
      reasons: [
        { reason: "missing", variable: "age", rows: 1 },
        { reason: "other-wave", variable: "month", rows: late },
      ],
    });
    expect(model.waves.map(({ wave }) => wave)).toEqual(["0", "6", "12"]);
    expect([model.n, model.rows]).toEqual([48, rows - 1 - late]);
  });
});

describe("tests of terms and contrasts", () => {
  const contrasts = { "at 24": { mentored: 1, "month: 24 × mentored": 1 } };

  test("a contrast of one coefficient is its test; a term of one coefficient has F = t²", () => {
    for (const degreesOfFreedom of ["satterthwaite", "kenward-roger", "residual"] as const) {
      const model = fitTo(data, { degreesOfFreedom, contrasts: { age: { age: 1 } } });
      const { estimate, standardError, interval, statistic, df, pValue } = model.coefficients.find(
        ({ name }) => name === "age",
      )!;
      expect(model.contrasts).toEqual([
        { contrast: "age", weights: { age: 1 }, estimate, standardError, interval, statistic, df, pValue },
      ]);
      const age = model.termTests.find(({ term }) => term === "age")!;
      expectClose(age.statistic, statistic ** 2, exact);
      expectClose(age.df2, df!, exact);
      expectClose(age.pValue, pValue, exact);
    }
  });

  test("the difference at a wave is the arm's coefficient when that wave is the reference", () => {
    const model = fitTo(data, { contrasts });
    const turned = fitTo(data, { waves: [24, 0, 6, 12] }).coefficients.find(({ name }) => name === "mentored")!;
    const [difference] = model.contrasts;
    for (const figure of ["estimate", "standardError", "df", "pValue"] as const) {
      expectClose(difference![figure], turned[figure]!, { rel: 1e-8, abs: 0 }, figure);
    }
  });

  test("Kenward and Roger's errors are not below the plain ones; residual degrees of freedom are told to be too many", () => {
    const plain = fitTo(data);
    const corrected = fitTo(data, { degreesOfFreedom: "kenward-roger" });
    corrected.coefficients.forEach((row, k) => {
      expect(row.standardError! / plain.coefficients[k]!.standardError!).toBeGreaterThan(0.9999);
      expect(row.estimate).toBe(plain.coefficients[k]!.estimate);
    });
    const { notes } = fitTo(data, { degreesOfFreedom: "residual" });
    expect(notes.map(({ code }) => code)).toContain("rows-as-degrees-of-freedom");
  });

  test("contrasts of no coefficient, without weights, of weights that are no numbers are refused", () => {
    const codeOf = (weights: Record<string, number>) =>
      refusalOf(() => fitTo(data, { contrasts: { odd: weights } })).code;
    expect(codeOf({ month: 1 })).toBe("unknown-coefficient");
    expect(codeOf({})).toBe("invalid-option");
    expect(codeOf({ age: Number.NaN })).toBe("invalid-option");
  });
});

describe("refusals", () => {
  const codeOf = (columns: Columns, more: Partial<RepeatedMeasuresSpec> = {}) =>
    refusalOf(() => fitTo(columns, more)).code;
  const rows = data["person"]!.length;
  const some = (keep: (row: number) => boolean) =>
    reordered(data, Array.from({ length: rows }, (_, row) => row).filter(keep));

  test("unknown options, choices and columns", () => {
    expect(codeOf(data, { weights: "age" } as Partial<RepeatedMeasuresSpec>)).toBe("unknown-option");
    expect(codeOf(data, { correlation: "toeplitz" as "ar1" })).toBe("invalid-option");
    expect(codeOf(data, { method: "reml" as "REML" })).toBe("invalid-option");
    expect(codeOf(data, { degreesOfFreedom: "normal" as "residual" })).toBe("invalid-option");
    const roger = { degreesOfFreedom: "kenward-roger" } as const;
    expect(codeOf(data, { ...roger, method: "ML" })).toBe("invalid-option");
    expect(codeOf(data, { ...roger, correlation: "ar1" })).toBe("invalid-option");
    expect(codeOf(data, { level: 95 })).toBe("invalid-option");
    expect(codeOf(data, { waves: [0] })).toBe("invalid-option");
    expect(codeOf(data, { waves: [0, 7] })).toBe("unknown-level");
    expect(codeOf(data, { person: 3 as unknown as string })).toBe("invalid-option");
    expect(codeOf(data, { person: "client" })).toBe("unknown-column");
    expect(codeOf(data, { terms: ["wellbeing"] })).toBe("outcome-among-terms");
    expect(codeOf(data, { person: "month" })).toBe("repeated-variable");
    const texts = { ...data, month: numbers(data, "month").map((month) => `month ${month}`) };
    expect(codeOf(texts, { correlation: "continuous-ar1" })).toBe("not-numeric");
    expect(codeOf(texts, { waveAs: "number" })).toBe("not-numeric");
  });

  test("two rows of a person at a wave, with their row", () => {
    const twice = { ...data, month: data["month"]!.map((month, row) => (row === 1 ? 0 : month)) };
    const refusal = refusalOf(() => fitTo(twice));
    expect([refusal.code, refusal.where]).toEqual(["repeated-wave", { row: 2, column: "month" }]);
  });

  test("one wave, one person, people with one row", () => {
    expect(codeOf(some((row) => data["month"]![row] === 0))).toBe("one-wave");
    expect(codeOf(some((row) => data["person"]![row] === 1))).toBe("one-cluster");
    expect(codeOf({ ...data, person: data["person"]!.map((_, row) => row) })).toBe("no-pairs");
  });

  test("a constant outcome, a perfect fit, collinear terms", () => {
    expect(codeOf({ ...data, wellbeing: data["wellbeing"]!.map(() => 4) })).toBe("constant-outcome");
    expect(codeOf({ ...data, wellbeing: numbers(data, "age").map((age) => 2 * age + 1) })).toBe("perfect-fit");
    expect(codeOf({ ...data, years: data["age"]! }, { terms: ["age", "years"] })).toBe("collinear");
  });

  test("too few people for an unstructured covariance; waves never seen together", () => {
    const people = (most: number) => some((row) => numbers(data, "person")[row]! <= most);
    expect(codeOf(people(4), { terms: ["month"] })).toBe("too-few-people");
    expect(codeOf(people(5), { terms: ["month"] })).toBe("singular-covariance");
    const months = numbers(data, "month");
    const split = some((row) => months[row] !== (numbers(data, "person")[row]! % 4 < 2 ? 24 : 12));
    expect(codeOf(split)).toBe("too-few-people");
    expect(fitTo(split, { correlation: "compound-symmetry" }).n).toBe(48);
  });

  test("a wave that repeats another, with the way of the search", () => {
    const first = new Map(
      numbers(data, "person").flatMap((id, row) =>
        data["month"]![row] === 0 ? [[id, numbers(data, "wellbeing")[row]!]] : [],
      ),
    );
    const repeats = numbers(data, "wellbeing").map((y, row) =>
      data["month"]![row] === 6 ? first.get(numbers(data, "person")[row]!)! + 2 : y,
    );
    const refusal = refusalOf(() => fitTo({ ...data, wellbeing: repeats }));
    expect(refusal.code).toBe("singular-covariance");
    expect(refusal.received).toMatch(/^\d+ iterations; scaled log-likelihood … /);
  });

  test("waves that go against each other have no correlation that fades with time", () => {
    const against = numbers(data, "wellbeing").map(
      (y, row) => y + (numbers(data, "person")[row]! % 5) * (row % 2 === 0 ? 9 : -9),
    );
    expect(codeOf({ ...data, wellbeing: against }, { correlation: "continuous-ar1" })).toBe("not-identified");
    expect(fitTo({ ...data, wellbeing: against }, { correlation: "ar1" }).residual.rho).toBeLessThan(0);
  });

  test("a search without end is told with its last steps", () => {
    const steps = [-12.5, -12.25].map((logLikelihood) => ({ logLikelihood, promised: 0.5 }));
    const refusal = refusalOf(() => refuseUnfitted({ status: "not-converged", aliased: [], steps }, []));
    expect(refusal.code).toBe("not-converged");
    expect(refusal.received).toBe(
      "2 iterations; scaled log-likelihood … -12.500000, -12.250000; a rise of 0.50 was still promised",
    );
  });

  test("a mean of its own for every person leaves nothing to tell how people vary", () => {
    const names = data["person"]!.map((id) => `P${id}`);
    expect(codeOf({ ...data, names }, { terms: ["month", "names"], correlation: "compound-symmetry" })).toBe(
      "not-identified",
    );
  });
});

function completePeople(columns: Columns): Columns {
  const ids = numbers(columns, "person");
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return reordered(
    columns,
    ids.map((_, row) => row).filter((row) => counts.get(ids[row]!) === 4),
  );
}

function outcomeOf(columns: Columns, person: number, month: number): number {
  const row = numbers(columns, "person").findIndex((id, at) => id === person && columns["month"]![at] === month);
  return numbers(columns, "wellbeing")[row]!;
}
