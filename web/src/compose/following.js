// Asks for what follows what is typed: the map, whom it reaches, how it reads, what the checks say.
const SOON = 120;

/** Keeps the part of the page in step with the form. */
export function following(form) {
    const part = document.getElementById("part");
    const map = document.querySelector("[data-draw]");
    const heard = document.getElementById("heard");
    const path = form.dataset.part ?? "/console/new/part";
    let waiting, asking;

    async function ask() {
        asking?.abort();
        asking = new AbortController();
        try {
            const answer = await fetch(path, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "hx-request": "true" }, signal: asking.signal });
            if (!answer.ok) return;
            put(await answer.text());
        } catch {
            // Typed on meanwhile, or no network: what is shown stays until the next answer.
        }
    }

    function put(html) {
        const open = [...part.querySelectorAll("details")].map((details) => details.open);
        const before = document.getElementById("total")?.textContent;
        part.innerHTML = html;
        part.querySelectorAll("details").forEach((details, at) => (details.open = open[at] ?? false));
        const total = document.getElementById("total")?.textContent;
        if (heard && total && total !== before) heard.textContent = total;
        shown();
    }

    function shown() {
        const features = document.getElementById("part-features")?.dataset.features;
        if (map && features) map.dispatchEvent(new CustomEvent("oproep-map", { detail: { ...JSON.parse(features), fit: !form.contains(document.activeElement) || form.dataset.fit === "yes" } }));
    }

    const soon = () => {
        clearTimeout(waiting);
        waiting = setTimeout(ask, SOON);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    // Whoever begins to write the text goes on from the one that was made.
    form.elements.namedItem("own")?.addEventListener?.("change", (event) => {
        if (!event.target.checked) return;
        for (const reading of part.querySelectorAll("[data-language]")) {
            for (const name of ["title", "body"]) {
                const field = form.elements.namedItem(`${reading.dataset.language}.${name}`);
                if (!field.value.trim()) field.value = reading.dataset[name];
            }
        }
    });
}
