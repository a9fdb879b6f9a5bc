//! What a demonstration writes down in its folder: how it was made, and what one needs to use it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::role::Role;

/// The folder of a demonstration.
#[derive(Clone, Debug)]
pub struct DemoFolder(PathBuf);

/// What is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    /// What the people were made from.
    pub seed: u64,
    /// How many there are.
    pub participants: u64,
    /// Where the service answers.
    pub service: String,
    /// Where the page of the local receivers is.
    pub receivers: String,
    /// Where a made-up partner brings its alerts (CAP); with another secret at every start.
    #[serde(default)]
    pub alerts: String,
    /// The port of the local push service: it stands in the participants' subscriptions.
    pub web_push_port: u16,
    /// One account for each role.
    pub accounts: Vec<DemoAccount>,
}

/// An account of a demonstration, with its password: the people are made up, and all of it stays here.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoAccount {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
    /// What it is for.
    pub role: Role,
    /// The region it works for, by name.
    pub region: String,
}

impl std::fmt::Debug for DemoAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DemoAccount({})", self.role)
    }
}

impl Notes {
    /// The account for a role.
    pub fn account(&self, role: Role) -> Option<&DemoAccount> {
        self.accounts.iter().find(|account| account.role == role)
    }
}

impl DemoFolder {
    /// This folder; it need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.0.join("oproep.db")
    }

    /// The keys.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The service account of the local FCM.
    pub fn fcm_account(&self) -> PathBuf {
        self.0.join("fcm.json")
    }

    /// The signing key of the local APNs.
    pub fn apns_key(&self) -> PathBuf {
        self.0.join("apns.p8")
    }

    /// The certificate of the local receivers.
    pub fn certificate(&self) -> PathBuf {
        self.0.join("receivers.pem")
    }

    fn notes(&self) -> PathBuf {
        self.0.join("demo.json")
    }

    /// Makes the folder, for its owner alone.
    pub fn create(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0)
    }

    /// What was written down; none of a demonstration that is not there or was not made to its end.
    pub fn read(&self) -> io::Result<Option<Notes>> {
        match fs::read(self.notes()) {
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes down what there is.
    pub fn write(&self, notes: &Notes) -> io::Result<()> {
        let beside = self.0.join("demo.json.new");
        let mut file = fs::File::create(&beside)?;
        file.write_all(&serde_json::to_vec_pretty(notes)?)?;
        file.sync_all()?;
        fs::rename(beside, self.notes())
    }

    /// Removes what a demonstration made, and nothing else that may stand there.
    pub fn clear(&self) -> io::Result<()> {
        let database = self.database();
        let beside = ["-wal", "-shm", ".lock", ".erasures"].map(|end| {
            let mut name = database.clone().into_os_string();
            name.push(end);
            PathBuf::from(name)
        });
        for file in [database, self.fcm_account(), self.notes()]
            .into_iter()
            .chain(beside)
        {
            ignore_missing(fs::remove_file(file))?;
        }
        ignore_missing(fs::remove_dir_all(self.keys()))
    }
}

fn ignore_missing(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
