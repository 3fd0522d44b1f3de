import type { Clusters } from "../_models/covariance.ts";
import { waldStatistic } from "../_models/waldStatistic.ts";
import { pValueOfChiSquare, pValueOfF } from "../_numeric/distributions/index.ts";
import { KithpathError } from "../errors.ts";
import type { CoefficientRow, FittedModel, ModelTable } from "./coefficientTables.ts";
import type { RawColumns } from "./columns.ts";
import { hasCompeting } from "./eventCodes.ts";
import { fitModel, fitTimeModel } from "./nonlinearModels.ts";
import type { InteractionTest, PathRow } from "./result.ts";
import type { CompleteSpec } from "./specTypes.ts";
import { type Feature, featureName, type Layout, layOut } from "./system/layout.ts";
import { designMatrix, type Term } from "./system/terms.ts";

export interface ModelsRequest {
  readonly asked: CompleteSpec;
  readonly raw: RawColumns;
  readonly clusters: Clusters | null;
  readonly controlledAt: Float64Array;
}

export interface FittedModels {
  readonly tables: readonly ModelTable[];
  readonly paths: readonly PathRow[];
  readonly mediators: readonly FittedModel[];
  readonly outcome: FittedModel;
  /** The outcome's model as its paths are told: b at the reference exposure, c' at the controlled mediators. */
  readonly told: FittedModel;
  readonly layout: Layout;
  readonly total: FittedModel;
  readonly interactionTest: InteractionTest | null;
}

/** Every model as a coefficient table, the paths and the test of the interaction. Errors: "too-few-rows", "collinear", "separation" and those of each model. */
export function fitModels(request: ModelsRequest): FittedModels {
  const { asked, raw, clusters } = request;
  const { level } = asked;
  const layout = layOut(asked, raw, false);
  const withInteraction = asked.interaction ? layout : layOut({ ...asked, interaction: true }, raw, false);
  const common = { clusters, weights: raw.weights, level };
  const outcomeModel = (model: ModelTable["model"], terms: readonly Term[], shifted: boolean) => {
    const design = designMatrix(shifted ? shiftedColumns(request, layout) : layout.columns, terms);
    const asRequest = { ...common, model, response: raw.outcome, terms, design };
    if (asked.survival === null) return fitModel(asRequest);
    const cause = model === "competing" ? 2 : 1;
    const event = raw.event!.map((code) => (code === cause ? 1 : 0));
    return fitTimeModel({ ...asRequest, event, survival: asked.survival });
  };
  const mediators = raw.mediators.map((response, k) => {
    const terms = layout.mediatorTerms[k]!;
    return fitModel({ ...common, model: "mediator", response, terms, design: designMatrix(layout.columns, terms) });
  });
  const { outcomeTerms } = layout;
  const total = outcomeModel(
    "total",
    outcomeTerms.filter(({ feature }) => feature < 0),
    false,
  );
  const outcome = outcomeModel("outcome", outcomeTerms, false);
  // The same model with products of shifted columns: b is then the slope at the reference exposure, c' the one at the controlled mediators.
  const told = asked.interaction ? outcomeModel("outcome", outcomeTerms, true) : outcome;
  const tested = asked.interaction
    ? outcome
    : attempt(() => outcomeModel("outcome", withInteraction.outcomeTerms, false));
  const competes = asked.survival !== null && hasCompeting(asked.survival) && asked.survival.competingModel === "same";
  const competing = competes ? [outcomeModel("competing", outcomeTerms, false)] : [];
  return {
    tables: [...mediators, outcome, ...competing, total].map((model) => model.table),
    paths: pathRows(request, layout, mediators, told, total),
    mediators,
    outcome,
    told,
    layout,
    total,
    interactionTest: tested === null ? null : waldTest(tested),
  };
}

/** Columns for products told at the reference exposure and the controlled mediators: only products may be made of them. */
function shiftedColumns({ raw, controlledAt }: ModelsRequest, layout: Layout) {
  const { columns, features } = layout;
  const exposure = columns.exposure.map((values, e) => values.map((value) => value - raw.exposure.fromValues[e]!));
  const held = columns.features.map((values, f) => {
    const { mediator, level } = features[f]!;
    const at = level === null ? controlledAt[mediator]! : controlledAt[mediator] === level ? 1 : 0;
    return values.map((value) => value - at);
  });
  // A main effect of a shifted column is that of the column itself but for the constant.
  return { ...columns, exposure, features: held };
}

