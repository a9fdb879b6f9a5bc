//! A statement by name, in one text for both databases or a deliberate pair, and the values bound to it.

use uuid::Uuid;

/// A named statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    /// Its constant's name, for the tests that prepare and explain it.
    #[cfg_attr(not(test), allow(dead_code, reason = "read by tests"))]
    pub name: &'static str,
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

/// Declares a module's statements as constants and lists them in its `STATEMENTS`.
///
/// `NAME = "text"` is the rule; `NAME = { sqlite: "text", postgres: "text" }` the deliberate exception.
macro_rules! statements {
    (@one $name:ident $text:literal) => {
        $crate::storage::statement::Statement { name: stringify!($name), sqlite: $text, postgres: $text }
    };
    (@one $name:ident { sqlite: $sqlite:literal, postgres: $postgres:literal }) => {
        $crate::storage::statement::Statement { name: stringify!($name), sqlite: $sqlite, postgres: $postgres }
    };
    ($($name:ident = $text:tt;)*) => {
        $(const $name: $crate::storage::statement::Statement = statements!(@one $name $text);)*
        #[allow(dead_code, reason = "read by the test that prepares every statement")]
        pub(crate) const STATEMENTS: &[$crate::storage::statement::Statement] = &[$($name),*];
    };
}

/// A value bound to a statement: what both databases have in common.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
}

macro_rules! values_from {
    ($($type:ty => |$value:ident| $variant:ident($conversion:expr);)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                Self::$variant(Some($conversion))
            }
        }

        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(|$value| $conversion))
            }
        }
    )*};
}

values_from! {
    i64 => |value| Int(value);
    u32 => |value| Int(i64::from(value));
    u16 => |value| Int(i64::from(value));
    u8 => |value| Int(i64::from(value));
    crate::domain::clock::Timestamp => |value| Int(value.as_millis());
    &str => |value| Text(value.to_owned());
    String => |value| Text(value);
    &[u8] => |value| Bytes(value.to_vec());
    Vec<u8> => |value| Bytes(value);
    Uuid => |value| Uuid(value);
    crate::domain::id::AccountId => |value| Uuid(value.as_uuid());
    crate::domain::id::ActionId => |value| Uuid(value.as_uuid());
    crate::domain::id::WaveId => |value| Uuid(value.as_uuid());
    crate::domain::id::RegionId => |value| Uuid(value.as_uuid());
    crate::domain::id::ParticipantId => |value| Uuid(value.as_uuid());
    crate::domain::id::DeviceId => |value| Uuid(value.as_uuid());
    crate::domain::id::AllowedId => |value| Uuid(value.as_uuid());
    crate::domain::id::TipId => |value| Uuid(value.as_uuid());
    crate::domain::id::PhotoId => |value| Uuid(value.as_uuid());
    crate::domain::id::VideoId => |value| Uuid(value.as_uuid());
    crate::domain::id::SearchId => |value| Uuid(value.as_uuid());
    crate::domain::id::NodeId => |value| Uuid(value.as_uuid());
    crate::domain::id::SessionId => |value| Uuid(value.as_uuid());
    crate::domain::id::VerificationId => |value| Uuid(value.as_uuid());
    crate::domain::id::KeyId => |value| Uuid(value.as_uuid());
    crate::domain::id::InvitationId => |value| Uuid(value.as_uuid());
    crate::domain::id::ProposalId => |value| Uuid(value.as_uuid());
    crate::domain::id::OverrideId => |value| Uuid(value.as_uuid());
    crate::domain::id::WebhookId => |value| Uuid(value.as_uuid());
    crate::domain::id::WebhookDeliveryId => |value| Uuid(value.as_uuid());
    crate::domain::id::NoticeId => |value| Uuid(value.as_uuid());
}

/// The values of a statement, in the order of its `$1`, `$2`, ...
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::storage::statement::Value::from($value)),*] };
}
