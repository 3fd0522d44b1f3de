import { describe, expect, it } from "vitest";
import { standardErrorOfDraws } from "../../src/_inference/draws.ts";
import { analyse } from "../../src/mediation/analysis.ts";
import { drawParameters } from "../../src/mediation/approximate.ts";
import { type EffectName, type MediateSpec, mediate, sensitivity } from "../../src/mediation/index.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { effect, type ReferenceCase, referenceCases, referenceData, value } from "./reference.ts";

interface Coefficient {
  readonly estimate: number;
  readonly se: number;
  readonly df: number;
  readonly p: number;
  readonly ciLow: number;
  readonly ciHigh: number;
}

const fast = { draws: 20, seed: 1 } as const;
const tight = { rel: 1e-9, abs: 1e-10 };
const present = describe.skipIf(!sharedIsPresent);

present("mediate against lm in R, one mediator (needs ../shared/reference)", () => {
  interface Single {
    readonly a: number;
    readonly b: number;
    readonly c: number;
    readonly cPrime: number;
    readonly ab: number;
    readonly mediatorModel: { coef: Record<string, Coefficient> };
    readonly outcomeModel: { coef: Record<string, Coefficient> };
    readonly totalModel: { coef: Record<string, Coefficient> };
  }
  const cases = sharedIsPresent ? referenceCases<Single>("01-linear-single.json") : [];
  for (const { id, data, spec, expected } of cases.filter(({ spec }) => spec.reference === undefined)) {
    it(`${id}: product, paths, standard errors, p-values, limits and coefficient tables`, async () => {
      const [from, to] = spec.treatmentLevels.length === 2 ? spec.treatmentLevels : [0, 1];
      const result = await mediate(referenceData(data), {
        exposure: { column: spec.treatment, from: Number(from), to: Number(to) },
        mediators: spec.mediators,
        outcome: spec.outcome,
        covariates: spec.covariates,
        exposureMediatorInteraction: false,
        inference: fast,
      });
      const step = Number(to) - Number(from);
      expectClose(value(result, "totalNaturalIndirect"), expected.ab * step, tight, "ab");
      expectClose(value(result, "pureNaturalIndirect"), expected.ab * step, tight, "ab");
      expectClose(value(result, "total"), expected.c * step, tight, "c");
      expectClose(value(result, "pureNaturalDirect"), expected.cPrime * step, tight, "c'");
      expectClose(value(result, "controlledDirect"), expected.cPrime * step, tight, "c'");
      const wanted = {
        a: expected.mediatorModel.coef[spec.treatment]!,
        b: expected.outcomeModel.coef[spec.mediators[0]!]!,
        c: expected.totalModel.coef[spec.treatment]!,
        "c'": expected.outcomeModel.coef[spec.treatment]!,
      };
      for (const row of result.paths) {
        if (row.path === "d" || row.path === "m" || row.path === "moderation")
          throw new Error("no such path was asked for");
        const figure = wanted[row.path];
        expectClose(row.estimate, figure.estimate, tight, row.path);
        expectClose(row.standardError, figure.se, tight, `${row.path} se`);
        expect(row.df).toBe(figure.df);
        expectClose(row.pValue, figure.p, { rel: 1e-7, abs: 0 }, `${row.path} p`);
        expectClose(row.interval!.lower, figure.ciLow, tight, `${row.path} lower`);
        expectClose(row.interval!.upper, figure.ciHigh, tight, `${row.path} upper`);
      }
      for (const [model, figures] of [
        ["mediator", expected.mediatorModel],
        ["outcome", expected.outcomeModel],
        ["total", expected.totalModel],
      ] as const) {
        const table = result.models.find((found) => found.model === model)!;
        for (const row of table.coefficients) {
          expectClose(row.estimate, figures.coef[row.name]!.estimate, tight, `${model} ${row.name}`);
          expectClose(row.standardError, figures.coef[row.name]!.se, tight, `${model} ${row.name} se`);
        }
      }
    });
  }

  it("lin-help-substance-multicat: each level against the reference, all levels in the models", async () => {
    type Multi = {
      b: Coefficient;
      relative: Record<
        string,
        { a: number; relativeIndirect: Coefficient; relativeDirect: Coefficient; relativeTotal: Coefficient }
      >;
    };
    const found = referenceCases<Multi>("01-linear-single.json").find(
      ({ id }) => id === "lin-help-substance-multicat",
    )!;
    for (const level of ["cocaine", "heroin"]) {
      const result = await mediate(referenceData(found.data), {
        exposure: { column: "substance", treated: level, reference: "alcohol" },
        mediators: ["pss6"],
        outcome: "cesd6",
        covariates: ["age", "female"],
        exposureMediatorInteraction: false,
        inference: fast,
      });
      const wanted = found.expected.relative[`substance_${level}`]!;
      expect(result.n).toBe(146);
      expectClose(result.paths.find(({ path }) => path === "a")!.estimate, wanted.a, tight, "a");
      expectClose(value(result, "totalNaturalIndirect"), wanted.relativeIndirect.estimate, tight, "indirect");
      expectClose(value(result, "pureNaturalDirect"), wanted.relativeDirect.estimate, tight, "direct");
      expectClose(value(result, "total"), wanted.relativeTotal.estimate, tight, "total");
      const direct = result.paths.find(({ path }) => path === "c'")!;
      expectClose(direct.standardError, wanted.relativeDirect.se, tight, "direct se");
      expectClose(direct.pValue, wanted.relativeDirect.p, { rel: 1e-7, abs: 0 }, "direct p");
      const b = result.paths.find(({ path }) => path === "b")!;
      expectClose(b.estimate, found.expected.b.estimate, tight, "b");
      expectClose(b.standardError, found.expected.b.se, tight, "b se");
    }
  });
});

