import assert from "node:assert/strict";
import { test } from "node:test";
import { openWindow } from "../browser.mjs";
import { browser, service } from "../stage.mjs";

// What README.md says under "Your first action", by somebody who read that and what the demonstration prints, and nothing else.

test("a first action is made, answered and closed as the README says, within five minutes", async () => {
    const began = Date.now();
    const printed = service.output();
    const [, console] = printed.match(/control room (\S+)/);
    const [, receivers] = printed.match(/receivers +(\S+)/);
    const [, password] = printed.match(/^meldkamer +(\S+)/m);

    // 1. Open the address it prints, and sign in as meldkamer.
    const page = await openWindow(browser);
    await page.goto(console);
    await page.getByLabel("Gebruikersnaam").fill("meldkamer");
    await page.getByLabel("Wachtwoord").fill(password);
    await page.getByRole("button", { name: "Inloggen" }).click();

    // 2. New action: a place and a radius, and who is missing. Check, then Start.
    await page.getByRole("link", { name: "Nieuwe actie" }).first().click();
    await page.getByRole("textbox", { name: "Postcode of punt" }).fill("3511");
    await page.getByRole("textbox", { name: "Straal" }).first().fill("3000");
    await page.getByLabel("Man of vrouw").first().selectOption({ label: "vrouw" });
    await page.getByLabel("Leeftijd").first().fill("79");
    await page.locator("#total").getByText(/[1-9]/).waitFor();
    await page.getByRole("button", { name: "Controleren" }).click();
    await page.waitForURL(/\/start$/);
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await page.getByRole("button", { name: /^Start: [1-9]/ }).click();
    await page.waitForURL(/\/console\/actions\/[0-9a-f-]+$/, { timeout: 60_000 });

    // 3. Open a link of a message on the receivers' page in another window. Send a tip.
    const other = await openWindow(browser);
    const link = other.locator("a[href*='/a/']").first();
    for (let tries = 0; tries < 40 && !(await link.isVisible()); tries += 1) {
        await other.goto(receivers);
        await other.waitForTimeout(500);
    }
    await link.click();
    await other.locator("textarea").first().fill("Zij zit op een bankje bij de brug.");
    await other.getByRole("button", { name: /^(Verstuur|Send)/ }).last().click();
    await other.waitForURL(/\/t\//);

    // 4. The tip is on the operator's screen. Judge it by keys, then Close with the outcome.
    await page.getByText("Zij zit op een bankje bij de brug.").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("2");
    await page.locator("article.tip .state", { hasText: "bruikbaar" }).waitFor();
    await page.getByRole("link", { name: "Afsluiten" }).click();
    await page.getByRole("radio").first().check();
    await page.getByLabel(/tip die/).selectOption({ index: 1 });
    await page.getByRole("button", { name: /^Sluit af/ }).click();
    await page.waitForURL(/\/console\/actions\/[0-9a-f-]+$/);

    // Everyone who was called on hears it; so does whoever sent the tip.
    const heard = other.getByText("door een tip van een deelnemer").first();
    for (let tries = 0; tries < 40 && !(await heard.isVisible()); tries += 1) {
        await other.goto(receivers);
        await other.waitForTimeout(500);
    }
    assert.ok(await heard.isVisible());
    assert.ok(Date.now() - began < 300_000);
    await other.context().close();
    await page.context().close();
});
