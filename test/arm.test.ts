import { describe, expect, test } from "vitest";
import { armOrderNotes, readClusters, refuseRepeatedPeople, selectArms, selectComplete } from "../src/arm.ts";
import { toTable } from "../src/table.ts";
import { refusalOf } from "./support/refusal.ts";

const table = toTable({
  arm: [0, 1, 1, 0, null],
  text: ["usual", "mentor", "mentor", "usual", "mentor"],
  y: [1, 2, null, 4, 5],
});

describe("the two arms", () => {
  test("of two numbers the larger is treated; incomplete rows are counted by reason", () => {
    const { arm, dropped, rows } = selectArms(table, "arm", ["y"]);
    expect(arm).toMatchObject({ column: "arm", treated: "1", reference: "0", indicator: Float64Array.of(0, 1, 0) });
    expect([...rows]).toEqual([0, 1, 3]);
    expect(dropped.reasons).toEqual([
      { reason: "missing", variable: "y", rows: 1 },
      { reason: "missing", variable: "arm", rows: 1 },
    ]);
  });

  test("of two texts the second in code-point order is treated, unless named", () => {
    expect(selectArms(table, "text", []).arm).toMatchObject({ treated: "usual", reference: "mentor" });
    expect(selectArms(table, { column: "text", treated: "mentor", reference: "usual" }, []).arm.treated).toBe("mentor");
  });

  test("people of other arms are left out and counted", () => {
    const three = toTable({ arm: ["a", "b", "c", "b"] });
    expect(selectArms(three, { column: "arm", treated: "b", reference: "a" }, []).dropped).toEqual({
      rowsIn: 4,
      rowsUsed: 3,
      reasons: [{ reason: "other-arm", variable: "arm", rows: 1 }],
    });
  });

  test("three arms, one arm and unknown arms are refused", () => {
    expect(refusalOf(() => selectArms(toTable({ arm: ["a", "b", "c"] }), "arm", [])).code).toBe("not-two-arms");
    expect(refusalOf(() => selectArms(toTable({ arm: [0, 1], y: [1, null] }), "arm", ["y"])).code).toBe("one-arm");
    expect(refusalOf(() => selectArms(table, { column: "arm", treated: 2, reference: 0 }, [])).code).toBe(
      "unknown-level",
    );
    expect(refusalOf(() => selectArms(table, { column: "arm", treated: 1, reference: 1 }, [])).code).toBe(
      "not-two-arms",
    );
  });
});

test("no complete row is refused, and the most missing variable named", () => {
  const refusal = refusalOf(() => selectComplete(toTable({ a: [1, null], b: [null, null] }), ["b", "a"]));
  expect(refusal).toMatchObject({ code: "no-complete-rows", remedy: '"b" is missing in 2 of them.' });
});

test("clusters are numbered in the order they appear; one cluster is refused", () => {
  expect(readClusters(toTable({ site: ["b", "a", "b"] }), "site")).toEqual({ codes: Int32Array.of(0, 1, 0), count: 2 });
  expect(refusalOf(() => readClusters(toTable({ site: ["b", "b"] }), "site")).code).toBe("one-cluster");
});

test("rows of one person are not taken for people, unless the id is the cluster", () => {
  const long = { ...toTable({ id: [1, 1], wave: [0, 6] }), roles: { id: "id", wave: "wave" } };
  expect(refusalOf(() => refuseRepeatedPeople("compareChange", long, undefined)).code).toBe("several-rows-per-person");
  expect(() => refuseRepeatedPeople("compareChange", long, "id")).not.toThrow();
  expect(() => refuseRepeatedPeople("compareChange", toTable({ id: [1, 2] }), undefined)).not.toThrow();
});

test("arms named by texts alone come with a note of which is taken as treated", () => {
  const table = toTable({ arm: ["mentor", "usual care"], number: [0, 1] });
  expect(armOrderNotes(table, "arm", "usual care", "mentor")[0]).toMatchObject({ code: "arm-order" });
  expect(armOrderNotes(table, { column: "arm", treated: "mentor", reference: "usual care" }, "", "")).toEqual([]);
  expect(armOrderNotes(table, "number", "1", "0")).toEqual([]);
});
