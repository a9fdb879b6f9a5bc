//! The places of a participant as bytes: small, and read for the directory without making a text.
//!
//! A place is `flags (1) | longitude (4) | latitude (4) | [digits (2)] | [letters (2)] | [length (1), label]`,
//! numbers little-endian, coordinates in 1e-7 degree. The low two bits of the flags are the kind, the next
//! three say which of the optional parts follow.

use crate::domain::participant::{Place, PlaceKind, Places, Postcode};
use crate::domain::point::Point;
use crate::storage::{Result, StorageError};

const HAS_POSTCODE: u8 = 1 << 2;
const HAS_LETTERS: u8 = 1 << 3;
const HAS_LABEL: u8 = 1 << 4;

const DAMAGED: StorageError = StorageError::Corrupt("participants.places");

/// The places as bytes.
pub(super) fn write(places: &Places) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(places.len() * 16);
    for place in places.iter() {
        let postcode = place.postcode.map(|postcode| postcode.to_string());
        let mut flags = PlaceKind::ALL
            .iter()
            .position(|kind| *kind == place.kind)
            .and_then(|index| u8::try_from(index).ok())
            .expect("there are three kinds");
        flags |= postcode.as_ref().map_or(0, |_| HAS_POSTCODE);
        flags |= place
            .postcode
            .filter(|code| code.has_letters())
            .map_or(0, |_| HAS_LETTERS);
        flags |= place.label.as_ref().map_or(0, |_| HAS_LABEL);
        bytes.push(flags);
        bytes.extend_from_slice(&place.point.lon().to_le_bytes());
        bytes.extend_from_slice(&place.point.lat().to_le_bytes());
        if let (Some(code), Some(text)) = (place.postcode, postcode) {
            bytes.extend_from_slice(&code.digits().to_le_bytes());
            bytes.extend_from_slice(text.get(4..).unwrap_or_default().as_bytes());
        }
        if let Some(label) = &place.label {
            // At most 40 characters, so at most 160 bytes.
            bytes.push(u8::try_from(label.len()).expect("a label is short"));
            bytes.extend_from_slice(label.as_bytes());
        }
    }
    bytes
}

/// Reads back what [`write`] wrote.
pub(super) fn read(bytes: &[u8]) -> Result<Places> {
    let mut places = Vec::new();
    let mut rest = Bytes(bytes);
    while let Some(raw) = rest.place()? {
        places.push(raw.open()?);
    }
    Places::new(places).map_err(|_| DAMAGED)
}

/// Appends the points alone.
pub(in crate::storage) fn read_points(bytes: &[u8], points: &mut Vec<Point>) -> Result<()> {
    let mut rest = Bytes(bytes);
    while let Some(raw) = rest.place()? {
        points.push(raw.point);
    }
    Ok(())
}

struct RawPlace<'a> {
    flags: u8,
    point: Point,
    postcode: Option<(u16, &'a [u8])>,
    label: Option<&'a [u8]>,
}

impl RawPlace<'_> {
    fn open(self) -> Result<Place> {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| DAMAGED);
        let postcode = match self.postcode {
            None => None,
            Some((digits, letters)) => {
                let code = format!("{digits:04}{}", text(letters)?);
                Some(code.parse::<Postcode>().map_err(|_| DAMAGED)?)
            }
        };
        Ok(Place {
            kind: *PlaceKind::ALL.get(usize::from(self.flags & 3)).ok_or(DAMAGED)?,
            point: self.point,
            label: self.label.map(text).transpose()?,
            postcode,
        })
    }
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        Ok(self.take(N)?.try_into().expect("as many bytes as were taken"))
    }

    fn place(&mut self) -> Result<Option<RawPlace<'a>>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let [flags] = self.array()?;
        let lon = i32::from_le_bytes(self.array()?);
        let lat = i32::from_le_bytes(self.array()?);
        let postcode = if flags & HAS_POSTCODE == 0 {
            None
        } else {
            let digits = u16::from_le_bytes(self.array()?);
            let letters = if flags & HAS_LETTERS == 0 { 0 } else { 2 };
            Some((digits, self.take(letters)?))
        };
        let label = if flags & HAS_LABEL == 0 {
            None
        } else {
            let [length] = self.array()?;
            Some(self.take(usize::from(length))?)
        };
        Ok(Some(RawPlace {
            flags,
            point: Point::from_units(lon, lat).map_err(|_| DAMAGED)?,
            postcode,
            label,
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> impl Strategy<Value = Place> {
        let label = "[a-zA-Z\u{e9}\u{1f3e0}]{1,40}";
        let postcode = "[1-9][0-9]{3}(AB|XZ)?";
        (
            0_usize..3,
            -Point::MAX_LON..=Point::MAX_LON,
            -Point::MAX_LAT..=Point::MAX_LAT,
            proptest::option::of(label),
            proptest::option::of(postcode),
        )
            .prop_map(|(kind, lon, lat, label, postcode)| Place {
                kind: PlaceKind::ALL[kind],
                point: Point::from_units(lon, lat).unwrap(),
                label,
                postcode: postcode.map(|text| text.parse().unwrap()),
            })
    }

    proptest! {
        #[test]
        fn places_read_back_what_they_write(places in proptest::collection::vec(place(), 1..=8)) {
            let places = Places::new(places).unwrap();
            let bytes = write(&places);
            prop_assert!(read(&bytes).unwrap() == places);
            let mut points = Vec::new();
            read_points(&bytes, &mut points).unwrap();
            prop_assert!(points == places.iter().map(|place| place.point).collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = read(&bytes);
            let _ = read_points(&bytes, &mut Vec::new());
        }
    }
}
