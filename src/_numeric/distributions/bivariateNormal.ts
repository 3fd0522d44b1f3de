import { gaussLegendre } from "../quadrature.ts";
import { normalLower } from "./normal.ts";

const nearRule = gaussLegendre(16);
const farRule = gaussLegendre(96);

/**
 * P(X ≤ h, Y ≤ k) of two standard normal variables with correlation r, |r| ≤ 0.99: Φ(h)Φ(k) plus the integral over
 * arcsin r of the density along the correlation (Plackett 1954; Drezner & Wesolowsky 1990). Absolute error below 1e-14.
 */
export function bivariateNormalLower(h: number, k: number, r: number): number {
  const rule = Math.abs(r) < 0.5 ? nearRule : farRule;
  const half = Math.asin(r) / 2;
  const squares = (h * h + k * k) / 2;
  const product = h * k;
  let sum = 0;
  for (let i = 0; i < rule.nodes.length; i++) {
    const sine = Math.sin(half * (rule.nodes[i]! + 1));
    sum += rule.weights[i]! * Math.exp((product * sine - squares) / (1 - sine * sine));
  }
  return Math.max(0, normalLower(h) * normalLower(k) + (half * sum) / (2 * Math.PI));
}
