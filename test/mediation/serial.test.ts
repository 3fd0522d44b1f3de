import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type EffectRow, type MediateSpec, type Mediation, mediate } from "../../src/mediation/index.ts";
import { expectClose, plainColumns, sharedIsPresent } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";
import { referenceCases, referenceData } from "./reference.ts";

interface Figure {
  readonly estimate: number;
  readonly se: number;
}
type Effects = Readonly<
  Record<
    | "total"
    | "pureNaturalDirect"
    | "totalNaturalIndirect"
    | "totalNaturalDirect"
    | "pureNaturalIndirect"
    | "first"
    | "second",
    number
  >
>;
interface Figures {
  readonly three: Record<string, Figure>;
  readonly process80: Record<string, Figure>;
  readonly process83: { at: number[]; serial: Figure[]; single: Figure[]; index: Figure };
  readonly mixed: Record<string, Effects>;
  readonly moderatedSeries: readonly Effects[];
}

const fixtures = resolve(import.meta.dirname, "../../fixtures/mediation");
const figures: Figures = JSON.parse(readFileSync(resolve(fixtures, "serial.json"), "utf8"));
const data = plainColumns(readFileSync(resolve(fixtures, "serial.csv"), "utf8"));
const delta = { method: "delta" } as const;
const tight = { rel: 1e-9, abs: 1e-10 };
/** Standard errors are gradients by differences on both sides. */
const errors = { rel: 1e-7, abs: 1e-10 };

function along(result: Mediation, path: string, given: EffectRow["given"] = null): EffectRow {
  const found = result.effects.find(
    (row) => row.effect === "indirect" && row.path?.join(" > ") === path && row.given === given,
  );
  if (found === undefined) throw new Error(`no path ${path}`);
  return found;
}

function row(result: Mediation, name: EffectRow["effect"], given: EffectRow["given"] = null): EffectRow {
  const found = result.effects.find(
    ({ effect, mediator, path, given: at }) => effect === name && mediator === null && path === null && at === given,
  );
  if (found === undefined) throw new Error(`no effect ${name}`);
  return found;
}

function expectEffects(
  result: Mediation,
  expected: Effects,
  tolerance: { rel: number; abs: number },
  given: EffectRow["given"] = null,
): void {
  const { first, second, ...whole } = expected;
  for (const [name, figure] of Object.entries(whole))
    expectClose(row(result, name as keyof typeof whole, given).estimate, figure, tolerance, name);
  const through = result.effects.filter(
    ({ effect, path, given: at }) => effect === "indirect" && path === null && at === given,
  );
  expectClose(through[0]!.estimate, first, tolerance, "through the first");
  expectClose(through[1]!.estimate, second, tolerance, "through the second");
}

