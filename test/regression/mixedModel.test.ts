import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linearModel, type MixedModel, type MixedModelSpec, mixedModel } from "../../src/regression/index.ts";
import type { Cell } from "../../src/table.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose } from "../support/witness.ts";

type Columns = Record<string, Cell[]>;

const exact = { rel: 1e-9, abs: 1e-9 };

describe("by hand", () => {
  const people: Columns = { person: ["a", "a", "b", "b", "c", "c"], y: [1, 3, 5, 7, 9, 11] };
  const spec: MixedModelSpec = { outcome: "y", terms: [], group: "person" };

  test("three people of two rows, REML: means 2, 6, 10; within 6/3 = 2; between (2·32/2 − 2)/2 = 15", () => {
    const model = mixedModel(people, spec);
    expectClose(model.random.residual.variance, 2, exact);
    expectClose(model.random.intercept.variance, 15, exact);
    expectClose(model.icc, 15 / 17, exact);
    const [mean] = model.coefficients;
    expectClose(mean!.estimate, 6, exact);
    expectClose(mean!.standardError, Math.sqrt((15 + 2 / 2) / 3), exact);
    expectClose(mean!.df, 2, exact);
    // a person's mean is drawn to the whole by 15 / (15 + 2/2)
    [-4, 0, 4].forEach((deviation, k) => {
      expectClose(model.groupEffects[k]!.intercept, (deviation * 15) / 16, exact);
    });
    expect(model.groupEffects.map(({ group, rows, slope }) => [group, rows, slope])).toEqual([
      ["a", 2, null],
      ["b", 2, null],
      ["c", 2, null],
    ]);
  });

  test("the same by ML: the mean square between people is 64/3, so between (64/3 − 2)/2", () => {
    const { random } = mixedModel(people, { ...spec, method: "ML" });
    expectClose(random.residual.variance, 2, exact);
    expectClose(random.intercept.variance, (64 / 3 - 2) / 2, exact);
  });

  test("people no more different than their rows: variance 0, the mean and error of all rows, n − 1 df", () => {
    const y = [1, 9, 2, 8, 3, 7];
    const model = mixedModel({ ...people, y }, spec);
    expect(model.random.intercept).toEqual({ variance: 0, standardDeviation: 0 });
    expect(model.icc).toBe(0);
    expect(model.notes.map(({ code }) => code)).toEqual(["singular-fit"]);
    // squares about 5: 16 + 16 + 9 + 9 + 4 + 4 = 58
    expectClose(model.coefficients[0]!.standardError, Math.sqrt(58 / 5 / 6), exact);
    expectClose(model.coefficients[0]!.df, 5, exact);
  });

  test("limits and p are by t, or normal where asked for", () => {
    const normal = mixedModel(people, { ...spec, degreesOfFreedom: "normal" }).coefficients[0]!;
    expectClose(normal.interval!.upper, 6 + 1.959963984540054 * 4 * Math.sqrt(1 / 3), exact);
    expect([normal.df, normal.interval!.method]).toEqual([null, "normal"]);
    const { interval } = mixedModel(people, { ...spec, level: 0.9 }).coefficients[0]!;
    // t of 2 degrees of freedom at 0.95: (2·0.95 − 1)·√(2 / (1 − 0.9²)) = 2.919986
    expectClose(interval!.upper, 6 + 0.9 * Math.sqrt(2 / 0.19) * 4 * Math.sqrt(1 / 3), exact);
  });
});

describe("tests of terms", () => {
  const spec: MixedModelSpec = { outcome: "y", terms: ["x", "z"], group: "g" };

  test.each(["satterthwaite", "kenward-roger"] as const)("of one coefficient are the square of its t: %s", (choice) => {
    const { coefficients, termTests } = mixedModel(lines(), { ...spec, degreesOfFreedom: choice });
    termTests.forEach((row, k) => {
      const other = coefficients[k + 1]!;
      expectClose(row.statistic, other.statistic ** 2, exact);
      expectClose(row.df2, other.df!, exact);
      expectClose(row.pValue, other.pValue, exact);
    });
  });

  test("with known variances they are chi-square", () => {
    const data = lines();
    const kinds = { ...data, kind: data["z"]!.map((z) => `kind ${z}`) };
    const model = mixedModel(kinds, { ...spec, terms: ["x", "kind"], degreesOfFreedom: "normal" });
    const [, kind] = model.termTests;
    const [b1, b2] = model.coefficients.slice(2).map(({ estimate }) => estimate);
    const [[v11, v12], [, v22]] = model.covariance.slice(2).map((row) => row.slice(2)) as [number[], number[]];
    const wald = (b1! ** 2 * v22! - 2 * b1! * b2! * v12! + b2! ** 2 * v11!) / (v11! * v22! - v12! ** 2);
    expectClose(kind!.statistic, wald / 2, { rel: 1e-9, abs: 0 });
    expect([kind!.term, kind!.df1, kind!.df2]).toEqual(["kind", 2, null]);
    // a chi-square on 2 degrees of freedom has the tail exp(−x/2)
    expectClose(kind!.pValue, Math.exp(-wald / 2), { rel: 1e-9, abs: 0 });
  });

  test("Kenward–Roger errors are no smaller than the uncorrected ones", () => {
    const plain = mixedModel(lines(), spec).coefficients;
    const wider = mixedModel(lines(), { ...spec, degreesOfFreedom: "kenward-roger" }).coefficients;
    wider.forEach(({ standardError }, k) => {
      expect(standardError).toBeGreaterThanOrEqual(plain[k]!.standardError! * (1 - 1e-12));
    });
  });
});