function pathRows(
  { asked, raw, controlledAt }: ModelsRequest,
  layout: Layout,
  mediators: readonly FittedModel[],
  outcome: FittedModel,
  total: FittedModel,
): PathRow[] {
  const exposure = raw.exposure.columns[0]!.name;
  const effect = raw.outcome.name;
  const rows: PathRow[] = [];
  const plain = ({ base }: Term) => base === 0;
  const add = (
    path: PathRow["path"],
    mediator: string | null,
    from: string,
    to: string,
    at: number | null,
    model: FittedModel,
    wanted: (term: Term) => boolean,
  ) => {
    const found = model.terms.findIndex(wanted);
    if (found < 0) return;
    const { name: _name, ...tested }: CoefficientRow = model.table.coefficients[found]!;
    rows.push({ path, mediator, from, to, at, ...tested });
  };
  raw.mediators.forEach((mediator, k) => {
    const { name } = mediator;
    add(
      "a",
      name,
      exposure,
      name,
      null,
      mediators[k]!,
      (term) => plain(term) && term.exposure === 0 && term.feature < 0,
    );
    layout.features.forEach((feature, f) => {
      if (asked.parents[k]!.includes(feature.mediator)) {
        const from = featureName(raw, feature);
        add("m", name, from, name, null, mediators[k]!, (term) => plain(term) && term.feature === f);
      }
    });
    const own = layout.features.flatMap((feature: Feature, f) => (feature.mediator === k ? [f] : []));
    const exposedFrom = asked.interaction ? raw.exposure.fromValues[0]! : null;
    for (const f of own) {
      const from = featureName(raw, layout.features[f]!);
      add(
        "b",
        name,
        from,
        effect,
        exposedFrom,
        outcome,
        (term) => plain(term) && term.exposure < 0 && term.feature === f,
      );
      add(
        "d",
        name,
        `${exposure} × ${from}`,
        effect,
        null,
        outcome,
        (term) => plain(term) && term.exposure === 0 && term.feature === f,
      );
    }
  });
  const direct = (term: Term) => plain(term) && term.exposure === 0 && term.feature < 0;
  add("c", null, exposure, effect, null, total, direct);
  const held = asked.interaction && controlledAt.length === 1 ? controlledAt[0]! : null;
  add("c'", null, exposure, effect, held, outcome, direct);
  const moderator = new Set(raw.moderator?.columns.map(({ name }) => name));
  for (const model of [...mediators, outcome]) {
    for (const term of model.terms) {
      if (term.base === 0 || !moderator.has(layout.base[term.base]!.name) || (term.exposure < 0 && term.feature < 0))
        continue;
      const through = term.feature < 0 ? null : raw.mediators[layout.features[term.feature]!.mediator]!.name;
      add("moderation", through, term.name, model.table.response, null, model, (other) => other === term);
    }
  }
  return rows;
}

/** Wald test that all exposure × mediator coefficients are 0; F on the smallest of their df, chi-squared for a z-tested model. */
function waldTest(model: FittedModel): InteractionTest | null {
  const places = model.terms.flatMap(({ exposure, feature }, j) => (exposure >= 0 && feature >= 0 ? [j] : []));
  const count = places.length;
  const quadratic = waldStatistic(model.coefficients, model.covariance, places);
  if (quadratic === null || !Number.isFinite(quadratic)) return null;
  if (model.df === null) {
    const pValue = pValueOfChiSquare(quadratic, count);
    return { statistic: quadratic, distribution: "chi-squared", df1: count, df2: null, pValue };
  }
  const df2 = Math.min(...places.map((place) => model.df![place]!));
  const statistic = quadratic / count;
  return { statistic, distribution: "F", df1: count, df2, pValue: pValueOfF(statistic, count, df2) };
}

/** A side computation that may be impossible with these data. */
function attempt(build: () => FittedModel): FittedModel | null {
  try {
    return build();
  } catch (error) {
    if (error instanceof KithpathError) return null;
    throw error;
  }
}
