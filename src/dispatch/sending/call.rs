//! One call at a provider: steered by what happens to its wave, its node and its account, and followed message by
//! message.

use std::sync::OnceLock;

use super::super::Node;
use super::super::health;
use super::super::in_hand::InHand;
use super::super::waves::Leave;
use super::{Sending, gives_way};
use crate::channels::Caller;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Recipient};

/// What a call gave.
pub(super) struct Called {
    /// One a recipient; none for those that were not begun.
    pub(super) attempts: Vec<Option<Attempt>>,
    /// When the provider took the first message.
    pub(super) first_at: Option<Timestamp>,
}

struct Steering<'a> {
    node: &'a Node,
    batch: &'a InHand,
    call: health::Call<'a>,
    first_at: OnceLock<Timestamp>,
}

impl Caller for Steering<'_> {
    /// No further message is begun once the wave is stopped, the node closes, or the account is out and another one
    /// can do better.
    fn goes_on(&self) -> bool {
        let now = self.node.around.clock.now();
        self.call.sign(now);
        !self.node.closing.is_cancelled()
            && !self.batch.is_lost()
            && !gives_way(self.batch)
            && !self.batch.account.health.leaves_to_others()
            && self.batch.wave.may_leave(now) == Leave::Go
    }

    fn is_first(&self) -> bool {
        self.batch.attempt == 0
    }

    fn answered(&self, attempt: &Attempt) {
        if *attempt == Attempt::Accepted {
            self.first_at.get_or_init(|| self.node.around.clock.now());
        }
    }
}

impl Sending<'_> {
    /// Makes a call. Where another account can do better, it gets at once what was not begun.
    pub(super) async fn call(&mut self, message: &Message, recipients: &[Recipient]) -> Called {
        let (node, batch) = (self.node, self.batch);
        let health = &batch.account.health;
        let steering = Steering {
            node,
            batch,
            call: health.begin(node.around.clock.now()),
            first_at: OnceLock::new(),
        };
        let answer = batch.account.provider.send_for(message, recipients, &steering);
        tokio::pin!(answer);
        let attempts = tokio::select! {
            attempts = &mut answer => attempts,
            () = health.until_left_to_others() => {
                self.split_off_rest();
                answer.await
            }
        };
        Called {
            attempts,
            first_at: steering.first_at.get().copied(),
        }
    }
}
