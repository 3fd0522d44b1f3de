import type { JointModel } from "./jointRefit.ts";
import { thetaDerivatives } from "./negativeBinomialResponse.ts";

/** Proportional odds: P(level ≤ k) = 1/(1 + exp(η − θₖ)), the thresholds shared (McCullagh 1980). */
export function ordinalJointModel(codes: ArrayLike<number>, levels: number): JointModel {
  const shared = levels - 1;
  return {
    shared,
    prepare(thresholds) {
      for (let k = 1; k < shared; k++) if (!(thresholds[k]! > thresholds[k - 1]!)) return false;
      return true;
    },
    row(index, eta, thresholds, out) {
      const code = codes[index]!;
      const upper = code < shared ? code : -1;
      const lower = code - 1;
      // P = F(a)(1 − F(b))(1 − exp(b − a)), with a, b the distances to the thresholds above and below
      const a = upper < 0 ? Number.POSITIVE_INFINITY : thresholds[upper]! - eta;
      const b = lower < 0 ? Number.NEGATIVE_INFINITY : thresholds[lower]! - eta;
      const gap = a - b;
      const narrow = 1 / Math.expm1(gap);
      const curvature = Number.isFinite(gap) ? 0.25 / Math.sinh(gap / 2) ** 2 : 0;
      const above = upperShare(a);
      const below = upperShare(-b);
      const weightAbove = above * (1 - above);
      const weightBelow = below * (1 - below);
      const scoreAbove = upper < 0 ? 0 : above + narrow;
      const scoreBelow = lower < 0 ? 0 : -below - narrow;
      out.logLikelihood =
        Math.log1p(-above) + Math.log1p(-below) + (Number.isFinite(gap) ? Math.log(-Math.expm1(-gap)) : 0);
      out.score = -(scoreAbove + scoreBelow);
      out.information = weightAbove + weightBelow;
      out.sharedScore.fill(0);
      out.cross.fill(0);
      out.sharedInformation.fill(0);
      if (upper >= 0) {
        out.sharedScore[upper] = scoreAbove;
        out.cross[upper] = -weightAbove;
        out.sharedInformation[upper * shared + upper] = weightAbove + curvature;
      }
      if (lower >= 0) {
        out.sharedScore[lower] = scoreBelow;
        out.cross[lower] = -weightBelow;
        out.sharedInformation[lower * shared + lower] = weightBelow + curvature;
      }
      if (upper >= 0 && lower >= 0) out.sharedInformation[upper * shared + lower] = -curvature;
    },
  };
}

/** Counts with mean exp(η) and variance μ + μ²/θ; log θ is shared (Lawless 1987). */
export function negativeBinomialJointModel(counts: ArrayLike<number>): JointModel {
  let most = 0;
  for (let i = 0; i < counts.length; i++) most = Math.max(most, counts[i]!);
  const harmonic = new Float64Array(most + 1);
  const squares = new Float64Array(most + 1);
  const rising = new Float64Array(most + 1);
  const sums = { first: 0, second: 0 };
  return {
    shared: 1,
    prepare(shared) {
      const theta = Math.exp(shared[0]!);
      if (!(theta > 1e-9 && theta < 1e9)) return false;
      for (let y = 1; y <= most; y++) {
        harmonic[y] = harmonic[y - 1]! + 1 / (theta + y - 1);
        squares[y] = squares[y - 1]! + 1 / (theta + y - 1) ** 2;
        rising[y] = rising[y - 1]! + Math.log1p((y - 1) / theta) - Math.log(y);
      }
      return true;
    },
    row(index, eta, shared, out) {
      const theta = Math.exp(shared[0]!);
      const y = counts[index]!;
      const mean = Math.exp(eta);
      const spread = 1 + mean / theta;
      sums.first = harmonic[y]!;
      sums.second = squares[y]!;
      const { first, second } = thetaDerivatives(y, mean, theta, sums);
      out.logLikelihood = rising[y]! + y * eta - (y + theta) * Math.log1p(mean / theta);
      out.score = (y - mean) / spread;
      out.information = (mean * (1 + y / theta)) / spread ** 2;
      out.sharedScore[0] = theta * first;
      out.cross[0] = (-(y - mean) * mean) / theta / spread ** 2;
      out.sharedInformation[0] = -(theta * first + theta * theta * second);
    },
  };
}

/** log T = η + σW, W of the smallest extreme value distribution, right-censored; log σ is shared, or σ is 1 (exponential times). */
export function weibullJointModel(time: Float64Array, event: ArrayLike<number>, estimateScale: boolean): JointModel {
  const logTime = time.map(Math.log);
  return {
    shared: estimateScale ? 1 : 0,
    prepare: (shared) => !estimateScale || (shared[0]! > -20 && shared[0]! < 20),
    row(index, eta, shared, out) {
      const shape = estimateScale ? Math.exp(-shared[0]!) : 1;
      const standard = (logTime[index]! - eta) * shape;
      const expected = Math.exp(standard);
      const happened = event[index] === 1 ? 1 : 0;
      // derivatives by w = (log t − η)/σ: happened − eʷ, −eʷ; ∂w/∂η = −1/σ, ∂w/∂log σ = −w
      const slope = happened - expected;
      out.logLikelihood = happened * (standard + Math.log(shape) - logTime[index]!) - expected;
      out.score = -slope * shape;
      out.information = expected * shape * shape;
      if (!estimateScale) return;
      out.sharedScore[0] = -slope * standard - happened;
      out.cross[0] = expected * shape * standard - slope * shape;
      out.sharedInformation[0] = expected * standard * standard - slope * standard;
    },
  };
}

function upperShare(z: number): number {
  return z > 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
}
