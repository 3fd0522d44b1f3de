import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { filesUnder, importsOf, textOf } from "./support/sources.ts";

/** The floors of the house, lowest first; places on one floor do not see each other. */
const floors = [
  ["errors.ts", "version.ts"],
  ["estimate.ts", "options.ts"],
  ["table.ts"],
  ["arm.ts", "design.ts"],
  ["_numeric"],
  ["_models"],
  ["_inference"],
  ["cohort", "compare", "followup", "mediation", "regression"],
  ["evaluate.ts"],
  ["report"],
  ["index.ts"],
  ["node.ts"],
  ["terminal"],
];

const placeOf = (path: string) => path.split("/")[1]!;
const floorOf = (path: string) => floors.findIndex((floor) => floor.includes(placeOf(path)));
const sources = filesUnder("src", ".ts");

/** Where each third-party library may be imported. */
const homes: Record<string, string> = {
  "#csv": "src/cohort/",
  "@humanwhocodes/momoa": "src/terminal/placeInJson.ts",
  "simple-statistics": "src/_numeric/describe.ts",
  "zod/mini": "src/cohort/",
};

describe("the folder list is the architecture", () => {
  test("every source file has a floor", () => {
    expect(sources.filter((path) => floorOf(path) < 0)).toEqual([]);
  });

  test("imports stay in their place or go down, never up and never sideways", () => {
    const wrong: string[] = [];
    for (const path of sources) {
      for (const specifier of importsOf(textOf(path)).filter((name) => name.startsWith("."))) {
        const target = normalize(join(dirname(path), specifier));
        const allowed = placeOf(target) === placeOf(path) || floorOf(target) < floorOf(path);
        if (!allowed) wrong.push(`${path} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("a stage is entered through its index", () => {
    const wrong: string[] = [];
    for (const path of sources) {
      for (const specifier of importsOf(textOf(path)).filter((name) => name.startsWith("."))) {
        const target = normalize(join(dirname(path), specifier));
        const stage = floors[7]!.includes(placeOf(target)) && placeOf(target) !== placeOf(path);
        if (stage && !target.endsWith("/index.ts")) wrong.push(`${path} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("nothing below node.ts imports Node", () => {
    const core = sources.filter((path) => floorOf(path) < floorOf("src/node.ts"));
    expect(core.filter((path) => importsOf(textOf(path)).some((name) => name.startsWith("node:")))).toEqual([]);
    expect(core.filter((path) => /\b(process|Buffer|__dirname)\./.test(textOf(path)))).toEqual([]);
  });

  test("each third-party library is imported in one place", () => {
    const found = new Map<string, string[]>();
    for (const path of sources) {
      for (const name of importsOf(textOf(path)).filter((name) => !name.startsWith(".") && !name.startsWith("node:"))) {
        found.set(name, [...(found.get(name) ?? []), path]);
      }
    }
    for (const [name, paths] of found) {
      expect(homes, `${name} has no home`).toHaveProperty([name]);
      expect(paths.length, `${name} is imported in ${paths.join(", ")}`).toBe(1);
      expect(paths[0]!.startsWith(homes[name]!), `${name} in ${paths[0]}`).toBe(true);
    }
  });

  test("files hold one idea: at most 300 lines, none called utils", () => {
    expect(sources.filter((path) => textOf(path).split("\n").length > 300)).toEqual([]);
    expect(sources.filter((path) => /util|helper|misc|common/i.test(path))).toEqual([]);
  });

  test("no console, no default export, no leftover marker", () => {
    expect(sources.filter((path) => /\bconsole\.\w+\(/.test(textOf(path)))).toEqual([]);
    expect(sources.filter((path) => /^export default/m.test(textOf(path)))).toEqual([]);
    expect(sources.filter((path) => /\b(TODO|FIXME|XXX)\b/.test(textOf(path)))).toEqual([]);
  });
});
