import { defineConfig } from "@playwright/test";

const executablePath = process.env.CHROMIUM_PATH;

export default defineConfig({
  testDir: "tests/e2e",
  retries: 1,
  reporter: [
    ["list"],
    ["junit", { outputFile: "artifacts/e2e-tests/junit.xml" }],
    ["json", { outputFile: "artifacts/e2e-tests/playwright.json" }],
  ],
  use: {
    baseURL: "http://127.0.0.1:3000",
    launchOptions: executablePath ? { executablePath, args: ["--no-sandbox"] } : {},
  },
  webServer: { command: "npm run start", url: "http://127.0.0.1:3000/api/health/live", reuseExistingServer: true },
});
