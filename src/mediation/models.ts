import type { Clusters } from "../_models/covariance.ts";
import { chiSquareUpper, fUpper } from "../_numeric/distributions/index.ts";
import { invertSymmetric, type Matrix, matrix } from "../_numeric/matrix.ts";
import type { DesignColumn } from "../design.ts";
import { KithpathError } from "../errors.ts";
import { fitBinaryModel } from "./binaryModel.ts";
import { type CoefficientRow, type FittedModel, fitLinearModel, type ModelTable } from "./coefficientTables.ts";
import type { RawColumns } from "./problem.ts";
import type { InteractionTest, PathRow } from "./result.ts";

export interface ModelsRequest {
  readonly raw: RawColumns;
  readonly interaction: boolean;
  readonly link: "identity" | "logit" | "probit";
  readonly clusters: Clusters | null;
  readonly level: number;
  readonly controlledAt: Float64Array;
}

export interface FittedModels {
  readonly tables: readonly ModelTable[];
  readonly paths: readonly PathRow[];
  readonly mediators: readonly FittedModel[];
  readonly outcome: FittedModel;
  readonly total: FittedModel;
  readonly interactionTest: InteractionTest | null;
}

/** Every model as a coefficient table, the paths and the test of the interaction. Errors: "too-few-rows", "collinear", "separation". */
export function fitModels(request: ModelsRequest): FittedModels {
  const { raw, interaction, link, clusters, level } = request;
  const exposure = raw.exposure.columns;
  const outcomeModel = (columns: readonly DesignColumn[], model: "outcome" | "total") => {
    const asked = { model, response: raw.outcome, columns, clusters, level };
    return link === "identity" ? fitLinearModel(asked) : fitBinaryModel(asked, link);
  };
  const mediators = raw.mediators.map((response) =>
    fitLinearModel({ model: "mediator", response, columns: [...exposure, ...raw.mediatorCovariates], clusters, level }),
  );
  const total = outcomeModel([...exposure, ...raw.outcomeCovariates], "total");
  const main = [...exposure, ...raw.mediators];
  const products = productColumns(raw, new Float64Array(raw.mediators.length), new Float64Array(exposure.length));
  const outcome = outcomeModel([...main, ...(interaction ? products : []), ...raw.outcomeCovariates], "outcome");
  // The same model with products of shifted columns: b is then the slope at the reference exposure, c' the one at the controlled mediators.
  const shifted = productColumns(raw, request.controlledAt, raw.exposure.fromValues);
  const told = interaction ? outcomeModel([...main, ...shifted, ...raw.outcomeCovariates], "outcome") : outcome;
  const tested = interaction
    ? outcome
    : attempt(() => outcomeModel([...main, ...products, ...raw.outcomeCovariates], "outcome"));
  const first = 1 + main.length;
  return {
    tables: [...mediators, outcome, total].map((model) => model.table),
    paths: pathRows(request, mediators, told, total),
    mediators,
    outcome,
    total,
    interactionTest: tested === null ? null : waldTest(tested, first, products.length),
  };
}

function productColumns(raw: RawColumns, mediatorsAt: Float64Array, exposuresAt: Float64Array): DesignColumn[] {
  return raw.mediators.flatMap((mediator, k) =>
    raw.exposure.columns.map((exposure, e) => ({
      name: `${exposure.name} × ${mediator.name}`,
      variable: `${exposure.variable}:${mediator.variable}`,
      values: exposure.values.map(
        (value, row) => (value - exposuresAt[e]!) * (mediator.values[row]! - mediatorsAt[k]!),
      ),
      reference: null,
    })),
  );
}

function pathRows(
  request: ModelsRequest,
  mediators: readonly FittedModel[],
  outcome: FittedModel,
  total: FittedModel,
): PathRow[] {
  const { raw, interaction, controlledAt } = request;
  const exposure = raw.exposure.columns[0]!.name;
  const effect = raw.outcome.name;
  const exposures = raw.exposure.columns.length;
  const row = (
    path: PathRow["path"],
    mediator: string | null,
    from: string,
    to: string,
    at: number | null,
    { name: _name, ...tested }: CoefficientRow,
  ): PathRow => ({ path, mediator, from, to, at, ...tested });
  const rows: PathRow[] = [];
  raw.mediators.forEach((mediator, k) => {
    const exposedFrom = raw.exposure.fromValues[0]!;
    rows.push(row("a", mediator.name, exposure, mediator.name, null, mediators[k]!.table.coefficients[1]!));
    rows.push(
      row(
        "b",
        mediator.name,
        mediator.name,
        effect,
        interaction ? exposedFrom : null,
        outcome.table.coefficients[1 + exposures + k]!,
      ),
    );
    if (interaction) {
      const place = 1 + exposures + raw.mediators.length + k * exposures;
      rows.push(
        row("d", mediator.name, `${exposure} × ${mediator.name}`, effect, null, outcome.table.coefficients[place]!),
      );
    }
  });
  rows.push(row("c", null, exposure, effect, null, total.table.coefficients[1]!));
  const held = interaction && controlledAt.length === 1 ? controlledAt[0]! : null;
  rows.push(row("c'", null, exposure, effect, held, outcome.table.coefficients[1]!));
  return rows;
}

/** Wald test that `count` coefficients from `first` on are 0; F on the smallest of their df, chi-squared for a z-tested model. */
function waldTest(model: FittedModel, first: number, count: number): InteractionTest | null {
  const block: Matrix = matrix(count, count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++)
      block.data[j * count + i] = model.covariance.data[(first + j) * model.covariance.rows + first + i]!;
  const inverse = invertSymmetric(block);
  if (inverse === null) return null;
  let quadratic = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++)
      quadratic += model.coefficients[first + i]! * inverse.data[j * count + i]! * model.coefficients[first + j]!;
  if (!Number.isFinite(quadratic)) return null;
  if (model.df === null) {
    const pValue = Math.max(chiSquareUpper(quadratic, count), Number.MIN_VALUE);
    return { statistic: quadratic, distribution: "chi-squared", df1: count, df2: null, pValue };
  }
  const df2 = Math.min(...model.df.subarray(first, first + count));
  const statistic = quadratic / count;
  return {
    statistic,
    distribution: "F",
    df1: count,
    df2,
    pValue: Math.max(fUpper(statistic, count, df2), Number.MIN_VALUE),
  };
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
