import { KithpathError } from "../errors.ts";

export function nameOf(given: unknown, option: string): string {
  const name = typeof given === "object" && given !== null ? (given as { column?: unknown }).column : given;
  if (typeof name === "string" && name !== "") return name;
  throw invalid(option, "a column name", given);
}

export function invalid(option: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `mediate: ${option} cannot be read`, {
    expected,
    received: typeof received === "object" ? (JSON.stringify(received) ?? "an object") : String(received),
    where: { path: option },
  });
}

export function notSupported(what: string, path: string, expected?: string): KithpathError {
  return new KithpathError("not-supported", `mediate does not have ${what}`, {
    ...(expected === undefined ? {} : { expected }),
    where: { path },
    remedy: "Nothing was computed.",
  });
}

/** Columns with their roles, each of which must have a column of its own. Error: "same-variable". */
export function refuseSameVariable(roles: readonly (readonly [name: string, role: string])[]): void {
  const seen = new Map<string, string>();
  for (const [name, role] of roles) {
    const before = seen.get(name);
    if (before !== undefined) {
      throw new KithpathError("same-variable", `"${name}" is named twice: as ${before} and as ${role}`, {
        expected: "a column of its own for every role",
        received: name,
        where: { column: name },
      });
    }
    seen.set(name, role);
  }
}