present("mediate against deterministic g-computation in R (needs ../shared/reference)", () => {
  type Model = Record<string, Coefficient>;
  interface Causal {
    readonly mediatorModel: Model;
    readonly outcomeModel: Model;
    readonly counterfactualMeans: Record<string, number>;
    readonly deterministic: Record<string, number>;
    readonly deltaSe: Record<string, number>;
    readonly ratioScale: null | {
      readonly riskRatio?: Record<string, number>;
      readonly marginalOddsRatio?: Record<string, number>;
      readonly rateRatio?: Record<string, number>;
    };
    readonly fourWayDifferenceAtM0: { cde: number; intRef: number; intMed: number; pie: number };
    readonly simulation: null | Record<string, { readonly mean: number; readonly mcse: number }>;
  }
  const exact = { rel: 1e-7, abs: 1e-9 };
  const theirs = {
    total: "total",
    pureNaturalDirect: "ade0",
    totalNaturalDirect: "ade1",
    pureNaturalIndirect: "acme0",
    totalNaturalIndirect: "acme1",
  } as const;
  const families = {
    gaussian: { family: "gaussian" },
    logit: { family: "binomial", link: "logit" },
    probit: { family: "binomial", link: "probit" },
    poisson: { family: "poisson" },
  } as const;
  const specOf = ({ spec }: ReferenceCase<Causal>): MediateSpec => ({
    exposure: { column: spec.treatment, from: spec.treatmentLevels[0]!, to: spec.treatmentLevels[1]! },
    mediators: [{ column: spec.mediators[0]!, ...families[spec.families.mediator as keyof typeof families] }],
    outcome: { column: spec.outcome, ...families[spec.families.outcome as keyof typeof families] },
    covariates: spec.covariates,
    exposureMediatorInteraction: spec.interaction,
    controlledAt: 0,
    inference: { method: "delta" },
  });
  const cases = sharedIsPresent ? referenceCases<Causal>("04-causal-gcomp.json") : [];
  for (const one of cases) {
    const { id, data, spec, expected } = one;
    it(`${id}: natural effects, ratios, the four-way decomposition and delta standard errors`, async () => {
      const family = spec.families.outcome;
      const result = await mediate(referenceData(data), specOf(one));
      const scale = family === "logit" || family === "probit" ? "riskDifference" : "difference";
      const four = expected.fourWayDifferenceAtM0;
      const wanted = {
        ...Object.fromEntries(Object.entries(theirs).map(([name, figure]) => [name, expected.deterministic[figure]!])),
        controlledDirect: four.cde,
        referenceInteraction: four.intRef,
        mediatedInteraction: four.intMed,
      } as Record<EffectName, number>;
      expect(Object.keys(wanted)).toHaveLength(8);
      for (const [name, figure] of Object.entries(wanted))
        expectClose(value(result, name as EffectName, scale), figure, exact, name);
      for (const [name, figure] of Object.entries(theirs))
        expectClose(
          effect(result, name as EffectName, scale).standardError,
          expected.deltaSe[figure]!,
          { rel: 1e-5, abs: 0 },
          `${name} se`,
        );
      for (const [ratio, figures] of [
        ["riskRatio", expected.ratioScale?.riskRatio],
        ["oddsRatio", expected.ratioScale?.marginalOddsRatio],
        ["rateRatio", expected.ratioScale?.rateRatio],
      ] as const) {
        if (figures === undefined) continue;
        expectClose(value(result, "total", ratio), figures["te"]!, exact, `${ratio} total`);
        expectClose(value(result, "pureNaturalDirect", ratio), figures["pnde"]!, exact, `${ratio} pnde`);
        expectClose(value(result, "totalNaturalIndirect", ratio), figures["tnie"]!, exact, `${ratio} tnie`);
        expectClose(value(result, "totalNaturalDirect", ratio), figures["tnde"]!, exact, `${ratio} tnde`);
        expectClose(value(result, "pureNaturalIndirect", ratio), figures["pnie"]!, exact, `${ratio} pnie`);
      }
      for (const [model, figures] of [
        ["mediator", expected.mediatorModel],
        ["outcome", expected.outcomeModel],
      ] as const) {
        const table = result.models.find((found) => found.model === model)!;
        for (const row of table.coefficients) {
          const figure = figures[row.name.replace(" × ", ":")]!;
          expectClose(row.estimate, figure.estimate, { rel: 1e-7, abs: 1e-9 }, row.name);
          expectClose(row.standardError, figure.se, { rel: 1e-6, abs: 1e-9 }, `${row.name} se`);
          expectClose(row.pValue, figure.p, { rel: 1e-5, abs: 1e-12 }, `${row.name} p`);
        }
      }
    });
    const { simulation } = expected;
    if (simulation === null) continue;
    it(`${id}: the mean of Monte Carlo draws within 4 Monte Carlo errors of mediation::mediate`, async () => {
      const analysis = analyse(referenceData(data), specOf(one));
      const draws = await drawParameters(analysis, { draws: 2000, seed: 20 });
      for (const [name, figure] of Object.entries(theirs)) {
        const k = analysis.plan.keys.findIndex(({ effect }) => effect === name);
        let sum = 0;
        for (let draw = 0; draw < draws.used; draw++) sum += draws.values[draw * draws.names.length + k]!;
        const { mean, mcse } = simulation[figure]!;
        const own = standardErrorOfDraws(draws, k) / Math.sqrt(draws.used);
        expectClose(sum / draws.used, mean, { rel: 0, abs: 4 * Math.hypot(mcse, own) }, name);
      }
    });
  }
});

