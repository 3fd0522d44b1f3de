import type { EffectRow, Mediation, ModeratorRegions, PathRow } from "../mediation/index.ts";
import { decimal } from "./format.ts";
import type { Wording } from "./wording.ts";

const effectNames: Record<EffectRow["effect"], string> = {
  total: "Total effect",
  totalNaturalIndirect: "Through the mediators (total natural indirect)",
  pureNaturalDirect: "Some other way (pure natural direct)",
  totalNaturalDirect: "Total natural direct",
  pureNaturalIndirect: "Pure natural indirect",
  controlledDirect: "Controlled direct",
  proportionMediated: "Proportion mediated",
  proportionEliminated: "Proportion eliminated",
  referenceInteraction: "Reference interaction",
  mediatedInteraction: "Mediated interaction",
  indirect: "Indirect through",
  contrast: "Contrast of indirect effects",
  moderation: "Difference of the indirect effect",
  index: "Index of moderated mediation",
};

/** What is told at each value of a moderator; the other effects stand in the result. */
const toldAtValues: readonly EffectRow["effect"][] = [
  "total",
  "pureNaturalDirect",
  "totalNaturalIndirect",
  "indirect",
  "moderation",
];

export function isTold({ effect, given }: EffectRow): boolean {
  return given === null || toldAtValues.includes(effect);
}

/** An effect with the mediator or path, the moderator's value, the day and the level that it is told for. */
export function effectWords(row: EffectRow, mediation: Mediation, wording: Wording): string {
  const moderator = mediation.moderator === null ? "" : wording.label(mediation.moderator.column);
  const name = row.effect === "indirect" && row.path !== null ? "Indirect along" : effectNames[row.effect];
  const details = [
    ...(row.mediator === null ? [] : [differenceOf(row.mediator, (part) => alongWords(part.split(" → "), wording))]),
    ...(row.path === null ? [] : [alongWords(row.path, wording)]),
    ...(row.effect === "index" ? [`per unit of ${moderator}`] : []),
    ...(row.given === null ? [] : [`${moderator} ${givenWords(row.given)}`]),
    ...(row.horizon === null ? [] : [`by day ${row.horizon}`]),
    ...(row.threshold === null ? [] : [`${row.threshold} or higher`]),
  ];
  return [name, ...details].join(": ");
}

/** A value, or two of them as "second − first". */
function givenWords(given: number | string): string {
  if (typeof given === "number") return decimal(given);
  return differenceOf(given, (part) =>
    part.trim() !== "" && Number.isFinite(Number(part)) ? decimal(Number(part)) : part,
  );
}

function differenceOf(text: string, words: (part: string) => string): string {
  return text.split(" \u2212 ").map(words).join(" \u2212 ");
}

function alongWords(columns: readonly string[], wording: Wording): string {
  return columns.map(wording.label).join(" → ");
}

/** "Mentoring × Age → Connection". */
export function pathWords({ from, to }: Pick<PathRow, "from" | "to">, wording: Wording): string {
  const start = from.split(" × ").map((part) => {
    const [column, ...level] = part.split(": ");
    return [wording.label(column!), ...level].join(": ");
  });
  return `${start.join(" × ")} → ${wording.label(to)}`;
}

/** Where paths and indirect effects differ from 0 along a numeric moderator, and where the paths of the table are told. */
export function moderationWords(mediation: Mediation, wording: Wording): string[] {
  const { moderator, moderation, horizon } = { ...mediation, horizon: mediation.outcome.survival?.at };
  if (moderator === null) return [];
  const label = wording.label(moderator.column);
  const where = typeof moderator.at[0] === "number" ? `${label} 0` : `the first group of ${label}`;
  const paths = `Paths that ${label} changes are told at ${where}; the rows "moderation" say by how much they change.`;
  if (moderation === null) return [paths];
  const observed = `${label} was between ${decimal(moderation.lowest)} and ${decimal(moderation.highest)}`;
  return [
    paths,
    ...moderation.paths.map(
      (path) => `Path ${path.path} (${pathWords(path, wording)}) differs from 0 ${regionWords(path, label)}.`,
    ),
    ...moderation.indirect.map((row) => {
      const way = row.path ?? (row.mediator === null ? null : [row.mediator]);
      const through = way === null ? "" : ` ${row.path === null ? "through" : "along"} ${alongWords(way, wording)}`;
      const day = row.horizon === null || (horizon?.length ?? 0) < 2 ? "" : ` by day ${row.horizon}`;
      const days = row.scale === "restrictedMeanDifference" ? " on event-free time" : "";
      const threshold = row.threshold === null ? "" : ` on ${row.threshold} or higher`;
      return `The indirect effect${through}${days}${threshold}${day} differs from 0 ${regionWords(row, label)} (${observed}).`;
    }),
  ];
}

function regionWords({ regions }: ModeratorRegions, label: string): string {
  const reached = regions.filter(({ share }) => share > 0);
  const significant = reached.filter((region) => region.significant);
  if (significant.length === 0) return "at no observed value";
  if (significant.length === reached.length) return "at every observed value";
  const [first, last] = [regions[0], regions.at(-1)];
  return significant
    .map((region) => {
      const { from, to, share, sign } = region;
      const side = sign === 1 ? "above" : "below";
      const range =
        region === first
          ? `up to ${decimal(to)}`
          : region === last
            ? `from ${decimal(from)} on`
            : `from ${decimal(from)} to ${decimal(to)}`;
      return `where ${label} is ${range} (${side} 0; ${Math.round(100 * share)}% of people)`;
    })
    .join(" and ");
}
