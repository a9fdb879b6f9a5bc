//! Places in lists, as text in addresses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::{DeskError, Reason, Result};
use crate::domain::clock::Timestamp;

/// A place in a list as text: for addresses, opaque to whoever reads it.
pub(super) fn write_cursor(at: Timestamp, id: Uuid) -> String {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&at.as_millis().to_be_bytes());
    bytes[8..].copy_from_slice(id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn read_cursor(text: &str) -> Result<(Timestamp, Uuid)> {
    let unreadable = || DeskError::from(Reason::UnreadableCursor);
    if text.len() > 32 {
        return Err(unreadable());
    }
    let bytes: [u8; 24] = URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(unreadable)?;
    let (at, id) = bytes.split_at(8);
    let at = i64::from_be_bytes(at.try_into().map_err(|_| unreadable())?);
    let id = Uuid::from_slice(id).map_err(|_| unreadable())?;
    Ok((Timestamp::from_millis(at), id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back_and_any_other_text_is_refused(at in any::<i64>(), id in any::<u128>(), text in ".{0,50}") {
            let (at, id) = (Timestamp::from_millis(at), Uuid::from_u128(id));
            prop_assert_eq!(read_cursor(&write_cursor(at, id)).unwrap(), (at, id));
            let _ = read_cursor(&text);
        }
    }
}
