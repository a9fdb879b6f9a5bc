//! The whole, from outside: the shape of the code, the program, and the real server on a port of its own with a
//! database, a directory and lanes of its own.

mod accidents;
mod actions;
mod alerts_in;
mod architecture;
mod checks;
mod demo;
mod description;
mod examples;
mod failover;
mod feeds;
mod figures;
mod frame;
mod fresh_eyes;
mod hold;
mod lanes;
mod live;
mod mail;
mod matrix;
mod outbox;
mod participants;
mod production;
mod program;
mod program_accounts;
mod received;
mod repeated;
mod second_proof;
mod server;
mod simulate;
mod stopping;
mod telephone;
mod told;
mod training;
mod two_people;
mod uploads;
mod webhooks;
