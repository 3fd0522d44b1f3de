/** Where in the user's input a problem lies. Rows and lines count from 1; a header line is line 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly row?: number;
  readonly column?: string;
  /** A path into a study definition or an options object, for example `mediation.covariates[2]`. */
  readonly path?: string;
}

/** One problem in the input, told in parts so that a program can read it too. */
export interface Problem {
  /** A stable name for the kind of problem, in kebab-case. */
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  readonly expected?: string;
  readonly received?: string;
  readonly where?: Place;
  /** What the user can do about it. */
  readonly remedy?: string;
}

/**
 * Every refusal of the library. `code` is stable and meant for programs; `message` is one readable text.
 * Where several problems were found at once (a file, a study definition), `problems` lists every one of them.
 *
 * @example
 * ```ts
 * import { KithpathError, pairedT } from "kithpath";
 * try {
 *   pairedT({ before: [1, 2, 3], after: [1, 2] });
 * } catch (error) {
 *   if (error instanceof KithpathError) error.code; // "length-mismatch"
 * }
 * ```
 */
export class KithpathError extends Error {
  override readonly name = "KithpathError";
  readonly code: string;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly where: Place | undefined;
  readonly remedy: string | undefined;
  readonly problems: readonly Problem[];

  constructor(
    code: string,
    message: string,
    detail: Omit<Problem, "code" | "message"> & { problems?: readonly Problem[] } = {},
  ) {
    const { problems, ...rest } = detail;
    const own: Problem = { code, message, ...rest };
    super(problems === undefined ? sentence(own) : [message, ...problems.map((p) => `- ${sentence(p)}`)].join("\n"));
    this.code = code;
    this.expected = detail.expected;
    this.received = detail.received;
    this.where = detail.where;
    this.remedy = detail.remedy;
    this.problems = problems ?? [own];
  }
}

/** A problem as one line of text: place, message, expected and received, remedy. */
export function sentence(problem: Problem): string {
  const place = problem.where === undefined ? "" : placeText(problem.where);
  const parts = [place === "" ? problem.message : `${place}: ${problem.message}`];
  if (problem.expected !== undefined) parts.push(`expected ${problem.expected}`);
  if (problem.received !== undefined) parts.push(`got ${problem.received}`);
  const told = parts.join("; ");
  return problem.remedy === undefined ? told : `${told}. ${problem.remedy}`;
}

function placeText(where: Place): string {
  return [
    where.file,
    where.line === undefined ? undefined : `line ${where.line}`,
    where.row === undefined ? undefined : `row ${where.row}`,
    where.column === undefined ? undefined : `column "${where.column}"`,
    where.path === undefined || where.path === "" ? undefined : `at ${where.path}`,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}
