import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coxModel, kaplanMeier, nelsonAalen } from "../../src/followup/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent } from "../support/witness.ts";
import { caseOf, dataOf } from "./coxReference.ts";

type Figures = Record<string, (number | null)[]>;
const close = { rel: 1e-9, abs: 1e-11 };

describe.skipIf(!sharedIsPresent)("R's survival agrees (reference/models lies beside the project)", () => {
  it.each([
    ["lung", "time", "event"],
    ["help_link", "dayslink", "linkstatus"],
    ["tiny_ties", "time", "event"],
  ] as const)("nelson_aalen_%s: tied events together and in turn", (name, time, event) => {
    const { expected, tolerance } = caseOf(`nelson_aalen_${name}`);
    const figures = expected as unknown as Figures;
    const columns = dataOf(name);
    const data = { time: columns[time] as number[], event: columns[event] as number[] };
    for (const [ties, hazard, error] of [
      ["together", "na", "na_se"],
      ["in-turn", "fh", "fh_se"],
    ] as const) {
      const { curve } = nelsonAalen(data, { ties }).groups[0]!;
      expect(curve.map((row) => row.time)).toEqual(figures["time"]);
      curve.forEach((row, j) => {
        expectClose(row.cumulativeHazard, figures[hazard]![j]!, tolerance, hazard);
        expectClose(row.standardError, figures[error]![j]!, tolerance, error);
      });
    }
  });

  it("km_left_truncated: who enters late is at risk from then on", () => {
    const { expected, tolerance } = caseOf("km_left_truncated");
    const figures = expected as unknown as Figures;
    const rows = dataOf("cgd");
    const second = rows["enum"]!.flatMap((value, row) => (value === 2 ? [row] : []));
    const [entry, time, event] = ["tstart", "tstop", "status"].map((name) =>
      second.map((row) => Number(rows[name]![row])),
    );
    const { curve } = kaplanMeier({ entry: entry!, time: time!, event: event! }, { limits: "log" }).groups[0]!;
    expect(curve.map((row) => row.time)).toEqual(figures["time"]);
    expect(curve.map((row) => row.atRisk)).toEqual(figures["n_risk"]);
    expect(curve.map((row) => row.events)).toEqual(figures["n_event"]);
    expect(curve.map((row) => row.censored)).toEqual(figures["n_censor"]);
    curve.forEach((row, j) => {
      expectClose(row.survival, figures["surv"]![j]!, tolerance, "survival");
      expectClose(row.standardError, figures["se_surv"]![j]!, tolerance, "error");
      expectClose(row.lower, figures["lo"]![j]!, tolerance, "lower");
      expectClose(row.upper, figures["hi"]![j]!, tolerance, "upper");
    });
  });
});

describe("late entry in 120 simulated people against R (fixtures/followup/late.R)", () => {
  const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures/followup", name), "utf8");
  const columns = plainColumns(fixture("relapse.csv"));
  const figures = JSON.parse(fixture("late.json")) as Record<"late" | "inTurn", Figures[]>;
  const time = columns["relapse_days"] as number[];
  const event = columns["relapse_status"]!.map((status) => (status === 1 ? 1 : 0));
  const entry = time.map((days, row) => Math.min(((row + 1) * 7) % 60, days - 1));
  const data = { time, event, entry, group: columns["mentored"] as number[] };

  it("Kaplan–Meier", () => {
    kaplanMeier(data).groups.forEach(({ curve }, arm) => {
      const expected = figures.late[arm]!;
      expect(curve.map((row) => row.atRisk)).toEqual(expected["atRisk"]);
      curve.forEach((row, j) => {
        expectClose(row.survival, expected["survival"]![j]!, close);
        expectClose(row.standardError, expected["se"]![j]!, close);
        if (row.survival < 1) expectClose(row.lower, expected["lower"]![j]!, close);
        if (row.survival < 1) expectClose(row.upper, expected["upper"]![j]!, close);
      });
    });
  });

  it("cumulative hazard, together and in turn", () => {
    for (const [ties, name] of [
      ["together", "late"],
      ["in-turn", "inTurn"],
    ] as const) {
      nelsonAalen(data, { ties }).groups.forEach(({ curve }, arm) => {
        const expected = figures[name][arm]!;
        expect(curve.map((row) => row.time)).toEqual(expected["time"]);
        curve.forEach((row, j) => {
          expectClose(row.cumulativeHazard, expected["hazard"]![j]!, close);
          expectClose(row.standardError, expected["hazardSe"]![j]!, close);
        });
      });
    }
  });
});

