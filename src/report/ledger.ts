import type { Ledger } from "../estimate.ts";
import type { Wording } from "./wording.ts";

/** Rows used and left out, by reason, as one sentence. */
export function ledgerSentence(ledger: Ledger, wording: Wording): string {
  const out = ledger.rowsIn - ledger.rowsUsed;
  if (out === 0) return `All ${ledger.rowsIn} people are in this analysis.`;
  const reasons = ledger.reasons.map(({ reason, variable, rows }) =>
    variable === null ? `${reason} ${rows}` : `${wording.label(variable)} ${reason} ${rows}`,
  );
  return `${ledger.rowsUsed} of ${ledger.rowsIn} people are in this analysis; ${out} are left out: ${reasons.join(", ")}.`;
}
