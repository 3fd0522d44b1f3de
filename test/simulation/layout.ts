import type { Simulated } from "./tally.ts";

/** A Markdown table; every column but the first `texts` is set to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], texts = 1): string {
  const rule = head.map((_, column) => (column < texts ? ":--" : "--:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A share with three digits and without its leading zero. */
export function share(value: number): string {
  const text = value.toFixed(3);
  return text.startsWith("0") ? text.slice(1) : text;
}

export function withError({ value, error }: Simulated): string {
  return `${share(value)} ± ${share(error)}`;
}

/** A number with four significant digits, a minus sign that is one. */
export function number(value: number, digits = 4): string {
  const text = Math.abs(value) < 1e-12 ? "0" : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

export function listed(parts: readonly string[]): string {
  return parts.length === 0 ? "none" : parts.join("; ");
}

/** Smallest and largest. */
export function range(values: readonly number[]): string {
  return `${share(Math.min(...values))} to ${share(Math.max(...values))}`;
}
