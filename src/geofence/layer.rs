//! Places in storage: strip by strip, within a strip from west to east.

use std::ops::Range;

use super::layout::Layout;
use super::rings;
use super::slots::Slots;
use super::zones::{Test, Zones};
use crate::domain::point::Point;

/// Places on average in a column of a strip.
const PLACES_IN_COLUMN: usize = 4;

/// Places as columns of numbers. Their position ("slot") is their only name in here.
///
/// To find a longitude in a strip without searching all of it, the strip is cut into columns of equal
/// width, and a table holds the slot where each begins.
#[derive(Debug)]
pub(super) struct Layer {
    layout: Layout,
    first_strip: u32,
    /// One for each strip from the first on, and one more where the last ends.
    rows: Vec<Row>,
    /// For each column of each row its first slot, and for each row one more: its end.
    columns: Vec<u32>,
    lons: Vec<i32>,
    /// Above the bottom of the strip.
    lats: Vec<u16>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    start: u32,
    /// Where its columns are in the table.
    columns: u32,
    /// Where its first column begins.
    west: i32,
    /// Columns are so many bits of longitude wide.
    column_shift: u32,
}

impl Layer {
    /// Stores places. Returned beside is what came with each, by slot.
    pub(super) fn build(layout: Layout, places: &[(Point, u32)]) -> (Self, Vec<u32>) {
        let strips = places.iter().map(|(point, _)| layout.strip(point.lat()));
        let first_strip = strips.clone().min().unwrap_or(0);
        let end_strip = strips.clone().max().map_or(0, |last| last + 1);
        let mut next = vec![0_usize; (end_strip - first_strip) as usize + 1];
        for strip in strips {
            next[(strip - first_strip) as usize + 1] += 1;
        }
        for index in 1..next.len() {
            next[index] += next[index - 1];
        }
        let mut sorted = vec![(0_i32, 0_u16, 0_u32); places.len()];
        for (point, tag) in places {
            let place = &mut next[(layout.strip(point.lat()) - first_strip) as usize];
            sorted[*place] = (point.lon(), layout.above_bottom(point.lat()), *tag);
            *place += 1;
        }
        next.pop();

        let mut layer = Self {
            layout,
            first_strip,
            rows: Vec::with_capacity(next.len() + 1),
            columns: Vec::with_capacity(places.len() / PLACES_IN_COLUMN * 3 / 2 + 2 * next.len()),
            lons: Vec::with_capacity(places.len()),
            lats: Vec::with_capacity(places.len()),
        };
        let mut tags = Vec::with_capacity(places.len());
        for end in next {
            let row = &mut sorted[layer.lons.len()..end];
            row.sort_unstable_by_key(|(lon, ..)| *lon);
            layer.add_row(row);
            tags.extend(row.iter().map(|(.., tag)| *tag));
        }
        layer.rows.push(Row {
            start: in_32_bits(layer.lons.len()),
            columns: in_32_bits(layer.columns.len()),
            west: 0,
            column_shift: 0,
        });
        layer.columns.shrink_to_fit();
        (layer, tags)
    }

    /// Adds the places of the next strip, sorted from west to east.
    fn add_row(&mut self, places: &[(i32, u16, u32)]) {
        let start = self.lons.len();
        self.lons.extend(places.iter().map(|(lon, ..)| *lon));
        self.lats.extend(places.iter().map(|(_, lat, _)| *lat));
        let (west, east) = match (places.first(), places.last()) {
            (Some(first), Some(last)) => (first.0, last.0),
            _ => (0, 0),
        };
        let wanted = in_32_bits(places.len() / PLACES_IN_COLUMN).max(1);
        let column_shift = u32::BITS - (east.abs_diff(west) / wanted).leading_zeros();
        self.rows.push(Row {
            start: in_32_bits(start),
            columns: in_32_bits(self.columns.len()),
            west,
            column_shift,
        });
        if places.is_empty() {
            return;
        }
        let last_column = east.abs_diff(west).unbounded_shr(column_shift);
        let mut slot = start;
        for column in 0..=last_column {
            while slot < self.lons.len()
                && self.lons[slot].abs_diff(west).unbounded_shr(column_shift) < column
            {
                slot += 1;
            }
            self.columns.push(in_32_bits(slot));
        }
        self.columns.push(in_32_bits(self.lons.len()));
    }

