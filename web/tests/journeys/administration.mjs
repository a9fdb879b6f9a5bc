import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { fits, looksGood, openWindow, signIn } from "../browser.mjs";
import { arrival } from "../inbox.mjs";
import { browser, service } from "../stage.mjs";
import { codeOf } from "../totp.mjs";

/** A page of administration, looked at narrow and wide. */
async function open(page, path, name) {
    await page.goto(`${service.url}/console/administration/${path}`);
    await looksGood(page, name);
    await page.setViewportSize({ width: 320, height: 700 });
    await fits(page);
    await page.setViewportSize({ width: 1440, height: 900 });
}

test("an administrator invites somebody, changes what they are for, and puts them out of use", async () => {
    const page = await openWindow(browser);
    await signIn(page, service, "administrator");
    await page.getByRole("link", { name: "Beheer", exact: true }).click();
    await looksGood(page, "administration");
    await open(page, "accounts", "accounts");
    await page.fill("#name", "N. Jansen");
    await page.fill("#username", "x");
    await page.fill("#email", "n.jansen@gemeente.example");
    await page.locator("main button.first").click();
    await page.locator(".note.wrong").waitFor();
    assert.equal(await page.inputValue("#name"), "N. Jansen");
    await page.fill("#username", "n.jansen");
    await page.locator("main button.first").click();
    await page.getByText("De uitnodiging is onderweg").waitFor();
    await looksGood(page, "account");
    await arrival(service, (message) => /Beste N\. Jansen/.test(message.body));
    await page.fill("#name", "Nel Jansen");
    await page.uncheck("#enabled");
    await page.getByRole("button", { name: "Bewaar" }).click();
    await page.getByText("De wijziging is bewaard").waitFor();
    await page.locator("h1", { hasText: "Nel Jansen" }).waitFor();
    await page.getByRole("button", { name: "Geef een nieuw wachtwoord" }).click();
    await page.locator("dialog[open]").getByRole("button", { name: "Nee, ga terug" }).click();
    await page.context().close();
});

