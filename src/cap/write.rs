//! A message as XML, in the order of the schema (section 3.4).

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::NAMESPACE;
use super::alert::{Alert, AlertArea, Info, Reference};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::point::Point;

/// Where a document grows.
pub type Document = Writer<Vec<u8>>;

/// The message.
///
/// # Panics
/// Never: memory takes any document.
pub fn xml(alert: &Alert) -> String {
    document(|writer| {
        writer
            .create_element("alert")
            .with_attribute(("xmlns", NAMESPACE))
            .write_inner_content(|writer| parts(writer, alert))?;
        Ok(())
    })
}

/// A document with its declaration.
pub fn document(fill: impl FnOnce(&mut Document) -> io::Result<()>) -> String {
    let mut writer = Writer::new(Vec::new());
    writer
        .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
        .and_then(|()| fill(&mut writer))
        .expect("memory takes any document");
    String::from_utf8(writer.into_inner()).expect("only text was written")
}

/// An element with a text.
pub fn element(writer: &mut Document, name: &str, text: &str) -> io::Result<()> {
    let text = printable(text);
    writer
        .create_element(name)
        .write_text_content(BytesText::new(&text))?;
    Ok(())
}

fn optional(writer: &mut Document, name: &str, text: Option<&str>) -> io::Result<()> {
    text.map_or(Ok(()), |text| element(writer, name, text))
}

/// The text without what XML cannot hold (XML 1.0, section 2.2), its line ends as a reader would see them.
fn printable(text: &str) -> String {
    let is_char =
        |c: &char| matches!(c, '\t' | '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(is_char).collect()
}

/// A moment as the standard wants it (section 3.3.2): to the second, with the offset of Dutch clocks.
pub fn moment(at: Timestamp) -> String {
    // The second that has begun: the offset is a whole number of hours.
    let local = dutch_time(at);
    let hours = (local - at.to_utc().naive_utc()).num_hours();
    format!("{}+{hours:02}:00", local.format("%Y-%m-%dT%H:%M:%S"))
}

fn parts(writer: &mut Document, alert: &Alert) -> io::Result<()> {
    element(writer, "identifier", &alert.identifier)?;
    element(writer, "sender", &alert.sender)?;
    element(writer, "sent", &moment(alert.sent))?;
    element(writer, "status", alert.status.word())?;
    element(writer, "msgType", alert.message_type.word())?;
    element(writer, "scope", alert.audience.word())?;
    optional(writer, "note", alert.note.as_deref())?;
    if !alert.references.is_empty() {
        let references: Vec<_> = alert.references.iter().map(reference).collect();
        element(writer, "references", &references.join(" "))?;
    }
    alert.infos.iter().try_for_each(|one| info(writer, one))
}

fn reference(reference: &Reference) -> String {
    format!(
        "{},{},{}",
        reference.sender,
        reference.identifier,
        moment(reference.sent)
    )
}

fn info(writer: &mut Document, info: &Info) -> io::Result<()> {
    let fill = |writer: &mut Document| {
        element(writer, "language", &info.language)?;
        for category in &info.categories {
            element(writer, "category", category.word())?;
        }
        element(writer, "event", &info.event)?;
        for response in &info.responses {
            element(writer, "responseType", response.word())?;
        }
        element(writer, "urgency", info.urgency.word())?;
        element(writer, "severity", info.severity.word())?;
        element(writer, "certainty", info.certainty.word())?;
        pairs(writer, "eventCode", &info.event_codes)?;
        for (name, at) in [
            ("effective", info.effective),
            ("onset", info.onset),
            ("expires", info.expires),
        ] {
            optional(writer, name, at.map(moment).as_deref())?;
        }
        optional(writer, "senderName", info.sender_name.as_deref())?;
        optional(writer, "headline", info.headline.as_deref())?;
        optional(writer, "description", info.description.as_deref())?;
        optional(writer, "instruction", info.instruction.as_deref())?;
        optional(writer, "web", info.web.as_deref())?;
        optional(writer, "contact", info.contact.as_deref())?;
        info.areas.iter().try_for_each(|one| area(writer, one))
    };
    writer.create_element("info").write_inner_content(fill)?;
    Ok(())
}

fn area(writer: &mut Document, area: &AlertArea) -> io::Result<()> {
    let fill = |writer: &mut Document| {
        element(writer, "areaDesc", &area.description)?;
        for ring in &area.polygons {
            let points: Vec<_> = ring.iter().map(|point| position(*point)).collect();
            element(writer, "polygon", &points.join(" "))?;
        }
        for circle in &area.circles {
            let text = format!("{} {}", position(circle.centre), circle.radius_km);
            element(writer, "circle", &text)?;
        }
        pairs(writer, "geocode", &area.geocodes)
    };
    writer.create_element("area").write_inner_content(fill)?;
    Ok(())
}

/// `lat,lon` in degrees (section 3.3.3), latitude first.
fn position(point: Point) -> String {
    format!("{},{}", point.lat_degrees(), point.lon_degrees())
}

fn pairs(writer: &mut Document, name: &str, pairs: &[(String, String)]) -> io::Result<()> {
    for (list, value) in pairs {
        writer.create_element(name).write_inner_content(|writer| {
            element(writer, "valueName", list)?;
            element(writer, "value", value)
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_dutch_time_to_the_second() {
        let written = |text: &str| moment(Timestamp::parse_rfc3339(text).unwrap());
        assert_eq!(written("2026-03-01T14:02:00.900Z"), "2026-03-01T15:02:00+01:00");
        assert_eq!(written("2026-07-01T22:30:00Z"), "2026-07-02T00:30:00+02:00");
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out_and_markup_stays_text() {
        let text = document(|writer| element(writer, "a", "x\u{0}\u{b}\r\ny <b> & \u{fffe}\u{1f600}"));
        assert!(text.ends_with("<a>x\ny &lt;b&gt; &amp; \u{1f600}</a>"), "{text}");
    }
}
