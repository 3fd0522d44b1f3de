import { describe, expect, it } from "vitest";
import { twoSidedNormal } from "../../src/_numeric/distributions/index.ts";
import { type EffectRow, type Mediation, type ModeratedPath, mediate } from "../../src/mediation/index.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { referenceCases, referenceData } from "./reference.ts";

interface Figure {
  readonly estimate: number;
  readonly se: number;
  readonly z: number | null;
  readonly p: number | null;
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly seHC3: number;
}
interface Coefficient {
  readonly estimate: number;
  readonly se: number;
  readonly df: number;
  readonly p: number;
  readonly ciLow: number;
  readonly ciHigh: number;
}
interface Moderated {
  readonly mediatorModel: { coef: Record<string, Coefficient>; fit: { r2: number; sigma: number } };
  readonly outcomeModel: { coef: Record<string, Coefficient>; fit: { r2: number; sigma: number } };
  readonly conditional: Record<
    "minus1SD" | "mean" | "plus1SD",
    { readonly w: number; readonly indirect: Figure; readonly direct?: Figure }
  >;
  readonly indexOfModeratedMediation: Figure | null;
  readonly contrastPlus1MinusMinus1: Figure;
}
interface ModeratedSpec {
  readonly moderator: string;
  readonly moderated: { readonly a: boolean; readonly b: boolean; readonly cPrime: boolean };
}

/** The tolerance the reference file states. */
const tolerance = { rel: 1e-7, abs: 1e-9 };
const present = describe.skipIf(!sharedIsPresent);