test("what texts may hold, keys of systems, and the log are kept here", async () => {
    const page = await openWindow(browser);
    await signIn(page, service, "administrator");
    await open(page, "register", "register");
    await page.fill("#number", "030 123 45 67");
    await page.fill("#note", "Wijkteam");
    await page.locator("main button.first").click();
    await page.getByRole("row", { name: /\+31301234567/ }).getByRole("button").click();
    await page.getByRole("row", { name: /\+31301234567/ }).waitFor({ state: "detached" });
    await open(page, "keys", "keys");
    await page.fill("#name", "GMS");
    await page.locator("main button.first").click();
    await page.locator(".note.wrong").waitFor();
    await page.getByLabel("acties lezen").check();
    await page.locator("main button.first").click();
    const secret = await page.locator(".secret").textContent();
    const answer = await fetch(`${service.url}/api/v1/actions`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal(answer.status, 200);
    await looksGood(page, "key-made");
    await page.getByRole("button", { name: "Trek GMS in" }).click();
    await page.getByText("ingetrokken").waitFor();
    assert.equal((await fetch(`${service.url}/api/v1/actions`, { headers: { authorization: `Bearer ${secret}` } })).status, 401);
    await open(page, "audit", "audit");
    await page.selectOption("#deed", "key.created");
    await page.locator("main button.first").click();
    await page.getByRole("cell", { name: "key.created" }).first().waitFor();
    await page.getByRole("button", { name: "Controleer het hele logboek" }).click();
    await page.getByText("Het logboek klopt").waitFor();
    await page.context().close();
});

test("providers are tried, systems are told, and regions are looked at before they are stored", async () => {
    const page = await openWindow(browser);
    await signIn(page, service, "administrator");
    await open(page, "providers", "providers");
    await page.fill("#address", "beheer@politie.example");
    await page.locator("main button.first").click();
    await page.getByText("Een provider heeft het bericht aangenomen").waitFor();
    await arrival(service, (message) => /Proefbericht/.test(message.title));
    const heard = [];
    const system = createServer((request, response) => {
        heard.push(request.headers);
        response.end();
    });
    await new Promise((ready) => system.listen(0, "127.0.0.1", ready));
    await open(page, "webhooks", "webhooks");
    await page.fill("#name", "Meldkamersysteem");
    await page.fill("#url", `http://127.0.0.1:${system.address().port}/hook`);
    await page.locator("main button.first").click();
    const there = page.locator(".secret, .note.wrong");
    await there.waitFor();
    if (await page.locator(".secret").count()) {
        await page.getByRole("link", { name: "Meldkamersysteem" }).click();
        await page.getByRole("button", { name: "Stuur een proefmelding" }).click();
        for (let tries = 0; heard.length === 0 && tries < 100; tries += 1) await page.waitForTimeout(100);
        assert.ok(heard[0]["webhook-signature"]);
        await page.reload();
        await page.getByText("aangekomen").waitFor();
        await looksGood(page, "webhook");
    }
    system.close();
    await open(page, "regions", "regions");
    const ring = [[5.1, 52.05], [5.15, 52.05], [5.15, 52.1], [5.1, 52.1], [5.1, 52.05]];
    const file = { type: "FeatureCollection", features: [{ type: "Feature", properties: { naam: "Proefbuurt" }, geometry: { type: "Polygon", coordinates: [ring] } }] };
    await page.setInputFiles("#file", { name: "buurten.geojson", mimeType: "application/geo+json", buffer: Buffer.from(JSON.stringify(file)) });
    await page.getByText("In het bestand: 1: Proefbuurt").waitFor();
    await looksGood(page, "regions-preview");
    await page.selectOption("#kind", "neighbourhood");
    await page.locator("main button.first").click();
    await page.getByText("Bewaard: 1 nieuw, 0 vervangen").waitFor();
    await page.context().close();
});

test("a coordinator keeps corrections and the wording of messages, by which drafts are composed", async () => {
    const page = await openWindow(browser);
    await signIn(page, service, "coordinator");
    await open(page, "texts/correction", "corrections");
    await page.getByRole("link", { name: "Inbraak" }).click();
    await looksGood(page, "correction");
    await page.fill("#body_nl", "");
    await page.locator("main button.first").click();
    await page.locator(".note.wrong").waitFor();
    await page.fill("#body_nl", "Het bericht over de inbraak klopte niet.");
    await page.locator("main button.first").click();
    await page.getByText("Het bericht over de inbraak klopte niet.").waitFor();
    await page.getByText("eigen tekst").waitFor();
    await open(page, "texts/message", "wordings");
    await page.getByRole("link", { name: "Vermiste persoon" }).click();
    await looksGood(page, "wording");
    await page.fill("#body_nl", "Kijk uit.");
    await page.locator("main button.first").click();
    await page.getByText("precies een keer [signalement]").waitFor();
    await page.fill("#body_nl", "[signalement] De politie zoekt met een helikopter.");
    await page.locator("main button.first").click();
    await page.getByText("eigen tekst").waitFor();
    await page.context().close();
    const operator = await openWindow(browser);
    await signIn(operator, service, "operator");
    await operator.goto(`${service.url}/console/new`);
    await operator.selectOption("#kind", "missing_person");
    await operator.selectOption("#d-persons-0-sex", "male");
    await operator.fill("#d-last_seen-place", "Het park");
    await operator.locator(".preview.phone").first().getByText("De politie zoekt met een helikopter.").waitFor();
    await operator.context().close();
});

test("whoever works here keeps their own password, second step and sessions", async () => {
    const page = await openWindow(browser);
    await signIn(page, service, "municipal_ambassador");
    await page.locator(".bar .end a").click();
    await looksGood(page, "own-account");
    await page.fill("#current", "not the password");
    await page.fill("#new", "een lange zin als wachtwoord");
    await page.getByRole("button", { name: "Wijzig wachtwoord" }).click();
    await page.locator(".note.wrong").waitFor();
    await page.getByRole("button", { name: "Stel de app in" }).click();
    const secret = await page.locator(".secret").textContent();
    await looksGood(page, "second-proof");
    await page.fill("#first-code", codeOf(secret));
    await page.getByRole("button", { name: "Zet de tweede stap aan" }).click();
    await page.getByText("De tweede stap staat aan.").waitFor();
    const codes = await page.locator(".note.warning code").allTextContents();
    assert.equal(codes.length, 10);
    await page.getByText("Er zijn nog 10 herstelcodes.").waitFor();
    await page.getByText("Nieuwe herstelcodes").click();
    await page.fill("#codes-code", codes[0]);
    await page.getByRole("button", { name: "Geef mij nieuwe codes" }).click();
    await page.getByText("De oude herstelcodes werken niet meer.").waitFor();
    await looksGood(page, "recovery-codes");
    const renewed = await page.locator(".note.warning code").allTextContents();
    assert.ok(renewed.length === 10 && !renewed.includes(codes[1]));
    await page.context().close();
});
