//! Alerts as an Atom feed (RFC 4287): one entry each, with a link to the message.

use crate::cap::Alert;
use crate::cap::MEDIA_TYPE;
use crate::cap::write::{Document, document, element};
use crate::domain::clock::Timestamp;

/// The path of the feed.
pub(super) const PATH: &str = "/api/v1/public/alerts.atom";
/// The path that the messages lie under.
pub(super) const ALERTS: &str = "/api/v1/public/alerts";

/// The feed. Its moment is that of its latest message, so that it changes with them alone.
pub(super) fn feed(base: &str, name: &str, alerts: &[Alert]) -> String {
    let updated = alerts.iter().map(|alert| alert.sent).max().unwrap_or_default();
    document(|writer| {
        let fill = |writer: &mut Document| {
            element(writer, "id", &format!("{base}{PATH}"))?;
            element(writer, "title", name)?;
            element(writer, "updated", &moment(updated))?;
            author(writer, name)?;
            link(writer, "self", "application/atom+xml", &format!("{base}{PATH}"))?;
            alerts
                .iter()
                .try_for_each(|alert| entry(writer, base, name, alert))
        };
        writer
            .create_element("feed")
            .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
            .write_inner_content(fill)?;
        Ok(())
    })
}

fn entry(writer: &mut Document, base: &str, name: &str, alert: &Alert) -> std::io::Result<()> {
    let address = format!("{base}{ALERTS}/{}", alert.identifier);
    let fill = |writer: &mut Document| {
        element(writer, "id", &address)?;
        let said = |part: fn(&crate::cap::alert::Info) -> Option<&String>| {
            let parts = alert
                .infos
                .iter()
                .filter_map(part)
                .filter(|part| !part.is_empty());
            parts.cloned().collect::<Vec<_>>()
        };
        element(writer, "title", &said(|info| info.headline.as_ref()).join(" / "))?;
        element(writer, "updated", &moment(alert.sent))?;
        author(writer, name)?;
        link(writer, "alternate", MEDIA_TYPE, &address)?;
        element(
            writer,
            "summary",
            &said(|info| info.description.as_ref()).join("\n\n"),
        )
    };
    writer.create_element("entry").write_inner_content(fill)?;
    Ok(())
}

fn author(writer: &mut Document, name: &str) -> std::io::Result<()> {
    let fill = |writer: &mut Document| element(writer, "name", name);
    writer.create_element("author").write_inner_content(fill)?;
    Ok(())
}

fn link(writer: &mut Document, rel: &str, kind: &str, address: &str) -> std::io::Result<()> {
    let link =
        writer
            .create_element("link")
            .with_attributes([("rel", rel), ("type", kind), ("href", address)]);
    link.write_empty()?;
    Ok(())
}

fn moment(at: Timestamp) -> String {
    at.to_string()
}
