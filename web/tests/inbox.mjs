// What the local providers took: their page says it as JSON.
import assert from "node:assert/strict";

/** The first arrival that this holds of; waits for it a while. */
export async function arrival(service, holds, what = "the message") {
    for (let tries = 0; tries < 150; tries += 1) {
        const arrivals = await (await fetch(`${service.notes.receivers}/arrivals.json?size=1000`)).json();
        const found = arrivals.find(holds);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return assert.fail(`${what} did not arrive`);
}

/** Forgets everything that arrived. */
export const forgetArrivals = (service) => fetch(`${service.notes.receivers}/arrivals.json`, { method: "DELETE" });

/** The code that went to an address that ends like this. */
export async function codeFor(service, ending) {
    const mail = await arrival(service, (one) => one.endpoint_hint.endsWith(ending) && /is \d{6}/.test(one.body), `a code for …${ending}`);
    return mail.body.match(/is (\d{6})/)[1];
}
