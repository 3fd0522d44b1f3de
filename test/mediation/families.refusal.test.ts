import { describe, expect, it } from "vitest";
import { randomStream } from "../../src/_numeric/random.ts";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { familyCohort } from "./familyCohort.ts";

const cohort = familyCohort();
const {
  mentored,
  closeness,
  connection_6: connection,
  wellbeing_0: before,
  groups,
  contacts,
} = cohort as Record<"mentored" | "closeness" | "connection_6" | "wellbeing_0" | "groups" | "contacts", number[]>;
const good: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection_6"],
  outcome: "wellbeing_12",
  covariates: ["wellbeing_0"],
  inference: { draws: 20 },
};
const made = (values: (row: number) => number | string | null) => ({
  ...cohort,
  x: mentored.map((_, row) => values(row)),
});
const mediator = (family: string, extra: object = {}) => ({ mediators: [{ column: "x", family, ...extra }] });
const outcome = (family: string, extra: object = {}) => ({ outcome: { column: "x", family, ...extra } });

const refused: [string, string, ReturnType<typeof made>, object, RegExp][] = [
  [
    "separation",
    "a binary mediator that is the exposure",
    made((i) => mentored[i]!),
    mediator("binomial"),
    /"mentored"/,
  ],
  [
    "separation",
    "a binary mediator that everybody exposed has",
    made((i) => (mentored[i] === 1 ? 1 : i % 2)),
    mediator("binomial"),
    /"mentored"/,
  ],
  [
    "separation",
    "a probit mediator cut from a covariate",
    made((i) => (before[i]! > 45 ? 1 : 0)),
    mediator("binomial", { link: "probit" }),
    /"wellbeing_0"/,
  ],
  [
    "separation",
    "an ordinal mediator cut from a covariate",
    made((i) => (before[i]! > 50 ? 3 : before[i]! > 40 ? 2 : 1)),
    mediator("ordinal"),
    /"wellbeing_0"/,
  ],
  [
    "separation",
    "counts that are 0 in one arm",
    made((i) => (mentored[i] === 1 ? contacts[i]! : 0)),
    mediator("negative-binomial"),
    /"mentored"/,
  ],
  ["order-needed", "levels in words without an order", made((i) => "abc"[i % 3]!), mediator("ordinal"), /order/],
  [
    "unknown-level",
    "a level that is not among those named",
    made((i) => "abc"[i % 3]!),
    mediator("ordinal", { levels: ["a", "b"] }),
    /a, b/,
  ],
  [
    "collinear",
    "a level of an ordinal mediator that only the exposed have, with an interaction",
    made((i) => (mentored[i] === 1 ? closeness[i]! : Math.min(2, closeness[i]!))),
    mediator("ordinal"),
    /nobody to tell "mentored × x: 3".*Merge levels/s,
  ],
  [
    "collinear",
    "a level of an ordinal mediator that only the others have, with an interaction",
    made((i) => (mentored[i] === 0 ? closeness[i]! : Math.min(2, closeness[i]!))),
    mediator("ordinal"),
    /nobody to tell "mentored × x: 3".*Merge levels/s,
  ],
  ["not-counts", "counts below 0", made((i) => groups[i]! - 1), mediator("poisson"), /not a count/],
  ["not-counts", "counts with halves", made((i) => groups[i]! + 0.5), mediator("negative-binomial"), /not a count/],
  ["not-counts", "an outcome of counts with halves", made((i) => groups[i]! + 0.5), outcome("poisson"), /not a count/],
  [
    "no-overdispersion",
    "a negative binomial mediator that varies less than Poisson counts",
    made((i) => groups[i]!),
    mediator("negative-binomial"),
    /poisson/,
  ],
  [
    "no-overdispersion",
    "a negative binomial outcome that varies less than Poisson counts",
    made((i) => 4 + (i % 2)),
    outcome("negative-binomial"),
    /poisson/,
  ],
  [
    "not-converged",
    "a log-binomial model whose probabilities climb to 1",
    made((i) => (cohort["wellbeing_12"]![i]! < 42 ? 1 : 0)),
    outcome("binomial", { link: "log" }),
    /"logit"/,
  ],
  ["constant-mediator", "a constant score", made(() => 3), { mediators: ["x"] }, /"x"/],
  ["constant-mediator", "a constant binary mediator", made(() => 1), mediator("binomial"), /"x"/],
  ["constant-mediator", "counts of 0", made(() => 0), mediator("poisson"), /"x"/],
  ["constant-mediator", "one level", made(() => "a"), mediator("ordinal", { levels: ["a", "b"] }), /"x"/],
  [
    "collinear",
    "a mediator computed from the exposure",
    made((i) => 2 * mentored[i]! + 1),
    { mediators: ["x"] },
    /"x"/,
  ],
  [
    "collinear",
    "a mediator computed from exposure and covariate",
    made((i) => 3 * mentored[i]! - 0.1 * before[i]!),
    { mediators: ["x"], outcome: { column: "mood", family: "ordinal" } },
    /"x"/,
  ],
  [
    "not-two-arms",
    "an exposure with one value left after rows are dropped",
    made((i) => (mentored[i] === 1 ? i : null)),
    { mediators: ["x"] },
    /mentored/,
  ],
  [
    "one-arm",
    "a number as exposure with one value left",
    made(() => 4),
    { exposure: { column: "x", from: 1, to: 2 } },
    /"x"/,
  ],
  ["unusable-weights", "weights below 0", made((i) => i - 3), { weights: "x" }, /row 1|-3/],
  ["unusable-weights", "weights of 0 throughout", made(() => 0), { weights: "x" }, /0/],
  ["one-arm", "weights of 0 in one arm", made((i) => mentored[i]!), { weights: "x" }, /mentored/],
  [
    "constant-mediator",
    "weights of 0 for everybody with one value of a binary mediator",
    made((i) => cohort["supported"]![i]!),
    { weights: "x", mediators: [{ column: "supported", family: "binomial" }] },
    /supported/,
  ],
  [
    "one-level-outcome",
    "weights of 0 for everybody with one value of a binary outcome",
    made((i) => cohort["abstinent_12"]![i]!),
    { weights: "x", outcome: { column: "abstinent_12", family: "binomial" } },
    /abstinent_12/,
  ],
  [
    "unusable-weights",
    "weights of 0 for a whole level of an ordinal mediator",
    made((i) => (closeness[i] === 2 ? 0 : 1)),
    { weights: "x", mediators: [{ column: "closeness", family: "ordinal" }] },
    /level "2" of "closeness"/,
  ],
  [
    "invalid-option",
    "a controlled value that a binary mediator cannot have",
    made(() => 0),
    { mediators: [{ column: "supported", family: "binomial" }], controlledAt: 3 },
    /controlledAt/,
  ],
  [
    "invalid-option",
    "a controlled count below 0",
    made(() => 0),
    { mediators: [{ column: "contacts", family: "poisson" }], controlledAt: -2 },
    /controlledAt/,
  ],
  [
    "invalid-option",
    "a controlled level that is not there",
    made(() => 0),
    { mediators: [{ column: "closeness", family: "ordinal" }], controlledAt: 9 },
    /1, 2, 3, 4/,
  ],
  [
    "not-supported",
    "a link that the family has not",
    made(() => 0),
    { mediators: [{ column: "contacts", family: "poisson", link: "identity" }] },
    /log/,
  ],
];

