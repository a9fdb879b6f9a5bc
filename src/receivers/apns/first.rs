//! Watches whether a sender waits for the first success before it sends side by side, as Apple wants it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Requests at work until one was answered with success.
#[derive(Debug, Default)]
pub(super) struct FirstSuccess {
    done: AtomicBool,
    at_work: AtomicUsize,
    most: AtomicUsize,
}

/// A request at work.
pub(super) struct AtWork<'a>(&'a FirstSuccess);

impl FirstSuccess {
    pub(super) fn begin(&self) -> AtWork<'_> {
        let at_work = self.at_work.fetch_add(1, Ordering::SeqCst) + 1;
        if !self.done.load(Ordering::SeqCst) {
            self.most.fetch_max(at_work, Ordering::SeqCst);
        }
        AtWork(self)
    }

    pub(super) fn succeeded(&self) {
        self.done.store(true, Ordering::SeqCst);
    }

    /// The most at once before the first success.
    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.at_work.fetch_sub(1, Ordering::SeqCst);
    }
}
