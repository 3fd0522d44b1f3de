import { chainSeed } from "./chainStudies.ts";
import { cohortSection } from "./pageOfCohorts.ts";
import { drawnSection, errorSection, limitSection, neededSection, powerSection } from "./pageOfPaths.ts";
import type { Repetitions, Results } from "./studies.ts";

export function pageText(results: Results, repetitions: Repetitions): string {
  return `# Coverage, type I error and power by simulation

Written by \`npm run simulate\`; do not edit by hand. \`npm run simulate -- --repetitions N\` takes N cohorts in place of ${repetitions.cohorts} and every other number of samples in proportion.

Sections 1 to 4: X, M = aX + e, Y = bM + e, with X and both e standard normal and no direct path; nominal level .05, two-sided. Tests on paths get
a, b and their standard errors by least squares in closed form, which are those of \`mediate\` (\`test/mediation/simulation.paths.test.ts\`). Each design has samples
of its own, from seed ${chainSeed} and its paths and size; the same seed gives the same page. "± " is a Monte Carlo standard error.

${[
  neededSection(results, repetitions),
  powerSection(results, repetitions),
  errorSection(results, repetitions),
  limitSection(results, repetitions),
  drawnSection(results),
  cohortSection(results, repetitions),
].join("\n\n")}
`;
}
