import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import { type Cohort, defineStudy, type ParseOptions, parseCohort, type Study } from "./cohort/index.ts";
import { KithpathError } from "./errors.ts";
import type { Evaluation } from "./evaluate.ts";
import { type ReportOptions, toHtml, toJson, toMarkdown } from "./report/index.ts";

/**
 * Reads a delimited text file into a cohort: `parseCohort` on its bytes, with the file's name in every problem.
 *
 * Errors: "no-such-file", "unreadable-file", and those of `parseCohort`.
 *
 * @example
 * ```ts
 * import { readCohort } from "kithpath/node";
 * const cohort = await readCohort("fixtures/cohorts/cohort.csv", { id: "id" });
 * cohort.rows; // 600
 * ```
 */
export async function readCohort(path: string, options: ParseOptions = {}): Promise<Cohort> {
  const bytes = await readBytes(path);
  try {
    return parseCohort(bytes, options);
  } catch (error) {
    throw error instanceof KithpathError ? inFile(error, path) : error;
  }
}

/**
 * Reads a study definition (JSON) and the cohort that its `data` names, relative to the study's own folder.
 *
 * Errors: "no-such-file", "unreadable-file", "invalid-json", "no-data-file", and those of `defineStudy` and `parseCohort`.
 *
 * @example
 * ```ts
 * import { readStudy } from "kithpath/node";
 * const { study, cohort } = await readStudy("fixtures/cohorts/study.json");
 * study.title.length > 0 && cohort.rows; // 600
 * ```
 */
export async function readStudy(path: string): Promise<{ study: Study; cohort: Cohort; text: string }> {
  const text = new TextDecoder().decode(await readBytes(path));
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw new KithpathError("invalid-json", "the study definition is not JSON", {
      received: (error as Error).message,
      where: { file: path },
      remedy: "Look for a missing comma or quote at the place named.",
    });
  }
  const study = defineStudy(definition);
  if (study.data === undefined) {
    throw new KithpathError("no-data-file", "the study definition names no data file", {
      expected: '"data": { "file": "cohort.csv" }',
      where: { file: path, path: "data" },
    });
  }
  const { file, ...options } = study.data;
  const cohort = await readCohort(resolve(dirname(path), file), { ...options, id: study.id });
  return { study, cohort, text };
}

export interface WriteReportOptions extends ReportOptions {
  /** Replace a file that is already there. Default false. */
  readonly overwrite?: boolean;
}

/**
 * Writes an evaluation to `path` in the format that its ending names: `.md`, `.html` or `.json`.
 *
 * Errors: "unknown-format", "file-exists", "unwritable-file".
 *
 * @example
 * ```ts
 * import { evaluate } from "kithpath";
 * import { readStudy, writeReport } from "kithpath/node";
 * const { study, cohort } = await readStudy("fixtures/cohorts/study.json");
 * const evaluation = await evaluate(cohort, study, { draws: 100 });
 * const write = () => writeReport(evaluation, "report.html", { overwrite: true });
 * ```
 */
export async function writeReport(
  evaluation: Evaluation,
  path: string,
  options: WriteReportOptions = {},
): Promise<void> {
  const { overwrite = false, ...reportOptions } = options;
  const write = writerFor(path, reportOptions);
  if (!overwrite && existsSync(path)) {
    throw new KithpathError("file-exists", "there is already a file of that name", {
      where: { file: path },
      remedy: "Choose another name, or allow overwriting.",
    });
  }
  const text = write(evaluation);
  try {
    await writeFile(path, text, { encoding: "utf8" });
  } catch (error) {
    throw new KithpathError("unwritable-file", "the report could not be written", {
      received: (error as NodeJS.ErrnoException).code ?? (error as Error).message,
      where: { file: path },
    });
  }
}

/** Refuses a report path before any work is done. Errors: "unknown-format". */
export function writerFor(path: string, options: ReportOptions = {}): (evaluation: Evaluation) => string {
  const writers: Record<string, (evaluation: Evaluation) => string> = {
    ".md": (evaluation) => toMarkdown(evaluation, options),
    ".html": (evaluation) => toHtml(evaluation, options),
    ".json": toJson,
  };
  const write = writers[extname(path).toLowerCase()];
  if (write !== undefined) return write;
  throw new KithpathError("unknown-format", "the report's format is named by the ending of its file", {
    expected: ".md, .html or .json",
    received: basename(path),
    where: { file: path },
  });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new KithpathError(code === "ENOENT" ? "no-such-file" : "unreadable-file", "the file could not be read", {
      received: code ?? (error as Error).message,
      where: { file: path },
      remedy: "Check the path; a path in a study definition is relative to the definition's folder.",
    });
  }
}

function inFile(error: KithpathError, file: string): KithpathError {
  const problems = error.problems.map((problem) => ({ ...problem, where: { file, ...problem.where } }));
  return new KithpathError(error.code, `${basename(file)} cannot be read as a cohort`, { problems });
}
