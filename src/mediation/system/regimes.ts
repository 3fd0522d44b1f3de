/** Who gets which exposure: 0 the reference, 1 the contrasted one, for the outcome and for each mediator. */
export interface Regime {
  readonly outcome: 0 | 1;
  readonly mediators: readonly (0 | 1)[];
}

/** The four means every analysis needs, then those of the effects through single mediators. */
export interface Regimes {
  readonly all: readonly Regime[];
  /** Places of E[Y(t, M(s))]. */
  readonly y00: number;
  readonly y10: number;
  readonly y01: number;
  readonly y11: number;
  /** For each mediator the two places whose difference is the effect through it; empty with one mediator. */
  readonly through: readonly (readonly [number, number])[];
}

/**
 * Parallel: through mediator k runs what is lost when it alone stays as without the exposure. Ordered: through k runs what is
 * lost when k stays so after all mediators before it have, so that the parts add up (VanderWeele & Vansteelandt 2014; Daniel et al. 2015).
 */
export function regimesOf(mediators: number, ordered: boolean): Regimes {
  const same = (s: 0 | 1) => new Array<0 | 1>(mediators).fill(s);
  const all: Regime[] = [
    { outcome: 0, mediators: same(0) },
    { outcome: 1, mediators: same(0) },
    { outcome: 0, mediators: same(1) },
    { outcome: 1, mediators: same(1) },
  ];
  const through: [number, number][] = [];
  if (mediators > 1) {
    for (let k = 0; k < mediators; k++) {
      if (ordered) {
        const after = k === mediators - 1 ? 1 : all.length;
        if (after > 1) all.push({ outcome: 1, mediators: same(1).map((_, l) => (l <= k ? 0 : 1)) });
        through.push([k === 0 ? 3 : through[k - 1]![1], after]);
      } else {
        all.push({ outcome: 1, mediators: same(1).map((_, l) => (l === k ? 0 : 1)) });
        through.push([3, all.length - 1]);
      }
    }
  }
  return { all, y00: 0, y10: 1, y01: 2, y11: 3, through };
}