describe.skipIf(!sharedIsPresent)("two serial mediators against lm in R (needs ../shared/reference)", () => {
  interface Expected {
    readonly paths: Record<"a1" | "a2" | "d" | "b1" | "b2" | "cp", number>;
    readonly effects: Record<string, Figure & { z: number; p: number; ciLow: number; ciHigh: number }>;
  }
  const cases = sharedIsPresent
    ? referenceCases<Expected>("02-multiple-serial.json").filter(({ id }) => /^serial2-.*-ols$/.test(id))
    : [];
  const tolerance = { rel: 1e-8, abs: 1e-9 };
  it.each(cases)(
    "$id: paths, the effect along each path, their contrasts, total",
    async ({ data: file, spec, expected }) => {
      const [one, two] = spec.mediators as [string, string];
      const result = await mediate(referenceData(file), {
        exposure: spec.treatment,
        mediators: spec.mediators,
        outcome: spec.outcome,
        covariates: spec.covariates,
        structure: "serial",
        exposureMediatorInteraction: false,
        inference: delta,
      });
      const path = (name: string, mediator: string | null) =>
        result.paths.find((found) => found.path === name && found.mediator === mediator)!.estimate;
      const { a1, a2, d, b1, b2, cp } = expected.paths;
      for (const [ours, theirs] of [
        [path("a", one), a1],
        [path("a", two), a2],
        [path("m", two), d],
        [path("b", one), b1],
        [path("b", two), b2],
        [path("c'", null), cp],
      ] as const)
        expectClose(ours, theirs, tolerance, "path");
      const [x, y] = [spec.treatment, spec.outcome];
      const ways = { viaM1: [x, one, y], viaM2: [x, two, y], viaM1M2: [x, one, two, y] };
      const contrast = (first: readonly string[], second: readonly string[]) =>
        result.effects.find(
          ({ effect, mediator }) =>
            effect === "contrast" && mediator === `${first.join(" → ")} − ${second.join(" → ")}`,
        )!;
      for (const [found, name] of [
        [along(result, ways.viaM1.join(" > ")), "viaM1"],
        [along(result, ways.viaM2.join(" > ")), "viaM2"],
        [along(result, ways.viaM1M2.join(" > ")), "viaM1M2"],
        [row(result, "totalNaturalIndirect"), "totalIndirect"],
        [row(result, "total"), "total"],
        [contrast(ways.viaM1, ways.viaM2), "contrastM1_M2"],
        [contrast(ways.viaM1, ways.viaM1M2), "contrastM1_serial"],
        [contrast(ways.viaM2, ways.viaM1M2), "contrastM2_serial"],
      ] as const) {
        const figure = expected.effects[name]!;
        expectClose(found.estimate, figure.estimate, tolerance, name);
        expectClose(found.standardError, figure.se, tolerance, `${name} se`);
        expectClose(found.pValue, figure.p, { rel: 1e-6, abs: 0 }, `${name} p`);
        expectClose(found.interval!.lower, figure.ciLow, tolerance, `${name} lower`);
        expectClose(found.interval!.upper, figure.ciHigh, tolerance, `${name} upper`);
      }
      expect(result.products).toEqual([]);
    },
  );
});

const linear: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection", "support", "hope"],
  outcome: "wellbeing",
  covariates: ["before", "stage"],
  structure: "serial",
  exposureMediatorInteraction: false,
  inference: delta,
};

describe("three serial mediators against R (fixtures/mediation/serial.R)", () => {
  const check = (result: Mediation, expected: Record<string, Figure>) => {
    const rows: Record<string, EffectRow["effect"]> = {
      indirect: "totalNaturalIndirect",
      direct: "pureNaturalDirect",
      total: "total",
    };
    for (const [name, figure] of Object.entries(expected)) {
      const found = rows[name] === undefined ? along(result, name) : row(result, rows[name]);
      expectClose(found.estimate, figure.estimate, tight, name);
      expectClose(found.standardError, figure.se, errors, `${name} se`);
    }
    const told = result.effects.filter(({ path }) => path !== null);
    expect(told).toHaveLength(Object.keys(expected).filter((name) => name.includes(">")).length);
  };

  it("all seven paths, their sum, the direct and the total effect", async () => {
    check(await mediate(data, linear), figures.three);
  });

  it("PROCESS 80: two parallel mediators before a third, whose errors covary", async () => {
    const result = await mediate(data, { ...linear, structure: { hope: ["connection", "support"] } });
    expect(result.structure).toBe("between");
    expect(result.paths.filter(({ path }) => path === "m").map(({ from, to }) => [from, to])).toEqual([
      ["connection", "hope"],
      ["support", "hope"],
    ]);
    check(result, figures.process80);
  });

  it("PROCESS 83: the first arrow moderated, effects along both paths through it and the index of the serial one", async () => {
    const { at, serial, single, index } = figures.process83;
    const result = await mediate(data, {
      ...linear,
      mediators: ["connection", "support"],
      covariates: ["before"],
      moderator: { column: "age", on: [{ from: "mentored", to: "connection" }], at },
    });
    at.forEach((value, k) => {
      for (const [path, figure] of [
        ["mentored > connection > support > wellbeing", serial[k]!],
        ["mentored > connection > wellbeing", single[k]!],
      ] as const) {
        expectClose(along(result, path, value).estimate, figure.estimate, tight, path);
        expectClose(along(result, path, value).standardError, figure.se, errors, `${path} se`);
      }
    });
    const told = result.effects.filter(({ effect }) => effect === "index");
    expect(told.map(({ path }) => path?.length ?? 0)).toEqual([0, 3, 4]);
    expectClose(told[2]!.estimate, index.estimate, tight, "index");
    expectClose(told[2]!.standardError, index.se, errors, "index se");
  });
});

