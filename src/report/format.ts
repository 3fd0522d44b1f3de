import type { Interval } from "../estimate.ts";

/** U+2212: a minus sign that lines up with digits and does not break over lines as a hyphen does. */
const minus = "\u2212";

/** A number with a fixed count of decimals; an em dash where there is none. Rounding never leaves "−0.00". */
export function decimal(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return "—";
  const text = Math.abs(value).toFixed(digits);
  const negative = value < 0 && Number(text) !== 0;
  return negative ? minus + text : text;
}

/** APA 7: exact to three decimals, no leading zero, a floor of .001. */
export function pText(p: number | null): string {
  if (p === null) return "—";
  if (p < 0.001) return "< .001";
  if (p > 0.999) return "> .999";
  return p.toFixed(3).replace(/^0/, "");
}

export function intervalText(interval: Interval | null, digits = 2, scale = 1): string {
  if (interval === null) return "—";
  const side = (limit: number | null) => (limit === null ? "—" : decimal(limit * scale, digits));
  return `[${side(interval.lower)}, ${side(interval.upper)}]`;
}

/** "95% CI 1.20 to 3.40": the form used inside sentences. */
export function intervalWords(interval: Interval | null, digits = 2, scale = 1): string {
  if (interval === null || interval.lower === null || interval.upper === null) return "no interval";
  return `${levelText(interval.level)} CI ${decimal(interval.lower * scale, digits)} to ${decimal(interval.upper * scale, digits)}`;
}

export function levelText(level: number): string {
  return `${Number((100 * level).toFixed(6))}%`;
}

/** Whole percent; one decimal only where the base holds at least a thousand people. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return "—";
  return `${((100 * part) / whole).toFixed(whole >= 1000 ? 1 : 0)}%`;
}

/** A count, hidden when it is small enough to point at a person: 0 and counts from `below` up are shown. */
export function countText(count: number, below: number): string {
  return count > 0 && count < below ? `< ${below}` : String(count);
}

export function containsZero(interval: Interval | null): boolean {
  return (
    interval === null ||
    interval.lower === null ||
    interval.upper === null ||
    (interval.lower <= 0 && interval.upper >= 0)
  );
}
