import { describe, it } from "vitest";
import { analyse } from "../../src/mediation/analysis.ts";
import type { MediateSpec } from "../../src/mediation/index.ts";
import { AffineMeans, isAffine } from "../../src/mediation/system/affineMeans.ts";
import { Standardiser } from "../../src/mediation/system/standardiser.ts";
import { widthOfView } from "../../src/mediation/system/system.ts";
import { expectClose } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";

const cohort = simulatedCohort(80, 4, 8);
const specs: [string, Partial<MediateSpec>][] = [
  ["one mediator, logistic outcome", { outcome: { column: "relapsed", family: "binomial" } }],
  ["parallel mediators, weights", { mediators: ["connection", "support"], weights: "x" }],
  ["serial mediators, Poisson outcome", { structure: "serial", outcome: { column: "count", family: "poisson" } }],
  ["serial mediators and paths", { mediators: ["connection", "support"], structure: "serial" }],
  ["a moderated exposure", { moderator: { column: "severity", on: ["exposure-mediator", "exposure-outcome"] } }],
  ["competing events", { outcome: { time: "days", event: { column: "status", event: 1, competing: 2 }, at: 60 } }],
];
const data = {
  ...cohort,
  x: cohort["age"]!.map((age) => 1 + Math.abs(age - 38) / 10),
  count: cohort["support"]!.map((value) => Math.max(0, Math.round(value / 10))),
  days: cohort["age"]!.map((_, i) => 1 + ((i * 37) % 90)),
  status: cohort["age"]!.map((_, i) => (i % 5 === 0 ? 2 : i % 2)),
};

describe("the means of an affine system", () => {
  for (const [name, part] of specs) {
    it(`are those of the general sum over people: ${name}`, () => {
      const base: MediateSpec = {
        exposure: "mentored",
        mediators: ["connection"],
        outcome: "wellbeing",
        covariates: ["age"],
      };
      const { system } = analyse(data, { ...base, ...part }).system();
      if (!isAffine(system)) throw new Error("not affine");
      const weights = Float64Array.from({ length: system.rows }, (_, row) => row % 3);
      const active = Int32Array.from(weights.keys()).filter((row) => weights[row]! > 0);
      for (const { equation, predictor } of system.mediators) {
        equation.fit(weights, active, active.length);
        predictor.prepare(equation.parameters);
      }
      system.outcome.predictors.forEach((predictor, p) => {
        system.outcome.equations[p]!.fit(weights, active, active.length);
        predictor.prepare(system.outcome.equations[p]!.parameters);
      });
      const engines = [new AffineMeans(system), new Standardiser(system)].map((engine) => {
        const size = system.mediators.length;
        for (let k = 0; k < size; k++)
          for (let l = 0; l <= k; l++) engine.errorRoot[k * size + l] = k === l ? 0.8 : 0.2;
        system.outcome.refresh(weights);
        const out = new Float64Array(widthOfView(system) * system.views.length);
        engine.write(weights, active, active.length, out);
        return out;
      });
      engines[0]!.forEach((value, j) => {
        expectClose(value, engines[1]![j]!, { rel: 1e-10, abs: 1e-11 }, `mean ${j}`);
      });
    });
  }
});
