import { describe, expect, it } from "vitest";
import { randomStream } from "../../src/_numeric/random.ts";
import { closedFormEffects } from "../../src/mediation/closedForm.ts";
import { contrastsOf, type FourWay, type Proportions, proportionsOf } from "../../src/mediation/closedFormContrasts.ts";
import type { Quantity } from "../../src/mediation/closedFormDelta.ts";
import type { JointModels } from "../../src/mediation/closedFormMeans.ts";
import type { ClosedFormEffectName, ClosedFormEffects } from "../../src/mediation/closedFormResult.ts";
import type { ClosedFormSpec } from "../../src/mediation/closedFormSpec.ts";
import { simulatedStudy } from "./closedFormCohort.ts";
import { linkScale, rowOf } from "./closedFormSupport.ts";

const study = simulatedStudy();
const outcomes: Record<string, ClosedFormSpec["outcome"]> = {
  linear: "wellbeing_12",
  logistic: { column: "abstinent_12", family: "binomial" },
  "log-linear": { column: "abstinent_12", family: "binomial", link: "log" },
  "negative binomial": { column: "readmissions", family: "negative-binomial" },
  Cox: { time: "relapse_days", event: "relapsed", model: "cox" },
  Weibull: { time: "relapse_days", event: "relapsed", model: "weibull" },
};
const common = {
  exposure: "mentored",
  covariates: ["severity", "age"],
  at: { severity: 1, age: 50 },
  controlledAt: 1,
  proportions: "always",
} as const;
const mediators = [
  ["linear", "connection_6"],
  ["logistic", { column: "connected", family: "binomial" }],
] as const;

/** Every figure but those that name columns and coefficients. */
function expectSame(a: ClosedFormEffects, b: ClosedFormEffects, digits = 8) {
  for (const part of ["effects", "fourWay"] as const) {
    a[part].forEach((row, k) => {
      const other = b[part][k]!;
      expect(other.estimate, `${row.effect} ${row.scale}`).toBeCloseTo(row.estimate!, digits);
      expect(other.standardError, `${row.effect} ${row.scale}`).toBeCloseTo(row.standardError!, digits);
    });
  }
}

describe.each(Object.entries(outcomes))("closedFormEffects, %s outcome model", (_, outcome) => {
  describe.each(mediators)("%s mediator", (_name, mediator) => {
    const spec: ClosedFormSpec = { ...common, mediator, outcome };
    const result = closedFormEffects(study, spec);

    it("direct and indirect effects add up to the total, as ratios they multiply to it", () => {
      const value = (effect: ClosedFormEffectName) => linkScale(result, effect);
      const total = value("total");
      expect(value("pureNaturalDirect") + value("totalNaturalIndirect")).toBeCloseTo(total, 12);
      expect(value("totalNaturalDirect") + value("pureNaturalIndirect")).toBeCloseTo(total, 12);
      if (result.ratio === null) return;
      const ratio = (effect: ClosedFormEffectName) => rowOf(result.effects, effect, result.ratio!).estimate!;
      expect(ratio("pureNaturalDirect") * ratio("totalNaturalIndirect")).toBeCloseTo(ratio("total"), 11);
    });

    it("the four components sum to the total effect or excess, and their proportions to 1", () => {
      const estimates = result.fourWay.map((row) => row.estimate!);
      const sum = (from: number) => estimates.slice(from, from + 4).reduce((total, value) => total + value, 0);
      expect(sum(0)).toBeCloseTo(estimates[4]!, 12);
      expect(sum(5)).toBeCloseTo(1, 12);
      const total = linkScale(result, "total");
      expect(estimates[4]).toBeCloseTo(result.ratio === null ? total : Math.expm1(total), 12);
      const mediated = rowOf(result.effects, "proportionMediated");
      expect(rowOf(result.fourWay, "proportionMediated")).toEqual(mediated);
    });

    it("the contrast turned round turns pure direct into total direct with the sign turned", () => {
      const turned = closedFormEffects(study, { ...spec, exposure: { column: "mentored", from: 1, to: 0 } });
      expect(linkScale(turned, "pureNaturalDirect")).toBeCloseTo(-linkScale(result, "totalNaturalDirect"), 11);
      expect(linkScale(turned, "totalNaturalIndirect")).toBeCloseTo(-linkScale(result, "pureNaturalIndirect"), 11);
      expect(linkScale(turned, "total")).toBeCloseTo(-linkScale(result, "total"), 11);
    });

    it("another unit and zero of the exposure changes nothing", () => {
      const recoded = { ...study, mentored: study.mentored!.map((value) => 7 * Number(value) - 3) };
      expectSame(result, closedFormEffects(recoded, { ...spec, exposure: { column: "mentored", from: -3, to: 4 } }));
    });

    it("the order of the rows changes nothing", () => {
      const reversed = Object.fromEntries(Object.entries(study).map(([name, values]) => [name, [...values].reverse()]));
      expectSame(result, closedFormEffects(reversed, spec));
    });
  });

  it("another unit and zero of a linear mediator changes nothing", () => {
    const spec: ClosedFormSpec = { ...common, mediator: "connection_6", outcome, controlledAt: 50 };
    const recode = (value: number) => 0.1 * value - 4;
    const recoded = { ...study, connection_6: study.connection_6!.map((v) => (v === null ? null : recode(Number(v)))) };
    expectSame(closedFormEffects(study, spec), closedFormEffects(recoded, { ...spec, controlledAt: recode(50) }));
  });

  it("a logistic mediator coded the other way round changes nothing", () => {
    const spec: ClosedFormSpec = { ...common, mediator: { column: "connected", family: "binomial" }, outcome };
    const turned = { ...study, connected: study.connected!.map((v) => (v === null ? null : 1 - Number(v))) };
    expectSame(closedFormEffects(study, spec), closedFormEffects(turned, { ...spec, controlledAt: 0 }));
  });

  it("without interaction and with a linear mediator the natural effects are the same for everybody", () => {
    const spec: ClosedFormSpec = { ...common, mediator: "connection_6", outcome, exposureMediatorInteraction: false };
    const here = closedFormEffects(study, spec);
    const there = closedFormEffects(study, { ...spec, at: { severity: -1, age: 25 } });
    for (const effect of ["total", "pureNaturalDirect", "totalNaturalIndirect"] as const)
      expect(linkScale(there, effect)).toBeCloseTo(linkScale(here, effect), 12);
  });
});

