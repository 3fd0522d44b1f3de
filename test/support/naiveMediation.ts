import {
  coxModel,
  generalizedLinearModel,
  linearModel,
  type MediateSpec,
  ordinalModel,
  weibullModel,
} from "../../src/index.ts";

/** Columns of people without missing values. */
export type People = Readonly<Record<string, readonly (number | string)[]>>;

/** Every effect of a specification by its name (`rowName`), from the definitions alone: slow, and short on purpose. */
export type NaiveEffects = Map<string, number>;

interface Row {
  readonly effect: string;
  readonly scale: string;
  readonly mediator: string | null;
  readonly path: readonly string[] | null;
  readonly given: number | string | null;
  readonly horizon: number | null;
  readonly threshold: number | string | null;
}

export function rowName({ effect, scale, mediator, path, given, horizon, threshold }: Row): string {
  // Moderator values that are means may differ in their last digit.
  const parts = String(given)
    .split(" − ")
    .map((part) => (part !== "" && Number.isFinite(Number(part)) ? Number(part).toPrecision(9) : part));
  return JSON.stringify([effect, scale, mediator, path, parts.join(" − "), horizon, threshold]);
}

type Value = number | string;
type Values = Readonly<Record<string, Value>>;

/** One person in one world: the exposure, the mediators (places of ordinal levels) and the baseline columns. */
interface World {
  readonly exposure: Value;
  readonly mediators: readonly number[];
  readonly baseline: Values;
}

interface Mediator {
  readonly column: string;
  readonly family: string;
  readonly link: string;
  readonly levels: readonly string[];
  readonly parents: readonly number[];
  row(world: World): number[];
  coefficients: number[];
  /** Thresholds, or θ. */
  shape: number[];
}

const sum = (x: readonly number[]) => x.reduce((total, value) => total + value, 0);
const dot = (x: readonly number[], y: readonly number[]) => x.reduce((total, value, j) => total + value * y[j]!, 0);
const expit = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

/** Φ by its continued fraction and its series (Abramowitz & Stegun 26.2.11 and 26.2.14). */
function phi(z: number): number {
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  if (Math.abs(z) < 5) {
    let [term, total] = [z, z];
    for (let k = 1; k < 200; k++) {
      term *= (z * z) / (2 * k + 1);
      total += term;
    }
    return 0.5 + density * total;
  }
  let fraction = Math.abs(z);
  for (let k = 80; k > 0; k--) fraction = Math.abs(z) + k / fraction;
  return z < 0 ? density / fraction : 1 - density / fraction;
}

export interface NaiveSettings {
  /** About how many values of all mediators together are visited for one person in one world. */
  readonly points?: number;
}

