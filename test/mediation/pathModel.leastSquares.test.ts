import { describe, expect, test } from "vitest";
import { type DerivedEstimate, type PathModel, pathModel } from "../../src/mediation/index.ts";
import { expectClose, sharedIsPresent, type Tolerance } from "../support/witness.ts";
import { type ReferenceCase, referenceCases, referenceData } from "./reference.ts";

interface Row {
  estimate: number;
  se: number;
  stat?: number;
  z?: number;
  df?: number;
  p: number;
  ciLow: number;
  ciHigh: number;
}
type Table = Record<string, Row>;
interface Witnessed<Expected> extends ReferenceCase<Expected> {
  readonly call: string[];
  readonly tolerance: { relative: number; absolute: number };
}

const casesOf = <Expected>(file: string) =>
  sharedIsPresent ? (referenceCases<Expected>(file) as Witnessed<Expected>[]) : [];
const toleranceOf = ({ tolerance }: Witnessed<unknown>): Tolerance => ({
  rel: tolerance.relative,
  abs: tolerance.absolute,
});
const pTolerance: Tolerance = { rel: 1e-6, abs: 1e-10 };

/** `lm(m ~ x + z, data=d)` as its outcome and terms. */
function equationOf(call: string): [string, string[]] {
  const [outcome, terms] = /^lm\((.*), data=d\)$/.exec(call)![1]!.split(" ~ ") as [string, string];
  return [outcome, terms.split(" + ")];
}

const equationsOf = (calls: readonly string[]) => Object.fromEntries(calls.map(equationOf));

/** The same equations, with names given to the paths of some terms: `{ "m ~ x": "a" }`. */
function labelled(calls: readonly string[], labels: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(
    calls.map(equationOf).map(([outcome, terms]) => [
      outcome,
      terms.map((term) => {
        const label = labels[`${outcome} ~ ${term}`];
        return label === undefined ? term : `${label}*${term}`;
      }),
    ]),
  );
}

function compareTable(model: PathModel, outcome: string, expected: Table, tolerance: Tolerance): void {
  for (const [name, row] of Object.entries(expected)) {
    const found = model.coefficients.find(
      (one) => one.outcome === outcome && one.name.split(" × ").sort().join(":") === name.split(":").sort().join(":"),
    )!;
    expect(found, `${outcome} ~ ${name}`).toBeDefined();
    compare(found, row, tolerance, `${outcome} ~ ${name}`);
    expect(found.df).toBe(row.df);
  }
}

function compare(
  found:
    | Pick<DerivedEstimate, "estimate" | "standardError" | "interval" | "pValue" | "statistic">
    | {
        standardError: number | null;
        estimate: number;
        interval: DerivedEstimate["interval"];
        statistic: number;
        pValue: number;
      },
  row: Row,
  tolerance: Tolerance,
  label: string,
): void {
  expectClose(found.estimate, row.estimate, tolerance, label);
  expectClose(found.standardError, row.se, tolerance, `${label} SE`);
  expectClose(found.statistic, row.stat ?? row.z!, tolerance, `${label} statistic`);
  expectClose(found.pValue, row.p, pTolerance, `${label} p`);
  expectClose(found.interval!.lower, row.ciLow, tolerance, `${label} lower`);
  expectClose(found.interval!.upper, row.ciHigh, tolerance, `${label} upper`);
}

const definition = (model: PathModel, name: string) => model.definitions.find((found) => found.name === name)!;

interface Single {
  mediatorModel: { coef: Table; fit: { r2: number } };
  outcomeModel: { coef: Table; fit: { r2: number } };
  totalModel: { coef: Table };
  ols: {
    indirect: { sobelFirstOrder: Row };
    totalByDelta: Row;
    proportionMediated: Row;
    indirectToDirectRatio: Row;
  };
  stackedHC0: { indirect: Row };
  standardised: Record<string, number>;
}

const singles = casesOf<Single>("01-linear-single.json").filter(({ spec }) => spec.treatment !== "substance");

