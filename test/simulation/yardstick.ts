import { simulateCohort } from "../../fixtures/cohorts/simulate.ts";
import { fitLinear } from "../../src/_models/linear.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";
import { cohortSeed } from "./cohortSample.ts";
import { type Behaviour, Tally } from "./tally.ts";

export interface Yardstick {
  /** Wellbeing on mentoring and the baseline by least squares, whose standard error and t limits are exactly right here. */
  readonly wellbeing: Behaviour;
  /** The same for abstinence as 0 and 1, about right. */
  readonly abstinent: Behaviour;
}

/**
 * What chance makes of the cohorts themselves: mentoring does nothing, and ordinary least squares is the right analysis, so that any
 * lack of coverage is the luck of these samples. Once over the cohorts of the other designs, once over as many times four that follow.
 */
export function yardstickStudy(repetitions: number): { readonly these: Yardstick; readonly further: Yardstick } {
  return { these: measure(0, repetitions), further: measure(repetitions, 4 * repetitions) };
}

function measure(first: number, count: number): Yardstick {
  const wellbeing = new Tally(0);
  const abstinent = new Tally(0);
  for (let index = first; index < first + count; index++) {
    const people = simulateCohort({ observational: false, nullEffect: true, seed: cohortSeed + index });
    const column = (of: (person: (typeof people)[number]) => number) => Float64Array.from(people, of);
    const design = fromColumns([
      column(() => 1),
      column(({ mentored }) => mentored),
      column(({ baseline }) => baseline.age),
      column(({ baseline }) => baseline.female),
      column(({ baseline }) => baseline.actionStage),
      column(({ baseline }) => baseline.severity),
      column(({ baseline }) => baseline.connection),
      column(({ baseline }) => baseline.recoverySupport),
      column(({ baseline }) => baseline.wellbeing),
    ]);
    const outcomes = people.map(({ outcome, mentored }) => outcome(mentored, mentored));
    for (const [tally, values] of [
      [wellbeing, Float64Array.from(outcomes, (found) => found.wellbeing)],
      [abstinent, Float64Array.from(outcomes, (found) => found.abstinent)],
    ] as const) {
      const { coefficients, crossInverse, residualVariance } = fitLinear(design, values);
      const standardError = Math.sqrt(residualVariance * crossInverse.data[design.columns + 1]!);
      const estimate = coefficients[1]!;
      const half = 1.964 * standardError; // t quantile of .975 with 591 degrees of freedom
      tally.add(estimate, { lower: estimate - half, upper: estimate + half, standardError });
    }
  }
  return { wellbeing: wellbeing.behaviour(), abstinent: abstinent.behaviour() };
}
