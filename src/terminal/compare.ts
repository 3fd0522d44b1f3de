import { compareChange } from "../compare/index.ts";
import { given } from "../options.ts";
import { toJson, toText } from "../report/index.ts";
import { type Command, commaList } from "./command.ts";
import { readCommandLine } from "./commandLine.ts";
import { armOf, dataHelp, dataOptions, readData } from "./dataOptions.ts";
import { exitCodes } from "./exitCodes.ts";

export const compare: Command = {
  summary: "before against after, arm against arm",
  help: `kithpath compare DATA.csv --before COLUMN --after COLUMN [--arm COLUMN] [options]

  --before, --after    the two measurements of each person
  --arm COLUMN         who was mentored; --treated V --reference V where it holds more than two values
  --better higher      which way of the scale is good for the person: higher (default) or lower
  --covariates A,B     adjusted for, beside the value before
  --cluster COLUMN     site, group: standard errors and degrees of freedom take account of it
  --level 0.95
${dataHelp}`,
  run: async (args, screen) => {
    const line = readCommandLine("compare", args, {
      ...dataOptions,
      before: "text",
      after: "text",
      arm: "text",
      treated: "text",
      reference: "text",
      better: "text",
      covariates: "texts",
      cluster: "text",
      level: "number",
    });
    const before = line.required("before");
    const after = line.required("after");
    const arm = line.text("arm");
    const cohort = await readData("compare", line);
    const result = compareChange(cohort, {
      before,
      after,
      better: (line.text("better") ?? "higher") as "higher",
      ...(arm === undefined ? {} : { arm: armOf("compare", line, arm) }),
      ...commaList("covariates", line),
      ...given({ cluster: line.text("cluster"), level: line.number("level") }),
    });
    screen.result(line.flag("json") ? toJson(result) : toText(result, { labels: cohort.labels }));
    return exitCodes.done;
  },
};
