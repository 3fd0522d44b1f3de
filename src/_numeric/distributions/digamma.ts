/** The zero of the digamma function, as the double next to it and the rest. */
const ZERO = 1.4616321449683622;
const ZERO_REST = 9.549995429965697e-17;

/** Taylor coefficients at the zero, from the first power on. */
const AT_ZERO = [
  0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652, 0.10782405069126237,
  -0.07219956125645471, 0.04880428816414311, -0.03316112647484736, 0.022597648232218104, -0.01542476590494896,
  0.010538791616612175, -0.007204534386356869, 0.004926781395729853, -0.003369801655439328, 0.002305126326734928,
  -0.0015769367714301972, 0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602, -0.0003454680251063077,
  0.00023635601564027053,
];

/**
 * The derivative of log Γ: its Taylor series at the zero near 1.46, recurrence below 10, the asymptotic series above
 * (Abramowitz & Stegun 1964, 6.3.5 and 6.3.18); reflection below 0 (6.3.7). Not a number at 0 and negative whole numbers.
 */
export function digamma(x: number): number {
  if (x <= 0)
    return x === Math.round(x) ? Number.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
  const distance = x - ZERO - ZERO_REST;
  if (Math.abs(distance) < 0.2)
    return distance * AT_ZERO.reduceRight((sum, coefficient) => sum * distance + coefficient, 0);
  let shifted = x;
  let sum = 0;
  for (; shifted < 10; shifted++) sum -= 1 / shifted;
  const s = 1 / (shifted * shifted);
  const tail =
    s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 - s / 12))))));
  return sum + Math.log(shifted) - 0.5 / shifted - tail;
}
