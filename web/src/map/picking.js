// A place that is pointed out: data-pick="LONGITUDE LATITUDE" names the fields that it fills in. By tap, by where one is
// now, and by the middle of the map for a keyboard.
import Feature from "ol/Feature.js";
import Point from "ol/geom/Point.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import { fromLonLat, toLonLat } from "ol/proj.js";
import { look } from "./look.js";

/** Lets a place be pointed out on a map. */
export function picking(map, element) {
    const [longitude, latitude] = element.dataset.pick.split(" ").map((id) => document.getElementById(id));
    const part = element.closest(".pick");
    const said = part?.querySelector(".pick-said");
    const source = new VectorSource();
    map.addLayer(new VectorLayer({ source, style: look, zIndex: 10 }));

    function draw() {
        source.clear(true);
        if (!longitude.value || !latitude.value) return;
        const place = fromLonLat([Number(longitude.value), Number(latitude.value)]);
        source.addFeature(new Feature({ geometry: new Point(place), kind: "place" }));
    }

    function pick(place) {
        const [lon, lat] = place ?? ["", ""];
        longitude.value = place ? lon.toFixed(6) : "";
        latitude.value = place ? lat.toFixed(6) : "";
        if (said) said.textContent = place ? `${part.dataset.chosen} ${lat.toFixed(4)}, ${lon.toFixed(4)}` : part.dataset.cleared;
        draw();
    }

    map.on("singleclick", (event) => pick(toLonLat(event.coordinate)));
    part?.querySelector("[data-middle]")?.addEventListener("click", () => pick(toLonLat(map.getView().getCenter())));
    part?.querySelector("[data-clear]")?.addEventListener("click", () => pick());
    part?.querySelector("[data-here]")?.addEventListener("click", () => {
        const refused = () => (said.textContent = part.dataset.refused);
        if (!navigator.geolocation) return refused();
        navigator.geolocation.getCurrentPosition(({ coords }) => {
            pick([coords.longitude, coords.latitude]);
            map.getView().animate({ center: fromLonLat([coords.longitude, coords.latitude]), zoom: 15, duration: 0 });
        }, refused);
    });
    element.closest("form")?.addEventListener("reset", () => setTimeout(() => pick()));
    draw();
}
