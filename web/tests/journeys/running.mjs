import assert from "node:assert/strict";
import { test } from "node:test";
import { giveTip, linkOf, messageOf, startAction } from "../action.mjs";
import { openApi } from "../api.mjs";
import { fits, looksGood, openWindow, signIn } from "../browser.mjs";
import { arrival } from "../inbox.mjs";
import { browser, service } from "../stage.mjs";

const api = await openApi(service, "operator");

// The smallest JPEG that says something: made in the page, since nothing here draws one.
const picture = (page) =>
    page.evaluate(async () => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [320, 200];
        const draw = canvas.getContext("2d");
        draw.fillStyle = "#b3151b";
        draw.fillRect(0, 0, 320, 200);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
        return [...new Uint8Array(await blob.arrayBuffer())];
    });

/** A tip with a photo, given on the participant's page. */
async function tipWithPhoto(page, message, text) {
    await page.goto(`${service.url}${linkOf(message)}`);
    await page.fill("textarea[name=text]", text);
    const buffer = Buffer.from(await picture(page));
    await page.setInputFiles("input[type=file]", { name: "foto.jpg", mimeType: "image/jpeg", buffer });
    await page.locator("#tip button.first").click();
    await page.waitForLoadState();
}

test("an operator follows an action: deliveries, a tip with a photo, judged by keys, paused, stopped, closed, and reported", async () => {
    const action = await startAction(api);
    const [id, message] = [action.id, await messageOf(service, action)];
    const page = await openWindow(browser);
    await signIn(page, service, "operator");
    const card = page.locator(".card", { has: page.locator(`a[href$="${id}"]`) });
    await card.waitFor();
    await looksGood(page, "overview");
    await page.keyboard.press("?");
    await page.locator("dialog#keys[open]").waitFor();
    await looksGood(page, "overview-keys");
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 320, height: 700 });
    await fits(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    await card.locator("a").first().click();
    await page.waitForURL(`**/console/actions/${id}`);
    await page.locator("#figures .way").first().getByText(/verzonden [1-9]|bezorgd [1-9]/).waitFor();
    await page.locator(".connection", { hasText: "verbonden" }).waitFor();
    await page.getByRole("button", { name: "Geluid bij een nieuwe tip" }).click();

    const citizen = await openWindow(browser, { width: 390, height: 800 });
    await tipWithPhoto(citizen, message, "Ik zie hem op het Stationsplein, rode jas");
    const tip = page.locator("article.tip").first();
    await tip.getByText("Ik zie hem op het Stationsplein").waitFor();
    assert.match(await page.title(), /^\(1\) /);
    await page.waitForFunction(() => document.body.dataset.rang === "1");
    await looksGood(page, "running");
    await page.setViewportSize({ width: 320, height: 700 });
    await fits(page);
    await page.setViewportSize({ width: 2560, height: 1300 });
    await fits(page);
    await looksGood(page, "running-wide");
    await page.setViewportSize({ width: 1440, height: 900 });

    await page.locator("h1").click();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator("dialog#viewer[open] img").waitFor();
    await looksGood(page, "photo");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("2");
    await tip.locator(".state", { hasText: "bruikbaar" }).waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.closest(".tip") !== null), "the focus stays on the tip");
    assert.doesNotMatch(await page.title(), /^\(/);
    await page.keyboard.press("4");
    await tip.locator("input[name=unit]").fill("UT 11.01");
    await page.keyboard.press("Enter");
    await tip.getByText("Doorgegeven aan UT 11.01").waitFor();

    await page.getByRole("button", { name: "Pauzeren" }).click();
    await page.locator(".watch-head .state", { hasText: "gepauzeerd" }).waitFor();
    await page.getByRole("button", { name: "Hervatten" }).click();
    await page.locator(".watch-head .state", { hasText: "loopt" }).waitFor();
    await page.locator(".halting summary").click();
    await page.locator(".halting button", { hasText: "Stoppen" }).click();
    const question = page.locator("dialog#stop-dialog[open]");
    await question.getByText(/deelnemers hebben het bericht al/).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Nee, ga terug");
    await looksGood(page, "stop-question");
    await question.getByRole("button", { name: "Stoppen" }).click();
    await page.locator("#history").getByText("Gestopt").waitFor();

    await page.getByRole("link", { name: "Afsluiten" }).click();
    await page.locator("#outcome-direct_success").check();
    await page.selectOption("#tip", { index: 1 });
    await looksGood(page, "close");
    await page.getByRole("button", { name: /^Sluit af/ }).click();
    await page.waitForURL(`**/console/actions/${id}`);
    await page.locator(".state", { hasText: "opgelost door een tip" }).waitFor();
    await looksGood(page, "closed");
    await arrival(service, (message) => /gevonden, door een tip/.test(message.body));
    await page.getByRole("link", { name: "Verslag" }).click();
    await page.locator("h1").waitFor();
    await looksGood(page, "report");
    await citizen.context().close();
    await page.context().close();
});

