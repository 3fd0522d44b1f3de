import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    setupFiles: ["test/support/recordComparisons.ts"],
    globalSetup: ["test/support/validationPage.ts"],
    benchmark: { include: ["test/bench/**/*.bench.ts"] },
  },
});
