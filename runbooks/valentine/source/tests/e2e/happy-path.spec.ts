import { expect, test } from "@playwright/test";

test("the front page lists the five flows", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Plan a date" })).toBeVisible();
  await expect(page.getByRole("listitem")).toHaveCount(5);
});

for (const flow of ["1", "2", "3", "4", "5"]) {
  test(`flow ${flow} starts and completes`, async ({ request }) => {
    for (const event of ["start", "complete"]) {
      const response = await request.post(`/api/flows/${flow}`, { data: { event } });
      expect(response.status()).toBe(200);
    }
  });
}

test("a webhook without a signature is refused", async ({ request }) => {
  const response = await request.post("/api/webhooks/vapi", { data: { type: "test" } });
  expect(response.status()).toBe(401);
});
