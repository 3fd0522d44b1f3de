import { normalLower } from "../_numeric/distributions/index.ts";
import { writeDifferences } from "./effectKeys.ts";
import type { EffectsKernel } from "./linearEffects.ts";
import type { Problem } from "./problem.ts";
import { SmoothedExpit } from "./smoothedProbability.ts";

/**
 * Effects on a binary outcome, standardised over the people weighted (Pearl's mediation formula; Imai, Keele & Tingley 2010):
 * E[Y(t, M(s))] averages g(η + σ(t)Z) over people, η being the linear predictor at exposure t with the mediators at their
 * means under exposure s, and σ(t)² = B(t)′ΣB(t), B(t) the mediators' slopes at t: the mediators' part of the predictor is one
 * normal variable, however many mediators there are and however they are correlated.
 */
export function binaryEffects(problem: Problem): EffectsKernel {
  const { exposures: e, mediators: k, mediatorSize: q, firstMediator, from, to, controlledAt, rows, link } = problem;
  const { mediatorDesign, outcomeDesign } = problem;
  const slopes = new Float64Array(k);
  const mediatorPart = new Float64Array(q);
  const base = new Float64Array(rows);
  const shifts = new Float64Array(k + 2);
  const probabilities = new Float64Array(k + 2);
  const atTo = new Float64Array(k + 2);
  const specific = new Float64Array(k);
  const table = new SmoothedExpit();
  const invertLink = link === "probit" ? normalLower : expit;

  /** Means at exposure `at` with all mediators as under `from`, all as under `to`, and, third on, all as under `to` but one. */
  const means = (
    at: Float64Array,
    alpha: Float64Array,
    beta: Float64Array,
    sigma: Float64Array,
    weights: Float64Array,
    active: Int32Array,
    count: number,
    into: Float64Array,
  ): number => {
    for (let m = 0; m < k; m++) {
      let slope = beta[firstMediator + m]!;
      if (problem.interaction) for (let j = 0; j < e; j++) slope += beta[firstMediator + k + m * e + j]! * at[j]!;
      slopes[m] = slope;
    }
    let variance = 0;
    for (let m = 0; m < k; m++) for (let l = 0; l < k; l++) variance += slopes[m]! * slopes[l]! * sigma[m * k + l]!;
    const s = Math.sqrt(Math.max(0, variance));
    let constant = beta[0]!;
    for (let j = 0; j < e; j++) constant += beta[1 + j]! * at[j]!;
    mediatorPart.fill(0);
    shifts.fill(0);
    for (let m = 0; m < k; m++) {
      constant += slopes[m]! * alpha[m * q]!;
      for (let j = 1 + e; j < q; j++) mediatorPart[j] = mediatorPart[j]! + slopes[m]! * alpha[m * q + j]!;
      let fromShift = 0;
      let toShift = 0;
      for (let j = 0; j < e; j++) {
        fromShift += slopes[m]! * alpha[m * q + 1 + j]! * from[j]!;
        toShift += slopes[m]! * alpha[m * q + 1 + j]! * to[j]!;
      }
      shifts[0] = shifts[0]! + fromShift;
      shifts[1] = shifts[1]! + toShift;
      for (let other = 0; other < k; other++)
        shifts[2 + other] = shifts[2 + other]! + (other === m ? fromShift : toShift);
    }
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const row = active[i]!;
      let eta = constant;
      const atOutcome = row * outcomeDesign.stride;
      for (let j = 1 + e; j < firstMediator; j++) eta += beta[j]! * outcomeDesign.values[atOutcome + j]!;
      const atMediator = row * mediatorDesign.stride;
      for (let j = 1 + e; j < q; j++) eta += mediatorPart[j]! * mediatorDesign.values[atMediator + j]!;
      base[i] = eta;
      if (eta < low) low = eta;
      if (eta > high) high = eta;
    }
    const used = k === 1 ? 2 : k + 2;
    let lowest = shifts[0]!;
    let highest = shifts[0]!;
    for (let place = 1; place < used; place++) {
      lowest = Math.min(lowest, shifts[place]!);
      highest = Math.max(highest, shifts[place]!);
    }
    if (link === "logit" && !table.prepare(low + lowest, high + highest, s)) return Number.NaN;
    const shrink = 1 / Math.sqrt(1 + s * s);
    for (let place = 0; place < used; place++) {
      let sum = 0;
      let total = 0;
      for (let i = 0; i < count; i++) {
        const weight = weights[active[i]!]!;
        const eta = base[i]! + shifts[place]!;
        // For the probit the integral has a closed form: E[Φ(η + sZ)] = Φ(η / √(1 + s²)).
        sum += weight * (link === "logit" ? table.at(eta) : normalLower(eta * shrink));
        total += weight;
      }
      into[place] = sum / total;
    }
    // The controlled mean: mediators held at a value, so no variance and no mediator model.
    let held = beta[0]!;
    for (let j = 0; j < e; j++) held += beta[1 + j]! * at[j]!;
    for (let m = 0; m < k; m++) held += slopes[m]! * controlledAt[m]!;
    let sum = 0;
    let total = 0;
    for (let i = 0; i < count; i++) {
      const row = active[i]!;
      let eta = held;
      const atOutcome = row * outcomeDesign.stride;
      for (let j = 1 + e; j < firstMediator; j++) eta += beta[j]! * outcomeDesign.values[atOutcome + j]!;
      sum += weights[row]! * invertLink(eta);
      total += weights[row]!;
    }
    return sum / total;
  };

  return {
    write({ alpha, beta, sigma }, weights, active, count, out) {
      const heldFrom = means(from, alpha, beta, sigma, weights, active, count, probabilities);
      const heldTo = means(to, alpha, beta, sigma, weights, active, count, atTo);
      const y00 = probabilities[0]!;
      const y01 = probabilities[1]!;
      const y10 = atTo[0]!;
      const y11 = atTo[1]!;
      if (k > 1) for (let m = 0; m < k; m++) specific[m] = y11 - atTo[2 + m]!;
      let place = writeDifferences(
        y11 - y00,
        y10 - y00,
        y11 - y10,
        y11 - y01,
        y01 - y00,
        heldTo - heldFrom,
        specific,
        out,
      );
      place = writeRatios(y00, y01, y10, y11, heldTo, heldFrom, identity, out, place);
      writeRatios(y00, y01, y10, y11, heldTo, heldFrom, odds, out, place);
    },
  };
}

function writeRatios(
  y00: number,
  y01: number,
  y10: number,
  y11: number,
  heldTo: number,
  heldFrom: number,
  measure: (p: number) => number,
  out: Float64Array,
  place: number,
): number {
  out[place] = measure(y11) / measure(y00);
  out[place + 1] = measure(y10) / measure(y00);
  out[place + 2] = measure(y11) / measure(y10);
  out[place + 3] = measure(y11) / measure(y01);
  out[place + 4] = measure(y01) / measure(y00);
  out[place + 5] = measure(heldTo) / measure(heldFrom);
  return place + 6;
}

function identity(p: number): number {
  return p;
}

function odds(p: number): number {
  return p / (1 - p);
}

function expit(eta: number): number {
  return 1 / (1 + Math.exp(-eta));
}
