// How long a page of the console takes to answer a hand, with so many participants and 200 tips: medians in ms as JSON.
// Run by `make bench` (benches/screens.rs) with the built program; the number of participants is its argument.
import { startAction } from "../tests/action.mjs";
import { openApi } from "../tests/api.mjs";
import { openBrowser, openWindow, signIn } from "../tests/browser.mjs";
import { startService } from "../tests/service.mjs";

const TIPS = 200;
const ROUNDS = 15;

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const service = await startService({ participants: Number(process.argv[2] ?? 20_000), patience: 900_000 });
const browser = await openBrowser();
try {
    const api = await openApi(service, "operator");
    // Few enough to be started without a second person, whatever the size of the population.
    const { id } = await startAction(api, { area: { type: "Circle", coordinates: [5.1214, 52.0907], radius_m: 800 } });
    for (let tip = 0; tip < TIPS; tip += 1) {
        await api("POST", `/actions/${id}/tips`, { text: `Tip ${tip}: een man met een rode jas bij de brug`, location: [5.1 + (tip % 20) / 500, 52.08 + Math.floor(tip / 20) / 500] });
    }
    const page = await openWindow(browser);
    await signIn(page, service, "operator");
    const paints = [];
    for (let round = 0; round < 5; round += 1) {
        await page.goto(`${service.url}/console/actions/${id}`);
        await page.locator("#tips article").nth(TIPS - 1).waitFor({ state: "attached" });
        paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0));
    }
    await page.waitForTimeout(1_000);
    // From a key to the frame that shows what it did.
    const keys = [];
    for (let round = 0; round < ROUNDS; round += 1) {
        keys.push(
            await page.evaluate(
                () =>
                    new Promise((done) => {
                        const begun = performance.now();
                        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
                        requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
                    }),
            ),
        );
    }
    // From a key to the list with the judgement, over the service.
    const judged = [];
    for (let round = 0; round < ROUNDS; round += 1) {
        judged.push(
            await page.evaluate(
                (round) =>
                    new Promise((done) => {
                        const tip = document.querySelectorAll("#tips article")[round];
                        tip.focus();
                        const begun = performance.now();
                        const look = new MutationObserver(() => {
                            if (tip.querySelector(".state.waits")) return;
                            look.disconnect();
                            requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
                        });
                        look.observe(document.getElementById("tips"), { subtree: true, childList: true, characterData: true, attributes: true });
                        tip.dispatchEvent(new KeyboardEvent("keydown", { key: "2", bubbles: true }));
                    }),
                round,
            ),
        );
    }
    await page.goto(`${service.url}/console/new`);
    await page.fill("#place", "52.0907, 5.1214");
    await page.waitForTimeout(2_000);
    const reached = [];
    for (let round = 0; round < ROUNDS; round += 1) {
        reached.push(
            await page.evaluate(
                (radius) =>
                    new Promise((done) => {
                        const field = document.getElementById("radius");
                        const was = document.getElementById("total")?.textContent;
                        const begun = performance.now();
                        field.value = `${radius}`;
                        field.dispatchEvent(new Event("input", { bubbles: true }));
                        const look = new MutationObserver(() => {
                            if (document.getElementById("total")?.textContent === was) return;
                            look.disconnect();
                            done(performance.now() - begun);
                        });
                        look.observe(document.getElementById("part"), { subtree: true, childList: true, characterData: true });
                    }),
                1_000 + round * 400,
            ),
        );
    }
    console.log(JSON.stringify({ paint: median(paints), key: median(keys), judged: median(judged), reached: median(reached) }));
} finally {
    await browser.close();
    await service.stop();
}
