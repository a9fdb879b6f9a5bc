//! The coordinates of a geometry. They may stand before its type, so that they are read as nested lists
//! first and as polygons afterwards.

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::FeatureProblem;
use crate::domain::area::{AreaProblem, MAX_VERTICES, Polygons};
use crate::domain::point::Point;

/// The most lists and positions of one geometry: a list for every fourth position is more than any has.
const MAX_NODES: usize = MAX_VERTICES + MAX_VERTICES / 4;
/// How deep the lists of a `MultiPolygon` nest, positions included.
const MAX_DEPTH: usize = 4;

/// Coordinates as nested lists.
#[derive(Default)]
pub(super) struct Coordinates {
    root: Node,
    too_many: bool,
}

#[derive(Default)]
enum Node {
    List(Vec<Node>),
    /// The first two numbers; a height after them is passed over.
    Position(f64, f64),
    Number(f64),
    /// A text, an object, nothing, or deeper than any geometry.
    #[default]
    Other,
}

impl Coordinates {
    /// The shape with these as the coordinates of a `Polygon`.
    pub(super) fn into_polygon(self) -> Result<Polygons, FeatureProblem> {
        self.into_shape("Polygon", |root| Ok(vec![rings(root, "Polygon")?]))
    }

    /// The shape with these as the coordinates of a `MultiPolygon`.
    pub(super) fn into_multi_polygon(self) -> Result<Polygons, FeatureProblem> {
        const KIND: &str = "MultiPolygon";
        self.into_shape(KIND, |root| {
            list(root, KIND)?
                .into_iter()
                .map(|polygon| rings(polygon, KIND))
                .collect()
        })
    }

    fn into_shape(
        self,
        kind: &'static str,
        polygons: impl FnOnce(Node) -> Result<Vec<Vec<Vec<Point>>>, FeatureProblem>,
    ) -> Result<Polygons, FeatureProblem> {
        let (x, y) = first_position(&self.root).ok_or(FeatureProblem::Coordinates(kind))?;
        let broken = |problem| FeatureProblem::Shape { problem, x, y };
        if self.too_many {
            return Err(broken(AreaProblem::TooManyVertices));
        }
        Polygons::new(polygons(self.root)?).map_err(broken)
    }
}

fn first_position(node: &Node) -> Option<(f64, f64)> {
    match node {
        Node::Position(x, y) => Some((*x, *y)),
        Node::List(nodes) => nodes.iter().find_map(first_position),
        Node::Number(_) | Node::Other => None,
    }
}

fn list(node: Node, kind: &'static str) -> Result<Vec<Node>, FeatureProblem> {
    match node {
        Node::List(nodes) => Ok(nodes),
        _ => Err(FeatureProblem::Coordinates(kind)),
    }
}

fn rings(node: Node, kind: &'static str) -> Result<Vec<Vec<Point>>, FeatureProblem> {
    let ring = |node| {
        let points = list(node, kind)?.into_iter().map(|node| point(&node, kind));
        Ok(without_spikes(points.collect::<Result<_, _>>()?))
    };
    list(node, kind)?.into_iter().map(ring).collect()
}

/// The ring without the places where it goes to a point and straight back. Simplifying borders leaves such
/// spikes behind, and there is nothing in them.
fn without_spikes(mut ring: Vec<Point>) -> Vec<Point> {
    if ring.len() < 4 || ring.first() != ring.last() {
        return ring;
    }
    ring.pop();
    let mut kept: Vec<Point> = Vec::with_capacity(ring.len() + 1);
    for point in ring {
        match kept.as_slice() {
            [.., last] if *last == point => {}
            [.., before, _] if *before == point => {
                kept.pop();
            }
            _ => kept.push(point),
        }
    }
    // The same around the point at which the ring begins.
    loop {
        match kept.as_slice() {
            [first, .., last] if first == last => {
                kept.pop();
            }
            [first, _, .., before, _] if first == before => kept.truncate(kept.len() - 2),
            [_, second, _, .., last] if second == last => {
                kept.remove(0);
            }
            _ => break,
        }
    }
    kept.extend(kept.first().copied());
    kept
}

fn point(node: &Node, kind: &'static str) -> Result<Point, FeatureProblem> {
    let Node::Position(x, y) = *node else {
        return Err(FeatureProblem::Coordinates(kind));
    };
    Point::from_degrees(x, y).map_err(|_| {
        // The bounds of RD New (EPSG:28992) in metres.
        if (-7_000.0..=300_000.0).contains(&x) && (289_000.0..=629_000.0).contains(&y) {
            FeatureProblem::RdNew { x, y }
        } else {
            FeatureProblem::OffTheEarth { x, y }
        }
    })
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let left = Cell::new(MAX_NODES);
        let root = NodeSeed {
            left: &left,
            depth: 0,
        }
        .deserialize(deserializer)?;
        Ok(Self {
            root,
            too_many: left.get() == 0,
        })
    }
}

/// Reads any value, keeps lists and numbers, and no more than are left.
#[derive(Clone, Copy)]
struct NodeSeed<'a> {
    left: &'a Cell<usize>,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number as f64))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number as f64))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Node::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        if self.depth == MAX_DEPTH || self.left.get() == 0 {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Node::Other);
        }
        self.left.set(self.left.get() - 1);
        let inner = Self {
            depth: self.depth + 1,
            ..self
        };
        let mut nodes = Vec::new();
        match (seq.next_element_seed(inner)?, self.left.get()) {
            (None, _) => return Ok(Node::List(nodes)),
            (Some(Node::Number(x)), _) => {
                let second = seq.next_element_seed(inner)?;
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(if let Some(Node::Number(y)) = second {
                    Node::Position(x, y)
                } else {
                    Node::Other
                });
            }
            (Some(first), _) => nodes.push(first),
        }
        while self.left.get() > 0 {
            match seq.next_element_seed(inner)? {
                Some(node) => {
                    // A bare number or text among lists costs as much as a list.
                    if !matches!(node, Node::List(_) | Node::Position(..)) {
                        self.left.set(self.left.get().saturating_sub(1));
                    }
                    nodes.push(node);
                }
                None => return Ok(Node::List(nodes)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node::List(nodes))
    }
}
