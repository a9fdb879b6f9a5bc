// The list of tips follows the stream: a tip that came in or was judged is asked for alone, a heap of them as a list.
const tips = document.querySelector("#tips[hx-get]");
const HEAP = 8;
const SOON_MS = 100;
const changed = new Set();
let due;

const askForAll = () => document.body.dispatchEvent(new CustomEvent("oproep-tips"));

function ask(tip) {
    const card = document.getElementById(`tip-${tip}`);
    const place = card ? { target: card, swap: "outerMorph" } : { target: tips.querySelector(".tip"), swap: "beforebegin" };
    return window.htmx.ajax("GET", `/console/tips/${tip}`, { source: tips, ...place });
}

async function follow() {
    due = undefined;
    const all = [...changed];
    changed.clear();
    if (all.length > HEAP || !tips.querySelector(".tip")) return askForAll();
    for (const tip of all) await ask(tip);
}

function told(event) {
    const { data } = JSON.parse(event.detail.data);
    changed.add(data.tip);
    // Not put off by what comes meanwhile: in a flood the list is still followed.
    due ??= setTimeout(follow, SOON_MS);
}

// What cannot be shown is not put in the place of a tip: the list as a whole says what is.
tips?.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement !== tips || ctx.response.status < 400) return;
    event.preventDefault();
    if (ctx.response.status === 404 && ctx.request.action.startsWith("/console/tips/")) askForAll();
});

if (tips) for (const name of ["tip.received", "tip.changed"]) document.body.addEventListener(name, told);
