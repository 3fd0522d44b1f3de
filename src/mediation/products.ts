import { jointSignificance } from "../_inference/jointSignificance.ts";
import { productInterval, productPValue } from "../_inference/productOfNormals.ts";
import type { Interval } from "../estimate.ts";
import type { RawColumns } from "./columns.ts";
import type { PathRow } from "./result.ts";
import type { CompleteSpec } from "./specTypes.ts";

/** The classical tests of one mediator's product of paths, for models without exposure × mediator interaction. */
export interface ProductRow {
  readonly mediator: string;
  /** The larger of the p-values of a and b: the joint significance test (MacKinnon and others 2002). */
  readonly jointSignificance: { readonly a: number; readonly b: number; readonly pValue: number };
  /** a·b times the contrast, with limits from the exact distribution of the product of two independent normal estimates; `null` unless both models are linear. */
  readonly product: { readonly estimate: number; readonly interval: Interval; readonly pValue: number } | null;
}

/** For parallel mediators without interaction or moderator, else empty: there a single product is not the indirect effect. */
export function productRows(asked: CompleteSpec, raw: RawColumns, paths: readonly PathRow[]): ProductRow[] {
  if (asked.interaction || asked.moderator !== null || asked.structure !== "parallel") return [];
  const step = raw.exposure.toValues[0]! - raw.exposure.fromValues[0]!;
  return raw.mediators.flatMap((mediator): ProductRow[] => {
    const own = (path: PathRow["path"]) => paths.filter((row) => row.path === path && row.mediator === mediator.name);
    const [a] = own("a");
    const slopes = own("b");
    if (a === undefined || slopes.length !== 1) return [];
    const b = slopes[0]!;
    const linear = mediator.family === "gaussian" && asked.family === "gaussian";
    const seA = (a.standardError ?? 0) * Math.abs(step);
    const known = linear && seA > 0 && (b.standardError ?? 0) > 0;
    const law = { a: a.estimate * step, seA, b: b.estimate, seB: b.standardError ?? 0, correlation: 0 };
    const joint = jointSignificance(a.pValue, b.pValue);
    return [
      {
        mediator: mediator.name,
        jointSignificance: { a: a.pValue, b: b.pValue, pValue: joint.pValue },
        product: known
          ? { estimate: law.a * law.b, interval: productInterval(law, asked.level), pValue: productPValue(law) }
          : null,
      },
    ];
  });
}
