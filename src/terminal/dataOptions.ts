import type { ArmSpec } from "../arm.ts";
import type { Cohort } from "../cohort/index.ts";
import { readCohort } from "../node.ts";
import { given } from "../options.ts";
import { type CommandLine, fileOf, type OptionKinds, usage } from "./commandLine.ts";

/** Options of every command that reads a data file. */
export const dataOptions: OptionKinds = {
  id: "text",
  wave: "text",
  delimiter: "text",
  decimal: "text",
  missing: "texts",
  json: "flag",
  help: "flag",
};

export const dataHelp = `  --id COLUMN          who is who; checked for duplicates and never read as a number
  --wave COLUMN        for a file with one row per person and wave
  --missing CODES      codes that mean missing, beside the empty cell (repeat, or separate by commas)
  --delimiter C        default: found out    --decimal . or ,   default: found out
  --json               the result as JSON on standard output, and nothing else there`;

export function readData(command: string, line: CommandLine): Promise<Cohort> {
  const path = fileOf(command, line, "a data file");
  const missing = line.texts("missing");
  const options = {
    ...given({
      id: line.text("id"),
      wave: line.text("wave"),
      delimiter: line.text("delimiter"),
      decimal: line.text("decimal"),
    }),
    ...(missing.length === 0 ? {} : { missing }),
  };
  return readCohort(path, options as Parameters<typeof readCohort>[1]);
}

/** `--arm mentored`, with `--treated` and `--reference` where the column holds more than two values. */
export function armOf(command: string, line: CommandLine, column: string): ArmSpec {
  const treated = line.text("treated");
  const reference = line.text("reference");
  if (treated === undefined && reference === undefined) return column;
  if (treated === undefined || reference === undefined) throw usage(command, "--treated and --reference go together");
  return { column, treated, reference };
}
