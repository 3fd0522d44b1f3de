import { randomStream } from "../../src/_numeric/random.ts";

/** A simulated mentoring cohort: exposure, two correlated mediators, covariates, a score, a relapse, a site. */
export function simulatedCohort(people: number, seed: number, sites = 20): Record<string, number[]> {
  const stream = randomStream(seed, 0);
  const names = [
    "mentored",
    "age",
    "severity",
    "before",
    "x4",
    "x5",
    "x6",
    "connection",
    "support",
    "wellbeing",
    "relapsed",
    "site",
  ];
  const columns: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  const siteEffect = Array.from({ length: sites }, () => stream.normal());
  for (let i = 0; i < people; i++) {
    const site = i % sites;
    const age = 38 + 11 * stream.normal();
    const severity = stream.uniform() < 0.4 ? 1 : 0;
    const before = 50 + 10 * stream.normal();
    const mentored = stream.uniform() < 0.55 ? 1 : 0;
    const shared = stream.normal();
    const connection =
      30 + 4 * mentored + 0.4 * before - severity + siteEffect[site]! + 4 * shared + 6 * stream.normal();
    const support = 45 + 5 * mentored - 1.5 * severity + 4 * shared + 7 * stream.normal();
    const wellbeing =
      20 +
      1.5 * mentored +
      0.25 * connection +
      0.1 * support +
      0.05 * mentored * (connection - 50) +
      0.1 * before +
      1.5 * siteEffect[site]! +
      6 * stream.normal();
    const eta = 0.4 - 0.3 * mentored - 0.05 * (connection - 50) - 0.03 * (support - 45) + 0.4 * severity;
    const row: Record<string, number> = {
      mentored,
      age,
      severity,
      before,
      x4: stream.normal(),
      x5: stream.normal(),
      x6: stream.normal(),
      connection,
      support,
      wellbeing,
      relapsed: stream.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0,
      site,
    };
    for (const name of names) columns[name]!.push(row[name]!);
  }
  return columns;
}
