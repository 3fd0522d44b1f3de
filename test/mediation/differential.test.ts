import { describe, expect, it } from "vitest";
import { KithpathError } from "../../src/errors.ts";
import { type MediateSpec, type Mediation, mediate } from "../../src/index.ts";
import { naiveMediation, type People, rowName } from "../support/naiveMediation.ts";
import { randomSpecification } from "./randomSpecification.ts";

/** Limits are not compared: as few draws as there may be where there is no delta method. */
function quick({ outcome }: MediateSpec): NonNullable<MediateSpec["inference"]> {
  const cox = typeof outcome === "object" && "time" in outcome && (outcome.model ?? "cox") === "cox";
  return cox ? { draws: 20 } : { method: "delta" };
}

/** Models that these few people cannot bear. */
const refusals = new Set([
  ...["collinear", "separation", "no-overdispersion", "too-few-rows", "too-few-events", "not-converged"],
  ...["too-many-failed-draws", "extreme-values"],
]);

async function tryMediate(people: People, spec: MediateSpec): Promise<Mediation | null> {
  try {
    return await mediate({ ...people } as Record<string, number[]>, { ...spec, inference: quick(spec) });
  } catch (error) {
    if (error instanceof KithpathError && refusals.has(error.code)) return null;
    throw error;
  }
}

/** The largest disagreement, beside the largest effect on its scale, and which it is. */
function disagreement(result: Mediation, naive: ReadonlyMap<string, number>): { error: number; row: string } {
  let worst = { error: 0, row: "" };
  const seen = new Set<string>();
  for (const row of result.effects) {
    const name = rowName(row);
    const expected = naive.get(name);
    if (seen.has(name) || expected === undefined)
      return { error: Number.POSITIVE_INFINITY, row: `${name} is not defined` };
    seen.add(name);
    if (row.estimate === null) continue;
    const size = Math.max(
      1e-3,
      ...result.effects.map((other) => (other.scale === row.scale ? Math.abs(other.estimate ?? 0) : 0)),
    );
    const error = Math.abs(row.estimate - expected) / size;
    if (!(error <= worst.error)) worst = { error, row: `${name}: ${row.estimate}, by the definition ${expected}` };
  }
  for (const name of naive.keys())
    if (!seen.has(name) && !/^\["(moderation|index)"|→.* − /.test(name))
      return { error: Number.POSITIVE_INFINITY, row: `${name} is left out` };
  return worst;
}

describe("mediate against the definitions, person by person and value by value", () => {
  for (let block = 0; block < 6; block++)
    it(`random specifications ${10 * block} to ${10 * block + 9}`, { timeout: 60_000 }, async () => {
      for (let number = 10 * block; number < 10 * block + 10; number++) {
        const { people, spec } = randomSpecification(number);
        const naive = slow.has(number) ? null : attempt(() => naiveMediation(people, spec, { points: 3000 }));
        if (naive === null) continue;
        const result = await tryMediate(people, spec);
        if (result === null) continue;
        const { error, row } = disagreement(result, naive);
        expect(error, `${number} ${JSON.stringify(spec)} ${row}`).toBeLessThan(1e-7);
      }
    });
});

/** Specifications whose delta errors take long. */
const slow = new Set<number>([2, 32]);

function attempt<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (error instanceof KithpathError) return null;
    throw error;
  }
}

describe("found by comparison with the definitions", () => {
  it("with weights the controlled direct effect is told at the weighted mean, and the weighted middle level, of the mediator", async () => {
    const mentored = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    const contacts = [1, 2, 3, 1, 2, 3, 3, 3, 1, 2, 2, 3];
    const wellbeing = [4, 7, 5, 8, 9, 12, 6, 11, 3, 9, 7, 14];
    const weight = [4, 1, 1, 2, 4, 0, 1, 1, 4, 1, 1, 0];
    const total = weight.reduce((a, b) => a + b, 0);
    const people = { mentored, contacts, wellbeing, weight };
    const common = {
      exposure: "mentored",
      outcome: "wellbeing",
      weights: "weight",
      inference: { method: "delta" as const },
    };
    const number = await mediate(people, { ...common, mediators: ["contacts"] });
    expect(number.controlledAt["contacts"]).toBeCloseTo(
      contacts.reduce((sum, x, i) => sum + x * weight[i]!, 0) / total,
      12,
    );
    const ordered = await mediate(people, { ...common, mediators: [{ column: "contacts", family: "ordinal" }] });
    // 10 of the 20 weigh in at level 1, 7 at level 2: the middle lies above level 1.
    expect(ordered.controlledAt["contacts"]).toBe(1);
    const without = Object.fromEntries(
      Object.entries(people).map(([name, x]) => [name, x.filter((_, i) => weight[i]! > 0)]),
    );
    const fewer = await mediate(without, { ...common, mediators: [{ column: "contacts", family: "ordinal" }] });
    expect(fewer.controlledAt["contacts"]).toBe(1);
  });

  it("a ratio whose standard error or upper limit is beyond all numbers has none, and the result goes through JSON as it is", async () => {
    const { people, spec } = randomSpecification(217);
    const result = await mediate({ ...people } as Record<string, number[]>, {
      ...spec,
      inference: { draws: 20, seed: 7 },
    });
    const beyond = result.effects.filter(({ scale, standardError }) => scale === "oddsRatio" && standardError === null);
    expect(beyond.length).toBeGreaterThan(0);
    for (const { standardError, interval } of result.effects)
      for (const value of [standardError, interval?.lower ?? null, interval?.upper ?? null])
        expect(value === null || Number.isFinite(value)).toBe(true);
  });
});
