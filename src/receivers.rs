//! Local stand-ins for the providers: they take what is sent, check it as the real ones do, and show it.
//!
//! For the demonstration, for training and for tests. All listen on 127.0.0.1 only, keep what arrives in
//! bounded memory ([`inbox`]) and misbehave on request ([`faults`]). They import the domain and nothing of
//! the adapters, so that what an adapter writes is read by other code than wrote it.

pub mod faults;
pub mod inbox;
