import type { ProblemList } from "./problems.ts";

/** The column names of the header record, trimmed. Problems: "empty-header", "duplicate-header". */
export function readHeader(record: readonly string[], line: number, problems: ProblemList): string[] {
  const names = record.map((name) => name.trim());
  const first = new Map<string, number>();
  names.forEach((name, index) => {
    if (name === "") {
      problems.add({
        code: "empty-header",
        message: `column ${index + 1} has no name`,
        where: { line },
        remedy: "Name the column, or remove it (a delimiter at the end of the line makes one too).",
      });
      return;
    }
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    else
      problems.add({
        code: "duplicate-header",
        message: `columns ${earlier + 1} and ${index + 1} have the same name`,
        where: { line, column: name },
        remedy: "Give every column its own name.",
      });
  });
  return names;
}
