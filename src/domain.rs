//! The rules, without I/O: what an action, a wave, an audience and a tip are, and what may happen to them.
//!
//! Nothing in here reads a clock, a database or a socket. Time and randomness are parameters
//! ([`clock`], [`random`]); everything else is values. Every other module may import this one, and it
//! imports none of them.

pub mod action;
pub mod actor;
pub mod area;
pub mod audit;
pub mod channel;
pub mod check;
pub mod clock;
pub mod delivery;
pub mod dutch_time;
pub mod endpoint;
pub mod event;
pub mod id;
pub mod key_rights;
pub mod language;
pub mod lost_minutes;
pub mod message;
pub mod moving_search;
pub mod outcome;
pub mod participant;
pub mod photo;
pub mod point;
pub mod problem;
pub mod random;
pub mod realm;
pub mod reference;
pub mod region;
pub mod role;
pub mod said;
pub mod search;
pub mod sms_text;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tip;
pub mod totp;
pub mod travel;
pub mod video;
pub mod wave;
