//! The recipients of one call: who waits, who has an attempt, shared by the connections that carry them.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use super::super::Caller;
use super::letter::{Copy, Letter, Sender};
use crate::domain::delivery::Attempt;

/// One recipient's turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    /// The recipient's place among those of the call.
    place: usize,
    /// Whether a connection was lost under it before.
    retried: bool,
}

/// A recipient that can be sent to, with the mail it gets.
pub(super) struct Addressed<'a> {
    /// Where it goes, and what only its copy carries.
    pub(super) copy: Copy<'a>,
    /// The mail.
    pub(super) letter: &'a Letter,
}

/// The work of one call.
pub(super) struct Work<'a> {
    /// Who sends.
    sender: &'a Sender,
    /// Whether pipelining is wanted.
    pub(super) pipelining: bool,
    addressed: Vec<Result<Addressed<'a>, Attempt>>,
    caller: &'a dyn Caller,
    state: Mutex<State>,
}

struct State {
    waiting: VecDeque<Job>,
    attempts: Vec<Option<Attempt>>,
    throttled: Option<Attempt>,
    /// Nothing more is begun: what waits is given back.
    broken_off: bool,
}

impl State {
    const fn has_ended(&self) -> bool {
        self.throttled.is_some() || self.broken_off
    }
}

impl<'a> Work<'a> {
    /// All the recipients wait, but for those that cannot be sent to.
    pub(super) fn new(
        sender: &'a Sender,
        pipelining: bool,
        addressed: Vec<Result<Addressed<'a>, Attempt>>,
        caller: &'a dyn Caller,
    ) -> Self {
        let attempts: Vec<_> = addressed.iter().map(|to| to.as_ref().err().cloned()).collect();
        let waiting = (0..attempts.len())
            .filter(|place| attempts[*place].is_none())
            .map(|place| Job {
                place,
                retried: false,
            })
            .collect();
        Self {
            sender,
            pipelining,
            addressed,
            caller,
            state: Mutex::new(State {
                waiting,
                attempts,
                throttled: None,
                broken_off: false,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it is held")
    }

    /// Takes the recipient that waits longest, as long as the call goes on.
    pub(super) fn next(&self) -> Option<Job> {
        let goes_on = self.caller.goes_on();
        let mut state = self.state();
        state.broken_off |= !goes_on;
        if state.has_ended() {
            None
        } else {
            state.waiting.pop_front()
        }
    }

    /// How many wait to be taken.
    pub(super) fn waiting(&self) -> usize {
        let state = self.state();
        if state.has_ended() { 0 } else { state.waiting.len() }
    }

    /// Lets the recipient wait again: a lost connection was not its own.
    pub(super) fn put_back(&self, job: Job) {
        self.state().waiting.push_front(job);
    }

    /// Lets the recipient wait again; when a connection was lost under it before, writes the attempt down.
    pub(super) fn put_back_once(&self, job: Job, attempt: Attempt) {
        if job.retried {
            self.record(job, attempt);
        } else {
            self.put_back(Job { retried: true, ..job });
        }
    }

    /// Writes down what became of the recipient. Once the account is throttled nobody is taken any more.
    pub(super) fn record(&self, job: Job, attempt: Attempt) {
        self.caller.answered(&attempt);
        let mut state = self.state();
        if matches!(attempt, Attempt::Throttled { .. }) {
            state.throttled = Some(attempt.clone());
        }
        state.attempts[job.place] = Some(attempt);
    }

    fn addressed(&self, job: Job) -> &Addressed<'a> {
        self.addressed[job.place]
            .as_ref()
            .expect("only recipients that can be sent to wait")
    }

    /// The recipient's mailbox.
    pub(super) fn address(&self, job: Job) -> &'a str {
        self.addressed(job).copy.to.address
    }

    /// The address of MAIL FROM: one of its own for every recipient where bounces are taken.
    pub(super) fn return_path(&self, job: Job) -> Cow<'a, str> {
        let marks = self.addressed(job).copy.marks;
        match (&self.sender.bounces, marks) {
            (Some(bounces), Some(marks)) => bounces.with(&marks.bounce).into(),
            _ => self.sender.address.as_str().into(),
        }
    }

    /// How long the recipient's mail becomes at most, in bytes.
    pub(super) fn size(&self, job: Job) -> usize {
        let Addressed { copy, letter } = self.addressed(job);
        letter.size_limit(copy, self.sender)
    }

    /// Appends the recipient's mail.
    pub(super) fn write_text(&self, job: Job, out: &mut Vec<u8>) {
        let Addressed { copy, letter } = self.addressed(job);
        letter.write(copy, self.sender, out);
    }

    /// The attempts in the recipients' order; `otherwise` for those that no connection came for, and none for those
    /// that were not begun because the call did not go on.
    pub(super) fn into_attempts(self, otherwise: &Attempt) -> Vec<Option<Attempt>> {
        let state = self.state.into_inner().expect("nothing panics while it is held");
        let otherwise = match (&state.throttled, state.broken_off) {
            (Some(throttled), _) => Some(throttled),
            (None, true) => None,
            (None, false) => Some(otherwise),
        };
        state
            .attempts
            .into_iter()
            .map(|attempt| attempt.or_else(|| otherwise.cloned()))
            .collect()
    }
}
