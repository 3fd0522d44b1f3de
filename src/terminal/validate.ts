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
    return error.code === "invalid-study" ? withDataProblems(path) : error.problems;
  }
}

/** Of a definition that is wrong in itself, also what is wrong with its data: one slip does not hide the others. */
async function withDataProblems(path: string): Promise<readonly Problem[]> {
  const definition: unknown = JSON.parse(new TextDecoder().decode(await readFile(path)));
  const alone = studyProblems(definition);
  const { data, id } = definition as { data?: { file?: unknown } & ParseOptions; id?: unknown };
  const unreadable = alone.some(({ where }) => /^(data|id)\b/.test(where?.path ?? ""));
  if (unreadable || typeof data?.file !== "string" || typeof id !== "string") return alone;
  const { file, ...options } = data;
  try {
    return studyProblems(definition, await readCohort(resolve(dirname(path), file), { ...options, id }));
  } catch (error) {
    if (error instanceof KithpathError) return [...alone, ...error.problems];
    throw error;
  }
}

function told(path: string, problem: Located): string {
  const place = problem.at === null ? path : `${path}:${problem.at.line}:${problem.at.column}`;
  return `${place}: ${sentence(problem)}`;
}
