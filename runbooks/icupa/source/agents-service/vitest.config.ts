import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/*.unit.test.ts"],
    reporters: ["default", ["junit", { outputFile: "artifacts/unit-tests/junit.xml", suiteName: "agents-service" }]],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/server.ts"],
      reporter: ["lcovonly", "cobertura", "json-summary"],
      reportsDirectory: "artifacts/coverage",
      thresholds: { lines: 80 },
    },
  },
});
