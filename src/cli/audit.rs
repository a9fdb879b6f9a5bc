//! `oproep audit`: the log of what whoever may do much did, on the machine itself.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::arguments::moment;
use super::table::Table;
use super::{CliError, Common, Output, machine};
use crate::app::Foundation;
use crate::domain::audit::{Deed, Subject};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::storage::audit::checkpoint::Checkpoint;
use crate::storage::audit::{AuditFilter, AuditRecord, MAX_AUDIT_PAGE, hex};

/// What is done with the log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Follows the whole log and says whether every entry is there as it was written.
    ///
    /// Exit code 0 when it is, 1 with the number of the first fault when it is not.
    #[command(
        after_help = "Examples:\n  oproep audit verify\n  oproep audit verify --against /mnt/elsewhere/checkpoint.txt"
    )]
    Verify {
        /// A file with a line of `oproep audit checkpoint`: finds also that the whole database was put back.
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
    },
    /// Shows entries, the newest first.
    #[command(
        after_help = "Examples:\n  oproep audit list --deed account.created --limit 10\n  \
        oproep audit list --from 2026-11-01 --until 2026-12-01"
    )]
    List(ListArguments),
    /// Writes the whole log, one JSON object a line, the oldest first.
    #[command(after_help = "Example:\n  oproep audit export log.jsonl")]
    Export {
        /// Where to; standard output without one.
        file: Option<PathBuf>,
    },
    /// Writes one line that says how the log ends now, signed: keep it elsewhere.
    #[command(after_help = "Example:\n  oproep audit checkpoint > /mnt/elsewhere/checkpoint.txt")]
    Checkpoint,
}

/// Which entries.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// What was done, for instance account.created.
    #[arg(long)]
    deed: Option<Deed>,
    /// To what: 'account ID', 'action ID'.
    #[arg(long, value_name = "KIND ID")]
    subject: Option<Subject>,
    /// From this day on.
    #[arg(long, value_name = "DAY", value_parser = moment)]
    from: Option<Timestamp>,
    /// Before this day.
    #[arg(long, value_name = "DAY", value_parser = moment)]
    until: Option<Timestamp>,
    /// The most entries, 1 to 500.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
}

pub(super) async fn run(common: &Common, command: AuditCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let foundation = machine::foundation(common).await?;
    match command {
        AuditCommand::Verify { against } => verify(output, &foundation, against.as_deref()).await,
        AuditCommand::List(arguments) => list(output, &foundation, &arguments).await,
        AuditCommand::Export { file } => export(output, &foundation, file.as_deref()).await,
        AuditCommand::Checkpoint => checkpoint(output, &foundation).await,
    }
}

async fn verify(output: Output, foundation: &Foundation, against: Option<&Path>) -> Result<(), CliError> {
    let keys = &foundation.keys.ring;
    let mut tx = foundation.store.read().await?;
    let entries = match tx.verify_audit(keys).await? {
        Ok(0) if tx.count_accounts().await? > 0 => {
            return fail(
                output,
                &json!({ "number": 1, "kind": "missing" }),
                "the log has no entry though there are accounts: it was taken away, or no service has run since \
                 the version that brought it",
            );
        }
        Ok(entries) => entries,
        Err(fault) => {
            let text = format!(
                "entry {} is the first that is not as it was written: {}",
                fault.number,
                fault.kind.words()
            );
            return fail(output, &json!(fault), &text);
        }
    };
    if let Some(path) = against {
        let line = std::fs::read_to_string(path).map_err(CliError::file(path))?;
        let kept: Checkpoint = line
            .parse()
            .map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))?;
        let stored = tx.find_stored_audit(kept.number).await?;
        if !kept.is_signed_by(keys.audit().public()) {
            let text = "the checkpoint was signed by another key: is it of this installation?";
            return fail(
                output,
                &json!({ "number": kept.number, "kind": "other_key" }),
                text,
            );
        }
        if stored.is_none_or(|entry| entry.hash != kept.hash) {
            let text = format!(
                "the log is sound, but not the one of the checkpoint: entry {} was another one then",
                kept.number
            );
            return fail(
                output,
                &json!({ "number": kept.number, "kind": "replaced" }),
                &text,
            );
        }
    }
    let opened_over = opened_over(tx.list_audit_after(keys, 0, 1).await?.first());
    let answer = json!({ "is_whole": true, "entries": entries, "opened_over_accounts": opened_over });
    output.answer(&answer, |_| match opened_over {
        0 => format!("all {entries} entries are as they were written"),
        accounts => format!(
            "all {entries} entries are as they were written; the log was opened when there were {accounts} accounts \
             already: right only where an older version ran before"
        ),
    })?;
    Ok(())
}