    pub(super) fn len(&self) -> usize {
        self.lons.len()
    }

    /// The strips that hold places.
    pub(super) fn strips(&self) -> Range<u32> {
        self.first_strip..self.first_strip + in_32_bits(self.rows.len() - 1)
    }

    /// The place in a slot.
    pub(super) fn point(&self, slot: usize) -> Point {
        let row = self.rows.partition_point(|row| row.start as usize <= slot) - 1;
        let bottom = self.layout.bottom(self.first_strip + in_32_bits(row));
        Point::from_units(self.lons[slot], bottom + i32::from(self.lats[slot]))
            .expect("places came in as points")
    }

    /// All places in the order of their slots.
    pub(super) fn points(&self) -> impl Iterator<Item = Point> + '_ {
        self.strips()
            .zip(self.rows.windows(2))
            .flat_map(move |(strip, rows)| {
                let bottom = self.layout.bottom(strip);
                let slots = rows[0].start as usize..rows[1].start as usize;
                self.lons[slots.clone()]
                    .iter()
                    .zip(&self.lats[slots])
                    .map(move |(lon, lat)| {
                        Point::from_units(*lon, bottom + i32::from(*lat)).expect("places came in as points")
                    })
            })
    }

    /// The slots of the places inside.
    pub(super) fn inside(&self, zones: &Zones) -> Slots {
        let mut inside = Slots::default();
        let own = self.strips();
        let asked = zones.strips();
        for strip in own.start.max(asked.start)..own.end.min(asked.end) {
            let index = (strip - own.start) as usize;
            let (row, end) = (self.rows[index], self.rows[index + 1]);
            let mut known = (i32::MIN, row.start);
            for zone in zones.of(strip) {
                let from = if known.0 == zone.west {
                    known.1
                } else {
                    self.first_from(row, end, zone.west)
                };
                if from == end.start {
                    break;
                }
                let to = self.first_from(row, end, zone.east + 1);
                known = (zone.east + 1, to);
                match zone.test {
                    Test::Inside => inside.push_run(from, to),
                    _ if from == to => {}
                    Test::Crossings {
                        from: first,
                        to: last,
                        winding,
                    } => {
                        let edges = zones.edges(first, last);
                        inside.push_if(self.candidates(strip, from..to), |(lon, lat)| {
                            rings::is_inside(edges.clone(), winding, lon, lat)
                        });
                    }
                    Test::Rim => {
                        let rim = zones.rim();
                        inside.push_if(self.candidates(strip, from..to), |(lon, lat)| rim.holds(lon, lat));
                    }
                }
            }
        }
        inside
    }

    /// The slots of a strip with their longitudes and latitudes.
    fn candidates(&self, strip: u32, slots: Range<u32>) -> impl ExactSizeIterator<Item = (u32, (i32, i32))> {
        let bottom = self.layout.bottom(strip);
        let range = slots.start as usize..slots.end as usize;
        let places = self.lons[range.clone()].iter().zip(&self.lats[range]);
        slots.zip(places.map(move |(lon, lat)| (*lon, bottom + i32::from(*lat))))
    }

    /// The first slot of a row, which ends where `end` starts, at or east of a longitude.
    #[inline]
    fn first_from(&self, row: Row, end: Row, lon: i32) -> u32 {
        if lon <= row.west {
            return row.start;
        }
        let column = lon.abs_diff(row.west).unbounded_shr(row.column_shift);
        if column + 1 >= end.columns - row.columns {
            return end.start;
        }
        let at = (row.columns + column) as usize;
        let (from, to) = (self.columns[at], self.columns[at + 1]);
        let before = self.lons[from as usize..to as usize].partition_point(|place| *place < lon);
        from + in_32_bits(before)
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Row>()
            + self.columns.capacity() * size_of::<u32>()
            + self.lons.capacity() * size_of::<i32>()
            + self.lats.capacity() * size_of::<u16>()
    }
}

/// A number of places: there are at most 2^27 participants with 8 each.
pub(super) fn in_32_bits(count: usize) -> u32 {
    u32::try_from(count).expect("places are counted in 32 bits")
}
