import { describe, expect, test } from "vitest";
import {
  containsZero,
  countText,
  decimal,
  intervalText,
  intervalWords,
  percentText,
  pText,
} from "../../src/report/format.ts";

const interval = (lower: number | null, upper: number | null) => ({ level: 0.95, lower, upper, method: "t" });

describe("decimal", () => {
  test("rounds to the decimals asked for, with U+2212 as the minus sign", () => {
    expect(decimal(1.005)).toBe("1.00");
    expect(decimal(-2.346, 2)).toBe("\u22122.35");
  });
  test("never leaves a negative zero", () => expect(decimal(-0.001)).toBe("0.00"));
  test("is a dash where there is no number", () => expect(decimal(null)).toBe("—"));
});

describe("pText, after APA 7", () => {
  test("has three decimals and no leading zero", () => expect(pText(0.0345)).toBe(".035"));
  test("has a floor and a ceiling, and is never 0", () => {
    expect(pText(1e-300)).toBe("< .001");
    expect(pText(0.9996)).toBe("> .999");
  });
});

describe("intervals", () => {
  test("are told with brackets in tables and with words in sentences", () => {
    expect(intervalText(interval(-1, 2.5))).toBe("[\u22121.00, 2.50]");
    expect(intervalWords(interval(-1, 2.5), 1)).toBe("95% CI \u22121.0 to 2.5");
  });
  test("show an unbounded side as a dash", () => expect(intervalText(interval(null, 2))).toBe("[—, 2.00]"));
  test("cover zero when a side is open or the limits enclose it", () => {
    expect(containsZero(interval(0.1, 2))).toBe(false);
    expect(containsZero(interval(-0.1, 2))).toBe(true);
    expect(containsZero(interval(null, 2))).toBe(true);
  });
});

describe("counts of people", () => {
  test("below the threshold are hidden, zero is not", () => {
    expect(countText(4, 5)).toBe("< 5");
    expect(countText(5, 5)).toBe("5");
    expect(countText(0, 5)).toBe("0");
    expect(countText(1, 0)).toBe("1");
  });
  test("are whole per cent below a thousand people", () => {
    expect(percentText(1, 3)).toBe("33%");
    expect(percentText(333, 1000)).toBe("33.3%");
    expect(percentText(0, 0)).toBe("—");
  });
});