describe("mixed families in series against summing person by person in R (fixtures/mediation/serial.R)", () => {
  const binary = (column: string) => ({ column, family: "binomial" as const });
  const cases: [string, Partial<MediateSpec>, number][] = [
    [
      "binaryNormalLinear",
      { mediators: [binary("attends"), "connection"], outcome: "wellbeing", covariates: ["before"] },
      1e-9,
    ],
    [
      "normalBinaryLogistic",
      { mediators: ["connection", binary("goes")], outcome: binary("relapsed"), covariates: ["before"] },
      1e-7,
    ],
    [
      "countNormalLogistic",
      {
        mediators: [{ column: "visits", family: "poisson" }, "connection"],
        outcome: binary("relapsed"),
        covariates: ["woman"],
      },
      1e-7,
    ],
    [
      "normalNormalLogistic",
      { mediators: ["connection", "support"], outcome: binary("relapsed"), covariates: ["before"] },
      1e-7,
    ],
    [
      "normalNormalLinear",
      { mediators: ["connection", "support"], outcome: "wellbeing", covariates: ["before"] },
      1e-9,
    ],
  ];
  it.each(cases)("%s, with exposure × mediator interaction", async (name, part, rel) => {
    const spec = { ...linear, ...part, exposureMediatorInteraction: true, inference: { draws: 20 } };
    expectEffects(await mediate(data, spec), figures.mixed[name]!, { rel, abs: 1e-9 });
  });

  it("every arrow moderated: normal, then binary, then a logistic outcome, at two values of the moderator", async () => {
    const at = [30, 46];
    const result = await mediate(data, {
      ...linear,
      mediators: ["connection", binary("goes")],
      outcome: binary("relapsed"),
      covariates: ["before"],
      moderator: {
        column: "age",
        on: ["exposure-mediator", "mediator-mediator", "mediator-outcome", "exposure-outcome"],
        at,
        regions: false,
      },
      inference: { draws: 20 },
    });
    at.forEach((value, k) => {
      expectEffects(result, figures.moderatedSeries[k]!, { rel: 1e-7, abs: 1e-9 }, value);
    });
  });
});

describe("by hand", () => {
  it("with no residuals: 2 × 3 along the first path, 1 × 4 along the second, 2 × 5 × 4 along both, and 7 direct", async () => {
    // m1 = 2x + e, m2 = 1x + 5·m1 + f, y = 7x + 3·m1 + 4·m2; e and f are the same in both arms and orthogonal.
    const rows = [0, 1].flatMap((x) =>
      [
        [-1, -1],
        [-1, 1],
        [1, -1],
        [1, 1],
      ].map(([e, f]) => {
        const m1 = 2 * x + e!;
        const m2 = x + 5 * m1 + f!;
        return { x, m1, m2, y: 7 * x + 3 * m1 + 4 * m2 };
      }),
    );
    const result = await mediate(rows, {
      exposure: "x",
      mediators: ["m1", "m2"],
      outcome: "y",
      structure: "serial",
      exposureMediatorInteraction: false,
      inference: { draws: 20 },
    });
    const effects = { "x > m1 > y": 6, "x > m2 > y": 4, "x > m1 > m2 > y": 40 };
    for (const [path, size] of Object.entries(effects))
      expectClose(along(result, path).estimate, size, { rel: 1e-10, abs: 0 }, path);
    expectClose(row(result, "pureNaturalDirect").estimate, 7, { rel: 1e-10, abs: 0 });
    expectClose(row(result, "total").estimate, 57, { rel: 1e-10, abs: 0 });
    // Through m1 runs all that m1 starts, 6 + 40; through m2 what is left, 4.
    const through = result.effects.filter(({ effect, mediator }) => effect === "indirect" && mediator !== null);
    expectClose(through[0]!.estimate, 46, { rel: 1e-10, abs: 0 });
    expectClose(through[1]!.estimate, 4, { rel: 1e-10, abs: 0 });
  });
});

