import { describe, expect, test } from "vitest";
import { sphericityOf } from "../../src/_models/sphericity.ts";
import { matrix } from "../../src/_numeric/matrix.ts";
import { expectClose } from "../support/witness.ts";

/** A diagonal error with the W asked for: one element x, the others 1. */
function errorWith(statistic: number, size: number) {
  const w = (x: number) => x / ((x + size - 1) / size) ** size;
  let low = 1e-9;
  let high = 1;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (w(middle) < statistic) low = middle;
    else high = middle;
  }
  const error = matrix(size, size);
  for (let k = 0; k < size; k++) error.data[k * size + k] = k === 0 ? low : 1;
  return error;
}

describe("departure from sphericity", () => {
  // Box's expansion of the moments of W by Bernoulli polynomials (Anderson 1958, section 8.5), with 40 digits by mpmath
  test.each([
    [0.75, 10, 2, 0.27401585041617],
    [0.2, 15, 4, 0.0107956555759942],
    [0.05, 12, 5, 0.0083685000887769],
  ])("Mauchly's W %d on %d degrees of freedom and %d contrasts: p", (statistic, df, size, p) => {
    const { mauchly } = sphericityOf(errorWith(statistic, size), df);
    expectClose(mauchly!.statistic, statistic, { rel: 1e-12, abs: 0 });
    expectClose(mauchly!.pValue, p, { rel: 1e-12, abs: 0 });
  });

  test("a spherical error: W, p and ε are 1, and Huynh and Feldt's ε above", () => {
    const { mauchly, greenhouseGeisser, huynhFeldt } = sphericityOf(errorWith(1, 3), 20);
    expectClose(mauchly!.statistic, 1, { rel: 1e-9, abs: 0 });
    expectClose(mauchly!.pValue, 1, { rel: 1e-6, abs: 0 });
    expectClose(greenhouseGeisser, 1, { rel: 1e-9, abs: 0 });
    // ((20 + 1)·3 − 2) / (3·(20 − 3))
    expectClose(huynhFeldt, 61 / 51, { rel: 1e-9, abs: 0 });
  });

  test("fewer degrees of freedom than contrasts: no test, and ε at least 1 / contrasts", () => {
    const error = matrix(3, 3);
    error.data[0] = 5;
    expect(sphericityOf(error, 1)).toEqual({ mauchly: null, greenhouseGeisser: 1 / 3, huynhFeldt: null });
  });
});
