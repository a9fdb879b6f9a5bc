import assert from "node:assert/strict";
import { test } from "node:test";
import { closeAction, startAction } from "../action.mjs";
import { openApi } from "../api.mjs";
import { fits, looksGood, openWindow } from "../browser.mjs";
import { arrival, codeFor, forgetArrivals } from "../inbox.mjs";
import { browser, service } from "../stage.mjs";

const UTRECHT = { latitude: 52.0907, longitude: 5.1214 };
/** A picture of one pixel, so that a tip has a photo. */
const PHOTO = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** Registers by e-mail; the postcode is one of the middle of Utrecht. */
async function register(page, address, postcode) {
    await forgetArrivals(service);
    await page.goto(`${service.url}/register`);
    await page.fill("#address", address);
    await page.fill("#postcode", postcode);
    await page.check("#age");
    await page.getByRole("button", { name: /Stuur mij een code|Send me a code/ }).click();
    await page.waitForURL(/\/register\/[0-9a-f-]+\?by=/);
    await page.fill("#code", await codeFor(service, address.slice(-4)));
    await page.locator("main button.first").click();
    await page.waitForURL(/\/me\?welcome=1$/);
}

/** A postcode whose place lies in the middle of Utrecht, in the demonstration's made-up map. */
const postcodeInUtrecht = () => "3511 AB";

/** Waits until the service worker looks after the page. */
const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker.controller, undefined, { timeout: 10_000 });

test("what is wrong with a registration is said beside its field, and what was typed stays", async () => {
    const page = await openWindow(browser, { width: 320, height: 640 });
    await page.goto(`${service.url}/register`);
    await page.fill("#address", "geen adres");
    await page.fill("#postcode", "9999 ZZ");
    await page.locator("main button.first").click();
    assert.equal(await page.inputValue("#address"), "geen adres");
    assert.equal(await page.locator("#address-wrong").count(), 1);
    assert.equal(await page.locator("#postcode-wrong").count(), 1);
    assert.equal(await page.locator("#age-wrong").count(), 1);
    await fits(page);
    await looksGood(page, "register-wrong");
    await page.context().close();
});

