/** Every pair of 0 … count − 1, the smaller first. */
export function pairs(count: number): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) found.push([i, j]);
  return found;
}
