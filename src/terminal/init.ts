import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { guessStudy } from "../cohort/index.ts";
import { KithpathError } from "../errors.ts";
import type { Command } from "./command.ts";
import { fileOf, readCommandLine } from "./commandLine.ts";
import { dataHelp, dataOptions, readData } from "./dataOptions.ts";
import { exitCodes } from "./exitCodes.ts";

export const init: Command = {
  summary: "guesses the roles of a file's columns and writes a study.json to edit",
  help: `kithpath init DATA.csv [--out study.json] [options]

  --out FILE           default: study.json beside the data; never replaces a file unless --overwrite
${dataHelp}`,
  run: async (args, screen) => {
    const line = readCommandLine("init", args, { ...dataOptions, out: "text", overwrite: "flag" });
    const data = fileOf("init", line, "a data file");
    const cohort = await readData("init", line);
    const { definition, reasons } = guessStudy(cohort, { file: basename(data) });
    const text = `${JSON.stringify(definition, null, 2)}\n`;
    for (const { path, why } of reasons) screen.message(`${path}: ${why}`);
    if (line.flag("json")) {
      screen.result(`${JSON.stringify({ definition, reasons }, null, 2)}\n`);
      return exitCodes.done;
    }
    const output = line.text("out") ?? join(dirname(data), "study.json");
    if (existsSync(output) && !line.flag("overwrite")) {
      throw new KithpathError("file-exists", "there is already a file of that name", {
        where: { file: output },
        remedy: "Name another with --out, or add --overwrite.",
      });
    }
    await writeFile(output, text, "utf8");
    screen.message(`wrote ${output}: read it, correct it, then run: kithpath validate ${output}`);
    return exitCodes.done;
  },
};
