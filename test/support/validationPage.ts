import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const recordFolder = join(root, "node_modules", ".cache", "kithpath-validation");
const page = join(root, "docs", "validation.md");

interface Record {
  readonly file: string;
  readonly comparisons: number;
  readonly worst: number;
  readonly within: number;
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

function pageText(records: readonly Record[]): string {
  const total = records.reduce((sum, { comparisons }) => sum + comparisons, 0);
  const rows = records.map(
    ({ file, comparisons, worst, within }) =>
      `| \`${file}\` | ${comparisons} | ${worst === 0 ? "all" : (-Math.log10(worst)).toFixed(1)} | ${within.toExponential(0)} |`,
  );
  return `# Validation

Written by \`npm run validation\` from a test run; do not edit by hand.

${total} figures are held against an outside witness: R 4.2.2 and its packages, certified values of NIST, arithmetic with
40 digits or more, or published tables. Each test file names the call that made its figures. "Fewest digits" is
−log10 of the largest relative error in the file (absolute where the expected figure is about zero); "widest tolerance" is
the largest relative tolerance that any comparison of the file was allowed: wide ones belong to figures that are
themselves simulated or optimised.

| test | figures | fewest digits | widest tolerance |
|:--|--:|--:|--:|
${rows.join("\n")}

Where R is not the better witness, the method's page says so and names the one used.
`;
}
