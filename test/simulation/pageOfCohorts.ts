import { cohortSeed } from "./cohortSample.ts";
import type { StudyRow } from "./cohortStudies.ts";
import { truth } from "./cohortTruth.ts";
import { listed, number, share, table, withError } from "./layout.ts";
import type { Repetitions, Results } from "./studies.ts";
import type { Behaviour } from "./tally.ts";

/** Designs whose models are wrong on purpose. */
const biasedOnPurpose = new Set(["L2", "E1, as measured", "X1"]);

export function cohortSection(results: Results, repetitions: Repetitions): string {
  const { linear, confounded, counted, survival, moderated, nothing, measurement, induced, repeated, yardstick } =
    results;
  const { these, further } = yardstick;
  const rows = [linear, counted, survival, moderated, nothing, measurement, induced].flatMap((study) => study.rows);
  const right = rows.filter(({ design }) => !biasedOnPurpose.has(design));
  const biased = firstOfEach(right).filter(({ biasInErrors }) => Math.abs(biasInErrors) > 3);
  const off = right.filter(
    ({ coverage, repetitions: n }) => coverage !== null && Math.abs(coverage.value - 0.95) > 3 * Math.sqrt(0.0475 / n),
  );
  const name = ({ design, effect, limits }: StudyRow) => `${design}, ${effect}, ${limits}`;
  const row = (design: string, effect: string, limits?: string) => rowOf(rows, design, effect, limits);
  const figure = (study: { readonly figures: Readonly<Record<string, number>> }, key: string) => study.figures[key]!;
  const direct = (design: string) => row(design, "pure natural direct").mean;
  const indirect = (design: string) => row(design, "total natural indirect").mean;
  const plusMinus = ({ value, error }: Behaviour["mean"]) => `${number(value)} ± ${number(error, 2)}`;
  return `## 6. The simulated mentoring cohort

600 people, 12 sites, 36 mentors, mentoring by coin unless said otherwise, everybody interviewed ([the simulator](methods/simulated-cohort.md)). Truths are those of
\`fixtures/cohorts/truth.json\`. Cohort i has the seed ${cohortSeed} + i; the designs share their cohorts, so that their estimates are not independent of each other.
Bias is told in Monte Carlo standard errors of the mean. "SE/SD": mean standard error over the standard deviation of the estimates. "excludes": share
of limits without the null value (power, or the type I error where the truth is the null value). "people" and "sites" say what is taken as independent.

${table(
  ["design", "effect", "limits", "truth", "mean estimate", "bias", "SE/SD", "coverage", "below, above", "excludes"],
  rows.map((one) => [
    one.design,
    one.effect,
    one.limits,
    number(one.truth),
    plusMinus(one.mean),
    number(one.biasInErrors, 2),
    one.errorRatio === null ? "—" : one.errorRatio.toFixed(2),
    one.coverage === null ? "—" : withError(one.coverage),
    one.missedBelow === null ? "—" : `${share(one.missedBelow)}, ${share(one.missedAbove!)}`,
    one.rejected === null ? "—" : share(one.rejected.value),
  ]),
  3,
)}

Samples: ${repetitions.cohorts} (L1, L2, M1, B1, C1, N1, E1), ${repetitions.moderated} (M2), ${repetitions.survival} (S1, S2), ${repetitions.many} (X1). L2, X1 and "E1, as measured" leave something out on purpose.

- Bias beyond three Monte Carlo errors in the other designs: ${listed(biased.map((one) => `${name(one)} (${number(one.mean.value)} for ${number(one.truth)})`))}.
- Coverage farther than three Monte Carlo errors from .95 in the other designs: ${listed(off.map((one) => `${name(one)} (${withError(one.coverage!)})`))}.
- **Yardstick** Mentoring does nothing and the analysis is ordinary least squares, which is right here. In the cohorts of this page: mean effect on wellbeing ${plusMinus(these.wellbeing.mean)}, SE/SD ${these.wellbeing.errorRatio!.toFixed(2)},
  coverage ${withError(these.wellbeing.coverage!)}, mean effect on abstinence ${plusMinus(these.abstinent.mean)}. In the ${further.wellbeing.repetitions} cohorts that follow: ${plusMinus(further.wellbeing.mean)}, ${further.wellbeing.errorRatio!.toFixed(2)}, ${withError(further.wellbeing.coverage!)}, ${plusMinus(further.abstinent.mean)}.
  What the first line has and the second has not is the luck of the cohorts that the designs share; it stands in all their total and direct effects.
- **L1** linear models with exposure × mediator, ${repetitions.cohorts} cohorts. The coin decides within each site, so that what people of a site share cancels from the total effect; what people of a mentor
  share does not. Coverage of the total effect: people taken as independent ${share(row("L1, M1", "total", "percentile, people").coverage!.value)}, 12 sites resampled ${share(row("L1, M1", "total", "percentile, sites").coverage!.value)}, 40 sites of 15 people
  resampled ${share(row("L1, 40 sites", "total", "percentile, sites").coverage!.value)}. \`mediate\` notes fewer than 30 clusters.
- **L2** the same without exposure × mediator. Direct and indirect effect go to a mixture (${plusMinus(direct("L2"))} for ${number(truth.wellbeing.PNDE)}, ${plusMinus(indirect("L2"))} for ${number(truth.wellbeing.TNIE)}); the total is covered in ${share(row("L2", "total").coverage!.value)}.
  Largest |direct + indirect − total| over the samples: ${figure(linear, "decompositionGap").toExponential(1)}.
- **L3** people chose mentoring, one cohort of ${figure(confounded, "people")}: without covariates the total effect is ${number(figure(confounded, "naive"), 3)} (standard error ${number(figure(confounded, "naiveError"), 2)}), with all baseline covariates ${number(figure(confounded, "adjusted"), 3)} (${number(figure(confounded, "adjustedError"), 2)}), truth ${number(truth.wellbeing.TE)}. Another
  program had 6.52 and 3.26 ± .03 from 400,000 people. With an effect that may differ by action stage it is ${number(figure(confounded, "staged"), 3)}.
- **M1** both mediators: their joint effect is found in ${share(row("L1, M1", "total natural indirect", "percentile, people").rejected!.value)} of the samples, the difference between them in ${share(row("L1, M1", "connection − recovery support", "percentile, people").rejected!.value)}.
- **M2** the difference is found in ${share(row("M2, action stage", "difference").rejected!.value)} where the action stage moderates, and in ${share(row("M2, alcohol", "difference").rejected!.value)} where nothing does (alcohol as main problem).
- **B1** abstinence by logistic models: risk differences by standardisation. The products of logit coefficients have mean ${number(figure(counted, "productOfLogits"), 3)}, which is no risk difference (${number(truth.abstinent.TNIE)}).
- **C1** readmissions in a year by Poisson models with robust errors, although the counts are overdispersed: rate ratios, whose means are ${number(direct("C1").value)} × ${number(indirect("C1").value)} = ${number(direct("C1").value * indirect("C1").value)} for a total of ${number(row("C1", "total").mean.value)}.
- **S1, S2** relapse within 365 days of month 6. The two mediators are one here: the part of the log hazard that they make up. With deaths competing (cause-specific Cox models) the total effect
  on risk is ${number(truth.relapse.TE)}; with deaths censored (Weibull) the target is the risk if nobody died, ${number(truth.netRelapse.TE)}, another number. Limits of the Cox models, which need a bootstrap, were not simulated.
  Cohorts with too few deaths for a model of death, which \`mediate\` refuses: ${figure(survival, "refused")}.
- **N1** mentoring does nothing: the total effect is found in ${share(row("N1", "total", "percentile, people").rejected!.value)}, the joint indirect effect in ${share(row("N1", "total natural indirect", "percentile, people").rejected!.value)} (percentile limits).
- **E1** connection measured with a reliability of ${number(figure(measurement, "reliability"), 3)} on average, taken as known: uncorrected ${plusMinus(row("E1, as measured", "through connection").mean)}, corrected ${plusMinus(row("E1, corrected", "through connection").mean)}, truth ${number(truth.wellbeing.connection)}.
- **X1** mentoring prevents early lapses, which lower connection and wellbeing. Ignoring them gives ${plusMinus(indirect("X1"))} for an interventional indirect effect of ${number(truth.exposureInduced.indirect)} and
  ${plusMinus(direct("X1"))} for a direct one of ${number(truth.exposureInduced.direct)}. Beyond the errors of the same people without early lapses the indirect effect is too large by ${number(figure(induced, "indirectExcess"), 2)} ± ${number(figure(induced, "indirectExcessError"), 2)},
  the direct one off by ${number(figure(induced, "directExcess"), 2)} ± ${number(figure(induced, "directExcessError"), 2)}; the total (${plusMinus(row("X1", "total").mean)} for ${number(truth.exposureInduced.overall)}) is not confounded.
- **R1** the same seed twice: limits differ by ${number(figure(repeated, "differenceOfLimits"))}. Limits of the joint indirect effect from 1,000 draws are ${figure(repeated, "widthRatio").toFixed(3)} times as wide as from 5,000.`;
}

function rowOf(rows: readonly StudyRow[], design: string, effect: string, limits?: string): StudyRow {
  const found = rows.find(
    (row) => row.design === design && row.effect === effect && (limits === undefined || row.limits === limits),
  );
  if (found === undefined) throw new Error(`no row ${design}, ${effect}`);
  return found;
}

/** Estimates are the same whatever the limits: each design and effect once. */
function firstOfEach(rows: readonly StudyRow[]): StudyRow[] {
  const seen = new Set<string>();
  return rows.filter(({ design, effect }) => {
    const name = `${design} ${effect}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
