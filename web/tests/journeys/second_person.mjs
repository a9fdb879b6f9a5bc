import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, looksGood, openWindow, signIn } from "../browser.mjs";
import { browser, service } from "../stage.mjs";

/** A draft of a volunteer, on the page where it is submitted. */
async function draft(page) {
    await page.goto(`${service.url}/console/new`);
    await page.fill("#place", "52.0907, 5.1214");
    await page.fill("#radius", "3000");
    await page.selectOption("#d-persons-0-sex", "male");
    await page.fill("#d-persons-0-age-from", "84");
    await page.fill("#d-last_seen-place", "Stationsplein in Utrecht");
    await page.getByRole("button", { name: "Controleren" }).click();
    await page.waitForURL(/\/start$/);
    return page.url().match(/actions\/([0-9a-f-]{36})/)[1];
}

const submit = (page) => page.getByRole("button", { name: /Voorleggen aan een ander/ }).click();

/** Two windows: a volunteer's, and an operator's that looks at the same action. */
async function two() {
    const volunteer = await openWindow(browser);
    await signIn(volunteer, service, "volunteer_operator");
    const operator = await openWindow(browser);
    await signIn(operator, service, "operator");
    return { volunteer, operator, close: () => Promise.all([volunteer.context().close(), operator.context().close()]) };
}

test("a volunteer's draft is seen by the operator at once, returned with a reason, submitted again, and refused", async () => {
    const { volunteer, operator, close } = await two();
    const id = await draft(volunteer);
    assert.equal(await volunteer.locator("#start").count(), 0, "a volunteer starts nothing");
    await looksGood(volunteer, "submit");
    await operator.goto(`${service.url}/console/actions/${id}/review`);
    await operator.getByText("Er ligt nu niets om te beoordelen").waitFor();
    await looksGood(operator, "review-empty");
    await operator.locator("#connection:not([hidden])").waitFor({ state: "attached" });
    await submit(volunteer);
    await volunteer.getByText("Een ander kijkt mee").waitFor();
    await operator.getByRole("button", { name: /Goedkeuren voor/ }).waitFor();
    await looksGood(operator, "review");
    await operator.setViewportSize({ width: 320, height: 700 });
    await fits(operator);
    await operator.setViewportSize({ width: 1440, height: 900 });
    await operator.getByRole("button", { name: "Teruggeven" }).click();
    await operator.locator(".note.wrong").waitFor();
    await looksGood(operator, "review-without-reason");
    await operator.fill("#reason", "Het signalement mist kleding.");
    await operator.getByRole("button", { name: "Teruggeven" }).click();
    await volunteer.getByText("Het signalement mist kleding.").waitFor();
    await looksGood(volunteer, "returned");
    await volunteer.getByRole("link", { name: "Terug naar het formulier" }).click();
    await volunteer.getByText("Het signalement mist kleding.").waitFor();
    await volunteer.selectOption("#d-persons-0-clothing-0-kind", "coat");
    await volunteer.getByRole("button", { name: "Controleren" }).click();
    await submit(volunteer);
    await volunteer.getByText("Een ander kijkt mee").waitFor();
    // The operator's page follows by itself, and may be on its way just now.
    const review = `${service.url}/console/actions/${id}/review`;
    await operator.goto(review).catch(() => operator.goto(review));
    await operator.fill("#reason", "Hij is al gevonden.");
    await operator.getByRole("button", { name: "Weigeren" }).click();
    await volunteer.getByText("Hij is al gevonden.").waitFor();
    assert.equal(await volunteer.getByRole("button", { name: /Voorleggen/ }).count(), 0);
    await looksGood(volunteer, "refused");
    await close();
});

test("what an operator approved is started by an operator", async () => {
    const { volunteer, operator, close } = await two();
    const id = await draft(volunteer);
    await submit(volunteer);
    await operator.goto(`${service.url}/console/actions/${id}/review`);
    await operator.getByRole("button", { name: /Goedkeuren voor/ }).click();
    await operator.waitForURL(/\/start$/);
    await volunteer.getByText("heeft dit goedgekeurd").waitFor();
    await looksGood(operator, "approved");
    for (const box of await operator.locator("[name=confirm]").all()) await box.check();
    await operator.locator("#start").click();
    await operator.waitForURL(/\/hold$/);
    await close();
});
