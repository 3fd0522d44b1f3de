import type { Clusters } from "../_models/covariance.ts";
import { correlation, standardDeviation } from "../_numeric/describe.ts";
import { determination, fitLinearModel } from "./coefficientTables.ts";
import type { FittedModels } from "./models.ts";
import type { RawColumns } from "./problem.ts";
import type { ErrorCorrelation, MediationDiagnostics } from "./result.ts";
import type { CompleteSpec } from "./spec.ts";

export function describeDiagnostics(
  asked: CompleteSpec,
  raw: RawColumns,
  models: FittedModels,
  clusters: Clusters | null,
): MediationDiagnostics {
  return {
    interactionTest: models.interactionTest,
    residualCorrelation: models.mediators.map((one) =>
      models.mediators.map((other) => (one === other ? 1 : finite(correlation(one.residuals, other.residuals)))),
    ),
    errorCorrelation:
      asked.family === "gaussian" && asked.mediators.length === 1 ? errorCorrelation(raw, models, asked.level) : null,
    clusters: clusters === null ? null : sizes(clusters),
  };
}

/** From models with the same covariates on both sides, else the sensitivity formula would not hold: those of the outcome model. */
function errorCorrelation(raw: RawColumns, models: FittedModels, level: number): ErrorCorrelation | null {
  const response = raw.mediators[0]!;
  const columns = [...raw.exposure.columns, ...raw.outcomeCovariates];
  const mediator = fitLinearModel({ model: "mediator", response, columns, clusters: null, level });
  const outcome = models.total;
  const r = correlation(mediator.residuals, outcome.residuals);
  const mediatorRSquared = mediator.table.rSquared;
  const totalRSquared = determination(raw.outcome.values, outcome.residuals);
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