test("two tips that report the same are seen beside one another and joined", async () => {
    const action = await startAction(api);
    const [id, message] = [action.id, await messageOf(service, action)];
    await giveTip(service, message, { text: "Witte bestelbus met kenteken VK-123-X bij de brug", location: [5.1214, 52.0907] });
    await giveTip(service, message, { text: "Bij de brug stond een witte bus, VK-123-X", location: [5.1216, 52.0908] });
    const page = await openWindow(browser);
    await signIn(page, service, "operator");
    await page.goto(`${service.url}/console/actions/${id}`);
    await page.locator("article.tip").nth(1).waitFor();
    const last = page.locator("article.tip").first();
    await last.locator("summary").click();
    await last.getByRole("link", { name: "Vergelijk met andere tips" }).click();
    await page.getByText(/kenteken/i).first().waitFor();
    await looksGood(page, "beside");
    await page.getByRole("button", { name: "Is dezelfde melding" }).first().click();
    await page.waitForURL(/#tip-/);
    await page.locator("article.tip .state", { hasText: "dubbel" }).waitFor();
    await page.context().close();
});

test("an action is corrected in words that stand ready, and withdrawn only after a question", async () => {
    const { id } = await startAction(api);
    const page = await openWindow(browser, { language: "en-GB" });
    await signIn(page, service, "operator");
    await page.goto(`${service.url}/console/actions/${id}`);
    await page.locator("#figures .way").first().getByText(/sent [1-9]|delivered [1-9]/).waitFor();
    await page.reload();
    await page.locator(".halting summary").click();
    await page.getByRole("link", { name: "Correct" }).click();
    assert.notEqual(await page.inputValue("#body_nl"), "");
    await looksGood(page, "correct");
    await page.fill("#body_nl", "");
    await page.locator("button.final").click();
    await page.locator(".note.wrong").waitFor();
    await looksGood(page, "correct-wrong");
    await page.fill("#body_nl", "De man is niet 84 maar 48 jaar oud.");
    await page.locator("button.final").click();
    await page.waitForURL(`**/console/actions/${id}`);
    await arrival(service, (message) => /niet 84 maar 48/.test(message.body));
    await page.locator(".halting summary").click();
    await page.locator(".halting button", { hasText: "Withdraw" }).click();
    await page.locator("dialog[open]").getByRole("button", { name: "No, go back" }).click();
    await page.locator(".watch-head .state", { hasText: "running" }).waitFor();
    await page.locator(".halting button", { hasText: "Withdraw" }).click();
    await page.locator("dialog[open]").getByRole("button", { name: "Withdraw" }).click();
    await page.locator(".watch-head .state", { hasText: "withdrawn" }).first().waitFor();
    await page.context().close();
});

test("more people are called on, of whom only the new ones are counted, and everyone who was told hears news", async () => {
    const { id } = await startAction(api, { area: { type: "Circle", coordinates: [5.1214, 52.0907], radius_m: 1500 } });
    const page = await openWindow(browser);
    await signIn(page, service, "operator");
    await page.goto(`${service.url}/console/actions/${id}`);
    await page.getByRole("link", { name: "Uitbreiden" }).click();
    await looksGood(page, "expand");
    await page.fill("#radius", "3000");
    const button = page.getByRole("button", { name: /^Uitbreiden: [1-9]/ });
    await button.waitFor();
    await looksGood(page, "expand-counted");
    const wider = Number((await button.textContent()).match(/\d+/)[0]);
    for (const box of await page.locator("[name=confirm]").all()) await box.check();
    await button.click();
    await page.waitForURL(`**/console/actions/${id}`);
    const wave = page.locator("#figures .card", { hasText: "uitbreiding" });
    await wave.getByText(`aan ${wider} deelnemer`).waitFor();
    // News waits for what is held; it may have left meanwhile.
    const { version } = await api("GET", `/actions/${id}`);
    await api("POST", `/actions/${id}/send-now`, { version }).catch((refused) => assert.match(refused.message, /nothing_held/));
    await page.getByRole("link", { name: "Nieuws sturen" }).click();
    await page.getByRole("button", { name: "Controleren" }).click();
    await page.locator(".note.wrong").waitFor();
    for (const [field, text] of [["title_nl", "Nieuws"], ["body_nl", "Hij draagt nu een groene muts."], ["title_en", "News"], ["body_en", "He now wears a green hat."]]) await page.fill(`#${field}`, text);
    await page.getByRole("button", { name: "Controleren" }).click();
    const send = page.getByRole("button", { name: /^Verstuur: [1-9]/ });
    await send.waitFor();
    await looksGood(page, "update");
    for (const box of await page.locator("[name=confirm]").all()) await box.check();
    await send.click();
    await page.waitForURL(`**/console/actions/${id}`);
    await arrival(service, (message) => /groene muts|green hat/.test(message.body));
    await page.context().close();
});

test("the archive finds, compares and exports, and the report counts", async () => {
    const page = await openWindow(browser);
    await signIn(page, service, "operator");
    await page.keyboard.press("/");
    await page.keyboard.type("rode jas");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/console\/archive\?q=/);
    const rows = page.locator("tbody tr");
    assert.ok((await rows.count()) >= 3);
    await looksGood(page, "archive");
    await page.setViewportSize({ width: 320, height: 700 });
    await fits(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.selectOption("#outcome", "direct_success");
    await page.getByRole("button", { name: "Zoek", exact: true }).click();
    assert.equal(await rows.count(), 1);
    await page.fill("#from", "2001-01-01");
    await page.fill("#until", "2001-01-02");
    await page.getByRole("button", { name: "Zoek", exact: true }).click();
    await page.locator(".empty").waitFor();
    await looksGood(page, "archive-empty");
    await page.getByRole("link", { name: "Wis alles" }).click();
    await page.locator("input.tick").nth(0).check();
    await page.locator("input.tick").nth(1).check();
    await page.getByRole("button", { name: "Vergelijk gekozen acties" }).click();
    await page.waitForURL(/compare\?id=/);
    await looksGood(page, "compare");
    const csv = await (await page.request.get(`${service.url}/console/archive/actions.csv?q=rode+jas`)).text();
    assert.match(csv, /^number,title,kind,/);
    assert.ok(csv.trim().split("\n").length >= 4);
    const map = await (await page.request.get(`${service.url}/console/archive/actions.geojson`)).json();
    assert.equal(map.features[0].geometry.type, "MultiPolygon");
    await page.getByRole("link", { name: "Rapport" }).click();
    await page.locator(".figures").waitFor();
    await looksGood(page, "statistics");
    for (const [from, until, said] of [["2026-12-31", "2026-01-01", /eind/], ["31-12-2026", "", /jaar-maand-dag/]]) {
        await page.goto(`${service.url}/console/report?from=${from}&until=${until}`);
        assert.match(await page.locator(".note.wrong").textContent(), said);
        assert.equal(await page.locator("#from").getAttribute("value"), from, "what was typed stands there still");
    }
    await looksGood(page, "statistics-wrong");
    await page.goto(`${service.url}/console/archive?from=31-12-2026`);
    assert.match(await page.locator(".note.wrong").textContent(), /jaar-maand-dag/);
    await page.context().close();
});

test("a lost connection is said, and what was missed is there when it comes back", async () => {
    const action = await startAction(api);
    const [id, message] = [action.id, await messageOf(service, action)];
    const page = await openWindow(browser);
    await signIn(page, service, "operator");
    await page.goto(`${service.url}/console/actions/${id}`);
    await page.locator(".connection", { hasText: "verbonden" }).waitFor();
    await page.context().setOffline(true);
    await page.locator(".connection.lost", { hasText: "verbinding weg" }).waitFor();
    await looksGood(page, "lost");
    await giveTip(service, message, { text: "Terwijl niemand keek" });
    await page.context().setOffline(false);
    await page.getByText("Terwijl niemand keek").waitFor();
    await page.locator(".connection:not(.lost)").waitFor();
    await page.context().close();
});

test("without script an action is judged, stopped and closed too", async () => {
    const action = await startAction(api);
    const [id, message] = [action.id, await messageOf(service, action)];
    await giveTip(service, message, { text: "Zonder script" });
    const page = await openWindow(browser, { script: false, width: 320, height: 700 });
    await signIn(page, service, "operator");
    await page.goto(`${service.url}/console/actions/${id}`);
    await page.locator("article.tip").first().getByRole("button", { name: /Gezien/ }).click();
    await page.locator("article.tip .state", { hasText: "gezien" }).waitFor();
    await fits(page);
    await page.locator(".halting summary").click();
    await page.locator(".halting button", { hasText: "Stoppen" }).click();
    await page.locator("#history").getByText("Gestopt").waitFor();
    await page.getByRole("link", { name: "Afsluiten" }).click();
    await page.locator("#outcome-direct_success").check();
    await page.getByRole("button", { name: /^Sluit af/ }).click();
    await page.locator(".note.wrong").waitFor();
    await page.locator("#outcome-resolved_otherwise").check();
    await page.getByRole("button", { name: /^Sluit af/ }).click();
    await page.locator(".state", { hasText: "andere manier" }).waitFor();
    await page.context().close();
});
