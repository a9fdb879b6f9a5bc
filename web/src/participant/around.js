// Actions around where one is now. The position stays on the device: all public actions are fetched, whoever asks, and
// compared here.
const part = document.getElementById("around");
const said = part?.querySelector("[role=status]");
const list = part?.querySelector("ul");
let watching;

/** Whether a ring goes around a position: rays to the east that cross it an odd number of times. */
export function isInRing([lon, lat], ring) {
    let inside = false;
    for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
        const [x, y] = ring[at];
        const [u, v] = ring[before];
        if (y > lat !== v > lat && lon < ((u - x) * (lat - y)) / (v - y) + x) inside = !inside;
    }
    return inside;
}

const isInPolygon = (position, [shell, ...holes]) => isInRing(position, shell) && !holes.some((hole) => isInRing(position, hole));

/** Whether a geometry of polygons holds a position. */
export function holds(geometry, position) {
    if (geometry?.type === "Polygon") return isInPolygon(position, geometry.coordinates);
    if (geometry?.type === "MultiPolygon") return geometry.coordinates.some((polygon) => isInPolygon(position, polygon));
    return false;
}

function show(actions) {
    const language = document.documentElement.lang === "en" ? "en" : "nl";
    list.replaceChildren(...actions.map(({ properties }) => {
        const item = document.createElement("li");
        item.className = "card";
        const title = document.createElement("h3");
        const link = document.createElement("a");
        link.href = `/p/${properties.number}`;
        link.textContent = properties.texts[language].title;
        title.append(link);
        const body = document.createElement("p");
        body.className = "body";
        body.textContent = properties.texts[language].body;
        item.append(title, body);
        return item;
    }));
    list.hidden = actions.length === 0;
    said.textContent = actions.length === 0 ? part.dataset.none : "";
}

async function compare({ coords }) {
    try {
        const answer = await fetch(part.dataset.around);
        if (!answer.ok) throw new Error(answer.statusText);
        const { features } = await answer.json();
        show(features.filter((feature) => holds(feature.geometry, [coords.longitude, coords.latitude])));
    } catch {
        said.textContent = part.dataset.failed;
    }
}

part?.querySelector("button").addEventListener("click", () => {
    const refused = () => (said.textContent = part.dataset.refused);
    if (!navigator.geolocation) return refused();
    if (watching !== undefined) navigator.geolocation.clearWatch(watching);
    watching = navigator.geolocation.watchPosition(compare, refused, { maximumAge: 30_000 });
});
