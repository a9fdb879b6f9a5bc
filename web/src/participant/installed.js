// The installed page: without a network it opens on what was known last, and says so.
import { isTyped } from "./typed.js";

const words = document.documentElement.lang === "en"
    ? { kept: "There is no connection. This is what was known at", since: "There is no connection. This page may have changed since.", back: "There is a connection again. This page is of" }
    : { kept: "Er is geen verbinding. Dit was bekend om", since: "Er is geen verbinding. Deze pagina kan intussen zijn veranderd.", back: "Er is weer verbinding. Deze pagina is van" };
const { kept } = document.body.dataset;
const bar = document.createElement("div");
bar.className = "offline-band";
bar.setAttribute("role", "status");

const time = kept && new Date(Number(kept)).toLocaleTimeString(document.documentElement.lang, { weekday: "long", hour: "2-digit", minute: "2-digit" });

function show(is) {
    bar.textContent = is ? (time ? `${words.kept} ${time}.` : words.since) : "";
}

/** What was known last is read anew, but not from under the hands of somebody who is typing. */
function goOn() {
    if (kept && !isTyped()) location.reload();
    else bar.textContent = kept ? `${words.back} ${time}.` : "";
}

document.querySelector("header.bar")?.after(bar);
show(Boolean(kept) || !navigator.onLine);
addEventListener("offline", () => show(true));
addEventListener("online", goOn);
// Without TLS there is none; the pages work all the same.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
