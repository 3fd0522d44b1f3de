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
import { type Data, numbersOf, toTable } from "../table.ts";
import { askedTerms } from "./askedTerms.ts";
import { refuseConstantOutcome } from "./outcomeScale.ts";

export interface LinearTerms {
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly cluster?: string;
  readonly weights?: string;
}

/** Least squares on the complete rows of named data. */
export interface NamedFit {
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
  const named = buildDesign(rows, terms);
  refuseTooFewRows(caller, rows.rows, named.names.length);
  refuseConstantOutcome(caller, outcome, spec.outcome);
  const fit = fitLinear(named.design, outcome, weights);
  refuseCollinear(caller, fit.aliased, named.names);
  return { selection, terms, outcome, weights, named, fit };
}
