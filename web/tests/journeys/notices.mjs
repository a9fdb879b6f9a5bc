import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, looksGood, openWindow, signIn } from "../browser.mjs";
import { browser, service } from "../stage.mjs";

/** An alert (CAP 1.2) of the partner that the demonstration knows. */
async function alert(identifier, status = "Actual") {
    const moment = (ahead) => new Date(Date.now() + ahead).toISOString().replace(/\.\d+Z$/, "-00:00");
    const body = `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>${identifier}</identifier><sender>meldkamer@partner.example</sender><sent>${moment(0)}</sent>
<status>${status}</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>nl-NL</language><category>Safety</category><event>Gaslek</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>
<expires>${moment(7_200_000)}</expires><headline>Gaslek ${identifier}</headline><description>Er is een gaslek in de binnenstad.</description>
<area><areaDesc>Binnenstad van Utrecht</areaDesc><circle>52.0907,5.1214 1.5</circle></area></info></alert>`;
    return fetch(service.notes.alerts, { method: "POST", headers: { "content-type": "application/cap+xml" }, body });
}

test("what another system alerts of is judged: a draft is made of it, or it is set aside; it sends nothing by itself", async () => {
    const page = await openWindow(browser);
    await signIn(page, service, "operator");
    await page.goto(`${service.url}/console/notices`);
    await page.getByText("Er kwam nog niets van andere systemen.").waitFor();
    await looksGood(page, "notices-empty");
    await page.goto(`${service.url}/console`);
    await page.locator("#connection:not([hidden])").waitFor({ state: "attached" });
    assert.equal((await alert("GAS-1")).status, 201);
    // It appears while one looks.
    await page.getByRole("link", { name: "Gaslek GAS-1" }).waitFor({ timeout: 15_000 });
    await looksGood(page, "overview-notice");
    assert.equal((await alert("GAS-2")).status, 201);
    assert.notEqual((await alert("GAS-3", "Exercise")).status, 201, "an exercise becomes nothing");
    await page.getByRole("link", { name: "Gaslek GAS-1" }).click();
    await looksGood(page, "notice");
    await page.setViewportSize({ width: 320, height: 700 });
    await fits(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("button", { name: "Maak een concept" }).click();
    await page.waitForURL(/\/console\/actions\/[0-9a-f-]+\/edit$/);
    assert.match(await page.locator("main").textContent(), /gaslek/i);

    await page.goto(`${service.url}/console`);
    await page.getByRole("link", { name: "Gaslek GAS-2" }).click();
    await page.getByRole("button", { name: "Leg ter zijde" }).first().click();
    await page.locator("dialog[open]").getByRole("button", { name: "Nee, ga terug" }).click();
    await page.getByRole("button", { name: "Leg ter zijde" }).first().click();
    await page.locator("dialog[open]").getByRole("button", { name: "Leg ter zijde" }).click();
    await page.waitForURL(/\/console$/);
    assert.equal(await page.locator("a[href^='/console/notices/']").count(), 0, "nothing waits to be judged");
    await page.goto(`${service.url}/console/notices`);
    for (const state of ["concept gemaakt", "ter zijde gelegd", "geweigerd"]) await page.getByText(state, { exact: true }).waitFor();
    await looksGood(page, "notices");
    const arrivals = await (await fetch(`${service.notes.receivers}/arrivals.json?size=100`)).json();
    assert.ok(!arrivals.some((one) => /gaslek/i.test(one.body)), "nobody was told");
    await page.context().close();
});
