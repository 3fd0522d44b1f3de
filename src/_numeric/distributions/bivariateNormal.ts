import { gaussLegendre } from "../quadrature.ts";
import { normalLower } from "./normal.ts";

/** Rules for |r| up to the bound: more nodes the nearer the integrand's end comes to its singularity at |r| = 1. */
const rules = [
  { bound: 0.3, rule: gaussLegendre(10) },
  { bound: 0.75, rule: gaussLegendre(16) },
  { bound: 0.925, rule: gaussLegendre(32) },
  { bound: 0.99, rule: gaussLegendre(96) },
];

/**
 * P(X ≤ h, Y ≤ k) of two standard normal variables with correlation r, |r| ≤ 0.99: Φ(h)Φ(k) plus the integral over
 * arcsin r of the density along the correlation (Plackett 1954; Drezner & Wesolowsky 1990). Absolute error below 1e-14.
 */
export function bivariateNormalLower(h: number, k: number, r: number): number {
  const size = Math.abs(r);
  const { rule } = rules.find(({ bound }) => size <= bound) ?? rules[rules.length - 1]!;
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
