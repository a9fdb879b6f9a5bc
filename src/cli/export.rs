//! `oproep export`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::figures::counted;
use super::progress::Progress;
use super::{CliError, Common, Output, machine};

/// What is written out.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// All participants as CSV, in the form that `import participants` reads. Addresses and places stand in
    /// it readably: keep it as you would keep the keys.
    Participants(ParticipantArguments),
}

/// Where to.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oproep export participants people.csv\n  \
    oproep export participants | age -r age1... > people.csv.age")]
pub struct ParticipantArguments {
    /// The file, made for its owner alone; standard output when left out.
    file: Option<PathBuf>,
}

pub(super) async fn run(common: &Common, command: ExportCommand) -> Result<(), CliError> {
    let ExportCommand::Participants(arguments) = command;
    let output = Output::new(common);
    let (desk, scope) = machine::desk(common).await?;
    let mut progress = Progress::new(output, "participants", Some(desk.directory().len() as u64));
    let mut written = 0;
    let mut on_progress = |so_far| {
        written = so_far;
        progress.at(so_far);
    };
    let Some(path) = arguments.file else {
        desk.export_participants(&scope, io::stdout(), on_progress)
            .await?;
        progress.clear();
        return Ok(());
    };
    let file = create_private(&path).map_err(CliError::file(&path))?;
    let file = desk
        .export_participants(&scope, BufWriter::new(file), &mut on_progress)
        .await?;
    finish(file).map_err(CliError::file(&path))?;
    progress.clear();
    output.answer(&json!({ "file": path, "participants": written }), |_| {
        format!(
            "{} written to {}",
            counted(written, "participant", "participants"),
            path.display()
        )
    })?;
    Ok(())
}

/// A file that its owner alone may read; a file that is there already is not written over.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn finish(mut file: BufWriter<File>) -> io::Result<()> {
    file.flush()?;
    file.get_ref().sync_all()
}
