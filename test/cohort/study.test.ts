import { describe, expect, test } from "vitest";
import {
  assertStudyFits,
  checkStudy,
  defineStudy,
  mediationCovariates,
  parseCohort,
  type Study,
  studyJsonSchema,
  studyProblems,
  timingOf,
  toCohort,
} from "../../src/cohort/index.ts";
import { sharedIsPresent, sharedText } from "../support/witness.ts";
import { refusal } from "./refusal.ts";

const plain = {
  title: "Kith",
  design: "two-arm-randomised",
  id: "id",
  arm: { column: "mentored", treated: 1, reference: 0 },
  covariates: ["age"],
  waves: [
    { name: "start", month: 0, variables: ["wellbeing_0", "connection_0"] },
    { name: "half a year", month: 6, variables: ["connection_6", "attended_6"] },
    { name: "a year", month: 12, variables: ["wellbeing_12"], status: "status_12" },
  ],
  compare: [{ outcome: "Wellbeing", before: "wellbeing_0", after: "wellbeing_12", better: "higher" }],
  relapse: { time: "days", event: "relapsed", horizon: 365 },
  mediation: [
    {
      exposure: "mentored",
      mediators: ["connection_6"],
      outcome: "wellbeing_12",
      covariates: ["age", "wellbeing_0", "connection_0"],
    },
  ],
};

const columns = {
  id: ["a", "b", "c", "d", "e", "f"],
  mentored: [1, 1, 1, 0, 0, 0],
  age: [30, 40, 50, 35, 45, 55],
  wellbeing_0: [40, 41, 42, 43, 44, 45],
  wellbeing_12: [44, 45, 43, 41, null, 46],
  connection_0: [1, 2, 3, 4, 5, 6],
  connection_6: [2, 4, 3, 4, 6, 5],
  attended_6: [1, 0, 1, 0, 1, 0],
  days: [10, 365, 365, 20, 30, 365],
  relapsed: [1, 0, 0, 1, 1, 0],
  status_12: ["seen", "seen", "seen", "seen", "lost", "seen"],
};

// biome-ignore lint/suspicious/noExplicitAny: the tests break definitions at will
type Change = (study: Record<string, any>) => unknown;
function changed(change: Change): unknown {
  const copy = structuredClone(plain);
  change(copy);
  return copy;
}
const found = (change: Change) => studyProblems(changed(change)).map((each) => [each.code, each.where?.path]);