/** `null` where visiting every value would take too long. */
export function naiveMediation(people: People, spec: MediateSpec, settings: NaiveSettings = {}): NaiveEffects | null {
  const n = Object.values(people)[0]!.length;
  const everybody = Array.from({ length: n }, (_, i) => i);
  const personal = (i: number): Values => Object.fromEntries(Object.entries(people).map(([name, x]) => [name, x[i]!]));
  const given = spec.weights === undefined ? everybody.map(() => 1) : people[spec.weights]!.map(Number);

  // -- exposure
  const exposureColumn = typeof spec.exposure === "string" ? spec.exposure : spec.exposure.column;
  const exposures = [...new Set(people[exposureColumn]!)];
  let [from, to]: Value[] = [...exposures].sort((a, b) => (a < b ? -1 : 1));
  let categorical = typeof exposures[0] === "string";
  if (typeof spec.exposure !== "string") {
    if ("treated" in spec.exposure) {
      [from, to] = [spec.exposure.reference, spec.exposure.treated];
      categorical = true;
    } else [from, to] = [spec.exposure.from, spec.exposure.to];
  }
  const exposureLevels = [...new Set(exposures.map(String))].sort();
  const exposureOf = ({ exposure }: World) =>
    categorical ? exposureLevels.slice(1).map((level) => (String(exposure) === level ? 1 : 0)) : [Number(exposure)];

  // -- baseline columns
  const columnOf = (name: string, baseline: Values): number[] => {
    if (name in people) {
      if (typeof people[name]![0] === "number") return [Number(baseline[name])];
      const levels = [...new Set(people[name]!)].sort();
      return levels.slice(1).map((level) => (baseline[name] === level ? 1 : 0));
    }
    return name
      .split(":")
      .map((factor) => columnOf(factor, baseline))
      .reduce((one, other) => one.flatMap((x) => other.map((y) => x * y)), [1]);
  };
  const covariates = spec.covariates ?? [];
  const apart = Array.isArray(covariates)
    ? { mediator: covariates as string[], outcome: covariates as string[] }
    : (covariates as { mediator?: readonly string[]; outcome?: readonly string[] });

  // -- mediators
  const listed = spec.mediators.map((m) => (typeof m === "string" ? { column: m } : m));
  const names = listed.map(({ column }) => column);
  const usualLink: Record<string, string> = { gaussian: "identity", binomial: "logit", ordinal: "logit" };
  const parentsOf = (k: number): number[] => {
    if (spec.structure === "serial") return names.slice(0, k).map((_, l) => l);
    if (spec.structure === undefined || spec.structure === "parallel") return [];
    return (spec.structure[names[k]!] ?? []).map((name) => names.indexOf(name));
  };
  const ordered = names.some((_, k) => parentsOf(k).length > 0);
  const levelsOf = (column: string, asked?: readonly string[]) => {
    const found = [...new Set(people[column]!.map(String))];
    if (asked !== undefined) return asked.filter((level) => found.includes(level));
    return found
      .map(Number)
      .sort((a, b) => a - b)
      .map(String);
  };
  const { moderator } = spec;
  const outcomeName =
    typeof spec.outcome === "string" ? spec.outcome : "time" in spec.outcome ? spec.outcome.time : spec.outcome.column;
  const isModerated = (arrowFrom: string, arrowTo: string) =>
    (moderator?.on ?? []).some((path) => {
      if (path === "exposure-mediator") return arrowFrom === exposureColumn && arrowTo !== outcomeName;
      if (path === "exposure-outcome") return arrowFrom === exposureColumn && arrowTo === outcomeName;
      if (path === "mediator-outcome") return arrowFrom !== exposureColumn && arrowTo === outcomeName;
      if (path === "mediator-mediator") return arrowFrom !== exposureColumn && arrowTo !== outcomeName;
      return path.from === arrowFrom && path.to === arrowTo;
    });
  const featuresOf = (k: number, value: number) => {
    const family = listed[k]!.family ?? "gaussian";
    if (family !== "ordinal") return [value];
    return levelsOf(names[k]!, listed[k]!.levels)
      .slice(1)
      .map((_, j) => (value === j + 1 ? 1 : 0));
  };
  const products = (x: readonly number[], y: readonly number[]) => x.flatMap((a) => y.map((b) => a * b));
  const rowOf =
    (target: string, parents: readonly number[], adjusted: readonly string[], interaction: boolean) =>
    (world: World) => {
      const t = exposureOf(world);
      const causes = parents.map((k) => ({ name: names[k]!, features: featuresOf(k, world.mediators[k]!) }));
      const row = [...t, ...causes.flatMap(({ features }) => features)];
      for (const name of adjusted) row.push(...columnOf(name, world.baseline));
      if (interaction) for (const { features } of causes) row.push(...products(t, features));
      if (moderator !== undefined) {
        const z = columnOf(moderator.column, world.baseline);
        const arrows = [{ name: exposureColumn, features: t }, ...causes].filter(({ name }) =>
          isModerated(name, target),
        );
        if (arrows.length > 0 && !adjusted.includes(moderator.column)) row.push(...z);
        for (const { features } of arrows) row.push(...products(features, z));
      }
      return row;
    };
  const placeIn = (column: string, levels: readonly string[], i: number) => {
    const value = people[column]![i]!;
    return levels.length > 0 ? levels.indexOf(String(value)) : Number(value);
  };
  const mediators = listed.map((m, k): Mediator => {
    const family = m.family ?? "gaussian";
    return {
      column: m.column,
      family,
      link: m.link ?? usualLink[family] ?? "log",
      levels: family === "ordinal" ? levelsOf(m.column, m.levels) : [],
      parents: parentsOf(k),
      row: rowOf(m.column, parentsOf(k), apart.mediator ?? [], false),
      coefficients: [],
      shape: [],
    };
  });
  const observed = everybody.map(
    (i): World => ({
      exposure: people[exposureColumn]![i]!,
      mediators: mediators.map(({ column, levels }) => placeIn(column, levels, i)),
      baseline: personal(i),
    }),
  );

  // -- models, by the public regressions of everybody repeated as often as the weight says
  const repeated = everybody.flatMap((i) => new Array<number>(given[i]!).fill(i));
  const columnsOf = (row: (world: World) => number[]) => {
    const rows = observed.map(row);
    const terms = rows[0]!.map((_, j) => `x${j}`);
    return { terms, data: Object.fromEntries(terms.map((term, j) => [term, repeated.map((i) => rows[i]![j]!)])) };
  };
  const fitted = (row: (world: World) => number[], response: readonly number[], family: string, link: string) => {
    const { terms, data } = columnsOf(row);
    const table = { ...data, y: repeated.map((i) => response[i]!) };
    if (family === "gaussian") {
      const found = linearModel(table, { outcome: "y", terms });
      return { coefficients: found.coefficients.map(({ estimate }) => estimate), shape: [] };
    }
    if (family === "ordinal") {
      const found = ordinalModel(table, { outcome: "y", terms });
      return {
        coefficients: [0, ...found.coefficients.map(({ estimate }) => estimate)],
        shape: found.thresholds.map(({ estimate }) => estimate!),
      };
    }
    const found = generalizedLinearModel(table, {
      outcome: "y",
      terms,
      family: family as "poisson",
      link: link as "log",
    });
    return {
      coefficients: found.coefficients.map(({ estimate }) => estimate),
      shape: found.theta === null ? [] : [found.theta.estimate!],
    };
  };
  const withConstant = (row: (world: World) => number[]) => (world: World) => [1, ...row(world)];
  mediators.forEach((m, k) => {
    Object.assign(
      m,
      fitted(
        m.row,
        observed.map(({ mediators: values }) => values[k]!),
        m.family,
        m.link,
      ),
    );
  });

  // -- errors of the normal mediators
  const normal = mediators.flatMap(({ family }, k) => (family === "gaussian" ? [k] : []));
  const counted = given.filter((weight) => weight > 0).length;
  const share = counted / sum(given);
  const residuals = normal.map((k) =>
    observed.map(
      (world) => world.mediators[k]! - dot(mediators[k]!.coefficients, withConstant(mediators[k]!.row)(world)),
    ),
  );
  const covariance = normal.map((k, a) =>
    normal.map((l, b) => {
      if (mediators[k]!.parents.includes(l) || mediators[l]!.parents.includes(k)) return 0;
      const columns = Math.max(mediators[k]!.coefficients.length, mediators[l]!.coefficients.length);
      return sum(everybody.map((i) => given[i]! * share * residuals[a]![i]! * residuals[b]![i]!)) / (counted - columns);
    }),
  );
  const root = normal.map(() => normal.map(() => 0));
  for (let a = 0; a < normal.length; a++)
    for (let b = 0; b <= a; b++) {
      let value = covariance[a]![b]!;
      for (let c = 0; c < b; c++) value -= root[a]![c]! * root[b]![c]!;
      root[a]![b] = a === b ? Math.sqrt(Math.max(0, value)) : value / root[b]![b]!;
    }

  // -- outcome
  const interaction = spec.exposureMediatorInteraction ?? true;
  const outcomeRow = rowOf(
    outcomeName,
    names.map((_, k) => k),
    apart.outcome ?? [],
    interaction,
  );
  const outcome = naiveOutcome(people, spec, { outcomeRow, observed, repeated, fitted, columnsOf, levelsOf });

  // -- values of the mediators
  const discrete = mediators.map(({ family, levels }) =>
    family === "gaussian"
      ? 1
      : family === "binomial"
        ? 2
        : family === "ordinal"
          ? levels.length
          : family === "poisson"
            ? 45
            : 160,
  );
  const budget = (settings.points ?? 100_000) / discrete.reduce((a, b) => a * b, 1) / outcome.cost;
  const nodesEach = normal.length === 0 ? 1 : Math.min(161, Math.floor(budget ** (1 / normal.length)));
  if (normal.length === 0 ? budget < 1 : nodesEach < 37) return null;
  const reach = 8.5;
  const nodes = Array.from({ length: nodesEach }, (_, j) => -reach + (2 * reach * j) / Math.max(1, nodesEach - 1));
  const densities = nodes.map((z) => Math.exp(-0.5 * z * z));
  const mass = sum(densities);

  /** Predictor as constant + slope × feature, read off the row itself. */
  const straight = (
    coefficients: readonly number[],
    row: (world: World) => number[],
    exposure: Value,
    baseline: Values,
  ) => {
    const at = (values: number[]) => dot(coefficients, [1, ...row({ exposure, mediators: values, baseline })]);
    const nothing = names.map(() => 0);
    const constant = at(nothing);
    const steps = names.map((_, k) => {
      const count = mediators[k]!.family === "ordinal" ? mediators[k]!.levels.length : 2;
      return Array.from({ length: count }, (_x, v) => at(nothing.map((zero, l) => (l === k ? v : zero))) - constant);
    });
    return { constant, steps };
  };
  type Straight = ReturnType<typeof straight>;
  const ordinal = mediators.map(({ family }) => family === "ordinal");
  const predict = ({ constant, steps }: Straight, values: readonly number[], until: number) => {
    let eta = constant;
    for (let k = 0; k < until; k++) eta += ordinal[k] ? steps[k]![values[k]!]! : steps[k]![1]! * values[k]!;
    return eta;
  };
  /** The mean outcomes of one person at exposure t with every mediator as at its own exposure. */
  const personMean = (baseline: Values, t: Value, s: readonly Value[]): number[] => {
    const models = mediators.map((m, k) => straight(m.coefficients, m.row, s[k]!, baseline));
    const last = outcome.coefficients.map((coefficients) => straight(coefficients, outcomeRow, t, baseline));
    const values = names.map(() => 0);
    const errors = normal.map(() => 0);
    const totals = outcome.measures.map(() => 0);
    const steepest = outcome.exponential ? Math.max(...last[0]!.steps.map((step) => Math.abs(step[1]!))) : 0;
    const visit = (k: number, weight: number): void => {
      if (k === names.length) {
        const means = outcome.means(last.map((model) => predict(model, values, k)));
        for (let q = 0; q < totals.length; q++) totals[q]! += weight * means[q]!;
        return;
      }
      const m = mediators[k]!;
      const eta = predict(models[k]!, values, k);
      if (m.family === "gaussian") {
        const a = normal.indexOf(k);
        let centre = eta;
        for (let b = 0; b < a; b++) centre += root[a]![b]! * errors[b]!;
        for (let j = 0; j < nodes.length; j++) {
          errors[a] = nodes[j]!;
          values[k] = centre + root[a]![a]! * nodes[j]!;
          visit(k + 1, (weight * densities[j]!) / mass);
        }
      } else if (m.family === "binomial") {
        for (const value of [0, 1]) {
          values[k] = value;
          const sign = value === 1 ? eta : -eta;
          visit(k + 1, weight * (m.link === "probit" ? phi(sign) : expit(sign)));
        }
      } else if (m.family === "ordinal") {
        for (let level = 0; level < m.levels.length; level++) {
          const upTo = (j: number) => (j < 0 ? 0 : j >= m.shape.length ? 1 : expit(m.shape[j]! - eta));
          values[k] = level;
          visit(k + 1, weight * (upTo(level) - upTo(level - 1)));
        }
      } else {
        const mean = Math.exp(eta);
        const size = m.family === "poisson" ? null : m.shape[0]!;
        let p = size === null ? Math.exp(-mean) : (size / (size + mean)) ** size;
        const farthest = mean * Math.exp(steepest);
        for (let count = 0; count < 20_000; count++) {
          values[k] = count;
          visit(k + 1, weight * p);
          p *= size === null ? mean / (count + 1) : (((count + size) / (count + 1)) * mean) / (mean + size);
          if (count > farthest && p * Math.exp(Math.min(600, steepest * count)) < 1e-17) break;
        }
      }
    };
    visit(0, 1);
    return totals;
  };

  // -- averages over people
  const changed = (i: number, view: Value | null): Values => ({
    ...personal(i),
    ...(typeof spec.population === "object" ? spec.population : {}),
    ...(view === null ? {} : { [moderator!.column]: view }),
  });
  const average = (view: Value | null, of: (baseline: Values) => number[]) => {
    const rows = everybody
      .filter((i) => given[i]! > 0)
      .map((i) => of(changed(i, view)).map((value) => value * given[i]!));
    return rows[0]!.map((_, q) => sum(rows.map((row) => row[q]!)) / sum(given));
  };
  const meanOf = (x: readonly number[]) => sum(x.map((value, i) => value * given[i]!)) / sum(given);
  const heldAt = mediators.map(({ column, family, levels }, k): number => {
    const asked = typeof spec.controlledAt === "object" ? spec.controlledAt[column] : spec.controlledAt;
    if (asked !== undefined) return family === "ordinal" ? levels.indexOf(String(asked)) : asked;
    const values = observed.map((world) => world.mediators[k]!);
    if (family !== "ordinal") return meanOf(values);
    const sorted = repeated.map((i) => values[i]!).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)]!;
  });

  const found: NaiveEffects = new Map();
  const views: (Value | null)[] = [null, ...viewsOf(people, spec)];
  const indirects = new Map<string, number[]>();
  const linear = outcome.family === "gaussian" && normal.length === names.length;
  for (const view of views) {
    const cached = new Map<string, number[]>();
    const mean = (t: Value, s: readonly Value[]) => {
      const key = JSON.stringify([t, s]);
      if (!cached.has(key))
        cached.set(
          key,
          average(view, (baseline) => personMean(baseline, t, s)),
        );
      return cached.get(key)!;
    };
    const same = (s: Value) => names.map(() => s);
    const control = (t: Value) =>
      average(view, (baseline) =>
        outcome.means(
          outcome.coefficients.map((c) => dot(c, [1, ...outcomeRow({ exposure: t, mediators: heldAt, baseline })])),
        ),
      );
    const [y00, y10, y01, y11] = [
      mean(from!, same(from!)),
      mean(to!, same(from!)),
      mean(from!, same(to!)),
      mean(to!, same(to!)),
    ];
    const [c0, c1] = [control(from!), control(to!)];
    const through = names.map((_, k) =>
      ordered
        ? [
            mean(
              to!,
              names.map((_n, l) => (l < k ? from! : to!)),
            ),
            mean(
              to!,
              names.map((_n, l) => (l <= k ? from! : to!)),
            ),
          ]
        : [
            y11,
            mean(
              to!,
              names.map((_n, l) => (l === k ? from! : to!)),
            ),
          ],
    );
    outcome.measures.forEach(({ difference, ratios, horizon, threshold }, q) => {
      const put = (
        effect: string,
        scale: string,
        value: number,
        mediator: string | null = null,
        path: string[] | null = null,
      ) => found.set(rowName({ effect, scale, mediator, path, given: view, horizon, threshold }), value);
      const pairs: Record<string, [number, number]> = {
        total: [y11[q]!, y00[q]!],
        pureNaturalDirect: [y10[q]!, y00[q]!],
        totalNaturalIndirect: [y11[q]!, y10[q]!],
        totalNaturalDirect: [y11[q]!, y01[q]!],
        pureNaturalIndirect: [y01[q]!, y00[q]!],
        controlledDirect: [c1[q]!, c0[q]!],
      };
      const gap = (effect: string) => pairs[effect]![0] - pairs[effect]![1];
      for (const [effect, [one, other]] of Object.entries(pairs)) {
        put(effect, difference, one - other);
        for (const ratio of ratios)
          put(effect, ratio, ratio === "oddsRatio" ? one / (1 - one) / (other / (1 - other)) : one / other);
      }
      put("referenceInteraction", difference, gap("pureNaturalDirect") - gap("controlledDirect"));
      put("mediatedInteraction", difference, gap("totalNaturalIndirect") - gap("pureNaturalIndirect"));
      const proportion = difference === "restrictedMeanDifference" ? "restrictedMeanProportion" : "proportion";
      put("proportionMediated", proportion, gap("totalNaturalIndirect") / gap("total"));
      put("proportionEliminated", proportion, (gap("total") - gap("controlledDirect")) / gap("total"));
      const remember = (key: string, value: number) => {
        indirects.set(key, [...(indirects.get(key) ?? []), value]);
      };
      const label = (mediator: string | null, path: string[] | null, effect = "indirect") =>
        JSON.stringify([effect, difference, mediator, path, horizon, threshold]);
      if (view !== null) remember(label(null, null, "totalNaturalIndirect"), gap("totalNaturalIndirect"));
      if (names.length > 1) {
        const own = through.map(([with_, without]) => with_![q]! - without![q]!);
        own.forEach((value, k) => {
          put("indirect", difference, value, names[k]!);
          if (view !== null && !(linear && ordered)) remember(label(names[k]!, null), value);
          for (let l = k + 1; l < names.length; l++)
            put("contrast", difference, value - own[l]!, `${names[k]} − ${names[l]}`);
        });
      }
      if (linear && ordered) {
        // Product of the slopes along every way, at the contrasted exposure, averaged over people.
        const ways: number[][] = names.map((_, k) => [k]);
        for (let w = 0; w < ways.length; w++)
          for (let k = 0; k < names.length; k++)
            if (mediators[k]!.parents.includes(ways[w]!.at(-1)!)) ways.push([...ways[w]!, k]);
        const values = ways.map((way) => {
          const [value] = average(view, (baseline) => {
            const slope = (k: number | null, cause: number) =>
              straight(
                k === null ? outcome.coefficients[0]! : mediators[k]!.coefficients,
                k === null ? outcomeRow : mediators[k]!.row,
                to!,
                baseline,
              ).steps[cause]![1]!;
            const first = mediators[way[0]!]!;
            const start =
              straight(first.coefficients, first.row, to!, baseline).constant -
              straight(first.coefficients, first.row, from!, baseline).constant;
            return [way.reduce((product, k, j) => product * slope(way[j + 1] ?? null, k), start)];
          });
          const path = [exposureColumn, ...way.map((k) => names[k]!), outcomeName];
          put("indirect", difference, value!, null, path);
          if (view !== null) remember(label(null, path), value!);
          return { path, value: value! };
        });
        if (view === null)
          for (const one of values)
            for (const other of values)
              put(
                "contrast",
                difference,
                one.value - other.value,
                `${one.path.join(" → ")} − ${other.path.join(" → ")}`,
              );
      }
    });
  }
  for (const [key, values] of indirects) {
    const [effect, scale, mediator, path, horizon, threshold] = JSON.parse(key);
    const row = { scale, mediator, path, horizon, threshold };
    const at = views.slice(1);
    for (let a = 0; a < at.length; a++)
      for (let b = a + 1; b < at.length; b++)
        found.set(rowName({ ...row, effect: "moderation", given: `${at[b]} − ${at[a]}` }), values[b]! - values[a]!);
    const run = Number(at.at(-1)) - Number(at[0]);
    found.set(rowName({ ...row, effect: "index", given: null }), (values.at(-1)! - values[0]!) / run);
    void effect;
  }
  return found;
}

