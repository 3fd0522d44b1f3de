import { variance } from "../../src/_numeric/describe.ts";
import { KithpathError } from "../../src/errors.ts";
import { mediationEstimator } from "../../src/mediation/analysis.ts";
import type { EffectName, EffectRow, EffectScale, MediateSpec } from "../../src/mediation/index.ts";
import { measurementError, mediate } from "../../src/mediation/index.ts";
import { baseline, type Columns, cohortSample } from "./cohortSample.ts";
import { truth } from "./cohortTruth.ts";
import { type Behaviour, Tally } from "./tally.ts";

/** One effect of one design under one way of making limits. */
export interface StudyRow extends Behaviour {
  readonly design: string;
  readonly effect: string;
  readonly limits: string;
}

export interface Study {
  readonly rows: readonly StudyRow[];
  /** Other numbers of the design. */
  readonly figures: Readonly<Record<string, number>>;
}

const both = ["connection", "support"] as const;
const wellbeing: MediateSpec = {
  exposure: "mentored",
  mediators: both,
  outcome: "wellbeing",
  covariates: baseline,
};

interface Sought {
  readonly words: string;
  readonly effect: EffectName;
  readonly truth: number;
  readonly scale?: EffectScale;
  readonly mediator?: string;
  readonly given?: number | string | null;
}

/** Tallies of the effects sought, one set for every way of making limits. */
class Watch {
  private readonly tallies = new Map<string, { sought: Sought; limits: string; tally: Tally }>();

  constructor(
    private readonly design: string,
    private readonly sought: readonly Sought[],
  ) {}

  see(limits: string, effects: readonly EffectRow[]): void {
    for (const sought of this.sought) {
      const row = find(effects, sought);
      const name = `${sought.words} ${limits}`;
      const ratio = row.scale.endsWith("Ratio");
      if (!this.tallies.has(name))
        this.tallies.set(name, { sought, limits, tally: new Tally(sought.truth, ratio ? 1 : 0) });
      const { lower, upper } = row.interval ?? { lower: null, upper: null };
      this.tallies
        .get(name)!
        .tally.add(
          row.estimate!,
          lower === null || upper === null ? null : { lower, upper, standardError: row.standardError },
        );
    }
  }

  rows(): StudyRow[] {
    return [...this.tallies.values()].map(({ sought, limits, tally }) => ({
      design: this.design,
      effect: sought.words,
      limits,
      ...tally.behaviour(),
    }));
  }
}

function find(effects: readonly EffectRow[], { effect, scale, mediator, given }: Sought): EffectRow {
  const found = effects.find(
    (row) =>
      row.effect === effect &&
      (scale === undefined || row.scale === scale) &&
      (mediator === undefined ? row.mediator === null || effect === "contrast" : row.mediator === mediator) &&
      (given === undefined ? row.given === null || effect === "moderation" : row.given === given),
  );
  if (found === undefined) throw new Error(`no effect ${effect} ${scale ?? ""} ${mediator ?? ""} ${given ?? ""}`);
  return found;
}

/** Point estimates only, as effects without limits. */
function points(data: Columns, spec: MediateSpec): EffectRow[] {
  const { keys, point } = mediationEstimator(data, spec);
  return keys.map((key, k) => ({
    ...key,
    at: null,
    estimate: point[k]!,
    standardError: null,
    interval: null,
    pValue: null,
  }));
}

async function effectsOf(data: Columns, spec: MediateSpec): Promise<readonly EffectRow[]> {
  return (await mediate(data, spec)).effects;
}

const draws = 400;
const three = ({ TE, PNDE, TNIE }: { TE: number; PNDE: number; TNIE: number }, scale?: EffectScale): Sought[] => [
  { words: "total", effect: "total", truth: TE, ...(scale === undefined ? {} : { scale }) },
  { words: "pure natural direct", effect: "pureNaturalDirect", truth: PNDE, ...(scale === undefined ? {} : { scale }) },
  {
    words: "total natural indirect",
    effect: "totalNaturalIndirect",
    truth: TNIE,
    ...(scale === undefined ? {} : { scale }),
  },
];
const specific: readonly Sought[] = [
  { words: "through connection", effect: "indirect", mediator: "connection", truth: truth.wellbeing.connection },
  { words: "through recovery support", effect: "indirect", mediator: "support", truth: truth.wellbeing.support },
  { words: "connection − recovery support", effect: "contrast", truth: truth.wellbeing.contrast },
];

