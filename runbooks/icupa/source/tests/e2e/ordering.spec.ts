import { expect, test } from "@playwright/test";

test.beforeEach(({ page }) => page.goto("/"));

test("smoke: the menu is shown", async ({ page }) => {
  await expect(page.getByRole("heading", { name: "Your table" })).toBeVisible();
  await expect(page.getByRole("listitem")).toHaveCount(3);
});

test("smoke: an order is confirmed", async ({ page }) => {
  await page.getByRole("button", { name: /Coffee/ }).click();
  await page.getByRole("button", { name: "Order", exact: true }).click();
  await expect(page.locator("#state")).toHaveText("Thank you. Your order is on its way.");
});

test("the total follows the basket", async ({ page }) => {
  await page.getByRole("button", { name: /Coffee/ }).click();
  await page.getByRole("button", { name: /Brochette/ }).click();
  await expect(page.locator("#total")).toHaveText("5,000 RWF");
});

test("an empty order is not sent", async ({ page }) => {
  await page.getByRole("button", { name: "Order", exact: true }).click();
  await expect(page.locator("#state")).toHaveText("Choose something first.");
});
