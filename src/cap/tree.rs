//! A small XML document in memory, taken apart under limits: no document type (and so no entities of its own), no
//! deeper and no larger than any alert needs.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// The most bytes of a document.
pub const MAX_BYTES: usize = 1024 * 1024;
/// How deep elements may nest; an alert needs six, a signature beside it eight.
const MAX_DEPTH: usize = 24;
/// The most elements.
const MAX_ELEMENTS: usize = 20_000;
/// The most attributes of all elements together.
const MAX_ATTRIBUTES: usize = 20_000;

/// An element with what stands in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its namespace; empty without one.
    pub namespace: String,
    /// Its name without a prefix.
    pub name: String,
    /// Its attributes without a namespace.
    pub attributes: Vec<(String, String)>,
    /// The text in it, without that of the elements in it.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Self>,
}

/// Why a document is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Too many bytes.
    #[error("the document has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// No UTF-8.
    #[error("the document is not in UTF-8")]
    Encoding,
    /// A document type, which an alert has not.
    #[error("the document has a document type, which is not taken")]
    DocumentType,
    /// Elements inside elements inside elements.
    #[error("the document nests too deep")]
    TooDeep,
    /// More elements or attributes than any alert has.
    #[error("the document has too many elements or attributes")]
    TooMany,
    /// No well-formed XML, or a reference to what the document cannot know.
    #[error("the document is no well-formed XML")]
    Malformed,
}

impl Element {
    /// The elements of this name in the same namespace.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children
            .iter()
            .filter(move |child| child.name == name && child.namespace == self.namespace)
    }

    /// The first of them.
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a Self> {
        self.all(name).next()
    }

    /// The text of the first of them, without spaces around it; none when it is empty.
    pub fn text_of<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let text = self.first(name)?.text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// An attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The root of a document.
pub fn read(bytes: &[u8]) -> Result<Element, XmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(XmlError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reading = Reading {
        open: Vec::new(),
        root: None,
        elements: 0,
        attributes: 0,
    };
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().check_comments = true;
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(|_| XmlError::Malformed)?;
        if !reading.take(&namespace, event)? {
            return reading.root.ok_or(XmlError::Malformed);
        }
    }
}

struct Reading {
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    attributes: usize,
}

impl Reading {
    /// False at the end.
    fn take(&mut self, namespace: &ResolveResult<'_>, event: Event<'_>) -> Result<bool, XmlError> {
        match event {
            Event::Start(start) => self.start(namespace, &start)?,
            Event::End(_) => {
                let ended = self.open.pop().ok_or(XmlError::Malformed)?;
                match self.open.last_mut() {
                    Some(parent) => parent.children.push(ended),
                    None => self.root = Some(ended),
                }
            }
            Event::Text(text) => self.add(&text.xml10_content())?,
            Event::CData(text) => self.add(&text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character,
                    Ok(None) => match &*reference {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "apos" => '\'',
                        "quot" => '"',
                        _ => return Err(XmlError::Malformed),
                    },
                    Err(_) => return Err(XmlError::Malformed),
                };
                self.add(character.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err(XmlError::DocumentType),
            Event::Decl(declaration) => match declaration.encoding() {
                None => {}
                Some(Ok(name))
                    if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii") => {}
                Some(_) => return Err(XmlError::Encoding),
            },
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => {
                return if self.open.is_empty() {
                    Ok(false)
                } else {
                    Err(XmlError::Malformed)
                };
            }
            // Expanded by the reader.
            Event::Empty(_) => return Err(XmlError::Malformed),
        }
        Ok(true)
    }

    fn start(&mut self, namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<(), XmlError> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(XmlError::TooMany);
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(XmlError::TooDeep);
        }
        if self.open.is_empty() && self.root.is_some() {
            return Err(XmlError::Malformed);
        }
        let mut element = Element {
            namespace: match namespace {
                ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
                ResolveResult::Unbound => String::new(),
                ResolveResult::Unknown(_) => return Err(XmlError::Malformed),
            },
            name: start.local_name().as_ref().to_owned(),
            ..Element::default()
        };
        for attribute in start.attributes() {
            self.attributes += 1;
            if self.attributes > MAX_ATTRIBUTES {
                return Err(XmlError::TooMany);
            }
            let attribute = attribute.map_err(|_| XmlError::Malformed)?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| XmlError::Malformed)?;
            let name: &str = attribute.key.as_ref();
            if name != "xmlns" && !name.contains(':') {
                element.attributes.push((name.to_owned(), value.into_owned()));
            }
        }
        self.open.push(element);
        Ok(())
    }

    fn add(&mut self, text: &str) -> Result<(), XmlError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(XmlError::Malformed),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_text_and_references_are_read() {
        let root = read(b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?><a xmlns='n' x='1&amp;2'><!-- c -->t&lt;&#x41;<![CDATA[<z>]]><b/><m:c xmlns:m='o'>u</m:c></a>\n").unwrap();
        assert_eq!(
            (root.namespace.as_str(), root.name.as_str(), root.text.as_str()),
            ("n", "a", "t<A<z>")
        );
        assert_eq!(root.attribute("x"), Some("1&2"));
        assert_eq!(root.children.len(), 2);
        assert_eq!(
            (
                root.children[1].namespace.as_str(),
                root.children[1].name.as_str()
            ),
            ("o", "c")
        );
        assert!(root.first("c").is_none(), "another's element is not ours");
    }

    #[test]
    fn bombs_and_what_is_no_document_are_refused_quickly() {
        let billion = "<!DOCTYPE a [<!ENTITY x \"xxxxxxxx\"><!ENTITY y \"&x;&x;&x;\">]><a>&y;</a>";
        let outside = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>";
        for bomb in [billion, outside] {
            assert_eq!(read(bomb.as_bytes()), Err(XmlError::DocumentType));
        }
        assert_eq!(read("<a>&y;</a>".as_bytes()), Err(XmlError::Malformed));
        assert_eq!(read("<a>".repeat(100_000).as_bytes()), Err(XmlError::TooDeep));
        let flat = format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS));
        assert_eq!(read(flat.as_bytes()), Err(XmlError::TooMany));
        assert_eq!(read(&vec![b' '; MAX_BYTES + 1]), Err(XmlError::TooLarge));
        assert_eq!(read(b"<a>\xff</a>"), Err(XmlError::Encoding));
        assert_eq!(
            read(b"<?xml version='1.0' encoding='UTF-16'?><a/>"),
            Err(XmlError::Encoding)
        );
        for broken in [
            "",
            "text",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>text",
            "<a x=1/>",
            "<p:a/>",
            "<a x='1' x='2'/>",
        ] {
            assert!(read(broken.as_bytes()).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn nothing_that_looks_like_xml_breaks_the_reader(text in "(<[a-c/!?\\[\\]:'\"= x-]{0,8}>|&[a-z#0-9]{0,6};|[a-z ]{0,4}){0,40}") {
            let _ = read(text.as_bytes());
        }
    }
}
