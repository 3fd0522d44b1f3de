import type { CohortOptions, MissingCodeCount } from "./cohort.ts";
import { plainNumber } from "./numberText.ts";

/** What means missing when nothing is declared, besides the blank cell. R writes NA, Python NaN, SAS and Stata a point. */
export const usualMissingCodes: readonly string[] = ["NA", "NaN", "."];

/** The missing codes of one column, and how often each stood there. */
export class MissingCodes {
  private readonly counts = new Map<string, number>();
  private readonly texts: ReadonlySet<string>;
  /** First letters of the codes: most cells are told apart by one letter, without hashing. */
  private readonly firstLetters: ReadonlySet<number>;
  private readonly numbers: ReadonlyMap<number, string>;

  constructor(codes: readonly string[]) {
    this.texts = new Set(["", ...codes]);
    this.firstLetters = new Set(codes.map((code) => code.charCodeAt(0)));
    this.numbers = new Map(
      codes.map((code): [number, string] => [plainNumber(code, "."), code]).filter(([value]) => !Number.isNaN(value)),
    );
  }

  /** Whether the trimmed text is a missing code; if so it is counted. */
  hasText(text: string): boolean {
    if (text !== "" && !this.firstLetters.has(text.charCodeAt(0))) return false;
    if (!this.texts.has(text)) return false;
    this.count(text);
    return true;
  }

  /** The same for a number, so that −99.0 is the code −99. */
  hasNumber(value: number): boolean {
    const code = this.numbers.size === 0 ? undefined : this.numbers.get(value);
    if (code === undefined) return false;
    this.count(code);
    return true;
  }

  countsOf(column: string): MissingCodeCount[] {
    return [...this.counts]
      .map(([code, count]) => ({ column, code, count }))
      .sort((a, b) => (a.code < b.code ? -1 : 1));
  }

  private count(code: string): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
  }
}

/** The codes of the column `name`: those of the file, those by column, those of its declaration. */
export function codesOf(name: string, { missing, columns }: CohortOptions): string[] {
  const whole = Array.isArray(missing) ? missing : usualMissingCodes;
  const byColumn = missing === undefined || Array.isArray(missing) ? {} : (missing as Record<string, string[]>);
  const own = Object.hasOwn(byColumn, name) ? byColumn[name]! : [];
  const declared = columns !== undefined && Object.hasOwn(columns, name) ? (columns[name]!.missing ?? []) : [];
  return [...whole, ...own, ...declared].map((code) => String(code).trim());
}
