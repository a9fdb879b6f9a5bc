// The form of a tip: sent by script, so that a tip without a network stays on the device and goes by itself later.
import { keep, send, sendAll } from "./kept_tips.js";
import { isTyped } from "./typed.js";

const form = document.querySelector("form[data-tip]");

form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector(".tip-said");
    const button = form.querySelector("button.first");
    const fields = [...new FormData(form)].filter(([, value]) => !(value instanceof File) || value.size > 0);
    const tip = { key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, path: form.dataset.tip, fields };
    said.textContent = form.dataset.sending;
    button.disabled = true;
    let answer;
    try {
        answer = await send(tip);
    } catch {
        await keep(tip);
        said.textContent = form.dataset.kept;
        form.reset();
        button.disabled = false;
        const worker = await navigator.serviceWorker?.getRegistration();
        await worker?.sync?.register("tips").catch(() => {});
        return;
    }
    if (answer.ok) {
        const { reference } = await answer.json();
        location.assign(`/t/${reference}`);
    } else {
        // What is wrong is said by the page that the form itself leads to.
        form.submit();
    }
});

async function sendKept() {
    const taken = await sendAll().catch(() => []);
    if (form && taken.length > 0 && !isTyped()) location.assign(`/t/${taken.at(-1)}`);
}

addEventListener("online", sendKept);
if (navigator.onLine) sendKept();
