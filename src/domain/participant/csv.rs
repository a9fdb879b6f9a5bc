//! Participants as a CSV file (RFC 4180, UTF-8), one a line, to bring in and to take out.
//!
//! ```csv
//! language,email,phone,topics,places,quiet_hours,weekly_limit
//! nl,jan@example.org,+31612345678,urgent;missing_persons,"home:5.1214,52.0907,3511AB|Thuis;work:3511AC",22:00-07:00,2
//! ```
//!
//! The first line names the columns, in any order. One of `email` and `phone` may be empty, `topics` too. The columns
//! `quiet_hours` (as `22:00-07:00`, with `!` behind it where not even what is urgent breaks them) and `weekly_limit`
//! (0 to 7) may be empty, or left out of the file.
//! A list is separated by semicolons. A place is its kind, a colon, and either `longitude,latitude` in
//! degrees (WGS84) with optionally a comma and the postcode it was given as, or a postcode alone; after a
//! `|` may follow the participant's own name for it, in which `%`, `;` and `|` are written `%25`, `%3B` and
//! `%7C`. An e-mail address that a spreadsheet would take for a formula is written with an apostrophe in
//! front, which is dropped when it is read back.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io;
use std::rc::Rc;

use ::csv::{ByteRecord, ReaderBuilder, WriterBuilder};

use super::{
    Contact, EmailError, MAX_WEEKLY, PhoneError, PlacesError, Postcode, QuietHoursError, Registration, Rest,
    Topics, UnknownTopic,
};
use crate::domain::language::UnknownLanguage;
use crate::domain::point::Point;
use crate::domain::said::Said;
pub use place::PlaceTextError;
use place::{read_places, write_places};

mod place;

/// The columns, in the order in which they are written.
pub const COLUMNS: [&str; 7] = [
    "language",
    "email",
    "phone",
    "topics",
    "places",
    "quiet_hours",
    "weekly_limit",
];
/// How many of [`COLUMNS`] every file has; the others may be left out.
const REQUIRED: usize = 5;
/// The most bytes of one line, quoted line breaks included.
pub const MAX_LINE_LEN: usize = 64 * 1024;
/// The most participants of one file.
pub const MAX_PARTICIPANTS: u64 = 20_000_000;

/// Reads participants one by one; keeps one line in memory.
pub struct Reader<R, L> {
    csv: ::csv::Reader<Metered<R>>,
    /// What is left of the bytes that one line may take.
    budget: Rc<Cell<usize>>,
    locate: L,
    /// Where each of [`COLUMNS`] stands in the file.
    order: [Option<usize>; COLUMNS.len()],
    /// How many columns the file has.
    width: usize,
    record: ByteRecord,
    read: u64,
    ended: bool,
}

impl<R: io::Read, L: FnMut(Postcode) -> Option<Point>> Reader<R, L> {
    /// Reads the first line; `locate` gives the point of a postcode, or none for one it does not know.
    pub fn new(source: R, locate: L) -> Result<Self, FileError> {
        let budget = Rc::new(Cell::new(MAX_LINE_LEN));
        let source = Metered {
            source,
            budget: Rc::clone(&budget),
        };
        let mut csv = ReaderBuilder::new().flexible(true).from_reader(source);
        let header = csv
            .byte_headers()
            .map_err(|error| FileError::from_csv(error, 1))?;
        if header.len() == 1 && header[0].contains(&b';') {
            return Err(FileError::Semicolons);
        }
        let order = COLUMNS.map(|column| {
            header
                .iter()
                .position(|name| name.trim_ascii() == column.as_bytes())
        });
        let (width, found) = (header.len(), order.iter().flatten().count());
        if order[..REQUIRED].contains(&None) || found != width {
            return Err(FileError::Columns);
        }
        Ok(Self {
            csv,
            budget,
            locate,
            order,
            width,
            record: ByteRecord::new(),
            read: 0,
            ended: false,
        })
    }

    /// The line on which the participant that was read last begins, from 1.
    pub fn line(&self) -> u64 {
        self.record.position().map_or(1, ::csv::Position::line)
    }

