import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { placeInJson } from "../../src/terminal/placeInJson.ts";
import { root } from "../support/sources.ts";

const command = join(root, "dist", "kithpath.js");
const data = join(root, "fixtures", "cohorts", "cohort.csv");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kithpath-command-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kithpath = (...args: string[]) =>
  spawnSync("node", [command, ...args], { encoding: "utf8", cwd: folder, timeout: 60_000 });
const json = (...args: string[]) => {
  const { stdout, stderr, status } = kithpath(...args, "--json");
  expect(stderr + status).toMatch(/0$/);
  return JSON.parse(stdout);
};

describe("the one-question commands", () => {
  test("compare answers with the result as JSON and nothing else", () => {
    const result = json(
      "compare",
      data,
      "--before",
      "wellbeing_0",
      "--after",
      "wellbeing_12",
      "--arm",
      "mentored",
      "--covariates",
      "age,female",
      "--cluster",
      "site",
    );
    expect(result).toMatchObject({
      schema: "kithpath.compare-change/1",
      kind: "compare-change",
      cluster: "site",
      covariates: ["age", "female"],
    });
    expect(result.dropped.rowsIn).toBe(600);
  });

  test("compare tells the result in words", () => {
    const { stdout, status } = kithpath(
      "compare",
      data,
      "--before",
      "wellbeing_0",
      "--after",
      "wellbeing_12",
      "--arm",
      "mentored",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/points (higher|lower) \((better|worse)\)/);
  });

  test("relapse takes a status column with a code for the competing event", () => {
    const result = json(
      "relapse",
      data,
      "--time",
      "relapse_days",
      "--event",
      "relapse_status",
      "--competing-code",
      "2",
      "--arm",
      "mentored",
      "--horizon",
      "300",
    );
    expect(result).toMatchObject({ kind: "follow-relapse", horizon: 300 });
    expect(result.riskDifference.interval.level).toBe(0.95);
  });

  test("mediate gives the same digits for the same seed", () => {
    const args = [
      "mediate",
      data,
      "--exposure",
      "mentored",
      "--mediator",
      "connection_6,recovery_support_6",
      "--outcome",
      "wellbeing_12",
      "--covariates",
      "age,wellbeing_0",
      "--draws",
      "200",
      "--seed",
      "7",
    ];
    const first = json(...args);
    expect(first).toMatchObject({ kind: "mediation", seed: 7, draws: { requested: 200 } });
    expect(json(...args)).toEqual(first);
  });

  test("mediate takes a binary outcome", () => {
    const result = json(
      "mediate",
      data,
      "--exposure",
      "mentored",
      "--mediator",
      "connection_6",
      "--outcome",
      "abstinent_12",
      "--outcome-family",
      "binomial",
      "--draws",
      "100",
    );
    expect(result.effects.some(({ scale }: { scale: string }) => scale === "riskDifference")).toBe(true);
  });

  const asked = (...more: string[]) => json("mediate", data, "--exposure", "mentored", "--mediator", ...more);
  type Row = { effect: string; scale: string; horizon: number | null; given: number | null; path: string[] | null };

  test("mediate takes a time to an event with a competing one", () => {
    const status = [
      "--time",
      "relapse_days",
      "--event",
      "relapse_status",
      "--event-code",
      "1",
      "--competing-code",
      "2",
    ];
    const result = asked("connection_6", ...status, "--at", "180,330", "--draws", "20");
    expect(result.outcome.survival).toMatchObject({ model: "cox", at: [180, 330], event: "relapse_status" });
    const told = result.effects.filter(({ effect }: Row) => effect === "total");
    expect(told.map(({ scale, horizon }: Row) => `${scale} ${horizon}`)).toEqual([
      "riskDifference 180",
      "riskRatio 180",
      "oddsRatio 180",
      "restrictedMeanDifference 180",
      "riskDifference 330",
      "riskRatio 330",
      "oddsRatio 330",
      "restrictedMeanDifference 330",
    ]);
  });

  test("mediate takes serial mediators, and families one for each", () => {
    const serial = asked(
      "connection_6,recovery_support_6",
      "--outcome",
      "wellbeing_12",
      "--serial",
      "--method",
      "delta",
    );
    expect(serial.effects.some(({ path }: Row) => path?.length === 4)).toBe(true);
    const families = ["--mediator-family", "gaussian,binomial", "--outcome-family", "poisson", "--draws", "20"];
    const mixed = asked("connection_6,abstinent_12", "--outcome", "readmissions", ...families);
    expect(mixed.models.map(({ family }: { family: string }) => family)).toEqual([
      "gaussian",
      "binomial",
      "poisson",
      "poisson",
    ]);
  });

  test("mediate takes a moderator", () => {
    const moderator = ["--moderator", "action_stage", "--moderates", "exposure-mediator"];
    const result = asked("connection_6", "--outcome", "wellbeing_12", ...moderator, "--method", "delta");
    const indirect = result.effects.filter(({ effect }: Row) => effect === "totalNaturalIndirect");
    expect(indirect.map(({ given }: Row) => given)).toEqual([null, 0, 1]);
  });
});

