//! A running demonstration: the service as it is, on `SQLite`, with the local receivers as its providers.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::accounts::accounts;
use super::notes::{DemoFolder, Notes};
use super::population::{Population, PopulationError, PopulationPlan};
use super::stand_ins::{Ports, StandIns, free_port, is_free};
use crate::app::keys::{self, KeyError, Keys};
use crate::app::{AppError, Foundation, Service};
use crate::config::{Config, ConfigError};
use crate::desk::{Desk, DeskError, Scope};
use crate::domain::clock::Clock;
use crate::domain::random::Random;
use crate::domain::region::{Region, RegionKind};
use crate::lifecycle::Stop;
use crate::receivers::exchange::TWILIO_ACCOUNT;

/// How a demonstration is made.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// Where it is kept.
    pub folder: DemoFolder,
    /// How many people, where it is made anew.
    pub participants: u64,
    /// What they are made from.
    pub seed: u64,
    /// Where the service listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the receivers listen.
    pub ports: Ports,
    /// Whether to begin anew.
    pub fresh: bool,
}

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder, or a receiver.
    #[error("the demonstration in {folder}: {source}")]
    Io {
        /// The folder.
        folder: String,
        /// Why not.
        source: io::Error,
    },
    /// Somebody listens where the participants are subscribed.
    #[error(
        "port {0} is in use, and the participants of this demonstration are subscribed there: end what uses \
         it, or begin anew with --fresh"
    )]
    PortTaken(u16),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The service.
    #[error(transparent)]
    App(#[from] AppError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The people.
    #[error(transparent)]
    Population(#[from] PopulationError),
}

/// A running demonstration.
pub struct Demo {
    /// What one needs to use it.
    pub notes: Notes,
    /// What arrived.
    pub stand_ins: Arc<StandIns>,
    service: JoinHandle<()>,
    stop: Stop,
    receivers_stop: CancellationToken,
}

/// A demonstration that ended a moment ago may still be letting go of its port.
async fn wait_for_port(port: u16, clock: &Clock) -> Result<(), DemoError> {
    let until = clock.now() + LET_GO_WITHIN;
    while !is_free(port) {
        if clock.now() >= until {
            return Err(DemoError::PortTaken(port));
        }
        clock.sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

impl Demo {
    /// Makes or opens a demonstration and runs it; `progress` hears how many people there are so far.
    pub async fn start(
        options: DemoOptions,
        figures: Option<PrometheusHandle>,
        stop: Stop,
        progress: impl FnMut(u64) + Send,
    ) -> Result<Self, DemoError> {
        let folder = &options.folder;
        let failed = |source| DemoError::Io {
            folder: folder.path().display().to_string(),
            source,
        };
        let known = if options.fresh {
            None
        } else {
            folder.read().map_err(failed)?
        };
        if known.is_none() {
            folder.clear().map_err(failed)?;
        }
        folder.create().map_err(failed)?;
        let known_port = known.as_ref().map(|notes| notes.web_push_port);
        let (clock, random) = (Clock::system(), Random::from_os());
        if let Some(port) = known_port {
            wait_for_port(port, &clock).await?;
        }
        if !keys::is_present(&folder.keys()) {
            Keys::create(&folder.keys(), &random)?;
        }
        let receivers_stop = CancellationToken::new();
        let seed = known.as_ref().map_or(options.seed, |notes| notes.seed);
        let stand_ins = StandIns::start(folder, options.ports, known_port, seed, &receivers_stop).await;
        let stand_ins = Arc::new(stand_ins.map_err(failed)?);

        let address = address(options.listen).map_err(failed)?;
        let service = format!("http://{address}");
        let secret = format!("{:x}", u128::from_be_bytes(Random::from_os().bytes()));
        let alerts = format!("{service}/alerts/in/{secret}");
        let config = config(folder, address, &service, &stand_ins, &secret)?;
        let foundation = Foundation::open(config, clock, random).await?;
        let built = Service::build(foundation, figures).await?;
        let notes = match known {
            Some(notes) => Notes {
                service,
                alerts,
                receivers: stand_ins.page(),
                ..notes
            },
            None => Notes {
                seed,
                participants: populate(built.desk(), &options, &stand_ins, progress).await?,
                accounts: accounts(built.desk(), "demo").await?,
                web_push_port: stand_ins.web_push_port(),
                receivers: stand_ins.page(),
                service,
                alerts,
            },
        };
        folder.write(&notes).map_err(failed)?;
        let running = stop.clone();
        let service = tokio::spawn(async move { built.run(&running).await });
        Ok(Self {
            notes,
            stand_ins,
            service,
            stop,
            receivers_stop,
        })
    }

    /// Waits until the stop was asked for and everything ended.
    pub async fn ended(self) {
        // A panic in the service was told by the service.
        let _ = self.service.await;
        self.receivers_stop.cancel();
    }

    /// Stops it.
    pub async fn stop(self) {
        self.stop.ask();
        self.ended().await;
    }
}

/// The address to listen on: the port has to be known before, since it stands in every link.
fn address(listen: SocketAddr) -> io::Result<SocketAddr> {
    let port = if listen.port() == 0 {
        free_port()?
    } else {
        listen.port()
    };
    Ok(SocketAddr::new(listen.ip(), port))
}

/// For which region the made-up partner's alerts are.
const PARTNER_REGION: &str = "police_unit:Midden-Nederland";

/// The configuration. The environment is left out: a demonstration never reaches a real provider.
fn config(
    folder: &DemoFolder,
    address: SocketAddr,
    service: &str,
    stand_ins: &StandIns,
    secret: &str,
) -> Result<Config, ConfigError> {
    let mut over = stand_ins.providers(service, secret);
    over["database"] = json!({ "url": format!("sqlite:{}", folder.database().display()) });
    over["keys"] = json!({ "folder": folder.keys() });
    over["server"] = json!({ "listen": address.to_string() });
    over["web"] = json!({
        "public_url": service,
        "kannel_receipts_secret": secret,
        "twilio_auth_token": TWILIO_ACCOUNT.1,
        "alert_sources": [{ "name": "partner", "region": PARTNER_REGION, "push_secret": secret }],
    });
    Config::over_default(&over)
}

/// Brings in the region and the people.
async fn populate(
    desk: &Desk,
    options: &DemoOptions,
    stand_ins: &Arc<StandIns>,
    progress: impl FnMut(u64) + Send,
) -> Result<u64, DemoError> {
    let regions = super::region::regions(desk.now(), &Random::from_os());
    let areas: Vec<Region> = regions
        .iter()
        .filter(|region| region.kind == RegionKind::PostcodeArea)
        .cloned()
        .collect();
    let plan = PopulationPlan::new(options.seed, options.participants);
    let people = Population::new(plan, &areas)?;
    desk.import_regions(&scope(desk), regions).await?;
    let stand_ins = Arc::clone(stand_ins);
    let people = people.zip(0_u32..).map(move |(person, number)| {
        let devices = stand_ins.devices(number, &person);
        (person.into_registration(), devices)
    });
    let stored = desk.insert_population(&scope(desk), people, progress).await?;
    desk.directory().catch_up().await.map_err(AppError::from)?;
    Ok(stored)
}

/// What the machine itself may do; looked up again once there is a territory.
fn scope(desk: &Desk) -> Scope {
    desk.machine_scope(None)
}

/// How long a demonstration before this one gets to let go of its port.
const LET_GO_WITHIN: Duration = Duration::from_secs(5);
