import { bench, describe } from "vitest";
import { drawCounts } from "../../src/_inference/weights.ts";
import { fitCox } from "../../src/_models/cox.ts";
import { coxBaseline } from "../../src/_models/coxBaseline.ts";
import { hazardSteps } from "../../src/_models/coxResiduals.ts";
import { fitLinear } from "../../src/_models/linear.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { mediate } from "../../src/mediation/index.ts";
import { simulatedCohort } from "../mediation/cohort.ts";
import { survivalCohort } from "../mediation/survivalCohort.ts";

const data = simulatedCohort(1000, 3);
const covariates = ["age", "severity", "before", "x4", "x5", "x6"];
const draws = 5000;
const once = { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 };

describe("5,000 bootstrap draws, 1,000 people, 6 covariates, linear with interaction", () => {
  bench(
    "mediate: one cross-product per draw",
    async () => {
      await mediate(data, {
        exposure: "mentored",
        mediators: ["connection"],
        outcome: "wellbeing",
        covariates,
        inference: { draws },
      });
    },
    once,
  );
  bench(
    "plain loop on the same draws: two QR fits per draw (a tenth of the draws)",
    () => {
      plainLoop(draws / 10);
    },
    once,
  );
});

describe("5,000 bootstrap draws, 1,000 people, 6 covariates, logistic with interaction", () => {
  bench(
    "mediate: Newton from the full-sample fit, tabulated integral",
    async () => {
      await mediate(data, {
        exposure: "mentored",
        mediators: ["connection"],
        outcome: { column: "relapsed", family: "binomial" },
        covariates,
        inference: { draws },
      });
    },
    once,
  );
});

const lives = survivalCohort();
const days = Float64Array.from(lives["relapse_days"]!);
const relapsed = Float64Array.from(lives["relapsed"]!);

describe("1,000 bootstrap draws, 531 people, 3 covariates, Cox with interaction: risk and event-free time by day 365", () => {
  const spec = {
    exposure: "mentored",
    mediators: ["connection_6"],
    covariates: ["severity", "wellbeing_0", "alcohol_primary"],
    inference: { draws: 1000 },
  };
  bench(
    "mediate: times sorted once, event-free time tabulated",
    async () => {
      await mediate(lives, { ...spec, outcome: { time: "relapse_days", event: "relapsed", at: 365 } });
    },
    once,
  );
  bench(
    "mediate: two causes, both predictors tabulated",
    async () => {
      await mediate(lives, {
        ...spec,
        outcome: { time: "relapse_days", event: "relapsed", competing: "died", at: 365 },
        exposureMediatorInteraction: false,
      });
    },
    once,
  );
  bench(
    "plain loop: a Cox fit from 0 per draw, baseline summed for every person (a tenth of the draws, one regime)",
    () => {
      plainSurvivalLoop(100);
    },
    once,
  );
});

function plainSurvivalLoop(draws: number): number {
  const n = days.length;
  const column = (name: string) => Float64Array.from(lives[name]!);
  const [exposure, mediator] = [column("mentored"), column("connection_6")];
  const product = exposure.map((t, i) => t * mediator[i]!);
  const design = fromColumns([
    exposure,
    mediator,
    product,
    column("severity"),
    column("wellbeing_0"),
    column("alcohol_primary"),
  ]);
  const weights = new Float64Array(n);
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    drawCounts(randomStream(1, draw), weights);
    const data = { design, start: null, stop: days, event: relapsed, strata: null, weights };
    const fit = fitCox(data, "efron");
    const steps = coxBaseline(fit, hazardSteps(fit.history, fit.relative, "efron"));
    for (let i = 0; i < n; i++) {
      let eta = 0;
      for (let j = 0; j < 6; j++) eta += fit.coefficients[j]! * design.data[j * n + i]!;
      let previous = 0;
      let free = 1;
      for (const { time, atZero } of steps) {
        sum += free * (time - previous);
        previous = time;
        free = Math.exp(-atZero * Math.exp(eta));
      }
    }
  }
  return sum;
}

function plainLoop(count: number): number {
  const n = 1000;
  const column = (name: string) => Float64Array.from(data[name]!);
  const [exposure, mediator, outcome] = [column("mentored"), column("connection"), column("wellbeing")];
  const ones = new Float64Array(n).fill(1);
  const others = covariates.map(column);
  const first = fromColumns([ones, exposure, ...others]);
  const second = fromColumns([ones, exposure, mediator, exposure.map((t, i) => t * mediator[i]!), ...others]);
  const weights = new Float64Array(n);
  let sum = 0;
  for (let draw = 0; draw < count; draw++) {
    drawCounts(randomStream(1, draw), weights);
    const a = fitLinear(first, mediator, weights).coefficients;
    const b = fitLinear(second, outcome, weights).coefficients;
    sum += a[1]! * (b[2]! + b[3]!);
  }
  return sum;
}
