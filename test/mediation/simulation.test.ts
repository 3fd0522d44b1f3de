import { describe, expect, it } from "vitest";
import { randomStream } from "../../src/_numeric/random.ts";
import { mediate } from "../../src/mediation/index.ts";
import { effect } from "./reference.ts";

const samples = { bootstrap: 200, "monte-carlo": 60 } as const;
const people = 120;

/** M = aT + e, Y = 0.3T + 0.4M + 0.2TM + e: total natural indirect a(0.4 + 0.2), pure natural direct 0.3 + 0.2·0. */
function sample(index: number, a: number) {
  const stream = randomStream(20261122, index);
  const t: number[] = [];
  const m: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < people; i++) {
    const exposed = i % 2;
    const mediator = a * exposed + stream.normal();
    t.push(exposed);
    m.push(mediator);
    y.push(0.3 * exposed + 0.4 * mediator + 0.2 * exposed * mediator + stream.normal());
  }
  return { t, m, y };
}

async function coverage(method: "bootstrap" | "monte-carlo", a: number): Promise<{ direct: number; indirect: number }> {
  let direct = 0;
  let indirect = 0;
  for (let index = 0; index < samples[method]; index++) {
    const result = await mediate(sample(index, a), {
      exposure: "t",
      mediators: ["m"],
      outcome: "y",
      inference: { method, draws: 300, seed: index },
    });
    const holds = (name: "pureNaturalDirect" | "totalNaturalIndirect", truth: number) => {
      const { lower, upper } = effect(result, name).interval!;
      return lower! <= truth && truth <= upper! ? 1 : 0;
    };
    direct += holds("pureNaturalDirect", 0.3);
    indirect += holds("totalNaturalIndirect", a * 0.6);
  }
  return { direct: direct / samples[method], indirect: indirect / samples[method] };
}

describe(`coverage of 95 % limits in simulated trials of ${people} people`, () => {
  for (const method of ["bootstrap", "monte-carlo"] as const) {
    const reach = 3 * Math.sqrt(0.0475 / samples[method]);

    it(`${method}, ${samples[method]} trials: within three Monte Carlo errors of .95 for direct and indirect effect`, async () => {
      const found = await coverage(method, 0.5);
      for (const share of [found.direct, found.indirect]) expect(Math.abs(share - 0.95)).toBeLessThan(reach);
    });

    it(`${method}, ${samples[method]} trials: not below that for an indirect effect of 0`, async () => {
      expect((await coverage(method, 0)).indirect).toBeGreaterThan(0.95 - reach);
    });
  }
});
