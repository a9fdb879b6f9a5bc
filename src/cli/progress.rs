//! How far something is: a bar on a terminal, now and then a plain line elsewhere, nothing for programs.

use std::io::{self, IsTerminal};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::Output;
use super::figures::count;

/// Where the length is unknown: how much passes between two plain lines.
const LINE_EVERY: u64 = 10_000;

/// Several bars below each other.
#[derive(Debug)]
pub struct Board {
    form: Form,
    bars: MultiProgress,
}

/// How far one thing is.
#[derive(Debug)]
pub struct Progress {
    form: Form,
    label: String,
    bar: ProgressBar,
    /// What was said last in plain lines.
    said: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Bars,
    Lines,
    Nothing,
}

impl Board {
    /// A board in the form that fits the output.
    pub fn new(output: Output) -> Self {
        let form = match (output.is_json(), io::stderr().is_terminal()) {
            (true, _) => Form::Nothing,
            (false, true) => Form::Bars,
            (false, false) => Form::Lines,
        };
        Self {
            form,
            bars: MultiProgress::new(),
        }
    }

    /// Adds something that is done when it is at `total`; none where that is not known.
    pub fn add(&self, label: &str, total: Option<u64>) -> Progress {
        let bar = match self.form {
            Form::Bars => self.bars.add(ProgressBar::no_length()),
            Form::Lines | Form::Nothing => ProgressBar::hidden(),
        };
        let template = match total {
            Some(_) => "{prefix:<12} {bar:30} {human_pos:>9} of {human_len}  {msg}",
            None => "{prefix:<12} {spinner} {human_pos:>9}  {msg}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the template is one"));
        bar.set_prefix(label.to_owned());
        if let Some(total) = total {
            bar.set_length(total);
        }
        Progress {
            form: self.form,
            label: label.to_owned(),
            bar,
            said: 0,
        }
    }
}

impl Progress {
    /// One thing alone.
    pub fn new(output: Output, label: &str, total: Option<u64>) -> Self {
        Board::new(output).add(label, total)
    }

    /// Says how far it is.
    pub fn at(&mut self, position: u64) {
        self.bar.set_position(position);
        let step = self.bar.length().map_or(LINE_EVERY, |total| (total / 10).max(1));
        if self.form == Form::Lines && position / step > self.said / step {
            self.said = position;
            match self.bar.length() {
                Some(total) => eprintln!("{}: {} of {}", self.label, count(position), count(total)),
                None => eprintln!("{}: {}", self.label, count(position)),
            }
        }
    }

    /// Adds words behind the figures; plain lines leave them out.
    pub fn say(&self, words: String) {
        self.bar.set_message(words);
    }

    /// Leaves it as it is.
    pub fn finish(&self) {
        self.bar.abandon();
    }

    /// Takes it away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
