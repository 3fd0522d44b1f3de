import type { CoxFit } from "../_models/cox.ts";
import { concordance } from "../_models/coxConcordance.ts";
import { proportionalityTests, type TimeTransform } from "../_models/coxProportional.ts";
import { clusteredScores, coxResiduals, type HazardSteps } from "../_models/coxResiduals.ts";
import { pValueOfChiSquare } from "../_numeric/distributions/index.ts";
import { matrix, multiply, rowsOfMatrix } from "../_numeric/matrix.ts";
import type { DesignColumn } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { CoxTest } from "./coxTable.ts";

type Clusters = { readonly codes: Int32Array; readonly count: number } | null;

/** How well the model's order of hazards agrees with the order of events, within strata; pairs counted with their weights. */
export interface CoxConcordance {
  /** (concordant + half of those tied in the predictor) / all comparable pairs. */
  readonly estimate: number;
  /** By the infinitesimal jackknife over rows, or over clusters where they are given. */
  readonly standardError: number;
  readonly concordant: number;
  readonly discordant: number;
  /** Comparable pairs with one value of the linear predictor. */
  readonly tiedPredictor: number;
  /** Pairs with the event at one time, not comparable: different predictors, and the same. */
  readonly tiedTime: number;
  readonly tiedBoth: number;
}

/** Tests of hazard ratios that stay the same over time, by term and for all together. */
export interface ProportionalHazards {
  readonly transform: TimeTransform;
  readonly terms: readonly (CoxTest & { readonly term: string })[];
  readonly global: CoxTest;
}

/** Residuals, one per analysed row in the order of the data (`rows` counts them from 1). */
export interface CoxModelResiduals {
  readonly rows: readonly number[];
  /** Events less the events expected over the row's time at risk. */
  readonly martingale: readonly number[];
  readonly deviance: readonly number[];
  /** One per event in the order of strata and times: its columns less their mean over the risk set. */
  readonly schoenfeld: readonly { readonly row: number; readonly time: number; readonly values: readonly number[] }[];
  /** About how much each coefficient would fall without the row. */
  readonly dfbeta: readonly (readonly number[])[];
}

export function coxConcordance(fit: CoxFit, weights: Float64Array | null, clusters: Clusters): CoxConcordance | null {
  if (fit.coefficients.length === 0 || fit.monotone !== null) return null;
  const found = concordance(fit.history, fit.relative.linearPredictor);
  if (found === null) return null;
  const { estimate, influence, concordant, discordant, tiedPredictor, tiedTime, tiedBoth } = found;
  const scores = clusteredScores({ rows: influence.length, columns: 1, data: influence }, weights, clusters).data;
  const standardError = Math.sqrt(scores.reduce((sum, value) => sum + value * value, 0));
  return { estimate, standardError, concordant, discordant, tiedPredictor, tiedTime, tiedBoth };
}

/** `null` without terms, without a finite maximum, and where all events happen at one time. Error: "log-of-zero". */
export function proportionalHazards(
  fit: CoxFit,
  columns: readonly DesignColumn[],
  transform: TimeTransform,
): ProportionalHazards | null {
  if (columns.length === 0 || fit.monotone !== null) return null;
  if (transform === "log" && fit.history.groups.some(({ deaths, time }) => deaths > 0 && time === 0)) {
    throw new KithpathError("log-of-zero", "coxModel: an event at time 0 has no logarithm", {
      expected: "events after time 0",
      where: { path: "timeTransform" },
      remedy: 'Use timeTransform: "km", or count the time from a moment before the first event.',
    });
  }
  const terms = [...new Set(columns.map(({ variable }) => variable))];
  const sets = terms.map((term) => columns.flatMap(({ variable }, j) => (variable === term ? [j] : [])));
  const tests = proportionalityTests(fit, transform, [...sets, columns.map((_, j) => j)]).map((statistic, at) => {
    if (statistic === null) return null;
    const df = sets[at]?.length ?? columns.length;
    return { statistic, df, pValue: pValueOfChiSquare(statistic, df) };
  });
  const global = tests.pop();
  if (global == null || tests.includes(null)) return null;
  return { transform, terms: tests.map((test, at) => ({ term: terms[at]!, ...test! })), global };
}

export function residualsOf(
  fit: CoxFit,
  steps: HazardSteps,
  event: ArrayLike<number>,
  weights: Float64Array | null,
  rows: Int32Array,
): CoxModelResiduals {
  const { history } = fit;
  const { martingale, score } = coxResiduals(history, fit.relative, steps);
  const influence =
    score.columns === 0 ? matrix(score.rows, 0) : multiply(clusteredScores(score, weights, null), fit.covariance);
  const schoenfeld: { row: number; time: number; values: number[] }[] = [];
  const { groups, order, covariates, scale, columns } = history;
  const sorted = Array.from(groups.keys()).sort(
    (a, b) => groups[a]!.stratum - groups[b]!.stratum || groups[a]!.time - groups[b]!.time,
  );
  for (const g of sorted) {
    const { from, deaths, time } = groups[g]!;
    for (let i = from; i < from + deaths; i++) {
      const values = Array.from(
        scale,
        (spread, j) => (covariates[i * columns + j]! - steps.mean.data[g * columns + j]!) * spread,
      );
      schoenfeld.push({ row: rows[order[i]!]! + 1, time, values });
    }
  }
  return {
    rows: Array.from(rows, (row) => row + 1),
    martingale: [...martingale],
    deviance: Array.from(martingale, (value, row) => deviance(value, event[row]!)),
    schoenfeld,
    dfbeta: rowsOfMatrix(influence),
  };
}

/** Therneau, Grambsch & Fleming (1990). */
function deviance(martingale: number, event: number): number {
  const inside = martingale + (event === 1 ? Math.log(Math.max(1 - martingale, Number.MIN_VALUE)) : 0);
  return Math.sign(martingale) * Math.sqrt(Math.max(-2 * inside, 0));
}
