import { describe, expect, it } from "vitest";
import { fitCox } from "../../src/_models/cox.ts";
import { coxBaseline } from "../../src/_models/coxBaseline.ts";
import { createCoxRefit } from "../../src/_models/coxRefit.ts";
import { hazardSteps } from "../../src/_models/coxResiduals.ts";
import { fromColumns, type Matrix } from "../../src/_numeric/matrix.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { expectClose } from "../support/witness.ts";

const stream = randomStream(20261122, 1);
const rows = 150;
const columns = [0, 1, 2].map((j) => Array.from({ length: rows }, () => (j === 0 ? stream.below(2) : stream.normal())));
const design = fromColumns(columns);
/** Whole days: many ties. */
const time = Float64Array.from({ length: rows }, (_, i) =>
  Math.ceil(12 * stream.exponential() * Math.exp(-0.5 * columns[0]![i]! - 0.3 * columns[1]![i]!)),
);
const event = Float64Array.from({ length: rows }, () => (stream.uniform() < 0.7 ? 1 : 0));
const ones = new Float64Array(rows).fill(1);
const weights = Float64Array.from({ length: rows }, () => stream.uniform() + 0.2);
const counts = Float64Array.from({ length: rows }, () => stream.below(4));
const zero = new Float64Array(3);
const close = { rel: 1e-9, abs: 1e-10 };

function refitted(x: Matrix, t: Float64Array, d: Float64Array, ties: "efron" | "breslow", w: Float64Array) {
  const refit = createCoxRefit(x, t, d, ties);
  const coefficients = new Float64Array(x.columns);
  expect(refit.fit(w, new Float64Array(x.columns), coefficients)).toBe(true);
  const hazard = new Float64Array(refit.times.length);
  refit.baseline(w, coefficients, hazard);
  return { coefficients, hazard, times: refit.times };
}

function takenRows(keep: readonly number[], values: ArrayLike<number>): Float64Array {
  return Float64Array.from(keep, (row) => values[row]!);
}

const designOf = (keep: readonly number[]) => fromColumns(columns.map((column) => takenRows(keep, column)));

describe.each(["efron", "breslow"] as const)("Cox fits made to be repeated, %s ties", (ties) => {
  for (const [name, w] of [
    ["equal weights", ones],
    ["unequal weights", weights],
    ["whole weights with zeros", counts],
  ] as const) {
    it(`${name}: coefficients and baseline hazard are those of fitCox and coxBaseline`, () => {
      const keep = Array.from(w.keys()).filter((row) => w[row]! > 0);
      const fit = fitCox(
        {
          design: designOf(keep),
          start: null,
          stop: takenRows(keep, time),
          event: takenRows(keep, event),
          strata: null,
          weights: takenRows(keep, w),
        },
        ties,
      );
      const { coefficients, hazard, times } = refitted(design, time, event, ties, w);
      for (let j = 0; j < 3; j++) expectClose(coefficients[j]!, fit.coefficients[j]!, close, `coefficient ${j}`);
      const steps = coxBaseline(fit, hazardSteps(fit.history, fit.relative, ties));
      for (const { time: day, atZero } of steps) {
        const cumulative = hazard.reduce((sum, step, j) => sum + (times[j]! <= day ? step : 0), 0);
        expectClose(cumulative, atZero, close, `cumulative hazard at ${day}`);
      }
    });
  }

  it("rows of weight 0 are as if absent", () => {
    const keep = Array.from(counts.keys()).filter((row) => counts[row]! > 0);
    const all = refitted(design, time, event, ties, counts);
    const part = refitted(designOf(keep), takenRows(keep, time), takenRows(keep, event), ties, takenRows(keep, counts));
    for (let j = 0; j < 3; j++) expectClose(all.coefficients[j]!, part.coefficients[j]!, close, `coefficient ${j}`);
    part.times.forEach((day, j) => {
      expectClose(all.hazard[all.times.indexOf(day)]!, part.hazard[j]!, close, `hazard at ${day}`);
    });
    expectClose(
      all.hazard.reduce((sum, step) => sum + step, 0),
      part.hazard.reduce((sum, step) => sum + step, 0),
      close,
      "no hazard where only rows of weight 0 had the event",
    );
  });

  it("the order of the rows does not matter", () => {
    const order = Array.from({ length: rows }, (_, i) => (i * 37) % rows);
    const one = refitted(design, time, event, ties, weights);
    const other = refitted(
      designOf(order),
      takenRows(order, time),
      takenRows(order, event),
      ties,
      takenRows(order, weights),
    );
    for (let j = 0; j < 3; j++) expectClose(other.coefficients[j]!, one.coefficients[j]!, close, `coefficient ${j}`);
  });

  it("starts from anywhere near: the maximum does not depend on it", () => {
    const refit = createCoxRefit(design, time, event, ties);
    const there = new Float64Array(3);
    const again = new Float64Array(3);
    refit.fit(weights, zero, there);
    refit.fit(weights, Float64Array.of(0.4, -0.2, 0.3), again);
    for (let j = 0; j < 3; j++) expectClose(again[j]!, there[j]!, close, `coefficient ${j}`);
  });

  it("a column that orders the events has no maximum", () => {
    const ordered = fromColumns([Float64Array.from({ length: 6 }, (_, i) => -i)]);
    const refit = createCoxRefit(ordered, Float64Array.of(1, 2, 3, 4, 5, 6), new Float64Array(6).fill(1), ties);
    expect(refit.fit(new Float64Array(6).fill(1), new Float64Array(1), new Float64Array(1))).toBe(false);
  });
});

describe("weights of Cox fits", () => {
  it("weights of 2 are the people twice (Breslow's ties)", () => {
    const twice = [...ones.keys(), ...ones.keys()];
    const doubled = refitted(
      designOf(twice),
      takenRows(twice, time),
      takenRows(twice, event),
      "breslow",
      new Float64Array(2 * rows).fill(1),
    );
    const weighted = refitted(design, time, event, "breslow", new Float64Array(rows).fill(2));
    for (let j = 0; j < 3; j++)
      expectClose(doubled.coefficients[j]!, weighted.coefficients[j]!, close, `coefficient ${j}`);
    doubled.hazard.forEach((step, j) => {
      expectClose(step, weighted.hazard[j]!, close, `hazard ${j}`);
    });
  });

  it("three people by hand: events at 1 and 2, x = 1, 0, 1", () => {
    // r = e^β: partial likelihood r/(2r + 1) · 1/(1 + r) is largest where 1 = 2r/(2r + 1) + r/(1 + r), so 2r² = 1.
    const { coefficients, hazard } = refitted(
      fromColumns([[1, 0, 1]]),
      Float64Array.of(1, 2, 3),
      Float64Array.of(1, 1, 0),
      "efron",
      Float64Array.of(1, 1, 1),
    );
    const r = Math.SQRT1_2;
    expectClose(coefficients[0]!, Math.log(r), { rel: 1e-12, abs: 0 }, "log hazard ratio");
    expectClose(hazard[0]!, 1 / (2 * r + 1), { rel: 1e-12, abs: 0 }, "first step");
    expectClose(hazard[1]!, 1 / (1 + r), { rel: 1e-12, abs: 0 }, "second step");
  });
});
