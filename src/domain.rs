//! The rules, without I/O: what an action, a wave, an audience and a tip are, and what may happen to them.
//!
//! Nothing in here reads a clock, a database or a socket. Time and randomness are parameters
//! ([`clock`], [`random`]); everything else is values. Every other module may import this one, and it
//! imports none of them.

pub mod area;
pub mod channel;
pub mod clock;
pub mod delivery;
pub mod endpoint;
pub mod id;
pub mod language;
pub mod message;
pub mod participant;
pub mod point;
pub mod random;
pub mod reference;
pub mod region;
pub mod role;
pub mod sms_text;
pub mod wave;
