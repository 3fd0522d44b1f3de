import { bench, describe } from "vitest";
import { drawCounts } from "../../src/_inference/weights.ts";
import { fitLinear } from "../../src/_models/linear.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { mediate } from "../../src/mediation/index.ts";
import { simulatedCohort } from "../mediation/cohort.ts";

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
