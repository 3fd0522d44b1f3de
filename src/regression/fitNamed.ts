import { askedTerms } from "../_models/askedTerms.ts";
import { dropZeroWeights } from "../_models/caseWeights.ts";
import { fitLinear, type LinearFit } from "../_models/linear.ts";
import {
  buildDesign,
  type NamedDesign,
  refuseCollinear,
  refuseTooFewRows,
  variablesOfTerm,
} from "../_models/namedDesign.ts";
import type { Selection } from "../arm.ts";
import { selectComplete } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import { columnOf, type Data, numbersOf, type Table, toTable } from "../table.ts";
import { refuseConstantOutcome } from "./outcomeScale.ts";

interface LinearTerms {
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly cluster?: string;
  readonly weights?: string;
  readonly intercept?: boolean;
}

/** Least squares on the complete rows of named data. */
interface NamedFit {
  readonly selection: Selection;
  readonly terms: readonly string[];
  readonly outcome: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly named: NamedDesign;
  readonly fit: LinearFit;
}

/** Selects the complete rows, builds the design and fits it; what cannot be fitted is refused in the name of `caller`. */
export function fitNamed(caller: string, data: Data, spec: LinearTerms): NamedFit {
  const table = toTable(data);
  const terms = askedTerms(caller, spec.terms, spec.outcome);
  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  const used = [spec.outcome, ...variables, spec.cluster, spec.weights].filter((name) => name !== undefined);
  const selection = dropZeroWeights(selectComplete(table, used), spec.weights);
  const rows = selection.table;
  const outcome = numbersOf(rows, spec.outcome);
  const weights = spec.weights === undefined ? undefined : numbersOf(rows, spec.weights);
  const intercept = spec.intercept ?? true;
  if (!intercept) refuseCategories(caller, rows, terms, variables);
  const named = buildDesign(rows, terms, [], intercept);
  refuseTooFewRows(caller, rows.rows, named.names.length);
  if (intercept || outcome[0] === 0) refuseConstantOutcome(caller, outcome, spec.outcome);
  const fit = fitLinear(named.design, outcome, weights);
  refuseCollinear(caller, fit.aliased, named.names);
  return { selection, terms, outcome, weights, named, fit };
}

/** Through the origin there is no reference level for the others to differ from. Error: "intercept-needed". */
function refuseCategories(caller: string, table: Table, terms: readonly string[], variables: readonly string[]): void {
  const category = variables.find((name) => columnOf(table, name).kind === "category");
  if (terms.length > 0 && category === undefined) return;
  throw new KithpathError("intercept-needed", `${caller}: this model needs its intercept`, {
    expected: "one term or more, all of them numbers, with intercept: false",
    received: category === undefined ? "no terms" : `the category "${category}"`,
    ...(category === undefined ? {} : { where: { column: category } }),
    remedy: "Leave intercept out, or give each level as a column of 0 and 1.",
  });
}
