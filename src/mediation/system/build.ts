import type { RawColumns } from "../columns.ts";
import type { CompleteSpec } from "../specTypes.ts";
import { equationOf, lawOf } from "./equations.ts";
import { type Layout, layOut, placeOf } from "./layout.ts";
import type { MediatorNode } from "./nodes.ts";
import { outcomeOf } from "./outcome.ts";
import { type Baseline, Predictor } from "./predictor.ts";
import { regimesOf } from "./regimes.ts";
import type { System } from "./system.ts";
import { designMatrix, type Term } from "./terms.ts";

/** A system with what its inference needs beside. */
export interface BuiltSystem extends System {
  readonly layout: Layout;
  /** For each mediator the places of those it depends on. */
  readonly parents: readonly (readonly number[])[];
  /** Moderator values of the views after the first. */
  readonly given: readonly (number | string)[];
  /** Of each way from exposure to outcome (`everyPath`) how many arrows the moderator changes; `null` unless all models are linear. */
  readonly moderatedArrows: readonly number[] | null;
}

export function buildSystem(asked: CompleteSpec, raw: RawColumns, controlledAt: Float64Array): BuiltSystem {
  const layout = layOut(asked, raw, true);
  const { columns, exposure, features } = layout;
  const moved = (at: Float64Array) => Float64Array.from(exposure, (e, j) => (at[j]! - e.centre) / e.scale);
  const from = moved(raw.exposure.fromValues);
  const to = moved(raw.exposure.toValues);
  const mediators = raw.mediators.map((variable, k): MediatorNode => {
    const terms = layout.mediatorTerms[k]!;
    const own = features.flatMap((feature, f) => (feature.mediator === k ? [f] : []));
    const first = features[own[0]!]!;
    const response = variable.family === "gaussian" ? columns.features[own[0]!]! : variable.values;
    const equation = equationOf(variable, designMatrix(columns, terms), response);
    return {
      equation,
      predictor: new Predictor(terms, from, to),
      law: lawOf(variable, equation, terms.length),
      firstFeature: own[0]!,
      features: own.length,
      featureOf: (value, f) => (first.level === null ? (value - first.centre) / first.scale : value === f + 1 ? 1 : 0),
    };
  });
  const gaussianOutcome = raw.outcome.family === "gaussian";
  const place = gaussianOutcome ? placeOf(raw.outcome.values) : { centre: 0, scale: 1 };
  const outcome = outcomeOf(
    asked,
    raw,
    designMatrix(columns, layout.outcomeTerms),
    layout.outcomeTerms.length,
    gaussianOutcome ? raw.outcome.values.map((value) => (value - place.centre) / place.scale) : raw.outcome.values,
    place.scale,
    (terms = layout.outcomeTerms) => new Predictor(terms, from, to),
  );
  const linear = gaussianOutcome && raw.mediators.every(({ family }) => family === "gaussian");
  const ordered = asked.structure !== "parallel";
  return {
    layout,
    parents: asked.parents,
    rows: columns.rows,
    mediators,
    outcome,
    regimes: regimesOf(mediators.length, ordered),
    views: [null, ...(raw.moderator?.at ?? [])].map((at) => moderatorView(layout, raw, at?.columns ?? null)),
    given: raw.moderator?.at.map(({ value }) => value) ?? [],
    controlled: Float64Array.from(features, ({ mediator, level, centre, scale }) => {
      const value = controlledAt[mediator]!;
      return level === null ? (value - centre) / scale : value === level ? 1 : 0;
    }),
    byNodes: byNodes(asked, raw),
    byMean: raw.mediators.map((_, k) => gaussianOutcome && !asked.parents.some((before) => before.includes(k))),
    paths: linear && ordered ? everyPath(asked.parents) : [],
    moderatedArrows: linear && raw.moderator !== null ? moderatedArrows(layout, raw, asked.parents) : null,
  };
}

/** Baseline values by row, those of the population put in, and in the moderator's columns `at` unless it is `null`. */
export function moderatorView({ base }: Layout, raw: RawColumns, at: Float64Array | null): Baseline {
  const rows = raw.outcome.values.length;
  const stride = base.length;
  const values = new Float64Array(rows * stride);
  const moderator = raw.moderator?.columns ?? [];
  base.forEach(({ name, values: observed, centre, scale }, b) => {
    const place = moderator.findIndex((column) => column.name === name);
    const set = at !== null && place >= 0 ? at[place]! : raw.population.get(name);
    for (let i = 0; i < rows; i++) values[i * stride + b] = ((set ?? observed[i]!) - centre) / scale;
  });
  return { stride, values };
}

/** Gaussian mediators on which a discrete one depends, directly or through others, or whose errors go with such a one's. */
function byNodes(asked: CompleteSpec, raw: RawColumns): boolean[] {
  const gaussian = raw.mediators.map(({ family }) => family === "gaussian");
  const marked = gaussian.map(() => false);
  const mark = (k: number) => {
    for (const parent of asked.parents[k]!) {
      if (gaussian[parent]) marked[parent] = true;
      mark(parent);
    }
  };
  gaussian.forEach((isGaussian, k) => {
    if (!isGaussian) mark(k);
  });
  if (!marked.includes(true)) return marked;
  return gaussian;
}

function moderatedArrows(layout: Layout, raw: RawColumns, parents: readonly (readonly number[])[]): number[] {
  const names = new Set(raw.moderator!.columns.map(({ name }) => name));
  const isModerated = (terms: readonly Term[], from: number | null) =>
    terms.some(
      ({ base, exposure, feature }) =>
        names.has(layout.base[base]!.name) &&
        (from === null ? exposure >= 0 && feature < 0 : feature >= 0 && layout.features[feature]!.mediator === from),
    );
  return everyPath(parents).map((path) => {
    const arrows = path.map((k, step) => isModerated(layout.mediatorTerms[k]!, step === 0 ? null : path[step - 1]!));
    return [...arrows, isModerated(layout.outcomeTerms, path.at(-1)!)].filter(Boolean).length;
  });
}

/** Every way from the exposure through mediators to the outcome, as places of mediators. */
function everyPath(parents: readonly (readonly number[])[]): number[][] {
  const endingIn = parents.map((): number[][] => []);
  parents.forEach((before, k) => {
    endingIn[k]!.push([k]);
    for (const parent of before) for (const path of endingIn[parent]!) endingIn[k]!.push([...path, k]);
  });
  return endingIn.flat();
}
