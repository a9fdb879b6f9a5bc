//! An area made ready for asking.

use std::ops::Range;

use super::disc::{self, Rim};
use super::layer::Layer;
use super::layout::Layout;
use super::rings;
use super::slots::Slots;
use super::zones::Zones;
use crate::domain::area::{Area, Bounds, Circle, Polygons, Shape, UnknownRegion};
use crate::domain::id::RegionId;
use crate::domain::point::Point;

/// An area with its regions looked up, for [`Index`](super::Index) to answer who is inside.
///
/// Cheap to make: geometry is shared with the area and the regions.
#[derive(Clone, Debug)]
pub struct Fence(Node);

#[derive(Clone, Debug)]
enum Node {
    /// What is in at least one of the polygons.
    Rings(Vec<Polygons>),
    Disc(Circle),
    Union(Vec<Node>),
    Difference(Box<(Node, Node)>),
}

impl Fence {
    /// Prepares the area; `polygons_of` finds the polygons of a region.
    ///
    /// A region that is not found is an error: an area must never shrink or grow unseen.
    pub fn new(
        area: &Area,
        polygons_of: &impl Fn(RegionId) -> Option<Polygons>,
    ) -> Result<Self, UnknownRegion> {
        Node::new(area, polygons_of).map(Self)
    }

    /// Whether the point is inside, by looking at every edge: for single points, not for many.
    pub fn contains(&self, point: Point) -> bool {
        self.0.contains(point)
    }

    /// What lies in this fence and not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(Node::Difference(Box::new((self.0.clone(), other.0.clone()))))
    }

    /// The box around the fence.
    pub fn bounds(&self) -> Bounds {
        self.0.bounds()
    }

    /// Cuts the fence along the strips of a layout, as far as they are in `strips`.
    pub(super) fn cut(&self, layout: Layout, strips: &Range<u32>) -> Cut {
        self.0.cut(layout, strips)
    }
}

impl Node {
    fn new(area: &Area, polygons_of: &impl Fn(RegionId) -> Option<Polygons>) -> Result<Self, UnknownRegion> {
        Ok(match area.shape() {
            Shape::Polygons(polygons) => Self::Rings(vec![polygons.clone()]),
            Shape::Circle(circle) => Self::Disc(*circle),
            Shape::Regions(regions) => Self::Rings(
                regions
                    .iter()
                    .map(|id| polygons_of(*id).ok_or(UnknownRegion(*id)))
                    .collect::<Result<_, _>>()?,
            ),
            Shape::Union(areas) => Self::united(
                areas
                    .iter()
                    .map(|area| Self::new(area, polygons_of))
                    .collect::<Result<_, _>>()?,
            ),
            Shape::Difference(pair) => Self::Difference(Box::new((
                Self::new(&pair.0, polygons_of)?,
                Self::new(&pair.1, polygons_of)?,
            ))),
        })
    }

    /// The union, with all polygons in one node, since together they cost hardly more than one.
    fn united(nodes: Vec<Self>) -> Self {
        let mut together = Vec::new();
        let mut others = Vec::new();
        for node in nodes {
            match node {
                Self::Rings(polygons) => together.extend(polygons),
                other => others.push(other),
            }
        }
        if others.is_empty() {
            return Self::Rings(together);
        }
        if !together.is_empty() {
            others.push(Self::Rings(together));
        }
        Self::Union(others)
    }

    fn contains(&self, point: Point) -> bool {
        match self {
            Self::Rings(polygons) => rings::contains(rings_of(polygons), point),
            Self::Disc(circle) => disc::distance_m(circle.centre(), point) <= f64::from(circle.radius_m()),
            Self::Union(nodes) => nodes.iter().any(|node| node.contains(point)),
            Self::Difference(pair) => pair.0.contains(point) && !pair.1.contains(point),
        }
    }

    fn bounds(&self) -> Bounds {
        match self {
            Self::Rings(polygons) => polygons
                .iter()
                .fold(Bounds::NOTHING, |bounds, polygons| bounds.join(polygons.bounds())),
            Self::Disc(circle) => circle.bounds(),
            Self::Union(nodes) => nodes
                .iter()
                .fold(Bounds::NOTHING, |bounds, node| bounds.join(node.bounds())),
            Self::Difference(pair) => pair.0.bounds(),
        }
    }

    fn cut(&self, layout: Layout, strips: &Range<u32>) -> Cut {
        let bounds = self.bounds();
        let first = strips.start.max(layout.strip(bounds.south));
        let end = strips.end.min(layout.strip(bounds.north) + 1).max(first);
        match self {
            Self::Rings(polygons) => {
                Cut::Zones(Box::new(rings::zones(rings_of(polygons), layout, first..end)))
            }
            Self::Disc(circle) => Cut::Zones(Box::new(Rim::new(*circle).zones(layout, first..end))),
            Self::Union(nodes) => Cut::Union(nodes.iter().map(|node| node.cut(layout, strips)).collect()),
            Self::Difference(pair) => {
                let from = pair.0.cut(layout, &(first..end));
                let subtract = pair.1.cut(layout, &(first..end));
                Cut::Difference(Box::new((from, subtract)))
            }
        }
    }
}

fn rings_of(polygons: &[Polygons]) -> impl Iterator<Item = &[Point]> + Clone {
    polygons.iter().flat_map(Polygons::rings).map(Vec::as_slice)
}

/// A fence cut along the strips of one layout.
pub(super) enum Cut {
    Zones(Box<Zones>),
    Union(Vec<Cut>),
    Difference(Box<(Cut, Cut)>),
}

impl Cut {
    /// The slots of a layer that are inside.
    pub(super) fn inside(&self, layer: &Layer) -> Slots {
        match self {
            Self::Zones(zones) => layer.inside(zones),
            Self::Union(cuts) => cuts
                .iter()
                .map(|cut| cut.inside(layer))
                .reduce(|one, other| one.union(&other))
                .unwrap_or_default(),
            Self::Difference(pair) => pair.0.inside(layer).difference(&pair.1.inside(layer)),
        }
    }

    /// Whether a place that is in no layer is inside.
    pub(super) fn contains(&self, point: Point) -> bool {
        match self {
            Self::Zones(zones) => zones.contains(point.lon(), point.lat()),
            Self::Union(cuts) => cuts.iter().any(|cut| cut.contains(point)),
            Self::Difference(pair) => pair.0.contains(point) && !pair.1.contains(point),
        }
    }
}
