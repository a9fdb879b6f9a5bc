// What is on the map, in words: for who does not see it, and for who does not know the colours.
import { words } from "./words.js";

const KINDS = ["area", "wave", "tip", "place", "searched", "region"];

/** Writes the legend after the map, or renews it. */
export function legend(element, sources) {
    const counts = new Map();
    for (const source of sources) {
        for (const feature of source.getFeatures()) {
            const kind = feature.get("kind") ?? "area";
            counts.set(kind, (counts.get(kind) ?? 0) + 1);
        }
    }
    let list = element.querySelector(":scope > .legend");
    if (!list) {
        list = document.createElement("ul");
        list.className = "legend";
        list.setAttribute("aria-label", words.legend);
        element.append(list);
    }
    const items = KINDS.filter((kind) => counts.has(kind)).map((kind) => {
        const item = document.createElement("li");
        item.className = kind;
        item.textContent = words[kind];
        return item;
    });
    list.hidden = items.length === 0;
    list.replaceChildren(...items);
}