function viewsOf(people: People, { moderator, weights }: MediateSpec): Value[] {
  if (moderator === undefined) return [];
  const column = people[moderator.column]!;
  const distinct = [...new Set(column)].sort((a, b) => (a < b ? -1 : 1));
  if (moderator.at !== undefined) return [...moderator.at];
  if (typeof column[0] === "string") return distinct;
  if (distinct.length === 2) return distinct;
  const x = column.map(Number);
  const given = weights === undefined ? x.map(() => 1) : people[weights]!.map(Number);
  const counted = given.filter((weight) => weight > 0).length;
  const w = given.map((weight) => (weight * counted) / sum(given));
  const mean = sum(x.map((value, row) => w[row]! * value)) / sum(w);
  const deviation = Math.sqrt(sum(x.map((value, row) => w[row]! * (value - mean) ** 2)) / (sum(w) - 1));
  return [mean - deviation, mean, mean + deviation];
}

interface NaiveOutcome {
  readonly family: string;
  /** One predictor, or two with a competing event; the first coefficient is the constant. */
  readonly coefficients: readonly (readonly number[])[];
  readonly exponential: boolean;
  /** How dear one evaluation is. */
  readonly cost: number;
  readonly measures: readonly {
    readonly difference: string;
    readonly ratios: readonly string[];
    readonly horizon: number | null;
    readonly threshold: number | string | null;
  }[];
  means(eta: readonly number[]): number[];
}