/// How many accounts there were when the log began, if it says so.
fn opened_over(first: Option<&AuditRecord>) -> u64 {
    first
        .filter(|entry| entry.deed == Deed::LogOpened)
        .and_then(|entry| entry.detail["accounts"].as_u64())
        .unwrap_or(0)
}

fn fail(output: Output, fault: &serde_json::Value, text: &str) -> Result<(), CliError> {
    if output.is_json() {
        output.answer(&json!({ "is_whole": false, "fault": fault }), |_| String::new())?;
    }
    Err(CliError::Failed(text.to_owned()))
}

async fn list(output: Output, foundation: &Foundation, arguments: &ListArguments) -> Result<(), CliError> {
    let filter = AuditFilter {
        deed: arguments.deed,
        subject: arguments.subject,
        from: arguments.from,
        until: arguments.until,
        ..AuditFilter::default()
    };
    let mut tx = foundation.store.read().await?;
    let entries = tx
        .list_audit(&foundation.keys.ring, &filter, None, arguments.limit)
        .await?;
    output.answer(&entries, |_| {
        if entries.is_empty() {
            return "there is no such entry".to_owned();
        }
        let mut table = Table::new(["NUMBER", "AT", "DEED", "BY", "TO", "MORE"]);
        for entry in &entries {
            let more = |value: &serde_json::Value| {
                if value.is_null() {
                    String::new()
                } else {
                    value.to_string()
                }
            };
            table.add([
                entry.number.to_string(),
                dutch_time(entry.at).format("%Y-%m-%d %H:%M:%S").to_string(),
                entry.deed.to_string(),
                entry.actor.to_string(),
                entry
                    .subject
                    .map(|subject| subject.to_string())
                    .unwrap_or_default(),
                format!("{}{}", more(&entry.detail), more(&entry.personal)),
            ]);
        }
        table.to_string()
    })?;
    Ok(())
}

async fn export(output: Output, foundation: &Foundation, file: Option<&Path>) -> Result<(), CliError> {
    let mut out: Box<dyn Write + Send> = match file {
        Some(path) => Box::new(BufWriter::new(File::create(path).map_err(CliError::file(path))?)),
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let (mut after, mut written) = (0, 0_u64);
    loop {
        let page = {
            let mut tx = foundation.store.read().await?;
            tx.list_audit_after(&foundation.keys.ring, after, MAX_AUDIT_PAGE)
                .await?
        };
        let Some(last) = page.last() else { break };
        after = last.number;
        for entry in &page {
            serde_json::to_writer(&mut out, entry)?;
            out.write_all(b"\n")?;
            written += 1;
        }
    }
    out.flush()?;
    output.note(format!("wrote {written} entries"));
    Ok(())
}

async fn checkpoint(output: Output, foundation: &Foundation) -> Result<(), CliError> {
    let key = foundation.keys.ring.audit();
    let mut tx = foundation.store.read().await?;
    let head = tx
        .find_audit_head()
        .await?
        .ok_or_else(|| CliError::NotFound("the log has no entry yet".to_owned()))?;
    let checkpoint = Checkpoint::new(key, &head);
    let answer = json!({
        "number": checkpoint.number, "hash": hex(&checkpoint.hash), "line": checkpoint.to_string(),
        "public_key": hex(&key.public().0),
    });
    output.answer(&answer, |_| checkpoint.to_string())?;
    Ok(())
}
