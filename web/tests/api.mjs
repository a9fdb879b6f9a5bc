// What a journey does that is not its subject, by the JSON API: signing in, starting an action, giving tips.
import assert from "node:assert/strict";

/** Calls of the API as the demonstration's account for a role. */
export async function openApi(service, role) {
    const account = service.account(role);
    const call = async (method, path, body, more = {}) => {
        const answer = await fetch(`${service.url}/api/v1${path}`, {
            method,
            headers: { "content-type": "application/json", ...more },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await answer.text();
        assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
        return text ? JSON.parse(text) : undefined;
    };
    const { token } = await call("POST", "/sessions", { username: account.username, password: account.password });
    return (method, path, body) => call(method, path, body, { authorization: `Bearer ${token}` });
}

let started = 0;

/** Starts an action around the middle of Utrecht, and answers its id and a message of it that arrived. */
export async function startAction(service, api, more = {}) {
    // Each is about somebody of another age, by which its messages are known.
    const age = 60 + (started += 1);
    const made = await api("POST", "/actions", {
        kind: "missing_person",
        area: { type: "Circle", coordinates: [5.1214, 52.0907], radius_m: 3000 },
        origin: [5.1214, 52.0907],
        texts: {
            nl: { title: `Vermist: man van ${age}`, body: `Een man van ${age} jaar is vermist. Hij draagt een rode jas. Kijk goed om je heen.` },
            en: { title: `Missing: man of ${age}`, body: `A man of ${age} is missing. He wears a red coat. Look around you carefully.` },
        },
        ...more,
    });
    const codes = (found) => found.findings.filter((finding) => finding.severity === "confirm").map((finding) => finding.code);
    const confirmed = [...new Set(codes(await api("POST", `/actions/${made.id}/checks`, { wave: "first" })))];
    await api("POST", `/actions/${made.id}/start`, { version: made.version, confirmed });
    const { version } = await api("GET", `/actions/${made.id}`);
    await api("POST", `/actions/${made.id}/send-now`, { version }).catch(() => {});
    const message = await arrived(service, ({ body }) => body.includes(`man van ${age} jaar`) || body.includes(`man of ${age} is`));
    return { id: made.id, message };
}

/** The newest message that arrived at the local receivers and passes a test, with its link; waits for it. */
export async function arrived(service, test = (message) => message.link) {
    for (let tries = 0; tries < 200; tries += 1) {
        const answer = await fetch(`${service.notes.receivers}/arrivals.json?size=200`);
        const found = (await answer.json()).find(test);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("nothing arrived");
}

/** The path of the page that a message leads to. */
export const linkOf = (message) => (message.link ?? message.body).match(/\/a\/[\w-]+/)[0];

/** Gives a tip by a message's link. */
export async function giveTip(service, message, tip) {
    const answer = await fetch(`${service.url}/api/v1/alerts/${linkOf(message).split("/").pop()}/tips`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(tip),
    });
    assert.equal(answer.status, 201, await answer.text());
}
