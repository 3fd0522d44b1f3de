import type { EffectRow, Mediation } from "../mediation/index.ts";
import { type Block, heading, headline, list, paragraph, table } from "./document.ts";
import { containsZero, decimal, intervalText, intervalWords, levelText, pText } from "./format.ts";
import { ledgerSentence } from "./ledger.ts";
import { effectWords, isTold, moderationWords, pathWords } from "./mechanismWords.ts";
import { noteItems, type Wording } from "./wording.ts";

/** How much of the effect ran through connection: one mediation analysis. */
export function mechanismSection(mediation: Mediation, wording: Wording): Block[] {
  const through = mediation.mediators.map(wording.label).join(" and ");
  return [
    heading(
      3,
      `${wording.label(mediation.exposure.column)}, through ${through}, to ${wording.label(mediation.outcome.survival?.event ?? mediation.outcome.column)}`,
    ),
    headline(headlineText(mediation, through, wording)),
    paragraph(ledgerSentence(mediation.dropped, wording)),
    effectTable(mediation, wording),
    ...(mediation.proportionWithheld === null
      ? []
      : [paragraph(`The proportion mediated is withheld: ${mediation.proportionWithheld}`)]),
    pathTable(mediation, wording),
    ...list(moderationWords(mediation, wording)),
    ...list(noteItems(mediation.notes)),
  ];
}

/** The scale on which the effects are told in words: differences, of means or of risks. */
const toldScales: readonly EffectRow["scale"][] = ["difference", "riskDifference"];

function headlineText(mediation: Mediation, through: string, wording: Wording): string {
  const effect = (name: EffectRow["effect"]) =>
    mediation.effects.find((row) => row.effect === name && row.mediator === null && toldScales.includes(row.scale));
  const total = effect("total");
  const indirect = effect("totalNaturalIndirect");
  const direct = effect("pureNaturalDirect");
  if (total?.estimate == null || indirect?.estimate == null || direct?.estimate == null) return "";
  const percentPoints = total.scale === "riskDifference";
  const scale = percentPoints ? 100 : 1;
  const counted = mediation.outcome.family === "poisson" || mediation.outcome.family === "negative-binomial";
  const unit = percentPoints ? " people in every 100" : counted ? "" : " points";
  const amount = (value: number) => decimal(scale * value, 1);
  return [
    `The total difference in ${subjectOf(mediation, total, wording)} is ${amount(total.estimate)}${unit} (${intervalWords(total.interval, 1, scale)}).`,
    `About ${amount(indirect.estimate)} of those${unit} are what we would expect from the change in ${through} (${intervalWords(indirect.interval, 1, scale)}), if nothing else that we did not measure drives both it and the outcome.`,
    `About ${amount(direct.estimate)} came some other way than the connection we measured (${intervalWords(direct.interval, 1, scale)}).`,
    ...(containsZero(indirect.interval)
      ? [
          `The data are compatible with no carried effect, and with one anywhere from ${amount(indirect.interval?.lower ?? 0)} to ${amount(indirect.interval?.upper ?? 0)}.`,
        ]
      : []),
    ...freeTime(mediation, total.horizon, through, wording),
  ].join(" ");
}

/** What differs: a score, a mean count, the share at a level or above, an event by a day. */
function subjectOf(mediation: Mediation, row: EffectRow, wording: Wording): string {
  const { outcome } = mediation;
  const name = wording.label(outcome.survival?.event ?? outcome.column);
  if (row.horizon !== null) return `${name} by day ${row.horizon}`;
  return row.threshold === null ? name : `${name} of ${row.threshold} or higher`;
}

/** The same effect as mean time without the event. */
function freeTime(mediation: Mediation, horizon: number | null, through: string, wording: Wording): string[] {
  if (horizon === null) return [];
  const days = (name: EffectRow["effect"]) =>
    mediation.effects.find(
      (row) => row.effect === name && row.scale === "restrictedMeanDifference" && row.horizon === horizon,
    );
  const total = days("total");
  const indirect = days("totalNaturalIndirect");
  if (total?.estimate == null || indirect?.estimate == null) return [];
  const event = wording.label(mediation.outcome.survival!.event);
  return [
    `The mean time without ${event} up to day ${horizon} differs by ${decimal(total.estimate, 1)} (${intervalWords(total.interval, 1)}), of which ${decimal(indirect.estimate, 1)} through ${through} (${intervalWords(indirect.interval, 1)}).`,
  ];
}

/** How the limits were made. */
function limitsBy({ inference, draws, seed }: Mediation): string {
  const ways = {
    bootstrap: `${inference.interval} bootstrap`,
    "bayesian-bootstrap": "Bayesian bootstrap",
    "monte-carlo": "Monte Carlo draws",
    delta: "the delta method",
  };
  const way = ways[inference.method];
  return inference.method === "delta" ? way : `${way} (${draws.used} draws, seed ${seed})`;
}

const scaleNames: Record<EffectRow["scale"], string> = {
  difference: "points",
  riskDifference: "risk difference",
  restrictedMeanDifference: "event-free days",
  riskRatio: "risk ratio",
  oddsRatio: "odds ratio",
  rateRatio: "rate ratio",
  proportion: "proportion",
  restrictedMeanProportion: "proportion of event-free days",
};

function effectTable(mediation: Mediation, wording: Wording): Block {
  return table(
    `Effects, ${levelText(mediation.level)} limits by ${limitsBy(mediation)}`,
    ["Effect", "Scale", "Estimate", "SE", `${levelText(mediation.level)} CI`, "p"],
    mediation.effects
      .filter(isTold)
      .map((row) => [
        effectWords(row, mediation, wording),
        scaleNames[row.scale],
        row.estimate === null ? "withheld" : decimal(row.estimate, 3),
        decimal(row.standardError, 3),
        intervalText(row.interval, 3),
        pText(row.pValue),
      ]),
  );
}

function pathTable(mediation: Mediation, wording: Wording): Block {
  return table(
    "Classical paths (regression coefficients)",
    ["Path", "", "Estimate", "SE", `${levelText(mediation.level)} CI`, "p"],
    mediation.paths.map((row) => [
      row.path,
      pathWords(row, wording),
      decimal(row.estimate, 3),
      decimal(row.standardError, 3),
      intervalText(row.interval, 3),
      pText(row.pValue),
    ]),
  );
}