describe("mediate with mediators and outcomes of every family refuses", () => {
  it.each(refused)("%s: %s", async (code, _what, data, part, told) => {
    const failed = mediate(data, { ...good, ...part } as MediateSpec);
    await expect(failed).rejects.toMatchObject({ code });
    await expect(failed).rejects.toThrow(told);
  });
});

describe("a resample of negative binomial counts without overdispersion", () => {
  it("takes the Poisson model, the limit θ → ∞: no draw fails", async () => {
    const stream = randomStream(3, 0);
    const slight = mentored.map((arm, i) =>
      stream.poisson((Math.exp(0.5 + 0.3 * arm + 0.01 * (connection[i]! - 50)) * stream.gamma(25)) / 25),
    );
    const data = { ...cohort, slight };
    for (const part of [
      { mediators: [{ column: "slight", family: "negative-binomial" as const }] },
      { outcome: { column: "slight", family: "negative-binomial" as const } },
    ]) {
      const result = await mediate(data, { ...good, ...part, inference: { draws: 200, seed: 1 } });
      expect(result.models.flatMap(({ others }) => others)[0]).toBeGreaterThan(8);
      expect(result.draws.failed).toBe(0);
      const poisson = JSON.parse(JSON.stringify(part).replace("negative-binomial", "poisson"));
      const limit = await mediate(data, { ...good, ...poisson, inference: { draws: 200, seed: 1 } });
      const row = (from: typeof result) => from.effects.find(({ effect }) => effect === "totalNaturalIndirect")!;
      expect(Math.abs(row(result).standardError! / row(limit).standardError! - 1)).toBeLessThan(0.03);
    }
  });
});
