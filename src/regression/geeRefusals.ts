import type { Family } from "../_models/families.ts";
import type { EstimatingFit } from "../_models/gee.ts";
import type { Separation } from "../_models/separation.ts";
import type { WorkingCorrelation } from "../_models/workingCorrelation.ts";
import { KithpathError } from "../errors.ts";

const caller = "geeModel";

/** Errors: "cluster-needed", "wave-needed", "invalid-option" for a wave that would be ignored. */
export function refuseIncomplete(cluster: unknown, correlation: WorkingCorrelation, wave: unknown): void {
  if (typeof cluster !== "string") {
    throw new KithpathError("cluster-needed", `${caller} needs a cluster`, {
      expected: "cluster: the name of the column that says which rows belong together",
      received: String(cluster),
    });
  }
  if (correlation === "ar1" && typeof wave !== "string") {
    throw new KithpathError("wave-needed", `${caller}: correlation "ar1" needs an order of the rows`, {
      expected: "wave: the name of a numeric column",
      received: String(wave),
    });
  }
  if (correlation !== "ar1" && wave !== undefined) {
    throw new KithpathError("invalid-option", `${caller}: correlation "${correlation}" ignores the wave`, {
      expected: 'correlation: "ar1" with a wave',
      received: String(wave),
      remedy: "Leave the wave out: the order of rows does not matter here.",
    });
  }
}

/** Refuses outcomes that the family cannot have. Errors: "not-binary", "not-counts", "constant-outcome". */
export function refuseOutcome(outcome: Float64Array, rows: Int32Array, name: string, family: Family): void {
  const fits = {
    binomial: (y: number) => y === 0 || y === 1,
    poisson: (y: number) => y >= 0 && Number.isInteger(y),
    gaussian: () => true,
  }[family];
  const wrong = outcome.findIndex((y) => !fits(y));
  if (wrong >= 0) {
    const binary = family === "binomial";
    throw new KithpathError(binary ? "not-binary" : "not-counts", `${caller}: the outcome does not fit its family`, {
      expected: binary ? "0 and 1" : "whole numbers of 0 or more",
      received: String(outcome[wrong]),
      where: { row: rows[wrong]! + 1, column: name },
      remedy: "Recode the outcome, or choose another family.",
    });
  }
  if (outcome.some((value) => value !== outcome[0])) return;
  throw new KithpathError("constant-outcome", `${caller}: the outcome "${name}" has one value in every complete row`, {
    expected: "an outcome that varies",
    received: `${outcome[0]} in ${outcome.length} rows`,
    where: { column: name },
  });
}

/** Error: "repeated-wave". `order` has the rows of every cluster together, by wave. */
export function refuseRepeatedWave(
  order: Int32Array,
  codes: Int32Array,
  waves: Float64Array,
  rows: Int32Array,
  name: string,
): void {
  const again = order.findIndex((row, at) => {
    const before = order[at - 1];
    return before !== undefined && codes[before] === codes[row] && waves[before] === waves[row];
  });
  if (again < 0) return;
  const row = order[again]!;
  throw new KithpathError("repeated-wave", `${caller}: a cluster has two rows at one wave`, {
    expected: "one row per cluster and wave",
    received: `wave ${waves[row]} again`,
    where: { row: rows[row]! + 1, column: name },
    remedy: 'Use correlation "exchangeable" where several people share a cluster.',
  });
}

/** Error: "no-pairs". */
export function refuseNoPairs(rows: number, clusters: number, correlation: WorkingCorrelation): void {
  if (clusters < rows || correlation === "independence") return;
  throw new KithpathError("no-pairs", `${caller}: every cluster has a single row`, {
    expected: "clusters of two rows or more",
    received: `${clusters} clusters of ${rows} rows`,
    remedy: 'Use correlation "independence", or look at the column of the cluster.',
  });
}

/** Error: "too-few-clusters". */
export function refuseFewClusters(clusters: number, coefficients: number): void {
  if (clusters > coefficients) return;
  throw new KithpathError("too-few-clusters", `${caller}: too few clusters for the terms asked for`, {
    expected: `more than ${coefficients} clusters`,
    received: String(clusters),
    remedy: "Use fewer terms. A model of few sites is a linear model with cluster-robust errors of type CR2.",
  });
}

/** Error: "separation". */
export function refuseSeparation(separation: Separation | null, names: readonly string[]): void {
  if (separation === null) return;
  const listed = separation.columns.map((column) => `"${names[column]}"`).join(", ");
  throw new KithpathError("separation", `${caller}: ${listed} have no finite estimate`, {
    expected: "outcomes that overlap between the values of the terms",
    received: separation.complete ? "complete separation" : "quasi-complete separation",
    where: { column: names[separation.columns.at(-1)!]! },
    remedy: "Use fewer terms, or join categories without or with only events.",
  });
}

/** Errors: "correlation-out-of-range", "not-converged", "too-few-clusters". */
export function refuseUnusable(fit: EstimatingFit, names: readonly string[]): void {
  if (!fit.admissible) {
    throw new KithpathError("correlation-out-of-range", `${caller}: no correlation matrix has this correlation`, {
      expected: "a working correlation that every cluster can have",
      received: String(fit.alpha),
      remedy: 'Use correlation "independence"; the robust standard errors stay valid.',
    });
  }
  if (!fit.converged) {
    throw new KithpathError("not-converged", `${caller}: the estimating equations were not solved`, {
      expected: "steps that become small",
      received: `${fit.iterations} iterations`,
      remedy: 'Use correlation "independence", fewer terms, or look for extreme values.',
    });
  }
  if (fit.unseen.length === 0) return;
  const listed = fit.unseen.map((column) => `"${names[column]}"`).join(", ");
  throw new KithpathError("too-few-clusters", `${caller}: ${listed} rest on a single cluster`, {
    expected: "several clusters at every value of a term",
    received: "a cluster that the model fits exactly, such as the only one of its kind",
    where: { column: names[fit.unseen[0]!]! },
    remedy: "Leave the term out: how such clusters vary cannot be seen.",
  });
}
