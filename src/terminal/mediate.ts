import { type MediateSpec, mediate as runMediation } from "../mediation/index.ts";
import { given } from "../options.ts";
import { toJson, toText } from "../report/index.ts";
import { type Command, commaList } from "./command.ts";
import { type CommandLine, readCommandLine, usage } from "./commandLine.ts";
import { dataHelp, dataOptions, readData } from "./dataOptions.ts";
import { exitCodes } from "./exitCodes.ts";

export const mediate: Command = {
  summary: "how much of the effect ran through the mediators",
  help: `kithpath mediate DATA.csv --exposure COLUMN --mediator A[,B] --outcome COLUMN [options]

  --exposure COLUMN    who was mentored; --from V --to V for a contrast of levels or of a continuous exposure
  --mediator A,B       what may carry the effect (several: in parallel)
  --outcome COLUMN     --outcome-family gaussian (default) or binomial   --outcome-link logit or probit
  --covariates A,B     confounders, measured before the exposure
  --no-interaction     leaves out exposure × mediator, which is in by default
  --controlled-at V    the mediator value of the controlled direct effect
  --cluster COLUMN     resamples whole clusters
  --method bootstrap   or monte-carlo
  --interval percentile   or bca, basic, bias-corrected
  --draws 5000  --seed 1  --level 0.95
${dataHelp}`,
  run: async (args, screen) => {
    const line = readCommandLine("mediate", args, {
      ...dataOptions,
      exposure: "text",
      from: "text",
      to: "text",
      mediator: "texts",
      outcome: "text",
      "outcome-family": "text",
      "outcome-link": "text",
      covariates: "texts",
      "no-interaction": "flag",
      "controlled-at": "number",
      cluster: "text",
      method: "text",
      interval: "text",
      draws: "number",
      seed: "number",
      level: "number",
    });
    const spec = specOf(line);
    const cohort = await readData("mediate", line);
    const result = await runMediation(cohort, {
      ...spec,
      inference: {
        ...spec.inference,
        onProgress: (done, total) => screen.progress(`mediation: ${done} of ${total} draws`),
      },
    });
    screen.progressDone();
    screen.result(line.flag("json") ? toJson(result) : toText(result, { labels: cohort.labels }));
    return exitCodes.done;
  },
};

/** The words of the command line as a specification; what they say is checked by `mediate` itself. */
function specOf(line: CommandLine): MediateSpec {
  const mediators = line.texts("mediator");
  if (mediators.length === 0) throw usage("mediate", "--mediator is needed");
  const outcome = line.required("outcome");
  const family = line.text("outcome-family");
  const link = line.text("outcome-link");
  const inference = given({
    method: line.text("method"),
    interval: line.text("interval"),
    draws: line.number("draws"),
    seed: line.number("seed"),
    level: line.number("level"),
  });
  return {
    exposure: exposureOf(line),
    mediators,
    outcome: family === undefined && link === undefined ? outcome : { column: outcome, ...given({ family, link }) },
    ...commaList("covariates", line),
    ...(line.flag("no-interaction") ? { exposureMediatorInteraction: false } : {}),
    ...given({ cluster: line.text("cluster"), controlledAt: line.number("controlled-at") }),
    inference,
  } as MediateSpec;
}

function exposureOf(line: CommandLine): MediateSpec["exposure"] {
  const column = line.required("exposure");
  const from = line.text("from");
  const to = line.text("to");
  if (from === undefined && to === undefined) return column;
  if (from === undefined || to === undefined) throw usage("mediate", "--from and --to go together");
  const numeric = [from, to].map(Number);
  return numeric.some(Number.isNaN)
    ? { column, treated: to, reference: from }
    : { column, from: numeric[0]!, to: numeric[1]! };
}