    fn read_next(&mut self) -> Result<Option<Registration>, Error> {
        self.budget.set(MAX_LINE_LEN);
        let line = self.csv.position().line();
        let more = self.csv.read_byte_record(&mut self.record);
        if !more.map_err(|error| FileError::from_csv(error, line))? {
            return Ok(None);
        }
        self.read += 1;
        if self.read > MAX_PARTICIPANTS {
            return Err(FileError::TooMany.into());
        }
        let line = self.record.position().map_or(line, ::csv::Position::line);
        let registration = self.registration().map_err(|(column, problem)| RowError {
            line,
            column,
            problem,
        })?;
        Ok(Some(registration))
    }

    fn registration(&mut self) -> Result<Registration, (&'static str, RowProblem)> {
        if self.record.len() != self.width {
            let (found, wanted) = (self.record.len(), self.width);
            return Err(("language", RowProblem::Fields { found, wanted }));
        }
        let mut cells = [""; COLUMNS.len()];
        for ((cell, index), column) in cells.iter_mut().zip(self.order).zip(COLUMNS) {
            let Some(index) = index else { continue };
            *cell = std::str::from_utf8(&self.record[index])
                .map_err(|_| (column, RowProblem::NotUtf8))?
                .trim();
        }
        let [language, email, phone, topics, places, quiet_hours, weekly_limit] = cells;
        let email = if is_formula(email.strip_prefix('\'').unwrap_or_default()) {
            &email[1..]
        } else {
            email
        };
        let language = language
            .parse()
            .map_err(|error: UnknownLanguage| ("language", error.into()))?;
        let contact = Contact {
            email: optional(email).map_err(|error: EmailError| ("email", error.into()))?,
            phone: optional(phone).map_err(|error: PhoneError| ("phone", error.into()))?,
        };
        if contact.channels().is_empty() {
            return Err(("email", RowProblem::NoAddress));
        }
        Ok(Registration {
            language,
            contact,
            topics: read_topics(topics).map_err(|error| ("topics", error.into()))?,
            places: read_places(places, &mut self.locate).map_err(|problem| ("places", problem))?,
            rest: Rest {
                quiet_hours: optional(quiet_hours)
                    .map_err(|error: QuietHoursError| ("quiet_hours", error.into()))?,
                weekly_limit: read_limit(weekly_limit).map_err(|problem| ("weekly_limit", problem))?,
            },
        })
    }
}

/// One participant a line. A line with an error is told and passed over; after an error of the whole file
/// nothing more comes.
impl<R: io::Read, L: FnMut(Postcode) -> Option<Point>> Iterator for Reader<R, L> {
    type Item = Result<Registration, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.read_next().transpose();
        self.ended = matches!(row, None | Some(Err(Error::File(_))));
        row
    }
}

fn optional<T: std::str::FromStr>(text: &str) -> Result<Option<T>, T::Err> {
    if text.is_empty() {
        Ok(None)
    } else {
        text.parse().map(Some)
    }
}

fn read_topics(text: &str) -> Result<Topics, UnknownTopic> {
    text.split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::parse)
        .collect()
}

fn read_limit(text: &str) -> Result<Option<u8>, RowProblem> {
    let limit: Option<u8> = optional(text).map_err(|_: std::num::ParseIntError| RowProblem::WeeklyLimit)?;
    match limit {
        Some(limit) if limit > MAX_WEEKLY => Err(RowProblem::WeeklyLimit),
        limit => Ok(limit),
    }
}

/// Whether a spreadsheet would take the text for a formula, or for one that is already guarded.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@'])
}

/// Writes participants one by one.
pub struct Writer<W: io::Write>(::csv::Writer<W>);

impl<W: io::Write> Writer<W> {
    /// Writes the first line.
    pub fn new(target: W) -> io::Result<Self> {
        let mut csv = WriterBuilder::new().from_writer(target);
        csv.write_record(COLUMNS)?;
        Ok(Self(csv))
    }

    /// Writes one participant.
    pub fn write(&mut self, participant: &Registration) -> io::Result<()> {
        let Contact { email, phone } = &participant.contact;
        let email = email.as_ref().map_or("", |email| email.as_str());
        let guard = if is_formula(email) { "'" } else { "" };
        let mut topics = String::new();
        for topic in participant.topics.iter() {
            let separator = if topics.is_empty() { "" } else { ";" };
            let _ = write!(topics, "{separator}{topic}");
        }
        self.0.write_record([
            participant.language.tag(),
            &format!("{guard}{email}"),
            phone.as_ref().map_or("", |phone| phone.as_str()),
            &topics,
            &write_places(&participant.places),
            &written(participant.rest.quiet_hours),
            &written(participant.rest.weekly_limit),
        ])?;
        Ok(())
    }

