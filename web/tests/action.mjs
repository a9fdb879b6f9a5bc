// Actions for the pages that follow them, made at the API as another system or screen would.
import assert from "node:assert/strict";

/** Calls the API; answers what it says. */
export async function call(service, method, path, body, token) {
    const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(`${service.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
}

/** The token of the demonstration's operator. */
export async function operator(service) {
    const { username, password } = service.account("operator");
    return (await call(service, "POST", "/sessions", { username, password })).token;
}

/** A missing person around the middle of Utrecht, who is told of at once. */
export async function startAction(service, token, more = {}) {
    const draft = {
        kind: "missing_person",
        area: { type: "Circle", coordinates: [5.1214, 52.0907], radius_m: 5000 },
        texts: {
            nl: { title: "Vermist: vrouw van 79", body: "Zij draagt een rode jas en een blauwe tas. Ze liep bij het Stationsplein." },
            en: { title: "Missing: woman of 79", body: "She wears a red coat and carries a blue bag. She walked near Stationsplein." },
        },
        ...more,
    };
    const { id, version } = await call(service, "POST", "/actions", draft, token);
    const { to_confirm: confirmed } = await call(service, "GET", `/actions/${id}/checks`, undefined, token);
    await call(service, "POST", `/actions/${id}/start`, { version, confirmed }, token);
    const seen = async () => call(service, "GET", `/actions/${id}`, undefined, token);
    await call(service, "POST", `/actions/${id}/send-now`, { version: (await seen()).version }, token);
    return seen();
}

/** Ends an action as solved otherwise. */
export async function closeAction(service, token, id) {
    const { version } = await call(service, "GET", `/actions/${id}`, undefined, token);
    await call(service, "POST", `/actions/${id}/close`, { version, outcome: "resolved_otherwise" }, token);
}
