import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { checkStudy, type ParseOptions, studyProblems } from "../cohort/index.ts";
import { KithpathError, type Problem, sentence } from "../errors.ts";
import { readCohort, readStudy } from "../node.ts";
import type { Command } from "./command.ts";
import { fileOf, readCommandLine } from "./commandLine.ts";
import { exitCodes } from "./exitCodes.ts";
import { placeInJson } from "./placeInJson.ts";

type Located = Problem & { readonly at: { readonly line: number; readonly column: number } | null };

export const validate: Command = {
  summary: "every problem of a study definition at once, with line and column",
  help: `kithpath validate STUDY.json [--json]

  Reads the definition and its data file and names every problem of both.`,
  run: async (args, screen) => {
    const line = readCommandLine("validate", args, { json: "flag", help: "flag" });
    const path = fileOf("validate", line, "a study definition");
    const problems = await problemsOf(path);
    const text = await readFile(path, "utf8").catch(() => "");
    const located: Located[] = problems.map((problem) => ({
      ...problem,
      at: problem.where?.path === undefined ? null : placeInJson(text, problem.where.path),
    }));
    if (line.flag("json"))
      screen.result(
        `${JSON.stringify({ kind: "validation", valid: located.length === 0, problems: located }, null, 2)}\n`,
      );
    else if (located.length === 0) screen.result(`${path}: no problems\n`);
    else for (const problem of located) screen.message(told(path, problem));
    return located.length === 0 ? exitCodes.done : exitCodes.badInput;
  },
};

async function problemsOf(path: string): Promise<readonly Problem[]> {
  try {
    const { study, cohort } = await readStudy(path);
    return checkStudy(study, cohort);
  } catch (error) {
    if (!(error instanceof KithpathError)) throw error;
    const text = await readFile(path).catch(() => null);
    return error.code === "invalid-json" || text === null
      ? error.problems
      : eachProblem(path, JSON.parse(new TextDecoder().decode(text)), error.problems);
  }
}

/** Of a study that cannot be read whole: what is wrong with the definition and with its data, each as far as it can be read. */
async function eachProblem(path: string, definition: unknown, found: readonly Problem[]): Promise<readonly Problem[]> {
  const alone = studyProblems(definition);
  const { data, id } = { ...(definition as { data?: { file?: unknown } & ParseOptions; id?: unknown } | null) };
  const unclear = alone.some(({ where }) => /^(data|id)\b/.test(where?.path ?? ""));
  if (unclear || typeof data?.file !== "string" || typeof id !== "string") return alone.length > 0 ? alone : found;
  const { file, ...options } = data;
  const read = (more: ParseOptions) => readCohort(resolve(dirname(path), file as string), more);
  try {
    return studyProblems(definition, await read({ ...options, id }));
  } catch (error) {
    if (!(error instanceof KithpathError)) throw error;
    const { wave: _, ...withoutPeople } = options;
    const unknownId = error.problems.every(({ code, where }) => code === "unknown-column" && where?.path === "id");
    return unknownId ? studyProblems(definition, await read(withoutPeople)) : [...alone, ...error.problems];
  }
}

function told(path: string, problem: Located): string {
  const place = problem.at === null ? path : `${path}:${problem.at.line}:${problem.at.column}`;
  return `${place}: ${sentence(problem)}`;
}
