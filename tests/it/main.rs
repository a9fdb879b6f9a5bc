//! The real server on a port of its own, with a database of its own.

mod frame;
mod server;