present(
  "conditional indirect and direct effects against lm and the delta method in R (needs ../shared/reference)",
  () => {
    for (const { id, data, spec, expected } of sharedIsPresent ? referenceCases<Moderated>("03-moderated.json") : []) {
      const { moderator, moderated } = spec as unknown as ModeratedSpec;
      const on: ModeratedPath[] = [
        ...(moderated.a ? (["exposure-mediator"] as const) : []),
        ...(moderated.b ? (["mediator-outcome"] as const) : []),
        ...(moderated.cPrime ? (["exposure-outcome"] as const) : []),
      ];
      const { minus1SD, mean, plus1SD } = expected.conditional;
      const analysis = (covariance: "model" | "HC3", at?: readonly number[]) =>
        mediate(referenceData(data), {
          exposure: { column: spec.treatment, from: 0, to: 1 },
          mediators: spec.mediators,
          outcome: spec.outcome,
          covariates: spec.covariates,
          exposureMediatorInteraction: false,
          moderator: { column: moderator, on, ...(at === undefined ? {} : { at }) },
          inference: { method: "delta", covariance },
        });
      const isMoved = moderated.a || moderated.b;

      it(`${id}: effects at the mean and a standard deviation to each side, index, contrast, models`, async () => {
        const result = await analysis("model", [minus1SD.w, mean.w, plus1SD.w]);
        for (const { w, indirect, direct } of [minus1SD, mean, plus1SD]) {
          for (const name of ["totalNaturalIndirect", "pureNaturalIndirect"] as const)
            expectFigure(rowAt(result, name, w), indirect);
          for (const name of ["pureNaturalDirect", "totalNaturalDirect", "controlledDirect"] as const)
            if (direct !== undefined) expectFigure(rowAt(result, name, w), direct);
            else expectFigure(rowAt(result, name, w), figureOf(expected.outcomeModel.coef[spec.treatment]!));
        }
        const contrast = result.effects.filter(
          ({ effect, given }) => effect === "moderation" && given === `${plus1SD.w} − ${minus1SD.w}`,
        );
        expect(contrast).toHaveLength(isMoved ? 1 : 0);
        if (isMoved) expectFigure(contrast[0]!, expected.contrastPlus1MinusMinus1);
        else expect(expected.contrastPlus1MinusMinus1).toMatchObject({ estimate: 0, se: 0, z: null });
        const index = result.effects.filter(({ effect }) => effect === "index");
        expect(index).toHaveLength(expected.indexOfModeratedMediation === null ? 0 : 1);
        if (expected.indexOfModeratedMediation !== null) expectFigure(index[0]!, expected.indexOfModeratedMediation);
        for (const [model, figures] of [
          ["mediator", expected.mediatorModel],
          ["outcome", expected.outcomeModel],
        ] as const) {
          const table = result.models.find((found) => found.model === model)!;
          const ours = new Map(table.coefficients.map((row) => [termOf(row.name), row]));
          expect([...ours.keys()].sort()).toEqual(Object.keys(figures.coef).map(termOf).sort());
          for (const [name, figure] of Object.entries(figures.coef)) {
            const row = ours.get(termOf(name))!;
            expectClose(row.estimate, figure.estimate, tolerance, `${model} ${name}`);
            expectClose(row.standardError, figure.se, tolerance, `${model} ${name} se`);
            expect(row.df).toBe(figure.df);
            expectClose(row.pValue, figure.p, { rel: 1e-7, abs: 0 }, `${model} ${name} p`);
            expectClose(row.interval!.lower, figure.ciLow, tolerance, `${model} ${name} lower`);
          }
          expectClose(table.rSquared, figures.fit.r2, tolerance, `${model} r²`);
          expectClose(table.residualStandardDeviation, figures.fit.sigma, tolerance, `${model} sigma`);
        }
      });

      it(`${id}: HC3 standard errors`, async () => {
        const result = await analysis("HC3", [minus1SD.w, mean.w, plus1SD.w]);
        const near = { rel: 1e-7, abs: 1e-9 };
        for (const { w, indirect, direct } of [minus1SD, mean, plus1SD]) {
          expectClose(rowAt(result, "totalNaturalIndirect", w).standardError, indirect.seHC3, near, "indirect");
          if (direct !== undefined)
            expectClose(rowAt(result, "pureNaturalDirect", w).standardError, direct.seHC3, near, "direct");
        }
        const index = result.effects.find(({ effect }) => effect === "index");
        if (index !== undefined)
          expectClose(index.standardError, expected.indexOfModeratedMediation!.seHC3, near, "index");
        expect(result.method).toContain("HC3");
      });

      it(`${id}: values of the moderator where nothing is asked`, async () => {
        const result = await analysis("model");
        const values = new Set(referenceData(data)[moderator]!.filter((value) => value !== null));
        if (values.size === 2) expect(result.moderator!.at).toEqual([0, 1]);
        else
          [minus1SD.w, mean.w, plus1SD.w].forEach((w, k) => {
            expectClose(result.moderator!.at[k] as number, w, { rel: 1e-12, abs: 0 }, "value");
          });
      });
    }
  },
);

function rowAt(result: Mediation, name: EffectRow["effect"], given: number): EffectRow {
  const found = result.effects.find(
    (row) => row.effect === name && row.given === given && row.mediator === null && row.path === null,
  );
  if (found === undefined) throw new Error(`no effect ${name} at ${given}`);
  return found;
}

function expectFigure(row: EffectRow, figure: Figure): void {
  expectClose(row.estimate, figure.estimate, tolerance, row.effect);
  expectClose(row.standardError, figure.se, tolerance, `${row.effect} se`);
  expectClose(row.estimate! / row.standardError!, figure.z!, { rel: 2e-7, abs: 1e-9 }, `${row.effect} z`);
  expectClose(row.pValue, figure.p!, { rel: 1e-6, abs: 1e-12 }, `${row.effect} p`);
  expectClose(row.interval!.lower, figure.ciLow, tolerance, `${row.effect} lower`);
  expectClose(row.interval!.upper, figure.ciHigh, tolerance, `${row.effect} upper`);
}

/** A path that is not moderated, tested by z as the file's conditional effects are. */
function figureOf({ estimate, se }: Coefficient): Figure {
  const z = estimate / se;
  const half = 1.959963984540054 * se;
  return { estimate, se, z, p: twoSidedNormal(z), ciLow: estimate - half, ciHigh: estimate + half, seHC3: se };
}

/** R's "treat:econ_hard" and our "treat × econ_hard" as one set of columns. */
function termOf(name: string): string {
  return name.split(/ × |:/).sort().join(":");
}
