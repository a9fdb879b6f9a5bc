import assert from "node:assert/strict";
import { test } from "node:test";
import { giveTip, messageOf, startAction } from "../action.mjs";
import { openApi } from "../api.mjs";
import { fits, looksGood, openWindow, signIn } from "../browser.mjs";
import { codeFor, forgetArrivals } from "../inbox.mjs";
import { browser, service } from "../stage.mjs";

// Every page as it is on the widest screen in the dark, and on the narrowest telephone in the light: colours do not depend
// on the width, nor the layout on the colours.
const SIZES = [
    { name: "wide-dark", width: 2560, height: 1300, colorScheme: "dark" },
    { name: "narrow-light", width: 320, height: 640, colorScheme: "light" },
];

const api = await openApi(service, "operator");
const running = await startAction(api);
await giveTip(service, await messageOf(service, running), { text: "Ik zie hem bij de brug, met een rode jas.", location: [5.1214, 52.0907] });
const draft = await api("POST", "/actions", { kind: "missing_person" });
const administrator = await openApi(service, "administrator");
const [account] = await administrator("GET", "/accounts");
const [region] = await administrator("GET", "/regions?kind=police_unit");
const webhook = await administrator("POST", "/webhooks", { url: "https://luistert.voorbeeld.nl/", name: "Een ander systeem", region: region.id });

/** Opens every path at every size, and looks at each. */
async function everywhere(paths, state, who) {
    const wrong = [];
    for (const { name, ...size } of SIZES) {
        const page = await openWindow(browser, { ...size, storageState: state });
        for (const path of paths) {
            const answer = await page.goto(`${service.url}${path}`);
            if (answer.status() >= 400 && path !== "/nowhere") wrong.push(`${path}: ${answer.status()}`);
            const shown = path.replace(/[0-9a-f]{8}-[0-9a-f-]+/, "one").replaceAll(/[/?=]/g, "-");
            for (const look of [fits, (shownPage) => looksGood(shownPage, `pages/${who}${shown}-${name}`)]) await look(page).catch((error) => wrong.push(error.message));
        }
        await page.context().close();
    }
    assert.deepEqual(wrong, []);
}

/** What a browser keeps of somebody who signed in. */
async function signedIn(role) {
    const page = await openWindow(browser);
    await signIn(page, service, role);
    const state = await page.context().storageState();
    await page.context().close();
    return state;
}

test("the pages that everyone may read", async () => {
    const paths = ["/", `/p/${running.number}`, "/accessibility", "/privacy", "/register", "/me/sign-in", "/sign-in", "/left", "/offline", "/nowhere"];
    await everywhere(paths, undefined, "public");
});

test("a participant's pages", async () => {
    const page = await openWindow(browser);
    await forgetArrivals(service);
    await page.goto(`${service.url}/register`);
    await page.fill("#address", "overal@voorbeeld.nl");
    await page.fill("#postcode", "3511 AB");
    await page.check("#age");
    await page.locator("main button.first").click();
    await page.fill("#code", await codeFor(service, "d.nl"));
    await page.locator("main button.first").click();
    await page.waitForURL(/\/me/);
    const state = await page.context().storageState();
    await page.context().close();
    await everywhere(["/me", "/me/settings", "/me/leave", `/me/actions/${running.number}`], state, "participant");
});

test("the console's pages of an operator", async () => {
    const of = (step) => `/console/actions/${running.id}${step}`;
    const steps = ["", "/expand", "/update", "/correct", "/close", "/report"].map(of);
    const paths = ["/console", "/console/new", `/console/actions/${draft.id}`, `/console/actions/${draft.id}/edit`, ...steps];
    await everywhere([...paths, "/console/archive", "/console/report", "/console/account", "/console/notices"], await signedIn("operator"), "operator");
});

test("the console's pages of an administrator", async () => {
    const pages = ["", "/accounts", `/accounts/${account.id}`, "/audit", "/keys", "/providers", "/register", "/webhooks", `/webhooks/${webhook.id}`];
    await everywhere(pages.map((page) => `/console/administration${page}`), await signedIn("administrator"), "administrator");
});

test("the console's texts of a coordinator", async () => {
    const pages = ["/texts/correction", "/texts/message"].map((page) => `/console/administration${page}`);
    await everywhere(["/console", ...pages], await signedIn("coordinator"), "coordinator");
});
