import { type TestName, testWords } from "./chainMethods.ts";
import { drawsPerInterval, type LimitMethod, limitWords } from "./chainStudies.ts";
import { listed, number, range, share, table, withError } from "./layout.ts";
import { peopleNeededByBootstrap, peopleOfTable6, powerOfTable6, repetitionsOfTable6 } from "./published.ts";
import { allTests, type NeededCell, nullPaths, type Repetitions, type Results } from "./studies.ts";
import type { Simulated } from "./tally.ts";

export function neededSection({ needed }: Results, { paths, bootstrap }: Repetitions): string {
  const cells = [...needed.joint, ...needed.sobel];
  const far = cells.filter(({ power }) => Math.abs(power.value - 0.8) > 3 * power.error);
  const name = ({ a, b, people }: NeededCell) => `a ${share(a)}, b ${share(b)}, n ${people}`;
  const rows = (found: readonly NeededCell[]) =>
    [0, 1, 2, 3].map((i) => [
      share(found[4 * i]!.a),
      ...found.slice(4 * i, 4 * i + 4).map(({ people, power }) => `${people}: ${share(power.value)}`),
    ]);
  const head = ["a \\ b", ...needed.joint.slice(0, 4).map(({ b }) => share(b))];
  return `## 1. People needed for a power of .80

Fritz & MacKinnon (2007, table 3) searched for the sample size at which power is .80. At their sizes ours is, from ${paths} samples
each (Monte Carlo error ${share(Math.sqrt(0.16 / paths))}):

Joint significance (published n: our power)

${table(head, rows(needed.joint))}

Sobel (published n: our power)

${table(head, rows(needed.sobel))}

Power over all ${cells.length} cells: ${range(cells.map(({ power }) => power.value))}. Farther than three Monte Carlo errors from .80: ${listed(far.map((cell) => `${name(cell)} (${share(cell.power.value)})`))}.

Bootstrap, ${bootstrap} samples, ${drawsPerInterval} draws, c' = 0, at the percentile bootstrap's published n; the bias-corrected one is published to need fewer
(${peopleNeededByBootstrap.biasCorrected.M} and ${peopleNeededByBootstrap.biasCorrected.L}), so that its power must be higher:

${table(
  ["a = b", "n", "limits", "power"],
  needed.resampled.map(({ a, people, method, power }) => [
    share(a),
    String(people),
    limitWords[method],
    withError(power),
  ]),
  3,
)}`;
}

export function powerSection({ tests }: Results, { paths }: Repetitions): string {
  const ours = (test: TestName, size: number, people: number): Simulated =>
    tests.alike.find((cell) => cell.a === size && cell.people === people)!.power[test];
  const far: string[] = [];
  const rows = powerOfTable6.map(({ test, path, power }) => [
    testWords[test],
    share(path),
    ...peopleOfTable6.map((people, j) => {
      const { value } = ours(test, path, people);
      const published = power[j]!;
      const both = (value * paths + published * repetitionsOfTable6) / (paths + repetitionsOfTable6);
      const error = Math.sqrt(both * (1 - both) * (1 / paths + 1 / repetitionsOfTable6));
      if (Math.abs(value - published) > 3 * error)
        far.push(`${testWords[test]}, ${share(path)}, n ${people} (${share(published)}, ours ${share(value)})`);
      return `${share(published)} / ${share(value)}`;
    }),
  ]);
  const joint = nullPaths.map((size) => [
    testWords.joint,
    share(size),
    ...peopleOfTable6.map((people) => share(ours("joint", size, people).value)),
  ]);
  return `## 2. Power of tests of one sample

MacKinnon, Lockwood, Hoffman, West & Sheets (2002, table 6), ${repetitionsOfTable6} samples a cell, beside ours from ${paths}: published / ours. a = b, c' = 0.
The note of their table names effects of .14, .36 and .51, which are correlations; its figures are those of paths .14, .39 and .59.

${table(["test", "a = b", ...peopleOfTable6.map((n) => `n ${n}`)], rows, 2)}

Differences beyond three Monte Carlo errors of both together: ${listed(far)}.

Joint significance, ours alone:

${table(["test", "a = b", ...peopleOfTable6.map((n) => `n ${n}`)], joint, 2)}

The product of z-values (P = z_a z_b), which rejects about 5 % with both paths 0 and far too often with one, is not on offer.`;
}