/** L1 and M1: linear models with interaction, mentoring by coin; L2: the same without exposure × mediator. */
export async function linearStudy(repetitions: number): Promise<Study> {
  const whole = new Watch("L1, M1", [...three(truth.wellbeing), ...specific]);
  const more = new Watch("L1, 40 sites", three(truth.wellbeing));
  const without = new Watch("L2", three(truth.wellbeing));
  let gap = 0;
  for (let index = 0; index < repetitions; index++) {
    const data = cohortSample(index);
    const people = { method: "delta", covariance: "robust" } as const;
    whole.see("delta, people", await effectsOf(data, { ...wellbeing, inference: people }));
    whole.see("delta, sites", await effectsOf(data, { ...wellbeing, cluster: "site", inference: { method: "delta" } }));
    whole.see("percentile, people", await effectsOf(data, { ...wellbeing, inference: { draws, seed: index } }));
    whole.see(
      "percentile, sites",
      await effectsOf(data, { ...wellbeing, cluster: "site", inference: { draws, seed: index } }),
    );
    const omitted = await effectsOf(data, {
      ...wellbeing,
      exposureMediatorInteraction: false,
      inference: { draws, seed: index },
    });
    without.see("percentile, people", omitted);
    const [total, direct, indirect] = three(truth.wellbeing).map((sought) => find(omitted, sought).estimate!);
    gap = Math.max(gap, Math.abs(direct! + indirect! - total!));
    more.see(
      "percentile, sites",
      await effectsOf(cohortSample(index, { sites: 40 }), {
        ...wellbeing,
        cluster: "site",
        inference: { draws, seed: index },
      }),
    );
  }
  return { rows: [...whole.rows(), ...more.rows(), ...without.rows()], figures: { decompositionGap: gap } };
}

/** L3: people chose mentoring; one large sample, with nothing before mentoring in the models, and with all of it. */
export async function confoundedStudy(people: number): Promise<Study> {
  const data = cohortSample(0, { observational: true, people, sites: Math.max(12, Math.round(people / 50)) });
  const bare: MediateSpec = { exposure: "mentored", mediators: both, outcome: "wellbeing" };
  const inference = { method: "delta", covariance: "robust" } as const;
  const total: Sought = { words: "total", effect: "total", truth: truth.wellbeing.TE };
  const naive = find(await effectsOf(data, { ...bare, inference }), total);
  const adjusted = find(await effectsOf(data, { ...wellbeing, inference }), total);
  const staged = find(
    points(data, {
      ...wellbeing,
      moderator: { column: "stage", on: ["exposure-mediator", "exposure-outcome"] },
    }),
    total,
  );
  return {
    rows: [],
    figures: {
      people,
      naive: naive.estimate!,
      naiveError: naive.standardError!,
      adjusted: adjusted.estimate!,
      adjustedError: adjusted.standardError!,
      staged: staged.estimate!,
    },
  };
}

