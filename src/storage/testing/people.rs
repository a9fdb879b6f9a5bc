//! Participants for tests: made up, distinct by a number, all in one place unless told otherwise.

use crate::domain::channel::ChannelSet;
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{DeviceId, ParticipantId};
use crate::domain::language::Language;
use crate::domain::participant::{Contact, Participant, Place, PlaceKind, Places, Rest, Topics};
use crate::domain::point::Point;
use crate::domain::random::Random;
use crate::storage::participants::NewParticipant;
use crate::storage::participants::bulk::BulkParticipant;
use crate::storage::sealing::Keyring;

/// A keyring with fixed keys.
pub fn keyring() -> Keyring {
    Keyring::new(&[(1, [1; 32])], &[2; 32], &[5; 32], Random::from_seed(3))
}

/// A moment to begin with.
pub fn some_time() -> Timestamp {
    Timestamp::from_millis(1_772_373_720_000)
}

/// A point in the middle of Utrecht, so many steps of about a hundred metres to the east and north.
pub fn point(east: i32, north: i32) -> Point {
    Point::from_units(51_214_000 + east * 14_600, 520_907_000 + north * 9_000).expect("a point on earth")
}

/// Participant `index`: e-mail and telephone number confirmed, all topics and channels wanted, one place.
pub fn participant(index: u32) -> NewParticipant {
    let contact = Contact {
        email: format!("p{index}@example.org").parse().ok(),
        phone: format!("+3161{index:07}").parse().ok(),
    };
    let place = Place::new(PlaceKind::Home, point(0, 0));
    NewParticipant {
        participant: Participant {
            id: ParticipantId::new(some_time(), &Random::from_seed(u64::from(index))),
            language: if index.is_multiple_of(2) {
                Language::Nl
            } else {
                Language::En
            },
            contact,
            places: Places::new(vec![place]).expect("one place is allowed"),
            topics: Topics::ALL,
            rest: Rest::default(),
        },
        wanted: ChannelSet::USUAL,
        confirmed_at: some_time(),
    }
}

/// A registration of Firebase Cloud Messaging that is `index`'s alone.
pub fn device(index: u32) -> Endpoint {
    Endpoint::Fcm {
        token: format!("token-{index}"),
    }
}

/// Participant `index` with a device.
pub fn participant_with_device(index: u32) -> BulkParticipant {
    let random = Random::from_seed(u64::from(index) + (1 << 32));
    BulkParticipant {
        new: participant(index),
        devices: vec![(DeviceId::new(some_time(), &random), device(index))],
    }
}
