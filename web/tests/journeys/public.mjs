import assert from "node:assert/strict";
import { test } from "node:test";
import { startAction } from "../action.mjs";
import { openApi } from "../api.mjs";
import { fits, looksGood, openWindow } from "../browser.mjs";
import { browser, service } from "../stage.mjs";

/** Opens a page until this stands on it: what is public is made once a second at most, and the page does not follow it. */
async function openUntil(page, address, wanted) {
    for (let tries = 0; tries < 5; tries += 1) {
        await page.goto(address);
        if (await wanted.isVisible()) return;
        await page.waitForTimeout(500);
    }
    await wanted.waitFor({ timeout: 1 });
}

const UTRECHT = { latitude: 52.0907, longitude: 5.1214 };
const LEEUWARDEN = { latitude: 53.2, longitude: 5.79 };

test("everyone reads what the network is, what it holds of them and how accessible it is, on a telephone too", async () => {
    for (const script of [true, false]) {
        const page = await openWindow(browser, { script, width: 320, height: 640 });
        for (const path of ["/", "/accessibility", "/privacy", "/register", "/offline"]) {
            await page.goto(`${service.url}${path}`);
            assert.equal(await page.locator("h1").count(), 1);
            await fits(page);
            if (script) await looksGood(page, `public${path.replaceAll("/", "-")}-320`);
        }
        await page.goto(service.url);
        await page.getByRole("button", { name: "English" }).click();
        assert.equal(await page.locator("h1").textContent(), "Help when something happens near you");
        await page.getByRole("link", { name: "Privacy" }).click();
        assert.match(await page.locator("main").textContent(), /90 days/);
        await page.context().close();
    }
});

test("a public action stands on the first page, has a page to share, and is found by whoever is in its area", async () => {
    const action = await startAction(await openApi(service, "operator"));
    const page = await openWindow(browser, { width: 390, height: 844, geolocation: UTRECHT, permissions: ["geolocation", "clipboard-write", "clipboard-read"] });
    const link = page.getByRole("link", { name: action.title }).first();
    await openUntil(page, service.url, link);
    await looksGood(page, "public-home");
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.getByRole("button", { name: "Acties waar ik nu ben" }).click();
    await page.locator("#around li").waitFor();
    assert.ok(!asked.some((url) => /52\.09|5\.12/.test(url)), "the position stays on the device");
    await page.context().setGeolocation(LEEUWARDEN);
    await page.locator("#around [role=status]").getByText("geen actie").waitFor();

    await link.click();
    await page.waitForURL(new RegExp(`/p/${action.number}$`));
    await page.locator(".map canvas").first().waitFor();
    await looksGood(page, "public-action");
    const image = await page.locator("meta[property='og:image']").getAttribute("content");
    const card = await page.request.get(image);
    assert.equal(card.headers()["content-type"], "image/png");
    await page.evaluate(() => Object.defineProperty(navigator, "share", { value: undefined, configurable: true }));
    await page.getByRole("button", { name: "Deel dit bericht" }).click();
    await page.getByText("De link is gekopieerd").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(copied.endsWith(`/p/${action.number}`), copied);
    await page.setViewportSize({ width: 320, height: 640 });
    await fits(page);
    await page.context().close();
});

test("the pages can be installed as an app", async () => {
    const page = await openWindow(browser);
    await page.goto(service.url);
    const path = await page.locator("link[rel=manifest]").getAttribute("href");
    const answer = await page.request.get(`${service.url}${path}`);
    assert.match(answer.headers()["content-type"], /^application\/manifest\+json/);
    const manifest = await answer.json();
    assert.equal(manifest.display, "standalone");
    for (const icon of manifest.icons) {
        const picture = await page.request.get(`${service.url}${icon.src}`);
        assert.equal(picture.status(), 200, icon.src);
    }
    await page.context().close();
});
