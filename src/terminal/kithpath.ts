#!/usr/bin/env node
import { KithpathError } from "../errors.ts";
import { version } from "../version.ts";
import type { Command } from "./command.ts";
import { usage } from "./commandLine.ts";
import { compare } from "./compare.ts";
import { evaluate } from "./evaluate.ts";
import { exitCodeOf, exitCodes } from "./exitCodes.ts";
import { init } from "./init.ts";
import { mediate } from "./mediate.ts";
import { relapse } from "./relapse.ts";
import { type Screen, terminalScreen } from "./screen.ts";
import { validate } from "./validate.ts";

const commands = new Map<string, Command>(Object.entries({ evaluate, compare, relapse, mediate, init, validate }));

const overview = `kithpath ${version}: does everyday social connection carry the effect of peer mentoring?

${[...commands].map(([name, { summary }]) => `  kithpath ${name.padEnd(10)}${summary}`).join("\n")}

  kithpath COMMAND --help tells the options of a command.
`;

/** A reader that has seen enough (`| head`) closes the pipe; that is no fault. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

const screen = terminalScreen();
run(process.argv.slice(2), screen).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    screen.progressDone();
    process.exitCode = tell(error, screen);
  },
);

async function run([name, ...args]: readonly string[], screen: Screen): Promise<number> {
  if (name === "--version") {
    screen.result(`${version}\n`);
    return exitCodes.done;
  }
  if (name === undefined || name === "--help" || name === "help") {
    screen.result(overview);
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  const command = commands.get(name);
  if (command === undefined) throw usage("", `there is no command "${name}"`);
  if (args.includes("--help")) {
    screen.result(`${command.help}\n`);
    return exitCodes.done;
  }
  return command.run(args, screen);
}

function tell(error: unknown, screen: Screen): number {
  if (error instanceof KithpathError) {
    screen.message(`${screen.strong(`kithpath: ${error.code}`)}\n${error.message}`);
    return exitCodeOf(error.code);
  }
  screen.message(
    `kithpath: internal fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return exitCodes.internal;
}
