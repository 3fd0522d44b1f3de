import { KithpathError, type Problem } from "../errors.ts";

const listed = 20;

/**
 * Problems found while reading, each kind in each column told at most 20 times and then summed up,
 * so that a file with ten thousand wrong cells still has a readable message and a true count.
 */
export class ProblemList {
  private readonly groups = new Map<string, { shown: Problem[]; count: number }>();

  add(problem: Problem): void {
    const key = `${problem.code}\n${problem.where?.column ?? ""}`;
    const group = this.groups.get(key) ?? { shown: [], count: 0 };
    this.groups.set(key, group);
    group.count++;
    if (group.shown.length < listed) group.shown.push(problem);
  }

  all(): Problem[] {
    return [...this.groups.values()].flatMap(({ shown, count }) => {
      const first = shown[0]!;
      if (count <= listed) return shown;
      const column = first.where?.column;
      const more: Problem = {
        code: first.code,
        message: `and ${count - listed} more of this kind (${count} in all)`,
        ...(column === undefined ? {} : { where: { column } }),
      };
      return [...shown, more];
    });
  }

  /** Throws everything at once. The code is that of the single kind of problem, else "file-problems". */
  throwIfAny(what: string): void {
    const problems = this.all();
    if (problems.length === 0) return;
    const total = [...this.groups.values()].reduce((sum, group) => sum + group.count, 0);
    if (total === 1) {
      const { code, message, ...detail } = problems[0]!;
      throw new KithpathError(code, message, detail);
    }
    const codes = new Set(problems.map((problem) => problem.code));
    const code = codes.size === 1 ? problems[0]!.code : "file-problems";
    throw new KithpathError(code, `${what} cannot be read: ${total} problems`, { problems });
  }
}
