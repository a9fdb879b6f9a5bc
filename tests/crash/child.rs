//! The processes that are killed, again and again, until the action is over.

use std::process::Stdio;
use std::time::Duration;

use oproep::dispatch::account::UNKNOWN_AT_MOST;
use oproep::dispatch::crash::POINTS;
use oproep::domain::action::Action;
use oproep::domain::id::WaveId;
use oproep::domain::random::Random;
use oproep::domain::wave::WaveState;
use tokio::process::{Child, Command};

use crate::books::Books;
use crate::ground::Ground;
use crate::operator::Operator;

/// How a process is to die.
enum Death {
    /// At a named moment, the Nth time that it is passed.
    At(&'static str, u64),
    /// After so many milliseconds, whatever it does.
    After(u64),
}

/// Runs actions and kills the processes that send them, `kills` times in all; then lets the last ones finish.
pub(crate) async fn kill_and_count(ground: &Ground, kills: u32, random: &Random) -> Books {
    let operator = Operator::sign_in(ground).await;
    let mut total = Books::default();
    let mut deaths = Deaths::new(kills, random);
    while deaths.left > 0 {
        let mut processes = Processes::new(ground);
        let draft = operator.draft(ground).await;
        let before = deaths.left;
        let wave = start_among_deaths(ground, &operator, &draft, &mut processes, &mut deaths).await;
        // Receipts come in from now on.
        if deaths.left > 0 {
            processes
                .kill(0, &Death::At("receipt.before_commit", 1), Some(wave), &mut deaths)
                .await;
        }
        while deaths.left > 0 && !ground.is_over(wave).await {
            let (death, at_the_door) = deaths.next();
            let victim = if at_the_door {
                0
            } else {
                deaths.turn() % ground.processes
            };
            processes.kill(victim, &death, Some(wave), &mut deaths).await;
        }
        processes.run_all();
        ground.until_settled(wave).await;
        processes.end_all().await;
        let mut books = Books::count(ground, draft.id, wave).await;
        books.kills = u64::from(before - deaths.left);
        books.duplicates_allowed = books.kills * ground.in_flight_window;
        // Push and text messages.
        books.unknown_allowed = books.kills * 2 * UNKNOWN_AT_MOST as u64;
        println!("  {books}");
        total.add(books);
    }
    total
}

/// The operator starts the action; the process dies before it is committed, and again before it is answered.
async fn start_among_deaths(
    ground: &Ground,
    operator: &Operator,
    draft: &Action,
    processes: &mut Processes<'_>,
    deaths: &mut Deaths,
) -> WaveId {
    for point in POINTS.into_iter().filter(|point| point.starts_with("start.")) {
        if deaths.left > 0 {
            let death = Death::At(point, 1);
            let (_, ()) = tokio::join!(
                operator.start_in_vain(draft),
                processes.kill(0, &death, None, deaths)
            );
        }
    }
    processes.run_all();
    operator.start(draft, ground).await
}

/// The deaths that are still to come, every second one at a named moment, each moment in its turn.
struct Deaths {
    left: u32,
    all: u32,
    points: Vec<&'static str>,
    random: Random,
}

impl Deaths {
    fn new(kills: u32, random: &Random) -> Self {
        let later = |point: &&str| !point.starts_with("start.");
        Self {
            left: kills,
            all: kills,
            points: POINTS.into_iter().filter(later).collect(),
            random: random.clone(),
        }
    }

    fn turn(&self) -> usize {
        usize::try_from(self.all - self.left).expect("few kills")
    }

    /// The next one, and whether only the process can die it that answers requests.
    fn next(&self) -> (Death, bool) {
        let turn = self.turn();
        if turn.is_multiple_of(2) {
            let point = self.points[turn / 2 % self.points.len()];
            (
                Death::At(point, 1 + self.random.below(12)),
                point.starts_with("receipt."),
            )
        } else {
            (Death::After(150 + self.random.below(700)), false)
        }
    }
}

/// The processes of a service: the first answers requests and sends, a second one only sends.
struct Processes<'a> {
    ground: &'a Ground,
    running: Vec<Option<Child>>,
}

impl<'a> Processes<'a> {
    fn new(ground: &'a Ground) -> Self {
        Self {
            ground,
            running: (0..ground.processes).map(|_| None).collect(),
        }
    }

    /// Runs each that does not.
    fn run_all(&mut self) {
        for (index, process) in self.running.iter_mut().enumerate() {
            let is_gone = process
                .as_mut()
                .is_none_or(|child| child.try_wait().expect("a child has a state").is_some());
            if is_gone {
                *process = Some(start(self.ground, index, None));
            }
        }
    }

    /// Runs this one anew until it dies its death, or the wave is over before it could.
    async fn kill(&mut self, victim: usize, death: &Death, wave: Option<WaveId>, deaths: &mut Deaths) {
        end(self.running[victim].take()).await;
        self.running[victim] = Some(start(self.ground, victim, Some(death)));
        self.run_all();
        if self.died(victim, death, wave).await {
            deaths.left -= 1;
        } else {
            // It would die later, with nobody looking.
            end(self.running[victim].take()).await;
        }
    }

    /// Waits for the death; false when the process outlived the action.
    async fn died(&mut self, victim: usize, death: &Death, wave: Option<WaveId>) -> bool {
        let child = self.running[victim].as_mut().expect("the victim runs");
        let limit = match death {
            Death::At(..) => Duration::from_secs(15),
            Death::After(millis) => Duration::from_millis(*millis),
        };
        let deadline = tokio::time::Instant::now() + limit;
        loop {
            if child.try_wait().expect("a child has a state").is_some() {
                self.running[victim] = None;
                return true;
            }
            if let Some(wave) = wave
                && self.ground.is_over(wave).await
            {
                return false;
            }
            if tokio::time::Instant::now() >= deadline {
                break;
            }
            // Other processes, on clocks of their own: looked at until they die or are over.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // A moment that this process never came to, or a random one: killed where it stands.
        end(self.running[victim].take()).await;
        true
    }

    async fn end_all(&mut self) {
        for process in &mut self.running {
            end(process.take()).await;
        }
    }
}

fn start(ground: &Ground, index: usize, death: Option<&Death>) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oproep"));
    command.arg("--config").arg(&ground.config);
    command.arg(if index == 0 { "serve" } else { "worker" });
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    if let Some(Death::At(name, times)) = death {
        command.env("OPROEP_CRASH_AT", format!("{name}:{times}"));
    }
    command.spawn().expect("the program starts")
}

async fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        // SIGKILL; it may be gone already.
        let _ = child.kill().await;
    }
}

impl Ground {
    async fn is_over(&self, wave: WaveId) -> bool {
        let mut tx = self.store.read().await.expect("the database reads");
        let states = tx.list_wave_states([wave]).await.expect("the wave has a state");
        states
            .first()
            .is_some_and(|(_, state)| *state == WaveState::Finished)
    }

    /// Waits until everyone has a final disposition and every delivery report was taken in.
    async fn until_settled(&self, wave: WaveId) {
        let settled = tokio::time::timeout(Duration::from_secs(300), async {
            while !(self.is_over(wave).await && self.all_reports_are_in()) {
                // As above: what other processes do is seen in the database alone.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        assert!(
            settled.await.is_ok(),
            "nothing comes to its end: wave over: {}, all reports in: {}, arrived: {:?}",
            self.is_over(wave).await,
            self.all_reports_are_in(),
            self.inbox.counts()
        );
    }
}
