import { evaluate as runEvaluation } from "../evaluate.ts";
import { readStudy, writeReport, writerFor } from "../node.ts";
import { given } from "../options.ts";
import { toJson, toText } from "../report/index.ts";
import type { Command } from "./command.ts";
import { fileOf, readCommandLine } from "./commandLine.ts";
import { exitCodes } from "./exitCodes.ts";

export const evaluate: Command = {
  summary: "every question of a study definition, as a report",
  help: `kithpath evaluate STUDY.json [--out report.html] [--out report.md] [options]

  --out FILE           writes the report; .html, .md or .json (repeat for several)
  --overwrite          replaces files that are there
  --suppress 5         hides counts of people below this number in flow and baseline table; 0 shows all
  --draws N  --seed N  instead of the study's own
  --json               the evaluation as JSON on standard output, and nothing else there
  --quiet              no summary on standard output`,
  run: async (args, screen) => {
    const line = readCommandLine("evaluate", args, {
      out: "texts",
      overwrite: "flag",
      suppress: "number",
      draws: "number",
      seed: "number",
      json: "flag",
      quiet: "flag",
      help: "flag",
    });
    const path = fileOf("evaluate", line, "a study definition");
    const outputs = line.texts("out");
    for (const output of outputs) writerFor(output);
    const { study, cohort } = await readStudy(path);
    screen.message(`${study.title}: ${cohort.rows} people`);
    let question = "";
    const evaluation = await runEvaluation(cohort, study, {
      ...given({ draws: line.number("draws"), seed: line.number("seed") }),
      onProgress: (asked, done, total) => {
        if (asked !== question) {
          screen.progressDone();
          screen.message(`  ${asked}`);
          question = asked;
        }
        if (total > 0) screen.progress(`  ${asked}: ${done} of ${total} draws`);
      },
    });
    screen.progressDone();
    const options = { labels: cohort.labels, ...given({ suppressBelow: line.number("suppress") }) };
    for (const output of outputs) {
      await writeReport(evaluation, output, { ...options, overwrite: line.flag("overwrite") });
      screen.message(`wrote ${output}`);
    }
    if (line.flag("json")) screen.result(toJson(evaluation));
    else if (!line.flag("quiet")) screen.result(toText(evaluation, options));
    return exitCodes.done;
  },
};
