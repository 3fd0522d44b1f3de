import { KithpathError } from "../errors.ts";

/** Refuses a column that stands in two roles of an analysis. Error: "repeated-variable". */
export function refuseRepeated(caller: string, roles: Readonly<Record<string, readonly string[]>>): void {
  const seen = new Map<string, string>();
  for (const [role, names] of Object.entries(roles)) {
    for (const name of new Set(names)) {
      const other = seen.get(name);
      if (other !== undefined) {
        throw new KithpathError("repeated-variable", `${caller}: "${name}" is given as ${other} and as ${role}`, {
          expected: "a different column for each",
          received: name,
          where: { column: name },
        });
      }
      seen.set(name, role);
    }
  }
}
