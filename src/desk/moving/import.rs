//! Participants from a file: all or none, or whoever can be taken.
//!
//! The file is read, checked and sealed by a thread of its own, a chunk at a time, so that its length does not
//! matter and the database never waits for the parser.

use std::io::Read;

use serde_json::json;

use tokio::sync::mpsc;

use crate::desk::postcodes::locate;
use crate::desk::{Desk, DeskError, Permission, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::channel::ChannelSet;
use crate::domain::id::{ParticipantId, ParticipantNumber};
use crate::domain::language::Language;
use crate::domain::participant::Registration;
use crate::domain::participant::csv::{self, Error, FileError};
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::said::Said;
use crate::storage::Tx;
use crate::storage::participants::NewParticipant;
use crate::storage::participants::bulk::{BulkParticipant, SealedParticipant};

/// Participants stored at once.
const CHUNK: usize = 2_000;
/// Lines with a problem that are told of an import that takes all or none; after these it ends.
const MAX_PROBLEMS: usize = 100;

/// What happens to a file in which some lines are not right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenWrong {
    /// Nobody is stored, and the first hundred lines that are not right are told.
    TakeNone,
    /// They are passed over and told; everyone else is stored, a chunk at a time.
    PassOver,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// Lines read.
    pub read: u64,
    /// Participants stored; of an import that takes all or none, once it ends.
    pub stored: u64,
    /// Lines passed over.
    pub passed_over: u64,
}

/// What happens during an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportNews {
    /// It is this far.
    Progress(Imported),
    /// A line is not right.
    PassedOver {
        /// The line on which the participant begins, from 1.
        line: u64,
        /// What is wrong; never repeats what stands there.
        problem: String,
    },
}

/// A line and whoever it is about, or what is wrong with it.
type Row = Result<(u64, SealedParticipant), (u64, String)>;

/// Lines that were read, in order; the problem that ended the reading, if any, comes last.
struct Chunk {
    rows: Vec<Row>,
    end: Option<FileError>,
}

impl Desk {
    /// Stores the participants of a file ([`csv`]), whose addresses count as confirmed. `news` hears how far
    /// it is and which lines are not right.
    pub async fn import_participants(
        &self,
        scope: &Scope,
        source: impl Read + Send + 'static,
        when_wrong: WhenWrong,
        mut news: impl FnMut(ImportNews) + Send,
    ) -> Result<Imported> {
        scope.require(Permission::MoveParticipants)?;
        let mut chunks = self.read_chunks(source);
        let mut import = Import {
            desk: self,
            scope,
            when_wrong,
            tx: None,
            runs: Vec::new(),
            so_far: Imported::default(),
            problems: Vec::new(),
        };
        while let Some(chunk) = chunks.recv().await {
            import.take(chunk, &mut news).await?;
            news(ImportNews::Progress(import.so_far));
            if import.problems.len() >= MAX_PROBLEMS {
                break;
            }
        }
        let imported = import.finish().await?;
        self.directory().wake();
        Ok(imported)
    }

    fn read_chunks(&self, source: impl Read + Send + 'static) -> mpsc::Receiver<Chunk> {
        let (sender, receiver) = mpsc::channel(2);
        let territory = self.directory().territory();
        let desk = self.clone();
        tokio::task::spawn_blocking(move || {
            let mut reader = match csv::Reader::new(source, |postcode| locate(&territory, postcode)) {
                Ok(reader) => reader,
                Err(error) => {
                    let _ = sender.blocking_send(Chunk {
                        rows: Vec::new(),
                        end: Some(error),
                    });
                    return;
                }
            };
            loop {
                let chunk = next_chunk(&mut reader, |registration| desk.sealed(registration));
                let is_last = chunk.rows.len() < CHUNK;
                // Nobody listens when the import was given up.
                if sender.blocking_send(chunk).is_err() || is_last {
                    return;
                }
            }
        });
        receiver
    }
}

fn next_chunk<R, L>(reader: &mut csv::Reader<R, L>, seal: impl Fn(Registration) -> SealedParticipant) -> Chunk
where
    csv::Reader<R, L>: Iterator<Item = Result<Registration, Error>>,
    R: Read,
    L: FnMut(crate::domain::participant::Postcode) -> Option<crate::domain::point::Point>,
{
    let mut rows = Vec::with_capacity(CHUNK);
    let mut end = None;
    while rows.len() < CHUNK {
        match reader.next() {
            None => break,
            Some(Ok(registration)) => rows.push(Ok((reader.line(), seal(registration)))),
            Some(Err(Error::Row(error))) => {
                rows.push(Err((error.line, format!("{}: {}", error.column, error.problem))));
            }
            Some(Err(Error::File(error))) => {
                end = Some(error);
                break;
            }
        }
    }
    Chunk { rows, end }
}

