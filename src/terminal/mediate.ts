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
  --mediator A,B       what may carry the effect (several: in parallel, or one after the other with --serial)
  --mediator-family F  gaussian (default), binomial, poisson, negative-binomial or ordinal; one for all, or one each: F,F
  --outcome COLUMN     --outcome-family as for mediators   --outcome-link logit, probit or log
  --time COLUMN --event COLUMN --at DAYS   instead of --outcome: risk and event-free days up to each day (DAYS: 180,365)
                       --event-code V and --competing-code V for a status column; --competing COLUMN; --competing-model same (default) or baseline; --model cox (default), weibull, exponential
  --covariates A,B     confounders, measured before the exposure
  --no-interaction     leaves out exposure × mediator, which is in by default
  --moderator COLUMN   --moderates exposure-mediator,mediator-outcome,exposure-outcome (which arrows; default the first)
                       --moderator-at V,V   the values at which effects are told
  --controlled-at V    the mediator value of the controlled direct effect
  --cluster COLUMN     resamples whole clusters
  --weights COLUMN     case weights
  --method bootstrap   or bayesian-bootstrap, monte-carlo, delta
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
      "mediator-family": "texts",
      serial: "flag",
      time: "text",
      event: "text",
      "event-code": "text",
      competing: "text",
      "competing-code": "text",
      "competing-model": "text",
      model: "text",
      at: "texts",
      moderator: "text",
      moderates: "texts",
      "moderator-at": "texts",
      weights: "text",
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
  const inference = given({
    method: line.text("method"),
    interval: line.text("interval"),
    draws: line.number("draws"),
    seed: line.number("seed"),
    level: line.number("level"),
  });
  return {
    exposure: exposureOf(line),
    mediators: mediatorsOf(mediators, line),
    outcome: outcomeOf(line),
    ...commaList("covariates", line),
    ...(line.flag("serial") ? { structure: "serial" } : {}),
    ...moderatorOf(line),
    ...(line.flag("no-interaction") ? { exposureMediatorInteraction: false } : {}),
    ...given({
      cluster: line.text("cluster"),
      weights: line.text("weights"),
      controlledAt: line.number("controlled-at"),
    }),
    inference,
  } as MediateSpec;
}

function mediatorsOf(names: readonly string[], line: CommandLine): unknown[] {
  const families = line.texts("mediator-family");
  if (families.length === 0) return [...names];
  if (families.length !== 1 && families.length !== names.length)
    throw usage("mediate", "--mediator-family takes one family, or one for each mediator");
  return names.map((column, k) => ({ column, family: families[families.length === 1 ? 0 : k] }));
}

function outcomeOf(line: CommandLine): unknown {
  const time = line.text("time");
  if (time === undefined) {
    const timed = ["event", "event-code", "competing", "competing-code", "competing-model", "model"].find(
      (name) => line.text(name) !== undefined,
    );
    if (timed !== undefined) throw usage("mediate", `--${timed} needs --time`);
    const column = line.required("outcome");
    const family = line.text("outcome-family");
    const link = line.text("outcome-link");
    return family === undefined && link === undefined ? column : { column, ...given({ family, link }) };
  }
  if (line.text("outcome") !== undefined) throw usage("mediate", "--outcome and --time exclude each other");
  const column = line.required("event");
  const code = line.text("event-code");
  const competing = line.text("competing-code");
  if (code === undefined && competing !== undefined) throw usage("mediate", "--competing-code needs --event-code");
  const days = line.texts("at").map(Number);
  if (days.length === 0) throw usage("mediate", "--at is needed with --time: the days at which risk is told");
  return {
    time,
    event: code === undefined ? column : { column, event: code, ...given({ competing }) },
    ...given({
      competing: line.text("competing"),
      competingModel: line.text("competing-model"),
      model: line.text("model"),
    }),
    at: days,
  };
}

function moderatorOf(line: CommandLine): object {
  const column = line.text("moderator");
  const on = line.texts("moderates");
  const at = line.texts("moderator-at");
  if (column === undefined) {
    if (on.length > 0 || at.length > 0) throw usage("mediate", "--moderates and --moderator-at need --moderator");
    return {};
  }
  const values = at.map((text) => (Number.isNaN(Number(text)) ? text : Number(text)));
  return {
    moderator: {
      column,
      on: on.length === 0 ? ["exposure-mediator"] : on,
      ...(values.length === 0 ? {} : { at: values }),
    },
  };
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
