import type { Clusters } from "../_models/covariance.ts";
import { correlation, standardDeviation } from "../_numeric/describe.ts";
import { determination, fitLinearModel } from "./coefficientTables.ts";
import type { RawColumns } from "./columns.ts";
import { type HeteroskedasticityTest, testHeteroskedasticity } from "./heteroskedasticity.ts";
import type { FittedModels } from "./models.ts";
import { describeOverlap } from "./overlap.ts";
import type { ErrorCorrelation, MediationDiagnostics } from "./result.ts";
import type { CompleteSpec } from "./specTypes.ts";
import { designMatrix } from "./system/terms.ts";

export function describeDiagnostics(
  asked: CompleteSpec,
  raw: RawColumns,
  models: FittedModels,
  clusters: Clusters | null,
): MediationDiagnostics {
  return {
    interactionTest: models.interactionTest,
    residualCorrelation: models.mediators.map((one) =>
      models.mediators.map((other) =>
        one === other
          ? 1
          : one.residuals.length === 0 || other.residuals.length === 0
            ? 0
            : finite(correlation(one.residuals, other.residuals)),
      ),
    ),
    errorCorrelation:
      asked.family === "gaussian" && raw.mediators.every(({ family }) => family === "gaussian") && plain(asked)
        ? errorCorrelation(asked.level, raw, models)
        : null,
    clusters: clusters === null ? null : sizes(clusters),
    overlap: describeOverlap(raw),
    heteroskedasticity: linearModels(raw, models),
  };
}

function linearModels(raw: RawColumns, models: FittedModels): HeteroskedasticityTest[] {
  if (raw.weights !== null) return [];
  const { columns } = models.layout;
  return [...models.mediators, models.outcome].flatMap(({ table, terms, residuals }) => {
    if (table.family !== "gaussian") return [];
    return testHeteroskedasticity(table.response, designMatrix(columns, terms), residuals) ?? [];
  });
}

/** The case in which the sensitivity to correlated errors has a closed form. */
function plain({ mediators, moderator, weights, population }: CompleteSpec): boolean {
  return mediators.length === 1 && moderator === null && weights === null && Object.keys(population).length === 0;
}

/** From models with the same covariates on both sides, else the sensitivity formula would not hold: those of the outcome model. */
function errorCorrelation(level: number, raw: RawColumns, models: FittedModels): ErrorCorrelation | null {
  const { terms } = models.total;
  const design = designMatrix(models.layout.columns, terms);
  const response = raw.mediators[0]!;
  const request = { model: "mediator", response, terms, design, clusters: null, weights: null } as const;
  const mediator = fitLinearModel({ ...request, level });
  const outcome = models.total;
  const r = correlation(mediator.residuals, outcome.residuals);
  const mediatorRSquared = mediator.table.rSquared;
  const totalRSquared = determination(raw.outcome.values, outcome.residuals, null);
  if (!Number.isFinite(r) || Math.abs(r) >= 1 || mediatorRSquared === null || totalRSquared === null) return null;
  return {
    contrast: raw.exposure.toValues[0]! - raw.exposure.fromValues[0]!,
    correlation: r,
    mediatorDeviation: standardDeviation(mediator.residuals),
    outcomeDeviation: standardDeviation(outcome.residuals),
    mediatorRSquared,
    outcomeRSquared: 1 - (1 - totalRSquared) * (1 - r * r),
  };
}

function sizes(clusters: Clusters): { count: number; smallest: number; largest: number } {
  const members = new Int32Array(clusters.count);
  for (const code of clusters.codes) members[code]!++;
  return { count: clusters.count, smallest: Math.min(...members), largest: Math.max(...members) };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
