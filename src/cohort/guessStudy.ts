import type { Cohort } from "./cohort.ts";
import { type ColumnFacts, factsOf, isMeasure } from "./columnFacts.ts";
import { textAt } from "./people.ts";
import type { Study, StudyArm, StudyComparison, StudyMediation, StudyRelapse, Wave } from "./study.ts";

/** Why a guess was made; `path` is the place in the definition. */
export interface GuessReason {
  readonly path: string;
  readonly why: string;
}

const words = {
  id: /^(id|pid|person|participant|client|subject|record)(_?(id|number|no))?$/i,
  arm: /^(arm|group|treat(ed|ment)?|mentored|intervention|alloc(ation|ated)?|random(ised|ized|isation)?|condition)$/i,
  control: /^(control|usual|usual care|waiting list|wait.*|none|no|placebo|tau|comparison)$/i,
  cluster: /^(site|cent(re|er)|clinic|hospital|cluster|region|service)(_?id)?$/i,
  outcome: /wellbeing|wemwbs|mcs|who5|recovery_score|quality|qol|phq|gad|cesd|core10|depress|distress|anxiety|lonel/i,
  lower: /phq|gad|cesd|core10|depress|distress|anxiety|lonel/i,
  mediator: /connect|friend|support|network|belong|social|lonel/i,
  background: /^(age|sex|female|male|gender|severity|homeless|action_stage|alcohol_primary)$/i,
  event: /relapse|readmi|lapse|drink/i,
  status: /status|seen|interviewed/i,
};

/**
 * A first draft of a study definition, guessed from the names and values of the columns, for a person to correct; every
 * guess comes with its reason and nothing is guessed in silence. It never claims that arms were assigned at random.
 * What it looks at: names such as `id`, `arm`, `site`; waves as numbers at the end of a name (`wellbeing_12`); names of
 * wellbeing scales as outcomes and of connection or support as mediators, measured between the start and the outcome.
 *
 * @example
 * ```ts
 * import { guessStudy, toCohort } from "kithpath";
 * const wellbeing_0 = [40, 41, 42, 43, 44, 45];
 * const wellbeing_12 = [42, 45, 41, 47, 49, 44];
 * const cohort = toCohort({ id: [1, 2, 3, 4, 5, 6], mentored: [0, 1, 0, 1, 0, 1], wellbeing_0, wellbeing_12 });
 * const { definition, reasons } = guessStudy(cohort, { file: "cohort.csv" });
 * definition.arm; // { column: "mentored", treated: 1, reference: 0 }
 * reasons.length > 0; // true
 * ```
 */
export function guessStudy(
  cohort: Cohort,
  data: { readonly file?: string } = {},
): { definition: Study; reasons: readonly GuessReason[] } {
  const facts = factsOf(cohort);
  const reasons: GuessReason[] = [];
  const tell = (path: string, why: string) => reasons.push({ path, why });
  const id = guessId(cohort, facts, tell);
  const arm = guessArm(facts, tell);
  const cluster = facts.find(({ name, levels }) => words.cluster.test(name) && levels.length > 1);
  if (cluster !== undefined)
    tell("cluster", `"${cluster.name}" has the name of a site and ${cluster.levels.length} values`);
  const waves = guessWaves(facts, tell);
  const compare = guessComparisons(facts, tell);
  const relapse = guessRelapse(facts, arm, tell);
  const covariates = facts
    .filter(({ name, month, levels, present }) => {
      const early = month === null && words.background.test(name);
      return early && levels.length > 1 && present >= 0.8 * cohort.rows && name !== arm?.column;
    })
    .map(({ name }) => name);
  if (covariates.length > 0) tell("covariates", `${covariates.join(", ")}: background by name, known for most people`);
  const mediation = arm === undefined ? [] : guessMediation(facts, arm, compare[0], covariates, tell);
  tell(
    "design",
    arm === undefined
      ? "no column looks like two arms, so one group is described"
      : 'nothing in a file says whether the arms were assigned at random; if they were, write "two-arm-randomised"',
  );
  const definition: Study = {
    title: "Draft study (guessed: correct it)",
    design: arm === undefined ? "single-arm" : "two-arm-observational",
    ...(data.file === undefined ? {} : { data: { file: data.file } }),
    id,
    ...(arm === undefined ? {} : { arm }),
    ...(cluster === undefined ? {} : { cluster: cluster.name }),
    covariates,
    ...(waves.length === 0 ? {} : { waves }),
    compare,
    ...(relapse === undefined ? {} : { relapse }),
    mediation,
    inference: { level: 0.95, draws: 5000, seed: 1 },
  };
  return { definition, reasons };
}

type Tell = (path: string, why: string) => void;

function guessId(cohort: Cohort, facts: readonly ColumnFacts[], tell: Tell): string {
  const unique = facts.filter(({ levels, present }) => present === cohort.rows && levels.length === cohort.rows);
  const found =
    unique.find(({ name }) => words.id.test(name)) ?? unique.find(({ column }) => column.kind === "category");
  if (cohort.roles.id !== null) tell("id", `"${cohort.roles.id}" was named as the id when the file was read`);
  else if (found !== undefined) tell("id", `"${found.name}" is different for everybody`);
  else tell("id", "no column looks like an id: write the name of the column that tells people apart");
  return cohort.roles.id ?? found?.name ?? "id";
}

