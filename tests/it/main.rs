//! The whole, from outside: the shape of the code, and the real server on a port of its own with a database of its own.

mod architecture;
mod frame;
mod server;
