import { completeInteger, refuseUnknown } from "../options.ts";
import { blocksOf, type Reportable, type ReportOptions, titleOf } from "./blocks.ts";
import { writeHtml } from "./html.ts";
import { writeMarkdown } from "./markdown.ts";
import { writePlainText } from "./plainText.ts";

/**
 * A result, or a whole evaluation, as Markdown: what was asked, who was in it, what changed, who relapsed, how much ran
 * through connection, what would change the conclusion, methods. Numbers are rounded here and nowhere else.
 *
 * Errors: "unknown-option", "invalid-option".
 *
 * @example
 * ```ts
 * import { compareChange, toMarkdown } from "kithpath";
 * const people = { before: [3, 5, 4, 6, 5], after: [5, 6, 7, 9, 5] };
 * toMarkdown(compareChange(people, { before: "before", after: "after", better: "higher" }), { labels: { after: "Wellbeing" } });
 * ```
 */
export function toMarkdown(result: Reportable, options: ReportOptions = {}): string {
  return writeMarkdown(blocksOf(result, complete("toMarkdown", options)));
}

/**
 * The same report as one self-contained HTML page: every text escaped, style inline, no script, nothing fetched.
 *
 * Errors: "unknown-option", "invalid-option".
 *
 * @example
 * ```ts
 * import { compareChange, toHtml } from "kithpath";
 * const people = { before: [3, 5, 4, 6, 5], after: [5, 6, 7, 9, 5] };
 * toHtml(compareChange(people, { before: "before", after: "after", better: "higher" }));
 * ```
 */
export function toHtml(result: Reportable, options: ReportOptions = {}): string {
  return writeHtml(blocksOf(result, complete("toHtml", options)), titleOf(result));
}

/**
 * The same report as plain text for a terminal: tables in aligned columns.
 *
 * Errors: "unknown-option", "invalid-option".
 *
 * @example
 * ```ts
 * import { compareChange, toText } from "kithpath";
 * const people = { before: [3, 5, 4, 6, 5], after: [5, 6, 7, 9, 5] };
 * toText(compareChange(people, { before: "before", after: "after", better: "higher" }));
 * ```
 */
export function toText(result: Reportable, options: ReportOptions = {}): string {
  return writePlainText(blocksOf(result, complete("toText", options)));
}

function complete(caller: string, options: ReportOptions): Required<ReportOptions> {
  refuseUnknown(caller, options, ["labels", "suppressBelow"]);
  return {
    labels: options.labels ?? {},
    suppressBelow: completeInteger(caller, "suppressBelow", options.suppressBelow, 0, 1000, 5),
  };
}
