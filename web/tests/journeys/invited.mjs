import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fits, looksGood, openBrowser, openWindow } from "../browser.mjs";
import { codeOf } from "../totp.mjs";
import { startTraining } from "../training_service.mjs";

const PASSWORD = "een lange zin als wachtwoord";

// On a service of its own, where coordinators may do nothing without codes of an app.
let service, browser;
before(async () => {
    service = await startTraining({ participants: 50, secondProofFor: ["coordinator"] });
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await service?.stop();
});

/** Types what is asked for, and goes on. */
async function fill(page, fields) {
    for (const [name, value] of Object.entries(fields)) await page.fill(`#${name}`, value);
    await page.locator("main button.first").click();
}

for (const script of [true, false]) {
    test(`whoever is invited to a role that asks for codes sets up an app and signs in with it, ${script ? "with" : "without"} script`, async () => {
        const username = script ? "c.bakker" : "d.visser";
        const invited = await service.oproep("user", "invite", username, "--role", "coordinator", "--region", "police_unit:Midden-Nederland", "--name", "C. Bakker", "--email", `${username}@politie.example`);
        const page = await openWindow(browser, { script, width: 320, height: 640 });
        await page.goto(`${service.url}${new URL(invited.link).pathname}`);
        await fill(page, { password: PASSWORD, again: PASSWORD });
        const secret = await page.locator("p.secret").textContent();
        await fits(page);
        if (script) await looksGood(page, "join-code");
        await fill(page, { code: "000000" });
        await page.locator(".note.wrong").first().waitFor();
        assert.equal(await page.locator("p.secret").textContent(), secret, "the app that was set up meanwhile still fits");
        await fill(page, { code: codeOf(secret) });
        await page.getByRole("link", { name: "Inloggen" }).waitFor();
        assert.equal(await page.locator("ul.secret li").count(), 10);
        await fits(page);
        if (script) await looksGood(page, "join-codes");
        const [recovery] = await page.locator("ul.secret li").allTextContents();
        await page.getByRole("link", { name: "Inloggen" }).click();
        await fill(page, { username, password: PASSWORD });
        await page.locator("#code").waitFor();
        await fits(page);
        if (script) await looksGood(page, "sign-in-code");
        await fill(page, { password: PASSWORD, code: recovery });
        await page.waitForURL(/\/console/);
        await page.context().close();
    });
}
