/**
 * Who counts as able to be censored at a time: "events-first" those left after its events, so that the shares free of
 * censoring and free of events multiply to the share still followed; "together" everybody followed to it.
 */
export type CensoringTies = "events-first" | "together";

/** What ended each row's time, counted by distinct time in rising order, and the Kaplan–Meier curve of censoring. */
export interface Fates {
  readonly times: Float64Array;
  /** By row: the place of its time, and 0 censored, 1 the event, 2 a competing event. */
  readonly slot: Int32Array;
  readonly cause: ArrayLike<number>;
  readonly events: Float64Array;
  readonly censored: Float64Array;
  /** Rows that could be censored at each time. */
  readonly censorable: Float64Array;
  /** G(t−): the probability of not being censored before each time. */
  readonly freeBefore: Float64Array;
  readonly censoringTies: CensoringTies;
}

export function readFates(time: Float64Array, cause: ArrayLike<number>, censoringTies: CensoringTies): Fates {
  const times = Float64Array.from(new Set(time)).sort();
  const place = new Map(Array.from(times, (value, at) => [value, at]));
  const slot = Int32Array.from(time, (value) => place.get(value)!);
  const count = times.length;
  const events = new Float64Array(count);
  const competing = new Float64Array(count);
  const censored = new Float64Array(count);
  for (let row = 0; row < slot.length; row++) {
    const into = cause[row] === 1 ? events : cause[row] === 2 ? competing : censored;
    into[slot[row]!]!++;
  }
  const censorable = new Float64Array(count);
  for (let g = count - 1, followed = 0; g >= 0; g--) {
    followed += censored[g]!;
    censorable[g] = followed;
    followed += events[g]! + competing[g]!;
    if (censoringTies === "together") censorable[g] = followed;
  }
  const freeBefore = new Float64Array(count);
  for (let g = 0, free = 1; g < count; g++) {
    freeBefore[g] = free;
    if (censored[g]! > 0) free *= 1 - censored[g]! / censorable[g]!;
  }
  return { times, slot, cause, events, censored, censorable, freeBefore, censoringTies };
}
