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
    write(eta, out) {
      riskAt(cumulative * Math.exp(eta), out);
    },
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
    write(eta, out) {
      const relative = Math.exp(eta);
      let value = before;
      let slope = 0;
      let bend = 0;
      for (let j = 0; j < count; j++) {
        const h = cumulative[j]! * relative;
        if (h > 745) break;
        const weighted = widths[j]! * Math.exp(-h);
        value += weighted;
        slope -= weighted * h;
        bend += weighted * (h * h - h);
      }
      out[0] = value;
      out[1] = slope;
      out[2] = bend;
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
    write(xi, out) {
      riskAt(Math.exp(xi + power), out);
    },
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
    write(xi, out) {
      const x = Math.exp(xi + power);
      // Below this the integrand is 1 to rounding.
      const value = x < 1e-17 ? day : Math.exp(gammaLower(x, scale, 1, true) + factor - scale * xi);
      const survived = Math.exp(-x);
      // By parts: ∂R/∂ξ = −σ(R − day·S(day)).
      const slope = -scale * (value - day * survived);
      out[0] = value;
      out[1] = slope;
      out[2] = -scale * (slope + day * x * survived);
    },
  };
}

/** Risk 1 − exp(−h) with its derivatives by log h. */
function riskAt(h: number, out: Float64Array): void {
  const survived = Math.exp(-h);
  out[0] = -Math.expm1(-h);
  const slope = h > 745 ? 0 : h * survived;
  out[1] = slope;
  out[2] = slope === 0 ? 0 : slope * (1 - h);
}
