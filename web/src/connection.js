// Says whether the live stream is there. htmx opens it again by itself; a page that was away asks for all its parts.
const sign = document.getElementById("connection");
const made = sign?.textContent;
const lost = sign?.dataset.lost;
let was = false;

function show(is) {
    if (!sign) return;
    sign.hidden = false;
    sign.classList.toggle("lost", !is);
    sign.textContent = is ? made : lost;
    if (is && was === "lost") document.body.dispatchEvent(new CustomEvent("oproep-again"));
    was = is ? "made" : "lost";
}

document.addEventListener("htmx:sse:after:connection", () => show(true));
document.addEventListener("htmx:sse:error", () => show(false));
document.addEventListener("htmx:sse:before:connection", (event) => {
    if (event.detail.connection?.attempt > 0) show(false);
});
addEventListener("offline", () => show(false));
document.addEventListener("oproep-signed-out", () => show(false));

// A connection can be half open: nothing comes, and nobody says so. A question every few seconds finds out.
const EVERY_MS = 8_000;
const ANSWER_WITHIN_MS = 5_000;
async function ask() {
    try {
        const answer = await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
        if (was === "lost" && answer.ok) show(true);
    } catch {
        show(false);
    }
    setTimeout(ask, was === "lost" ? 1_000 : EVERY_MS);
}
if (sign && document.body.getAttribute("hx-sse:connect")) setTimeout(ask, EVERY_MS);
addEventListener("online", () => fetch("/livez", { cache: "no-store" }).then(() => show(true), () => {}));
