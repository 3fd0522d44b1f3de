import { followRelapse } from "../followup/index.ts";
import { given } from "../options.ts";
import { toJson, toText } from "../report/index.ts";
import type { Command } from "./command.ts";
import { readCommandLine } from "./commandLine.ts";
import { armOf, dataHelp, dataOptions, readData } from "./dataOptions.ts";
import { exitCodes } from "./exitCodes.ts";

export const relapse: Command = {
  summary: "who relapsed and when, arm against arm",
  help: `kithpath relapse DATA.csv --time COLUMN --event COLUMN --arm COLUMN --horizon DAYS [options]

  --time COLUMN        days to relapse, or to the end of observation
  --event COLUMN       1 relapsed, 0 not (and 2 died first, with --competing-code 2)
  --competing COLUMN   1 where a competing event (death) ended the observation
  --competing-code V   the value of --event that stands for the competing event
  --arm COLUMN         who was mentored; --treated V --reference V where it holds more than two values
  --horizon DAYS       the day up to which risk and mean days free are told
  --cluster COLUMN     resamples whole clusters   --draws 5000  --seed 1
  --level 0.95
${dataHelp}`,
  run: async (args, screen) => {
    const line = readCommandLine("relapse", args, {
      ...dataOptions,
      time: "text",
      event: "text",
      competing: "text",
      "competing-code": "number",
      arm: "text",
      treated: "text",
      reference: "text",
      horizon: "number",
      cluster: "text",
      draws: "number",
      seed: "number",
      level: "number",
    });
    const event = line.required("event");
    const code = line.number("competing-code");
    const cohort = await readData("relapse", line);
    const result = await followRelapse(cohort, {
      time: line.required("time"),
      event: code === undefined ? event : { column: event, event: 1, competing: code },
      arm: armOf("relapse", line, line.required("arm")),
      horizon: line.number("horizon") ?? Number(line.required("horizon")),
      ...given({
        competing: line.text("competing"),
        cluster: line.text("cluster"),
        draws: line.number("draws"),
        seed: line.number("seed"),
        level: line.number("level"),
      }),
      onProgress: (done, total) => screen.progress(`relapse: ${done} of ${total} draws`),
    });
    screen.progressDone();
    screen.result(line.flag("json") ? toJson(result) : toText(result, { labels: cohort.labels }));
    return exitCodes.done;
  },
};
