// The page of a tip follows what becomes of it while it is looked at.
const OFTEN = 15_000;
const part = document.querySelector("[data-follow]");

async function renew() {
    if (document.hidden) return;
    const answer = await fetch(location.href).catch(() => undefined);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-follow]");
    if (now && now.innerHTML !== part.innerHTML) part.innerHTML = now.innerHTML;
}

if (part) setInterval(renew, OFTEN);
