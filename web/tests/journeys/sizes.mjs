import assert from "node:assert/strict";
import { get } from "node:http";
import { test } from "node:test";
import { openWindow, signIn } from "../browser.mjs";
import { browser, service } from "../stage.mjs";

/** What comes over the line for a path, compressed. */
const bytes = (url, cookie) =>
    new Promise((done, fail) => {
        get(url, { headers: { "accept-encoding": "br, gzip", ...(cookie && { cookie }) } }, (answer) => {
            let count = 0;
            answer.on("data", (piece) => (count += piece.length));
            answer.on("end", () => done(count));
        }).on("error", fail);
    });

/** The page with all its scripts and styles, in kilobytes. */
async function weight(page, path) {
    const wanted = new Set();
    const note = (request) => ["document", "script", "stylesheet", "font", "image"].includes(request.resourceType()) && request.url().startsWith(service.url) && wanted.add(request.url());
    page.on("request", note);
    await page.goto(`${service.url}${path}`, { waitUntil: "load" });
    await page.waitForTimeout(500);
    page.off("request", note);
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    let sum = 0;
    for (const url of wanted) sum += await bytes(url, cookie);
    return sum / 1_000;
}

test("a first page is under 100 KB without the map, and under 250 KB with it", async () => {
    const page = await openWindow(browser);
    for (const [path, most] of [["/sign-in", 100]]) assert.ok((await weight(page, path)) < most, path);
    await signIn(page, service, "operator");
    for (const [path, most] of [["/console", 100], ["/console/archive", 100], ["/console/new", 250]]) {
        const kilobytes = await weight(page, path);
        console.log(`${path}: ${kilobytes.toFixed(1)} KB`);
        assert.ok(kilobytes < most, `${path} weighs ${kilobytes} KB`);
    }
    await page.context().close();
});

test("styles are there with the first answer: nothing else is asked for before the page is painted", async () => {
    const page = await openWindow(browser);
    await page.goto(`${service.url}/sign-in`);
    const blocking = await page.evaluate(() => performance.getEntriesByType("resource").filter((entry) => entry.renderBlockingStatus === "blocking").map((entry) => new URL(entry.name).pathname));
    assert.ok(blocking.length <= 1 && blocking.every((path) => path.endsWith(".css")), blocking.join());
    await page.context().close();
});
