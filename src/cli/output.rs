//! Answers on standard output: words for people, JSON for programs. Notes go to standard error.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

use super::Common;

/// Where answers go, and in which form.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// The form that was asked for.
    pub const fn new(common: &Common) -> Self {
        Self { json: common.json }
    }

    /// Whether programs read it.
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// Writes the answer: as one line of JSON, or in words.
    pub fn answer<T: Serialize>(self, value: &T, words: impl FnOnce(&T) -> String) -> io::Result<()> {
        if self.json {
            self.line(serde_json::to_string(value).map_err(io::Error::other)?)
        } else {
            self.line(words(value))
        }
    }

    /// Writes a line of the answer.
    pub fn line(self, text: impl Display) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{text}")?;
        out.flush()
    }

    /// Says something that is not the answer; programs do not hear it.
    pub fn note(self, text: impl Display) {
        if !self.json {
            eprintln!("{text}");
        }
    }
}
