//! The process that is killed, again and again, until the action is over.

use std::process::Stdio;
use std::time::Duration;

use oproep::dispatch::crash::POINTS;
use oproep::domain::id::WaveId;
use oproep::domain::random::Random;
use oproep::domain::wave::WaveState;
use tokio::process::{Child, Command};

use crate::books::Books;
use crate::ground::Ground;

/// The points that a process passes while it sends.
fn sending_points() -> Vec<&'static str> {
    POINTS
        .into_iter()
        .filter(|name| !name.starts_with("start.") && !name.starts_with("receipt."))
        .collect()
}

/// How a process is to die.
enum Death {
    /// At a named moment, the Nth time that it is passed.
    At(&'static str, u64),
    /// After so many milliseconds, whatever it does.
    After(u64),
}

/// Runs actions and kills the processes that send them, `kills` times in all; then lets the last one finish.
pub(crate) async fn kill_and_count(ground: &Ground, kills: u32, random: &Random) -> Books {
    let mut total = Books::default();
    let points = sending_points();
    let mut left = kills;
    while left > 0 {
        let wave = ground.start_wave().await;
        let mut killed = 0;
        let mut processes: Vec<Option<Child>> = (0..ground.processes).map(|_| None).collect();
        while left > 0 && !is_over(ground, wave).await {
            let turn = usize::try_from(kills - left).expect("few kills");
            // Every second death is at a named moment, each in its turn.
            let death = if turn.is_multiple_of(2) {
                Death::At(points[turn / 2 % points.len()], 1 + random.below(12))
            } else {
                Death::After(150 + random.below(700))
            };
            let victim = turn % processes.len();
            for (index, process) in processes.iter_mut().enumerate() {
                if index == victim || process.is_none() {
                    end(process.take()).await;
                    *process = Some(start(ground, (index == victim).then_some(&death)));
                }
            }
            if die(ground, wave, &mut processes[victim], &death).await {
                left -= 1;
                killed += 1;
            }
        }
        for process in &mut processes {
            end(process.take()).await;
        }
        let mut survivor = Some(start(ground, None));
        let over = tokio::time::timeout(Duration::from_secs(180), async {
            while !is_over(ground, wave).await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        assert!(over.await.is_ok(), "the wave does not end after {killed} kills");
        end(survivor.take()).await;
        let mut books = Books::count(ground, wave).await;
        books.kills = killed;
        books.duplicates_allowed = killed * in_flight_window();
        total.add(books);
    }
    total
}

/// What one process may have had in its hands on the urgent lane, by the default configuration.
fn in_flight_window() -> u64 {
    let config = oproep::config::Config::load(None).expect("the default configuration");
    (config.pace.push.batches_in_flight * config.pace.push.window) as u64
}

fn start(ground: &Ground, death: Option<&Death>) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oproep"));
    command.arg("--config").arg(&ground.config);
    command.arg(if ground.processes > 1 { "worker" } else { "serve" });
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    if let Some(Death::At(name, times)) = death {
        command.env("OPROEP_CRASH_AT", format!("{name}:{times}"));
    }
    command.spawn().expect("the program starts")
}

/// Waits for the death; false when the process outlived the action.
async fn die(ground: &Ground, wave: WaveId, process: &mut Option<Child>, death: &Death) -> bool {
    let child = process.as_mut().expect("the victim runs");
    let limit = match death {
        Death::At(..) => Duration::from_secs(15),
        Death::After(millis) => Duration::from_millis(*millis),
    };
    let deadline = tokio::time::Instant::now() + limit;
    loop {
        if child.try_wait().expect("a child has a state").is_some() {
            *process = None;
            return true;
        }
        if is_over(ground, wave).await {
            return false;
        }
        if tokio::time::Instant::now() >= deadline {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // A moment that this process never came to, or a random one: killed where it stands.
    end(process.take()).await;
    true
}

async fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        // SIGKILL; it may be gone already.
        let _ = child.kill().await;
    }
}

async fn is_over(ground: &Ground, wave: WaveId) -> bool {
    let mut tx = ground.store.read().await.expect("the database reads");
    let states = tx.list_wave_states([wave]).await.expect("the wave has a state");
    states
        .first()
        .is_some_and(|(_, state)| *state == WaveState::Finished)
}
