//! What goes on by itself as long as the process runs.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Desk;

/// How often actions whose time is over are looked for.
const EXPIRE_EVERY: Duration = Duration::from_secs(1);

impl Desk {
    /// Hands out events to live screens, ends actions whose time is over and tells of starts over a limit, until
    /// `closing`. Every node does it; of an action that expires one node wins.
    pub async fn keep_going(&self, closing: CancellationToken) {
        let parts = self.parts();
        let events = self.events().clone();
        tokio::join!(
            events.run(parts.store.clone(), parts.clock.clone(), closing.clone()),
            self.keep_expiring(&closing),
            self.keep_telling(&closing),
        );
    }

    async fn keep_expiring(&self, closing: &CancellationToken) {
        loop {
            tokio::select! {
                () = closing.cancelled() => return,
                () = self.parts().clock.sleep(EXPIRE_EVERY) => {}
            }
            if let Err(error) = self.expire_actions().await {
                tracing::error!(%error, "actions whose time is over wait for the next look");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::actions::fixture::{Room, area};
    use crate::domain::action::Phase;
    use crate::domain::event::EventKind;

    #[tokio::test]
    async fn an_action_expires_by_itself_and_screens_hear_of_it() {
        for room in Room::each().await {
            let action = room.started(area(0, 0, 5, 5)).await;
            let closing = CancellationToken::new();
            let mut ready = room.desk.events().last();
            let mut screen = room.desk.events().subscribe();
            let running = tokio::spawn({
                let (desk, closing) = (room.desk.clone(), closing.clone());
                async move { desk.keep_going(closing).await }
            });
            let deadline = Duration::from_secs(20);
            tokio::time::timeout(deadline, ready.wait_for(|last| *last > 0))
                .await
                .expect("the feed begins")
                .unwrap();
            room.clock.advance(Duration::from_hours(3));
            let heard = tokio::time::timeout(deadline, screen.recv())
                .await
                .expect("the action expires")
                .unwrap();
            assert_eq!(
                (heard.kind, heard.action),
                (EventKind::ActionExpired, Some(action.id))
            );
            assert_eq!(room.now(&action).await.state.phase(), Phase::Expired);
            closing.cancel();
            running.await.unwrap();
        }
    }
}
