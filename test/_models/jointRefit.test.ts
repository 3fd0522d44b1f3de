import { describe, expect, it } from "vitest";
import { fitAcceleratedFailure } from "../../src/_models/acceleratedFailure.ts";
import { negativeBinomialJointModel, ordinalJointModel, weibullJointModel } from "../../src/_models/jointModels.ts";
import { createJointRefit, type JointModel, type JointRow } from "../../src/_models/jointRefit.ts";
import { fitNegativeBinomial } from "../../src/_models/negativeBinomial.ts";
import { fitOrdinal } from "../../src/_models/ordinal.ts";
import { fromColumns, invertSymmetric, type Matrix } from "../../src/_numeric/matrix.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { expectClose } from "../support/witness.ts";

const n = 160;
const stream = randomStream(4, 0);
const arm = Float64Array.from({ length: n }, (_, i) => i % 2);
const score = Float64Array.from({ length: n }, () => stream.normal());
const eta = score.map((x, i) => 0.5 * arm[i]! - 0.4 * x);
const levels = eta.map((at) => {
  const latent = at + Math.log(1 / stream.uniform() - 1);
  return latent < -1 ? 0 : latent < 0.3 ? 1 : latent < 1.5 ? 2 : 3;
});
const counts = eta.map((at) => stream.poisson((Math.exp(0.7 + at) * stream.gamma(1.7)) / 1.7));
const failure = eta.map((at) => Math.exp(2 + at + 0.6 * Math.log(stream.exponential())));
const time = failure.map((t) => Math.min(t, 12));
const event = failure.map((t) => (t <= 12 ? 1 : 0));
const ones = new Float64Array(n).fill(1);
const times = Float64Array.from({ length: n }, () => stream.below(4));

interface Kind {
  readonly name: string;
  readonly columns: readonly Float64Array[];
  readonly model: (rows: readonly number[]) => JointModel;
  readonly reference: (
    design: Matrix,
    rows: readonly number[],
  ) => { parameters: Float64Array; covariance: Matrix | null };
}

const pick = (values: Float64Array, rows: readonly number[]) => Float64Array.from(rows, (row) => values[row]!);
const all = [...arm.keys()];
const kinds: Kind[] = [
  {
    name: "ordinal",
    columns: [arm, score],
    model: (rows) => ordinalJointModel(pick(levels, rows), 4),
    reference(design, rows) {
      const fit = fitOrdinal(design, Int32Array.from(pick(levels, rows)), 4);
      return { parameters: Float64Array.of(...fit.coefficients, ...fit.thresholds), covariance: fit.covariance };
    },
  },
  {
    name: "negative binomial",
    columns: [ones, arm, score],
    model: (rows) => negativeBinomialJointModel(pick(counts, rows)),
    reference(design, rows) {
      const fit = fitNegativeBinomial(design, pick(counts, rows), {});
      return { parameters: Float64Array.of(...fit.coefficients, Math.log(fit.theta)), covariance: null };
    },
  },
  {
    name: "Weibull",
    columns: [ones, arm, score],
    model: (rows) => weibullJointModel(pick(time, rows), pick(event, rows), true),
    reference(design, rows) {
      const fit = fitAcceleratedFailure({
        design,
        time: pick(time, rows),
        event: pick(event, rows),
        estimateScale: true,
      });
      return { parameters: Float64Array.of(...fit.coefficients, Math.log(fit.scale)), covariance: null };
    },
  },
  {
    name: "exponential",
    columns: [ones, arm, score],
    model: (rows) => weibullJointModel(pick(time, rows), pick(event, rows), false),
    reference(design, rows) {
      const fit = fitAcceleratedFailure({
        design,
        time: pick(time, rows),
        event: pick(event, rows),
        estimateScale: false,
      });
      return { parameters: fit.coefficients, covariance: null };
    },
  },
];

const designOf = (columns: readonly Float64Array[], rows: readonly number[]) =>
  fromColumns(columns.map((column) => pick(column, rows)));
const near = { rel: 1e-9, abs: 1e-10 };

function expectAll(actual: Float64Array, expected: Float64Array, tolerance = near) {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expectClose(value, expected[k]!, tolerance, `parameter ${k}`);
  });
}

