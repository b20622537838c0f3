import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/*.smoke.test.ts"],
    reporters: ["default", ["junit", { outputFile: "artifacts/agents-smoke/junit.xml", suiteName: "agents-smoke" }]],
  },
});