present("parallel mediators against lm in R (needs ../shared/reference)", () => {
  interface Parallel {
    readonly specific: Record<string, { estimate: number }>;
    readonly totalIndirect: { estimate: number };
    readonly contrasts: Record<string, { estimate: number }>;
    readonly direct: Coefficient;
    readonly total: Coefficient;
    readonly residualCovMediators: { matrix: number[][] };
  }
  const cases = sharedIsPresent
    ? referenceCases<Parallel>("02-multiple-serial.json").filter(({ id }) => /^par\d-.*-ols$/.test(id))
    : [];
  for (const { id, data, spec, expected } of cases) {
    it(`${id}: specific effects, their sum, their contrasts and the direct effect`, async () => {
      const result = await mediate(referenceData(data), {
        exposure: { column: spec.treatment, from: 0, to: 1 },
        mediators: spec.mediators,
        outcome: spec.outcome,
        covariates: spec.covariates,
        exposureMediatorInteraction: false,
        inference: fast,
      });
      for (const mediator of spec.mediators)
        expectClose(
          value(result, "indirect", "difference", mediator),
          expected.specific[mediator]!.estimate,
          tight,
          mediator,
        );
      expectClose(value(result, "totalNaturalIndirect"), expected.totalIndirect.estimate, tight, "joint");
      for (const [pair, figure] of Object.entries(expected.contrasts)) {
        const [first, second] = pair.split(" - ");
        expectClose(value(result, "contrast", "difference", `${first} − ${second}`), figure.estimate, tight, pair);
      }
      expectClose(value(result, "pureNaturalDirect"), expected.direct.estimate, tight, "direct");
      expectClose(value(result, "total"), expected.total.estimate, tight, "total");
      const cov = expected.residualCovMediators.matrix;
      expectClose(
        result.diagnostics.residualCorrelation[0]![1]!,
        cov[0]![1]! / Math.sqrt(cov[0]![0]! * cov[1]![1]!),
        tight,
        "residual correlation",
      );
    });
  }
});