test("whoever takes part sees what goes on, sends a tip with a photo, hears the outcome, and leaves", async () => {
    const page = await openWindow(browser, { width: 390, height: 844, geolocation: UTRECHT, permissions: ["geolocation"] });
    await register(page, "jan@voorbeeld.nl", postcodeInUtrecht());
    await page.getByText("U doet mee.").waitFor();
    await looksGood(page, "me-welcome");
    await page.getByText("Er is nu niets aan de hand").waitFor();

    const api = await openApi(service, "operator");
    const action = await startAction(api);
    const link = page.getByRole("link", { name: action.title });
    await link.first().waitFor({ timeout: 25_000 });
    assert.equal(await page.locator("#near-said").textContent(), "De acties bij u in de buurt zijn veranderd.");
    await looksGood(page, "me-action");
    await link.first().click();
    await page.waitForURL(new RegExp(`/me/actions/${action.number}$`));
    await page.locator(".map canvas").first().waitFor();
    await looksGood(page, "me-action-page");

    await page.getByRole("link", { name: "Ik heb informatie" }).click();
    await page.fill("#text", "Zij zat op een bankje bij de brug.");
    await page.getByText("Wijs het aan op de kaart").click();
    await page.getByRole("button", { name: "Waar ik nu ben" }).scrollIntoViewIfNeeded();
    await page.locator("#tip .map canvas").first().waitFor();
    await page.getByRole("button", { name: "Waar ik nu ben" }).click();
    await page.getByText("Gekozen plek: 52.0907, 5.1214").waitFor();
    await page.setInputFiles("#photos", { name: "brug.png", mimeType: "image/png", buffer: PHOTO });
    await looksGood(page, "tip-filled");
    await page.getByRole("button", { name: "Verstuur" }).click();
    await page.waitForURL(/\/t\//);
    await looksGood(page, "tip-followed");
    const { items: tips } = await api("GET", `/actions/${action.id}/tips`);
    const tip = tips.find((one) => one.text === "Zij zat op een bankje bij de brug.");
    assert.deepEqual(tip.location, [5.1214, 52.0907]);
    const { photos } = await api("GET", `/tips/${tip.id}`);
    assert.equal(photos.length, 1);

    await closeAction(api, action.id);
    for (let tries = 0; tries < 50 && !(await page.locator(".note.done").count()); tries += 1) await page.reload();
    await page.locator(".note.done").waitFor();

    await page.goto(`${service.url}/me/settings`);
    await looksGood(page, "settings");
    await page.setViewportSize({ width: 320, height: 640 });
    await fits(page);
    await page.check("#quiet");
    await page.selectOption("#quiet-from", "23:00");
    await page.selectOption("#quiet-to", "07:00");
    await page.selectOption("#weekly", "2");
    await page.uncheck("#topic-missing_persons");
    await page.getByRole("button", { name: "Bewaar mijn keuzes" }).click();
    await page.getByText("Het is bewaard.").waitFor();
    await page.goto(`${service.url}/me`);
    await page.getByText("Tussen 23:00 en 07:00 krijgt u alleen dringende oproepen.").waitFor();
    await page.getByText("ten hoogste 2 keer per week").waitFor();

    await page.goto(`${service.url}/me/settings`);
    await page.getByText("Een plek toevoegen").click();
    await page.selectOption("#kind", "work");
    await page.fill("#label", "Kantoor");
    await page.fill("#postcode", postcodeInUtrecht());
    await page.getByRole("button", { name: "Voeg toe" }).click();
    await page.locator("#places li > span").getByText("Kantoor").waitFor();
    await page.getByRole("button", { name: /Haal weg Kantoor/ }).click();
    await page.locator("#places li > span").getByText("Kantoor").waitFor({ state: "detached" });

    await page.getByText("Een ander adres of nummer").click();
    await page.fill("#address", "06 12 34 56 78");
    await page.getByRole("button", { name: "Stuur een code" }).click();
    await page.waitForURL(/\/me\/settings\/addresses\/.*by=sms/);
    await page.fill("#code", await codeFor(service, "5678"));
    await page.getByRole("button", { name: "Verder" }).click();
    await page.getByText("Het is bewaard.").waitFor();

    const exported = await page.request.get(`${service.url}/me/export`);
    assert.ok((await exported.text()).includes("jan@voorbeeld.nl"));
    await page.getByRole("link", { name: "Stop met meedoen" }).click();
    await looksGood(page, "leave");
    await page.getByRole("button", { name: "Wis alles en stop" }).click();
    await page.waitForURL(/\/left$/);
    await page.goto(`${service.url}/me`);
    assert.match(page.url(), /\/me\/sign-in\?next=%2Fme/);
    await page.context().close();
});

test("a participant signs in again by code, in English and without script", async () => {
    const first = await openWindow(browser, { width: 390, height: 844 });
    await register(first, "els@voorbeeld.org", postcodeInUtrecht());
    await first.context().close();
    const page = await openWindow(browser, { script: false, width: 320, height: 640, language: "en-GB" });
    await forgetArrivals(service);
    await page.goto(`${service.url}/me/settings`);
    assert.match(page.url(), /\/me\/sign-in\?next=/);
    await page.fill("#address", "els@voorbeeld.org");
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.fill("#code", "000000");
    await page.getByRole("button", { name: "Go on" }).click();
    assert.equal(await page.locator(".wrong").count(), 1);
    await page.fill("#code", await codeFor(service, ".org"));
    await page.getByRole("button", { name: "Go on" }).click();
    await page.waitForURL(/\/me\/settings$/);
    await fits(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto(`${service.url}/me`);
    assert.match(page.url(), /\/me\/sign-in/);
    await page.context().close();
});

test("the link in a message leads to the alert, which takes a tip without script, in the language of its reader", async () => {
    await forgetArrivals(service);
    const api = await openApi(service, "operator");
    await startAction(api);
    const { link } = await arrival(service, (one) => one.link?.includes("/a/"), "an alert");
    const path = new URL(link).pathname;
    const plain = await openWindow(browser, { script: false, width: 320, height: 640 });
    await plain.goto(`${service.url}${path}`);
    await fits(plain);
    await plain.fill("#text", "Ik zag haar bij de bakker.");
    await plain.check("#anonymous");
    await plain.locator("#tip button.first").click();
    await plain.waitForURL(/\/t\//);
    await plain.goto(`${service.url}${path}`);
    await plain.fill("#what", "Mijn tuin en de schuur");
    await plain.locator("#searched button").last().click();
    await plain.getByRole("heading", { name: /Dank u wel voor het zoeken|Thank you for searching/ }).waitFor();
    await plain.context().close();

    const page = await openWindow(browser, { width: 390, height: 844 });
    await page.goto(`${service.url}${path}`);
    await page.locator(".map canvas").first().waitFor();
    await looksGood(page, "alert");
    await page.context().close();
});

test("without a network the page opens on what was known last and says so, and a tip leaves by itself when it is back", async () => {
    const page = await openWindow(browser, { width: 390, height: 844 });
    await register(page, "bo@voorbeeld.com", postcodeInUtrecht());
    const api = await openApi(service, "operator");
    const action = await startAction(api);
    await controlled(page);
    // It is there once its hold is over.
    for (let tries = 0; tries < 100; tries += 1) {
        const answer = await page.goto(`${service.url}/me/actions/${action.number}`);
        if (answer.status() === 200) break;
        await page.waitForTimeout(100);
    }
    await page.getByText("aan de gang").waitFor();
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText(/Er is geen verbinding\. Dit was bekend om/).waitFor();
    await looksGood(page, "offline");
    await page.fill("#text", "Zij stapte in bus 8.");
    await page.getByRole("button", { name: "Verstuur" }).click();
    await page.getByText("Uw tip staat op dit toestel").waitFor();
    await looksGood(page, "tip-kept");
    // Chromium says "online" to a page that it leaves while it pretends that there is no network: what is kept is then
    // read anew, and now and then arrives after the page that was asked for.
    const nowhere = page.getByRole("heading", { name: "Geen verbinding" });
    const overtaken = (error) => assert.match(error.message, /interrupted by another navigation/);
    for (let tries = 0; tries < 10 && !(await nowhere.isVisible()); tries += 1) await page.goto(`${service.url}/me/actions/2020-00001`).catch(overtaken);
    await nowhere.waitFor();
    await page.goto(`${service.url}/me/actions/${action.number}`);
    await page.getByRole("heading", { name: action.title }).waitFor();
    await page.fill("#text", "Zij had een hond bij zich.");
    await page.context().setOffline(false);
    await page.getByText("Er is weer verbinding. Deze pagina is van").waitFor();
    const kept = async () => {
        const { items: tips } = await api("GET", `/actions/${action.id}/tips`);
        return tips.filter((tip) => tip.text === "Zij stapte in bus 8.");
    };
    for (let tries = 0; tries < 100 && (await kept()).length === 0; tries += 1) await page.waitForTimeout(200);
    assert.equal((await kept()).length, 1, "it is there, and once");
    assert.equal(await page.inputValue("#text"), "Zij had een hond bij zich.", "what is being typed stays when the network is back");
    await page.context().close();
});

test("notifications are asked for after one takes part, a test shows that they arrive, and an alert comes by them", async () => {
    const page = await openWindow(browser, { width: 390, height: 844, permissions: ["notifications"] });
    // Chromium without Google's service subscribes nowhere: the subscription is one of the local push service.
    const push = `http://127.0.0.1:${service.notes.web_push_port}/push/subscriptions`;
    const subscription = await (await fetch(push, { method: "POST" })).json();
    await page.addInitScript((made) => {
        Notification.requestPermission = async () => "granted";
        PushManager.prototype.subscribe = async function ({ applicationServerKey, userVisibleOnly }) {
            if (!userVisibleOnly || applicationServerKey.length !== 65) throw new Error("not as a browser takes it");
            return { toJSON: () => ({ endpoint: made.url, keys: { p256dh: made.p256dh, auth: made.auth } }) };
        };
    }, subscription);
    await register(page, "mo@voorbeeld.eu", postcodeInUtrecht());
    await controlled(page);
    await page.getByRole("button", { name: "Zet meldingen aan" }).click();
    await page.waitForURL(/\/me\/settings\?saved=1/);
    await forgetArrivals(service);
    await page.getByRole("button", { name: "Stuur een proefmelding" }).click();
    await page.getByText("De proefmelding is verstuurd.").waitFor();
    await looksGood(page, "settings-test");
    await arrival(service, (one) => one.kind === "web_push" && one.title === "Proefmelding", "the test");
    await forgetArrivals(service);
    const { title } = await startAction(await openApi(service, "operator"));
    const tail = subscription.url.slice(-4);
    await arrival(service, (one) => one.kind === "web_push" && one.endpoint_hint.endsWith(tail) && one.title === title, "the alert");
    for (let tries = 0; tries < 3; tries += 1) await page.request.post(`${service.url}${await page.locator("#devices form").first().getAttribute("action")}`, { headers: { origin: service.url } });
    const refused = await page.request.post(`${service.url}${await page.locator("#devices form").first().getAttribute("action")}`, { headers: { origin: service.url } });
    assert.equal(refused.status(), 429, "not as often as one likes");
    await page.getByRole("button", { name: "Haal weg" }).first().click();
    await page.getByText("Op geen enkel toestel staan meldingen aan.").waitFor();
    await page.context().close();
});