/** B1: abstinence, logistic; C1: readmissions, Poisson with robust errors. */
export async function countedStudy(repetitions: number): Promise<Study> {
  const binary = new Watch("B1", three(truth.abstinent, "riskDifference"));
  const counts = new Watch("C1", three(truth.readmissions, "rateRatio"));
  const inference = { method: "delta", covariance: "robust" } as const;
  const products: number[] = [];
  for (let index = 0; index < repetitions; index++) {
    const data = cohortSample(index);
    const shared = { exposure: "mentored", mediators: both, exposureMediatorInteraction: false, inference } as const;
    const abstinent = await mediate(data, {
      ...shared,
      outcome: { column: "abstinent", family: "binomial" },
      covariates: ["stage", "alcohol", "severity", "connection0", "support0", "wellbeing0"],
    });
    binary.see("delta, people", abstinent.effects);
    const slope = (path: "a" | "b", mediator: string) =>
      abstinent.paths.find((row) => row.path === path && row.mediator === mediator)!.estimate;
    products.push(both.reduce((sum, mediator) => sum + slope("a", mediator) * slope("b", mediator), 0));
    counts.see(
      "delta, people",
      await effectsOf(data, {
        ...shared,
        outcome: { column: "readmissions", family: "poisson" },
        covariates: ["stage", "severity", "connection0", "support0", "wellbeing0"],
      }),
    );
  }
  return {
    rows: [...binary.rows(), ...counts.rows()],
    figures: { productOfLogits: products.reduce((sum, value) => sum + value, 0) / products.length },
  };
}

/**
 * S1 and S2: relapse with death as a competing event, Cox; net risk with deaths censored, Weibull. Cohorts in which too few
 * people died for a model of death are refused by the library and drawn anew.
 */
export async function survivalStudy(repetitions: number): Promise<Study> {
  const risk = new Watch("S1, deaths compete", three(truth.relapse, "riskDifference"));
  const days = new Watch("S2", three(truth.restrictedMean, "restrictedMeanDifference"));
  const net = new Watch("S1, deaths censored", three(truth.netRelapse, "riskDifference"));
  const shared = {
    exposure: "mentored",
    mediators: ["need"],
    covariates: ["alcohol", "severity", "wellbeing0"],
    exposureMediatorInteraction: false,
  } as const;
  const withDeaths = { time: "days", event: { column: "status", event: 1, competing: 2 }, at: 365 } as const;
  let refused = 0;
  for (let index = 0; index < repetitions + refused; index++) {
    const data = cohortSample(index);
    try {
      const competing = points(data, { ...shared, outcome: withDeaths });
      risk.see("none (estimates only)", competing);
      days.see("none (estimates only)", competing);
    } catch (error) {
      if (!(error instanceof KithpathError && error.code === "too-few-events")) throw error;
      refused++;
      continue;
    }
    const censored = { time: "days", event: "relapsed", at: 365, model: "weibull" } as const;
    const inference = { method: "delta", covariance: "robust" } as const;
    net.see("delta, people", await effectsOf(data, { ...shared, outcome: censored, inference }));
  }
  return { rows: [...risk.rows(), ...days.rows(), ...net.rows()], figures: { refused } };
}

/** M2: the effect of mentoring on both mediators depends on the action stage, and does not depend on alcohol as main problem. */
export async function moderatedStudy(repetitions: number): Promise<Study> {
  const stages = new Watch("M2, action stage", [
    {
      words: "indirect, not in the action stage",
      effect: "totalNaturalIndirect",
      given: 0,
      truth: truth.wellbeing.stage0,
    },
    { words: "indirect, in the action stage", effect: "totalNaturalIndirect", given: 1, truth: truth.wellbeing.stage1 },
    { words: "difference", effect: "moderation", truth: truth.wellbeing.index, given: "1 − 0" },
  ]);
  const nothing = new Watch("M2, alcohol", [{ words: "difference", effect: "moderation", truth: 0, given: "1 − 0" }]);
  for (let index = 0; index < repetitions; index++) {
    const data = cohortSample(index);
    const moderated = (column: string): MediateSpec => ({
      exposure: "mentored",
      mediators: both,
      outcome: "wellbeing",
      covariates: ["severity", "connection0", "support0", "wellbeing0", ...(column === "stage" ? [] : ["stage"])],
      moderator: { column, on: ["exposure-mediator"] },
      inference: { method: "delta", covariance: "robust" },
    });
    stages.see("delta, people", await effectsOf(data, moderated("stage")));
    nothing.see("delta, people", await effectsOf(data, moderated("alcohol")));
  }
  return { rows: [...stages.rows(), ...nothing.rows()], figures: {} };
}

