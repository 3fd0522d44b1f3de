import type { Problem } from "../errors.ts";
import { columnIn, mediationCovariates, type Study, type StudyMediation } from "./study.ts";
import { monthOf, timingOf } from "./timing.ts";

/** What a study asks that no data could answer: a column in two roles at once, effects before their causes. */
export function checkRoles(study: Study): Problem[] {
  return [
    ...checkDesign(study),
    ...checkWaves(study),
    ...study.compare.flatMap((_, index) => checkComparison(study, index)),
    ...checkRelapse(study),
    ...study.mediation.flatMap((mediation, index) => checkMediation(study, mediation, `mediation[${index}]`)),
  ];
}

function problem(code: string, path: string, message: string, remedy: string): Problem {
  return { code, message, where: { path }, remedy };
}

function checkDesign(study: Study): Problem[] {
  const { design, arm, covariates, compare, relapse, mediation } = study;
  const found: Problem[] = [];
  if (design !== "single-arm" && arm === undefined)
    found.push(
      problem(
        "no-arm",
        "arm",
        "a study of two arms needs the column of the arms",
        'Add "arm", or set design to "single-arm".',
      ),
    );
  if (design === "single-arm" && arm !== undefined)
    found.push(
      problem("unexpected-arm", "arm", "a single-arm study has no arms", 'Remove "arm", or change the design.'),
    );
  if (arm !== undefined && String(arm.treated) === String(arm.reference))
    found.push(problem("same-arms", "arm", "treated and reference are the same value", "Name two different values."));
  const start = arm === undefined ? null : monthOf(study, arm.column);
  covariates.forEach((name, index) => {
    const path = `covariates[${index}]`;
    const month = monthOf(study, name);
    if (name === arm?.column) found.push(alsoCovariate("exposure", name, path));
    else if (month !== null && start !== null && month > start) found.push(lateCovariate(name, month, start, path));
  });
  found.push(...repeated(covariates, "covariates"));
  if (compare.length === 0 && relapse === undefined && mediation.length === 0)
    found.push(problem("no-question", "", "the study asks nothing", "Add compare, relapse or mediation."));
  return found;
}

function checkWaves({ waves = [] }: Study): Problem[] {
  const found: Problem[] = [];
  const first = new Map<string, string>();
  const names = new Set<string>();
  waves.forEach((wave, index) => {
    if (names.has(wave.name))
      found.push(
        problem("repeated-wave", `waves[${index}].name`, `two waves are called "${wave.name}"`, "Rename one."),
      );
    names.add(wave.name);
    wave.variables.forEach((variable, place) => {
      const path = `waves[${index}].variables[${place}]`;
      const earlier = first.get(variable);
      if (earlier === undefined) first.set(variable, wave.name);
      else
        found.push(
          problem(
            "variable-in-two-waves",
            path,
            `"${variable}" is listed in two waves (also in "${earlier}")`,
            "List it once.",
          ),
        );
    });
  });
  return found;
}

function checkComparison(study: Study, index: number): Problem[] {
  const { before, after, covariates } = study.compare[index]!;
  const path = `compare[${index}]`;
  const found: Problem[] = [];
  if (before === after)
    found.push(problem("same-variable", `${path}.after`, "before and after are the same column", "Name two columns."));
  const [start, end] = [monthOf(study, before), monthOf(study, after)];
  if (before !== after && start !== null && end !== null && start >= end)
    found.push(
      problem(
        "before-after-order",
        `${path}.before`,
        `"${before}" (month ${start}) is not measured before "${after}" (month ${end})`,
        "Exchange them, or correct the waves.",
      ),
    );
  const listed = covariates ?? study.covariates;
  const place = covariates === undefined ? "covariates" : `${path}.covariates`;
  listed.forEach((name, position) => {
    if (name === after) found.push(alsoCovariate("outcome", name, `${place}[${position}]`));
    else if (covariates !== undefined && name === study.arm?.column)
      found.push(alsoCovariate("exposure", name, `${place}[${position}]`));
  });
  if (covariates !== undefined) found.push(...repeated(covariates, place));
  return found;
}

function checkRelapse({ relapse, arm }: Study): Problem[] {
  if (relapse === undefined) return [];
  const found: Problem[] = [];
  const { time, event, competing, covariates = [] } = relapse;
  if (time === columnIn(event))
    found.push(problem("same-variable", "relapse.event", "time and event are the same column", "Name two columns."));
  if (competing !== undefined && typeof event !== "string" && event.competing !== undefined)
    found.push(
      problem("competing-twice", "relapse.competing", "the competing event is named twice", "Keep one of the two."),
    );
  if (typeof event !== "string" && event.competing !== undefined && String(event.competing) === String(event.event))
    found.push(
      problem(
        "same-value",
        "relapse.event.competing",
        "event and competing event are the same value",
        "Name two values.",
      ),
    );
  covariates.forEach((name, index) => {
    const path = `relapse.covariates[${index}]`;
    if (name === time || name === columnIn(event)) found.push(alsoCovariate("outcome", name, path));
    else if (name === arm?.column) found.push(alsoCovariate("exposure", name, path));
  });
  found.push(...repeated(covariates, "relapse.covariates"));
  return found;
}

