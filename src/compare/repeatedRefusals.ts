import { askedTerms } from "../_models/askedTerms.ts";
import type { RepeatedFailure, RepeatedFit, RepeatedTop } from "../_models/generalizedLeastSquares.ts";
import { refuseCollinear } from "../_models/namedDesign.ts";
import { KithpathError } from "../errors.ts";

const caller = "repeatedMeasures";

/** Checks that the columns asked for are names and the terms are without the outcome. Errors: "invalid-option", "outcome-among-terms". */
export function askedColumns(spec: {
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly person: string;
  readonly wave: string;
}): readonly string[] {
  for (const name of ["person", "wave"] as const) {
    if (typeof spec[name] === "string") continue;
    throw new KithpathError("invalid-option", `${caller}: ${name} is not a column name`, {
      expected: "the name of a column",
      received: String(spec[name]),
    });
  }
  return askedTerms(caller, spec.terms, spec.outcome);
}

/** Error: "constant-outcome". */
export function refuseConstant(outcome: Float64Array, name: string): void {
  if (outcome.some((value) => value !== outcome[0])) return;
  throw new KithpathError("constant-outcome", `${caller}: the outcome "${name}" has one value in every complete row`, {
    expected: "an outcome that varies",
    received: `${outcome[0]} in ${outcome.length} rows`,
    where: { column: name },
  });
}

/**
 * An unstructured covariance needs pairs of waves seen in the same people, and more people than waves and the
 * coefficients of a wave take up. Error: "too-few-people".
 */
export function refuseFewPeople(
  people: { readonly codes: Int32Array; readonly count: number },
  waves: Int32Array,
  levels: readonly string[],
  coefficients: number,
): void {
  const needed = Math.ceil(levels.length + coefficients / levels.length);
  if (people.count < needed) {
    throw new KithpathError("too-few-people", `${caller}: too few people for an unstructured covariance`, {
      expected: `at least ${needed} people for ${levels.length} waves and ${coefficients} coefficients`,
      received: String(people.count),
      remedy: 'Choose a structure with fewer parameters, such as "compound-symmetry".',
    });
  }
  const seen = new Uint8Array(people.count * levels.length);
  waves.forEach((wave, row) => {
    seen[people.codes[row]! * levels.length + wave] = 1;
  });
  for (let b = 0; b < levels.length; b++) {
    for (let a = 0; a < b; a++) {
      let together = 0;
      for (let person = 0; person < people.count; person++) {
        together += seen[person * levels.length + a]! * seen[person * levels.length + b]!;
      }
      if (together > 1) continue;
      throw new KithpathError("too-few-people", `${caller}: two waves were hardly ever seen in the same people`, {
        expected: `people seen at both wave ${levels[a]} and wave ${levels[b]}`,
        received: String(together),
        remedy: 'Leave one of the waves out, or choose a structure such as "compound-symmetry".',
      });
    }
  }
}

/** Errors: "collinear", "perfect-fit", "singular-covariance", "not-identified", "not-converged". */
export function refuseUnfitted(fit: RepeatedFit, names: readonly string[]): asserts fit is RepeatedTop {
  if (fit.status === "converged") return;
  refuseCollinear(caller, fit.aliased, names);
  if (fit.status === "perfect") {
    throw new KithpathError("perfect-fit", `${caller}: the terms reproduce the outcome exactly`, {
      expected: "residuals that vary",
      received: "residuals of 0",
      remedy: "Check whether a term is the outcome in another form.",
    });
  }
  if (fit.status === "singular") {
    throw new KithpathError("singular-covariance", `${caller}: the covariance of the waves becomes singular`, {
      expected: "waves that are not determined by each other",
      received: record(fit),
      remedy:
        "Look for waves that repeat each other and for too few people, or choose a structure with fewer parameters.",
    });
  }
  if (fit.status === "flat") {
    throw new KithpathError("not-identified", `${caller}: the data do not determine the covariance of the waves`, {
      expected: "a likelihood with one top",
      received: record(fit),
      remedy:
        'Choose another structure, with fewer parameters ("continuous-ar1" has none for waves that do not go together), or fewer terms.',
    });
  }
  throw new KithpathError("not-converged", `${caller}: the top of the likelihood was not found`, {
    expected: "steps that become small",
    received: record(fit),
    remedy: "Choose a structure with fewer parameters, or look for extreme values.",
  });
}

/** The way of the search in a line: its length, and the last log-likelihoods in units in which the residuals have variance 1. */
function record({ steps }: RepeatedFailure): string {
  const last = steps.slice(-4).map(({ logLikelihood }) => logLikelihood.toPrecision(8));
  const promised = steps.at(-1)?.promised ?? 0;
  return `${steps.length} iterations; scaled log-likelihood … ${last.join(", ")}; a rise of ${promised.toPrecision(2)} was still promised`;
}
