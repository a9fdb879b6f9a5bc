// Draws the pictures of the installed page and of shared links from icon.svg: `node web/icons/draw.mjs`. They are kept
// in the project, so that a build needs no browser.
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const here = new URL(".", import.meta.url);
const icon = await readFile(new URL("icon.svg", here), "utf8");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

async function draw(name, width, height, html) {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.setContent(`<style>html,body{margin:0}svg{display:block}</style>${html}`);
    await page.screenshot({ path: new URL(name, here).pathname, omitBackground: true });
    await page.close();
}

const sized = (size) => icon.replace("<svg ", `<svg width="${size}" height="${size}" `);
for (const size of [180, 192, 512]) await draw(`icon-${size}.png`, size, size, sized(size));
// Systems cut a shape out of it: the sign stands in the middle four fifths.
await draw("maskable-512.png", 512, 512, `<div style="background:#0b4f9e;width:512px;height:512px;display:grid;place-items:center">${sized(400)}</div>`);
await draw("card.png", 1200, 630, `<div style="background:#0b4f9e;width:1200px;height:630px;display:grid;place-items:center">${sized(420)}</div>`);
await browser.close();