describe.skipIf(!sharedIsPresent)(
  "one mediator by least squares, against lm and the delta method (needs the shared reference data)",
  () => {
    test.each(singles.map((found) => [found.id, found] as const))("%s", (_, found) => {
      const { spec, call, expected, data } = found;
      const tolerance = toleranceOf(found);
      const { treatment, outcome } = spec;
      const mediator = spec.mediators[0]!;
      const equations = labelled(call.slice(0, 2), {
        [`${mediator} ~ ${treatment}`]: "a",
        [`${outcome} ~ ${mediator}`]: "b",
        [`${outcome} ~ ${treatment}`]: "direct",
      });
      const define = {
        indirect: "a*b",
        total: "direct + indirect",
        share: "indirect / total",
        ratio: "indirect / direct",
      };
      const effects = { from: treatment, to: outcome };
      const model = pathModel(referenceData(data), { equations, define, effects, estimator: "least-squares" });
      compareTable(model, mediator, expected.mediatorModel.coef, tolerance);
      compareTable(model, outcome, expected.outcomeModel.coef, tolerance);
      for (const [name, table] of [
        [mediator, expected.mediatorModel],
        [outcome, expected.outcomeModel],
      ] as const) {
        expectClose(model.equations.find((one) => one.outcome === name)!.rSquared, table.fit.r2, tolerance, name);
      }
      compare(definition(model, "indirect"), expected.ols.indirect.sobelFirstOrder, tolerance, "indirect");
      compare(definition(model, "total"), expected.ols.totalByDelta, tolerance, "total");
      compare(definition(model, "share"), expected.ols.proportionMediated, tolerance, "proportion");
      compare(definition(model, "ratio"), expected.ols.indirectToDirectRatio, tolerance, "ratio");
      expect(model.effects[0]!.totalIndirect).toEqual(
        model.effects[0]!.indirect[0] && strip(model.effects[0]!.indirect[0]),
      );
      compare(model.effects[0]!.indirect[0]!, expected.ols.indirect.sobelFirstOrder, tolerance, "indirect effect");
      const standardized = definition(model, "indirect").standardized;
      expectClose(standardized.all, expected.standardised.abFully!, tolerance, "standardised");
      expectClose(
        standardized.exogenousRaw,
        expected.standardised.abPartialY!,
        tolerance,
        "standardised by the outcome",
      );
      const robust = pathModel(referenceData(data), { equations, define, standardErrors: "robust" });
      compare(definition(robust, "indirect"), expected.stackedHC0.indirect, tolerance, "stacked HC0");
    });

    test("an exposure of three levels has one effect per level", () => {
      const found = casesOf<{ relative: Record<string, { a: number; relativeIndirect: Row; relativeDirect: Row }> }>(
        "01-linear-single.json",
      ).find(({ spec }) => spec.treatment === "substance")!;
      const data = referenceData(found.data);
      const model = pathModel(data, {
        equations: { pss6: ["substance", "age", "female"], cesd6: ["substance", "pss6", "age", "female"] },
        effects: { from: "substance", to: "cesd6" },
        estimator: "least-squares",
      });
      const tolerance = toleranceOf(found);
      for (const [name, { relativeIndirect, relativeDirect }] of Object.entries(found.expected.relative)) {
        const effect = model.effects.find(({ from }) => from === name.replace("_", ": "))!;
        compare(effect.indirect[0]!, relativeIndirect, tolerance, name);
        expectClose(effect.direct!.estimate, relativeDirect.estimate, tolerance, name);
        expectClose(effect.direct!.standardError, relativeDirect.se, tolerance, name);
      }
    });
  },
);

const strip = ({ through: _, ...rest }: { through: readonly string[] } & DerivedEstimate): DerivedEstimate => rest;

interface Parallel {
  mediatorModels: Record<string, Table>;
  outcomeModel: { coef: Table };
  residualCovMediators: { names: string[]; matrix: number[][] };
  specific: Record<string, Row>;
  totalIndirect: Row;
  contrasts: Record<string, Row>;
}
interface Serial {
  models: Record<string, Table>;
  effects: Record<string, Row>;
  totalOls: Row;
}

const several = casesOf<Parallel & Serial>("02-multiple-serial.json").filter(({ id }) => id.endsWith("-ols"));

