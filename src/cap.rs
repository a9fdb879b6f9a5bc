//! The Common Alerting Protocol, version 1.2 (OASIS Standard, 1 July 2010): what other alerting systems write and
//! read.
//!
//! Going out, a public action becomes one [`Alert`] at a time ([`words`] says what a kind of action is in its
//! vocabulary, [`outline`] where it is), written by [`write::xml`]. Coming in, [`read::read`] takes a message apart
//! under limits. Nothing here sends or decides: the desk does.

pub mod alert;
pub mod fetch;
pub mod outline;
pub mod read;
pub mod signature;
pub mod source;
pub mod tree;
pub mod words;
pub mod write;

pub use alert::Alert;

/// The namespace of version 1.2.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
/// The media type of a message (IANA; CAP 1.2, section 3.3.2 names none).
pub const MEDIA_TYPE: &str = "application/cap+xml";
