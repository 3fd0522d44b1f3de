import type { TestName } from "./chainMethods.ts";

/** Path sizes of the literature: small, halfway, medium, large. */
export const sizes = { S: 0.14, H: 0.26, M: 0.39, L: 0.59 } as const;
export type Size = keyof typeof sizes;

/** People needed for a power of .80, Fritz & MacKinnon (2007), table 3; rows a, columns b in the order S, H, M, L. */
export const peopleNeeded: Readonly<Record<"joint" | "sobel", readonly (readonly number[])[]>> = {
  joint: [
    [530, 402, 403, 403],
    [407, 159, 124, 120],
    [405, 125, 74, 58],
    [405, 122, 59, 36],
  ],
  sobel: [
    [667, 450, 422, 412],
    [450, 196, 144, 127],
    [421, 145, 90, 66],
    [410, 129, 67, 42],
  ],
};

/** People needed by the bootstrap, the same table, both paths medium or both large. */
export const peopleNeededByBootstrap = { percentile: { M: 78, L: 36 }, biasCorrected: { M: 71, L: 34 } } as const;

export const peopleOfTable6 = [50, 100, 200, 500, 1000] as const;
export const repetitionsOfTable6 = 500;

/** Power by sample size, MacKinnon, Lockwood, Hoffman, West & Sheets (2002), table 6; both paths of the same size. */
export const powerOfTable6: readonly {
  readonly test: TestName;
  readonly path: number;
  readonly power: readonly number[];
}[] = [
  { test: "sobel", path: 0, power: [0, 0, 0.002, 0, 0] },
  { test: "sobel", path: 0.14, power: [0.006, 0.01, 0.122, 0.562, 0.976] },
  { test: "sobel", path: 0.39, power: [0.36, 0.862, 1, 1, 1] },
  { test: "sobel", path: 0.59, power: [0.902, 1, 1, 1, 1] },
  { test: "aroian", path: 0.14, power: [0.006, 0.006, 0.092, 0.526, 0.974] },
  { test: "aroian", path: 0.39, power: [0.332, 0.854, 1, 1, 1] },
  { test: "aroian", path: 0.59, power: [0.892, 1, 1, 1, 1] },
  { test: "goodman", path: 0.14, power: [0.008, 0.02, 0.142, 0.62, 0.982] },
  { test: "product", path: 0, power: [0.004, 0.004, 0.002, 0, 0] },
  { test: "product", path: 0.14, power: [0.03, 0.062, 0.274, 0.76, 0.988] },
  { test: "product", path: 0.39, power: [0.554, 0.92, 1, 1, 1] },
  { test: "product", path: 0.59, power: [0.94, 1, 1, 1, 1] },
];

/** Limits of the product by numerical integration of its density, correlation 0. */
export const exactLimits = [
  { a: 0.39, seA: 0.1, b: 0.39, seB: 0.1, lower: 0.05689, upper: 0.27501 },
  { a: 0.14, seA: 0.07, b: 0.39, seB: 0.07, lower: 0.00105, upper: 0.1168 },
  { a: 4, seA: 0.6, b: 0.25, seB: 0.05, lower: 0.54836, upper: 1.53262 },
] as const;
