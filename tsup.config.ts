import { defineConfig } from "tsup";

const stages = ["cohort", "compare", "followup", "mediation", "regression", "report"];

export default defineConfig({
  entry: {
    index: "src/index.ts",
    ...Object.fromEntries(stages.map((stage) => [stage, `src/${stage}/index.ts`])),
    node: "src/node.ts",
    kithpath: "src/terminal/kithpath.ts",
  },
  format: "esm",
  target: "es2022",
  platform: "neutral",
  external: ["#csv", /^node:/],
  splitting: true,
  clean: true,
  dts: true,
  silent: true,
});
