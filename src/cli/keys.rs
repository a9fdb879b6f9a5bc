//! `oproep keys`.

use std::io;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::{CliError, Common, Output};
use crate::app::keys::{Keys, write_private};
use crate::channels::email::dkim::key::{DkimAlgorithm, DkimKey, DkimKeyError};
use crate::config::Config;
use crate::domain::random::Random;

/// What is done with keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Makes the keys of a new database in the folder that `keys.folder` names. Once: data that were sealed
    /// with keys that are lost can never be read again.
    #[command(after_help = "Example:\n  OPROEP_KEYS__FOLDER=/etc/oproep/keys oproep keys create")]
    Create,
    /// Shows the record in DNS of a key that signs mails (DKIM), and makes the key when there is none yet.
    Dkim(DkimArguments),
}

/// Which key, and where it stands in DNS.
#[derive(Debug, Args)]
#[command(
    after_help = "Put the record into DNS, wait until it can be looked up, and only then name the key in \
    [[email.dkim]].\n\nExamples:\n  \
    oproep keys dkim /etc/oproep/keys/dkim-2026.key --selector oproep-2026 --domain oproep.example\n  \
    oproep keys dkim /etc/oproep/keys/dkim-ed.key --algorithm ed25519 --selector oproep-ed --domain oproep.example"
)]
pub struct DkimArguments {
    /// The file with the private key, PEM; made for its owner alone when it is not there.
    file: PathBuf,
    /// Under which name the public key stands.
    #[arg(long, value_name = "NAME")]
    selector: String,
    /// The domain that answers for the mail: that of email.from_address, or one above it.
    #[arg(long)]
    domain: String,
    /// How a new key signs: rsa, which every receiver knows, or ed25519, for a second signature.
    #[arg(long, value_enum, default_value_t = Algorithm::Rsa)]
    algorithm: Algorithm,
}

/// How a key signs.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Algorithm {
    /// RSA of 2,048 bits.
    Rsa,
    /// Ed25519.
    Ed25519,
}

pub(super) fn run(common: &Common, command: &KeysCommand) -> Result<(), CliError> {
    match command {
        KeysCommand::Create => create(common),
        KeysCommand::Dkim(arguments) => dkim(common, arguments),
    }
}

fn create(common: &Common) -> Result<(), CliError> {
    let config = Config::load(common.config.as_deref())?;
    let folder = &config.keys.folder;
    Keys::create(folder, &Random::from_os())?;
    Output::new(common).answer(&json!({ "folder": folder }), |_| {
        format!(
            "made the keys in {}: keep a copy of them apart from the backups of the database",
            folder.display()
        )
    })?;
    Ok(())
}

fn dkim(common: &Common, arguments: &DkimArguments) -> Result<(), CliError> {
    let DkimArguments { file, .. } = arguments;
    let (key, made) = match DkimKey::read(file) {
        Ok(key) => (key, false),
        Err(DkimKeyError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            let algorithm = match arguments.algorithm {
                Algorithm::Rsa => DkimAlgorithm::Rsa,
                Algorithm::Ed25519 => DkimAlgorithm::Ed25519,
            };
            let key = DkimKey::generate(algorithm, &Random::from_os());
            write_private(file, &key.to_pem())?;
            (key, true)
        }
        Err(error) => return Err(CliError::Failed(error.to_string())),
    };
    let name = format!("{}._domainkey.{}", arguments.selector, arguments.domain);
    let record = key.record();
    let answer = json!({ "file": file, "made": made, "name": name, "type": "TXT", "record": record });
    Output::new(common).answer(&answer, |_| {
        // DNS takes texts of at most 255 bytes; those of one record are read as one.
        let texts: Vec<_> = record
            .as_bytes()
            .chunks(250)
            .map(|text| format!("\"{}\"", String::from_utf8_lossy(text)))
            .collect();
        format!("{name}. IN TXT ( {} )", texts.join(" "))
    })?;
    Ok(())
}
