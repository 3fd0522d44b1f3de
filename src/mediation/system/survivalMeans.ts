import { gammaLower, logGamma } from "../../_numeric/distributions/index.ts";
import type { Response } from "./smoothedMean.ts";

/** A baseline cumulative hazard as steps: `hazard[j]` is added at `times[j]`. Read at every call. */
export interface HazardSteps {
  readonly times: Float64Array;
  readonly hazard: Float64Array;
}

/** 1 − exp(−H(day)·exp(η)): the risk of the event up to `day`. */
export function stepRisk(steps: HazardSteps, day: number): Response & { prepare(): void } {
  let cumulative = 0;
  return {
    strip: Math.PI / 2,
    cheap: true,
    prepare() {
      cumulative = 0;
      for (let j = 0; j < steps.times.length && steps.times[j]! <= day; j++) cumulative += steps.hazard[j]!;
    },
    at: (eta) => -Math.expm1(-cumulative * Math.exp(eta)),
  };
}

/** ∫₀^day exp(−H(t)·exp(η)) dt: mean time without the event up to `day`. */
export function stepRestrictedMean(steps: HazardSteps, day: number): Response & { prepare(): void } {
  const widths = new Float64Array(steps.times.length);
  const cumulative = new Float64Array(steps.times.length);
  let count = 0;
  let before = 0;
  return {
    strip: Math.PI / 2,
    cheap: false,
    prepare() {
      const { times, hazard } = steps;
      count = 0;
      while (count < times.length && times[count]! < day) count++;
      before = count === 0 ? day : times[0]!;
      let sum = 0;
      for (let j = 0; j < count; j++) {
        sum += hazard[j]!;
        cumulative[j] = sum;
        widths[j] = (j + 1 < count ? times[j + 1]! : day) - times[j]!;
      }
    },
    at(eta) {
      const relative = Math.exp(eta);
      let value = before;
      for (let j = 0; j < count; j++) {
        const h = cumulative[j]! * relative;
        if (h > 745) break;
        value += widths[j]! * Math.exp(-h);
      }
      return value;
    },
  };
}

/** Weibull times as functions of ξ = −η/σ: S(t) = exp(−t^(1/σ)·exp(ξ)). */
export function weibullRisk(day: number): Response & { prepare(scale: number): void } {
  let power = 0;
  return {
    strip: Math.PI / 2,
    cheap: true,
    prepare(scale) {
      power = Math.log(day) / scale;
    },
    at: (xi) => -Math.expm1(-Math.exp(xi + power)),
  };
}

/** ∫₀^day S(t) dt = σ·exp(−σξ)·γ(σ, x), x = day^(1/σ)·exp(ξ), γ the lower incomplete gamma function. */
export function weibullRestrictedMean(day: number): Response & { prepare(scale: number): void } {
  let scale = 1;
  let factor = 0;
  let power = 0;
  return {
    strip: Math.PI / 2,
    cheap: false,
    prepare(found) {
      scale = found;
      factor = logGamma(scale + 1);
      power = Math.log(day) / scale;
    },
    at(xi) {
      const x = Math.exp(xi + power);
      // Below this the integrand is 1 to rounding.
      return x < 1e-17 ? day : Math.exp(gammaLower(x, scale, 1, true) + factor - scale * xi);
    },
  };
}
