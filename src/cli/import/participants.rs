//! `oproep import participants`.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Args;

use crate::cli::figures::counted;
use crate::cli::progress::Progress;
use crate::cli::{CliError, Common, Output, machine};
use crate::desk::moving::import::{ImportNews, WhenWrong};

/// Which file, and what happens to lines that are not right.
#[derive(Debug, Args)]
#[command(
    after_help = "The first line names the columns: language,email,phone,topics,places. A place is its \
    kind, a colon,\nand longitude,latitude or a postcode; several are separated by semicolons. \
    `oproep export\nparticipants` writes the same form.\n\n\
    Without --keep-going all or none are stored. On SQLite no service may run meanwhile.\n\n\
    Examples:\n  \
    oproep import participants people.csv\n  \
    oproep import participants people.csv --keep-going --rejects rejects.txt"
)]
pub struct ParticipantArguments {
    /// The CSV file (RFC 4180, UTF-8).
    file: PathBuf,
    /// Passes over lines that are not right and stores everyone else.
    #[arg(long)]
    keep_going: bool,
    /// Where the lines that were passed over are told, instead of standard error. It holds their numbers and
    /// what is wrong, nothing of what stands there.
    #[arg(long, value_name = "FILE", requires = "keep_going")]
    rejects: Option<PathBuf>,
}

pub(super) async fn import(common: &Common, arguments: ParticipantArguments) -> Result<(), CliError> {
    let output = Output::new(common);
    let path = &arguments.file;
    let file = File::open(path).map_err(CliError::file(path))?;
    let length = file.metadata().map_err(CliError::file(path))?.len();
    let mut rejects = Rejects::new(arguments.rejects.as_deref())?;
    let when_wrong = if arguments.keep_going {
        WhenWrong::PassOver
    } else {
        WhenWrong::TakeNone
    };

    let _alone = machine::alone(common)?;
    let (desk, scope) = machine::desk(common).await?;
    let read = Arc::new(AtomicU64::new(0));
    let source = Metered {
        source: BufReader::new(file),
        read: Arc::clone(&read),
    };
    let mut progress = Progress::new(output, "bytes", Some(length));
    let imported = desk
        .import_participants(&scope, source, when_wrong, |news| match news {
            ImportNews::Progress(_) => progress.at(read.load(Ordering::Relaxed)),
            // Without --keep-going the error tells them, and that nothing was stored.
            ImportNews::PassedOver { line, problem } if arguments.keep_going => {
                rejects.tell(path, line, &problem);
            }
            ImportNews::PassedOver { .. } => {}
        })
        .await;
    progress.clear();
    rejects.finish()?;
    let imported = imported?;
    output.answer(&imported, |imported| {
        let stored = counted(imported.stored, "participant", "participants");
        match imported.passed_over {
            0 => format!("{stored} stored"),
            lines => format!("{stored} stored, {} passed over", counted(lines, "line", "lines")),
        }
    })?;
    Ok(())
}

/// Where lines that were passed over are told.
struct Rejects {
    file: Option<(PathBuf, BufWriter<File>)>,
    failed: Option<io::Error>,
}

impl Rejects {
    fn new(path: Option<&Path>) -> Result<Self, CliError> {
        let open = |path: &Path| {
            let file = File::create(path).map_err(CliError::file(path))?;
            Ok::<_, CliError>((path.to_owned(), BufWriter::new(file)))
        };
        Ok(Self {
            file: path.map(open).transpose()?,
            failed: None,
        })
    }

    fn tell(&mut self, source: &Path, line: u64, problem: &str) {
        let text = format!("{}:{line}: {problem}", source.display());
        match &mut self.file {
            Some((_, file)) => {
                if let Err(error) = writeln!(file, "{text}") {
                    self.failed.get_or_insert(error);
                }
            }
            None => eprintln!("{text}"),
        }
    }

    fn finish(self) -> Result<(), CliError> {
        let Some((path, mut file)) = self.file else {
            return Ok(());
        };
        let written = self.failed.map_or_else(|| file.flush(), Err);
        written.map_err(CliError::file(path))
    }
}

/// Counts the bytes that were read.
struct Metered<R> {
    source: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}
