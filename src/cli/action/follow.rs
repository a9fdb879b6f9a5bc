//! `oproep action follow`: a bar for each channel, fed by the live stream.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cli::figures::count;
use crate::cli::progress::{Board, Progress};
use crate::cli::{CliError, Output};
use crate::client::{Action, Client, Wave};
use crate::domain::channel::Channel;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::id::{ActionId, WaveId};

/// How long nothing may happen before the accounts are asked for anyway.
const ASK_ANYWAY: Duration = Duration::from_secs(1);

/// Follows an action until none of its waves is under way; answers it as it is then.
pub async fn follow(output: Output, client: &Client, id: ActionId) -> Result<Action, CliError> {
    // Listening before looking, so that nothing falls between.
    let mut events = client.follow_action(id).await?;
    let mut bars = Bars::new(output);
    let clock = Clock::system();
    loop {
        let action = client.action(id).await?;
        bars.show(&action.waves);
        if action.waves.iter().all(Wave::is_over) {
            bars.finish();
            if !output.is_json() {
                output.line(super::show::waves(&action.waves))?;
            }
            return Ok(action);
        }
        if let Some(words) = countdown(&action.waves, clock.now()) {
            output.note(words);
        }
        if let Ok(event) = tokio::time::timeout(ASK_ANYWAY, events.next()).await {
            let event = event?;
            if output.is_json() {
                output.line(serde_json::to_string(&event)?)?;
            }
        }
    }
}

/// How long it is until the first message of a wave that is held.
fn countdown(waves: &[Wave], now: Timestamp) -> Option<String> {
    let open = waves.iter().filter(|wave| !wave.is_over());
    let held_until = open.filter_map(|wave| wave.held_until).max()?;
    let left = held_until.since(now).as_millis().div_ceil(1000);
    (left > 0).then(|| format!("leaves in {left} s: `take-back` takes it back, `send-now` sends it at once"))
}

/// A bar for each wave under way and channel.
struct Bars {
    board: Board,
    bars: BTreeMap<(WaveId, Channel), Progress>,
}

impl Bars {
    fn new(output: Output) -> Self {
        Self {
            board: Board::new(output),
            bars: BTreeMap::new(),
        }
    }

    fn show(&mut self, waves: &[Wave]) {
        for wave in waves {
            for (channel, accounts) in &wave.by_channel {
                let key = (wave.id, *channel);
                if wave.is_over() && !self.bars.contains_key(&key) {
                    continue;
                }
                let label = || format!("{} {channel}", wave.kind.name());
                let accounts = accounts.accounting;
                let bar = self
                    .bars
                    .entry(key)
                    .or_insert_with(|| self.board.add(&label(), Some(accounts.audience)));
                bar.at(accounts.audience - accounts.queued);
                bar.say(format!(
                    "queued {}  accepted {}  delivered {}  failed {}",
                    count(accounts.queued),
                    count(accounts.accepted),
                    count(accounts.delivered),
                    count(accounts.failed + accounts.unknown + accounts.stopped)
                ));
            }
        }
    }

    fn finish(&self) {
        self.bars.values().for_each(Progress::finish);
    }
}
