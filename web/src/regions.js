// A file of regions is looked at on the map before it is sent: what is in it, and where that lies.
const form = document.querySelector("[data-regions-form]");
const seen = document.getElementById("regions-seen");

/** What a property is called that holds names, as far as one can guess. */
function nameOf(properties) {
    const known = ["name", "naam", "statnaam", "gemeentenaam", "label"];
    return Object.keys(properties ?? {}).find((key) => known.includes(key.toLowerCase()));
}

form?.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const map = form.querySelector(".map");
    try {
        const { features } = JSON.parse(await event.target.files[0].text());
        const property = nameOf(features[0]?.properties);
        const field = form.elements.namedItem("name_property");
        if (property && !field.value) field.value = property;
        const names = features.map((feature) => `${feature.properties?.[field.value || property] ?? "?"}`);
        seen.textContent = `${seen.dataset.said} ${features.length}: ${names.slice(0, 12).join(", ")}${names.length > 12 ? " ..." : ""}`;
        const shown = features.map((feature, at) => ({ ...feature, properties: { kind: "area", label: names[at] } }));
        map.dispatchEvent(new CustomEvent("oproep-map", { detail: { type: "FeatureCollection", features: shown, fit: true } }));
    } catch {
        seen.textContent = seen.dataset.wrong;
    }
});
