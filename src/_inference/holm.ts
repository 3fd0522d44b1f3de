/** p values of several tests adjusted for their number: step-down of the smallest times their count (Holm 1979), at most 1. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, place) => place).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = [...pValues];
  let largest = 0;
  order.forEach((place, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[place]!));
    adjusted[place] = largest;
  });
  return adjusted;
}
