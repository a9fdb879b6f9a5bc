// Debian's Chromium, driven by playwright-core; every page is looked at by axe, and a screenshot of it kept.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where screenshots go; not part of the project. */
export const shots = process.env.OPROEP_SHOTS ?? join(root, "target/screens");
const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** A browser; `await browser.close()` when done. */
export async function openBrowser() {
    assert.ok(executablePath, "Chromium is missing: install Debian's package chromium");
    await mkdir(shots, { recursive: true });
    return chromium.launch({
        executablePath,
        args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
}

/** A window of its own, with cookies of its own; fails at the end of the test on errors of scripts in it. */
export async function openWindow(browser, { width = 1440, height = 900, script = true, language = "nl-NL", ...more } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, javaScriptEnabled: script, locale: language, timezoneId: "Europe/Amsterdam", ...more });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.faults = [];
    page.on("pageerror", (error) => page.faults.push(`${page.url()}: ${error}`));
    page.on("console", (message) => {
        if (message.type() === "error" && /Content Security Policy|Refused to/.test(message.text())) page.faults.push(`${page.url()}: ${message.text()}`);
    });
    return page;
}

/** Signs in at the console as the demonstration's account for a role. */
export async function signIn(page, service, role) {
    const account = service.account(role);
    await page.goto(`${service.url}/sign-in`);
    await page.fill("#username", account.username);
    await page.fill("#password", account.password);
    await page.locator("main button.first").click();
    await page.waitForURL(/\/console/);
}

/** Holds that axe finds nothing on the page as it is (WCAG 2.2 A and AA, best practices), and keeps a screenshot. */
export async function looksGood(page, name) {
    await page.evaluate(axeSource);
    const found = await page.evaluate(async () => {
        const result = await globalThis.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
        return result.violations.map((violation) => ({ id: violation.id, help: violation.help, at: violation.nodes.slice(0, 5).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`) }));
    });
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    assert.deepEqual(found, [], `axe on ${name} (${page.url()})`);
    assert.deepEqual(page.faults, [], `errors of scripts on ${name}`);
}

/** Holds that nothing sticks out at the side. */
export async function fits(page) {
    const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    assert.ok(whole <= inner, `${page.url()} is ${whole} px wide in a window of ${inner}`);
}
