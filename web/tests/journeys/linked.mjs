import assert from "node:assert/strict";
import { test } from "node:test";
import { startAction } from "../action.mjs";
import { openApi } from "../api.mjs";
import { fits, looksGood, openWindow } from "../browser.mjs";
import { arrival, forgetArrivals } from "../inbox.mjs";
import { browser, service } from "../stage.mjs";

const narrow = (more = {}) => openWindow(browser, { width: 320, height: 640, ...more });

const PASSWORD = "een lange zin als wachtwoord";

/** Invites an administrator; the path of the link in the mail. */
async function invited(name, username) {
    const api = await openApi(service, "administrator");
    const [unit] = await api("GET", "/regions?kind=police_unit");
    await forgetArrivals(service);
    await api("POST", "/account-invitations", { name, username, email: `${username}@politie.example`, role: "administrator", region: unit.id });
    const mail = await arrival(service, (one) => one.body.includes(`Beste ${name}`), "the invitation");
    return mail.body.match(/\/join\/[\w-]+/)[0];
}

/** Chooses a password, twice. */
async function choose(page, password) {
    await page.fill("#password", password);
    await page.fill("#again", password);
    await page.locator("main button.first").click();
}

test("whoever is invited chooses a password and signs in with it, without script", async () => {
    const path = await invited("N. Jansen", "n.jansen");
    const page = await narrow({ script: false });
    await page.goto(`${service.url}${path}`);
    await fits(page);
    await choose(page, "kort");
    await page.locator(".note.wrong").first().waitFor();
    await choose(page, PASSWORD);
    await page.getByRole("link", { name: "Inloggen" }).waitFor();
    await fits(page);
    await page.context().close();

    const again = await narrow();
    const used = await again.goto(`${service.url}${path}`);
    assert.equal(used.status(), 410, "an invitation is used once");
    assert.equal(await again.locator("#password").count(), 0);
    await looksGood(again, "join-used");
    await again.goto(`${service.url}/sign-in`);
    await again.fill("#username", "n.jansen");
    await again.fill("#password", PASSWORD);
    await again.locator("main button.first").click();
    await again.waitForURL(/\/console/);
    await again.context().close();
});

test("an invitation looks good at every step", async () => {
    const page = await narrow();
    await page.goto(`${service.url}${await invited("K. Bos", "k.bos")}`);
    await looksGood(page, "join-password");
    await choose(page, PASSWORD);
    await page.getByRole("link", { name: "Inloggen" }).waitFor();
    await looksGood(page, "join-done");
    await page.context().close();
});

test("a mail that is not urgent says how to end it; one click says what stops and what goes on, and can be taken back", async () => {
    await forgetArrivals(service);
    await startAction(await openApi(service, "operator"), {
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
