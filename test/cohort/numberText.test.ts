import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { looksLikeNumber, plainNumber } from "../../src/cohort/numberText.ts";

describe("plainNumber", () => {
  test.each([
    ["0", 0],
    ["-0", -0],
    ["+5", 5],
    ["12.", 12],
    [".5", 0.5],
    ["-.5", -0.5],
    ["1e3", 1000],
    ["1.5E-3", 0.0015],
    ["123456789012345678", 123456789012345680],
    ["25.111990058502", 25.111990058502],
  ])("reads %s", (text, value) => expect(plainNumber(text, ".")).toBe(value));

  test.each(["", "-", "+", ".", "1.2.3", "1,5", "0x10", "1_000", "Infinity", "NaN", "1 2", "--1", "e5", "1e", "٣"])(
    "says no to %j",
    (text) => expect(plainNumber(text, ".")).toBeNaN(),
  );

  test("reads every finite double as JavaScript itself does, with either mark", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(plainNumber(String(value), ".")).toBe(Number(String(value)));
        expect(plainNumber(String(value).replace(".", ","), ",")).toBe(Number(String(value)));
      }),
    );
  });

  test("reads short decimals as JavaScript itself does", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 9 }), (whole, places) => {
        const text = (whole / 10 ** places).toFixed(places);
        expect(plainNumber(text, ".")).toBe(Number(text));
      }),
    );
  });
});

describe("looksLikeNumber", () => {
  test.each(["1,234", "1.234,5", "3,5", "<5", ">= 10", "80%", "1 000"])("says yes to %s", (text) =>
    expect(looksLikeNumber(text)).toBe(true),
  );
  test.each(["abc", "2024-01-31", "A12", "18-25", "unknown", "10a"])("says no to %s", (text) =>
    expect(looksLikeNumber(text)).toBe(false),
  );
});
