// An area as numbers that people can type: "52.0907, 5.1214" a line, as in a navigation device. An empty line begins
// another polygon, a line with only a dash begins a part that is cut out.
import CircleGeometry from "ol/geom/Circle.js";
import Polygon from "ol/geom/Polygon.js";
import { fromLonLat, toLonLat } from "ol/proj.js";
import { getDistance, offset } from "ol/sphere.js";

const written = (coordinate) => {
    const [lon, lat] = toLonLat(coordinate);
    return `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
};

function point(line) {
    const numbers = line.split(/[\s,;]+/).filter(Boolean).map(Number);
    return numbers.length === 2 && numbers.every(Number.isFinite) ? fromLonLat([numbers[1], numbers[0]]) : undefined;
}

/** Polygons as lines of numbers. */
export function cornersOf(polygons) {
    const ring = (coordinates) => coordinates.slice(0, -1).map(written).join("\n");
    return polygons.map((polygon) => polygon.getCoordinates().map(ring).join("\n-\n")).join("\n\n");
}

/** The polygons that lines of numbers are; what is not finished is left out. */
export function polygonsOf(text) {
    const parts = text.trim().split(/\n\s*\n/);
    return parts.flatMap((part) => {
        const rings = part.split(/\n\s*-\s*\n/).map((ring) => ring.split("\n").map(point).filter(Boolean));
        if (rings[0].length < 3) return [];
        return [new Polygon(rings.filter((ring) => ring.length >= 3).map((ring) => [...ring, ring[0]]))];
    });
}

/** The middle and radius of a circle on the map, as they are typed. */
export function placeOf(circle) {
    const [centre, edge] = [toLonLat(circle.getCenter()), toLonLat(circle.getLastCoordinate())];
    return { place: written(circle.getCenter()), radius: `${Math.max(50, Math.round(getDistance(centre, edge)))}` };
}

/** The circle that a middle in numbers and a radius are; none for a postcode, which the server draws. */
export function circleOf(place, radius) {
    const centre = point(place);
    const metres = Number(radius);
    if (!centre || !(metres > 0)) return [];
    const edge = fromLonLat(offset(toLonLat(centre), metres, Math.PI / 2));
    return [new CircleGeometry(centre, Math.abs(edge[0] - centre[0]))];
}
