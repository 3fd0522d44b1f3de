import { normalDensity, normalUpper } from "../_numeric/distributions/index.ts";
import { gaussLegendre } from "../_numeric/quadrature.ts";

/**
 * One tail of a difference of squares of independent normals: X ~ N(centre, 1) and Y ~ N(other, 1), and the event that
 * Y² lies above (`outer`) or below (`inner`) the bound offset + slope·X².
 */
export interface SquaresEvent {
  readonly side: "outer" | "inner";
  readonly centre: number;
  readonly other: number;
  readonly offset: number;
  readonly slope: number;
}

/** Twenty nodes on a panel over which X and the bound on |Y| each move by at most two standard deviations. */
const rule = gaussLegendre(20);
const PANEL = 2;
const NEGLIGIBLE = 1e-17;

/**
 * The probability of the event, as ∫ (φ(x − centre) + φ(x + centre)) P(|Y| beyond the bound) dx over x > 0: a sum of
 * positive terms, so that small probabilities keep their digits. With x = scale·sinh t (or cosh t where the offset is
 * negative) the bound on |Y| is cosh t (sinh t) and the integrand smooth. Panels are laid from its peak outwards until they
 * add nothing.
 */
export function probabilityOfSquares(event: SquaresEvent): number {
  const { side, offset, slope } = event;
  const centre = Math.abs(event.centre);
  const other = Math.abs(event.other);
  const scale = Math.sqrt(Math.abs(offset) / slope);
  const bound = Math.sqrt(Math.abs(offset));
  const shape = scale < NEGLIGIBLE ? "straight" : offset > 0 ? "sinh" : "cosh";
  const start = shape === "cosh" ? scale : 0;
  const root = Math.sqrt(slope);
  const boundAt = (x: number) => Math.sqrt(Math.max(0, offset + slope * x * x));
  const beyond = (y: number) =>
    side === "outer"
      ? normalUpper(y - other) + normalUpper(y + other)
      : normalUpper(other - y) - normalUpper(other + y);
  const logHeight = (x: number) => -0.5 * (x - centre) ** 2 + logBeyond(side, other, boundAt(x));
  const reach =
    side === "outer" ? centre : Math.max(centre, Math.sqrt(Math.max(0, other * other - offset) / slope)) + 2;
  const peak = peakOf(logHeight, start, Math.max(start, reach));

  const panel = (from: number, to: number) => {
    const half = (to - from) / 2;
    const middle = (from + to) / 2;
    let sum = 0;
    for (let node = 0; node < rule.nodes.length; node++) {
      const t = middle + half * rule.nodes[node]!;
      const grown = Math.exp(t);
      const sinh = shape === "straight" ? 0 : Math.abs(t) < 0.1 ? Math.sinh(t) : (grown - 1 / grown) / 2;
      const cosh = shape === "straight" ? 0 : (grown + 1 / grown) / 2;
      const x = shape === "straight" ? t : scale * (shape === "sinh" ? sinh : cosh);
      const y = shape === "straight" ? root * t : bound * (shape === "sinh" ? cosh : sinh);
      const speed = shape === "straight" ? 1 : scale * (shape === "sinh" ? cosh : sinh);
      sum += rule.weights[node]! * speed * (normalDensity(x - centre) + normalDensity(x + centre)) * beyond(y);
    }
    return half * sum;
  };
  const width = (t: number) =>
    shape === "straight" ? PANEL : Math.min(PANEL, PANEL / (Math.max(1, root) * scale * Math.cosh(t)));
  const middle = shape === "straight" ? peak : shape === "sinh" ? Math.asinh(peak / scale) : Math.acosh(peak / scale);

  let total = 0;
  for (let from = middle; ; ) {
    const to = from + width(from);
    const added = panel(from, to);
    total += added;
    from = to;
    if (!(added > NEGLIGIBLE * total)) break;
  }
  for (let to = middle; to > 0; ) {
    const from = Math.max(0, to - width(to));
    const added = panel(from, to);
    total += added;
    to = from;
    if (!(added > NEGLIGIBLE * total)) break;
  }
  // below the start of cosh the bound on Y² is negative: always exceeded, never undercut
  if (shape === "cosh" && side === "outer") total += normalUpper(centre - start) - normalUpper(centre + start);
  return Math.min(1, total);
}

function logBeyond(side: "outer" | "inner", other: number, y: number): number {
  const near = normalUpper(side === "outer" ? y - other : other - y, true);
  const far = normalUpper(y + other, true);
  return near + Math.log1p(side === "outer" ? Math.exp(far - near) : -Math.exp(far - near));
}

/** Where `height`, which rises and then falls, is highest in [low, high], to about a third: golden section (Kiefer 1953). */
function peakOf(height: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let a = low;
  let b = high;
  let left = b - ratio * (b - a);
  let right = a + ratio * (b - a);
  let atLeft = height(left);
  let atRight = height(right);
  for (let step = 0; step < 200 && b - a > 0.3; step++) {
    if (atLeft >= atRight) {
      b = right;
      right = left;
      atRight = atLeft;
      left = b - ratio * (b - a);
      atLeft = height(left);
    } else {
      a = left;
      left = right;
      atLeft = atRight;
      right = a + ratio * (b - a);
      atRight = height(right);
    }
  }
  return (a + b) / 2;
}
