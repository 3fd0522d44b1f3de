import { armOrderNotes } from "../arm.ts";
import type { Note } from "../estimate.ts";
import type { Table } from "../table.ts";
import { beyond, type ClosedFormColumns } from "./closedFormColumns.ts";
import type { ClosedFormFit } from "./closedFormFits.ts";
import type { CompleteClosedForm } from "./closedFormSpec.ts";

const rare = 0.1;
const eventsPerCoefficient = 10;

/** What is valid but worth knowing. */
export function closedFormNotes(
  table: Table,
  spec: CompleteClosedForm,
  columns: ClosedFormColumns,
  outcome: ClosedFormFit,
  held: number,
): Note[] {
  const { exposure, mediator } = columns;
  const notes = [...armOrderNotes(table, spec.exposure, exposure.to, exposure.from)];
  const happened = eventsOf(spec, columns);
  if (happened !== null) notes.push(...eventNotes(spec, columns.rows, happened, outcome.coefficients.length));
  if (spec.outcomeModel === "weibull" || spec.outcomeModel === "exponential") {
    notes.push({
      code: "time-ratios",
      text: "Ratios are of mean times until the event: above 1 means later, not more. They need no rare event.",
    });
  }
  if (columns.censoringValues > 1) {
    notes.push({
      code: "cause-specific",
      text: "Other events end the follow-up and count as censored: the ratios are cause-specific and do not say how the risk of the event differs.",
    });
  }
  if (outcome.aboveOne > 0) {
    notes.push({
      code: "risk-above-one",
      text: `The log-linear model gives ${outcome.aboveOne} people a risk above 1: risk ratios strain these data.`,
    });
  }
  const binary = mediator.values.every((value) => value === 0 || value === 1);
  if (binary && spec.mediatorFamily === "gaussian") {
    notes.push({
      code: "binary-mediator",
      text: `"${mediator.name}" is coded 0 and 1 and has a linear model: family "binomial" gives it a logistic one.`,
    });
  }
  if (binary && held !== 0 && held !== 1) {
    notes.push({
      code: "controlled-between",
      text: `The controlled direct effect is told at ${held}, a value that nobody has: give controlledAt as 0 or 1.`,
    });
  }
  notes.push(...outsideNotes(columns, held));
  return notes;
}

/** The rows with the event; `null` for outcomes that are neither 0 and 1 nor a time. */
function eventsOf({ outcomeModel }: CompleteClosedForm, { event, outcome }: ClosedFormColumns): number | null {
  const coded = outcomeModel === "logistic" || outcomeModel === "log-linear" ? outcome : event;
  return coded === null ? null : coded.reduce((count, value) => count + value, 0);
}

function eventNotes(spec: CompleteClosedForm, rows: number, events: number, coefficients: number): Note[] {
  const notes: Note[] = [];
  const approximate = spec.outcomeModel === "logistic" || spec.outcomeModel === "cox";
  if (approximate && events > rare * rows) {
    const kind = spec.outcomeModel === "cox" ? "hazard" : "odds";
    notes.push({
      code: "rare-outcome",
      text: `${((100 * events) / rows).toFixed(1)} % had the event: the ${kind} ratios of natural effects take it to be rare (below 10 %) and can be off. Use mediate for effects on the risk, or ${spec.outcomeModel === "cox" ? 'model "weibull"' : 'link "log"'} for ratios that need no rare event.`,
    });
  }
  const fewer = spec.event === null ? Math.min(events, rows - events) : events;
  if (fewer < eventsPerCoefficient * coefficients) {
    notes.push({
      code: "few-events",
      text: `${fewer} ${spec.event === null && fewer < events ? "people without the event" : "events"} for ${coefficients} coefficients of the outcome model: below ${eventsPerCoefficient} per coefficient estimates are easily too large and limits too narrow (Peduzzi and others 1996).`,
    });
  }
  return notes;
}

function outsideNotes({ exposure, mediator, atOutside }: ClosedFormColumns, held: number): Note[] {
  const told: string[] = [];
  if (exposure.kind === "number") {
    const { values, name } = exposure.columns[0]!;
    for (const [value] of [exposure.fromValues, exposure.toValues])
      if (beyond(values, value!)) told.push(`"${name}" at ${value}`);
  }
  if (beyond(mediator.values, held)) told.push(`"${mediator.name}" at ${held}`);
  told.push(...atOutside.map((name) => `"${name}"`));
  if (told.length === 0) return [];
  return [
    {
      code: "outside-data",
      text: `${told.join(", ")} ${told.length === 1 ? "lies" : "lie"} outside the data: the effects there are extrapolated.`,
    },
  ];
}
