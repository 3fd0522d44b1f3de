import { describe, it } from "vitest";
import { type EffectName, type MediateSpec, type MediatorSpec, mediate } from "../../src/mediation/index.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { type ReferenceCase, referenceCases, referenceData } from "./reference.ts";

interface Differences {
  readonly acme0: number;
  readonly acme1: number;
  readonly ade0: number;
  readonly ade1: number;
  readonly total: number;
}

interface SurvivalCase {
  readonly mediatorModel: Record<string, { readonly estimate: number; readonly se: number }>;
  readonly outcomeModel: {
    readonly coef: Record<string, number>;
    readonly se: Record<string, number>;
    readonly scale: number | null;
  };
  readonly atTimes: readonly {
    readonly time: number;
    readonly survivalDifference: Differences;
    readonly cumulativeIncidenceRatio: { readonly pnde: number; readonly tnie: number; readonly te: number };
  }[];
  readonly restrictedMean: { readonly tau: number; readonly difference: Differences } | null;
}

interface SurvivalSpec {
  readonly event: string;
  readonly ties: "efron" | "breslow" | null;
}

const parts: readonly [EffectName, keyof Differences][] = [
  ["total", "total"],
  ["pureNaturalDirect", "ade0"],
  ["totalNaturalDirect", "ade1"],
  ["pureNaturalIndirect", "acme0"],
  ["totalNaturalIndirect", "acme1"],
];

describe.skipIf(!sharedIsPresent)(
  "mediate with times to events against coxph, survreg and explicit g-computation in R (needs ../shared/reference)",
  () => {
    const tolerance = { rel: 1e-7, abs: 1e-9 };
    const cases = sharedIsPresent ? referenceCases<SurvivalCase>("10-survival-gcomp.json") : [];
    for (const { id, data, spec, expected } of cases) {
      it(`${id}: risk differences and ratios at each time, event-free time, coefficients and standard errors`, async () => {
        const result = await mediate(referenceData(data), specOf(spec as typeof spec & SurvivalSpec, expected));
        const at = (effect: EffectName, scale: string, horizon: number) => {
          const row = result.effects.find(
            (one) => one.effect === effect && one.scale === scale && one.horizon === horizon,
          );
          if (row === undefined) throw new Error(`no ${effect} ${scale} ${horizon}`);
          return row.estimate;
        };
        for (const { time, survivalDifference, cumulativeIncidenceRatio: ratio } of expected.atTimes) {
          for (const [effect, name] of parts)
            expectClose(at(effect, "riskDifference", time), -survivalDifference[name], tolerance, `${effect} ${time}`);
          expectClose(at("total", "riskRatio", time), ratio.te, tolerance, `total ratio ${time}`);
          expectClose(at("pureNaturalDirect", "riskRatio", time), ratio.pnde, tolerance, `direct ratio ${time}`);
          expectClose(at("totalNaturalIndirect", "riskRatio", time), ratio.tnie, tolerance, `indirect ratio ${time}`);
        }
        const { restrictedMean } = expected;
        if (restrictedMean !== null)
          for (const [effect, name] of parts) {
            const found = at(effect, "restrictedMeanDifference", restrictedMean.tau);
            expectClose(found, restrictedMean.difference[name], tolerance, `event-free ${effect}`);
          }
        const table = (model: string) => result.models.find((one) => one.model === model)!;
        const rowOf = (model: string, name: string) => {
          const plain = (given: string) => given.split(/:| × /).toSorted().join(":");
          const row = table(model).coefficients.find((one) => plain(one.name) === plain(name));
          if (row === undefined)
            throw new Error(
              `no ${name} in ${table(model)
                .coefficients.map((one) => one.name)
                .join(", ")}`,
            );
          return row;
        };
        for (const [name, { estimate, se }] of Object.entries(expected.mediatorModel)) {
          expectClose(rowOf("mediator", name).estimate, estimate, tolerance, `mediator ${name}`);
          expectClose(rowOf("mediator", name).standardError, se, tolerance, `mediator SE ${name}`);
        }
        for (const [name, estimate] of Object.entries(expected.outcomeModel.coef)) {
          expectClose(rowOf("outcome", name).estimate, estimate, tolerance, `outcome ${name}`);
          expectClose(rowOf("outcome", name).standardError, expected.outcomeModel.se[name]!, tolerance, `SE ${name}`);
        }
        if (expected.outcomeModel.scale !== null)
          expectClose(table("outcome").others[0]!, expected.outcomeModel.scale, tolerance, "scale");
      });
    }
  },
);

function specOf(spec: ReferenceCase<SurvivalCase>["spec"] & SurvivalSpec, expected: SurvivalCase): MediateSpec {
  const { families } = spec;
  const column = spec.mediators[0]!;
  const mediator: MediatorSpec =
    families.mediator === "gaussian" ? column : { column, family: "binomial", link: families.mediator as "logit" };
  const cox = families.outcome === "cox";
  const days = [
    ...expected.atTimes.map(({ time }) => time),
    ...(expected.restrictedMean ? [expected.restrictedMean.tau] : []),
  ];
  return {
    exposure: { column: spec.treatment, from: 0, to: 1 },
    mediators: [mediator],
    outcome: {
      time: spec.outcome,
      event: spec.event,
      model: cox ? "cox" : "weibull",
      at: [...new Set(days)],
      ...(cox ? { ties: spec.ties! } : {}),
    },
    covariates: spec.covariates,
    exposureMediatorInteraction: spec.interaction,
    inference: { draws: 20, seed: 1 },
  };
}
