import { describe, expect, it } from "vitest";
import { randomStream } from "../../src/_numeric/random.ts";
import { KithpathError } from "../../src/errors.ts";
import { aalenJohansen } from "../../src/followup/aalenJohansen.ts";
import { eventTables, orderTimes } from "../../src/followup/eventTable.ts";
import { cumulativeIncidence, kaplanMeier, logRank, restrictedMean } from "../../src/followup/index.ts";
import { productLimit } from "../../src/followup/productLimit.ts";
import { survivalArea } from "../../src/followup/survivalArea.ts";
import { expectClose } from "../support/witness.ts";

const tolerance = { rel: 1e-12, abs: 1e-13 };

/** Seven people: events at 1, 3, 3 and 8; censored at 3, 5 and 8. */
const seven = { time: [1, 3, 3, 3, 5, 8, 8], event: [1, 1, 1, 0, 0, 1, 0] };

describe("Kaplan–Meier by hand", () => {
  const [group] = kaplanMeier(seven, { times: [0, 2, 8, 9] }).groups;

  it("S is 6/7, then 6/7·4/6 = 4/7 (the person censored at 3 is at risk at 3), then 4/7·1/2 = 2/7", () => {
    const rows = group!.curve;
    expect(rows.map((row) => row.time)).toEqual([1, 3, 5, 8]);
    expect(rows.map((row) => row.atRisk)).toEqual([7, 6, 3, 2]);
    [6 / 7, 4 / 7, 4 / 7, 2 / 7].forEach((value, j) => {
      expectClose(rows[j]!.survival, value, tolerance);
    });
  });

  it("Greenwood at 3: 4/7·√(1/(7·6) + 2/(6·4))", () => {
    expectClose(group!.curve[1]!.standardError, (4 / 7) * Math.sqrt(1 / 42 + 2 / 24), tolerance);
  });

  it("read off: 1 before the first event, the step at its own time, null after the last follow-up", () => {
    expect(group!.at.map((row) => row.atRisk)).toEqual([7, 6, 2, 0]);
    expect(group!.at[0]).toMatchObject({ survival: 1, standardError: 0 });
    expectClose(group!.at[1]!.survival, 6 / 7, tolerance);
    expectClose(group!.at[2]!.survival, 2 / 7, tolerance);
    expect(group!.at[3]).toMatchObject({ survival: null, standardError: null, lower: null, upper: null });
  });

  it("a median where the curve stands at one half: the middle of the stretch, to the last time when it falls no further", () => {
    const halves = kaplanMeier({ time: [2, 4, 6, 10], event: [1, 1, 1, 0] }).groups[0]!;
    expect(halves.median.time).toBe(5);
    const flat = kaplanMeier({ time: [2, 4, 6, 10], event: [1, 1, 0, 0] }).groups[0]!;
    expect(flat.median.time).toBe(7);
    const never = kaplanMeier({ time: [2, 4, 6, 10], event: [1, 0, 0, 0] }).groups[0]!;
    expect(never.median).toEqual({ probability: 0.5, time: null, lower: never.median.lower, upper: null });
  });

  it("when everybody has had the event, the curve is 0 without standard error or limits", () => {
    const rows = kaplanMeier({ time: [1, 2], event: [1, 1] }).groups[0]!.curve;
    expect(rows[1]).toMatchObject({ survival: 0, standardError: null, lower: null, upper: null });
  });

  it("events at time 0 are kept and told", () => {
    const result = kaplanMeier({ time: [0, 1], event: [1, 0] });
    expect(result.groups[0]!.curve[0]).toMatchObject({ time: 0, survival: 0.5 });
    expect(result.notes.map((note) => note.code)).toEqual(["events-at-time-zero"]);
  });

  it("nobody had the event: the curve stays at 1, nothing is NaN", () => {
    const result = kaplanMeier({ time: [1, 2], event: [0, 0] });
    expect(result.groups[0]!.curve.map((row) => row.survival)).toEqual([1, 1]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe("groups", () => {
  it("numbers in order, text in code-point order, or as asked; names as text", () => {
    const names = (group: (string | number | boolean)[], order?: (string | number)[]) =>
      kaplanMeier({ time: [1, 2, 3], event: [1, 1, 0], group }, order === undefined ? {} : { order }).groups.map(
        (found) => found.group,
      );
    expect(names([10, 9, 10])).toEqual(["9", "10"]);
    expect(names(["b", "B", "a"])).toEqual(["B", "a", "b"]);
    expect(names(["b", "a", "b"], ["b", "c", "a"])).toEqual(["b", "a"]);
    expect(names([true, false, true])).toEqual(["false", "true"]);
  });

  it("missing values are left out and counted by variable", () => {
    const { dropped, n } = kaplanMeier({
      time: [1, null, 3, 4],
      event: [1, 1, Number.NaN, 0],
      group: ["a", "a", "b", ""],
    });
    expect(n).toBe(1);
    expect(dropped).toEqual({
      rowsIn: 4,
      rowsUsed: 1,
      reasons: [
        { reason: "missing", variable: "time", rows: 1 },
        { reason: "missing", variable: "event", rows: 1 },
        { reason: "missing", variable: "group", rows: 1 },
      ],
    });
  });
});

describe("cumulative incidence by hand", () => {
  const [group] = cumulativeIncidence({ time: [1, 2, 3, 4], event: [1, 2, 1, 0] }, { times: [2.5, 5] }).groups;

  it("cause 1: 1/4, then 1/4 + 2/4·1/2 = 1/2; cause 2: 3/4·1/3 = 1/4", () => {
    expect(group!.causes.map((cause) => cause.curve.map((row) => row.incidence))).toEqual([
      [0.25, 0.25, 0.5, 0.5],
      [0, 0.25, 0.25, 0.25],
    ]);
    expect(group!.causes[0]!.at.map((row) => row.incidence)).toEqual([0.25, null]);
  });

  it("without censoring the Greenwood-type variance is binomial: 1/2·1/2/4", () => {
    const { groups } = cumulativeIncidence({ time: [1, 2, 3, 4], event: [1, 2, 1, 2] }, { variance: "greenwood" });
    expectClose(groups[0]!.causes[0]!.curve[2]!.standardError! ** 2, 1 / 16, tolerance);
    expectClose(groups[0]!.causes[1]!.curve[3]!.standardError! ** 2, 1 / 16, tolerance);
  });

  it("Aalen's variance at the first event: 1·(4 − 1)/(4²·3) = 1/16", () => {
    expectClose(group!.causes[0]!.curve[0]!.standardError! ** 2, 1 / 16, tolerance);
  });
});

describe("log-rank by hand", () => {
  it("a, b, a, b relapse at 1, 2, 3, 4: expected in a 1/2 + 1/3 + 1/2 = 4/3, variance 1/4 + 2/9 + 1/4", () => {
    const test = logRank({ time: [1, 2, 3, 4], event: [1, 1, 1, 1], group: ["a", "b", "a", "b"] });
    expectClose(test.groups[0]!.expected, 4 / 3, tolerance);
    expectClose(test.covariance[0]![0]!, 13 / 18, tolerance);
    expectClose(test.statistic, (2 - 4 / 3) ** 2 / (13 / 18), tolerance);
  });
});

describe("restricted mean by hand", () => {
  it("to 6: 2 + 2·3/4 + 2·1/2 = 4.5; variance (2.5² + … ) from the areas to the right", () => {
    const [group] = restrictedMean({ time: [2, 4, 6, 6], event: [1, 1, 0, 0] }, { horizon: 6 }).groups;
    expectClose(group!.estimate, 4.5, tolerance);
    expectClose(group!.timeLost, 1.5, tolerance);
    // Right of 2: 1.5 + 1 = 2.5, d/(n(n − d)) = 1/12; right of 4: 1, 1/(3·2).
    expectClose(group!.standardError! ** 2, 2.5 ** 2 / 12 + 1 / 6, tolerance);
  });

  it("nobody had the event: the horizon, no standard error, an exact lower bound", () => {
    const result = restrictedMean({ time: [6, 6, 6], event: [0, 0, 0] }, { horizon: 6 });
    expect(result.groups[0]).toMatchObject({ estimate: 6, standardError: null });
    expectClose(result.groups[0]!.interval!.lower, 6 * 0.025 ** (1 / 3), tolerance);
    expect(result.notes.map((note) => note.code)).toEqual(["no-spread"]);
  });

  it("a group that ended in events is known beyond its last time; one that was censored is not", () => {
    expect(restrictedMean({ time: [1, 3], event: [1, 1] }, { horizon: 5 }).groups[0]!.estimate).toBe(2);
    expectCode(() => restrictedMean({ time: [1, 3], event: [1, 0] }, { horizon: 5 }), "horizon-beyond-followup");
  });
});

describe("laws", () => {
  const n = 300;
  const stream = randomStream(11, 0);
  const time = Array.from({ length: n }, () => Math.ceil(stream.exponential() * 40));
  const event = Array.from({ length: n }, () => stream.below(3));
  const group = Array.from({ length: n }, () => ["a", "b", "c"][stream.below(3)]!);
  const own = event.map((code) => (code === 1 ? 1 : 0));

  it("the order of the people changes nothing", () => {
    const order = Array.from({ length: n }, (_, row) => (row * 7 + 3) % n);
    const shuffle = <T>(values: readonly T[]) => order.map((row) => values[row]!);
    const moved = { time: shuffle(time), event: shuffle(event), group: shuffle(group) };
    expect(cumulativeIncidence(moved)).toEqual(cumulativeIncidence({ time, event, group }));
    const single = { time: moved.time, event: shuffle(own), group: moved.group };
    expect(kaplanMeier(single)).toEqual(kaplanMeier({ time, event: own, group }));
    expect(logRank(single)).toEqual(logRank({ time, event: own, group }));
  });

  it("incidences of all causes and the event-free survival sum to 1 at every time", () => {
    for (const found of cumulativeIncidence({ time, event, group }).groups) {
      found.eventFree.forEach((row, j) => {
        const total = found.causes.reduce((sum, cause) => sum + cause.curve[j]!.incidence, row.survival);
        expectClose(total, 1, tolerance);
      });
    }
  });

  it("one cause: the incidence is 1 − Kaplan–Meier, with Greenwood's standard error and the same limits", () => {
    const survival = kaplanMeier({ time, event: own, group });
    const incidence = cumulativeIncidence({ time, event: own, group }, { variance: "greenwood" });
    survival.groups.forEach((found, g) => {
      found.curve.forEach((row, j) => {
        const other = incidence.groups[g]!.causes[0]!.curve[j]!;
        expectClose(other.incidence, 1 - row.survival, tolerance);
        if (row.standardError === null) return;
        expectClose(other.standardError, row.standardError, { rel: 1e-9, abs: 1e-9 });
        expectClose(other.lower, 1 - row.upper!, { rel: 1e-9, abs: 1e-9 });
        expectClose(other.upper, 1 - row.lower!, { rel: 1e-9, abs: 1e-9 });
      });
    });
  });

  it("weight 2 equals the row twice, weight 0 the row left out", () => {
    const weights = Float64Array.from(time, (_, row) => row % 3);
    const rows = time.flatMap((_, row) => Array.from({ length: row % 3 }, () => row));
    const histories = (pick: readonly number[]) => ({
      order: orderTimes(Float64Array.from(pick, (row) => time[row]!)),
      cause: Int32Array.from(pick, (row) => event[row]!),
      group: new Int32Array(pick.length),
    });
    const [weighted] = eventTables(histories(time.map((_, row) => row)), 1, 2, weights);
    const [repeated] = eventTables(histories(rows), 1, 2);
    const last = <T>(values: ArrayLike<T>) => values[values.length - 1]!;
    for (const kind of ["aalen", "greenwood"] as const) {
      const [a, b] = [aalenJohansen(weighted!, 0, kind), aalenJohansen(repeated!, 0, kind)];
      expectClose(last(a.incidence), last(b.incidence), tolerance);
      expectClose(last(a.variance), last(b.variance), { rel: 1e-9, abs: 1e-13 });
    }
    expectClose(last(productLimit(weighted!).survival), last(productLimit(repeated!).survival), tolerance);
    const [areaA, areaB] = [survivalArea(weighted!, 60), survivalArea(repeated!, 60)];
    expectClose(areaA.area, areaB.area, tolerance);
    expectClose(areaA.variance, areaB.variance, tolerance);
  });

  it("everybody twice: the same curve, Greenwood's variance halved; rho 0 and 1 agree when there is one event time", () => {
    const once = kaplanMeier({ time, event: own }).groups[0]!.curve;
    const twice = kaplanMeier({ time: [...time, ...time], event: [...own, ...own] }).groups[0]!.curve;
    once.forEach((row, j) => {
      expectClose(twice[j]!.survival, row.survival, tolerance);
      if (row.standardError !== null) expectClose(twice[j]!.standardError! ** 2, row.standardError ** 2 / 2, tolerance);
    });
    const data = { time: [1, 1, 1, 2, 2], event: [1, 1, 0, 0, 0], group: ["a", "b", "b", "a", "b"] };
    expect(logRank(data, { rho: 1 }).statistic).toBe(logRank(data).statistic);
  });

  it("another unit of time scales restricted means and quantiles and nothing else", () => {
    const scaled = time.map((value) => value * 24);
    const [days, hours] = [time, scaled].map((t) =>
      restrictedMean({ time: t, event: own }, { horizon: t === time ? 30 : 720 }),
    );
    expectClose(hours!.groups[0]!.estimate, 24 * days!.groups[0]!.estimate, tolerance);
    expectClose(hours!.groups[0]!.standardError, 24 * days!.groups[0]!.standardError!, tolerance);
    const [a, b] = [kaplanMeier({ time, event: own }), kaplanMeier({ time: scaled, event: own })];
    expect(b.groups[0]!.median.time).toBe(24 * a.groups[0]!.median.time!);
    expect(b.groups[0]!.curve.map((row) => row.lower)).toEqual(a.groups[0]!.curve.map((row) => row.lower));
  });

  it("limits hold the estimate, and plain, log and log-log limits stay inside [0, 1]", () => {
    for (const limits of ["plain", "log", "log-log"] as const) {
      for (const row of kaplanMeier({ time, event: own }, { limits }).groups[0]!.curve) {
        if (row.lower === null || row.upper === null) continue;
        expect(row.lower).toBeGreaterThanOrEqual(0);
        expect(row.lower).toBeLessThanOrEqual(row.survival);
        expect(row.upper).toBeGreaterThanOrEqual(row.survival);
        expect(row.upper).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe("refusals", () => {
  const two = { time: [1, 2], event: [1, 0] };

  it("arrays of different lengths, or no arrays", () => {
    expectCode(() => kaplanMeier({ time: [1, 2], event: [1] }), "length-mismatch");
    expectCode(() => kaplanMeier({ time: [1] } as never), "not-data");
    expectCode(() => kaplanMeier(null as never), "not-data");
  });
  it("a negative or infinite time, or a time that is text, with its row", () => {
    expectCode(() => kaplanMeier({ time: [1, -2], event: [1, 0] }), "negative-time", 2);
    expectCode(() => kaplanMeier({ time: [1, Number.POSITIVE_INFINITY], event: [1, 0] }), "infinite-value", 2);
    expectCode(() => kaplanMeier({ time: ["1", "2"] as never, event: [1, 0] }), "not-numeric", 1);
  });
  it("an event that is not 0 or 1, with its row; a cause that is not a whole number", () => {
    expectCode(() => kaplanMeier({ time: [1, 2], event: [1, 2] }), "event-code", 2);
    expectCode(() => cumulativeIncidence({ time: [1, 2], event: [1, 1.5] }), "event-code", 2);
  });
  it("nobody with a time and an event", () => {
    expectCode(() => kaplanMeier({ time: [], event: [] }), "no-complete-rows");
    expectCode(() => kaplanMeier({ time: [null], event: [1] }), "no-complete-rows");
  });
  it("unknown options and inputs, and settings outside their range", () => {
    expectCode(() => kaplanMeier(two, { conf: 0.9 } as never), "unknown-option");
    expectCode(() => kaplanMeier({ ...two, weights: [1, 1] } as never), "unknown-option");
    expectCode(() => kaplanMeier(two, { level: 95 }), "invalid-option");
    expectCode(() => kaplanMeier(two, { limits: "arcsin" as never }), "invalid-option");
    expectCode(() => kaplanMeier(two, { probabilities: [1.5] }), "invalid-option");
    expectCode(() => logRank({ ...two, group: [1, 2] }, { rho: 0.5 as never }), "invalid-option");
  });
  it("a group that is not in the declared order", () => {
    expectCode(() => kaplanMeier({ ...two, group: ["a", "b"] }, { order: ["a"] }), "unknown-level");
  });
  it("a log-rank test of one group, of no events, of groups never at risk together", () => {
    expectCode(() => logRank({ ...two, group: ["a", "a"] }), "one-group");
    expectCode(() => logRank({ ...two, group: undefined as never }), "one-group");
    expectCode(() => logRank({ time: [1, 2], event: [0, 0], group: ["a", "b"] }), "no-events");
    const apart = { time: [1, 2, 5, 6], event: [1, 1, 1, 1], group: ["a", "a", "b", "b"], strata: [1, 1, 2, 2] };
    expectCode(() => logRank(apart), "groups-not-comparable");
  });
  it("a restricted mean without a horizon", () => {
    expectCode(() => restrictedMean(two, {} as never), "missing-horizon");
    expectCode(() => restrictedMean(two, { horizon: -1 }), "invalid-option");
  });
});

function expectCode(act: () => unknown, code: string, row?: number): void {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(KithpathError);
    expect((error as KithpathError).code).toBe(code);
    if (row !== undefined) expect((error as KithpathError).where?.row).toBe(row);
    return;
  }
  expect.fail(`expected a refusal with code ${code}`);
}