interface Parts {
  readonly outcomeRow: (world: World) => number[];
  readonly observed: readonly World[];
  readonly repeated: readonly number[];
  fitted(
    row: (world: World) => number[],
    y: readonly number[],
    family: string,
    link: string,
  ): { coefficients: number[]; shape: number[] };
  columnsOf(row: (world: World) => number[]): { terms: string[]; data: Record<string, number[]> };
  levelsOf(column: string, asked?: readonly string[]): string[];
}

function naiveOutcome(people: People, { outcome }: MediateSpec, parts: Parts): NaiveOutcome {
  const nowhere = { horizon: null, threshold: null };
  if (typeof outcome === "string" || !("time" in outcome)) {
    const asked = typeof outcome === "string" ? { column: outcome } : outcome;
    const family = asked.family ?? "gaussian";
    const link =
      asked.link ??
      (family === "gaussian" ? "identity" : family === "binomial" || family === "ordinal" ? "logit" : "log");
    const levels = family === "ordinal" ? parts.levelsOf(asked.column, asked.levels) : [];
    const y = people[asked.column]!.map((value) =>
      family === "ordinal" ? levels.indexOf(String(value)) : Number(value),
    );
    const { coefficients, shape } = parts.fitted(parts.outcomeRow, y, family, link);
    const one = { family, coefficients: [coefficients], cost: 1, exponential: link === "log" };
    const risk = { difference: "riskDifference", ratios: ["riskRatio", "oddsRatio"] };
    if (family === "gaussian")
      return { ...one, measures: [{ ...nowhere, difference: "difference", ratios: [] }], means: ([eta]) => [eta!] };
    if (family === "ordinal")
      return {
        ...one,
        measures: levels.slice(1).map((threshold) => ({ ...risk, horizon: null, threshold })),
        means: ([eta]) => shape.map((threshold) => expit(eta! - threshold)),
      };
    if (family === "binomial") {
      const inverse = link === "logit" ? expit : link === "probit" ? phi : Math.exp;
      return { ...one, measures: [{ ...nowhere, ...risk }], means: ([eta]) => [inverse(eta!)] };
    }
    return {
      ...one,
      measures: [{ ...nowhere, difference: "difference", ratios: ["rateRatio"] }],
      means: ([eta]) => [Math.exp(eta!)],
    };
  }
  const days = typeof outcome.at === "number" ? [outcome.at] : [...outcome.at];
  const measures = days.flatMap((horizon) => [
    { difference: "riskDifference", ratios: ["riskRatio", "oddsRatio"], horizon, threshold: null },
    { difference: "restrictedMeanDifference", ratios: [], horizon, threshold: null },
  ]);
  const { terms, data } = parts.columnsOf(parts.outcomeRow);
  const time = people[outcome.time]!.map(Number);
  const event = people[outcome.event as string]!.map(Number);
  const common = { family: "time-to-event", exponential: false, measures };
  if (outcome.model === "weibull" || outcome.model === "exponential") {
    const table = { ...data, time: parts.repeated.map((i) => time[i]!), event: parts.repeated.map((i) => event[i]!) };
    const found = weibullModel(table, { time: "time", event: "event", terms, distribution: outcome.model });
    const sigma = outcome.model === "weibull" ? scaleOf(found) : 1;
    const survived = (day: number, eta: number) => Math.exp(-Math.exp((Math.log(day) - eta) / sigma));
    return {
      ...common,
      cost: 60,
      coefficients: [found.coefficients.map(({ estimate }) => estimate)],
      means: ([eta]) =>
        days.flatMap((day) => [1 - survived(day, eta!), doubleExponential((u) => survived(u, eta!), day)]),
    };
  }
  const competing = outcome.competing === undefined ? null : people[outcome.competing]!.map(Number);
  const causes = [event, ...(competing === null ? [] : [competing])].map((happened) => {
    const table = {
      ...data,
      time: parts.repeated.map((i) => time[i]!),
      event: parts.repeated.map((i) => happened[i]!),
    };
    const found = coxModel(table, { time: "time", event: "event", terms, ties: outcome.ties ?? "efron" });
    const coefficients = [0, ...found.coefficients.map(({ estimate }) => estimate!)];
    const rates = parts.repeated.map((i) => Math.exp(dot(coefficients, [1, ...parts.outcomeRow(parts.observed[i]!)])));
    const times = [...new Set(table.time.filter((_, j) => table.event[j] === 1))].sort((a, b) => a - b);
    const steps = times.map((now) => {
      const risk = sum(rates.filter((_, j) => table.time[j]! >= now));
      const tied = rates.filter((_, j) => table.time[j] === now && table.event[j] === 1);
      return sum(tied.map((_, l) => 1 / (risk - (outcome.ties === "breslow" ? 0 : (l / tied.length) * sum(tied)))));
    });
    return { coefficients, times, steps };
  });
  const times = [...new Set(causes.flatMap((cause) => cause.times))].sort((a, b) => a - b);
  const stepsAt = causes.map((cause) => times.map((now) => cause.steps[cause.times.indexOf(now)] ?? 0));
  return {
    ...common,
    cost: 30,
    coefficients: causes.map(({ coefficients }) => coefficients),
    means(eta) {
      return days.flatMap((day) => {
        let [free, risk, lived, before] = [1, 0, 0, 0];
        times.forEach((now, j) => {
          if (now > day) return;
          lived += free * (now - before);
          before = now;
          const own = stepsAt[0]![j]! * Math.exp(eta[0]!);
          const all = own + (causes.length > 1 ? stepsAt[1]![j]! * Math.exp(eta[1]!) : 0);
          if (all === 0) return;
          risk += (free * (1 - Math.exp(-all)) * own) / all;
          free *= Math.exp(-all);
        });
        return [risk, lived + free * (day - before)];
      });
    },
  };
}

function scaleOf(found: object): number {
  const { scale } = found as { scale: number | { estimate: number } };
  return typeof scale === "number" ? scale : scale.estimate;
}

/** ∫₀^b f by tanh-sinh quadrature (Takahasi & Mori 1974). */
function doubleExponential(f: (u: number) => number, b: number): number {
  const h = 0.09;
  let total = 0;
  for (let k = -36; k <= 36; k++) {
    const s = (Math.PI / 2) * Math.sinh(k * h);
    const u = b / (1 + Math.exp(-2 * s));
    if (u > 0) total += (f(u) * (Math.PI / 2) * Math.cosh(k * h)) / Math.cosh(s) ** 2;
  }
  return (b / 2) * h * total;
}