function checkMediation(study: Study, mediation: StudyMediation, path: string): Problem[] {
  const exposure = columnIn(mediation.exposure);
  const outcome = columnIn(mediation.outcome);
  const { mediators, covariates = [] } = mediation;
  const found: Problem[] = [];
  if (exposure === outcome)
    found.push(
      problem("same-variable", `${path}.outcome`, "exposure and outcome are the same column", "Name two columns."),
    );
  if (typeof mediation.exposure !== "string") {
    const [from, to] =
      "from" in mediation.exposure
        ? [mediation.exposure.from, mediation.exposure.to]
        : [mediation.exposure.reference, mediation.exposure.treated];
    if (String(from) === String(to))
      found.push(problem("same-value", `${path}.exposure`, "the two exposure values are the same", "Name two values."));
  }
  mediators.forEach((name, index) => {
    if (name === exposure || name === outcome)
      found.push(
        problem(
          "same-variable",
          `${path}.mediators[${index}]`,
          `"${name}" is the ${name === exposure ? "exposure" : "outcome"} and a mediator of it`,
          "Leave it in one role.",
        ),
      );
  });
  covariates.forEach((name, index) => {
    const role =
      name === outcome ? "outcome" : name === exposure ? "exposure" : mediators.includes(name) ? "mediator" : null;
    if (role !== null) found.push(alsoCovariate(role, name, `${path}.covariates[${index}]`));
  });
  return [
    ...found,
    ...repeated(mediators, `${path}.mediators`),
    ...repeated(covariates, `${path}.covariates`),
    ...checkTiming(study, mediation, path),
  ];
}

/** A cause comes before its effect; a covariate of a causal question comes before the exposure (VanderWeele 2019). */
function checkTiming(study: Study, mediation: StudyMediation, path: string): Problem[] {
  const { exposure, mediators, outcome } = timingOf(study, mediation);
  const found: Problem[] = [];
  if (
    exposure !== null &&
    outcome !== null &&
    exposure >= outcome &&
    columnIn(mediation.exposure) !== columnIn(mediation.outcome)
  )
    found.push(
      problem(
        "exposure-after-outcome",
        `${path}.exposure`,
        `the exposure (month ${exposure}) is not measured before the outcome (month ${outcome})`,
        "Take an earlier exposure or a later outcome.",
      ),
    );
  mediators.forEach((month, index) => {
    const name = mediation.mediators[index]!;
    if (month === null || name === columnIn(mediation.exposure) || name === columnIn(mediation.outcome)) return;
    const at = `${path}.mediators[${index}]`;
    if (outcome !== null && month >= outcome)
      found.push(
        problem(
          "mediator-after-outcome",
          at,
          `the mediator "${name}" (month ${month}) is not measured before the outcome (month ${outcome})`,
          "Take the mediator of an earlier wave or the outcome of a later one.",
        ),
      );
    if (exposure !== null && month < exposure)
      found.push(
        problem(
          "mediator-before-exposure",
          at,
          `the mediator "${name}" (month ${month}) is measured before the exposure (month ${exposure})`,
          "Take the mediator of a later wave.",
        ),
      );
  });
  for (const name of mediationCovariates(study, mediation)) {
    const month = monthOf(study, name);
    if (month === null || exposure === null || month <= exposure || mediation.mediators.includes(name)) continue;
    if (name === columnIn(mediation.outcome)) continue;
    const index = mediation.covariates?.indexOf(name);
    found.push(lateCovariate(name, month, exposure, index === undefined ? path : `${path}.covariates[${index}]`));
  }
  return found;
}

function lateCovariate(name: string, month: number, exposure: number, path: string): Problem {
  return problem(
    "covariate-after-exposure",
    path,
    `the covariate "${name}" (month ${month}) is measured after the exposure (month ${exposure}) and may be its effect`,
    "Adjust for what was known before the exposure.",
  );
}

function alsoCovariate(role: "outcome" | "exposure" | "mediator", name: string, path: string): Problem {
  return problem(`${role}-as-covariate`, path, `"${name}" is the ${role} and a covariate`, "Leave it in one role.");
}

function repeated(names: readonly string[], path: string): Problem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [problem("repeated-column", `${path}[${index}]`, `"${name}" is listed twice`, "List it once.")],
  );
}
