/** Whether a column holds at most `limit` different values. */
export function distinct(values: Float64Array, limit: number): boolean {
  const found = new Set<number>();
  for (const value of values) {
    found.add(value);
    if (found.size > limit) return false;
  }
  return true;
}

export function meanOf(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  const mean = total / values.length;
  let rest = 0;
  for (const value of values) rest += value - mean;
  return mean + rest / values.length;
}