describe("defineStudy", () => {
  test("completes the defaults and says nothing against a sound definition", () => {
    const study = defineStudy({ title: "K", design: "single-arm", id: "id", compare: plain.compare });
    expect(study).toEqual({
      title: "K",
      design: "single-arm",
      id: "id",
      covariates: [],
      compare: plain.compare,
      mediation: [],
      inference: { level: 0.95, draws: 5000, seed: 1 },
    });
    expect(defineStudy(plain).relapse!.unit).toBe("days");
  });

  test("defining what was defined changes nothing, and $schema is allowed", () => {
    const study = defineStudy(plain);
    expect(defineStudy(study)).toEqual(study);
    expect(defineStudy({ $schema: "./study.schema.json", ...plain })).toEqual(study);
  });

  test("refuses what is no definition", () => {
    for (const nothing of [null, undefined, 7, "study", []]) {
      expect(refusal(() => defineStudy(nothing))).toMatchObject({ code: "invalid-study" });
    }
    expect(studyProblems({}).map(({ where }) => where?.path)).toEqual(["title", "design", "id"]);
  });

  test.each<[string, Change, [string, string][]]>([
    ["an unknown key", (s) => (s["covariate"] = []), [["unknown-key", "covariate"]]],
    ["an unknown key deep down", (s) => (s["mediation"][0].mediator = "x"), [["unknown-key", "mediation[0].mediator"]]],
    ["a design that does not exist", (s) => (s["design"] = "two-arm-randomized"), [["not-allowed", "design"]]],
    ["a level in per cent", (s) => (s["inference"] = { level: 95 }), [["out-of-range", "inference.level"]]],
    ["too few draws", (s) => (s["inference"] = { draws: 10 }), [["out-of-range", "inference.draws"]]],
    ["half a draw", (s) => (s["inference"] = { draws: 100.5 }), [["wrong-type", "inference.draws"]]],
    ["a horizon of 0", (s) => (s["relapse"].horizon = 0), [["out-of-range", "relapse.horizon"]]],
    ["a month before the start", (s) => (s["waves"][0].month = -1), [["out-of-range", "waves[0].month"]]],
    ["a number for a column", (s) => (s["compare"][0].before = 3), [["wrong-type", "compare[0].before"]]],
    ["no mediator", (s) => (s["mediation"][0].mediators = []), [["too-short", "mediation[0].mediators"]]],
    [
      "an exposure that forgets its reference",
      (s) => (s["mediation"][0].exposure = { column: "mentored", treated: 1 }),
      [["wrong-type", "mediation[0].exposure.reference"]],
    ],
    ["no arm in a study of two", (s) => delete s["arm"], [["no-arm", "arm"]]],
    ["an arm in a study of one", (s) => (s["design"] = "single-arm"), [["unexpected-arm", "arm"]]],
    ["the same arm twice", (s) => (s["arm"].reference = "1"), [["same-arms", "arm"]]],
    [
      "no question",
      (s) => {
        s["compare"] = [];
        s["mediation"] = [];
        delete s["relapse"];
      },
      [["no-question", ""]],
    ],
    ["a wave twice", (s) => (s["waves"][1].name = "start"), [["repeated-wave", "waves[1].name"]]],
    [
      "a variable in two waves",
      (s) => s["waves"][1].variables.push("connection_0"),
      [["variable-in-two-waves", "waves[1].variables[2]"]],
    ],
    [
      "the same before and after",
      (s) => (s["compare"][0].after = "wellbeing_0"),
      [["same-variable", "compare[0].after"]],
    ],
    [
      "after before before",
      (s) => Object.assign(s["compare"][0], { before: "wellbeing_12", after: "wellbeing_0" }),
      [["before-after-order", "compare[0].before"]],
    ],
    [
      "the outcome as its own covariate",
      (s) => (s["compare"][0].covariates = ["wellbeing_12"]),
      [["outcome-as-covariate", "compare[0].covariates[0]"]],
    ],
    ["the arm as a covariate", (s) => s["covariates"].push("mentored"), [["exposure-as-covariate", "covariates[1]"]]],
    [
      "a covariate that may be an effect of the programme",
      (s) => s["covariates"].push("attended_6"),
      [["covariate-after-exposure", "covariates[1]"]],
    ],
    [
      "the mediator as a covariate",
      (s) => s["mediation"][0].covariates.push("connection_6"),
      [["mediator-as-covariate", "mediation[0].covariates[3]"]],
    ],
    [
      "the exposure as a covariate of mediation",
      (s) => s["mediation"][0].covariates.push("mentored"),
      [["exposure-as-covariate", "mediation[0].covariates[3]"]],
    ],
    [
      "the outcome as a covariate of mediation",
      (s) => s["mediation"][0].covariates.push("wellbeing_12"),
      [["outcome-as-covariate", "mediation[0].covariates[3]"]],
    ],
    [
      "a covariate of mediation after the exposure",
      (s) => s["mediation"][0].covariates.push("attended_6"),
      [["covariate-after-exposure", "mediation[0].covariates[3]"]],
    ],
    ["a covariate twice", (s) => s["covariates"].push("age"), [["repeated-column", "covariates[1]"]]],
    [
      "the outcome as mediator",
      (s) => (s["mediation"][0].mediators = ["wellbeing_12"]),
      [["same-variable", "mediation[0].mediators[0]"]],
    ],
    [
      "a mediator measured with the outcome",
      (s) => (s["waves"][2].variables = ["wellbeing_12", s["waves"][1].variables.shift()]),
      [["mediator-after-outcome", "mediation[0].mediators[0]"]],
    ],
    [
      "a mediator after the outcome",
      (s) => (s["waves"][1].month = 18),
      [["mediator-after-outcome", "mediation[0].mediators[0]"]],
    ],
    [
      "a mediator before the exposure",
      (s) =>
        Object.assign(s["mediation"][0], { exposure: "attended_6", mediators: ["connection_0"], covariates: ["age"] }),
      [["mediator-before-exposure", "mediation[0].mediators[0]"]],
    ],
    [
      "an exposure with the outcome",
      (s) => {
        s["waves"][2].variables.push(s["waves"][1].variables.pop());
        s["mediation"][0].exposure = "attended_6";
      },
      [
        ["exposure-after-outcome", "mediation[0].exposure"],
        ["mediator-before-exposure", "mediation[0].mediators[0]"],
      ],
    ],
    ["time and event in one column", (s) => (s["relapse"].event = "days"), [["same-variable", "relapse.event"]]],
    [
      "event and competing event as one value",
      (s) => (s["relapse"].event = { column: "relapsed", event: 1, competing: 1 }),
      [["same-value", "relapse.event.competing"]],
    ],
    [
      "the competing event named twice",
      (s) => {
        s["relapse"].event = { column: "relapsed", event: 1, competing: 2 };
        s["relapse"].competing = { column: "dead", value: 1 };
      },
      [["competing-twice", "relapse.competing"]],
    ],
  ])("refuses %s", (_, change, problems) => {
    expect(found(change)).toEqual(problems);
    expect(refusal(() => defineStudy(changed(change))).code).toBe("invalid-study");
  });

  test("suggests the name that was meant", () => {
    const [key, design] = studyProblems(
      changed((s) => {
        s["medation"] = [];
        s["design"] = "two-arm-randomized";
      }),
    ).sort((a, b) => (a.code < b.code ? 1 : -1));
    expect(key!.remedy).toBe('Did you mean "mediation"?');
    expect(design!.remedy).toBe('Did you mean "two-arm-randomised"?');
  });

  test("tells shape problems all at once, and roles even beside a misspelt key", () => {
    const shape = studyProblems({ title: "", id: 7, design: "x", extra: 1 });
    expect(shape.map(({ where }) => where?.path).sort()).toEqual(["design", "extra", "id", "title"]);
    const both = found((s) => {
      s["extra"] = 1;
      s["covariates"].push("mentored");
    });
    expect(both.map(([code]) => code)).toEqual(["unknown-key", "exposure-as-covariate"]);
  });

  test("allows a mediator at the wave of the exposure, which timingOf shows", () => {
    const study = defineStudy(
      changed((s) => Object.assign(s["mediation"][0], { exposure: "attended_6", mediators: ["connection_6"] })),
    );
    expect(timingOf(study, study.mediation[0]!)).toEqual({ exposure: 6, mediators: [6], outcome: 12 });
  });

  test("tells a key that holds a function, and leaves the definition as it was", () => {
    const definition = { ...plain, extra: () => 1 };
    expect(studyProblems(definition).map(({ code }) => code)).toEqual(["unknown-key"]);
    expect(Object.keys(definition)).toContain("extra");
  });

  test("a wrong type or choice does not hide what else is wrong", () => {
    const problems = studyProblems({
      title: 5,
      design: "two-arm",
      id: "id",
      arm: { column: "arm", treated: 1, reference: 1 },
      covariates: ["age", "age"],
      mediation: [{ exposure: "arm", mediators: "m", outcome: "y" }],
      inference: { draws: 5 },
    });
    expect(problems.map(({ code, where }) => [code, where?.path])).toEqual([
      ["wrong-type", "title"],
      ["not-allowed", "design"],
      ["wrong-type", "mediation[0].mediators"],
      ["out-of-range", "inference.draws"],
      ["repeated-column", "covariates[1]"],
    ]);
  });

  test("does not let a definition touch prototypes", () => {
    const problems = studyProblems(
      JSON.parse(`{"__proto__": {"polluted": 1}, "title": "K", "id": "id", "design": "single-arm"}`),
    );
    expect(problems.length).toBeGreaterThan(0);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("timingOf", () => {
  test("takes an unlisted arm as assigned at the first wave and leaves other unlisted columns unknown", () => {
    const study = defineStudy(changed((s) => (s["waves"][2].variables = [])));
    expect(timingOf(study, study.mediation[0]!)).toEqual({ exposure: 0, mediators: [6], outcome: null });
    const bare = defineStudy(changed((s) => delete s["waves"]));
    expect(timingOf(bare, bare.mediation[0]!)).toEqual({ exposure: null, mediators: [null], outcome: null });
  });
});

describe("mediationCovariates", () => {
  const question = { exposure: "a", mediators: ["m"], outcome: { column: "y", family: "gaussian" as const } };

  test("are those of the study less exposure, mediators and outcome where the question names none", () => {
    const study = { covariates: ["age", "a", "m", "y", "sex"] };
    expect(mediationCovariates(study, question)).toEqual(["age", "sex"]);
    expect(mediationCovariates(study, { ...question, covariates: ["x"] })).toEqual(["x"]);
    expect(mediationCovariates(study, { ...question, covariates: [] })).toEqual([]);
  });

  test("may be left out of a definition, and a late covariate of the study is told of the question", () => {
    const late = changed((s) => {
      s["covariates"] = ["age", "wellbeing_12"];
      s["waves"][1].variables.push("kindness_6");
      s["mediation"] = [{ exposure: "kindness_6", mediators: ["connection_6"], outcome: "wellbeing_9" }];
    });
    expect(studyProblems(late)).toContainEqual(
      expect.objectContaining({ code: "covariate-after-exposure", where: { path: "mediation[0]" } }),
    );
  });
});

describe("studyJsonSchema", () => {
  const schema = studyJsonSchema();

  test("names every setting of a study, requires what has no default, and refuses the rest", () => {
    const full: Record<keyof Study, true> = {
      title: true,
      design: true,
      data: true,
      id: true,
      arm: true,
      cluster: true,
      covariates: true,
      waves: true,
      compare: true,
      relapse: true,
      mediation: true,
      labels: true,
      inference: true,
    };
    expect(Object.keys(schema.properties).sort()).toEqual(["$schema", ...Object.keys(full)].sort());
    expect(schema["required"]).toEqual(["title", "design", "id"]);
    expect(schema["additionalProperties"]).toBe(false);
    expect(schema["$schema"]).toContain("2020-12");
  });

  test("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});

describe("checkStudy", () => {
  const cohort = toCohort(columns, { id: "id" });
  const study = defineStudy(plain);
  const with_ = (more: Record<string, unknown[]>) => toCohort({ ...columns, ...more } as typeof columns, {});
  const codes = (change: Change, data = cohort) =>
    checkStudy(defineStudy(changed(change)), data).map(({ code, where }) => [code, where?.path]);
  const nothing = () => undefined;

  test("says nothing when study and cohort fit", () => {
    expect(checkStudy(study, cohort)).toEqual([]);
    expect(() => assertStudyFits(study, cohort)).not.toThrow();
  });

  test("names every unknown column at once, with the nearest name", () => {
    const misspelt = defineStudy(
      changed((s) => {
        s["covariates"] = ["agee"];
        s["mediation"][0].mediators = ["conection_6"];
        s["cluster"] = "zzz";
      }),
    );
    const error = refusal(() => assertStudyFits(misspelt, cohort));
    expect(error.code).toBe("study-does-not-fit");
    expect(error.problems.map(({ code, where, remedy }) => [code, where?.path, remedy])).toEqual([
      ["unknown-column", "cluster", undefined],
      ["unknown-column", "covariates[0]", 'Did you mean "age"?'],
      ["unknown-column", "mediation[0].mediators[0]", 'Did you mean "connection_6"?'],
    ]);
  });

  test.each<[string, Change, Record<string, unknown[]>, [string, string][]]>([
    ["an id that is not unique", nothing, { id: ["a", "a", "c", "d", "e", "f"] }, [["duplicate-id", "id"]]],
    ["an arm value that nobody has", (s) => (s["arm"].treated = 2), {}, [["unknown-level", "arm.treated"]]],
    [
      "an exposure with three values",
      (s) => (s["mediation"][0].exposure = "dose"),
      { dose: [0, 1, 2, 0, 1, 2] },
      [["not-two-arms", "mediation[0].exposure"]],
    ],
    [
      "an outcome that is the same for everybody",
      nothing,
      { wellbeing_12: [4, 4, 4, 4, 4, 4] },
      [
        ["constant-outcome", "compare[0].after"],
        ["constant-outcome", "mediation[0].outcome"],
      ],
    ],
    [
      "a constant mediator",
      nothing,
      { connection_6: [4, 4, 4, 4, 4, 4] },
      [["constant-mediator", "mediation[0].mediators[0]"]],
    ],
    [
      "a text where numbers are needed",
      nothing,
      { connection_6: ["a", "b", "a", "b", "a", "b"] },
      [["not-numeric", "mediation[0].mediators[0]"]],
    ],
    [
      "a constant covariate",
      nothing,
      { age: [4, 4, 4, 4, 4, 4] },
      [
        ["constant-column", "covariates[0]"],
        ["constant-column", "mediation[0].covariates[0]"],
      ],
    ],
    ["an event other than 0 and 1", nothing, { relapsed: [1, 2, 0, 0, 1, 1] }, [["event-not-binary", "relapse.event"]]],
    ["a negative time", nothing, { days: [-1, 2, 3, 4, 5, 6] }, [["negative-time", "relapse.time"]]],
    [
      "one cluster",
      (s) => (s["cluster"] = "site"),
      { site: ["a", "a", "a", "a", "a", "a"] },
      [["one-cluster", "cluster"]],
    ],
    ["an empty column", nothing, { days: [null, null, null, null, null, null] }, [["empty-column", "relapse.time"]]],
    [
      "a binary outcome with three values",
      (s) => (s["mediation"][0].outcome = { column: "wellbeing_12", family: "binomial" }),
      {},
      [["outcome-not-binary", "mediation[0].outcome.column"]],
    ],
    [
      "a binary outcome in words, which mediate would refuse",
      (s) => (s["mediation"][0].outcome = { column: "wellbeing_12", family: "binomial" }),
      { wellbeing_12: ["yes", "no", "no", "yes", "no", "yes"] },
      [
        ["not-numeric", "compare[0].after"],
        ["not-numeric", "mediation[0].outcome.column"],
      ],
    ],
    [
      "a competing event that nobody had",
      (s) => (s["relapse"].event = { column: "relapsed", event: 1, competing: 2 }),
      {},
      [["unknown-level", "relapse.event.competing"]],
    ],
    [
      "a label for a column that is not there",
      (s) => (s["labels"] = { aeg: "Age" }),
      {},
      [["unknown-column", "labels.aeg"]],
    ],
  ])("finds %s", (_, change, more, problems) => {
    expect(codes(change, with_(more))).toEqual(problems);
  });

  test("studyProblems tells roles and data together", () => {
    const problems = studyProblems(
      changed((s) => {
        s["covariates"].push("mentored");
        s["cluster"] = "nowhere";
      }),
      cohort,
    );
    expect(problems.map(({ code }) => code)).toEqual(["exposure-as-covariate", "unknown-column"]);
  });

  test.skipIf(!sharedIsPresent)("the HELP trial fits a study written from its codebook (skipped where absent)", () => {
    const help = parseCohort(sharedText("data/help/help-wide.csv"), { id: "id" });
    const trial = defineStudy({
      title: "HELP",
      design: "two-arm-randomised",
      id: "id",
      arm: { column: "group", treated: 1, reference: 0 },
      compare: [{ outcome: "Mental health", before: "mcs_0", after: "mcs_12", better: "higher" }],
      relapse: { time: "relapse_days", event: "relapse", horizon: 180 },
      mediation: [
        { exposure: "peer_any_6", mediators: ["friends_support_6"], outcome: "mcs_12", covariates: ["mcs_0"] },
      ],
    });
    expect(checkStudy(trial, help)).toEqual([]);
  });
});
