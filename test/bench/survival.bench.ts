import { bench, describe } from "vitest";
import { randomStream } from "../../src/_numeric/random.ts";
import { followRelapse, kaplanMeier } from "../../src/followup/index.ts";

const people = 1_000_000;
const stream = randomStream(1, 0);
const days = Float64Array.from({ length: people }, () => Math.ceil(stream.exponential() * 400));
const event = Float64Array.from({ length: people }, () => stream.below(2));
const once = { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 };

describe("Kaplan–Meier of 1,000,000 people, times in days", () => {
  bench(
    "kaplanMeier: rank the distinct times, count",
    () => {
      kaplanMeier({ time: days, event });
    },
    once,
  );
  bench(
    "plain loop: sort the people by time, walk through them",
    () => {
      plainLoop();
    },
    once,
  );
});

describe("5,000 bootstrap draws of followRelapse, 1,000 people in 50 sites", () => {
  const rows = Array.from({ length: 1000 }, (_, row) => row);
  const data = {
    days: rows.map((row) => Math.min(365, days[row]!)),
    status: rows.map((row) => (days[row]! > 365 ? 0 : stream.below(3))),
    mentored: rows.map((row) => row % 2),
    site: rows.map((row) => `s${row % 50}`),
  };
  bench(
    "followRelapse",
    async () => {
      await followRelapse(data, {
        time: "days",
        event: { column: "status", event: 1, competing: 2 },
        arm: "mentored",
        cluster: "site",
        horizon: 365,
      });
    },
    once,
  );
});

function plainLoop(): number {
  const order = Array.from({ length: people }, (_, row) => row).sort((a, b) => days[a]! - days[b]!);
  let survival = 1;
  let atRisk = people;
  for (let i = 0; i < people; ) {
    const time = days[order[i]!]!;
    let events = 0;
    let leaving = 0;
    for (; i < people && days[order[i]!] === time; i++) {
      events += event[order[i]!]!;
      leaving++;
    }
    survival *= 1 - events / atRisk;
    atRisk -= leaving;
  }
  return survival;
}
