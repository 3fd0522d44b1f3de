import {
  closeFitProbability,
  comparativeFit,
  type Discrepancy,
  rootMeanSquareError,
  rootMeanSquareLimits,
  tuckerLewis,
} from "../_models/fitIndices.ts";
import type { RecursiveEstimate, SaturatedModel } from "../_models/recursiveEstimate.ts";
import { saturatedTrace } from "../_models/recursiveScores.ts";
import type { RecursiveSystem } from "../_models/recursiveSystem.ts";
import type { ScaledColumns } from "../_models/scaledColumns.ts";
import { sum } from "../_numeric/describe.ts";
import { pValueOfChiSquare } from "../_numeric/distributions/index.ts";
import type { Interval } from "../estimate.ts";

export interface PathFitTest {
  readonly statistic: number;
  readonly df: number;
  /** `null` without degrees of freedom: there is nothing to test. */
  readonly pValue: number | null;
}

export interface PathModelFit {
  /** Of the outcomes given the exogenous columns. */
  readonly logLikelihood: number;
  /** Of the model that restricts nothing. */
  readonly saturatedLogLikelihood: number;
  readonly parameters: number;
  readonly aic: number;
  readonly bic: number;
  /** Of the model against the saturated one. */
  readonly chiSquare: PathFitTest;
  /** Of independent outcomes that nothing predicts against the saturated one. */
  readonly baseline: PathFitTest;
  /** CFI. */
  readonly comparativeFitIndex: number;
  /** TLI. */
  readonly tuckerLewisIndex: number | null;
  readonly rmsea: {
    readonly estimate: number;
    /** Of level 0.90, as is usual for this index. */
    readonly interval: Interval;
    /** Of the hypothesis that it is at most 0.05. */
    readonly closeFitPValue: number | null;
  };
  /** Standardised root mean square residual, means included. */
  readonly srmr: number;
  /** With robust standard errors; `null` otherwise, and where the correction is undefined. */
  readonly scaled: ScaledFit | null;
}

/** The tests divided by a scaling factor that corrects for outcomes that are not normal (Yuan & Bentler 2000, as in Mplus). */
export interface ScaledFit {
  readonly chiSquare: PathFitTest;
  /** `null` without degrees of freedom. */
  readonly scalingFactor: number | null;
  readonly baseline: PathFitTest;
  readonly baselineScalingFactor: number;
  /** From the scaled statistics. */
  readonly comparativeFitIndex: number;
  readonly tuckerLewisIndex: number | null;
  readonly rmsea: number;
  /** Estimates of what the index is in the population (Brosseau-Liard & Savalei 2014). */
  readonly robust: {
    readonly comparativeFitIndex: number;
    readonly tuckerLewisIndex: number | null;
    readonly rmsea: number;
  } | null;
}

interface FittedSystem {
  readonly system: RecursiveSystem;
  readonly scaled: ScaledColumns;
  readonly estimate: RecursiveEstimate;
  readonly saturated: SaturatedModel;
  /** Of all exogenous columns. */
  readonly leverage: Float64Array;
}

const rmseaLevel = 0.9;

export function fitOfModel(fitted: FittedSystem): PathModelFit {
  const { system, scaled, estimate, saturated } = fitted;
  const { exogenous, outcomes } = system;
  const n = scaled.columns[0]!.length;
  const units = n * sum(scaled.scales.subarray(exogenous).map(Math.log));
  const logLikelihood = n * estimate.meanLogLikelihood - units;
  const saturatedLogLikelihood = n * saturated.meanLogLikelihood - units;
  const parameters = estimate.estimates.length;
  const most = outcomes * (exogenous + 1) + (outcomes * (outcomes + 1)) / 2;
  const independent = (-outcomes * (Math.log(2 * Math.PI) + 1)) / 2;
  const model = discrepancy(2 * n * (saturated.meanLogLikelihood - estimate.meanLogLikelihood), most - parameters);
  const baseline = discrepancy(2 * n * (saturated.meanLogLikelihood - independent), most - 2 * outcomes);
  const limits = rootMeanSquareLimits(model, n, rmseaLevel);
  return {
    logLikelihood,
    saturatedLogLikelihood,
    parameters,
    aic: 2 * parameters - 2 * logLikelihood,
    bic: Math.log(n) * parameters - 2 * logLikelihood,
    chiSquare: chiSquareTest(model),
    baseline: chiSquareTest(baseline),
    comparativeFitIndex: comparativeFit(model, baseline),
    tuckerLewisIndex: tuckerLewis(model, baseline),
    rmsea: {
      estimate: rootMeanSquareError(model, n),
      interval: { level: rmseaLevel, ...limits, method: "noncentral chi-square" },
      closeFitPValue: closeFitProbability(model, n, 0.05),
    },
    srmr: standardisedResidual(fitted),
    scaled: scaledFit(fitted, model, baseline, most),
  };
}

function discrepancy(statistic: number, df: number): Discrepancy {
  return { statistic: df === 0 ? 0 : Math.max(0, statistic), df, scaling: 1 };
}

function chiSquareTest({ statistic, df }: Discrepancy): PathFitTest {
  return { statistic, df, pValue: df === 0 ? null : pValueOfChiSquare(statistic, df) };
}

/** Root mean square of the differences between sample and model correlations and means, over all their distinct elements. */
function standardisedResidual({ system, scaled, estimate }: FittedSystem): number {
  const size = system.exogenous + system.outcomes;
  let squares = 0;
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      squares += (scaled.moments.data[j * size + i]! - estimate.implied.data[j * size + i]!) ** 2;
    }
  }
  return Math.sqrt(squares / ((size * (size + 1)) / 2 + size));
}

function scaledFit(
  { system, scaled, estimate, saturated, leverage }: FittedSystem,
  model: Discrepancy,
  baseline: Discrepancy,
  most: number,
): ScaledFit | null {
  if (estimate.trace === null || baseline.df === 0) return null;
  const n = scaled.columns[0]!.length;
  const whole = saturatedTrace(saturated.distances, leverage, system.outcomes);
  const alone = scaled.columns.slice(system.exogenous).map((column) => {
    const squares = column.map((value) => value * value);
    return saturatedTrace(squares, new Float64Array(n).fill(1 / n), 1);
  });
  const factor = model.df === 0 ? null : (whole - estimate.trace) / (most - estimate.estimates.length);
  const baselineFactor = (whole - sum(alone)) / baseline.df;
  if ((factor !== null && !(factor > 0)) || !(baselineFactor > 0)) return null;
  const scaledModel = { ...model, statistic: model.statistic / (factor ?? 1) };
  const scaledBaseline = { ...baseline, statistic: baseline.statistic / baselineFactor };
  const robustModel = { ...model, scaling: factor ?? 1 };
  const robustBaseline = { ...baseline, scaling: baselineFactor };
  return {
    chiSquare: chiSquareTest(scaledModel),
    scalingFactor: factor,
    baseline: chiSquareTest(scaledBaseline),
    baselineScalingFactor: baselineFactor,
    comparativeFitIndex: comparativeFit(scaledModel, scaledBaseline),
    tuckerLewisIndex: tuckerLewis(scaledModel, scaledBaseline),
    rmsea: rootMeanSquareError(scaledModel, n),
    robust:
      factor === null
        ? null
        : {
            comparativeFitIndex: comparativeFit(robustModel, robustBaseline),
            tuckerLewisIndex: tuckerLewis(robustModel, robustBaseline),
            rmsea: rootMeanSquareError(robustModel, n),
          },
  };
}