describe.skipIf(!sharedIsPresent)("several mediators by least squares (needs the shared reference data)", () => {
  test.each(several.filter(({ id }) => id.startsWith("par")).map((found) => [found.id, found] as const))(
    "%s",
    (_, found) => {
      const { spec, expected } = found;
      const tolerance = toleranceOf(found);
      const model = pathModel(referenceData(found.data), {
        equations: equationsOf(found.call.slice(0, -1)),
        correlatedErrors: spec.mediators.flatMap((a, k) =>
          spec.mediators.slice(k + 1).map((b): [string, string] => [a, b]),
        ),
        effects: { from: spec.treatment, to: spec.outcome },
        estimator: "least-squares",
      });
      for (const name of spec.mediators) compareTable(model, name, expected.mediatorModels[name]!, tolerance);
      compareTable(model, spec.outcome, expected.outcomeModel.coef, tolerance);
      const { names, matrix } = expected.residualCovMediators;
      for (const { outcomes, estimate } of model.errorCovariances) {
        const [a, b] = outcomes.map((name) => names.indexOf(name)) as [number, number];
        expectClose(estimate, matrix[a]![b]!, tolerance, outcomes.join());
      }
      const effect = model.effects[0]!;
      for (const { through, ...row } of effect.indirect)
        compare(row, expected.specific[through[0]!]!, tolerance, through[0]!);
      compare(effect.totalIndirect!, expected.totalIndirect, tolerance, "total indirect");
      expect(effect.contrasts.length).toBe(Object.keys(expected.contrasts).length);
      for (const { first, second, ...row } of effect.contrasts) {
        compare(row, expected.contrasts[`${first[0]} - ${second[0]}`]!, tolerance, `${first} - ${second}`);
      }
    },
  );

  test.each(several.filter(({ id }) => id.startsWith("serial")).map((found) => [found.id, found] as const))(
    "%s",
    (_, found) => {
      const { spec, expected } = found;
      const tolerance = toleranceOf(found);
      const model = pathModel(referenceData(found.data), {
        equations: equationsOf(found.call),
        effects: { from: spec.treatment, to: spec.outcome },
        estimator: "least-squares",
      });
      for (const [name, table] of Object.entries(expected.models)) compareTable(model, name, table, tolerance);
      const [effect] = model.effects;
      const [one, two, both] = effect!.indirect;
      expect(effect!.indirect.map(({ through }) => through)).toEqual([
        [spec.mediators[0]],
        [spec.mediators[1]],
        spec.mediators,
      ]);
      compare(one!, expected.effects.viaM1!, tolerance, "first");
      compare(two!, expected.effects.viaM2!, tolerance, "second");
      compare(both!, expected.effects.viaM1M2!, tolerance, "serial");
      compare(effect!.totalIndirect!, expected.effects.totalIndirect!, tolerance, "total indirect");
      compare(effect!.total, expected.effects.total!, tolerance, "total");
      ["contrastM1_M2", "contrastM1_serial", "contrastM2_serial"].forEach((name, k) => {
        compare(effect!.contrasts[k]!, expected.effects[name]!, tolerance, name);
      });
      expectClose(effect!.total.estimate, expected.totalOls.estimate, tolerance, "total by regression");
    },
  );
});

interface Moderated {
  mediatorModel: { coef: Table };
  outcomeModel: { coef: Table };
  conditional: Record<string, { w: number; indirect: Row; direct?: Row }>;
  indexOfModeratedMediation: Row | null;
  contrastPlus1MinusMinus1: Row;
}

const moderated = casesOf<Moderated>("03-moderated.json");

describe.skipIf(!sharedIsPresent)(
  "moderated mediation by products and definitions (needs the shared reference data)",
  () => {
    test.each(moderated.map((found) => [found.id, found] as const))("%s", (_, found) => {
      const { treatment: x, outcome: y, moderator: w } = found.spec as typeof found.spec & { moderator: string };
      const m = found.spec.mediators[0]!;
      const tolerance = toleranceOf(found);
      const equations = labelled(found.call, {
        [`${m} ~ ${x}`]: "a1",
        [`${m} ~ ${x}:${w}`]: "a3",
        [`${y} ~ ${m}`]: "b1",
        [`${y} ~ ${m}:${w}`]: "b3",
        [`${y} ~ ${x}`]: "c1",
        [`${y} ~ ${x}:${w}`]: "c3",
      });
      const has = (label: string) =>
        Object.values(equations).some((terms) => terms.some((term) => term.startsWith(`${label}*`)));
      const path = (one: string, three: string, at: number) => (has(three) ? `(${one} + ${three}*(${at}))` : one);
      const define: Record<string, string> = {};
      for (const [name, { w: at, direct }] of Object.entries(found.expected.conditional)) {
        define[name] = `${path("a1", "a3", at)} * ${path("b1", "b3", at)}`;
        if (direct !== undefined) define[`direct_${name}`] = path("c1", "c3", at);
      }
      define.contrast = "plus1SD - minus1SD";
      if (has("a3") !== has("b3")) define.index = has("a3") ? "a3*b1" : "a1*b3";
      const model = pathModel(referenceData(found.data), { equations, define, estimator: "least-squares" });
      compareTable(model, m, found.expected.mediatorModel.coef, tolerance);
      compareTable(model, y, found.expected.outcomeModel.coef, tolerance);
      for (const [name, { indirect, direct }] of Object.entries(found.expected.conditional)) {
        compare(definition(model, name), indirect, tolerance, name);
        if (direct === undefined) continue;
        expectClose(definition(model, `direct_${name}`).estimate, direct.estimate, tolerance, `direct ${name}`);
        expectClose(definition(model, `direct_${name}`).standardError, direct.se, tolerance, `direct ${name} SE`);
      }
      const { indexOfModeratedMediation: index, contrastPlus1MinusMinus1: contrast } = found.expected;
      if (index !== null) compare(definition(model, "index"), index, tolerance, "index");
      if (contrast.se > 0) compare(definition(model, "contrast"), contrast, tolerance, "contrast");
      else expect(definition(model, "contrast")).toMatchObject({ estimate: 0, statistic: null, pValue: null });
    });
  },
);
