import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const recordFolder = join(root, "node_modules", ".cache", "kithpath-validation");
const page = join(root, "docs", "validation.md");

interface Record {
  readonly file: string;
  readonly comparisons: readonly { readonly error: number; readonly rel: number }[];
  readonly agreements: readonly { readonly subject: string; readonly part: string; readonly error: number }[];
}

/** Before the run: forget the last one. After it, where asked for: write docs/validation.md from what was measured. */
export function setup(): () => void {
  rmSync(recordFolder, { recursive: true, force: true });
  return () => {
    if (process.env["KITHPATH_VALIDATION"] === "write" && existsSync(recordFolder))
      writeFileSync(page, pageText(readRecords()));
  };
}

function readRecords(): Record[] {
  return readdirSync(recordFolder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(recordFolder, name), "utf8")) as Record);
}

/** Tolerances wider than this belong to figures that are simulated. */
const exactTolerance = 1e-4;

const digitsOf = (error: number) => (error === 0 ? "all" : (-Math.log10(error)).toFixed(1));

function pageText(records: readonly Record[]): string {
  const rows = records.filter(({ comparisons }) => comparisons.length > 0).map(comparisonRow);
  const count = records.reduce((sum, { comparisons }) => sum + comparisons.length, 0);
  return `# Validation

Written by \`npm run validation\` from a test run; do not edit by hand.

${count} figures are held against figures from elsewhere: R 4.2.2 and its packages, certified values of NIST, arithmetic with 50
digits, published tables, hand calculations, and the laws that a method must obey. Each test file names its source. "Fewest
digits" is −log10 of the largest relative error among the figures that are not simulated (absolute where the expected
figure is about zero); simulated figures are held to their own Monte Carlo error.

| test | figures | fewest digits | simulated figures |
|:--|--:|--:|--:|
${rows.join("\n")}

## Distributions

Digits reached against figures computed with 50 digits: both tails in the body, both tails down to 1e-300, quantiles.

${agreementTable(records.flatMap(({ agreements }) => agreements))}

Where R is not the better witness, the method's page says so and names the one used.
`;
}

function comparisonRow({ file, comparisons }: Record): string {
  const exact = comparisons.filter(({ rel }) => rel <= exactTolerance).map(({ error }) => error);
  const fewest = exact.length === 0 ? "—" : digitsOf(exact.reduce((worst, error) => Math.max(worst, error), 0));
  return `| \`${file}\` | ${exact.length} | ${fewest} | ${comparisons.length - exact.length} |`;
}

function agreementTable(agreements: Record["agreements"]): string {
  const parts = [...new Set(agreements.map(({ part }) => part))];
  const subjects = [...new Set(agreements.map(({ subject }) => subject))];
  const cell = (subject: string, part: string) => {
    const errors = agreements.filter((row) => row.subject === subject && row.part === part).map(({ error }) => error);
    return errors.length === 0 ? "—" : digitsOf(Math.max(...errors));
  };
  return [
    `| function | ${parts.join(" | ")} |`,
    `|:--|${parts.map(() => "--:").join("|")}|`,
    ...subjects.map((subject) => `| ${subject} | ${parts.map((part) => cell(subject, part)).join(" | ")} |`),
  ].join("\n");
}
