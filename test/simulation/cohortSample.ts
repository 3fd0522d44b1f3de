import { observe } from "../../fixtures/cohorts/cohortFile.ts";
import { type CohortSettings, simulateCohort } from "../../fixtures/cohorts/simulate.ts";

export type Columns = Readonly<Record<string, readonly number[]>>;

/** Everything that a cause-and-effect model of the simulated cohort needs from before mentoring. */
export const baseline = [
  "age",
  "female",
  "stage",
  "alcohol",
  "severity",
  "connection0",
  "support0",
  "wellbeing0",
] as const;

export const cohortSeed = 50_000_000;

/**
 * The simulated mentoring cohort with everybody interviewed, so that the truths of fixtures/cohorts/truth.json are those of the
 * analysis: wellbeing before rounding, readmissions over one year. `need` is the part of the log hazard of relapse that both
 * mediators make up (−0.02 connection − 0.04 recovery support), turned round: one mediator that carries what the two carry.
 */
export function cohortSample(index: number, change: Partial<CohortSettings> = {}): Columns {
  const people = simulateCohort({ observational: false, ...change, seed: cohortSeed + index });
  const columns: Record<string, number[]> = {};
  people.forEach((person, place) => {
    const { baseline: before, mentored } = person;
    const after = person.outcome(mentored, mentored);
    const stored = observe(person, place);
    const row: Record<string, number> = {
      mentored,
      site: before.site,
      age: before.age,
      female: before.female,
      stage: before.actionStage,
      alcohol: before.alcohol,
      severity: before.severity,
      connection0: before.connection,
      support0: before.recoverySupport,
      wellbeing0: before.wellbeing,
      connection: after.connection,
      brief: after.connection + person.connectionNoise,
      support: after.recoverySupport,
      wellbeing: after.wellbeing,
      abstinent: after.abstinent,
      readmissions: after.readmissionsWithin(1),
      need: 0.02 * (after.connection - 50) + 0.04 * (after.recoverySupport - 45),
      days: Number(stored["relapse_days"]),
      status: Number(stored["relapse_status"]),
    };
    for (const [name, value] of Object.entries(row)) {
      columns[name] ??= [];
      columns[name].push(value);
    }
  });
  columns["relapsed"] = columns["status"]!.map((status) => (status === 1 ? 1 : 0));
  return columns;
}