present("clustered paths against clubSandwich in R (needs ../shared/reference)", () => {
  interface Clustered {
    readonly a: number;
    readonly b: number;
    readonly ab: number;
    readonly clustered: {
      CR2: {
        seMediator: Record<string, number>;
        seOutcome: Record<string, number>;
        dfA: number;
        dfB: number;
        pA: number;
        pB: number;
      };
    };
  }
  const cases = sharedIsPresent
    ? referenceCases<Clustered>("08-clustered-multilevel.json").filter(({ id }) => id.startsWith("cl-"))
    : [];
  for (const { id, data, spec, expected } of cases) {
    it(`${id}: paths with CR2 standard errors and Satterthwaite degrees of freedom`, async () => {
      const result = await mediate(referenceData(data), {
        exposure: { column: spec.treatment, from: 0, to: 1 },
        mediators: spec.mediators,
        outcome: spec.outcome,
        covariates: spec.covariates,
        cluster: spec.cluster!,
        exposureMediatorInteraction: false,
        inference: fast,
      });
      const close = { rel: 1e-8, abs: 1e-10 };
      const { CR2 } = expected.clustered;
      const a = result.paths.find(({ path }) => path === "a")!;
      const b = result.paths.find(({ path }) => path === "b")!;
      expectClose(value(result, "totalNaturalIndirect"), expected.ab, close, "ab");
      expectClose(a.standardError, CR2.seMediator[spec.treatment]!, close, "a se");
      expectClose(b.standardError, CR2.seOutcome[spec.mediators[0]!]!, close, "b se");
      expectClose(a.df, CR2.dfA, { rel: 1e-6, abs: 0 }, "a df");
      expectClose(b.df, CR2.dfB, { rel: 1e-6, abs: 0 }, "b df");
      expectClose(a.pValue, CR2.pA, { rel: 1e-6, abs: 0 }, "a p");
      expectClose(b.pValue, CR2.pB, { rel: 1e-6, abs: 0 }, "b p");
    });
  }
});

