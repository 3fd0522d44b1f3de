import { randomStream } from "../../src/_numeric/random.ts";
import type { MediateSpec, MediatorSpec, ModeratedPath, OutcomeSpec } from "../../src/index.ts";
import type { People } from "../support/naiveMediation.ts";

/** A specification drawn at random, and people drawn to fit it. The same number gives the same ones. */
export function randomSpecification(number: number): { people: People; spec: MediateSpec } {
  const random = randomStream(20_261_122, number);
  const one = <T>(...choices: readonly T[]): T => choices[random.below(choices.length)]!;
  const often = (share: number) => random.uniform() < share;
  const n = 44 + random.below(34);
  const rows = Array.from({ length: n }, (_, i) => i);
  const each = <T>(of: (i: number) => T): T[] => rows.map(of);
  const people: Record<string, (number | string)[]> = {
    age: each(() => 38 + 9 * random.normal()),
    woman: each((i) => (i < 2 ? i : random.below(2))),
    place: each((i) => ["hill", "river", "shore"][i < 3 ? i : random.below(3)]!),
    before: each(() => random.normal()),
  };
  const age = people["age"] as number[];
  const before = people["before"] as number[];
  const baseline = (i: number) => 0.02 * (age[i]! - 38) + 0.3 * before[i]! + (people["place"]![i] === "hill" ? 0.3 : 0);

  const kind = one("binary", "binary", "binary-text", "category", "category-number", "number", "odd-binary");
  const push = each((i) => (i < 3 ? i : random.below(3)));
  let exposure: MediateSpec["exposure"] = "mentored";
  let pushed: number[] = push.map((value) => (value > 0 ? 1 : 0));
  if (kind === "binary") people["mentored"] = pushed;
  else if (kind === "odd-binary") people["mentored"] = pushed.map((value) => 2 - 3 * value);
  else if (kind === "binary-text") {
    people["mentored"] = pushed.map((value) => (value === 1 ? "yes" : "no"));
    if (often(0.5)) exposure = { column: "mentored", treated: "no", reference: "yes" };
  } else if (kind === "number") {
    pushed = each(() => random.normal());
    people["mentored"] = pushed.map((value) => 4 + 2 * value);
    exposure = { column: "mentored", from: one(3, 5.5), to: one(4, 7, -1) };
  } else {
    pushed = push.map((value) => 0.5 * value);
    people["mentored"] = push.map((value) => (kind === "category" ? ["none", "group", "single"][value]! : value + 1));
    const levels: (string | number)[] = kind === "category" ? ["none", "group", "single"] : [1, 2, 3];
    const to = random.below(3);
    const ends = { treated: levels[to]!, reference: levels[(to + 1 + random.below(2)) % 3]! };
    exposure = { column: "mentored", ...ends };
    if (kind === "category" && often(0.5)) exposure = { column: "mentored", from: ends.reference, to: ends.treated };
  }

  const modelled = (column: string, family: string, signal: number[], strength: number): MediatorSpec => {
    const centre = signal.reduce((total, value) => total + value, 0) / n;
    const eta = signal.map((value) => strength * (value - centre));
    if (family === "gaussian") {
      const [at, unit] = [one(0, 50, -3), one(1, 8, 0.1)];
      people[column] = eta.map((value) => at + unit * (value + random.normal()));
      return often(0.5) ? column : { column, family: "gaussian" };
    }
    if (family === "binomial") {
      people[column] = eta.map((value) => (random.uniform() < 1 / (1 + Math.exp(-value)) ? 1 : 0));
      return { column, family: "binomial", link: one("logit", "probit") };
    }
    if (family === "ordinal") {
      const place = eta.map((value) => {
        const latent = value + Math.log(1 / random.uniform() - 1);
        return latent < -0.8 ? 0 : latent < 0.9 ? 1 : 2;
      });
      if (often(0.5)) {
        people[column] = place.map((value) => 2 * value + 1);
        return { column, family: "ordinal" };
      }
      people[column] = place.map((value) => ["seldom", "at times", "always"][value]!);
      return { column, family: "ordinal", levels: ["seldom", "at times", "always"] };
    }
    const spread = family === "negative-binomial" ? each(() => random.gamma(1.2) / 1.2) : each(() => 1);
    people[column] = eta.map((value, i) => random.poisson(Math.exp(0.5 + 0.7 * value) * spread[i]!));
    return { column, family: family as "poisson" };
  };

  const count = one(1, 1, 1, 2, 2, 2, 3);
  const families =
    count === 1
      ? ["gaussian", "binomial", "poisson", "ordinal", "negative-binomial"]
      : ["gaussian", "gaussian", "binomial", "poisson", "ordinal"];
  const names = ["connection", "support", "hope"].slice(0, count);
  const structure = count === 1 ? one("parallel", "serial") : one("parallel", "serial", "between");
  const arrows: Record<string, string[]> = {};
  const signals: number[][] = [];
  const numeric = (column: string) => {
    const x = people[column]!.map((value) => (typeof value === "number" ? value : value.length - 6));
    const mean = x.reduce((a, b) => a + b, 0) / n;
    const deviation = Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / n) || 1;
    return x.map((value) => (value - mean) / deviation);
  };
  const shared = each(() => random.normal());
  const mediators = names.map((column, k) => {
    const parents =
      structure === "serial"
        ? names.slice(0, k)
        : structure === "between"
          ? names.slice(0, k).filter(() => often(0.5))
          : [];
    if (parents.length > 0 || often(0.3)) arrows[column] = parents;
    const causes = parents.map(numeric);
    const signal = each(
      (i) => 0.8 * pushed[i]! + baseline(i) + 0.4 * shared[i]! + causes.reduce((total, x) => total + 0.4 * x[i]!, 0),
    );
    const found = modelled(column, one(...families), signal, 0.8);
    signals.push(numeric(column));
    return found;
  });
  const outcomeSignal = each(
    (i) => 0.4 * pushed[i]! + baseline(i) + signals.reduce((total, x) => total + 0.4 * x[i]!, 0),
  );
  const outcomeKind = one(
    "gaussian",
    "gaussian",
    "binomial",
    "binomial",
    "poisson",
    "negative-binomial",
    "ordinal",
    "cox",
    "cox",
    "weibull",
    "exponential",
    "competing",
  );
  const weighted = often(0.3);
  let outcome: OutcomeSpec;
  if (["cox", "weibull", "exponential", "competing"].includes(outcomeKind)) {
    const [first, second, ends] = [0, 1, 2].map((k) =>
      each((i) => 100 * random.exponential() * Math.exp(k === 0 ? -0.4 * outcomeSignal[i]! : 0.3)),
    );
    const coarse = often(0.4) ? 12 : 1e-6;
    const times = each((i) =>
      Math.min(first![i]!, ends![i]!, outcomeKind === "competing" ? second![i]! : Number.POSITIVE_INFINITY),
    );
    people["days"] = times.map((time) => Math.ceil(time / coarse) * coarse);
    people["relapsed"] = times.map((time, i) => (time === first![i] ? 1 : 0));
    people["died"] = times.map((time, i) => (outcomeKind === "competing" && time === second![i] ? 1 : 0));
    const at = one<number | number[]>(60, [30, 90], [90, 25], 36);
    outcome = {
      time: "days",
      event: "relapsed",
      at,
      ...(outcomeKind === "competing" ? { competing: "died" } : { model: outcomeKind as "cox" }),
      ...(outcomeKind === "weibull" || outcomeKind === "exponential"
        ? {}
        : weighted || often(0.3)
          ? { ties: "breslow" as const }
          : {}),
    };
  } else outcome = modelled("wellbeing", outcomeKind, outcomeSignal, 0.7);

  const adjustments = () =>
    ["age", "woman", "place", "before", "woman:before", "place:before", "age:woman"].filter(() => often(0.2));
  const apart = often(0.4);
  const covariates = apart
    ? { ...(often(0.8) ? { mediator: adjustments() } : {}), ...(often(0.8) ? { outcome: adjustments() } : {}) }
    : adjustments();
  const everyCovariate = Array.isArray(covariates)
    ? covariates
    : [...(covariates.mediator ?? []), ...(covariates.outcome ?? [])];
  const spec: Record<string, unknown> = { exposure, mediators, outcome };
  if (everyCovariate.length > 0 || often(0.5)) spec["covariates"] = covariates;
  if (often(0.5)) spec["exposureMediatorInteraction"] = often(0.4);
  if (structure === "serial" || (structure === "parallel" && often(0.3))) spec["structure"] = structure;
  if (structure === "between") spec["structure"] = arrows;
  const factors = new Set(everyCovariate.filter((term) => term.includes(":")).flatMap((term) => term.split(":")));
  if (often(0.4)) {
    const column = one("woman", "before", "place", "age");
    if (!factors.has(column)) {
      const outcomeColumn = typeof outcome === "string" ? outcome : "time" in outcome ? outcome.time : outcome.column;
      const all: ModeratedPath[] = ["exposure-mediator", "mediator-outcome", "exposure-outcome"];
      for (const name of names) all.push({ from: "mentored", to: name }, { from: name, to: outcomeColumn });
      if (Object.values(arrows).some((list) => list.length > 0)) all.push("mediator-mediator");
      const on = all.filter(() => often(0.25));
      const at =
        column === "before" && often(0.5)
          ? { at: [-1, 0.5] }
          : column === "place" && often(0.3)
            ? { at: ["shore", "hill"] }
            : {};
      spec["moderator"] = { column, on: on.length > 0 ? on : [one(...all)], ...at };
    }
  }
  if (weighted) {
    people["weight"] = each(() => random.below(often(0.5) ? 3 : 4));
    spec["weights"] = "weight";
  }
  const settable = everyCovariate.filter((term) => !term.includes(":") && !factors.has(term));
  if (settable.length > 0 && often(0.3)) {
    const values: Record<string, number | string> = { age: 30, woman: 1, place: "river", before: -0.7 };
    spec["population"] = Object.fromEntries(
      [...new Set(settable)].filter(() => often(0.6)).map((name) => [name, values[name]!]),
    );
  }
  if (often(0.4)) {
    const held = (k: number) => {
      const m = mediators[k]!;
      if (typeof m === "string" || m.family === "gaussian") return 1.5;
      return m.family === "ordinal" ? null : 1;
    };
    if (names.every((_, k) => held(k) !== null))
      spec["controlledAt"] =
        count === 1 && often(0.5) ? held(0)! : Object.fromEntries(names.map((name, k) => [name, held(k)!]));
  }
  return { people, spec: spec as unknown as MediateSpec };
}
