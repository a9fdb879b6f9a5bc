// The list of actions follows what happens while the page is open and looked at.
const OFTEN = 10_000;
const list = document.getElementById("near");
const said = document.getElementById("near-said");
let shown = list?.innerHTML;

/** Only what is said counts: how long ago goes on by itself. */
const content = (html) => html.replaceAll(/<time[^]*?<\/time>/g, "").trim();

async function renew() {
    if (document.hidden) return;
    try {
        const answer = await fetch(list.dataset.near, { headers: { "hx-request": "true" } });
        if (!answer.ok || answer.headers.get("content-type")?.startsWith("text/html") !== true) return;
        const html = await answer.text();
        if (content(html) === content(shown)) return;
        shown = html;
        list.innerHTML = html;
        said.textContent = list.dataset.new;
    } catch {
        // Without a network the page shows what it knew, and says so.
    }
}

if (list) {
    setInterval(renew, OFTEN);
    document.addEventListener("visibilitychange", renew);
    addEventListener("online", renew);
}