describe("laws of serial mediators", () => {
  const cohort = simulatedCohort(300, 11);
  const spec: MediateSpec = {
    exposure: "mentored",
    mediators: ["connection", "support"],
    outcome: "wellbeing",
    covariates: ["before"],
    structure: "serial",
    inference: { draws: 20 },
  };
  const outcomes: [string, MediateSpec["outcome"]][] = [
    ["linear", "wellbeing"],
    ["logistic", { column: "relapsed", family: "binomial" }],
  ];

  it.each(outcomes)(
    "%s outcome: the sequential effects add up to the joint indirect effect",
    async (_name, outcome) => {
      const result = await mediate(cohort, { ...spec, outcome });
      const parts = result.effects.filter(({ effect, path }) => effect === "indirect" && path === null);
      expectClose(
        parts.reduce((sum, { estimate }) => sum + estimate!, 0),
        row(result, "totalNaturalIndirect").estimate!,
        { rel: 1e-10, abs: 1e-14 },
      );
    },
  );

  it("paths of a linear model add up to the joint indirect effect, with interaction too", async () => {
    const result = await mediate(cohort, { ...spec, mediators: ["connection", "support", "x4"] });
    const parts = result.effects.filter(({ path }) => path !== null);
    expect(parts).toHaveLength(7);
    expectClose(
      parts.reduce((sum, { estimate }) => sum + estimate!, 0),
      row(result, "totalNaturalIndirect").estimate!,
      { rel: 1e-9, abs: 1e-12 },
    );
  });

  it("the joint indirect effect of linear models does not depend on the order of the mediators", async () => {
    const noInteraction = { ...spec, exposureMediatorInteraction: false };
    const one = await mediate(cohort, noInteraction);
    const other = await mediate(cohort, { ...noInteraction, mediators: ["support", "connection"] });
    const parallel = await mediate(cohort, { ...noInteraction, structure: "parallel" });
    for (const result of [other, parallel])
      expectClose(row(result, "totalNaturalIndirect").estimate, row(one, "totalNaturalIndirect").estimate!, tight);
  });

  it('"serial" of one mediator is the single mediator', async () => {
    const one = { ...spec, mediators: ["connection"], inference: { draws: 50, seed: 4 } };
    const { structure: _structure, ...plain } = one;
    expect((await mediate(cohort, one)).effects).toEqual((await mediate(cohort, plain)).effects);
  });

  it("naming every mediator before it is the same as serial; doubling everybody changes no estimate", async () => {
    const serial = await mediate(cohort, spec);
    const named = await mediate(cohort, { ...spec, structure: { support: ["connection"] } });
    expect(named.effects.map(({ estimate }) => estimate)).toEqual(serial.effects.map(({ estimate }) => estimate));
    const twice = Object.fromEntries(Object.entries(cohort).map(([name, values]) => [name, [...values, ...values]]));
    const doubled = await mediate(twice, spec);
    serial.effects.forEach(({ estimate, effect }, k) => {
      if (estimate !== null && doubled.effects[k]!.estimate !== null && !effect.startsWith("proportion"))
        expectClose(doubled.effects[k]!.estimate, estimate, { rel: 1e-8, abs: 1e-9 }, effect);
    });
  });

  it.each<[string, unknown]>([
    ["a mediator after it", { connection: ["support"] }],
    ["a name that is no mediator", { wellbeing: ["support"] }],
    ["a word that is no structure", "chain"],
  ])("refuses a structure with %s", async (_name, structure) => {
    const wrong = { ...spec, structure: structure as "serial" };
    await expect(mediate(cohort, wrong)).rejects.toMatchObject({ code: "invalid-option" });
  });
});
