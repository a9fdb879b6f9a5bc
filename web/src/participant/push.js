// Notifications on this device: asked for by a button, after one takes part.
const part = document.querySelector("[data-push]");
const said = part?.querySelector("[role=status]");

function bytes(base64url) {
    const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

async function subscribe() {
    if (!navigator.serviceWorker || !globalThis.PushManager || !globalThis.Notification) {
        said.textContent = part.dataset.unknown;
        return;
    }
    if ((await Notification.requestPermission()) !== "granted") {
        said.textContent = part.dataset.refused;
        return;
    }
    try {
        const { pushManager } = await navigator.serviceWorker.ready;
        const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(part.dataset.push) });
        const { endpoint, keys } = subscription.toJSON();
        const fields = new URLSearchParams({ url: endpoint, p256dh: keys.p256dh, auth: keys.auth });
        const answer = await fetch("/me/devices", { method: "POST", body: fields });
        if (!answer.ok) throw new Error(answer.statusText);
        location.assign("/me/settings?saved=1#devices");
    } catch {
        said.textContent = part.dataset.failed;
    }
}

part?.querySelector("button").addEventListener("click", subscribe);
