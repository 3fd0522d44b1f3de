import { askedTerms } from "../_models/askedTerms.ts";
import { variablesOfTerm } from "../_models/namedDesign.ts";
import { pValueOfChiSquare, pValueOfF } from "../_numeric/distributions/index.ts";
import { refuseRepeatedPeople, selectComplete } from "../arm.ts";
import type { Result } from "../estimate.ts";
import { given, refuseUnknown } from "../options.ts";
import { type Data, toTable } from "../table.ts";
import { type FittedTerms, fitTerms, likelihoodRatio, type ModelWithoutTerms } from "./nestedFits.ts";

export interface TestTermsSpec extends Omit<ModelWithoutTerms, "covariance" | "cluster"> {
  readonly terms: readonly string[];
}

/** One term, given the terms that do not contain it. */
export interface TestedTerm {
  readonly term: string;
  /** By how much it lowers the residual sum of squares, or the deviance (twice the log-likelihood for negative binomial). */
  readonly explained: number;
  /** The number of its coefficients. */
  readonly df: number;
  /** F, or the likelihood-ratio chi-square. */
  readonly statistic: number;
  /** Of the denominator of F; `null` for chi-square. */
  readonly dfResidual: number | null;
  readonly pValue: number;
}

export interface TermTests extends Result {
  readonly kind: "term-tests";
  readonly outcome: string;
  readonly terms: readonly TestedTerm[];
  /** Of the model with all terms. */
  readonly residual: { readonly deviance: number; readonly df: number };
  /** "F" where the spread of the outcome is estimated, otherwise "likelihood ratio". */
  readonly test: "F" | "likelihood ratio";
}

const caller = "testTerms";

/**
 * Tests each term of a linear or generalised linear model as a whole, all levels of a category at once: type II tests, by
 * which a term is judged beside all terms that do not contain it (`"a"` without `"a:b"`). F on the residual variance of the
 * model with all terms for linear, gaussian and quasi-Poisson models, the likelihood ratio for the others.
 *
 * Errors: those of `linearModel` and `generalizedLinearModel`.
 *
 * Source: Langsrud (2003); Fox & Weisberg (2019), section 6.2. Checked against R's car 3.1 `Anova` (type II) and `drop1`.
 *
 * @example
 * ```ts
 * import { testTerms } from "kithpath";
 * const people = {
 *   wellbeing: [41, 44, 50, 52, 47, 55, 49, 58],
 *   site: ["north", "south", "east", "north", "south", "east", "north", "south"],
 *   age: [30, 42, 51, 28, 33, 46, 39, 60],
 * };
 * const { terms } = testTerms(people, { outcome: "wellbeing", terms: ["site", "age"] });
 * terms[0]?.pValue; // do the three sites differ at one age?
 * ```
 */
export function testTerms(data: Data, spec: TestTermsSpec): TermTests {
  refuseUnknown(caller, spec, ["outcome", "terms", "family", "link", "weights", "offset"]);
  const table = toTable(data);
  refuseRepeatedPeople(caller, table, undefined);
  const terms = askedTerms(caller, spec.terms, spec.outcome);
  const variables = new Map(terms.map((term) => [term, variablesOfTerm(table, term)]));
  const used = [spec.outcome, ...[...variables.values()].flat(), spec.weights, spec.offset];
  const rows = selectComplete(
    table,
    used.filter((name) => name !== undefined),
  ).table;
  const { outcome, family, link, weights, offset } = spec;
  const model: ModelWithoutTerms = { outcome, ...given({ family, link, weights, offset }) };
  const whole = fitTerms(caller, table, terms, model);
  const fits = new Map([[key(terms), whole]]);
  const fitOf = (asked: readonly string[]): FittedTerms => {
    const found = fits.get(key(asked)) ?? fitTerms(caller, rows, asked, model);
    fits.set(key(asked), found);
    return found;
  };
  return {
    kind: "term-tests",
    n: whole.model.n,
    dropped: whole.model.dropped,
    notes: whole.model.notes,
    method: `Type II ${whole.estimatesDispersion ? "F" : "likelihood-ratio"} tests. ${whole.model.method}`,
    outcome,
    terms: terms.map((term) => {
      const beside = terms.filter((other) => other !== term && !contains(variables.get(other)!, variables.get(term)!));
      return termTest(term, fitOf(beside), fitOf([...beside, term]), whole);
    }),
    residual: { deviance: whole.deviance, df: whole.model.dfResidual },
    test: whole.estimatesDispersion ? "F" : "likelihood ratio",
  };
}

const key = (terms: readonly string[]) => JSON.stringify([...terms].sort());

const contains = (whole: readonly string[], part: readonly string[]) => part.every((name) => whole.includes(name));

function termTest(term: string, without: FittedTerms, having: FittedTerms, whole: FittedTerms): TestedTerm {
  const df = having.model.coefficients.length - without.model.coefficients.length;
  const { dfResidual } = whole.model;
  if (whole.estimatesDispersion) {
    const explained = Math.max(0, without.deviance - having.deviance);
    const statistic = explained / df / whole.dispersion;
    const pValue = pValueOfF(statistic, df, dfResidual);
    return { term, explained, df, statistic, dfResidual, pValue };
  }
  const explained = likelihoodRatio(without, having);
  const pValue = pValueOfChiSquare(explained, df);
  return { term, explained, df, statistic: explained, dfResidual: null, pValue };
}
