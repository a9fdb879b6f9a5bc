//! How the earth is cut into horizontal strips.

use std::collections::HashMap;

use crate::domain::area::Bounds;
use crate::domain::point::Point;

/// Strips of equal height from the south pole up; the height is a power of two of units of 1e-7 degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    shift: u32,
}

impl Layout {
    /// The tallest strips: a place's height above the bottom of its strip fits 16 bits.
    const MAX_SHIFT: u32 = 16;
    /// About three metres.
    const MIN_SHIFT: u32 = 8;
    /// Places wanted in a square as high as a strip where people live: fewer make more strips to visit,
    /// more make more places to test along borders.
    const PLACES_IN_SQUARE: f64 = 4.0;
    /// Places looked at to learn how densely people live.
    const SAMPLE: usize = 1 << 16;
    /// Side of the cells in which they are counted: about 1.5 km.
    const SAMPLE_CELL_SHIFT: u32 = 17;

    /// Strips of a height that suits how densely these points lie.
    pub(super) fn for_points(points: impl ExactSizeIterator<Item = Point> + Clone) -> Self {
        let total = points.len();
        let stride = total.div_ceil(Self::SAMPLE).max(1);
        let mut cells = HashMap::<(i32, i32), f64>::new();
        for point in points.clone().step_by(stride) {
            *cells
                .entry((
                    point.lon() >> Self::SAMPLE_CELL_SHIFT,
                    point.lat() >> Self::SAMPLE_CELL_SHIFT,
                ))
                .or_default() += 1.0;
        }
        // How many share the cell of the average place.
        let (sum, squares) = cells.values().fold((0.0, 0.0), |(sum, squares), count| {
            (sum + count, squares + count * count)
        });
        let neighbours = if sum > 0.0 {
            squares / sum * stride as f64
        } else {
            1.0
        };
        let side_in_cells = (Self::PLACES_IN_SQUARE / neighbours).sqrt();
        let shift = f64::from(Self::SAMPLE_CELL_SHIFT) + side_in_cells.log2();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 8..=16"
        )]
        let shift = shift
            .round()
            .clamp(f64::from(Self::MIN_SHIFT), f64::from(Self::MAX_SHIFT)) as u32;
        // Empty strips between places far apart must not outnumber the places.
        let bounds = Bounds::around(points);
        let is_too_fine =
            |shift: &u32| (bounds.south.abs_diff(bounds.north) >> shift) as usize > total / 4 + 1024;
        let shift = (shift..Self::MAX_SHIFT)
            .find(|shift| !is_too_fine(shift))
            .unwrap_or(Self::MAX_SHIFT);
        Self { shift }
    }

    #[cfg(test)]
    pub(super) const fn with_shift(shift: u32) -> Self {
        Self { shift }
    }

    /// The strip that holds this latitude.
    pub(super) const fn strip(self, lat: i32) -> u32 {
        (lat + Point::MAX_LAT).cast_unsigned() >> self.shift
    }

    /// The smallest latitude in the strip.
    pub(super) const fn bottom(self, strip: u32) -> i32 {
        (strip << self.shift).cast_signed() - Point::MAX_LAT
    }

    /// The height of a strip in units.
    pub(super) const fn height(self) -> i32 {
        1 << self.shift
    }

    /// How far the latitude lies above the bottom of its strip.
    pub(super) fn above_bottom(self, lat: i32) -> u16 {
        let above = (lat + Point::MAX_LAT) & (self.height() - 1);
        u16::try_from(above).expect("strips are at most 2^16 units high")
    }
}