struct Import<'a> {
    desk: &'a Desk,
    scope: &'a Scope,
    when_wrong: WhenWrong,
    /// Open from the first chunk to the last when all or none are taken.
    tx: Option<Tx>,
    /// Numbers given out, to be told to the directories.
    runs: Vec<(ParticipantNumber, ParticipantNumber)>,
    so_far: Imported,
    problems: Vec<FieldProblem>,
}

impl Import<'_> {
    async fn take(&mut self, chunk: Chunk, news: &mut impl FnMut(ImportNews)) -> Result<()> {
        let Some(error) = chunk.end else {
            return self.store(chunk.rows, news).await;
        };
        if self.when_wrong == WhenWrong::PassOver {
            self.store(chunk.rows, news).await?;
        }
        Err(DeskError::refused("file", error.said()))
    }

    async fn store(&mut self, rows: Vec<Row>, news: &mut impl FnMut(ImportNews)) -> Result<()> {
        let (mut lines, mut good) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in rows {
            self.so_far.read += 1;
            match row {
                Ok((line, one)) => {
                    lines.push(line);
                    good.push(one);
                }
                Err((line, problem)) => self.pass_over(line, problem, news),
            }
        }
        if good.is_empty() || !self.problems.is_empty() {
            return Ok(());
        }
        let parts = self.desk.parts();
        let mut tx = match self.tx.take() {
            Some(tx) => tx,
            None => parts.store.write().await?,
        };
        let taken = tx.find_taken_addresses(&good).await?;
        let mut people = Vec::with_capacity(good.len());
        for ((line, one), is_taken) in lines.into_iter().zip(good).zip(taken) {
            if is_taken {
                let problem = "an address is another participant's: leave one of the two out";
                self.pass_over(line, problem.to_owned(), news);
            } else {
                people.push(one);
            }
        }
        if people.is_empty() || !self.problems.is_empty() {
            self.tx = Some(tx);
            return self.next_transaction().await;
        }
        let count = ParticipantNumber::try_from(people.len()).unwrap_or(ParticipantNumber::MAX);
        let first = parts
            .store
            .reserve_participant_numbers(&mut tx, people.len())
            .await?;
        tx.insert_participants(first, people).await?;
        self.so_far.stored += u64::from(count);
        append_run(&mut self.runs, (first, first + count - 1));
        self.tx = Some(tx);
        self.next_transaction().await
    }

    /// Commits after a chunk when chunks stand alone.
    async fn next_transaction(&mut self) -> Result<()> {
        if self.when_wrong == WhenWrong::TakeNone {
            return Ok(());
        }
        if let Some(mut tx) = self.tx.take() {
            let runs = std::mem::take(&mut self.runs);
            self.announce(&mut tx, &runs).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    fn pass_over(&mut self, line: u64, problem: String, news: &mut impl FnMut(ImportNews)) {
        self.so_far.passed_over += 1;
        if self.when_wrong == WhenWrong::TakeNone && self.problems.len() < MAX_PROBLEMS {
            let told = FieldProblem::new(format!("line {line}"), ProblemCode::Line);
            let nl = told.said.in_language(Language::Nl).to_owned();
            self.problems.push(told.saying(Said::new(nl, problem.clone())));
        }
        news(ImportNews::PassedOver { line, problem });
    }

    async fn finish(mut self) -> Result<Imported> {
        if !self.problems.is_empty() {
            return Err(DeskError::Invalid(self.problems));
        }
        if let Some(mut tx) = self.tx.take() {
            self.announce(&mut tx, &self.runs).await?;
            tx.commit().await?;
        }
        Ok(self.so_far)
    }

    /// Tells the directories of participants that came, and the audit log how many.
    async fn announce(&self, tx: &mut Tx, runs: &[(ParticipantNumber, ParticipantNumber)]) -> Result<()> {
        tx.announce_participants(runs).await?;
        let stored: u64 = runs.iter().map(|(first, last)| u64::from(last - first) + 1).sum();
        if stored == 0 {
            return Ok(());
        }
        let (deed, detail) = (Deed::ParticipantsImported, json!({ "stored": stored }));
        self.desk.record(tx, self.scope, deed, (None, None), detail).await
    }
}

impl Desk {
    fn sealed(&self, registration: Registration) -> SealedParticipant {
        let (now, parts) = (self.now(), self.parts());
        let one = BulkParticipant {
            new: NewParticipant {
                participant: registration.into_participant(ParticipantId::new(now, &parts.random)),
                wanted: ChannelSet::USUAL,
                confirmed_at: now,
            },
            devices: Vec::new(),
        };
        one.seal(&parts.keys)
    }
}

/// Adds a run of numbers, to the last one when it goes on from there.
pub(super) fn append_run(
    runs: &mut Vec<(ParticipantNumber, ParticipantNumber)>,
    run: (ParticipantNumber, ParticipantNumber),
) {
    match runs.last_mut() {
        Some(last) if last.1 + 1 == run.0 => last.1 = run.1,
        _ => runs.push(run),
    }
}
