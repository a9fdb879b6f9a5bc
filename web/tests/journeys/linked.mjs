import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openApi } from "../api.mjs";
import { operator, startAction } from "../action.mjs";
import { fits, looksGood, openBrowser, openWindow } from "../browser.mjs";
import { arrival, forgetArrivals } from "../inbox.mjs";
import { startService } from "../service.mjs";

let service, browser;
before(async () => {
    service = await startService();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await service?.stop();
});

const narrow = (more = {}) => openWindow(browser, { width: 320, height: 640, ...more });

test("whoever is invited chooses a password and signs in with it, without script", async () => {
    const api = await openApi(service, "administrator");
    const regions = await api("GET", "/regions?kind=police_unit");
    const region = (regions.items ?? regions)[0].id;
    await forgetArrivals(service);
    await api("POST", "/account-invitations", { name: "N. Jansen", username: "n.jansen", email: "n.jansen@politie.example", role: "administrator", region });
    const mail = await arrival(service, (one) => /Beste N\. Jansen/.test(one.body), "the invitation");
    const path = (mail.link ?? mail.body).match(/\/join\/[\w-]+/)[0];
    const page = await narrow({ script: false });
    await page.goto(`${service.url}${path}`);
    await fits(page);
    await page.fill("#password", "kort");
    await page.fill("#again", "kort");
    await page.locator("main button.first").click();
    await page.locator(".note.wrong").first().waitFor();
    await page.fill("#password", "een lange zin als wachtwoord");
    await page.fill("#again", "een lange zin als wachtwoord");
    await page.locator("main button.first").click();
    await page.getByRole("link", { name: "Inloggen" }).waitFor();
    await fits(page);
    await page.context().close();

    const again = await narrow();
    await again.goto(`${service.url}${path}`);
    assert.notEqual(await again.locator("h1").textContent(), "", "an invitation is used once, and the page says so");
    await looksGood(again, "join-used");
    await again.goto(`${service.url}/sign-in`);
    await again.fill("#username", "n.jansen");
    await again.fill("#password", "een lange zin als wachtwoord");
    await again.locator("main button.first").click();
    await again.waitForURL(/\/console/);
    await again.context().close();
});

test("an invitation looks good at every step", async () => {
    const api = await openApi(service, "administrator");
    const regions = await api("GET", "/regions?kind=police_unit");
    const region = (regions.items ?? regions)[0].id;
    await forgetArrivals(service);
    await api("POST", "/account-invitations", { name: "K. Bos", username: "k.bos", email: "k.bos@politie.example", role: "administrator", region });
    const mail = await arrival(service, (one) => /Beste K\. Bos/.test(one.body), "the invitation");
    const page = await narrow();
    await page.goto(`${service.url}${(mail.link ?? mail.body).match(/\/join\/[\w-]+/)[0]}`);
    await looksGood(page, "join-password");
    await page.fill("#password", "een lange zin als wachtwoord");
    await page.fill("#again", "een lange zin als wachtwoord");
    await page.locator("main button.first").click();
    await page.getByRole("link", { name: "Inloggen" }).waitFor();
    await looksGood(page, "join-done");
    await page.context().close();
});

test("a mail that is not urgent says how to end it; one click says what stops and what goes on, and can be taken back", async () => {
    const token = await operator(service);
    await forgetArrivals(service);
    await startAction(service, token, {
        kind: "witness_call",
        channels: ["email"],
        texts: {
            nl: { title: "Getuigen gezocht", body: "Zag u op maandag iets bij de brug? Laat het ons weten." },
            en: { title: "Witnesses wanted", body: "Did you see anything near the bridge on Monday? Let us know." },
        },
    });
    const mail = await arrival(service, (one) => /Geen mail meer over dit onderwerp/.test(one.body), "the mail");
    const path = mail.body.match(/\/u\/[\w-]+/)[0];
    const page = await narrow({ script: false });
    await page.goto(`${service.url}${path}`);
    await fits(page);
    await page.locator("main button.first").click();
    await page.locator(`form[action$="/back"] button`).waitFor();
    await page.context().close();
    const other = await narrow();
    await other.goto(`${service.url}${path}`);
    await looksGood(other, "subscription-ended");
    assert.ok((await other.locator("main li").count()) > 0, "what goes on is named");
    await other.locator(`form[action$="/back"] button`).click();
    await other.locator("main button.first").waitFor();
    await looksGood(other, "subscription");
    // A mail program posts without anybody looking on (RFC 8058).
    const clicked = await fetch(`${service.url}${path}`, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "List-Unsubscribe=One-Click" });
    assert.equal(clicked.status, 200);
    await other.goto(`${service.url}${path}`);
    await other.locator(`form[action$="/back"] button`).waitFor();
    await other.context().close();
});
