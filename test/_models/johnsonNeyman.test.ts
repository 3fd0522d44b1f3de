import { describe, expect, it } from "vitest";
import { johnsonNeyman, type ModeratedEffect } from "../../src/_models/johnsonNeyman.ts";
import { tQuantileUpper } from "../../src/_numeric/distributions/index.ts";
import { linearModel } from "../../src/regression/index.ts";
import { referenceCases, referenceData } from "../mediation/reference.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";

const effect = (
  main: number,
  interaction: number,
  mainVariance: number,
  interactionVariance: number,
  covariance = 0,
  critical = 2,
): ModeratedEffect => ({ main, interaction, mainVariance, interactionVariance, covariance, critical });

describe("johnsonNeyman by hand, critical value 2", () => {
  it("two roots, significant outside: (1 + w)² = 4(0.25 + 0.05w²) at 0.8w² + 2w = 0", () => {
    const { roots, regions } = johnsonNeyman(effect(1, 1, 0.25, 0.05));
    expect(roots[0]).toBeCloseTo(-2.5, 12);
    expect(roots[1]).toBeCloseTo(0, 12);
    expect(regions.map(({ significant, sign }) => [significant, sign])).toEqual([
      [true, -1],
      [false, null],
      [true, 1],
    ]);
    expect([regions[0]!.from, regions[2]!.to]).toEqual([null, null]);
  });

  it("two roots, significant between: 3² = 4(1 + w²) at w = ±√1.25, the interaction being 0", () => {
    const { roots, regions } = johnsonNeyman(effect(3, 0, 1, 1));
    expect(roots[0]).toBeCloseTo(-Math.sqrt(1.25), 12);
    expect(roots[1]).toBeCloseTo(Math.sqrt(1.25), 12);
    expect(regions.map(({ significant, sign }) => [significant, sign])).toEqual([
      [false, null],
      [true, 1],
      [false, null],
    ]);
  });

  it("none: an effect that is nowhere twice its standard error", () => {
    expect(johnsonNeyman(effect(1, 0.1, 1, 1))).toEqual({
      roots: [],
      regions: [{ from: null, to: null, significant: false, sign: null }],
    });
  });

  it("none: an effect that no moderator changes", () => {
    expect(johnsonNeyman(effect(-3, 0, 1, 0)).regions).toEqual([{ from: null, to: null, significant: true, sign: -1 }]);
  });

  it("one: an interaction exactly at the border of its own test, 4w² + 12w + 9 = 4(1 + w²) at w = −5/12", () => {
    const { roots, regions } = johnsonNeyman(effect(3, 2, 1, 1));
    expect(roots.length).toBe(1);
    expect(roots[0]).toBeCloseTo(-5 / 12, 14);
    expect(regions.map(({ significant }) => significant)).toEqual([false, true]);
  });
});

describe("laws of johnsonNeyman", () => {
  const cases = [
    effect(0.29, -0.07, 0.027, 0.0027, -0.008, 1.96),
    effect(1, 1, 0.25, 0.05, 0.1),
    effect(-2, 0.3, 0.4, 0.004, -0.03),
    effect(3, 0, 1, 1, 0.9),
  ];

  it.each(cases)("at a root the effect is critical times its standard error: %o", (e) => {
    for (const w of johnsonNeyman(e).roots) {
      const error = Math.sqrt(e.mainVariance + 2 * w * e.covariance + w * w * e.interactionVariance);
      expect(Math.abs(e.main + e.interaction * w) / error).toBeCloseTo(e.critical, 10);
    }
  });

  it.each(cases)("another zero and another unit of the moderator move the roots with it: %o", (e) => {
    const shift = 1000;
    const unit = 50;
    // w = unit·(v − shift): main + interaction·w in terms of v
    const moved = effect(
      e.main - e.interaction * unit * shift,
      e.interaction * unit,
      e.mainVariance - 2 * unit * shift * e.covariance + (unit * shift) ** 2 * e.interactionVariance,
      e.interactionVariance * unit ** 2,
      unit * e.covariance - unit ** 2 * shift * e.interactionVariance,
      e.critical,
    );
    const roots = johnsonNeyman(e).roots;
    johnsonNeyman(moved).roots.forEach((v, k) => {
      expectClose(unit * (v - shift), roots[k]!, { rel: 1e-5, abs: 1e-5 });
    });
    expect(johnsonNeyman(moved).roots.length).toBe(roots.length);
  });

  it.each(cases)("an effect of the other sign has the same roots and the other signs: %o", (e) => {
    const turned = johnsonNeyman({ ...e, main: -e.main, interaction: -e.interaction });
    const same = johnsonNeyman(e);
    expect(turned.roots).toEqual(same.roots);
    expect(turned.regions.map(({ sign }) => (sign === null ? null : -sign))).toEqual(
      same.regions.map(({ sign }) => sign),
    );
  });
});

interface Moderated {
  readonly johnsonNeyman: Record<string, { roots: number[] | number; tCrit: number }>;
}

describe.skipIf(!sharedIsPresent)("roots of the paths of moderated mediation as in R (skipped without it)", () => {
  const cases = sharedIsPresent ? referenceCases<Moderated>("03-moderated.json") : [];

  it.each(cases.map((c) => [c.id, c] as const))("%s", (_, c) => {
    const spec = c.spec as typeof c.spec & {
      moderator: string;
      moderated: { a: boolean; b: boolean; cPrime: boolean };
    };
    const { treatment: x, moderator: w, moderated, outcome: y, covariates } = spec;
    const m = spec.mediators[0]!;
    const data = referenceData(c.data);
    const common = [...covariates];
    const paths: Record<string, [string, string[], string]> = {
      aPath: [m, [x, w, `${x}:${w}`, ...common], x],
      bPath: [
        y,
        [x, m, w, ...(moderated.b ? [`${m}:${w}`] : []), ...(moderated.cPrime ? [`${x}:${w}`] : []), ...common],
        m,
      ],
      cPrimePath: [
        y,
        [x, m, w, ...(moderated.b ? [`${m}:${w}`] : []), ...(moderated.cPrime ? [`${x}:${w}`] : []), ...common],
        x,
      ],
    };
    for (const [path, { roots, tCrit }] of Object.entries(c.expected.johnsonNeyman)) {
      const [response, terms, from] = paths[path]!;
      const model = linearModel(data, { outcome: response, terms });
      const at = (name: string) => model.coefficients.findIndex((row) => row.name === name);
      const [i, j] = [at(from), at(`${from} × ${w}`)];
      const critical = tQuantileUpper(0.025, model.dfResidual);
      expectClose(critical, tCrit, { rel: 1e-10, abs: 0 });
      const found = johnsonNeyman({
        main: model.coefficients[i]!.estimate,
        interaction: model.coefficients[j]!.estimate,
        mainVariance: model.covariance[i]![i]!,
        interactionVariance: model.covariance[j]![j]!,
        covariance: model.covariance[i]![j]!,
        critical,
      }).roots;
      const expected = [roots].flat();
      expect(found.length, path).toBe(expected.length);
      found.forEach((root, k) => {
        expectClose(root, expected[k]!, { rel: 1e-7, abs: 1e-9 }, `${path} ${k}`);
      });
    }
  });
});
