export type { BaselineGroup, BaselineRow } from "./baseline.ts";
export type {
  Cohort,
  CohortOptions,
  CohortSource,
  ColumnDeclaration,
  MissingCodeCount,
  ParseOptions,
} from "./cohort.ts";
export { assertStudyFits, checkStudy, defineStudy, studyProblems } from "./defineStudy.ts";
export { type CohortDescription, describeCohort } from "./describeCohort.ts";
export type { Attrition, FlowArm, FlowWave } from "./flow.ts";
export { type GuessReason, guessStudy } from "./guessStudy.ts";
export { parseCohort } from "./parseCohort.ts";
export type {
  Study,
  StudyArm,
  StudyComparison,
  StudyData,
  StudyDesign,
  StudyEvent,
  StudyExposure,
  StudyMediation,
  StudyRelapse,
  Wave,
} from "./study.ts";
export { mediationCovariates } from "./study.ts";
export { studyJsonSchema } from "./studySchema.ts";
export { type MediationTiming, timingOf } from "./timing.ts";
export { toCohort } from "./toCohort.ts";