describe.each(kinds)("joint refit, $name", ({ columns, model, reference }) => {
  const design = designOf(columns, all);
  const refit = createJointRefit(design, model(all));
  const full = reference(design, all);

  it("with every weight 1 is the fit itself, from its maximum and from 0.3 away", () => {
    const found = new Float64Array(refit.size);
    expect(refit.fit(ones, full.parameters, found)).toBe(true);
    expectAll(found, full.parameters);
    expect(
      refit.fit(
        ones,
        full.parameters.map((value, k) => value + (k % 2 === 0 ? 0.3 : 0.2)),
        found,
      ),
    ).toBe(true);
    expectAll(found, full.parameters);
  });

  it("with whole weights is the fit of rows repeated that often; 0 leaves a row out", () => {
    const repeated = all.flatMap((row) => Array.from({ length: times[row]! }, () => row));
    const found = new Float64Array(refit.size);
    expect(refit.fit(times, full.parameters, found)).toBe(true);
    expectAll(found, reference(designOf(columns, repeated), repeated).parameters, { rel: 1e-8, abs: 1e-9 });
  });

  it("does not care for the order of rows or the size of all weights together", () => {
    const order = all.map((row) => (row * 77) % n);
    const weights = times.map((weight) => 0.37 * weight + 0.1);
    const [straight, turned, larger] = [0, 1, 2].map(() => new Float64Array(refit.size)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    expect(refit.fit(weights, full.parameters, straight)).toBe(true);
    expect(
      createJointRefit(designOf(columns, order), model(order)).fit(pick(weights, order), full.parameters, turned),
    ).toBe(true);
    expect(
      refit.fit(
        weights.map((weight) => 1e5 * weight),
        full.parameters,
        larger,
      ),
    ).toBe(true);
    expectAll(turned, straight);
    expectAll(larger, straight);
  });

  it("has the scores and the information that finite differences give", () => {
    const kernel = model(all);
    const shared = kernel.shared;
    const p = design.columns;
    const row: JointRow = {
      logLikelihood: 0,
      score: 0,
      information: 0,
      sharedScore: new Float64Array(shared),
      cross: new Float64Array(shared),
      sharedInformation: new Float64Array(shared * shared),
    };
    const logLikelihoodOf = (i: number, parameters: Float64Array) => {
      let at = 0;
      for (let j = 0; j < p; j++) at += design.data[j * n + i]! * parameters[j]!;
      expect(kernel.prepare(parameters.subarray(p))).toBe(true);
      kernel.row(i, at, parameters.subarray(p), row);
      return row.logLikelihood;
    };
    const at = full.parameters.map((value, k) => value + 0.05 * (k + 1));
    const scores = refit.scores(at);
    const moved = (k: number, step: number) => at.map((value, j) => (j === k ? value + step : value));
    const h = 1e-4;
    for (let i = 0; i < n; i += 13)
      for (let k = 0; k < refit.size; k++) {
        const numeric =
          (8 * (logLikelihoodOf(i, moved(k, h)) - logLikelihoodOf(i, moved(k, -h))) -
            (logLikelihoodOf(i, moved(k, 2 * h)) - logLikelihoodOf(i, moved(k, -2 * h)))) /
          (12 * h);
        expectClose(scores[i * refit.size + k]!, numeric, { rel: 1e-7, abs: 1e-9 }, `row ${i}, score ${k}`);
      }
    const information = refit.information(times, at);
    const total = (parameters: Float64Array, j: number) => {
      const found = refit.scores(parameters);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += times[i]! * found[i * refit.size + j]!;
      return sum;
    };
    for (let k = 0; k < refit.size; k++)
      for (let j = 0; j < refit.size; j++) {
        const numeric =
          -(
            8 * (total(moved(k, h), j) - total(moved(k, -h), j)) -
            (total(moved(k, 2 * h), j) - total(moved(k, -2 * h), j))
          ) /
          (12 * h);
        expectClose(information.data[k * refit.size + j]!, numeric, { rel: 1e-7, abs: 1e-6 }, `information ${j} ${k}`);
      }
  });

  it("has a score of 0 at its maximum", () => {
    const found = new Float64Array(refit.size);
    refit.fit(times, full.parameters, found);
    const scores = refit.scores(found);
    for (let k = 0; k < refit.size; k++) {
      let sum = 0;
      let size = 0;
      for (let i = 0; i < n; i++) {
        sum += times[i]! * scores[i * refit.size + k]!;
        size += times[i]! * Math.abs(scores[i * refit.size + k]!);
      }
      expect(Math.abs(sum)).toBeLessThan(1e-9 * size);
    }
  });

  it("gives false where the columns depend on each other under these weights, and writes nothing then", () => {
    const onlyOneArm = arm.map((value) => (value === 1 ? 1 : 0));
    const found = new Float64Array(refit.size).fill(7);
    expect(refit.fit(onlyOneArm, full.parameters, found)).toBe(false);
    expect(found.every((value) => value === 7)).toBe(true);
    expect(refit.fit(new Float64Array(n), full.parameters, found)).toBe(false);
  });

  it("keeps its digits with a column in millions and one in millionths", () => {
    const scales = columns.map((_, j) => (j === 0 && columns.length > 2 ? 1 : j % 2 === 0 ? 1e6 : 1e-6));
    const scaled = columns.map((column, j) => column.map((value) => value * scales[j]!));
    const start = full.parameters.map((value, k) => (k < columns.length ? value / scales[k]! : value));
    const found = new Float64Array(refit.size);
    expect(createJointRefit(designOf(scaled, all), model(all)).fit(times, start, found)).toBe(true);
    const plain = new Float64Array(refit.size);
    refit.fit(times, full.parameters, plain);
    expectAll(
      found.map((value, k) => (k < columns.length ? value * scales[k]! : value)),
      plain,
    );
  });
});

describe("joint refit: where there is no maximum", () => {
  it("an ordinal level that a column sets apart without error gives false", () => {
    const apart = Float64Array.from(levels, (level) => (level >= 2 ? 1 : 0));
    const refit = createJointRefit(fromColumns([apart]), ordinalJointModel(levels, 4));
    expect(refit.fit(ones, Float64Array.of(1, -1, 0, 1), new Float64Array(4))).toBe(false);
  });

  it("a level that nobody with weight has gives false", () => {
    const refit = createJointRefit(fromColumns([arm]), ordinalJointModel(levels, 4));
    const weights = Float64Array.from(levels, (level) => (level === 1 ? 0 : 1));
    expect(refit.fit(weights, Float64Array.of(0.5, -1, 0, 1), new Float64Array(4))).toBe(false);
  });

  it("counts that vary less than Poisson counts give false", () => {
    const even = Float64Array.from({ length: n }, (_, i) => 3 + (i % 2));
    const refit = createJointRefit(fromColumns([ones, arm]), negativeBinomialJointModel(even));
    expect(refit.fit(ones, Float64Array.of(1.2, 0, 1), new Float64Array(3))).toBe(false);
  });

  it("an arm without events gives false", () => {
    const none = Float64Array.from(event, (happened, i) => (arm[i] === 1 ? 0 : happened));
    for (const estimateScale of [true, false]) {
      const refit = createJointRefit(fromColumns([ones, arm]), weibullJointModel(time, none, estimateScale));
      const start = estimateScale ? Float64Array.of(2, 1, -0.5) : Float64Array.of(2, 1);
      expect(refit.fit(ones, start, new Float64Array(start.length))).toBe(false);
    }
  });

  it("an arm with counts of 0 only gives false", () => {
    const none = Float64Array.from(counts, (count, i) => (arm[i] === 1 ? 0 : count));
    const refit = createJointRefit(fromColumns([ones, arm]), negativeBinomialJointModel(none));
    expect(refit.fit(ones, Float64Array.of(0.5, -1, 0), new Float64Array(3))).toBe(false);
  });

  it("inverse information is the covariance of the ordinal fit", () => {
    const design = fromColumns([arm, score]);
    const fit = fitOrdinal(design, Int32Array.from(levels), 4);
    const refit = createJointRefit(design, ordinalJointModel(levels, 4));
    const inverse = invertSymmetric(refit.information(ones, Float64Array.of(...fit.coefficients, ...fit.thresholds)))!;
    inverse.data.forEach((value, k) => {
      expectClose(value, fit.covariance.data[k]!, { rel: 1e-8, abs: 1e-12 });
    });
  });
});