it("another unit of time leaves ratios of mean times and of hazards as they are", () => {
  const years = { ...study, relapse_days: study.relapse_days!.map((v) => (v === null ? null : Number(v) / 365.25)) };
  for (const name of ["Cox", "Weibull"]) {
    const spec: ClosedFormSpec = { ...common, mediator: "connection_6", outcome: outcomes[name]! };
    expectSame(closedFormEffects(study, spec), closedFormEffects(years, spec));
  }
});

describe("the derivatives behind the delta method against finite differences", () => {
  const stream = randomStream(7, 0);
  // two exposure columns, as of a three-level exposure, and one covariate
  const shapes: [JointModels["mediatorFamily"], JointModels["scale"], boolean][] = [
    ["gaussian", "identity", true],
    ["gaussian", "log", true],
    ["binomial", "identity", true],
    ["binomial", "log", true],
    ["gaussian", "log", false],
    ["binomial", "identity", false],
  ];
  for (const [mediatorFamily, scale, interaction] of shapes) {
    it(`${mediatorFamily} mediator, ${scale} scale, ${interaction ? "with" : "without"} interaction`, () => {
      const parameters = Float64Array.from({ length: 12 }, () => 0.4 * stream.normal());
      parameters[11] = 1.3;
      const modelsAt = (values: Float64Array): JointModels => ({
        parameters: values,
        mediatorFamily,
        scale,
        mediatorRow: (exposure) => Float64Array.of(1, ...exposure, 0.7),
        exposureFrom: 5,
        mediator: 7,
        interactionFrom: interaction ? 8 : null,
        variance: 11,
      });
      const [from, to] = [Float64Array.of(0, 1), Float64Array.of(1, 0)];
      const all = (values: Float64Array): Record<string, Quantity> => {
        const { natural, fourWay } = contrastsOf(modelsAt(values), from, to, 0.6);
        return { ...natural, ...prefixed("part", fourWay), ...prefixed("share", proportionsOf(fourWay)) };
      };
      const analytic = all(parameters);
      for (let j = 0; j < parameters.length; j++) {
        const shifted = (by: number) => all(parameters.map((value, k) => (k === j ? value + by : value)));
        // five-point rule
        const [a, b, c, d] = [shifted(-4e-4), shifted(-2e-4), shifted(2e-4), shifted(4e-4)];
        for (const [name, { gradient }] of Object.entries(analytic)) {
          const slope = (a[name]!.value - 8 * b[name]!.value + 8 * c[name]!.value - d[name]!.value) / 24e-4;
          const error = Math.abs(gradient[j]! - slope);
          expect(error, `${name}, parameter ${j}`).toBeLessThan(1e-7 * (1 + Math.abs(slope)));
        }
      }
    });
  }
});

function prefixed(prefix: string, parts: FourWay | Proportions): Record<string, Quantity> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [`${prefix} ${name}`, part]));
}
