import { expect, test } from "vitest";
import {
  firthModel,
  generalizedLinearModel,
  linearModel,
  ordinalModel,
  standardize,
} from "../../src/regression/index.ts";
import { toTable } from "../../src/table.ts";
import { refusalOf } from "../support/refusal.ts";

const long = {
  ...toTable({
    id: ["a", "a", "b", "b", "c", "c", "d", "d"],
    wave: [0, 1, 0, 1, 0, 1, 0, 1],
    score: [3, 5, 4, 8, 2, 3, 6, 9],
    relapse: [0, 1, 1, 0, 1, 1, 0, 0],
    mentored: [0, 0, 1, 1, 0, 0, 1, 1],
  }),
  roles: { id: "id", wave: "wave" },
};
const binary = { outcome: "relapse", terms: ["mentored"], family: "binomial" } as const;

test("rows of one person are not taken for people by any regression without repeated measures", async () => {
  const refused = [
    () => linearModel(long, { outcome: "score", terms: ["mentored"] }),
    () => linearModel(long, { outcome: "score", terms: ["mentored"], cluster: "mentored" }),
    () => generalizedLinearModel(long, binary),
    () => firthModel(long, { outcome: "relapse", terms: ["mentored"] }),
    () => ordinalModel(long, { outcome: "score", terms: ["mentored"] }),
  ];
  for (const call of refused) expect(refusalOf(call).code).toBe("several-rows-per-person");
  await expect(standardize(long, { ...binary, exposure: "mentored" })).rejects.toMatchObject({
    code: "several-rows-per-person",
  });
});

test("with the person as cluster every row counts", () => {
  expect(linearModel(long, { outcome: "score", terms: ["wave"], cluster: "id" }).clusters).toBe(4);
  expect(generalizedLinearModel(long, { ...binary, terms: ["wave"], cluster: "id" }).clusters).toBe(4);
});
