//! The HTTP edge: the JSON API with its description, receipts from providers, the live stream, the page
//! behind an alert's link, and what operations watches.
//!
//! ```text
//! listener ─▶ server ─▶ frame: trace, headers, words of problems, panics, room ─▶ api ─▶ desk
//! ```
//!
//! A handler takes its input apart, calls one use case of the desk with the caller's scope, and writes the
//! answer. Nothing is authorised here: a credential becomes a scope ([`auth`]), and the desk decides.

pub mod address;
mod alerts_in;
pub mod api;
pub mod auth;
pub mod conditions;
pub mod extract;
pub mod feeds;
pub mod frame;
mod headers;
mod inbound;
mod join;
pub mod language;
mod links;
pub mod live;
pub mod operations;
pub mod problem;
pub mod rate;
mod receipts;
pub mod repeat;
pub mod room;
mod schema;
pub mod screens;
mod server;
mod settings;
mod state;
mod subscriptions;
#[cfg(any(test, feature = "testing"))]
mod testing;
pub mod trace;
mod twilio;
mod voice;

pub use server::{Peer, serve, serve_operations, serve_watched};
pub use settings::WebSettings;
pub use state::{Web, WebParts};
