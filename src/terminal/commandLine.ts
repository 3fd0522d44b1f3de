import { parseArgs } from "node:util";
import { KithpathError } from "../errors.ts";

export type OptionKinds = Readonly<Record<string, "text" | "texts" | "number" | "flag">>;

/** The words of one command line: what stood without a dash, and the options by name. */
export interface CommandLine {
  readonly words: readonly string[];
  text(name: string): string | undefined;
  required(name: string): string;
  /** A comma-separated list; the option may be repeated. */
  texts(name: string): string[];
  number(name: string): number | undefined;
  flag(name: string): boolean;
}

/** Reads a command line strictly: an option that the command does not know is refused. Error: "usage". */
export function readCommandLine(command: string, args: readonly string[], kinds: OptionKinds): CommandLine {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      kind === "flag" ? { type: "boolean" as const } : { type: "string" as const, multiple: kind === "texts" },
    ]),
  );
  const { values, positionals } = parsed(command, args, options);
  const given = values as Record<string, string | boolean | string[] | undefined>;
  const text = (name: string) => given[name] as string | undefined;
  return {
    words: positionals,
    text,
    required: (name) => {
      const value = text(name);
      if (value === undefined) throw usage(command, `--${name} is needed`);
      return value;
    },
    texts: (name) => {
      const value = given[name];
      const list = Array.isArray(value) ? value : value === undefined ? [] : [String(value)];
      return list
        .flatMap((item) => item.split(","))
        .map((item) => item.trim())
        .filter((item) => item !== "");
    },
    number: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (value.trim() === "" || !Number.isFinite(number))
        throw usage(command, `--${name} must be a number, not "${value}"`);
      return number;
    },
    flag: (name) => given[name] === true,
  };
}

type NodeOptions = Record<string, { readonly type: "boolean" | "string"; readonly multiple?: boolean }>;

function parsed(command: string, args: readonly string[], options: NodeOptions) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage(command, (error as Error).message.split(". ")[0]!);
  }
}

export function usage(command: string, message: string): KithpathError {
  return new KithpathError("usage", message, { remedy: `See: kithpath ${command === "" ? "" : `${command} `}--help` });
}

/** The one file that a command works on. Error: "usage". */
export function fileOf(command: string, line: CommandLine, what: string): string {
  if (line.words.length === 1) return line.words[0]!;
  throw usage(
    command,
    line.words.length === 0 ? `${what} is needed` : `one ${what} at a time, not ${line.words.join(" ")}`,
  );
}
