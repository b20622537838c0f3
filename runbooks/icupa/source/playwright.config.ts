import { defineConfig } from "@playwright/test";

const executablePath = process.env.CHROMIUM_PATH;

export default defineConfig({
  testDir: "tests/e2e",
  retries: 1,
  reporter: [
    ["list"],
    ["junit", { outputFile: "artifacts/e2e/junit.xml" }],
    ["json", { outputFile: "artifacts/e2e/playwright.json" }],
  ],
  use: {
    baseURL: process.env.BASE_URL ?? "http://127.0.0.1:4173",
    launchOptions: executablePath ? { executablePath, args: ["--no-sandbox"] } : {},
  },
  webServer: process.env.BASE_URL
    ? undefined
    : { command: "pnpm --filter web preview", url: "http://127.0.0.1:4173", reuseExistingServer: true },
});
