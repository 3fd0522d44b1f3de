import { KithpathError } from "./errors.ts";

/** Refuses option names that `caller` does not know, so that a misspelt setting is never ignored. */
export function refuseUnknown(caller: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      throw new KithpathError("unknown-option", `${caller} has no option "${key}"`, {
        expected: `one of ${known.join(", ")}`,
        received: key,
        remedy: "Check the spelling, or remove the option.",
      });
    }
  }
}

/** A confidence level strictly between 0 and 1; 0.95 when not given. */
export function completeLevel(caller: string, level: number | undefined): number {
  if (level === undefined) return 0.95;
  if (typeof level === "number" && level > 0 && level < 1) return level;
  throw new KithpathError("invalid-option", `${caller}: level is not a confidence level`, {
    expected: "a number between 0 and 1, for example 0.95",
    received: String(level),
    remedy: "Give the level as a proportion, not a percentage.",
  });
}

/** One of the allowed words; `fallback` when not given. */
export function completeChoice<T extends string>(
  caller: string,
  name: string,
  value: T | undefined,
  allowed: readonly T[],
  fallback: T,
): T {
  if (value === undefined) return fallback;
  if (allowed.includes(value)) return value;
  throw new KithpathError("invalid-option", `${caller}: ${name} is not one of its choices`, {
    expected: allowed.join(", "),
    received: String(value),
  });
}

/** A whole number in [low, high]; `fallback` when not given. */
export function completeInteger(
  caller: string,
  name: string,
  value: number | undefined,
  low: number,
  high: number,
  fallback: number,
): number {
  if (value === undefined) return fallback;
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new KithpathError("invalid-option", `${caller}: ${name} must be a whole number`, {
    expected: `a whole number from ${low} to ${high}`,
    received: String(value),
  });
}

/** `values` without the undefined ones: what was not said is left to the defaults. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