function guessArm(facts: readonly ColumnFacts[], tell: Tell): StudyArm | undefined {
  const found = facts.find(({ name, levels, month }) => words.arm.test(name) && levels.length === 2 && month === null);
  if (found === undefined) return undefined;
  const [first, second] = found.levels as [string, string];
  const [reference, treated] = words.control.test(second) ? [second, first] : [first, second];
  tell("arm", `"${found.name}" has the name of an arm and two values; ${treated} is taken as treated: check it`);
  const value = (level: string) => (found.column.kind === "number" ? Number(level) : level);
  return { column: found.name, treated: value(treated), reference: value(reference) };
}

function guessWaves(facts: readonly ColumnFacts[], tell: Tell): Wave[] {
  const months = [...new Set(facts.map(({ month }) => month))].filter((month) => month !== null).sort((a, b) => a - b);
  if (months.length > 0) tell("waves", `names end in ${months.join(", ")}, taken as months`);
  return months.map((month) => {
    const here = facts.filter((fact) => fact.month === month);
    const status = here.find(({ stem, column }) => words.status.test(stem) && column.kind === "category");
    const variables = here.filter(({ stem }) => !words.status.test(stem)).map(({ name }) => name);
    return { name: `month ${month}`, month, variables, ...(status === undefined ? {} : { status: status.name }) };
  });
}

function guessComparisons(facts: readonly ColumnFacts[], tell: Tell): StudyComparison[] {
  const stems = [...new Set(facts.filter((fact) => fact.month !== null && isMeasure(fact)).map(({ stem }) => stem))];
  return stems
    .filter((stem) => words.outcome.test(stem))
    .flatMap((stem) => {
      const measured = facts
        .filter((fact) => fact.stem === stem && isMeasure(fact))
        .sort((a, b) => a.month! - b.month!);
      const before = measured[0]!;
      const after = measured.find(({ month }) => month === 12) ?? measured.at(-1)!;
      if (after.month === before.month) return [];
      const better = words.lower.test(stem) ? "lower" : "higher";
      tell(
        "compare",
        `"${stem}" has the name of an outcome and is there at ${before.month} and ${after.month}; ${better} is taken as better`,
      );
      return [{ outcome: stem, before: before.name, after: after.name, better } as const];
    });
}

function guessRelapse(facts: readonly ColumnFacts[], arm: StudyArm | undefined, tell: Tell): StudyRelapse | undefined {
  for (const event of facts.filter(({ name, month }) => words.event.test(name) && month === null)) {
    const stem = event.name.replace(/_?(status|event)$|(?<=relapse)d$/i, "");
    const time = facts.find(({ name }) => name === `${stem}_days` || name === `${stem}_time`);
    const coded = ["0,1", "0,1,2"].indexOf(event.levels.join(","));
    if (time === undefined || time.column.kind !== "number" || time.name === event.name || coded < 0) continue;
    const last = lastKnown(
      time,
      event,
      facts.find(({ name }) => name === arm?.column),
    );
    const horizon = last >= 365 ? 365 : Math.floor(last);
    tell("relapse", `"${event.name}" holds ${event.levels.join(", ")} and "${time.name}" looks like its days`);
    tell("relapse.horizon", horizon === 365 ? "one year" : "the last day on which both arms are known about");
    if (coded === 1) tell("relapse.event", "1 is taken as relapse and 2 as the competing event: check it");
    return {
      time: time.name,
      event: coded === 0 ? event.name : { column: event.name, event: 1, competing: 2 },
      horizon,
      unit: "days",
    };
  }
  return undefined;
}

/** The last day on which both arms are known about: an arm whose longest time ends in an event is known about for good. */
function lastKnown(time: ColumnFacts, event: ColumnFacts, arm: ColumnFacts | undefined): number {
  const longest = new Map<string, { time: number; event: boolean }>();
  const [days, status, group] = [time, event, arm].map((fact) => fact?.column);
  for (let row = 0; days?.kind === "number" && row < days.values.length; row++) {
    const [at, happened] = [days.values[row]!, status !== undefined && textAt(status, row) !== "0"];
    const name = group === undefined ? "" : textAt(group, row);
    const last = longest.get(name)?.time ?? 0;
    if (at > last || (at === last && happened)) longest.set(name, { time: at, event: happened });
  }
  const known = [...longest.values()].map((last) => (last.event ? Infinity : last.time));
  return Math.min(...known, Math.max(0, ...[...longest.values()].map((last) => last.time)));
}

function guessMediation(
  facts: readonly ColumnFacts[],
  arm: StudyArm,
  comparison: StudyComparison | undefined,
  background: readonly string[],
  tell: Tell,
): StudyMediation[] {
  const outcome = facts.find(({ name }) => name === comparison?.after);
  const start = facts.find(({ name }) => name === comparison?.before);
  if (outcome === undefined || start === undefined) return [];
  const candidates = facts.filter(
    (fact) =>
      words.mediator.test(fact.stem) &&
      isMeasure(fact) &&
      fact.stem !== outcome.stem &&
      fact.month !== null &&
      fact.month > start.month! &&
      fact.month < outcome.month!,
  );
  const mediator = candidates[0];
  if (mediator === undefined) return [];
  const baseline = facts.find(({ stem, month }) => stem === mediator.stem && month === start.month);
  tell("mediation", `"${mediator.name}" has the name of a connection and lies between the start and "${outcome.name}"`);
  if (candidates.length > 1)
    tell(
      "mediation[0].mediators",
      `also possible: ${candidates
        .slice(1)
        .map(({ name }) => name)
        .join(", ")}`,
    );
  return [
    {
      exposure: arm,
      mediators: [mediator.name],
      outcome: outcome.name,
      better: comparison!.better,
      covariates: [...background, start.name, ...(baseline === undefined ? [] : [baseline.name])],
    },
  ];
}
