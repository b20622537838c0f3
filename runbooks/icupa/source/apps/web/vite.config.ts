import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", ["junit", { outputFile: "artifacts/unit-tests/junit.xml", suiteName: "web" }]],
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/main.ts"],
      reporter: ["lcovonly", "cobertura", "json-summary"],
      reportsDirectory: "artifacts/coverage",
      thresholds: { lines: 80 },
    },
  },
});
