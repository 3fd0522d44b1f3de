import { describe, expect, test } from "vitest";
import { fitCox } from "../../src/_models/cox.ts";
import { sortHistory } from "../../src/_models/coxHistory.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";

const data = {
  design: fromColumns([[1, 0, 1, 0, 0, 1]]),
  start: Float64Array.from([0, 2, 0, 1, 0, 3]),
  stop: Float64Array.from([2, 4, 2, 3, 5, 4]),
  event: [1, 1, 0, 1, 0, 1],
  strata: null,
  weights: null,
};

describe("the sorted history", () => {
  test("counts who is at risk at each time: entered before it, not ended before it", () => {
    // at 5: row 5; at 4: rows 2, 5, 6; at 3: rows 2, 4, 5 (6 enters at 3, too late); at 2: rows 1, 3, 4, 5 (2 enters at 2)
    const { groups } = sortHistory(data);
    expect(groups.map(({ time, atRisk, deaths }) => [time, atRisk, deaths])).toEqual([
      [5, 1, 0],
      [4, 3, 2],
      [3, 3, 1],
      [2, 4, 1],
    ]);
  });

  test("keeps strata apart", () => {
    const strata = { codes: Int32Array.from([0, 0, 0, 1, 1, 1]), count: 2 };
    expect(sortHistory({ ...data, strata }).groups.map(({ stratum, time, atRisk }) => [stratum, time, atRisk])).toEqual(
      [
        [0, 4, 1],
        [0, 2, 2],
        [1, 5, 1],
        [1, 4, 2],
        [1, 3, 2],
      ],
    );
  });
});

describe("fitCox", () => {
  test("at coefficients of 0 the Efron likelihood is the product of the shrinking risk sets", () => {
    // times 4 (two events of three at risk: 3, then 2), 3 (3 at risk) and 2 (4 at risk)
    expect(fitCox(data, "efron").nullLogLikelihood).toBeCloseTo(-Math.log(3 * 2 * 3 * 4), 12);
    expect(fitCox(data, "breslow").nullLogLikelihood).toBeCloseTo(-Math.log(3 * 3 * 3 * 4), 12);
  });

  test("two columns that say the same are told, the later one named", () => {
    const design = fromColumns([
      [1, 0, 1, 0, 0, 1],
      [3, 5, 3, 5, 5, 3],
    ]);
    expect(fitCox({ ...data, design }, "efron").aliased).toEqual([1]);
  });
});
