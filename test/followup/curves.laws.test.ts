import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cumulativeIncidence, kaplanMeier, logRank, restrictedMean } from "../../src/followup/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose } from "../support/witness.ts";

/** Followed people of two groups, both with an event and somebody followed beyond time 25. */
const people = fc
  .array(
    fc.record({
      time: fc.integer({ min: 0, max: 30 }),
      event: fc.constantFrom(0, 1, 1, 2),
      group: fc.constantFrom("a", "b", "c"),
    }),
    { minLength: 4, maxLength: 40 },
  )
  .map((rows) => [
    ...rows,
    ...["a", "b", "c"].flatMap((group, k) => [
      { time: 3 + k, event: 1, group },
      { time: 30, event: 0, group },
    ]),
  ]);
type Person = { time: number; event: number; group: string };
const columnsOf = (rows: readonly Person[], unit = 1) => ({
  time: rows.map(({ time }) => time * unit),
  event: rows.map(({ event }) => event),
  group: rows.map(({ group }) => group),
});
const single = (rows: readonly Person[], unit = 1) => {
  const { time, event, group } = columnsOf(rows, unit);
  return { time, event: event.map((code) => (code === 1 ? 1 : 0)), group };
};
const near = { rel: 1e-9, abs: 1e-12 };

describe("laws of the curves and their tests, on drawn people", () => {
  test("the order of people does not matter", () => {
    fc.assert(
      fc.property(people, (rows) => {
        const turned = [...rows].reverse();
        expect(cumulativeIncidence(columnsOf(turned)).groups).toEqual(cumulativeIncidence(columnsOf(rows)).groups);
        expect(logRank(single(turned))).toEqual(logRank(single(rows)));
        const means = (some: readonly Person[]) => restrictedMean(single(some), { horizon: 20 }).groups;
        expect(means(turned)).toEqual(means(rows));
      }),
      { numRuns: 60 },
    );
  });

  test("a unit of time from 1e-148 to 1e148 scales restricted means and nothing else", () => {
    fc.assert(
      fc.property(people, fc.integer({ min: -148, max: 148 }), (rows, power) => {
        const unit = 10 ** power;
        expect(logRank(single(rows, unit))).toEqual(logRank(single(rows)));
        const heights = (scale: number) =>
          cumulativeIncidence(columnsOf(rows, scale)).groups.map(({ causes }) =>
            causes.map(({ curve }) => curve.map(({ time: _, ...row }) => row)),
          );
        expect(heights(unit)).toEqual(heights(1));
        const means = (scale: number) => restrictedMean(single(rows, scale), { horizon: 20 * scale }).groups;
        const scaled = means(unit);
        means(1).forEach((row, g) => {
          expectClose(scaled[g]!.estimate / unit, row.estimate, near);
          if (row.standardError === null) expect(scaled[g]!.standardError).toBeNull();
          else expectClose(scaled[g]!.standardError! / unit, row.standardError, near);
        });
      }),
      { numRuns: 60 },
    );
  });

  test("incidences of all causes and the share free of them sum to 1; without competing events F is 1 − S", () => {
    fc.assert(
      fc.property(people, (rows) => {
        for (const { causes, eventFree } of cumulativeIncidence(columnsOf(rows)).groups) {
          eventFree.forEach(({ survival }, j) => {
            const total = causes.reduce((sum, { curve }) => sum + curve[j]!.incidence, survival);
            expect(total).toBeCloseTo(1, 12);
          });
        }
        const curves = kaplanMeier(single(rows)).groups;
        cumulativeIncidence(single(rows), { variance: "greenwood" }).groups.forEach(({ causes }, g) => {
          causes[0]!.curve.forEach((row, j) => {
            const { survival, standardError } = curves[g]!.curve[j]!;
            expect(row.incidence).toBeCloseTo(1 - survival, 12);
            if (standardError !== null) expect(row.standardError).toBeCloseTo(standardError, 9);
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  test("the names of the groups do not matter to the log-rank test; each pair is the test of the two alone", () => {
    fc.assert(
      fc.property(people, (rows) => {
        const named = rows.map((row) => ({ ...row, group: { a: "z", b: "b", c: "c" }[row.group]! }));
        expectClose(logRank(single(named)).statistic, logRank(single(rows)).statistic, near);
        const { pairs } = logRank(single(rows));
        for (const { groups, statistic, pValue, adjustedPValue } of pairs ?? []) {
          const two = rows.filter(({ group }) => groups.includes(group));
          expectClose(logRank(single(two)).statistic, statistic, near);
          expect(adjustedPValue).toBeGreaterThanOrEqual(pValue);
          expect(adjustedPValue).toBeLessThanOrEqual(1);
        }
        const [a, b] = [rows, named].map((some) =>
          logRank(single(some)).groups.reduce((sum, g) => sum + g.observed, 0),
        );
        expect(a).toBe(b);
      }),
      { numRuns: 60 },
    );
  });
});

test("a horizon whose square is no number is refused", () => {
  const data = { time: [1e160, 2e160], event: [1, 0] };
  expect(refusalOf(() => restrictedMean(data, { horizon: 1.5e160 })).code).toBe("invalid-option");
});
