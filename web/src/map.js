// The map, wherever a page has an element with data-map.
import Map from "ol/Map.js";
import View from "ol/View.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import GeoJSON from "ol/format/GeoJSON.js";
import { fromLonLat } from "ol/proj.js";

for (const element of document.querySelectorAll("[data-map]")) {
    const source = new VectorSource({ url: element.dataset.map, format: new GeoJSON() });
    new Map({ target: element, layers: [new VectorLayer({ source })], view: new View({ center: fromLonLat([5.1, 52.1]), zoom: 9 }) });
}