describe("by hand", () => {
  it("six people, two events at 3: 2/5 together, 1/5 + 1/4 in turn", () => {
    const data = { time: [1, 3, 3, 4, 6, 6], event: [0, 1, 1, 0, 1, 0] };
    const [together, inTurn] = (["together", "in-turn"] as const).map(
      (ties) => nelsonAalen(data, { ties, times: [0, 2, 3.5, 6, 7] }).groups[0]!,
    );
    expect(together!.curve.map((row) => row.cumulativeHazard)).toEqual([0, 2 / 5, 2 / 5, 2 / 5 + 1 / 2]);
    expect(inTurn!.curve[1]!.cumulativeHazard).toBe(1 / 5 + 1 / 4);
    expect(together!.curve[1]!.standardError).toBeCloseTo(Math.sqrt(2 / 25), 14);
    expect(inTurn!.curve[1]!.standardError).toBeCloseTo(Math.sqrt(1 / 25 + 1 / 16), 14);
    expect(together!.at.map((row) => row.cumulativeHazard)).toEqual([0, 0, 2 / 5, 2 / 5 + 1 / 2, null]);
    expect(together!.at.map((row) => row.atRisk)).toEqual([6, 5, 3, 2, 0]);
    // log limits: 0.4 · exp(± 1.96 · √0.08 / 0.4)
    expect(together!.curve[1]!.upper).toBeCloseTo(0.4 * Math.exp((1.959963984540054 * Math.sqrt(0.08)) / 0.4), 12);
  });

  it("late entry: three people, of whom one comes in at 2, are one, then two, then one at risk", () => {
    // at 2 one of one at risk... the one who enters at 2 is at risk only afterwards
    const data = { time: [2, 5, 6], event: [1, 1, 0], entry: [0, 2, 1] };
    const { groups, notes } = kaplanMeier(data, { times: [1, 2, 3] });
    expect(groups[0]!.curve.map((row) => row.atRisk)).toEqual([2, 2, 1]);
    expect(groups[0]!.curve.map((row) => row.survival)).toEqual([1 / 2, 1 / 4, 1 / 4]);
    expect(groups[0]!.at.map((row) => row.atRisk)).toEqual([1, 2, 2]);
    expect([groups[0]!.n, notes]).toEqual([3, []]);
  });

  it("a risk set that empties before others come in leaves the curve at 0, and says so", () => {
    const { groups, notes } = kaplanMeier({ time: [2, 8, 9], event: [1, 1, 0], entry: [0, 3, 3] });
    expect(groups[0]!.curve.map((row) => row.survival)).toEqual([0, 0, 0]);
    expect(notes.map(({ code }) => code)).toEqual(["risk-set-emptied"]);
  });
});

/** People who enter before they leave. */
const people = fc.array(
  fc.record({
    entry: fc.integer({ min: 0, max: 20 }),
    stay: fc.integer({ min: 1, max: 30 }),
    event: fc.constantFrom(0, 1),
    group: fc.constantFrom("a", "b"),
  }),
  { minLength: 3, maxLength: 40 },
);
const columnsOf = (rows: { entry: number; stay: number; event: number; group: string }[]) => ({
  entry: rows.map((row) => row.entry),
  time: rows.map((row) => row.entry + row.stay),
  event: rows.map((row) => row.event),
  group: rows.map((row) => row.group),
});