describe("init and validate", () => {
  test("init guesses, says why, and never replaces a file", () => {
    copyFileSync(data, join(folder, "cohort.csv"));
    const first = kithpath("init", "cohort.csv");
    expect(first.status, first.stderr).toBe(0);
    expect(first.stderr).toMatch(/mentored/);
    expect(existsSync(join(folder, "study.json"))).toBe(true);
    const again = kithpath("init", "cohort.csv");
    expect(again.status).toBe(1);
    expect(again.stderr).toContain("file-exists");
  });

  test("validate finds nothing wrong with the shipped study", () => {
    const { stdout, status } = kithpath("validate", join(root, "fixtures", "cohorts", "study.json"));
    expect(stdout).toContain("no problems");
    expect(status).toBe(0);
  });

  test("validate names every problem with line and column", () => {
    const study = JSON.parse(readFileSync(join(root, "fixtures", "cohorts", "study.json"), "utf8"));
    study.data.file = data;
    study.mediation[0].mediators = ["conection_6"];
    study.compare[0].after = "wellbeing_99";
    writeFileSync(join(folder, "wrong.json"), JSON.stringify(study, null, 2));
    const { stderr, status } = kithpath("validate", "wrong.json");
    expect(status).toBe(1);
    expect(stderr).toMatch(/wrong\.json:\d+:\d+: .*conection_6/);
    expect(stderr).toMatch(/wrong\.json:\d+:\d+: .*wellbeing_99/);
    const result = JSON.parse(kithpath("validate", "wrong.json", "--json").stdout);
    expect(result.problems.length).toBeGreaterThanOrEqual(2);
  });

  test("validate names slips of shape, of roles and against the data together", () => {
    const study = JSON.parse(readFileSync(join(root, "fixtures", "cohorts", "study.json"), "utf8"));
    study.data.file = data;
    study.inference.draws = 5;
    study.colour = "blue";
    study.covariates.push(study.covariates[0]);
    study.mediation[0].mediators = ["conection_6"];
    writeFileSync(join(folder, "threefold.json"), JSON.stringify(study, null, 2));
    const { problems } = JSON.parse(kithpath("validate", "threefold.json", "--json").stdout);
    const codes = problems.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(expect.arrayContaining(["unknown-key", "out-of-range", "repeated-column", "unknown-column"]));
    for (const { at } of problems) expect(at).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  });

  test("a place in a JSON text is found by path, or by the deepest part that exists", () => {
    const text = '{\n  "a": [1,\n    { "b": 2 }]\n}';
    expect(placeInJson(text, "a[1].b")).toEqual({ line: 3, column: 12 });
    expect(placeInJson(text, "a[1].c")).toEqual({ line: 3, column: 5 });
    expect(placeInJson("not json", "a")).toBeNull();
  });
});

test("--wave reads a file with one row per person and wave, whose rows are not taken for people", () => {
  const rows = Array.from({ length: 16 }, (_, i) =>
    [i >> 1, 6 * (i % 2), (i * 7) % 5, ((i * 5) % 7) + (i % 3)].join(","),
  );
  writeFileSync(join(folder, "long.csv"), ["id,wave,a,b", ...rows].join("\n"));
  const asked = ["compare", "long.csv", "--before", "a", "--after", "b", "--id", "id"];
  expect(kithpath(...asked).stderr).toContain("duplicate-id");
  expect(kithpath(...asked, "--wave", "wave").stderr).toContain("several-rows-per-person");
  expect(json(...asked, "--wave", "wave", "--cluster", "id")).toMatchObject({ n: 16, cluster: "id" });
});

test("a reader that closes the pipe early is no fault", () => {
  const { stderr } = spawnSync(
    "sh",
    ["-c", `node "${command}" compare "${data}" --before wellbeing_0 --after wellbeing_12 --json | true`],
    {
      encoding: "utf8",
    },
  );
  expect(stderr).toBe("");
});

test("validate looks at the data even where the id is misspelt", () => {
  const study = JSON.parse(readFileSync(join(root, "fixtures", "cohorts", "study.json"), "utf8"));
  study.data.file = data;
  study.id = "idd";
  study.cluster = "sitee";
  writeFileSync(join(folder, "id.json"), JSON.stringify(study, null, 2));
  const { problems } = JSON.parse(kithpath("validate", "id.json", "--json").stdout);
  expect(problems.map(({ where }: { where: { path: string } }) => where.path)).toEqual(["id", "cluster"]);
});

describe("exit status", () => {
  test("2 for the command line", () => {
    expect(kithpath("compare", data).status).toBe(2);
    expect(kithpath("nothing").status).toBe(2);
    expect(kithpath("compare", data, "--befor", "x").status).toBe(2);
    expect(kithpath("mediate", data, "--exposure", "a", "--mediator", "b", "--outcome", "c", "--series").status).toBe(
      2,
    );
    const half = (...rest: string[]) => kithpath("mediate", data, "--exposure", "a", "--mediator", "b", ...rest).status;
    expect(half("--time", "t", "--event", "e")).toBe(2);
    expect(half("--outcome", "c", "--event", "e")).toBe(2);
    expect(half("--outcome", "c", "--moderates", "exposure-outcome")).toBe(2);
    expect(half("--outcome", "c", "--mediator-family", "gaussian,ordinal")).toBe(2);
  });

  test("1 for the data", () => {
    expect(kithpath("compare", "absent.csv", "--before", "a", "--after", "b").status).toBe(1);
    const unknown = kithpath("compare", data, "--before", "Wellbeing_0", "--after", "wellbeing_12");
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toContain('Did you mean "wellbeing_0"?');
  });

  test("3 for a question that the data cannot answer", () => {
    writeFileSync(join(folder, "small.csv"), "id,t,m,y\n1,0,1,2\n2,1,1,3\n3,0,1,2\n4,1,1,5\n5,0,1,3\n6,1,1,5\n");
    const { status, stderr } = kithpath("mediate", "small.csv", "--exposure", "t", "--mediator", "m", "--outcome", "y");
    expect(stderr).toContain("constant-mediator");
    expect(status).toBe(3);
  });

  test("0 for help and version, without touching a file", () => {
    expect(kithpath("--help").status).toBe(0);
    expect(kithpath("evaluate", "--help").stdout).toContain("--out");
    expect(kithpath("--version").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
