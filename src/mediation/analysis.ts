import { pointEstimate } from "../_inference/bootstrap.ts";
import { clusterEstimator } from "../_inference/cluster.ts";
import type { Estimator } from "../_inference/estimator.ts";
import type { Clusters } from "../_models/covariance.ts";
import { variablesOfTerm } from "../_models/namedDesign.ts";
import { readClusters, refuseRepeatedPeople, selectComplete } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Ledger } from "../estimate.ts";
import { type Data, type Table, toTable } from "../table.ts";
import { type RawColumns, readColumns } from "./columns.ts";
import { completeControlledAt } from "./controlledAt.ts";
import { type EffectPlan, planEffects } from "./effectPlan.ts";
import { linearEstimator } from "./linearEstimator.ts";
import { type FittedModels, fitModels } from "./models.ts";
import { refuseArmInOneCluster } from "./overlap.ts";
import { buildProblem } from "./problem.ts";
import { completeSpec } from "./spec.ts";
import type { CompleteSpec, MediateSpec } from "./specTypes.ts";
import { type BuiltSystem, buildSystem } from "./system/build.ts";
import { placeOf } from "./system/layout.ts";
import { SystemEstimator } from "./system/systemEstimator.ts";
import { refuseEmptyWeights } from "./weightedPeople.ts";

/** A mediation analysis before its inference: complete rows, fitted models, and the effects as a function of case weights. */
export interface Analysis {
  readonly asked: CompleteSpec;
  readonly whole: Table;
  /** The complete rows, and where each stands in the data. */
  readonly table: Table;
  readonly kept: Int32Array;
  readonly rows: number;
  readonly dropped: Ledger;
  readonly raw: RawColumns;
  readonly clusters: Clusters | null;
  readonly controlledAt: Float64Array;
  readonly models: FittedModels;
  readonly plan: EffectPlan;
  /** One unit per person, or per cluster. */
  readonly estimator: Estimator;
  /** The models as a system of equations, which every inference but the bootstrap of linear models needs. */
  system(): { readonly system: BuiltSystem; readonly estimator: SystemEstimator };
}

/** Reads, checks and fits, without any draws. Errors: those of `mediate`. */
export function analyse(data: Data, spec: MediateSpec): Analysis {
  const asked = completeSpec(spec);
  const whole = toTable(data);
  refuseRepeatedPeople("mediate", whole, asked.cluster);
  refuseHiddenProducts(whole, asked);
  const { table, rows: kept, dropped } = selectComplete(whole, columnsOf(whole, asked));
  const raw = readColumns(table, asked);
  refuseEmptyWeights(raw);
  const clusters = asked.cluster === null ? null : readClusters(table, asked.cluster);
  if (clusters !== null) refuseArmInOneCluster(raw, clusters, asked.cluster!);
  const controlledAt = completeControlledAt(asked, raw.mediators, raw.weights);
  const models = fitModels({ asked, raw, clusters, controlledAt });
  const built = lazily(() => buildSystem(asked, raw, controlledAt));
  const linear = isParallelLinear(asked, raw);
  const plan = linear ? linearPlan(asked, raw) : systemPlan(asked, built());
  const system = lazily(() => ({ system: built(), estimator: new SystemEstimator(built(), plan, raw.weights) }));
  const inner = linear ? linearEstimator(buildProblem(raw, asked.interaction, controlledAt), plan) : system().estimator;
  return {
    asked,
    whole,
    table,
    kept,
    rows: table.rows,
    dropped,
    raw,
    clusters,
    controlledAt,
    models,
    plan,
    estimator: clusters === null ? inner : clusterEstimator(inner, clusters),
    system,
  };
}

/** The effects of a specification as a function of case weights, with their point estimates, before any inference. */
export function mediationEstimator(data: Data, spec: MediateSpec) {
  const { estimator, plan, clusters, rows } = analyse(data, spec);
  return { estimator, keys: plan.keys, point: pointEstimate(estimator), clusters, rows };
}

/** Where one cross-product answers all models. */
function isParallelLinear(asked: CompleteSpec, raw: RawColumns): boolean {
  return (
    asked.structure === "parallel" &&
    asked.moderator === null &&
    asked.weights === null &&
    raw.population.size === 0 &&
    raw.outcome.family === "gaussian" &&
    raw.mediators.every(({ family }) => family === "gaussian")
  );
}

function linearPlan(asked: CompleteSpec, raw: RawColumns): EffectPlan {
  return planEffects({
    asked,
    measures: [
      { kind: "mean", scale: placeOf(raw.outcome.values).scale, horizon: null, threshold: null, ratios: false },
    ],
    ordered: false,
    paths: [],
    given: [],
    moderatedArrows: null,
  });
}

function systemPlan(asked: CompleteSpec, system: BuiltSystem): EffectPlan {
  return planEffects({
    asked,
    measures: system.outcome.measures,
    ordered: asked.structure !== "parallel",
    paths: system.paths,
    given: system.given,
    moderatedArrows: system.moderatedArrows,
  });
}

function columnsOf(table: Table, asked: CompleteSpec): string[] {
  const covariates = [...asked.mediatorCovariates, ...asked.outcomeCovariates];
  const { survival, moderator } = asked;
  return [
    asked.exposureColumn,
    ...asked.mediators,
    asked.outcome,
    ...(survival === null ? [] : [survival.event, ...(survival.competing === null ? [] : [survival.competing])]),
    ...covariates.flatMap((term) => variablesOfTerm(table, term)),
    ...(moderator === null ? [] : [moderator.column]),
    ...(asked.weights === null ? [] : [asked.weights]),
    ...(asked.cluster === null ? [] : [asked.cluster]),
  ];
}

/** A product among the covariates would stay as observed while one of its factors is set to other values. Error: "same-variable". */
function refuseHiddenProducts(table: Table, asked: CompleteSpec): void {
  const set = new Map<string, string>([
    [asked.exposureColumn, 'exposureMediatorInteraction, or moderator, with on: ["exposure-outcome"]'],
    ...asked.mediators.map((name): [string, string] => [name, 'moderator, with on: ["mediator-outcome"]']),
    [asked.outcome, "another covariate"],
    ...(asked.moderator === null ? [] : [[asked.moderator.column, "moderator.on"] as const]),
    ...Object.keys(asked.population).map((name): [string, string] => [
      name,
      "population with covariates that are no products of it",
    ]),
  ]);
  for (const term of [...asked.mediatorCovariates, ...asked.outcomeCovariates]) {
    const factors = variablesOfTerm(table, term);
    const found = factors.find((factor) => factors.length > 1 && set.has(factor));
    if (found === undefined) continue;
    throw new KithpathError(
      "same-variable",
      `the covariate "${term}" is a product with "${found}", which has another role`,
      {
        expected: "products of covariates only",
        received: term,
        where: { column: found, path: "covariates" },
        remedy: `Use ${set.get(found)}.`,
      },
    );
  }
}

function lazily<T>(build: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: build() };
    return made.value;
  };
}