describe("laws", () => {
  it("the order of people does not matter, to the last digit", () => {
    fc.assert(
      fc.property(people, (rows) => {
        const [once, turned] = [columnsOf(rows), columnsOf([...rows].reverse())];
        expect(kaplanMeier(turned).groups).toEqual(kaplanMeier(once).groups);
        expect(nelsonAalen(turned).groups).toEqual(nelsonAalen(once).groups);
      }),
      { numRuns: 60 },
    );
  });

  it("entry at 0 is no entry", () => {
    fc.assert(
      fc.property(people, (rows) => {
        const { time, event } = columnsOf(rows);
        const entry = time.map(() => 0);
        expect(kaplanMeier({ time, event, entry }, { times: [5, 15] }).groups).toEqual(
          kaplanMeier({ time, event }, { times: [5, 15] }).groups,
        );
      }),
      { numRuns: 40 },
    );
  });

  it("any unit of time from 1e-150 to 1e150 gives the same curves", () => {
    fc.assert(
      fc.property(people, fc.integer({ min: -150, max: 150 }), (rows, power) => {
        const data = columnsOf(rows);
        const unit = 10 ** power;
        const scaled = { ...data, time: data.time.map((t) => t * unit), entry: data.entry.map((t) => t * unit) };
        const heights = (columns: typeof data) =>
          [kaplanMeier(columns), nelsonAalen(columns)].flatMap(({ groups }) =>
            groups.flatMap(({ curve }) => curve.map(({ time: _, ...row }) => row)),
          );
        expect(heights(scaled)).toEqual(heights(data));
      }),
      { numRuns: 60 },
    );
  });

  it("a person cut in two at a moment says the same", () => {
    const [time, event] = [
      [4, 7, 9, 12, 12, 15],
      [1, 0, 1, 1, 0, 1],
    ];
    const cut = {
      time: [...time.map((t) => Math.min(t, 8)), ...time.filter((t) => t > 8)],
      event: [...time.map((t, i) => (t > 8 ? 0 : event[i]!)), ...event.filter((_, i) => time[i]! > 8)],
      entry: [...time.map(() => 0), ...time.filter((t) => t > 8).map(() => 8)],
    };
    const steps = (data: typeof cut) =>
      nelsonAalen(data)
        .groups[0]!.curve.filter((row) => row.events > 0)
        .map((row) => [row.time, row.cumulativeHazard]);
    expect(steps(cut)).toEqual(steps({ time, event, entry: time.map(() => 0) }));
  });

  it("is the baseline of a Cox model without terms; survival is at most exp(−H)", () => {
    fc.assert(
      fc.property(people, (rows) => {
        const data = columnsOf(rows.map((row, i) => (i === 0 ? { ...row, event: 1 } : row)));
        const { entry, time, event } = data;
        const { curve } = nelsonAalen({ entry, time, event }).groups[0]!;
        const model = coxModel(data, { time: "time", start: "entry", event: "event", terms: [], ties: "breslow" });
        model.baseline![0]!.steps.forEach((step, j) => {
          expectClose(step.atZero, curve[j]!.cumulativeHazard, close);
        });
        kaplanMeier({ entry, time, event }).groups[0]!.curve.forEach((row, j) => {
          expect(row.survival).toBeLessThanOrEqual(Math.exp(-curve[j]!.cumulativeHazard) + 1e-12);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe("refusals", () => {
  it("an entry at or after the time, with its row; unknown inputs and options", () => {
    const refusal = refusalOf(() => kaplanMeier({ time: [3, 4], event: [1, 0], entry: [0, 4] }));
    expect([refusal.code, refusal.where]).toEqual(["start-not-before-time", { row: 2, column: "entry" }]);
    const codeOf = (data: object, options: object = {}) =>
      refusalOf(() => nelsonAalen(data as never, options as never)).code;
    expect(codeOf({ time: [3, 4], event: [1, 0], entry: [0] })).toBe("length-mismatch");
    expect(codeOf({ time: [3, 4], event: [1, 0], entry: [0, -1] })).toBe("negative-time");
    expect(codeOf({ time: [3, 4], event: [1, 2] })).toBe("event-code");
    expect(codeOf({ time: [3, 4], event: [1, 0], strata: [1, 1] })).toBe("unknown-option");
    expect(codeOf({ time: [3, 4], event: [1, 0] }, { ties: "efron" })).toBe("invalid-option");
    expect(codeOf({ time: [3, 4], event: [1, 0] }, { limits: "log-log" })).toBe("invalid-option");
  });

  it("a person without an entry is left out and counted", () => {
    const { dropped } = nelsonAalen({ time: [3, 4], event: [1, 0], entry: [0, null] });
    expect(dropped.reasons).toEqual([{ reason: "missing", variable: "entry", rows: 1 }]);
  });
});
