import { describe, expect, it } from "vitest";
import { competingSteps } from "../../src/mediation/system/competingSteps.ts";
import { competingTable } from "../../src/mediation/system/competingTable.ts";
import { expectClose } from "../support/witness.ts";

const one = { times: Float64Array.of(3, 8, 15, 21, 40, 55), hazard: Float64Array.of(0.2, 0.1, 0, 0.4, 0.3, 0.2) };
const two = { times: Float64Array.of(5, 8, 21, 30, 40, 60), hazard: Float64Array.of(0.1, 0.05, 0.3, 0, 0.02, 0.4) };
const days = [20, 40, 50];
const size = (q: number) => (q % 2 === 0 ? 1 : days[(q - 1) / 2]!);

/** Step by step: everybody free, both hazards at every time, the probability of leaving shared in proportion. */
function plain(x: number, y: number): number[] {
  return days.flatMap((day) => {
    let [free, risk, lived, previous] = [1, 0, 0, 0];
    for (let time = 1; time <= day; time++) {
      lived += free * (time - previous);
      previous = time;
      const own = (one.hazard[one.times.indexOf(time)] ?? 0) * Math.exp(x);
      const both = own + (two.hazard[two.times.indexOf(time)] ?? 0) * Math.exp(y);
      if (both === 0) continue;
      risk += (free * -Math.expm1(-both) * own) / both;
      free *= Math.exp(-both);
    }
    return [risk, lived];
  });
}

function smoothed(x: number, y: number, s: number, along: number, across: number): number[] {
  const sums = new Array<number>(2 * days.length).fill(0);
  let mass = 0;
  const reach = 36;
  for (let a = -reach; a <= reach; a++)
    for (let b = across === 0 ? 0 : -reach; b <= (across === 0 ? 0 : reach); b++) {
      const [u, v] = [a / 5, b / 5];
      const weight = Math.exp(-0.5 * (u * u + v * v));
      mass += weight;
      plain(x + s * u, y + along * u + across * v).forEach((value, q) => {
        sums[q]! += weight * value;
      });
    }
  return sums.map((sum) => sum / mass);
}

const points = [
  [0, 0],
  [-3.21, 0.4],
  [1.77, -2.6],
  [2.9, 2.3],
  [-0.5, 4.1],
] as const;

describe("means with competing events at jointly normal linear predictors", () => {
  for (const [title, s, along, across] of [
    ["fixed predictors", 0, 0, 0],
    ["predictors on one line", 0.4, -0.7, 0],
    ["the first moves alone", 0.9, 0, 0],
    ["the second moves alone", 0, 0, 0.6],
    ["both move, in part together", 0.5, 0.3, 0.4],
  ] as const)
    it(`${title}: the table is right to 1e-8 of its range`, () => {
      const table = competingTable(competingSteps(one, two, days), days.length);
      const out = new Float64Array(2 * days.length);
      for (const [x, y] of points) {
        table.write(x, y, s, along, across, out);
        smoothed(x, y, s, along, across).forEach((wanted, q) => {
          expectClose(out[q]!, wanted, { rel: 0, abs: 1e-8 * size(q) }, `${x}, ${y}: ${q}`);
        });
      }
    });

  it("risk, competing risk and staying free of both sum to 1, also far out", () => {
    const mine = competingTable(competingSteps(one, two, days), days.length);
    const other = competingTable(competingSteps(two, one, days), days.length);
    const first = new Float64Array(2 * days.length);
    const second = new Float64Array(2 * days.length);
    for (const [x, y] of [...points, [-70, 3], [2, 80], [-500, -500]] as const) {
      mine.write(x, y, 0, 0, 0, first);
      other.write(y, x, 0, 0, 0, second);
      days.forEach((day, q) => {
        const cumulative = (steps: typeof one, eta: number) =>
          Math.exp(eta) * steps.hazard.reduce((sum, step, j) => sum + (steps.times[j]! <= day ? step : 0), 0);
        const free = Math.exp(-cumulative(one, x) - cumulative(two, y));
        expectClose(first[2 * q]! + second[2 * q]! + free, 1, { rel: 0, abs: 1e-8 }, `${x}, ${y} by ${day}`);
        expectClose(first[2 * q + 1]!, second[2 * q + 1]!, { rel: 0, abs: 1e-8 * day }, "free time");
      });
    }
  });

  it("by hand: hazards 0.2 and 0.1 at one time, 0.3 of the first at a later one", () => {
    const steps = competingSteps(
      { times: Float64Array.of(2, 5), hazard: Float64Array.of(0.2, 0.3) },
      { times: Float64Array.of(2), hazard: Float64Array.of(0.1) },
      [6],
    );
    const out = new Float64Array(2);
    competingTable(steps, 1).write(0, 0, 0, 0, 0, out);
    // Free after 2: exp(−0.3); two thirds of those who left had the first event. Free after 5: exp(−0.6).
    const risk = (2 / 3) * (1 - Math.exp(-0.3)) + Math.exp(-0.3) * (1 - Math.exp(-0.3));
    expect(out[0]).toBeCloseTo(risk, 9);
    expect(out[1]).toBeCloseTo(2 + 3 * Math.exp(-0.3) + Math.exp(-0.6), 8);
  });

  it("changed hazards count after clear()", () => {
    const changing = { times: Float64Array.of(2), hazard: Float64Array.of(0.2) };
    const table = competingTable(competingSteps(changing, two, [4]), 1);
    const out = new Float64Array(2);
    table.write(0.1, 0.2, 0, 0, 0, out);
    changing.hazard[0] = 0.5;
    table.clear();
    table.write(0, 0.2, 0, 0, 0, out);
    expect(out[0]).toBeCloseTo(1 - Math.exp(-0.5), 9);
  });
});