export function errorSection({ tests, liberal }: Results, { paths, liberal: samples }: Repetitions): string {
  const cells = [...tests.alike.filter(({ a }) => a === 0), ...tests.oneZero];
  const rows = nullPaths.flatMap((b) =>
    allTests.map((test) => [
      share(b),
      testWords[test],
      ...peopleOfTable6.map((people) =>
        share(cells.find((cell) => cell.b === b && cell.people === people)!.power[test].value),
      ),
    ]),
  );
  const bothZero = cells.filter(({ b }) => b === 0).map(({ power }) => power.joint.value);
  const above = cells.flatMap(({ b, people, power }) =>
    (["joint", "product"] as const)
      .filter((test) => power[test].value > 0.05 + 3 * Math.sqrt(0.0475 / paths))
      .map((test) => `${testWords[test]}, b ${share(b)}, n ${people} (${share(power[test].value)})`),
  );
  const gaps = liberal.map(({ percentile, biasCorrected }) => biasCorrected.value - percentile.value);
  return `## 3. Type I error

a = 0, so that there is no indirect effect; ${paths} samples, nominal level .05, Monte Carlo error at .05: ${share(Math.sqrt(0.0475 / paths))}.

${table(["b", "test", ...peopleOfTable6.map((n) => `n ${n}`)], rows, 2)}

With both paths 0 joint significance rejects with probability .05² = .0025; here ${range(bothZero)}. Joint significance or the product's distribution
above .05 by more than three Monte Carlo errors: ${listed(above)}. Goodman's variance can be negative; such a sample counts as not rejected.

Limits by the bootstrap that exclude 0, ${samples} samples, ${drawsPerInterval} draws:

${table(
  ["b", "n", "percentile", "bias-corrected"],
  liberal.map(({ b, people, percentile, biasCorrected }) => [
    share(b),
    String(people),
    withError(percentile),
    withError(biasCorrected),
  ]),
)}

Bias-corrected limits exclude 0 more often than percentile limits from the same draws, by ${range(gaps)}: Fritz, Taylor & MacKinnon (2012) found their type I error
too high with small samples and one path of medium size or more. Percentile limits are the default; \`mediate\` notes it when bias-corrected ones are asked for.`;
}

const methods: readonly LimitMethod[] = ["delta", "product", "monteCarlo", "percentile", "biasCorrected"];

export function limitSection({ limits }: Results, { paths, bootstrap }: Repetitions): string {
  const rows = limits.map(({ a, b, people, misses }) => [
    share(a),
    share(b),
    String(people),
    ...methods.map(
      (method) =>
        `${share(misses[method].coverage.value)} (${share(misses[method].below)}, ${share(misses[method].above)})`,
    ),
  ]);
  const outside = limits
    .filter(({ a, b, people }) => people >= 100 && !(a === 0 && b === 0))
    .flatMap(({ a, b, people, misses }) =>
      methods
        .filter((method) => {
          const { coverage, repetitions } = misses[method];
          const outside = coverage.value < 0.925 || coverage.value > 0.975;
          return outside && Math.abs(coverage.value - 0.95) > 3 * Math.sqrt(0.0475 / repetitions);
        })
        .map(
          (method) =>
            `${limitWords[method]}, a ${share(a)}, b ${share(b)}, n ${people} (${withError(misses[method].coverage)})`,
        ),
    );
  const medium = limits.find(({ a, b, people }) => a === 0.39 && b === 0.39 && people === 50)!.misses;
  const uneven = (method: LimitMethod) => `${share(medium[method].below)} and ${share(medium[method].above)}`;
  const none = limits
    .filter(({ a, b }) => a === 0 && b === 0)
    .flatMap(({ misses }) => methods.map((method) => misses[method].coverage.value));
  return `## 4. Limits: coverage and its balance

Coverage of 95 % limits (share of samples with the truth below the lower limit, above the upper limit). Delta, product and Monte Carlo: ${Math.round(paths / 2)} samples,
Monte Carlo error at .95 ${share(Math.sqrt(0.0475 / Math.round(paths / 2)))}; bootstrap: ${bootstrap} samples, error ${share(Math.sqrt(0.0475 / bootstrap))}; ${drawsPerInterval} draws.

${table(["a", "b", "n", ...methods.map((method) => limitWords[method])], rows, 0)}

Outside .925–.975 (Bradley's liberal criterion), and farther than three Monte Carlo errors from .95, with n of 100 or more and not both paths 0: ${listed(outside)}.

With a = b = .39 and n = 50 the truth lies below and above the limits in these shares: delta ${uneven("delta")}, distribution of the product ${uneven("product")}. MacKinnon,
Lockwood & Williams (2004) found the same: limits by a normal distribution miss on one side. With both paths 0 every method covers more than it says: ${range(none)}.`;
}

export function drawnSection({ monteCarlo }: Results): string {
  const pair = ([lower, upper]: readonly [number, number]) => `${number(lower)}, ${number(upper)}`;
  const moved = monteCarlo.map(
    ({ few, many }) => Math.max(Math.abs(few[0] - many[0]), Math.abs(few[1] - many[1])) / (many[1] - many[0]),
  );
  const exact = monteCarlo.map(({ exact, witness }) =>
    Math.max(Math.abs(exact[0] - witness[0]), Math.abs(exact[1] - witness[1])),
  );
  return `## 5. Monte Carlo limits from summaries

Preacher & Selig (2012): limits from drawn products agree with those of the product's distribution. \`indirectFromSummary\`, seed 1; "integrated": numerical integration of the
product's density by another program.

${table(
  ["a (SE), b (SE)", "integrated", "product distribution", "10⁶ draws", "20,000 draws"],
  monteCarlo.map(({ a, seA, b, seB, witness, exact, few, many }) => [
    `${a} (${seA}), ${b} (${seB})`,
    pair(witness),
    pair(exact),
    pair(many),
    pair(few),
  ]),
)}

Largest distance of the exact limits from the integrated ones: ${number(Math.max(...exact), 2)} (they were printed with five decimals). From 20,000 to 10⁶ draws a limit
moves by at most ${number(100 * Math.max(...moved), 2)} % of the interval's width.`;
}
