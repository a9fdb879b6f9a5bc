//! The people who are called on: all in one place, most with the app, some with text messages only.

use oproep::app::Foundation;
use oproep::domain::channel::ChannelSet;
use oproep::domain::id::{DeviceId, ParticipantId};
use oproep::domain::language::Language;
use oproep::domain::participant::{Contact, Participant, Place, PlaceKind, Places, Topics};
use oproep::receivers::Receivers;
use oproep::storage::participants::NewParticipant;
use oproep::storage::participants::bulk::{BULK_CHUNK, BulkParticipant};
use oproep::storage::testing::people::{point, some_time};
use oproep::storage::testing::regions::regions;

/// One of so many has no app and is told by text message, whose delivery reports are counted.
const TEXT_EVERY: u32 = 50;

/// Stores the test's regions, and so many people in the middle of one of them.
pub(crate) async fn insert(foundation: &Foundation, receivers: &Receivers, people: u32) {
    let mut tx = foundation.store.write().await.expect("the database writes");
    tx.upsert_regions(&regions(), some_time()).await.expect("regions");
    let first = foundation
        .store
        .reserve_participant_numbers(&mut tx, people as usize)
        .await
        .expect("numbers");
    let numbers: Vec<u32> = (first..first + people).collect();
    for chunk in numbers.chunks(BULK_CHUNK) {
        let people: Vec<BulkParticipant> = chunk
            .iter()
            .map(|number| participant(foundation, receivers, *number))
            .collect();
        let keys = &foundation.keys.ring;
        tx.insert_participants(chunk[0], people.iter().map(|one| one.seal(keys)))
            .await
            .expect("participants");
    }
    tx.announce_participants(&[(first, first + people - 1)])
        .await
        .expect("announced");
    tx.commit().await.expect("participants are stored");
}

/// Whether this participant has no app.
pub(crate) const fn is_told_by_text(number: u32) -> bool {
    number.is_multiple_of(TEXT_EVERY)
}

fn participant(foundation: &Foundation, receivers: &Receivers, number: u32) -> BulkParticipant {
    let (now, random) = (foundation.clock.now(), &foundation.random);
    let by_text = is_told_by_text(number);
    let phone = by_text.then(|| format!("+3161{number:07}").parse().expect("a number"));
    let device = (!by_text).then(|| (DeviceId::new(now, random), receivers.fcm.device(number)));
    let home = Place::new(PlaceKind::Home, point(0, 0));
    BulkParticipant {
        new: NewParticipant {
            participant: Participant {
                id: ParticipantId::new(now, random),
                language: Language::Nl,
                contact: Contact {
                    phone,
                    ..Contact::default()
                },
                places: Places::new(vec![home]).expect("one place"),
                topics: Topics::ALL,
                rest: oproep::domain::participant::Rest::default(),
            },
            wanted: ChannelSet::USUAL,
            confirmed_at: now,
        },
        devices: device.into_iter().collect(),
    }
}
