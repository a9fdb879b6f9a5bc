//! A message taken apart: versions 1.0 to 1.2, leniently where senders differ, never where it would alert more than was
//! meant.

use super::alert::{
    Alert, AlertArea, AlertCircle, Audience, Category, Certainty, Info, MessageType, Reference, Response,
    Severity, Status, Urgency, is_name,
};
use super::tree::{self, Element, XmlError};
use crate::domain::clock::Timestamp;
use crate::domain::point::Point;

/// The namespaces of versions 1.0, 1.1 and 1.2.
const NAMESPACES: [&str; 3] = [
    "http://www.incident.com/cap/1.0",
    "urn:oasis:names:tc:emergency:cap:1.1",
    super::NAMESPACE,
];
/// The most characters of an identifier or a sender.
const NAME_CHARS: usize = 400;
/// The most languages.
const MOST_INFOS: usize = 20;
/// The most areas of one of them, and codes of one area.
const MOST_AREAS: usize = 200;
/// The most earlier messages that one names.
const MOST_REFERENCES: usize = 500;

/// Why a document is no message that can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No document.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Another kind of document.
    #[error("this is no message of the Common Alerting Protocol, version 1.0 to 1.2")]
    NoAlert,
    /// What every message needs is missing, or not as the standard has it.
    #[error("'{0}' is missing, or not as the standard has it")]
    Element(&'static str),
    /// More parts than are taken.
    #[error("there are too many of '{0}'")]
    TooMany(&'static str),
}

/// Reads a message.
pub fn read(bytes: &[u8]) -> Result<Alert, ReadError> {
    of_element(&tree::read(bytes)?)
}

/// Reads a message from the root of its document.
pub fn of_element(root: &Element) -> Result<Alert, ReadError> {
    if root.name != "alert" || !NAMESPACES.contains(&root.namespace.as_str()) {
        return Err(ReadError::NoAlert);
    }
    let infos = root.all("info").map(info).collect::<Result<Vec<_>, _>>()?;
    if infos.len() > MOST_INFOS {
        return Err(ReadError::TooMany("info"));
    }
    Ok(Alert {
        identifier: name(root, "identifier")?,
        sender: name(root, "sender")?,
        sent: moment(root, "sent")?.ok_or(ReadError::Element("sent"))?,
        status: word(root, "status", Status::parse)?,
        message_type: word(root, "msgType", MessageType::parse)?,
        // Version 1.0 may leave it out; then it is for everyone.
        audience: match root.text_of("scope") {
            None => Audience::Public,
            Some(text) => Audience::parse(text).ok_or(ReadError::Element("scope"))?,
        },
        note: owned(root, "note"),
        references: references(root)?,
        infos,
    })
}

fn name(root: &Element, part: &'static str) -> Result<String, ReadError> {
    let text = root.text_of(part).ok_or(ReadError::Element(part))?;
    if is_name(text) && text.chars().count() <= NAME_CHARS {
        Ok(text.to_owned())
    } else {
        Err(ReadError::Element(part))
    }
}

fn word<T>(element: &Element, part: &'static str, parse: fn(&str) -> Option<T>) -> Result<T, ReadError> {
    element
        .text_of(part)
        .and_then(parse)
        .ok_or(ReadError::Element(part))
}

/// A word that senders make up now and then: what is not known of the matter, and not of the message.
fn word_or<T: Copy>(element: &Element, part: &'static str, parse: fn(&str) -> Option<T>, other: T) -> T {
    element.text_of(part).and_then(parse).unwrap_or(other)
}

fn moment(element: &Element, part: &'static str) -> Result<Option<Timestamp>, ReadError> {
    let Some(text) = element.text_of(part) else {
        return Ok(None);
    };
    match Timestamp::parse_rfc3339(text) {
        // To the second, as messages name each other.
        Ok(at) => Ok(Some(Timestamp::from_millis(at.as_secs() * 1000))),
        Err(_) => Err(ReadError::Element(part)),
    }
}

fn owned(element: &Element, part: &'static str) -> Option<String> {
    element.text_of(part).map(str::to_owned)
}

fn references(root: &Element) -> Result<Vec<Reference>, ReadError> {
    let wrong = ReadError::Element("references");
    let texts = root.text_of("references").unwrap_or_default().split_whitespace();
    let references = texts
        .map(|text| {
            let mut parts = text.split(',');
            match (parts.next(), parts.next(), parts.next(), parts.next()) {
                (Some(sender), Some(identifier), Some(sent), None) => {
                    let sent = Timestamp::parse_rfc3339(sent).map_err(|_| wrong)?;
                    Ok(Reference {
                        sender: sender.to_owned(),
                        identifier: identifier.to_owned(),
                        sent: Timestamp::from_millis(sent.as_secs() * 1000),
                    })
                }
                _ => Err(wrong),
            }
        })
        .take(MOST_REFERENCES + 1)
        .collect::<Result<Vec<_>, _>>()?;
    if references.len() > MOST_REFERENCES {
        return Err(ReadError::TooMany("references"));
    }
    Ok(references)
}

fn info(element: &Element) -> Result<Info, ReadError> {
    let words = |part: &'static str| element.all(part).map(|one| one.text.trim());
    let areas = element.all("area").map(area).collect::<Result<Vec<_>, _>>()?;
    if areas.len() > MOST_AREAS {
        return Err(ReadError::TooMany("area"));
    }
    Ok(Info {
        language: owned(element, "language").unwrap_or_else(|| "en-US".to_owned()),
        categories: words("category").filter_map(Category::parse).take(20).collect(),
        event: owned(element, "event").unwrap_or_default(),
        responses: words("responseType")
            .filter_map(Response::parse)
            .take(20)
            .collect(),
        urgency: word_or(element, "urgency", Urgency::parse, Urgency::Unknown),
        severity: word_or(element, "severity", Severity::parse, Severity::Unknown),
        certainty: word_or(element, "certainty", Certainty::parse, Certainty::Unknown),
        event_codes: pairs(element, "eventCode")?,
        effective: moment(element, "effective")?,
        onset: moment(element, "onset")?,
        expires: moment(element, "expires")?,
        sender_name: owned(element, "senderName"),
        headline: owned(element, "headline"),
        description: owned(element, "description"),
        instruction: owned(element, "instruction"),
        web: owned(element, "web"),
        contact: owned(element, "contact"),
        areas,
    })
}

fn area(element: &Element) -> Result<AlertArea, ReadError> {
    Ok(AlertArea {
        description: owned(element, "areaDesc").unwrap_or_default(),
        polygons: element
            .all("polygon")
            .map(|one| ring(&one.text))
            .collect::<Result<_, _>>()?,
        circles: element
            .all("circle")
            .map(|one| circle(&one.text))
            .collect::<Result<_, _>>()?,
        geocodes: pairs(element, "geocode")?,
    })
}

/// `lat,lon` of the standard.
fn position(text: &str) -> Option<Point> {
    let (lat, lon) = text.split_once(',')?;
    Point::from_degrees(lon.trim().parse().ok()?, lat.trim().parse().ok()?).ok()
}

/// At least three corners; closed where the sender left it open.
fn ring(text: &str) -> Result<Vec<Point>, ReadError> {
    let wrong = ReadError::Element("polygon");
    let mut points = text
        .split_whitespace()
        .map(|text| position(text).ok_or(wrong))
        .collect::<Result<Vec<_>, _>>()?;
    if points.first() != points.last() {
        points.extend(points.first().copied());
    }
    if points.len() < 4 { Err(wrong) } else { Ok(points) }
}

fn circle(text: &str) -> Result<AlertCircle, ReadError> {
    let wrong = ReadError::Element("circle");
    let mut parts = text.split_whitespace();
    let (Some(centre), Some(radius), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong);
    };
    let radius_km: f64 = radius.parse().map_err(|_| wrong)?;
    if !(0.0..=20_100.0).contains(&radius_km) {
        return Err(wrong);
    }
    Ok(AlertCircle {
        centre: position(centre).ok_or(wrong)?,
        radius_km,
    })
}

/// Names of lists with a value each. Version 1.0 wrote `list=value` instead.
fn pairs(element: &Element, part: &'static str) -> Result<Vec<(String, String)>, ReadError> {
    let pairs: Vec<_> = element
        .all(part)
        .filter_map(|one| match (one.text_of("valueName"), one.text_of("value")) {
            (Some(list), Some(value)) => Some((list.to_owned(), value.to_owned())),
            _ => one
                .text
                .trim()
                .split_once('=')
                .map(|(list, value)| (list.to_owned(), value.to_owned())),
        })
        .take(MOST_AREAS + 1)
        .collect();
    if pairs.len() > MOST_AREAS {
        return Err(ReadError::TooMany(part));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests;
