// Tips at the console: keys to go through and judge them, the photo viewer, a sound and a number in the title for new ones.
const list = () => [...document.querySelectorAll("#tips .tip")];

document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.("input, textarea, select, dialog")) return;
    const tips = list();
    if (tips.length === 0) return;
    const at = tips.indexOf(document.activeElement?.closest(".tip"));
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
        const next = tips[Math.min(tips.length - 1, Math.max(0, at + (key === "j" ? 1 : -1)))];
        next.focus();
        next.scrollIntoView({ block: "nearest" });
    } else if (at >= 0 && /^[1-4]$/.test(key)) {
        tips[at].querySelector(`[data-judge="${key}"]`)?.click();
    } else if (key === "enter" && document.activeElement === tips[at]) {
        tips[at].querySelector("[data-view]")?.click();
    } else {
        return;
    }
    event.preventDefault();
});

// A list that is asked for again leaves the focus on the tip that had it, what is open open, and what is typed there.
let kept;
document.addEventListener("htmx:before:swap", () => {
    const inside = (selector) => [...document.querySelectorAll(`#tips ${selector}`)];
    kept = {
        tip: document.activeElement?.closest?.(".tip")?.id,
        field: document.activeElement?.id,
        open: inside("details[open]").map((element) => element.id),
        typed: inside("input[id]").filter((input) => input.value).map((input) => [input.id, input.value]),
    };
});
document.addEventListener("htmx:after:swap", () => {
    for (const id of kept?.open ?? []) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, value] of kept?.typed ?? []) {
        const input = document.getElementById(id);
        if (input && !input.value) input.value = value;
    }
    const lost = kept?.tip && !document.activeElement?.closest(".tip");
    if (lost) document.getElementById(kept.field || kept.tip)?.focus({ preventScroll: true });
    kept = undefined;
    count();
});
// What was handed in is not kept.
document.addEventListener("htmx:before:request", (event) => {
    const form = event.target.closest?.("#tips form");
    form?.querySelectorAll("input[id]").forEach((input) => setTimeout(() => (input.value = "")));
});

document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-view]");
    const viewer = document.getElementById("viewer");
    if (!link || !viewer?.showModal || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const image = viewer.querySelector("img");
    image.src = link.href;
    image.alt = link.querySelector("img")?.alt ?? "";
    viewer.showModal();
});
// A tip on the map leads to its words.
document.addEventListener("oproep-map-click", (event) => {
    const tip = event.detail.feature && document.getElementById(event.detail.feature);
    tip?.focus();
    tip?.scrollIntoView({ block: "nearest" });
});

const title = document.title;
let waiting = 0;
function count() {
    const numbers = [...document.querySelectorAll("[data-new-tips]")].map((element) => Number(element.dataset.newTips));
    waiting = numbers.reduce((sum, one) => sum + one, 0) + document.querySelectorAll("#tips [data-new]").length;
    document.title = waiting > 0 ? `(${waiting}) ${title}` : title;
}
count();

// Browsers play nothing before a click: the button asks for it, and it is remembered.
const button = document.querySelector("[data-sound]");
let sound;
function ring() {
    if (!sound || button?.getAttribute("aria-pressed") !== "true") return;
    for (const [pitch, from] of [[660, 0], [880, 0.18]]) {
        const tone = sound.createOscillator();
        const volume = sound.createGain();
        tone.frequency.value = pitch;
        volume.gain.setValueAtTime(0.0001, sound.currentTime + from);
        volume.gain.exponentialRampToValueAtTime(0.2, sound.currentTime + from + 0.02);
        volume.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + from + 0.16);
        tone.connect(volume).connect(sound.destination);
        tone.start(sound.currentTime + from);
        tone.stop(sound.currentTime + from + 0.17);
    }
    document.body.dataset.rang = `${Number(document.body.dataset.rang ?? 0) + 1}`;
}
function listen(is) {
    sound ??= is ? new AudioContext() : undefined;
    button.setAttribute("aria-pressed", `${is}`);
    localStorage.setItem("oproep-sound", is ? "on" : "off");
}
if (button) {
    button.addEventListener("click", () => listen(button.getAttribute("aria-pressed") !== "true"));
    if (localStorage.getItem("oproep-sound") === "on") document.addEventListener("pointerdown", () => listen(true), { once: true });
}
document.body.addEventListener("tip.received", ring);
