import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/*.integration.test.ts"],
    reporters: ["default", ["junit", { outputFile: "artifacts/integration-tests/junit.xml", suiteName: "agents-integration" }]],
  },
});
