//! The best that can be put together from crates: an R-tree for the box around the fence, geo's interval tree for
//! polygons, haversine distance for circles, and a bitmap against counting anyone twice.

use geo::algorithm::indexed::IntervalTreeMultiPolygon;
use geo::{Contains, Coord, Distance, Haversine};
use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTreeBuilder, RTreeIndex};
use oproep::domain::area::{Bounds, Circle};
use oproep::domain::point::Point;
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use crate::fences::Asked;
use crate::to_geo;

/// A test of single points, prepared for one fence.
enum Test {
    Polygons(IntervalTreeMultiPolygon<f64>),
    Circle(geo::Point, f64),
}

impl Test {
    fn new(asked: &Asked) -> Self {
        match (&asked.circle, &asked.polygons) {
            (Some(circle), _) => Self::Circle(degrees(circle.centre()).into(), f64::from(circle.radius_m())),
            (None, Some(polygons)) => Self::Polygons(IntervalTreeMultiPolygon::new(&to_geo(polygons))),
            (None, None) => unreachable!("a fence is a circle or polygons"),
        }
    }

    fn holds(&self, at: Coord) -> bool {
        match self {
            Self::Polygons(tree) => tree.contains(&at),
            Self::Circle(centre, radius_m) => Haversine.distance(*centre, at.into()) <= *radius_m,
        }
    }
}

fn bounds(asked: &Asked) -> Bounds {
    asked.circle.as_ref().map_or_else(
        || asked.polygons.as_ref().expect("polygons").bounds(),
        Circle::bounds,
    )
}

fn degrees(point: Point) -> Coord {
    Coord {
        x: point.lon_degrees(),
        y: point.lat_degrees(),
    }
}

/// Participants seen in one question.
pub struct Seen(Vec<u64>);

impl Seen {
    pub fn new(participants: usize) -> Self {
        Self(vec![0; participants.div_ceil(64)])
    }

    fn insert(&mut self, number: u32) -> bool {
        let word = &mut self.0[number as usize / 64];
        let new = *word >> (number % 64) & 1 == 0;
        *word |= 1 << (number % 64);
        new
    }

    fn clear(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.0[*number as usize / 64] = 0;
        }
    }
}

/// rstar's tree, loaded in bulk.
pub struct Rstar(RTree<GeomWithData<[f64; 2], u32>>);

impl Rstar {
    pub fn build(places: &[(u32, Point)]) -> Self {
        let geometry = |(number, point): &(u32, Point)| {
            GeomWithData::new([point.lon_degrees(), point.lat_degrees()], *number)
        };
        Self(RTree::bulk_load(places.iter().map(geometry).collect()))
    }

    pub fn list(&self, asked: &Asked, seen: &mut Seen) -> Vec<u32> {
        let test = Test::new(asked);
        let bounds = bounds(asked);
        let corner = |lon: i32, lat: i32| [f64::from(lon) / 1e7, f64::from(lat) / 1e7];
        let around = AABB::from_corners(
            corner(bounds.west, bounds.south),
            corner(bounds.east, bounds.north),
        );
        let mut numbers = Vec::new();
        for place in self.0.locate_in_envelope(around) {
            let [x, y] = *place.geom();
            if test.holds(Coord { x, y }) && seen.insert(place.data) {
                numbers.push(place.data);
            }
        }
        seen.clear(&numbers);
        numbers
    }

    /// Moves a place.
    pub fn relocate(&mut self, number: u32, from: Point, to: Point) {
        let geometry = |point: Point| GeomWithData::new([point.lon_degrees(), point.lat_degrees()], number);
        self.0.remove(&geometry(from)).expect("the place is there");
        self.0.insert(geometry(to));
    }
}

/// geo-index's packed tree.
pub struct Packed {
    tree: geo_index::rtree::RTree<f64>,
    places: Vec<(Coord, u32)>,
}

impl Packed {
    pub fn build(places: &[(u32, Point)]) -> Self {
        let places: Vec<_> = places
            .iter()
            .map(|(number, point)| (degrees(*point), *number))
            .collect();
        let mut builder =
            RTreeBuilder::new(u32::try_from(places.len()).expect("places are counted in 32 bits"));
        for (at, _) in &places {
            builder.add(at.x, at.y, at.x, at.y);
        }
        Self {
            tree: builder.finish::<HilbertSort>(),
            places,
        }
    }

    pub fn list(&self, asked: &Asked, seen: &mut Seen) -> Vec<u32> {
        let test = Test::new(asked);
        let bounds = bounds(asked);
        let degrees = |units: i32| f64::from(units) / 1e7;
        let found = self.tree.search(
            degrees(bounds.west),
            degrees(bounds.south),
            degrees(bounds.east),
            degrees(bounds.north),
        );
        let mut numbers = Vec::new();
        for (at, number) in found.into_iter().map(|index| self.places[index as usize]) {
            if test.holds(at) && seen.insert(number) {
                numbers.push(number);
            }
        }
        seen.clear(&numbers);
        numbers
    }
}
