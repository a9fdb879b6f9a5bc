// Tools to draw an area. What is drawn stands in the fields of the form (`way`, `corners`, `place`, `radius`), and what
// stands there is drawn: both ways, so that a keyboard does as well.
import Draw from "ol/interaction/Draw.js";
import Modify from "ol/interaction/Modify.js";
import Snap from "ol/interaction/Snap.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import Feature from "ol/Feature.js";
import Polygon, { fromCircle } from "ol/geom/Polygon.js";
import { look } from "./look.js";
import { circleOf, cornersOf, placeOf, polygonsOf } from "./numbers.js";
import { words } from "./words.js";

/** Adds the tools to a map. */
export function drawing(map, element, form) {
    const source = new VectorSource();
    map.addLayer(new VectorLayer({ source, style: look }));
    const field = (name) => form.elements.namedItem(name);
    let writing = false;
    let used = [];

    /** Writes what is drawn into the form. */
    function write() {
        writing = true;
        const shapes = source.getFeatures().map((feature) => feature.getGeometry());
        const circle = shapes.length === 1 && shapes[0].getType() === "Circle" ? shapes[0] : undefined;
        if (circle) {
            const { place, radius } = placeOf(circle);
            field("way").value = "circle";
            field("place").value = place;
            field("radius").value = radius;
        } else if (shapes.length > 0) {
            field("way").value = "drawn";
            field("corners").value = cornersOf(shapes.map((shape) => (shape.getType() === "Circle" ? fromCircle(shape, 64) : shape)));
        } else {
            field("corners").value = "";
        }
        field("corners").dispatchEvent(new Event("input", { bubbles: true }));
        for (const choice of form.querySelectorAll("[name=way]")) if (choice.checked) choice.dispatchEvent(new Event("change", { bubbles: true }));
        writing = false;
    }

    /** Draws what stands in the form. */
    function read() {
        if (writing) return;
        const way = field("way").value;
        const shapes = way === "drawn" ? polygonsOf(field("corners").value) : way === "circle" ? circleOf(field("place").value, field("radius").value) : [];
        source.clear(true);
        source.addFeatures(shapes.map((geometry) => new Feature({ geometry, kind: "area" })));
    }

    function cut(hole) {
        const inside = hole.getInteriorPoint().getCoordinates();
        const whole = source.getFeatures().find((feature) => feature.getGeometry().intersectsCoordinate(inside));
        if (!whole) return;
        const shape = whole.getGeometry();
        const polygon = shape.getType() === "Circle" ? fromCircle(shape, 64) : shape.clone();
        polygon.appendLinearRing(hole.getLinearRing(0));
        whole.setGeometry(new Polygon(polygon.getCoordinates()));
    }

    const tools = {
        polygon: () => [draw("Polygon", (feature) => keep(feature))],
        circle: () => [draw("Circle", (feature) => { source.clear(true); keep(feature); })],
        edit: () => [on(new Modify({ source, pixelTolerance: 14 }), "modifyend", write), new Snap({ source })],
        cut: () => [draw("Polygon", (feature) => cut(feature.getGeometry()))],
        clear: () => { source.clear(true); write(); return []; },
    };
    const on = (interaction, event, act) => (interaction.on(event, act), interaction);
    function keep(feature) {
        // A circle stands alone; several polygons are one area.
        for (const other of source.getFeatures()) if (other.getGeometry().getType() === "Circle") source.removeFeature(other);
        feature.set("kind", "area");
        source.addFeature(feature);
    }
    function draw(type, act) {
        return on(new Draw({ type, snapTolerance: 14 }), "drawend", (event) => {
            act(event.feature);
            write();
            // After the interaction is through with this click.
            setTimeout(() => choose("edit", words.done));
        });
    }

    const bar = document.createElement("div");
    bar.className = "map-tools";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", words.tools);
    const how = document.createElement("p");
    how.className = "map-how";
    how.setAttribute("role", "status");
    const buttons = Object.keys(tools).map((name) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = words[name];
        button.dataset.tool = name;
        if (name !== "clear") button.setAttribute("aria-pressed", "false");
        button.addEventListener("click", () => choose(name, name === "clear" ? words.cleared : words[`${name}How`]));
        return button;
    });
    bar.append(...buttons);
    element.before(bar, how);

    function choose(name, said) {
        for (const interaction of used) map.removeInteraction(interaction);
        used = name ? tools[name]() : [];
        for (const interaction of used) map.addInteraction(interaction);
        for (const button of buttons) if (button.dataset.tool !== "clear") button.setAttribute("aria-pressed", `${button.dataset.tool === name}`);
        how.textContent = said ?? "";
    }

    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape") for (const interaction of used) interaction.abortDrawing?.();
    });
    form.addEventListener("input", read);
    form.addEventListener("change", read);
    read();
}
