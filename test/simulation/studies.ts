import type { TestName } from "./chainMethods.ts";
import { bootstrapMisses, type Misses, missesFromPaths, monteCarloLimits, power } from "./chainStudies.ts";
import {
  confoundedStudy,
  countedStudy,
  exposureInducedStudy,
  linearStudy,
  measurementStudy,
  moderatedStudy,
  nullStudy,
  repeatedStudy,
  survivalStudy,
} from "./cohortStudies.ts";
import { peopleNeeded, peopleNeededByBootstrap, peopleOfTable6, sizes } from "./published.ts";
import type { Simulated } from "./tally.ts";
import { yardstickStudy } from "./yardstick.ts";

const path = Object.values(sizes);
export const nullPaths = [0, 0.14, 0.39, 0.59] as const;
export const allTests: readonly TestName[] = ["sobel", "aroian", "goodman", "joint", "product"];

/** Pairs of paths and sample sizes of the limits. */
export const limitPairs: readonly (readonly [number, number])[] = [
  [0, 0],
  [0.14, 0.14],
  [0.39, 0.39],
  [0.59, 0.59],
  [0, 0.39],
  [0.14, 0.59],
];
export const limitPeople = [25, 50, 100, 200] as const;
export const liberalDesigns: readonly (readonly [number, number])[] = [
  [0, 50],
  [0.39, 50],
  [0.59, 50],
  [0.59, 200],
];

export interface Repetitions {
  /** Samples of three normal variables: tests and limits from the paths; the bootstrap; its type I error. */
  readonly paths: number;
  readonly bootstrap: number;
  readonly liberal: number;
  /** Cohorts: linear and generalized linear models; moderated; times to events; cheap ones. */
  readonly cohorts: number;
  readonly moderated: number;
  readonly survival: number;
  readonly many: number;
  readonly confoundedPeople: number;
}

export function repetitionsFrom(cohorts: number): Repetitions {
  const times = (factor: number) => Math.max(2, Math.round(cohorts * factor));
  return {
    paths: times(50 / 3),
    bootstrap: times(1),
    liberal: times(25 / 6),
    cohorts,
    moderated: times(1 / 2),
    survival: times(1 / 3),
    many: times(2),
    confoundedPeople: times(400),
  };
}

export interface NeededCell {
  readonly a: number;
  readonly b: number;
  readonly people: number;
  readonly power: Simulated;
}

/** Power at the published sample sizes. */
function neededStudy({ paths, bootstrap }: Repetitions) {
  const cells = (test: "joint" | "sobel"): NeededCell[] =>
    peopleNeeded[test].flatMap((row, i) =>
      row.map((people, j) => {
        const [a, b] = [path[i]!, path[j]!];
        return { a, b, people, power: power({ a, b, people }, [test], paths)[test] };
      }),
    );
  const resampled = async () => {
    const found: (NeededCell & { readonly method: "percentile" | "biasCorrected" })[] = [];
    for (const size of ["M", "L"] as const) {
      const [a, people] = [sizes[size], peopleNeededByBootstrap.percentile[size]];
      const misses = await bootstrapMisses({ a, b: a, people }, bootstrap);
      for (const method of ["percentile", "biasCorrected"] as const)
        found.push({ a, b: a, people, method, power: misses[method].rejected });
    }
    return found;
  };
  return async () => ({ joint: cells("joint"), sobel: cells("sobel"), resampled: await resampled() });
}

/** Power with both paths alike, and type I error with the first path 0. */
function testStudy({ paths }: Repetitions) {
  const design = (a: number, b: number) =>
    peopleOfTable6.map((people) => ({ a, b, people, power: power({ a, b, people }, allTests, paths) }));
  return () => ({
    alike: nullPaths.flatMap((size) => design(size, size)),
    oneZero: nullPaths.slice(1).flatMap((size) => design(0, size)),
  });
}

function liberalStudy({ liberal }: Repetitions) {
  return async () => {
    const found = [];
    for (const [b, people] of liberalDesigns) {
      const { percentile, biasCorrected } = await bootstrapMisses({ a: 0, b, people }, liberal);
      found.push({ b, people, percentile: percentile.rejected, biasCorrected: biasCorrected.rejected });
    }
    return found;
  };
}

export interface LimitCell {
  readonly a: number;
  readonly b: number;
  readonly people: number;
  readonly misses: Readonly<Record<"delta" | "product" | "monteCarlo" | "percentile" | "biasCorrected", Misses>>;
}

function limitStudy({ paths, bootstrap }: Repetitions) {
  return async () => {
    const found: LimitCell[] = [];
    for (const [a, b] of limitPairs)
      for (const people of limitPeople) {
        const chain = { a, b, people };
        found.push({
          a,
          b,
          people,
          misses: { ...missesFromPaths(chain, Math.round(paths / 2)), ...(await bootstrapMisses(chain, bootstrap)) },
        });
      }
    return found;
  };
}

/** Every study by name, in the order of the page. */
export function studies(repetitions: Repetitions) {
  return {
    needed: neededStudy(repetitions),
    tests: testStudy(repetitions),
    liberal: liberalStudy(repetitions),
    limits: limitStudy(repetitions),
    monteCarlo: () => monteCarloLimits(),
    linear: () => linearStudy(repetitions.cohorts),
    confounded: () => confoundedStudy(repetitions.confoundedPeople),
    counted: () => countedStudy(repetitions.cohorts),
    survival: () => survivalStudy(repetitions.survival),
    moderated: () => moderatedStudy(repetitions.moderated),
    nothing: () => nullStudy(repetitions.cohorts),
    measurement: () => measurementStudy(repetitions.cohorts),
    induced: () => exposureInducedStudy(repetitions.many),
    repeated: () => repeatedStudy(),
    yardstick: () => yardstickStudy(repetitions.cohorts),
  };
}

export type Studies = ReturnType<typeof studies>;
export type StudyName = keyof Studies;
export type Results = { readonly [Name in StudyName]: Awaited<ReturnType<Studies[Name]>> };
