import { expect, test } from "vitest";
import { filesUnder, textOf } from "../support/sources.ts";
import { sharedIsPresent, sharedText } from "../support/witness.ts";

/** Cases that a test names in two parts. */
const composed: Record<string, string> = {
  negbin_quine2: "negbin_$",
  negbin_epil: "negbin_$",
  negbin_ml_quine2: "negbin_ml_$",
  negbin_ml_epil: "negbin_ml_$",
};

test.skipIf(!sharedIsPresent)("every case of the regression reference is run by a test (skipped without it)", () => {
  const { cases } = JSON.parse(sharedText("reference/models/regression.json")) as { cases: { id: string }[] };
  const tests = filesUnder("test", ".ts")
    .filter((path) => !path.includes("referenceCases"))
    .map(textOf)
    .join();
  expect(cases.map(({ id }) => id).filter((id) => !tests.includes(composed[id] ?? id))).toEqual([]);
  expect(cases.length).toBe(53);
});
