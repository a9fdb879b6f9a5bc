// How each kind of feature looks. Colours are those of the page, light or dark; shape and line tell kinds apart too.
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import RegularShape from "ol/style/RegularShape.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import Text from "ol/style/Text.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const kept = new Map();

/** A colour of the page that lets through what lies under it. */
function pale(name, share) {
    const hex = colour(name).slice(1);
    const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    return `rgba(${red}, ${green}, ${blue}, ${share})`;
}

const surfaces = {
    region: () => ({ stroke: new Stroke({ color: colour("line-strong"), width: 1 }), fill: new Fill({ color: pale("paper", 0.75) }) }),
    area: () => ({ stroke: new Stroke({ color: colour("blue"), width: 3 }), fill: new Fill({ color: pale("blue", 0.22) }), zIndex: 2 }),
    wave: () => ({ stroke: new Stroke({ color: colour("blue"), width: 2, lineDash: [8, 6] }), fill: new Fill({ color: pale("blue", 0.1) }), zIndex: 1 }),
    searched: () => ({ stroke: new Stroke({ color: colour("green"), width: 2, lineDash: [2, 5] }), fill: new Fill({ color: pale("green", 0.25) }), zIndex: 3 }),
};
const rim = () => new Stroke({ color: colour("paper"), width: 2 });
const marks = {
    tip: () => new CircleStyle({ radius: 8, fill: new Fill({ color: colour("red") }), stroke: rim() }),
    place: () => new RegularShape({ points: 4, radius: 10, angle: Math.PI / 4, fill: new Fill({ color: colour("blue-dark") }), stroke: rim() }),
};

function make(kind) {
    const surface = surfaces[kind] ?? surfaces.area;
    const mark = (marks[kind] ?? marks.place)();
    const text = new Text({
        font: "600 14px system-ui, sans-serif",
        fill: new Fill({ color: colour("ink") }),
        stroke: new Stroke({ color: colour("paper"), width: 4 }),
        overflow: kind !== "region",
        offsetY: kind === "tip" || kind === "place" ? -18 : 0,
    });
    return new Style({ ...surface(), image: mark, text });
}

/** The style of a feature. */
export function look(feature) {
    const kind = feature.get("kind") ?? "area";
    const key = `${kind} ${colour("paper")}`;
    if (!kept.has(key)) kept.set(key, make(kind));
    const style = kept.get(key);
    style.getText().setText(feature.get("label") ?? "");
    return style;
}
