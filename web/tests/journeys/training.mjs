import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksGood, openBrowser, openWindow, signIn } from "../browser.mjs";
import { startTraining } from "../training_service.mjs";

let service, browser;
before(async () => {
    service = await startTraining();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await service?.stop();
});

test("whoever practises sees on every page that it is an exercise, is answered by people who do not exist, and reads a score", async () => {
    const page = await openWindow(browser);
    await page.goto(`${service.url}/sign-in`);
    await looksGood(page, "training-sign-in");
    await signIn(page, service, "operator");
    await page.locator(".exercise-band").waitFor();
    assert.match(await page.title(), /^OEFENING/);
    await looksGood(page, "training-overview");

    await page.goto(`${service.url}/console/new`);
    await page.fill("#place", "52.0907, 5.1214");
    await page.fill("#radius", "5000");
    await page.selectOption("#d-persons-0-sex", "female");
    await page.fill("#d-persons-0-age-from", "79");
    await page.fill("#d-last_seen-place", "Stationsplein in Utrecht");
    await page.locator("#total").getByText(/\d/).waitFor();
    await looksGood(page, "training-new");
    await page.getByRole("button", { name: "Controleren" }).click();
    await page.waitForURL(/\/start$/);
    for (const box of await page.locator("[name=confirm]").all()) await box.check();
    await looksGood(page, "training-start");
    await page.locator("#start").click();
    await page.waitForURL(/\/hold$/);
    await page.getByRole("button", { name: "Nu verzenden" }).click();
    await page.waitForURL(/\/console\/actions\/[0-9a-f-]+$/);
    await page.locator("#tips .tip").first().waitFor({ timeout: 30_000 });
    await looksGood(page, "training-running");
    assert.match(await page.locator("main").textContent(), /OEFENING/, "what people read says so too");
    const number = page.url().match(/actions\/([0-9a-f-]+)/)[1];

    await page.goto(`${service.url}/console/actions/${number}/report`);
    await page.getByRole("heading", { name: "Uw score" }).waitFor();
    await looksGood(page, "training-report");
    await page.emulateMedia({ media: "print" });
    const mark = await page.evaluate(() => getComputedStyle(document.body, "::after").content);
    assert.match(mark, /OEFENING/, "a print says on every page that it is an exercise");
    await page.screenshot({ path: new URL("../../../target/screens/training-print.png", import.meta.url).pathname, fullPage: true });
    await page.context().close();
});

test("a volunteer practises too, and nothing of it can become earnest", async () => {
    const page = await openWindow(browser);
    await signIn(page, service, "volunteer_operator");
    await page.locator(".exercise-band").waitFor();
    const { username, password } = service.account("volunteer_operator");
    const { token } = await (
        await fetch(`${service.url}/api/v1/sessions`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ username, password }) })
    ).json();
    const draft = { kind: "missing_person", training: false };
    const refused = await fetch(`${service.url}/api/v1/actions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify(draft),
    });
    assert.deepEqual([refused.status, (await refused.json()).code], [422, "for_training_only"]);
    await page.context().close();
});
