import { describe, expect, it } from "vitest";
import { findSeparation } from "../../src/_models/separation.ts";
import { randomStream } from "../../src/_numeric/random.ts";

type Point = readonly [number, number];

function designOf(points: readonly Point[]) {
  const rows = points.length;
  return {
    rows,
    columns: 3,
    data: Float64Array.from([...points.map(() => 1), ...points.map(([x]) => x), ...points.map(([, z]) => z)]),
  };
}

/**
 * Exact for whole-number points in the plane: a separating line can be turned until its normal is perpendicular to the
 * difference of two points, or lies between two such normals next to each other; their sums are tried for those.
 */
function byEnumeration(points: readonly Point[], y: readonly number[]): "none" | "quasi" | "complete" {
  if (new Set(y).size === 1) return "complete";
  const normals: Point[] = [];
  for (const [x1, z1] of points)
    for (const [x2, z2] of points) if (x1 !== x2 || z1 !== z2) normals.push([z2 - z1, x1 - x2]);
  const sorted = normals.sort((a, b) => Math.atan2(a[1], a[0]) - Math.atan2(b[1], b[0]));
  const between = sorted.map(([a, b], i): Point => {
    const [c, d] = sorted[(i + 1) % sorted.length]!;
    return [a + c, b + d];
  });
  let best: "none" | "quasi" | "complete" = "none";
  for (const [a, b] of [...sorted, ...between]) {
    const values = points.map(([x, z]) => a * x + b * z);
    const low = Math.max(...values.filter((_, i) => y[i] === 0));
    const high = Math.min(...values.filter((_, i) => y[i] === 1));
    if (high > low) return "complete";
    if (high === low && values.some((value) => value !== values[0])) best = "quasi";
  }
  return best;
}

describe("findSeparation", () => {
  it("decides 3000 small cases on a grid, full of ties, as exact enumeration of all lines does", () => {
    const counted = { none: 0, quasi: 0, complete: 0 };
    for (let index = 0; index < 3000; index++) {
      const stream = randomStream(77, index);
      const size = 5 + stream.below(12);
      const points = Array.from({ length: size }, (): Point => [stream.below(5), stream.below(4)]);
      const slope = stream.below(3);
      const y = points.map(([x, z]) => (slope * x + z + stream.below(3) > 3 + slope ? 1 : 0));
      const expected = byEnumeration(points, y);
      const found = findSeparation(designOf(points), y, undefined, "bounded");
      const actual = found === null ? "none" : found.complete ? "complete" : "quasi";
      // points on one line: the design is dependent, which the fit refuses before it asks
      const [origin] = points;
      const onOneLine = points.every(([x, z]) =>
        points.every(([u, v]) => (x - origin![0]) * (v - origin![1]) === (z - origin![1]) * (u - origin![0])),
      );
      if (onOneLine) continue;
      expect(actual, JSON.stringify({ points, y })).toBe(expected);
      counted[expected]++;
    }
    expect(Math.min(...Object.values(counted))).toBeGreaterThan(200);
  });

  it("names the one column that tells all: events only among the exposed", () => {
    const points: Point[] = [
      [0, 3],
      [0, 1],
      [0, 4],
      [1, 1],
      [1, 5],
      [1, 9],
      [1, 2],
    ];
    expect(findSeparation(designOf(points), [0, 0, 0, 0, 1, 0, 1], undefined, "bounded")).toEqual({
      columns: expect.arrayContaining([1]),
      complete: false,
    });
  });

  it("names both of two columns without events", () => {
    const points: Point[] = [
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ];
    expect(findSeparation(designOf(points), [0, 1, 0, 0, 0, 0, 0], undefined, "bounded")).toEqual({
      columns: [1, 2],
      complete: false,
    });
  });

  it("looks only at rows with weight: the rows that overlap count when they are there", () => {
    const points: Point[] = [
      [1, 0],
      [2, 1],
      [3, 0],
      [4, 1],
      [5, 0],
      [6, 1],
      [1, 0],
      [2, 1],
      [5, 0],
      [6, 1],
    ];
    const y = [0, 0, 0, 1, 1, 1, 1, 1, 0, 0];
    const weights = new Float64Array(10).fill(1);
    expect(findSeparation(designOf(points), y, weights, "bounded")).toBe(null);
    weights.fill(0, 6);
    expect(findSeparation(designOf(points), y, weights, "bounded")?.complete).toBe(true);
  });

  it("a proportion strictly between 0 and 1 holds its row on both sides", () => {
    const points: Point[] = [
      [1, 0],
      [2, 1],
      [3, 0],
      [4, 1],
    ];
    expect(findSeparation(designOf(points), [0, 0, 1, 1], undefined, "bounded")?.complete).toBe(true);
    expect(findSeparation(designOf(points), [0.1, 0.2, 0.7, 0.9], undefined, "bounded")).toBe(null);
  });

  it("does not depend on units or on a far origin of a predictor", () => {
    const points: Point[] = [
      [1, 0],
      [2, 1],
      [3, 0],
      [4, 1],
      [5, 0],
      [6, 1],
    ];
    for (const [factor, origin] of [
      [1e-6, 0],
      [1e6, 0],
      [1, 1e6],
    ] as const) {
      const moved = points.map(([x, z]): Point => [origin + factor * x, z]);
      expect(findSeparation(designOf(moved), [0, 0, 0, 1, 1, 1], undefined, "bounded")?.complete).toBe(true);
      expect(findSeparation(designOf(moved), [0, 1, 0, 0, 1, 1], undefined, "bounded")).toBe(null);
    }
  });
});
