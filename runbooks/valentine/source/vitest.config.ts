import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/unit/**/*.test.ts"],
    reporters: ["default", ["junit", { outputFile: "artifacts/unit-tests/junit.xml" }]],
    coverage: {
      provider: "v8",
      include: ["lib/**/*.ts"],
      exclude: ["lib/probes.ts"],
      reporter: ["lcovonly", "json-summary"],
      reportsDirectory: "artifacts/coverage",
    },
  },
});
