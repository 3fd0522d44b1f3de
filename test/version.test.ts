import { expect, test } from "vitest";
import { version } from "../src/version.ts";
import { textOf } from "./support/sources.ts";

test("the version is the package's", () => {
  expect(version).toBe(JSON.parse(textOf("package.json")).version);
});
