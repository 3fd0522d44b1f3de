import type { CommandLine } from "./commandLine.ts";
import type { Screen } from "./screen.ts";

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string;
  /** Runs the command; problems are thrown as KithpathError. Resolves to the exit status. */
  readonly run: (args: readonly string[], screen: Screen) => Promise<number>;
}

/** `{ [name]: list }` where the user gave one, and nothing where not. */
export function commaList<N extends string>(name: N, line: CommandLine): { [K in N]?: string[] } {
  const list = line.texts(name);
  return (list.length === 0 ? {} : { [name]: list }) as { [K in N]?: string[] };
}
