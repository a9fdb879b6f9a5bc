use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::*;
use crate::channels::voice::recording::Sound;
use crate::channels::{Provider, Providers};
use crate::desk::actions::fixture::{Room, area, operator, scope};
use crate::domain::delivery::Attempt;
use crate::domain::language::Language;
use crate::domain::message::Recipient;
use crate::domain::role::Role;
use crate::storage::batches::ClaimedBatch;
use crate::storage::recordings::RecordingState;

/// An exchange that has a recording after so many requests.
struct Exchange {
    later: usize,
    asked: AtomicUsize,
}

impl Provider for Exchange {
    fn channel(&self) -> Channel {
        Channel::Voice
    }

    fn send<'a>(&'a self, _: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        let accepted = vec![Attempt::Accepted; recipients.len()];
        async move { accepted }.boxed()
    }

    fn recording<'a>(&'a self, address: &'a str) -> BoxFuture<'a, std::result::Result<Sound, FetchError>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let given = match address {
            "elsewhere" => Err(FetchError::Elsewhere),
            _ if asked < self.later => Err(FetchError::Later),
            _ => Ok(Sound {
                media_type: "audio/mpeg",
                bytes: b"ID3 said".to_vec(),
            }),
        };
        async move { given }.boxed()
    }
}

/// The desk of a room whose exchange has recordings after so many requests.
fn with_exchange(room: &Room, later: usize) -> Desk {
    let exchange: Arc<dyn Provider> = Arc::new(Exchange {
        later,
        asked: AtomicUsize::new(0),
    });
    let mut parts = room.desk.parts().clone();
    parts.providers = Providers::from_iter([exchange]);
    Desk::new(parts)
}

async fn batch(room: &Room) -> ClaimedBatch {
    room.started(area(0, 0, 5, 5)).await;
    room.hand_over(25, false).await.remove(0)
}

fn call(room: &Room, batch: &ClaimedBatch, position: u16) -> String {
    room.references.receipt(DeliveryRef {
        batch: batch.number,
        position,
    })
}

#[tokio::test]
async fn a_call_says_the_message_in_its_language_as_long_as_it_applies() {
    for room in Room::each().await {
        let action = room.started(area(0, 0, 5, 5)).await;
        let batch = room.hand_over(25, false).await.remove(0);
        room.change(batch.members[1], |stored| {
            stored.participant.language = Language::En;
        })
        .await;
        let script = room.desk.call_script(&call(&room, &batch, 1)).await.unwrap();
        assert_eq!(script.message.language, Language::En);
        assert!(script.applies && !script.message.body.is_empty());

        let unknown = room.desk.call_script(&room.link(&batch, 1)).await;
        assert!(
            matches!(unknown, Err(DeskError::NotFound("call"))),
            "who has a link cannot ask as the exchange"
        );
        room.desk.stop_action(&operator(), action.id).await.unwrap();
        let script = room.desk.call_script(&call(&room, &batch, 1)).await.unwrap();
        // Everybody was handed over already, so that nothing was halted; its time ends it.
        room.clock.advance(Duration::from_hours(100));
        let later = room.desk.call_script(&call(&room, &batch, 1)).await.unwrap();
        assert!(!later.applies, "{script:?}");
    }
}

#[tokio::test]
async fn a_key_makes_one_tip_a_call_however_often_it_is_pressed() {
    for room in Room::each().await {
        let batch = batch(&room).await;
        let reference = call(&room, &batch, 2);
        let first = room.desk.submit_tip_by_key(&reference).await.unwrap();
        let again = room.desk.submit_tip_by_key(&reference).await.unwrap();
        assert_eq!(first.tip, again.tip);
        let other = room
            .desk
            .submit_tip_by_key(&call(&room, &batch, 3))
            .await
            .unwrap();
        assert_ne!(first.tip, other.tip);
        let view = room.desk.tip(&operator(), first.tip).await.unwrap();
        assert_eq!(view.tip.source, TipSource::Call);
        assert_eq!(view.tip.participant, Some(batch.members[2]));
        assert!(view.tip.content.phone.is_some(), "to call back");
        assert_eq!(view.recording, None);
        let stranger = room.desk.submit_tip_by_key("AAAA").await;
        assert!(matches!(stranger, Err(DeskError::NotFound("call"))));
    }
}

#[tokio::test]
async fn what_was_said_is_fetched_kept_sealed_and_heard_by_operators_alone() {
    for room in Room::each().await {
        let desk = with_exchange(&room, 2);
        let batch = batch(&room).await;
        let reference = call(&room, &batch, 2);
        let none = desk.add_recording(&reference, "there").await;
        assert!(
            matches!(none, Err(DeskError::NotFound("call"))),
            "nobody pressed a key in this call"
        );
        let tip = desk.submit_tip_by_key(&reference).await.unwrap().tip;
        desk.add_recording(&reference, "there").await.unwrap();
        desk.add_recording(&reference, "elsewhere").await.unwrap();
        // The first request goes on beside; whichever of them comes third brings it.
        let mut came = false;
        for _ in 0..100 {
            came = desk.tip(&operator(), tip).await.unwrap().recording == Some(RecordingState::Here);
            if came {
                break;
            }
            desk.fetch_recordings().await.unwrap();
            tokio::task::yield_now().await;
        }
        assert!(came);
        let sound = desk.recording(&operator(), tip).await.unwrap();
        assert_eq!(
            (sound.media_type.as_str(), sound.sound.as_slice()),
            ("audio/mpeg", &b"ID3 said"[..])
        );
        let coordinator = scope(Role::Coordinator, "unit");
        assert!(desk.recording(&coordinator, tip).await.is_err());
        let other = desk.submit_tip_by_key(&call(&room, &batch, 3)).await.unwrap().tip;
        let none = desk.recording(&operator(), other).await;
        assert!(matches!(none, Err(DeskError::NotFound("recording"))));
    }
}

#[tokio::test]
async fn a_recording_that_is_elsewhere_or_never_comes_is_given_up() {
    for room in Room::each().await {
        let desk = with_exchange(&room, usize::MAX);
        let batch = batch(&room).await;
        for (position, source) in [(4, "elsewhere"), (5, "never")] {
            let reference = call(&room, &batch, position);
            let tip = desk.submit_tip_by_key(&reference).await.unwrap().tip;
            desk.add_recording(&reference, source).await.unwrap();
            let mut rounds = 0;
            while desk.tip(&operator(), tip).await.unwrap().recording == Some(RecordingState::Waiting) {
                desk.fetch_recordings().await.unwrap();
                rounds += 1;
                assert!(rounds <= TRIES, "{source}");
            }
            let state = desk.tip(&operator(), tip).await.unwrap().recording;
            assert_eq!(state, Some(RecordingState::Lost), "{source}");
        }
    }
}
