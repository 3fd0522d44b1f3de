import { type Cell, categoryColumn, type Data, toTable } from "../../src/table.ts";
import { witnessData } from "./witnessSetup.ts";

const numbers = (column: Cell[]) => column as (number | null)[];
export const mapped = (column: Cell[], f: (value: number) => number) =>
  numbers(column).map((x) => (x === null ? null : f(x)));

/** The data with the columns that the formulas of the reference compute on the way. */
export function regressionData(): Record<string, Cell[]> {
  const d = witnessData("help_reg");
  return {
    ...d,
    ageSquared: mapped(d["age"]!, (age) => age ** 2),
    logDrinks: mapped(d["i1"]!, (drinks) => Math.log(drinks + 1)),
    weight: mapped(d["pss_fr"]!, (support) => support + 1),
    relapse: d["anysub"]!.map((text) => (text === null ? null : Number(text === "yes"))),
  };
}

export function anorexiaData(): Data {
  const table = toTable(witnessData("anorexia"));
  const treat = categoryColumn("treat", witnessData("anorexia")["treat"] as string[], ["Cont", "CBT", "FT"]);
  return { ...table, columns: new Map([...table.columns, ["treat", treat]]) };
}

export function sixMonthData(): Record<string, Cell[]> {
  const d = witnessData("help_long");
  const before = new Map(d["id"]!.map((id, row) => [`${id} ${d["time"]![row]}`, d["mcs"]![row]!]));
  const rows = Array.from(d["id"]!.keys()).filter((row) => d["time"]![row] === 6);
  const pick = (name: string) => rows.map((row) => d[name]![row]!);
  return {
    mcs: pick("mcs"),
    treat: pick("treat"),
    sex: pick("sex"),
    age: pick("age"),
    mcs0: rows.map((row) => before.get(`${d["id"]![row]} 0`) ?? null),
  };
}