describe("balanced groups have the closed form of the analysis of variance", () => {
  test("REML: residual MSW, between (MSB − MSW)/n, any number of groups and rows", () => {
    const numbers = fc.double({ min: -5, max: 5, noNaN: true });
    const shape = fc.tuple(fc.integer({ min: 3, max: 6 }), fc.integer({ min: 2, max: 5 }));
    const input = shape.chain(([groups, rows]) =>
      fc.array(fc.array(numbers, { minLength: rows, maxLength: rows }), { minLength: groups, maxLength: groups }),
    );
    fc.assert(
      fc.property(input, (values) => {
        const [groups, rows] = [values.length, values[0]!.length];
        const means = values.map((row) => row.reduce((a, b) => a + b) / rows);
        const grand = means.reduce((a, b) => a + b) / groups;
        const within = values.flatMap((row, k) => row.map((y) => (y - means[k]!) ** 2)).reduce((a, b) => a + b);
        const residual = within / (groups * (rows - 1));
        const between = means.reduce((total, mean) => total + rows * (mean - grand) ** 2, 0) / (groups - 1);
        fc.pre(residual > 1e-4 && between > 1e-4 && Math.abs(between / residual - 1) > 1e-3);
        const model = mixedModel(
          { g: values.flatMap((row, k) => row.map(() => k)), y: values.flat() },
          { outcome: "y", terms: [], group: "g" },
        );
        const positive = between > residual;
        const pooled = (within + between * (groups - 1)) / (groups * rows - 1);
        const close = { rel: 1e-6, abs: 1e-6 * pooled };
        expectClose(model.random.residual.variance, positive ? residual : pooled, close);
        expectClose(model.random.intercept.variance, positive ? (between - residual) / rows : 0, close);
        expectClose(model.coefficients[0]!.estimate, grand, { rel: 1e-9, abs: 1e-9 });
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});

/** Groups of 2 to 6 rows with intercepts and slopes of their own; no randomness. */
function lines(): Columns {
  const wave = (k: number) => Math.sin(k * 12.9898) + Math.cos(k * 78.233);
  const rows: { g: number; x: number; z: number; y: number }[] = [];
  for (let g = 0; g < 14; g++) {
    for (let j = 0; j < 2 + (g % 5); j++) {
      const x = j + 0.3 * wave(g + 7 * j);
      const z = (g + j) % 3;
      rows.push({ g, x, z, y: 20 + 3 * wave(g) + (2 + 0.8 * wave(g + 50)) * x + z + wave(100 + g * 11 + j) });
    }
  }
  return {
    g: rows.map(({ g }) => g),
    x: rows.map(({ x }) => x),
    z: rows.map(({ z }) => z),
    y: rows.map(({ y }) => y),
  };
}

const columns = lines();
const shapes: [string, MixedModelSpec][] = [
  ["intercepts", { outcome: "y", terms: ["x", "z"], group: "g" }],
  ["intercepts and slopes", { outcome: "y", terms: ["x", "z"], group: "g", randomSlope: "x" }],
  ["uncorrelated slopes", { outcome: "y", terms: ["x", "z"], group: "g", randomSlope: "x", correlated: false }],
];
const mapped = (name: string, change: (value: number) => Cell): Columns => ({
  ...columns,
  [name]: columns[name]!.map((value) => change(value as number)),
});
const tests = (model: MixedModel) => model.coefficients.map(({ statistic, df }) => [statistic, df!]);

function expectSame(actual: number[], expected: number[], rel = 1e-7): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expectClose(value, expected[k]!, { rel, abs: rel }, String(k));
  });
}

describe.each(shapes)("laws: %s", (name, spec) => {
  const model = mixedModel(columns, spec);

  test("the likelihood is at a maximum with every variance above 0, so that the laws say something", () => {
    expect(model.notes).toEqual([]);
  });

  test.each([1e-100, 1e-6, 1e6, 1e100])("the outcome in units of %s", (unit) => {
    const other = mixedModel(
      mapped("y", (y) => y * unit),
      spec,
    );
    expectSame(tests(other).flat(), tests(model).flat());
    expectSame([other.random.residual.variance / unit ** 2], [model.random.residual.variance]);
    expectSame([other.icc, other.groupEffects[3]!.intercept / unit], [model.icc, model.groupEffects[3]!.intercept]);
    expectSame([other.logLikelihood + (model.n - 3) * Math.log(unit)], [model.logLikelihood]);
  });

  test("a shift of the outcome moves the intercept alone", () => {
    const other = mixedModel(
      mapped("y", (y) => y + 1e5),
      spec,
    );
    expectSame(
      other.coefficients.map(({ estimate }, k) => estimate - (k === 0 ? 1e5 : 0)),
      model.coefficients.map(({ estimate }) => estimate),
    );
    expectSame([other.logLikelihood, other.icc], [model.logLikelihood, model.icc]);
  });

  test.each([1e-100, 1e-6, 1e6, 1e100])("the term in units of %s", (unit) => {
    const other = mixedModel(
      mapped("x", (x) => x * unit),
      spec,
    );
    expectSame(tests(other).flat(), tests(model).flat());
    expectSame([other.coefficients[1]!.estimate * unit, other.icc], [model.coefficients[1]!.estimate, model.icc]);
    if (model.random.slope !== null) {
      expectSame([other.random.slope!.variance * unit ** 2], [model.random.slope.variance]);
      expectSame([other.groupEffects[5]!.slope! * unit], [model.groupEffects[5]!.slope!]);
    }
    expectSame([other.logLikelihood - Math.log(unit) * -1], [model.logLikelihood]);
  });

  if (name !== "uncorrelated slopes") {
    test("a shift of the term leaves its coefficient, the slopes and the likelihood", () => {
      const other = mixedModel(
        mapped("x", (x) => x + 1000),
        spec,
      );
      expectSame(tests(other).slice(1).flat(), tests(model).slice(1).flat());
      expectSame(
        [other.logLikelihood, other.random.residual.variance],
        [model.logLikelihood, model.random.residual.variance],
      );
      if (model.random.slope !== null) expectSame([other.random.slope!.variance], [model.random.slope.variance]);
    });
  }

  test("the order of rows does not matter", () => {
    const order = columns["g"]!.map((_, row) => (row * 29) % columns["g"]!.length);
    expect(new Set(order).size).toBe(order.length);
    const shuffled = Object.fromEntries(
      Object.entries(columns).map(([key, cells]) => [key, order.map((row) => cells[row]!)]),
    );
    const other = mixedModel(shuffled, spec);
    expectSame(tests(other).flat(), tests(model).flat());
    expectSame(
      other.groupEffects.map(({ intercept }) => intercept),
      model.groupEffects.map(({ intercept }) => intercept),
    );
  });

  test("the names of the groups do not matter, but for their order", () => {
    const other = mixedModel(
      mapped("g", (g) => `person ${String.fromCharCode(97 + g)}`),
      spec,
    );
    expect(other.groupEffects[2]!.group).toBe("person c");
    expectSame(
      other.groupEffects.map(({ intercept }) => intercept),
      model.groupEffects.map(({ intercept }) => intercept),
      1e-12,
    );
  });

  test("by ML every group twice is the same model: coefficients and variances stay, standard errors shrink by √2", () => {
    const once = mixedModel(columns, { ...spec, method: "ML" });
    const twice: Columns = Object.fromEntries(
      Object.entries(columns).map(([key, cells]) => [key, [...cells, ...cells]]),
    );
    twice["g"] = [...columns["g"]!, ...columns["g"]!.map((g) => (g as number) + 100)];
    const other = mixedModel(twice, { ...spec, method: "ML" });
    other.coefficients.forEach((row, k) => {
      expectClose(row.estimate, once.coefficients[k]!.estimate, { rel: 1e-8, abs: 0 });
      expectClose(row.standardError! * Math.SQRT2, once.coefficients[k]!.standardError!, { rel: 1e-7, abs: 0 });
    });
    expectSame([other.icc, other.random.residual.variance], [once.icc, once.random.residual.variance]);
    expectSame([other.logLikelihood / 2], [once.logLikelihood]);
  });
});

describe("on the boundary", () => {
  test("with a group variance of 0 the model is least squares", () => {
    const flat: Columns = {
      g: [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
      x: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2],
      y: [1, 9, 4, 2, 8, 5, 3, 7, 3, 2, 6, 5],
    };
    const least = linearModel(flat, { outcome: "y", terms: ["x"] });
    for (const randomSlope of [undefined, "x"]) {
      const model = mixedModel(flat, {
        outcome: "y",
        terms: ["x"],
        group: "g",
        ...(randomSlope === undefined ? {} : { randomSlope }),
      });
      expect(model.notes.map(({ code }) => code)).toEqual(["singular-fit"]);
      model.coefficients.forEach((row, k) => {
        const other = least.coefficients[k]!;
        expectSame(
          [row.estimate, row.standardError!, row.df!, row.pValue],
          [other.estimate, other.standardError!, other.df!, other.pValue],
          1e-10,
        );
      });
      expect(model.random.correlation).toBeNull();
    }
  });

  test("a correlation of −1 converges and is told, and is the same from another unit and origin of the slope", () => {
    const steep: Columns = {
      g: [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
      x: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2],
      y: [1, 3, 5.1, 1, 4, 7.2, 1.1, 1, 1.2, 1, 0, -1.3],
    };
    const spec: MixedModelSpec = { outcome: "y", terms: ["x"], group: "g", randomSlope: "x" };
    const model = mixedModel(steep, spec);
    expect(model.notes.map(({ code }) => code)).toEqual(["singular-fit"]);
    expectClose(model.random.correlation, -1, { rel: 1e-12, abs: 0 });
    for (const [unit, origin] of [
      [1e-6, 0],
      [1e6, 3],
      [30, -500],
    ] as const) {
      const other = mixedModel({ ...steep, x: steep["x"]!.map((x) => (x as number) * unit + origin) }, spec);
      expectSame(tests(other)[1]!, tests(model)[1]!, 1e-6);
      expectSame([other.random.residual.variance], [model.random.residual.variance]);
    }
  });

  test("near-perfect lines and nearly all variance between groups keep their digits", () => {
    const noise = [1, -2, 1, -1, 2, -1, 2, -1, -1, 0, 1, -1].map((e) => e * 1e-5);
    const y = noise.map((e, row) => 7 * Math.floor(row / 3) ** 2 + (row % 3) * (1 + Math.floor(row / 3)) + e);
    const g = noise.map((_, row) => Math.floor(row / 3));
    const model = mixedModel(
      { g, y, x: g.map((_, row) => row % 3) },
      { outcome: "y", terms: ["x"], group: "g", randomSlope: "x" },
    );
    // three points per line: each line leaves (y0 − 2y1 + y2)² / 6
    const left = [0, 3, 6, 9].map((k) => (noise[k]! - 2 * noise[k + 1]! + noise[k + 2]!) ** 2 / 6);
    expectClose(model.random.residual.variance, left.reduce((a, b) => a + b) / 4, { rel: 1e-4, abs: 0 });
  });
});

test("a random slope outside the terms is told; one that a category of time spans is not", () => {
  const data = lines();
  const codes = (terms: string[], randomSlope: string) =>
    mixedModel({ ...data, kind: data["z"]!.map((z) => `kind ${z}`) }, { outcome: "y", terms, group: "g", randomSlope })
      .notes.map(({ code }) => code)
      .filter((code) => code !== "singular-fit");
  expect(codes(["z"], "x")).toEqual(["slope-without-term"]);
  expect(codes(["kind", "x"], "z")).toEqual([]);
});

describe("refusals", () => {
  const base: MixedModelSpec = { outcome: "y", terms: ["x"], group: "g" };
  const codeOf = (data: Columns, spec: MixedModelSpec) => refusalOf(() => mixedModel(data, spec)).code;
  const three = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2];
  const four = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4];

  test("options", () => {
    expect(codeOf(columns, { ...base, slope: "x" } as MixedModelSpec)).toBe("unknown-option");
    expect(codeOf(columns, { ...base, method: "X" as "ML" })).toBe("invalid-option");
    expect(codeOf(columns, { ...base, degreesOfFreedom: "kr" as "normal" })).toBe("invalid-option");
    expect(codeOf(columns, { ...base, degreesOfFreedom: "kenward-roger", method: "ML" })).toBe("invalid-option");
    expect(codeOf(columns, { ...base, level: 95 })).toBe("invalid-option");
    expect(codeOf(columns, { ...base, correlated: false })).toBe("invalid-option");
    expect(codeOf(columns, { ...base, randomSlope: ["x"] as unknown as string })).toBe("invalid-option");
    expect(codeOf(columns, { outcome: "y", terms: [] } as unknown as MixedModelSpec)).toBe("group-needed");
  });

  test("columns", () => {
    expect(codeOf(columns, { ...base, group: "person" })).toBe("unknown-column");
    expect(codeOf({ ...columns, s: columns["g"]!.map(() => "a") }, { ...base, randomSlope: "s" })).toBe("not-numeric");
    expect(codeOf({ ...columns, s: columns["g"]!.map(() => 3) }, { ...base, randomSlope: "s" })).toBe(
      "constant-column",
    );
    expect(codeOf({ ...columns, g: columns["g"]!.map(() => 1) }, base)).toBe("one-cluster");
    expect(codeOf(columns, { ...base, terms: ["x", "y"] })).toBe("outcome-among-terms");
    expect(codeOf(columns, { ...base, randomSlope: "y" })).toBe("outcome-among-terms");
    expect(codeOf(columns, { ...base, group: "y" })).toBe("too-few-repeats");
    expect(codeOf({ ...columns, y: columns["g"]!.map(() => 1) }, base)).toBe("constant-outcome");
    expect(
      codeOf({ ...columns, twice: columns["x"]!.map((x) => 2 * (x as number)) }, { ...base, terms: ["x", "twice"] }),
    ).toBe("collinear");
  });

  test("an exact fit: by the terms, with intercepts of groups, with slopes of groups", () => {
    const y = (f: (g: number, x: number) => number) => four.map((g, row) => f(g, three[row]!));
    expect(codeOf({ g: four, x: three, y: y((_, x) => 1 + 0.3 * x) }, base)).toBe("perfect-fit");
    expect(codeOf({ g: four, x: three, y: y((g, x) => 0.1 * g * g + 0.3 * x) }, base)).toBe("perfect-fit");
    expect(
      codeOf({ g: four, x: three, y: y((g, x) => 0.1 * g + 0.7 * x * g * g) }, { ...base, randomSlope: "x" }),
    ).toBe("perfect-fit");
  });

  test("an outcome that does not vary within groups", () => {
    const error = refusalOf(() => mixedModel({ g: four, x: three, y: four.map((g) => g * g) }, base));
    expect([error.code, error.where?.column]).toEqual(["constant-within-groups", "y"]);
  });

  test("too little to tell groups and rows apart", () => {
    const y = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
    const each = y.map((_, row) => row);
    const pairs = y.map((_, row) => Math.floor(row / 2));
    expect(codeOf({ g: each, x: three, y }, base)).toBe("too-few-repeats");
    expect(codeOf({ g: pairs, x: three, y }, { ...base, randomSlope: "x" })).toBe("too-few-repeats");
    expect(codeOf({ g: four, x: four, y }, { ...base, terms: [], randomSlope: "x" })).toBe(
      "slope-constant-within-groups",
    );
    const named = four.map((g) => `g${g}`);
    expect(codeOf({ g: named, x: three, y }, { ...base, terms: ["g", "x"] })).toBe("groups-among-terms");
    const apart = { ...base, terms: ["g", "x", "g:x"], randomSlope: "x" };
    expect(codeOf({ g: named, x: three, y }, apart)).toBe("groups-among-terms");
  });

  test("people seen once are no hindrance to slopes of people seen often", () => {
    const once = Array.from({ length: 60 }, (_, k) => k);
    const more: Columns = {
      g: [...columns["g"]!, ...once.map((k) => 1000 + k)],
      x: [...columns["x"]!, ...once.map((k) => k % 4)],
      y: [...columns["y"]!, ...once.map((k) => 20 + 2 * (k % 4) + ((k * 7) % 5))],
    };
    const { n, groups, random } = mixedModel(more, { ...base, randomSlope: "x" });
    expect(n).toBeLessThan(2 * groups);
    expect(random.slope!.variance).toBeGreaterThan(0);
  });

  test("rows that miss the group or the slope are left out and counted", () => {
    const x = [...columns["x"]!];
    const g = [...columns["g"]!];
    x[4] = null;
    g[9] = null;
    const model = mixedModel({ ...columns, x, g }, { outcome: "y", terms: ["z"], group: "g", randomSlope: "x" });
    expect(model.dropped).toEqual({
      rowsIn: x.length,
      rowsUsed: model.n,
      reasons: [
        { reason: "missing", variable: "x", rows: 1 },
        { reason: "missing", variable: "g", rows: 1 },
      ],
    });
  });
});
