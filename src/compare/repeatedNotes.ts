import type { ResidualStructure } from "../_models/residualCovariance.ts";
import type { Note } from "../estimate.ts";
import type { PersonWaves } from "./personWaves.ts";
import type { RepeatedFreedom } from "./repeatedTests.ts";

const freedomInWords: Readonly<Record<RepeatedFreedom, string>> = {
  satterthwaite: "Satterthwaite degrees of freedom",
  "kenward-roger": "Kenward–Roger standard errors and degrees of freedom",
  residual: "residual degrees of freedom",
};

const inWords: Readonly<Record<ResidualStructure, string>> = {
  unstructured: "an unstructured covariance",
  "compound-symmetry": "a compound-symmetric covariance",
  "heterogeneous-compound-symmetry": "equal correlations and different variances",
  ar1: "a first-order autoregressive covariance",
  "heterogeneous-ar1": "first-order autoregressive correlations and different variances",
  "continuous-ar1": "a covariance that fades with time (continuous first-order autoregression)",
};

/** The method in words. */
export function methodInWords(correlation: ResidualStructure, restricted: boolean, freedom: RepeatedFreedom): string {
  return `Generalised least squares with ${inWords[correlation]} of the residuals of a person, by ${restricted ? "restricted " : ""}maximum likelihood, with ${freedomInWords[freedom]}`;
}

/** What is valid but worth knowing. `textual`: the order of the waves is only that of their texts. */
export function repeatedNotes(
  { people, wave, selection }: PersonWaves,
  asked: { correlation: ResidualStructure; degreesOfFreedom: string; textual: boolean },
): Note[] {
  const notes: Note[] = [];
  const rows = new Int32Array(people.count);
  for (const code of people.codes) rows[code]!++;
  const partial = rows.filter((count) => count < wave.levels.length).length;
  if (partial > 0) {
    notes.push({
      code: "waves-missing",
      text: `${partial} of ${people.count} people lack one or more of the ${wave.levels.length} waves; they count with what was seen, as missing at random.`,
    });
  }
  if (asked.textual && asked.correlation.endsWith("ar1")) {
    notes.push({
      code: "wave-order",
      text: `The waves are taken in the order ${wave.levels.join(", ")} only because of their texts: give "waves" if it is another.`,
    });
  }
  if (asked.degreesOfFreedom === "residual") {
    notes.push({
      code: "rows-as-degrees-of-freedom",
      text: `Degrees of freedom count ${selection.table.rows} rows as if they were different people: p values and intervals are too good.`,
    });
  }
  return notes;
}
