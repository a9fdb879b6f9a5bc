// What a journey does that is not its subject, by the JSON API, as another system or screen would.
import assert from "node:assert/strict";

/** Calls of the API as the demonstration's account for a role: method, path under `/api/v1`, body. */
export async function openApi(service, role) {
    const { username, password } = service.account(role);
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
    const { token } = await call("POST", "/sessions", { username, password });
    return (method, path, body) => call(method, path, body, { authorization: `Bearer ${token}` });
}
