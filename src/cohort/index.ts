export type {
  Cohort,
  CohortOptions,
  CohortSource,
  ColumnDeclaration,
  MissingCodeCount,
  ParseOptions,
} from "./cohort.ts";
export { parseCohort } from "./parseCohort.ts";
export { toCohort } from "./toCohort.ts";
