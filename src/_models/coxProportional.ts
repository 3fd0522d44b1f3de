import { inverseForm, matrix } from "../_numeric/matrix.ts";
import type { CoxFit } from "./cox.ts";
import type { CoxHistory } from "./coxHistory.ts";
import { addTime, mirrored } from "./coxLikelihood.ts";
import { sweepRiskSets } from "./coxRiskSets.ts";

export type TimeTransform = "km" | "identity" | "log" | "rank";

/**
 * Score tests of coefficients that change in proportion to a function of time (Grambsch & Therneau 1994, in the form of a score test with
 * the exact information of the extended model): the statistic for every set of columns, `null` where the information is singular.
 */
export function proportionalityTests(
  { history, relative, ties }: CoxFit,
  transform: TimeTransform,
  sets: readonly (readonly number[])[],
): (number | null)[] {
  const columns = history.columns;
  const scale = timeScale(history, transform);
  const score = new Float64Array(columns);
  const information = [matrix(columns, columns), matrix(columns, columns), matrix(columns, columns)];
  sweepRiskSets(history, relative, 2, (group, sums, g) => {
    const ownScore = new Float64Array(columns);
    const own = matrix(columns, columns);
    addTime(group, sums, 0, ties, ownScore, own.data);
    for (let j = 0; j < columns; j++) score[j]! += scale[g]! * ownScore[j]!;
    information.forEach(({ data }, power) => {
      for (let at = 0; at < data.length; at++) data[at]! += scale[g]! ** power * own.data[at]!;
    });
  });
  const [plain, crossed, squared] = information.map(mirrored);
  return sets.map((set) => {
    const size = columns + set.length;
    const joint = matrix(size, size);
    const at = (i: number) => (i < columns ? i : set[i - columns]!);
    const tested = Float64Array.from({ length: size }, (_, i) => (i < columns ? 0 : score[at(i)]!));
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < size; k++) {
        const block = i < columns && k < columns ? plain! : i < columns || k < columns ? crossed! : squared!;
        joint.data[k * size + i] = block.data[at(k) * columns + at(i)]!;
      }
    }
    return inverseForm(joint, tested);
  });
}

/** The function of time at every time of the history, centred and scaled over the events. */
function timeScale(history: CoxHistory, transform: TimeTransform): Float64Array {
  const { groups } = history;
  const values = transform === "km" ? kaplanMeierScale(history) : transform === "rank" ? rankScale(history) : null;
  const scale = Float64Array.from(
    groups,
    ({ time }, g) => values?.[g] ?? (transform === "log" ? Math.log(time) : time),
  );
  let mean = 0;
  for (let g = 0; g < groups.length; g++)
    if (groups[g]!.deaths > 0) mean += (groups[g]!.deaths * scale[g]!) / history.events;
  let squares = 0;
  for (let g = 0; g < groups.length; g++)
    squares += groups[g]!.deaths > 0 ? groups[g]!.deaths * (scale[g]! - mean) ** 2 : 0;
  const spread = squares > 0 ? Math.sqrt(squares / history.events) : 1;
  return scale.map((value, g) => (groups[g]!.deaths > 0 ? (value - mean) / spread : 0));
}

/** The groups of all strata in rising time. */
function byTime({ groups }: CoxHistory): number[] {
  return Array.from(groups.keys()).sort((a, b) => groups[a]!.time - groups[b]!.time);
}

/** 1 less the Kaplan–Meier curve of everybody together, just before each time. */
function kaplanMeierScale(history: CoxHistory): Float64Array {
  const { groups } = history;
  const result = new Float64Array(groups.length);
  const sorted = byTime(history);
  const starts = history.starts.slice().sort();
  let entered = 0;
  let left = 0;
  let survival = 1;
  for (let from = 0, end = 0; from < sorted.length; from = end) {
    const time = groups[sorted[from]!]!.time;
    while (entered < starts.length && starts[entered]! < time) entered++;
    const atRisk = (starts.length > 0 ? entered : history.rows) - left;
    let deaths = 0;
    for (end = from; end < sorted.length && groups[sorted[end]!]!.time === time; end++) {
      const group = groups[sorted[end]!]!;
      deaths += group.deaths;
      left += group.end - group.from;
      result[sorted[end]!] = 1 - survival;
    }
    if (deaths > 0) survival *= 1 - deaths / atRisk;
  }
  return result;
}

/** Mid-ranks among the times of all rows, with the event or without. */
function rankScale(history: CoxHistory): Float64Array {
  const { groups } = history;
  const result = new Float64Array(groups.length);
  const sorted = byTime(history);
  let before = 0;
  for (let from = 0, end = 0; from < sorted.length; from = end) {
    const time = groups[sorted[from]!]!.time;
    let rows = 0;
    for (end = from; end < sorted.length && groups[sorted[end]!]!.time === time; end++) {
      rows += groups[sorted[end]!]!.end - groups[sorted[end]!]!.from;
    }
    for (let at = from; at < end; at++) result[sorted[at]!] = before + (rows + 1) / 2;
    before += rows;
  }
  return result;
}