/** N1: mentoring does nothing to anybody. */
export async function nullStudy(repetitions: number): Promise<Study> {
  const nothing = new Watch("N1", [
    ...three({ TE: 0, PNDE: 0, TNIE: 0 }),
    ...specific.map((sought) => ({ ...sought, truth: 0 })),
  ]);
  for (let index = 0; index < repetitions; index++) {
    const data = cohortSample(index, { nullEffect: true });
    nothing.see("percentile, people", await effectsOf(data, { ...wellbeing, inference: { draws, seed: index } }));
    nothing.see(
      "delta, people",
      await effectsOf(data, { ...wellbeing, inference: { method: "delta", covariance: "robust" } }),
    );
  }
  return { rows: nothing.rows(), figures: {} };
}

/** E1: connection measured with error, its reliability in the sample known. */
export async function measurementStudy(repetitions: number): Promise<Study> {
  const sought: Sought = { words: "through connection", effect: "indirect", truth: truth.wellbeing.connection };
  const corrected = new Watch("E1, corrected", [{ ...sought, mediator: "brief" }]);
  const observed = new Watch("E1, as measured", [{ ...sought, mediator: "brief" }]);
  let reliability = 0;
  for (let index = 0; index < repetitions; index++) {
    const data = cohortSample(index);
    const known = variance(data["connection"]!) / (variance(data["connection"]!) + 5.84 ** 2);
    reliability += known / repetitions;
    const found = await measurementError(
      data,
      { ...wellbeing, mediators: ["brief", "support"], inference: { draws: 200, seed: index } },
      { reliability: { brief: known, support: 1 } },
    );
    corrected.see("percentile, people", found.corrected);
    observed.see("percentile, people", found.observed);
  }
  return { rows: [...corrected.rows(), ...observed.rows()], figures: { reliability } };
}

/**
 * X1: an early lapse that mentoring prevents lowers both connection and wellbeing, and is left out of the models. The figures tell
 * by how much estimates miss their targets beyond those of the same people without early lapses, where nothing is left out.
 */
export function exposureInducedStudy(repetitions: number): Study {
  const { direct, indirect, overall } = truth.exposureInduced;
  const ignored = new Watch("X1", three({ TE: overall, PNDE: direct, TNIE: indirect }));
  const [, directly, indirectly] = three({ TE: overall, PNDE: direct, TNIE: indirect });
  const excess = { direct: new Tally(0), indirect: new Tally(0) };
  for (let index = 0; index < repetitions; index++) {
    const found = points(cohortSample(index, { exposureInducedConfounder: true }), wellbeing);
    ignored.see("none (estimates only)", found);
    const plain = points(cohortSample(index), wellbeing);
    const beyond = (sought: Sought, target: number) =>
      find(found, sought).estimate! - sought.truth - (find(plain, sought).estimate! - target);
    excess.direct.add(beyond(directly!, truth.wellbeing.PNDE), null);
    excess.indirect.add(beyond(indirectly!, truth.wellbeing.TNIE), null);
  }
  const [forDirect, forIndirect] = [excess.direct.behaviour().mean, excess.indirect.behaviour().mean];
  return {
    rows: ignored.rows(),
    figures: {
      directExcess: forDirect.value,
      directExcessError: forDirect.error,
      indirectExcess: forIndirect.value,
      indirectExcessError: forIndirect.error,
    },
  };
}

/** R1: one cohort, analysed again with the same seed, and with more draws. */
export async function repeatedStudy(): Promise<Study> {
  const data = cohortSample(0);
  const width = async (count: number) => {
    const row = find(
      await effectsOf(data, { ...wellbeing, inference: { draws: count, seed: 1 } }),
      three(truth.wellbeing)[2]!,
    );
    return { lower: row.interval!.lower!, upper: row.interval!.upper! };
  };
  const [once, again, more] = [await width(1000), await width(1000), await width(5000)];
  return {
    rows: [],
    figures: {
      differenceOfLimits: Math.abs(once.lower - again.lower) + Math.abs(once.upper - again.upper),
      widthRatio: (once.upper - once.lower) / (more.upper - more.lower),
    },
  };
}
