const EULER_GAMMA_COMPLEMENT = 0.42278433509846713; // 1 − γ
const HALF_LOG_TWO_PI = 0.9189385332046728;

/** ζ(k) − 1 for k = 2, 3, …: with them the Taylor series of log Γ(2 + z) (Abramowitz & Stegun 1964, 6.1.33). */
const ZETA_LESS_ONE = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8,
  7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9, 9.313274324196682e-10, 4.656629065033784e-10,
  2.3283118336765053e-10, 1.164155017270052e-10,
];

/** log Γ(2 + z) for |z| ≤ ½, with its zero at z = 0 kept exact. */
function logGammaNearTwo(z: number): number {
  let sum = 0;
  for (let index = ZETA_LESS_ONE.length - 1; index >= 0; index--) {
    sum = ZETA_LESS_ONE[index]! / (index + 2) - z * sum;
  }
  return z * (EULER_GAMMA_COMPLEMENT + z * sum);
}

/** The remainder of Stirling's series, log Γ(x) − (x − ½) log x + x − ½ log 2π, for x ≥ 10 (Abramowitz & Stegun 1964, 6.1.40). */
function stirlingSeries(x: number): number {
  const s = 1 / (x * x);
  return (
    (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s * (1 / 156))))))) / x
  );
}

/** sin πx of a negative number with its zeros at whole numbers kept. */
function sineOfPi(x: number): number {
  return Math.sin(Math.PI * (x - 2 * Math.round(x / 2)));
}

/** The natural logarithm of |Γ(x)|; Infinity at 0, at negative whole numbers and at Infinity. Below 0 by reflection. */
export function logGamma(x: number): number {
  if (x < 0) return Math.log(Math.PI) - Math.log(Math.abs(sineOfPi(x))) - logGamma(1 - x);
  if (x === 0 || x === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (x < 0.5) return logGammaOnePlus(x) - Math.log(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  if (x < 10) {
    let product = 1;
    let rest = x;
    while (rest > 2.5) {
      rest -= 1;
      product *= rest;
    }
    return logGammaNearTwo(rest - 2) + Math.log(product);
  }
  return (x - 0.5) * (Math.log(x) - 1) + (HALF_LOG_TWO_PI - 0.5) + stirlingSeries(x);
}

/** log Γ(1 + z) for z ≥ 0 without forming 1 + z where that would lose digits. */
export function logGammaOnePlus(z: number): number {
  return z < 0.5 ? logGammaNearTwo(z) - Math.log1p(z) : logGamma(1 + z);
}

/** The error of Stirling's formula, log Γ(x + 1) − (x + ½) log x + x − ½ log 2π (Loader 2000, δ(x)). */
export function stirlingError(x: number): number {
  if (x >= 10) return stirlingSeries(x);
  return logGammaOnePlus(x) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
}