present("limits against boot and the exact product distribution in R (needs ../shared/reference)", () => {
  interface Limit {
    readonly estimate: number;
    readonly mcse: number;
    readonly sdPerRunOf20000: number;
  }
  interface Limits {
    readonly ab: number;
    readonly bootstrap: Record<string, Limit>;
    readonly productDistributionExact: Record<string, number>;
  }
  const cases = sharedIsPresent
    ? referenceCases<Limits>("07-bootstrap-montecarlo.json").filter(({ id }) => id.startsWith("boot-"))
    : [];
  const draws = 20000;
  for (const { id, data, spec, expected } of cases) {
    const run = (inference: object) =>
      mediate(referenceData(data), {
        exposure: { column: spec.treatment, from: 0, to: 1 },
        mediators: spec.mediators,
        outcome: spec.outcome,
        covariates: spec.covariates,
        exposureMediatorInteraction: false,
        inference: { draws, seed: 7, ...inference },
      });
    it(`${id}: percentile, BCa, bias-corrected and basic limits within Monte Carlo error`, async () => {
      // The scatter of R's limits is known from eight runs only; our own error of the percentile limits is added to it.
      const own = (await run({ interval: "percentile" })).monteCarloError!;
      const near = (actual: number | null, limit: Limit, error: number, label: string) =>
        expectClose(
          actual,
          limit.estimate,
          { rel: 0, abs: 4 * Math.sqrt(limit.mcse ** 2 + limit.sdPerRunOf20000 ** 2 + error ** 2) },
          label,
        );
      for (const [interval, name] of [
        ["percentile", "perc"],
        ["bca", "bca"],
        ["bias-corrected", "bc"],
        ["basic", "basic"],
      ] as const) {
        const row = effect(await run({ interval }), "totalNaturalIndirect");
        near(row.interval!.lower, expected.bootstrap[`${name}Low`]!, own.lower, `${interval} lower`);
        near(row.interval!.upper, expected.bootstrap[`${name}High`]!, own.upper, `${interval} upper`);
        near(row.standardError, expected.bootstrap["se"]!, 0, "standard error");
        near(row.pValue, expected.bootstrap["pTwoSided"]!, 0, "p");
      }
    });
    it(`${id}: Monte Carlo limits converge to the exact distribution of the product`, async () => {
      const result = await run({ method: "monte-carlo" });
      const row = effect(result, "totalNaturalIndirect");
      const error = result.monteCarloError!;
      expectClose(
        row.interval!.lower,
        expected.productDistributionExact["low"]!,
        { rel: 0, abs: 4 * error.lower },
        "lower",
      );
      expectClose(
        row.interval!.upper,
        expected.productDistributionExact["high"]!,
        { rel: 0, abs: 4 * error.upper },
        "upper",
      );
      expectClose(row.standardError, expected.productDistributionExact["sd"]!, { rel: 0.03, abs: 0 }, "sd");
    });
  }
});

present("sensitivity against the closed form in R (needs ../shared/reference)", () => {
  interface Curve {
    readonly rho: number[];
    readonly acme: number[];
    readonly ade: number[];
    readonly rhoAtAcmeZero: number;
    readonly r2StarAtZero: number;
    readonly r2TildeAtZero: number;
  }
  for (const id of ["sens-jobs", "sens-help"]) {
    it(`${id}: the curve and the correlation at which the indirect effect is 0`, async () => {
      const { data, spec, expected } = referenceCases<Curve>("06-sensitivity.json").find((found) => found.id === id)!;
      const result = await mediate(referenceData(data), {
        exposure: { column: spec.treatment, from: 0, to: 1 },
        mediators: spec.mediators,
        outcome: spec.outcome,
        covariates: spec.covariates,
        exposureMediatorInteraction: false,
        inference: fast,
      });
      const curve = sensitivity(result, { rho: expected.rho });
      curve.points.forEach((point, i) => {
        expectClose(point.indirect, expected.acme[i]!, tight, `indirect at ${point.rho}`);
        expectClose(point.direct, expected.ade[i]!, tight, `direct at ${point.rho}`);
      });
      expectClose(curve.rhoAtZero, expected.rhoAtAcmeZero, tight, "rho at 0");
      expectClose(curve.rSquaredAtZero, expected.r2StarAtZero, tight, "R² at 0");
      expectClose(curve.totalRSquaredAtZero, expected.r2TildeAtZero, tight, "total R² at 0");
    });
  }
});
