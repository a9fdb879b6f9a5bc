// Actions for the journeys that follow them.
import assert from "node:assert/strict";
import { arrival } from "./inbox.mjs";

let started = 0;

/** Starts an action around the middle of Utrecht, which leaves at once; answers it. Its title is one that no other has. */
export async function startAction(api, more = {}) {
    // Each is about somebody of another age, by which its messages are known.
    const age = 60 + (started += 1);
    const { id, version } = await api("POST", "/actions", {
        kind: "missing_person",
        area: { type: "Circle", coordinates: [5.1214, 52.0907], radius_m: 3000 },
        origin: [5.1214, 52.0907],
        texts: {
            nl: { title: `Vermist: man van ${age}`, body: `Een man van ${age} jaar is vermist. Hij draagt een rode jas. Kijk goed om je heen.` },
            en: { title: `Missing: man of ${age}`, body: `A man of ${age} is missing. He wears a red coat. Look around you carefully.` },
        },
        ...more,
    });
    const { to_confirm: confirmed } = await api("GET", `/actions/${id}/checks`);
    await api("POST", `/actions/${id}/start`, { version, confirmed });
    const held = await api("GET", `/actions/${id}`);
    await api("POST", `/actions/${id}/send-now`, { version: held.version });
    return api("GET", `/actions/${id}`);
}

/** A message of an action that arrived, in either language. */
export const messageOf = (service, { texts }) => arrival(service, ({ body }) => Object.values(texts).some((text) => body.includes(text.body)), "a message of the action");

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

/** Ends an action as solved otherwise. */
export async function closeAction(api, id) {
    const { version } = await api("GET", `/actions/${id}`);
    await api("POST", `/actions/${id}/close`, { version, outcome: "resolved_otherwise" });
}
