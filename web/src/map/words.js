// What the map says, in the page's language.
const nl = {
    map: "Kaart. Verschuif met de pijltjes, zoom met plus en min.",
    closer: "Inzoomen",
    farther: "Uitzoomen",
    legend: "Op de kaart",
    region: "regio", area: "gebied", wave: "golf", tip: "tip", place: "plaats", searched: "doorzocht",
    tools: "Tekenen op de kaart",
    polygon: "Gebied tekenen", circle: "Cirkel tekenen", edit: "Aanpassen", cut: "Stuk uitsparen", clear: "Wissen",
    polygonHow: "Klik op elke hoek. Dubbelklik om te sluiten.",
    circleHow: "Klik op het midden en daarna op de rand.",
    editHow: "Sleep een hoek of de rand.",
    cutHow: "Teken om het stuk dat eruit gaat. Dubbelklik om te sluiten.",
    cleared: "Er is niets getekend.",
    done: "Het gebied is getekend.",
};
const en = {
    map: "Map. Move it with the arrow keys, zoom with plus and minus.",
    closer: "Zoom in",
    farther: "Zoom out",
    legend: "On the map",
    region: "region", area: "area", wave: "wave", tip: "tip", place: "place", searched: "searched",
    tools: "Draw on the map",
    polygon: "Draw an area", circle: "Draw a circle", edit: "Change it", cut: "Cut a part out", clear: "Clear",
    polygonHow: "Click on every corner. Click twice to close it.",
    circleHow: "Click on the middle and then on the edge.",
    editHow: "Drag a corner or the edge.",
    cutHow: "Draw around the part that goes out. Click twice to close it.",
    cleared: "Nothing is drawn.",
    done: "The area is drawn.",
};
export const words = document.documentElement.lang === "en" ? en : nl;
