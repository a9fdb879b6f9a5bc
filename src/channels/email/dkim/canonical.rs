//! The relaxed canonical form of headers and bodies (RFC 6376, sections 3.4.2 and 3.4.4).

/// A header as it is signed, with the end of its line.
pub(super) fn header(name: &str, value: &str) -> String {
    let mut line = name.to_ascii_lowercase();
    line.push(':');
    let start = line.len();
    for word in value.split([' ', '\t', '\r', '\n']) {
        if !word.is_empty() {
            if line.len() > start {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    line.push_str("\r\n");
    line
}

/// A piece of a body as it is signed: spaces at the end of a line left out, others joined; empty lines at the end
/// left out where it is the `last` piece.
pub(super) fn body(piece: &[u8], last: bool) -> Vec<u8> {
    let mut signed = Vec::with_capacity(piece.len());
    for line in piece.split_inclusive(|byte| *byte == b'\n') {
        let (text, end): (&[u8], &[u8]) = match line.strip_suffix(b"\r\n") {
            Some(text) => (text, b"\r\n"),
            None => (line, b""),
        };
        let mut space = false;
        for byte in text {
            if matches!(byte, b' ' | b'\t') {
                space = true;
            } else {
                if space {
                    signed.push(b' ');
                    space = false;
                }
                signed.push(*byte);
            }
        }
        // A piece that ends within a line keeps its space: more follows.
        if space && end.is_empty() && !last {
            signed.push(b' ');
        }
        signed.extend_from_slice(end);
    }
    if last {
        while signed.ends_with(b"\r\n\r\n") {
            signed.truncate(signed.len() - 2);
        }
        if signed == b"\r\n" {
            signed.clear();
        }
    }
    signed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_comes_out_as_it_should() {
        // RFC 6376, section 3.4.5.
        assert_eq!(header("A", " X\r\n"), "a:X\r\n");
        assert_eq!(header("B ".trim(), " Y\t\r\n\tZ  \r\n"), "b:Y Z\r\n");
        assert_eq!(body(b" C \r\nD \t E\r\n\r\n\r\n", true), b" C\r\nD E\r\n");
        assert_eq!(body(b"\r\n\r\n", true), b"");
    }

    #[test]
    fn a_body_in_pieces_is_that_of_the_whole() {
        let whole = b"een  twee\t\r\n\r\ndrie \"LINK\"\r\nvier\r\n\r\n";
        let at = whole.windows(4).position(|four| four == b"LINK").unwrap();
        let mut pieces = body(&whole[..at], false);
        pieces.extend_from_slice(b"LINK");
        pieces.extend(body(&whole[at + 4..], true));
        assert_eq!(pieces, body(whole, true));
    }
}
