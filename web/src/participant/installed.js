// The installed page: without a network it opens on what was known last, and says so.
import { isTyped } from "./typed.js";

const words = document.documentElement.lang === "en"
    ? { kept: "There is no connection. This is what was known at", since: "There is no connection. This page may have changed since." }
    : { kept: "Er is geen verbinding. Dit was bekend om", since: "Er is geen verbinding. Deze pagina kan intussen zijn veranderd." };
const { kept } = document.body.dataset;
const bar = document.createElement("div");
bar.className = "offline-band";
bar.setAttribute("role", "status");

function show(is) {
    const time = kept && new Date(Number(kept)).toLocaleTimeString(document.documentElement.lang, { weekday: "long", hour: "2-digit", minute: "2-digit" });
    bar.textContent = is ? (time ? `${words.kept} ${time}.` : words.since) : "";
}

document.querySelector("header.bar")?.after(bar);
show(Boolean(kept) || !navigator.onLine);
addEventListener("offline", () => show(true));
addEventListener("online", () => (kept && !isTyped() ? location.reload() : show(false)));
// Without TLS there is none; the pages work all the same.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
