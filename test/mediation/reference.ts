import type { EffectName, EffectRow, EffectScale, Mediation } from "../../src/mediation/index.ts";
import { plainColumns, sharedText } from "../support/witness.ts";

export interface ReferenceCase<Expected> {
  readonly id: string;
  readonly data: string;
  readonly spec: {
    readonly treatment: string;
    readonly treatmentLevels: readonly (number | string)[];
    readonly reference?: string;
    readonly mediators: readonly string[];
    readonly outcome: string;
    readonly families: { readonly mediator: string; readonly outcome: string };
    readonly covariates: readonly string[];
    readonly interaction: boolean;
    readonly cluster?: string;
  };
  readonly expected: Expected;
}

/** The cases of one reference file (R 4.2.2, provenance inside the file). */
export function referenceCases<Expected>(file: string): ReferenceCase<Expected>[] {
  return JSON.parse(sharedText(`reference/mediation/${file}`)).cases;
}

export function referenceData(name: string) {
  return plainColumns(sharedText(`reference/mediation/data/${name}`));
}

export function effect(result: Mediation, name: EffectName, scale?: EffectScale, mediator?: string): EffectRow {
  const found = result.effects.find(
    (row) =>
      row.effect === name &&
      (scale === undefined || row.scale === scale) &&
      (mediator === undefined || row.mediator === mediator),
  );
  if (found === undefined) throw new Error(`no effect ${name} ${scale ?? ""} ${mediator ?? ""}`);
  return found;
}

export function value(result: Mediation, name: EffectName, scale?: EffectScale, mediator?: string): number {
  const { estimate } = effect(result, name, scale, mediator);
  if (estimate === null) throw new Error(`${name} is withheld`);
  return estimate;
}
