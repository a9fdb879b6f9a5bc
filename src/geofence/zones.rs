//! A part of a fence cut along the strips.

use super::disc::Rim;
use super::layout::Layout;
use super::rings::{self, Crossing, Edge};

/// What a border does to the places of a zone.
#[derive(Clone, Copy, Debug)]
pub(super) enum Test {
    /// No border passes: all are inside.
    Inside,
    /// These crossings pass (positions in [`Zones::crossings`]); east of them the winding number is `winding`.
    Crossings { from: u32, to: u32, winding: i32 },
    /// The rim of the circle passes.
    Rim,
}

/// A piece of a strip with all longitudes from `west` to `east`, both included. What lies in no zone is outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone {
    pub(super) west: i32,
    pub(super) east: i32,
    pub(super) test: Test,
}

/// The zones of one set of rings or of one circle.
pub(super) struct Zones {
    layout: Layout,
    first_strip: u32,
    /// For each strip from the first on, where its zones start; one more at the end.
    starts: Vec<u32>,
    zones: Vec<Zone>,
    edges: Vec<Edge>,
    crossings: Vec<Crossing>,
    rim: Option<Rim>,
}

impl Zones {
    /// No zones yet, from this strip on.
    pub(super) fn new(layout: Layout, first_strip: u32) -> Self {
        Self {
            layout,
            first_strip,
            starts: vec![0],
            zones: Vec::new(),
            edges: Vec::new(),
            crossings: Vec::new(),
            rim: None,
        }
    }

    pub(super) fn with_crossings(mut self, edges: Vec<Edge>, crossings: Vec<Crossing>) -> Self {
        self.edges = edges;
        self.crossings = crossings;
        self
    }

    pub(super) fn with_rim(mut self, rim: Rim) -> Self {
        self.rim = Some(rim);
        self
    }

    /// Adds a zone to the present strip, east of its others.
    #[inline]
    pub(super) fn push(&mut self, west: i32, east: i32, test: Test) {
        if west <= east {
            self.zones.push(Zone { west, east, test });
        }
    }

    /// Ends the present strip; the next is the one north of it.
    #[inline]
    pub(super) fn end_strip(&mut self) {
        self.starts
            .push(u32::try_from(self.zones.len()).expect("zones are fewer than crossings of strips"));
    }

    /// The strips that have zones.
    pub(super) fn strips(&self) -> std::ops::Range<u32> {
        let strips = u32::try_from(self.starts.len() - 1).expect("strips are numbered in 32 bits");
        self.first_strip..self.first_strip + strips
    }

    /// The zones of one of [`Zones::strips`], from west to east.
    #[inline]
    pub(super) fn of(&self, strip: u32) -> &[Zone] {
        let index = (strip - self.first_strip) as usize;
        &self.zones[self.starts[index] as usize..self.starts[index + 1] as usize]
    }

    /// The edges that pass a zone, by their positions in [`Test::Crossings`].
    #[inline]
    pub(super) fn edges(&self, from: u32, to: u32) -> impl Iterator<Item = &Edge> + Clone {
        rings::edges(&self.crossings[from as usize..to as usize], &self.edges)
    }

    /// The rim that passes a zone with [`Test::Rim`].
    pub(super) fn rim(&self) -> &Rim {
        self.rim.as_ref().expect("only circles make zones with a rim")
    }

    /// Whether any place on earth is inside; for places that lie in no layer.
    pub(super) fn contains(&self, lon: i32, lat: i32) -> bool {
        let strip = self.layout.strip(lat);
        if !self.strips().contains(&strip) {
            return false;
        }
        match self.of(strip).iter().find(|zone| lon <= zone.east) {
            Some(zone) if zone.west <= lon => match zone.test {
                Test::Inside => true,
                Test::Crossings { from, to, winding } => {
                    rings::is_inside(self.edges(from, to), winding, lon, lat)
                }
                Test::Rim => self.rim().holds(lon, lat),
            },
            _ => false,
        }
    }
}
