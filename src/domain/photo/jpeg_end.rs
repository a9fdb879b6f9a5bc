//! Whether a JPEG was received whole. Decoders fill what is missing with grey, and half a photo misleads.

const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;

/// Whether an end-of-image marker follows the first scan (ITU-T T.81, B.1.1.2). Segments before it are
/// stepped over whole, since they may hold another JPEG, a preview; in the scan itself `FF` is escaped.
pub(super) fn is_complete(file: &[u8]) -> bool {
    let mut rest = file.get(2..).unwrap_or_default();
    while let [0xFF, marker, high, low, ..] = *rest {
        match marker {
            // Fill bytes and markers without a length.
            0xFF => rest = &rest[1..],
            0x01 | 0xD0..=0xD7 => rest = &rest[2..],
            SCAN => return rest.windows(2).any(|pair| pair == [0xFF, END]),
            _ => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                rest = rest.get(2 + length..).unwrap_or_default();
            }
        }
    }
    false
}
