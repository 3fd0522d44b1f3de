import { describe, expect, it } from "vitest";
import { bootstrap, pointEstimate } from "../../src/_inference/bootstrap.ts";
import { type Draws, meanOfDraws, standardErrorOfDraws } from "../../src/_inference/draws.ts";
import {
  basicInterval,
  bcaInterval,
  biasCorrectedInterval,
  biasCorrection,
  monteCarloErrorOfLimit,
  percentileInterval,
  pValueFromDraws,
} from "../../src/_inference/intervals.ts";
import { acceleration, jackknife, jackknifeStandardError } from "../../src/_inference/jackknife.ts";
import { monteCarlo } from "../../src/_inference/monteCarlo.ts";
import { chiSquareUpper } from "../../src/_numeric/distributions/index.ts";
import { expectClose, plainColumns, sharedIsPresent, sharedText } from "../support/witness.ts";
import { productOfCoefficients } from "./productOfCoefficients.ts";

interface Simulated {
  estimate: number;
  mcse: number;
  sdPerRunOf20000: number;
}

interface BootstrapCase {
  id: string;
  data: string;
  spec: { treatment: string; mediators: string[]; outcome: string; covariates: string[] };
  expected: Record<"ab" | "a" | "b" | "seA" | "seB" | "bcaAcceleration" | "jackknifeSe", number> & {
    bootstrap: Record<string, Simulated>;
    productDistributionExact: { low: number; high: number };
  };
}

interface ProductCase {
  id: string;
  spec: { a: number; b: number; seA: number; seB: number; rho: number };
  expected: { low: number; high: number; mean: number; sd: number };
}

const cases: (BootstrapCase | ProductCase)[] = sharedIsPresent
  ? (
      JSON.parse(sharedText("reference/mediation/07-bootstrap-montecarlo.json")) as {
        cases: (BootstrapCase | ProductCase)[];
      }
    ).cases
  : [];
const bootstraps = cases.filter((one): one is BootstrapCase => one.id.startsWith("boot-"));
const products = cases.filter((one): one is ProductCase => one.id.startsWith("prod-"));

function estimatorOf({ data, spec }: BootstrapCase) {
  const columns = plainColumns(sharedText(`reference/mediation/data/${data}`));
  const numbers = (name: string) => columns[name]!.map(Number);
  return productOfCoefficients(
    numbers(spec.treatment),
    numbers(spec.mediators[0]!),
    numbers(spec.outcome),
    spec.covariates.map(numbers),
  );
}

/** The reference's rule: within four standard errors of the difference of our run and its runs of 20 000 draws. */
function expectWithinSimulation(
  actual: number,
  { estimate, mcse, sdPerRunOf20000 }: Simulated,
  label: string,
  draws: number,
) {
  const allowed = 4 * Math.sqrt(mcse ** 2 + (sdPerRunOf20000 ** 2 * 20_000) / draws);
  expectClose(actual, estimate, { rel: 0, abs: allowed }, label);
}

describe.skipIf(!sharedIsPresent)("bootstrap of a·b agrees with R (skipped without the shared reference)", () => {
  it.each(bootstraps.map((one) => [one.id, one] as const))(
    "%s: estimate, acceleration and jackknife exactly; all limits within simulation error",
    async (_, one) => {
      const estimator = estimatorOf(one);
      const { expected } = one;
      const near = { rel: 1e-9, abs: 1e-12 };
      const estimate = pointEstimate(estimator)[0]!;
      expectClose(estimate, expected.ab, near, "a·b");
      const left = jackknife(estimator);
      const a = acceleration(left, 0, 1);
      expectClose(a, expected.bcaAcceleration, { rel: 1e-8, abs: 0 }, "acceleration");
      expectClose(jackknifeStandardError(left, 0, 1), expected.jackknifeSe, near, "jackknife SE");

      const draws = await bootstrap(estimator, { draws: 20_000, seed: 1 });
      const within = (actual: number, name: string) =>
        expectWithinSimulation(actual, expected.bootstrap[name]!, name, draws.used);
      within(standardErrorOfDraws(draws, 0), "se");
      within(meanOfDraws(draws, 0), "mean");
      within(biasCorrection(draws, 0, estimate), "z0");
      within(pValueFromDraws(draws, 0), "pTwoSided");
      const intervals = {
        perc: percentileInterval(draws, 0, 0.95),
        basic: basicInterval(draws, 0, estimate, 0.95),
        bc: biasCorrectedInterval(draws, 0, estimate, 0.95),
        bca: bcaInterval(draws, 0, estimate, a, 0.95),
      };
      for (const [name, interval] of Object.entries(intervals)) {
        within(interval.lower!, `${name}Low`);
        within(interval.upper!, `${name}High`);
      }
    },
  );

  it("the Monte Carlo errors told for limits are the scatter R saw between its eight runs of six limits", async () => {
    let statistic = 0;
    for (const one of bootstraps) {
      const draws = await bootstrap(estimatorOf(one), { draws: 20_000, seed: 2 });
      for (const [name, probability] of [
        ["percLow", 0.025],
        ["percHigh", 0.975],
      ] as const) {
        statistic +=
          7 * (one.expected.bootstrap[name]!.sdPerRunOf20000 / monteCarloErrorOfLimit(draws, 0, probability)) ** 2;
      }
    }
    // a chi-square of 6 · 7 degrees of freedom
    expect(Math.min(chiSquareUpper(statistic, 42), 1 - chiSquareUpper(statistic, 42))).toBeGreaterThan(0.001);
  });
});

describe.skipIf(!sharedIsPresent)(
  "monteCarlo converges to the exact limits of a product (skipped without the shared reference)",
  () => {
    const expectLimits = (draws: Draws, low: number, high: number) => {
      const { lower, upper } = percentileInterval(draws, 0, 0.95);
      expectClose(lower, low, { rel: 0, abs: 4 * monteCarloErrorOfLimit(draws, 0, 0.025) }, "lower");
      expectClose(upper, high, { rel: 0, abs: 4 * monteCarloErrorOfLimit(draws, 0, 0.975) }, "upper");
    };
    const productDraws = (a: number, b: number, seA: number, seB: number, rho: number) =>
      monteCarlo({
        mean: Float64Array.of(a, b),
        covariance: {
          rows: 2,
          columns: 2,
          data: Float64Array.of(seA ** 2, rho * seA * seB, rho * seA * seB, seB ** 2),
        },
        transform: (parameters, out) => {
          out[0] = parameters[0]! * parameters[1]!;
        },
        names: ["a·b"],
        seed: 4,
        draws: 400_000,
      });

    it.each(products.map((one) => [one.id, one] as const))("%s", async (_, { spec, expected }) => {
      const draws = await productDraws(spec.a, spec.b, spec.seA, spec.seB, spec.rho);
      expectLimits(draws, expected.low, expected.high);
      expectClose(
        meanOfDraws(draws, 0),
        expected.mean,
        { rel: 0, abs: (4 * expected.sd) / Math.sqrt(400_000) },
        "mean",
      );
      expectClose(standardErrorOfDraws(draws, 0), expected.sd, { rel: 0.01, abs: 0 }, "sd");
    });

    it.each(bootstraps.map((one) => [one.id, one] as const))("%s", async (_, { expected }) => {
      const draws = await productDraws(expected.a, expected.b, expected.seA, expected.seB, 0);
      expectLimits(draws, expected.productDistributionExact.low, expected.productDistributionExact.high);
    });
  },
);