    /// Hands everything over to the target.
    pub fn finish(mut self) -> io::Result<W> {
        self.0.flush()?;
        self.0.into_inner().map_err(::csv::IntoInnerError::into_error)
    }
}

fn written(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A source that gives up when one line has taken more than its budget.
struct Metered<R> {
    source: R,
    budget: Rc<Cell<usize>>,
}

impl<R: io::Read> io::Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.budget.get() == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let wanted = buffer.len().min(self.budget.get());
        let read = self.source.read(&mut buffer[..wanted])?;
        self.budget.set(self.budget.get() - read);
        Ok(read)
    }
}

/// What is wrong with a file of participants.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One line; the others can be read.
    #[error(transparent)]
    Row(#[from] RowError),
    /// The whole file.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What is wrong with one line. Never repeats what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct RowError {
    /// The line on which the participant begins, from 1.
    pub line: u64,
    /// One of [`COLUMNS`].
    pub column: &'static str,
    /// What is wrong.
    pub problem: RowProblem,
}

/// What is wrong with one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// A line with another number of cells.
    #[error(
        "the line has {found} cells instead of {wanted}: put cells that hold a comma between quotation marks"
    )]
    Fields {
        /// How many it has.
        found: usize,
        /// How many the first line has.
        wanted: usize,
    },
    /// Not UTF-8.
    #[error("the text is not UTF-8: save the file as CSV UTF-8")]
    NotUtf8,
    /// The language.
    #[error(transparent)]
    Language(#[from] UnknownLanguage),
    /// The e-mail address.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// The telephone number.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// Neither of both: nobody could reach them, and they could never sign in.
    #[error("there is neither an e-mail address nor a telephone number: give one of them")]
    NoAddress,
    /// A topic.
    #[error(transparent)]
    Topic(#[from] UnknownTopic),
    /// One of the places.
    #[error("place {number}: {error}")]
    Place {
        /// Which one, from 1.
        number: usize,
        /// What is wrong with it.
        error: PlaceTextError,
    },
    /// The number of places.
    #[error(transparent)]
    Places(#[from] PlacesError),
    /// The quiet hours.
    #[error(transparent)]
    QuietHours(#[from] QuietHoursError),
    /// The messages a week.
    #[error("the messages a week are a number from 0 to 7")]
    WeeklyLimit,
}

/// What is wrong with the whole file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The columns are not those that there are.
    #[error(
        "the first line must name the columns language,email,phone,topics,places, and may name quiet_hours,weekly_limit"
    )]
    Columns,
    /// Another separator.
    #[error("the columns are separated by semicolons: save the file with commas")]
    Semicolons,
    /// A line that does not end.
    #[error("line {line} is longer than 65,536 bytes: is a quotation mark left open?")]
    LineTooLong {
        /// Where it begins, from 1.
        line: u64,
    },
    /// Too many lines.
    #[error("the file has more than 20,000,000 participants: divide it")]
    TooMany,
    /// The source.
    #[error("the file cannot be read: {0}")]
    Io(io::Error),
}

impl FileError {
    /// What is the matter and what to do.
    pub fn said(&self) -> Said {
        let nl = match self {
            Self::Columns => {
                "de eerste regel noemt de kolommen language,email,phone,topics,places, en eventueel \
                 quiet_hours,weekly_limit: voeg hem toe"
                    .to_owned()
            }
            Self::Semicolons => {
                "de kolommen zijn gescheiden door puntkomma's: bewaar het bestand met komma's".to_owned()
            }
            Self::LineTooLong { line } => {
                format!("regel {line} is langer dan 65.536 bytes: staat er een aanhalingsteken open?")
            }
            Self::TooMany => "het bestand heeft meer dan 20.000.000 deelnemers: verdeel het".to_owned(),
            Self::Io(error) => format!("het bestand kan niet worden gelezen: {error}"),
        };
        Said::new(nl, self.to_string())
    }

    fn from_csv(error: ::csv::Error, line: u64) -> Self {
        match error.into_kind() {
            ::csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Self::LineTooLong { line }
            }
            ::csv::ErrorKind::Io(error) => Self::Io(error),
            // Byte records of flexible length leave no other kind.
            _ => Self::Columns,
        }
    }
}

#[cfg(test)]
mod tests;
