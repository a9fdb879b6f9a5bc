//! The column `places`: a participant's places as one text.

use std::fmt::Write as _;

use super::super::{Place, PlaceKind, Places, Postcode, PostcodeError, is_label};
use super::RowProblem;
use crate::domain::point::Point;

/// Reads a list of places.
pub(super) fn read_places(
    text: &str,
    locate: &mut impl FnMut(Postcode) -> Option<Point>,
) -> Result<Places, RowProblem> {
    let texts = text.split(';').map(str::trim).filter(|text| !text.is_empty());
    // One more than allowed is enough to refuse.
    let places = texts.take(Places::MAX + 1).enumerate().map(|(index, text)| {
        read_place(text, locate).map_err(|error| RowProblem::Place {
            number: index + 1,
            error,
        })
    });
    Ok(Places::new(places.collect::<Result<_, _>>()?)?)
}

fn read_place(
    text: &str,
    locate: &mut impl FnMut(Postcode) -> Option<Point>,
) -> Result<Place, PlaceTextError> {
    let (kind, rest) = text.split_once(':').ok_or(PlaceTextError::Kind)?;
    let kind = PlaceKind::from_name(kind.trim()).ok_or(PlaceTextError::Kind)?;
    let (position, label) = match rest.split_once('|') {
        Some((position, label)) => (position, Some(read_label(label)?)),
        None => (rest, None),
    };
    let mut parts = position.split(',').map(str::trim);
    let (point, postcode) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(postcode), None, None, None) => {
            let postcode = postcode.parse()?;
            (
                locate(postcode).ok_or(PlaceTextError::UnknownPostcode)?,
                Some(postcode),
            )
        }
        (Some(longitude), Some(latitude), postcode, None) => (
            read_point(longitude, latitude)?,
            postcode.map(str::parse).transpose()?,
        ),
        _ => return Err(PlaceTextError::Position),
    };
    Ok(Place {
        kind,
        point,
        label,
        postcode,
    })
}

fn read_point(longitude: &str, latitude: &str) -> Result<Point, PlaceTextError> {
    let degrees = |text: &str| text.parse::<f64>().map_err(|_| PlaceTextError::Position);
    Point::from_degrees(degrees(longitude)?, degrees(latitude)?).map_err(|_| PlaceTextError::Position)
}

fn read_label(text: &str) -> Result<String, PlaceTextError> {
    let mut label = String::with_capacity(text.len());
    let mut parts = text.trim().split('%');
    label.extend(parts.next());
    for part in parts {
        let (code, rest) = part.split_at_checked(2).ok_or(PlaceTextError::Label)?;
        label.push(match code {
            "25" => '%',
            "3B" | "3b" => ';',
            "7C" | "7c" => '|',
            _ => return Err(PlaceTextError::Label),
        });
        label.push_str(rest);
    }
    if is_label(&label) {
        Ok(label)
    } else {
        Err(PlaceTextError::Label)
    }
}

/// Writes places so that [`read_places`] gives the same.
pub(super) fn write_places(places: &[Place]) -> String {
    let mut text = String::with_capacity(places.len() * 40);
    for (index, place) in places.iter().enumerate() {
        let separator = if index == 0 { "" } else { ";" };
        // Seven decimals are the whole of a point, whose unit is 1e-7 degree.
        let (longitude, latitude) = (place.point.lon_degrees(), place.point.lat_degrees());
        let _ = write!(
            text,
            "{separator}{}:{longitude:.7},{latitude:.7}",
            place.kind.name()
        );
        if let Some(postcode) = place.postcode {
            let _ = write!(text, ",{postcode}");
        }
        if let Some(label) = &place.label {
            let label = label.replace('%', "%25").replace(';', "%3B").replace('|', "%7C");
            let _ = write!(text, "|{label}");
        }
    }
    text
}

/// Why a text is no place. Never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceTextError {
    /// No known kind before a colon.
    #[error("begin with home:, work: or other:")]
    Kind,
    /// Neither longitude and latitude nor a postcode.
    #[error("write longitude,latitude in degrees, as 5.1214,52.0907, or a postcode")]
    Position,
    /// Not of the form of a postcode.
    #[error(transparent)]
    Postcode(#[from] PostcodeError),
    /// A postcode that is nowhere.
    #[error("the postcode is unknown: check it, or give longitude,latitude")]
    UnknownPostcode,
    /// The participant's own name for it.
    #[error("the name after | is at most 40 characters; write %, ; and | in it as %25, %3B and %7C")]
    Label,
}
