// The map, wherever a page has an element with data-map (the path of a FeatureCollection) or data-shown (one in place).
// data-draw="FORM" adds tools that fill in the fields of that form.
import Feature from "ol/Feature.js";
import Map from "ol/Map.js";
import View from "ol/View.js";
import Zoom from "ol/control/Zoom.js";
import GeoJSON from "ol/format/GeoJSON.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import { containsExtent, getWidth } from "ol/extent.js";
import { fromLonLat, transformExtent } from "ol/proj.js";
import { drawing } from "./map/drawing.js";
import { legend } from "./map/legend.js";
import { look } from "./map/look.js";
import { picking } from "./map/picking.js";
import { words } from "./map/words.js";

const format = new GeoJSON({ featureProjection: "EPSG:3857" });
const NETHERLANDS = transformExtent([3.3, 50.7, 7.3, 53.6], "EPSG:4326", "EPSG:3857");

/** Fills a source with features, whatever was in it before. */
function put(source, collection) {
    source.clear(true);
    if (collection?.features) source.addFeatures(format.readFeatures(collection));
}

async function ask(source, path) {
    // Without a network the map shows what it had.
    const answer = await fetch(path, { headers: { accept: "application/geo+json" } }).catch(() => undefined);
    if (answer?.ok) put(source, await answer.json());
    return answer?.ok === true;
}

function fit(map, sources) {
    for (const source of sources) {
        const extent = source?.getExtent();
        if (!extent || !extent.every(Number.isFinite)) continue;
        map.getView().fit(extent, { padding: [40, 40, 40, 40], maxZoom: 15 });
        return;
    }
    map.getView().fit(NETHERLANDS);
}

/** Whether what is shown can be seen well: within the view, and not a speck in it. */
function seen(map, source) {
    const [view, shown] = [map.getView().calculateExtent(), source.getExtent()];
    if (!shown?.every(Number.isFinite)) return true;
    return containsExtent(view, shown) && getWidth(shown) > getWidth(view) / 12;
}

function open(element) {
    const layers = { under: new VectorSource(), shown: new VectorSource() };
    const view = new View({ center: fromLonLat([5.1, 52.1]), zoom: 9, minZoom: 6, maxZoom: 19 });
    const zoom = new Zoom({ zoomInLabel: "+", zoomOutLabel: "\u2212", zoomInTipLabel: words.closer, zoomOutTipLabel: words.farther });
    const drawn = [layers.under, layers.shown].map((source) => new VectorLayer({ source, style: look, declutter: true }));
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-label", element.dataset.label ?? words.map);
    element.replaceChildren();
    const map = new Map({ target: element, controls: [zoom], layers: drawn, view, keyboardEventTarget: element });
    const sources = [layers.shown, layers.under];
    // Where a place is pointed out, the area that the page is about is there to go by.
    const { shown, map: path } = (element.dataset.pick ? document.querySelector("article > .map") : element)?.dataset ?? {};
    const renew = async () => {
        if (element.dataset.regions) await ask(layers.under, element.dataset.regions);
        if (path) await ask(layers.shown, path);
        legend(element, sources);
    };
    if (shown) put(layers.shown, JSON.parse(shown));
    fit(map, sources);
    renew().then(() => fit(map, sources));
    // A page that follows what happens asks for the map again, or hands over what it shows.
    element.addEventListener("oproep-map", (event) => {
        if (event.detail) put(layers.shown, event.detail);
        else ask(layers.shown, element.dataset.map);
        legend(element, sources);
        if (event.detail?.fit || (event.detail && !seen(map, layers.shown))) fit(map, [layers.shown]);
    });
    document.body.addEventListener("oproep-again", () => element.dataset.map && renew());
    // A click on something leads to where it stands in the page, and tells the page.
    map.on("singleclick", (event) => {
        const found = map.forEachFeatureAtPixel(event.pixel, (feature) => (feature instanceof Feature && feature.getId() !== undefined ? feature : undefined), { hitTolerance: 8 });
        const detail = { lon_lat: undefined, feature: found?.getId(), properties: found?.getProperties(), coordinate: event.coordinate };
        element.dispatchEvent(new CustomEvent("oproep-map-click", { bubbles: true, detail }));
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.forEach((layer) => layer.changed()));
    new ResizeObserver(() => map.updateSize()).observe(element);
    const form = element.dataset.draw && document.getElementById(element.dataset.draw);
    if (form) drawing(map, element, form);
    if (element.dataset.pick) picking(map, element);
    return map;
}

for (const element of document.querySelectorAll("[data-map], [data-shown], [data-regions]")) open(element);
