import { plainColumns, sharedText, type Tolerance } from "../support/witness.ts";

export interface WitnessTable {
  readonly term: string[];
  readonly estimate: number[];
  readonly se: number[];
  readonly statistic: number[];
  readonly p: number[];
  readonly lo: number[];
  readonly hi: number[];
  readonly df?: number[];
}

export interface WitnessCase<Expected> {
  readonly id: string;
  readonly expected: Expected;
  readonly tolerance: Tolerance;
}

/** A case of a reference file by its id. */
export function witnessCase<Expected>(file: string, id: string): WitnessCase<Expected> {
  const { cases } = JSON.parse(sharedText(`reference/models/${file}.json`)) as { cases: WitnessCase<Expected>[] };
  const found = cases.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no case ${id} in ${file}`);
  return found;
}

/** A reference data file by its columns. */
export function witnessData(name: string): Record<string, (number | string | null)[]> {
  return plainColumns(sharedText(`reference/models/data/${name}.csv`));
}
