import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, looksGood, openWindow, signIn } from "../browser.mjs";
import { browser, service } from "../stage.mjs";

test("whoever is not signed in is asked to, and comes back to where they were going", async () => {
    const page = await openWindow(browser);
    await page.goto(`${service.url}/console?page=2`);
    assert.match(page.url(), /\/sign-in\?next=/);
    await looksGood(page, "sign-in");
    await page.fill("#username", service.account("operator").username);
    await page.fill("#password", "wrong password");
    await page.keyboard.press("Enter");
    await page.locator(".note.wrong").waitFor();
    await looksGood(page, "sign-in-wrong");
    await page.context().close();
});

test("an operator signs in and out, in Dutch and in English, with script and without", async () => {
    for (const script of [true, false]) {
        const page = await openWindow(browser, { script, width: 320, height: 640 });
        await signIn(page, service, "operator");
        assert.equal(await page.locator("h1").textContent(), "Lopende acties");
        await fits(page);
        await page.getByRole("button", { name: "English" }).click();
        assert.equal(await page.locator("h1").textContent(), "Running actions");
        assert.equal(await page.locator("html").getAttribute("lang"), "en");
        await page.getByRole("button", { name: "Sign out" }).click();
        assert.match(page.url(), /\/sign-in/);
        await page.goto(`${service.url}/console`);
        assert.match(page.url(), /\/sign-in\?next=%2Fconsole/);
        await page.context().close();
    }
});

test("another site makes a browser that is signed in do nothing", async () => {
    const page = await openWindow(browser);
    await signIn(page, service, "operator");
    const answer = await page.request.post(`${service.url}/sign-out`, { headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, maxRedirects: 0 });
    assert.equal(answer.status(), 403);
    await page.goto(`${service.url}/console`);
    assert.equal(await page.locator("h1").textContent(), "Lopende acties");
    await page.context().close();
});
