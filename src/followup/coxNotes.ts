import type { CoxFit } from "../_models/cox.ts";
import type { Note } from "../estimate.ts";

const eventsPerCoefficient = 10;
const fewClusters = 30;

/** What is valid but worth knowing about a Cox model. */
export function coxNotes({
  fit,
  names,
  clusters,
  robust,
  competingEvents,
}: {
  readonly fit: CoxFit;
  readonly names: readonly string[];
  readonly clusters: number | null;
  readonly robust: boolean;
  readonly competingEvents: number;
}): Note[] {
  const notes: Note[] = [];
  const events = fit.history.events;
  if (fit.monotone !== null) {
    const listed = fit.monotone.map((j) => names[j]).join(", ");
    const lost =
      fit.undetermined.length === 0
        ? ""
        : `, and nothing is left to estimate ${fit.undetermined.map((j) => names[j]).join(", ")} from`;
    notes.push({
      code: "monotone-likelihood",
      text: `The likelihood rises for ever as ${listed} ${fit.monotone.length === 1 ? "grows" : "grow"}: at every event those who had it were the most exposed at risk. There is no finite hazard ratio${lost}; the score and likelihood-ratio tests stand.`,
    });
  }
  if (names.length > 0 && events < eventsPerCoefficient * names.length) {
    notes.push({
      code: "few-events",
      text: `${events} events for ${names.length} coefficient${names.length === 1 ? "" : "s"}: below ${eventsPerCoefficient} events per coefficient estimates are easily too large and limits too narrow (Peduzzi and others 1995).`,
    });
  }
  if (robust && clusters !== null && clusters < fewClusters) {
    notes.push({
      code: "few-clusters",
      text: `With ${clusters} clusters the robust standard errors tend to be too small.`,
    });
  }
  if (fit.ties === "exact" && names.length > 0) {
    notes.push({
      code: "discrete-odds",
      text: "With exact ties time is discrete: the ratios are of the odds of the event at a time among those still at risk, and there is no baseline hazard.",
    });
  }
  if (competingEvents > 0) {
    notes.push({
      code: "cause-specific",
      text: `${competingEvents} rows end with the competing event and count as followed until then: the hazard ratios are cause-specific and do not say how the risk of the event differs.`,
    });
  }
  return notes;
}
