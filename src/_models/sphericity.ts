import { chiSquareUpper } from "../_numeric/distributions/index.ts";
import { cholesky, type Matrix, traceOf } from "../_numeric/matrix.ts";

interface Sphericity {
  /** Mauchly's test that the contrasts are uncorrelated and vary alike; `null` where the error is singular. */
  readonly mauchly: { readonly statistic: number; readonly pValue: number } | null;
  /** Greenhouse and Geisser's ε, from 1 / contrasts to 1. */
  readonly greenhouseGeisser: number;
  /** Huynh and Feldt's ε with Lecoutre's correction, may exceed 1; `null` where it is not defined. */
  readonly huynhFeldt: number | null;
}

/**
 * How far the error of orthonormal contrasts is from sphericity. E holds its sums of squares and products, on n degrees of
 * freedom, for k ≥ 2 contrasts.
 *
 * Mauchly (1940): W = det E / (tr E / k)ᵏ, with Anderson's (1958, section 10.7.4) second-order χ² approximation.
 * Greenhouse & Geisser (1959): ε = (tr E)² / (k tr E²). Huynh & Feldt (1976), Lecoutre (1991): ((n + 1) k ε − 2) / (k (n − k ε)).
 */
export function sphericityOf(error: Matrix, df: number): Sphericity {
  const size = error.rows;
  const trace = traceOf(error);
  let squares = 0;
  for (const value of error.data) squares += (value / trace) ** 2;
  const greenhouseGeisser = 1 / (size * squares);
  const used = size * greenhouseGeisser;
  const left = df - used;
  return {
    mauchly: df < size ? null : mauchlyOf(error, trace, df),
    greenhouseGeisser,
    huynhFeldt: left > 1e-9 * df ? ((df + 1) * used - 2) / (size * left) : null,
  };
}

function mauchlyOf(error: Matrix, trace: number, n: number): Sphericity["mauchly"] {
  const p = error.rows;
  const root = cholesky(error);
  if (root === null) return null;
  let logW = -p * Math.log(trace / p);
  for (let k = 0; k < p; k++) logW += 2 * Math.log(root.data[k * p + k]!);
  const rho = 1 - (2 * p * p + p + 2) / (6 * p * n);
  const second = ((p + 2) * (p - 1) * (p - 2) * (2 * p ** 3 + 6 * p * p + 3 * p + 2)) / (288 * (n * p * rho) ** 2);
  const z = Math.max(0, -n * rho * logW);
  const f = (p * (p + 1)) / 2 - 1;
  const first = chiSquareUpper(z, f);
  const pValue = first + second * (chiSquareUpper(z, f + 4) - first);
  return { statistic: Math.exp(Math.min(0, logW)), pValue: Math.min(1, Math.max(Number.MIN_VALUE, pValue)) };
}
