export type { Reportable, ReportOptions } from "./blocks.ts";
export { toJson } from "./json.ts";
export { type TidyRow, tidy } from "./tidy.ts";
export { toHtml, toMarkdown, toText } from "./written.ts";
