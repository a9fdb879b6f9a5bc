//! A control room for tests: the squares of [`regions`], a hundred participants in their southern halves, and
//! hands that do what lanes would.

use std::time::Duration;

use crate::channels::Providers;
use crate::desk::scope::Credential;
use crate::desk::{Desk, DeskParts, House, Lifetimes, Safeguards, Scope};
use crate::directory::Directory;
use crate::dispatch::codes::Codes;
use crate::dispatch::plan::Accounts;
use crate::domain::action::{Action, ActionKind, DraftInput};
use crate::domain::area::Area;
use crate::domain::channel::Channel;
use crate::domain::check::CheckCode;
use crate::domain::clock::Clock;
use crate::domain::delivery::Disposition;
use crate::domain::id::{AccountId, NodeId, ParticipantNumber};
use crate::domain::participant::{Place, PlaceKind, Places};
use crate::domain::random::Random;
use crate::domain::reference::{DeliveryRef, ReferenceKey};
use crate::domain::role::Role;
use crate::storage::batches::{BatchState, Claim, ClaimedBatch, Progress};
use crate::storage::participants::StoredParticipant;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{keyring, participant, point, some_time};
use crate::storage::testing::regions::{rectangle, region_id, regions};

/// Participants by number 1 to 100: number `n` lives `(n - 1) % 20` steps east and `(n - 1) / 20` north, so
/// that half of them live in `south-west` and half in `south-east`.
const PEOPLE: u32 = 100;

pub(in crate::desk) struct Room {
    pub(in crate::desk) desk: Desk,
    pub(in crate::desk) clock: Clock,
    pub(in crate::desk) references: ReferenceKey,
    pub(in crate::desk) database: TestDatabase,
}

impl Room {
    /// One on each database.
    pub(in crate::desk) async fn each() -> Vec<Self> {
        Self::each_with(&Channel::ALL).await
    }

    /// One on each database, in which this holds for everyone.
    pub(in crate::desk) async fn each_of(house: &House) -> Vec<Self> {
        let mut rooms = Vec::new();
        for database in TestDatabase::each().await {
            rooms.push(Self::on(database, &Channel::ALL, Safeguards::none(), house.clone()).await);
        }
        rooms
    }

    /// One on each database, with these safeguards.
    pub(in crate::desk) async fn each_guarded(safeguards: &Safeguards) -> Vec<Self> {
        let mut rooms = Vec::new();
        for database in TestDatabase::each().await {
            rooms.push(Self::on(database, &Channel::ALL, safeguards.clone(), House::default()).await);
        }
        rooms
    }

    /// One on each database, with a provider for these channels alone.
    pub(in crate::desk) async fn each_with(channels: &[Channel]) -> Vec<Self> {
        let mut rooms = Vec::new();
        for database in TestDatabase::each().await {
            rooms.push(Self::on(database, channels, Safeguards::none(), House::default()).await);
        }
        rooms
    }

    async fn on(database: TestDatabase, channels: &[Channel], safeguards: Safeguards, house: House) -> Self {
        let (keys, clock) = (keyring(), Clock::manual(some_time()));
        let mut tx = database.store.write().await.unwrap();
        tx.upsert_regions(&regions(), some_time()).await.unwrap();
        for index in 0..PEOPLE {
            let mut new = participant(index);
            let place = point((index % 20).cast_signed(), (index / 20).cast_signed());
            new.participant.places = Places::new(vec![Place::new(PlaceKind::Home, place)]).unwrap();
            tx.insert_participant(&keys, &new).await.unwrap();
        }
        tx.commit().await.unwrap();
        let references = ReferenceKey::new(&[5; 32]);
        let accounts: Accounts = [
            (Channel::App, "push"),
            (Channel::Sms, "sms"),
            (Channel::Email, "mail"),
            (Channel::Voice, "voice"),
        ]
        .into_iter()
        .filter(|(channel, _)| channels.contains(channel))
        .map(|(channel, account)| (channel, account.to_owned()))
        .collect();
        let parts = DeskParts {
            store: database.store.clone(),
            keys: keys.clone(),
            references: references.clone(),
            directory: Directory::load(&database.store, &keys, &clock).await.unwrap(),
            accounts,
            providers: Providers::default(),
            codes: Codes::start(Providers::default(), clock.clone()),
            dispatcher: None,
            clock: clock.clone(),
            random: Random::from_seed(9),
        };
        let desk = Desk::of_house(parts, Lifetimes::default(), safeguards, house);
        Self {
            desk,
            clock,
            references,
            database,
        }
    }

    /// An urgent draft over the rectangle, by the operator.
    pub(in crate::desk) async fn draft(&self, area: Area) -> Action {
        let mut input = DraftInput::new(ActionKind::Burglary);
        input.area = Some(area);
        input.origin = Some(point(0, 0));
        input.description.direction = Some("de brug".to_owned());
        input.requested_at = Some(some_time());
        self.desk.create_draft(&operator(), input).await.unwrap()
    }

    /// The same, started.
    pub(in crate::desk) async fn started(&self, area: Area) -> Action {
        let draft = self.draft(area).await;
        // One like it may run already.
        let alike = [CheckCode::DuplicateRunning].into_iter().collect();
        let started = self
            .desk
            .start_action_confirming(&operator(), draft.id, draft.version, &alike)
            .await;
        started.unwrap().action
    }

    /// The action as it is now.
    pub(in crate::desk) async fn now(&self, action: &Action) -> Action {
        self.desk.action(&operator(), action.id).await.unwrap().action
    }

    /// Does what a lane would: claims what waits for text messages, and has the first `accepted` of every
    /// batch taken by the provider. The rest goes back, or stays in hand where `keep`.
    pub(in crate::desk) async fn hand_over(&self, accepted: usize, keep: bool) -> Vec<ClaimedBatch> {
        let now = self.clock.now();
        let owner = NodeId::new(now, &Random::from_seed(1));
        let lease_until = now + Duration::from_mins(1);
        let mut tx = self.database.store.write().await.unwrap();
        let claim = Claim {
            owner,
            account: "sms",
            priority: 0,
            now,
            lease_until,
            window: accepted + 5,
            limit: 100,
        };
        let batches = tx.claim_batches(&claim).await.unwrap();
        for batch in &batches {
            let mut outcomes = batch.outcomes.clone();
            let waiting = outcomes.iter_mut().filter(|outcome| outcome.is_open());
            waiting
                .take(accepted)
                .for_each(|outcome| *outcome = Disposition::Accepted);
            let open = outcomes.iter().any(|outcome| outcome.is_open());
            let state = match (open, keep) {
                (false, _) => BatchState::Done,
                (true, true) => BatchState::Claimed,
                (true, false) => BatchState::Ready { not_before: now },
            };
            let progress = Progress {
                number: batch.number,
                claims: batch.claims,
                outcomes: &outcomes,
                intent_to: if keep { accepted + 5 } else { accepted },
                state,
                first_handover_at: Some(now),
                last_handover_at: Some(now),
            };
            assert!(tx.record_progress(owner, lease_until, &progress).await.unwrap());
        }
        tx.commit().await.unwrap();
        batches
    }

    /// Changes what is stored of a participant, behind the desk's back.
    pub(in crate::desk) async fn change(
        &self,
        number: ParticipantNumber,
        change: impl FnOnce(&mut StoredParticipant),
    ) {
        let mut tx = self.database.store.write().await.unwrap();
        let keys = keyring();
        let mut stored = tx.find_participant(&keys, number).await.unwrap().unwrap();
        change(&mut stored);
        assert!(
            tx.update_participant(&keys, &stored, self.clock.now())
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }

    /// The link in the message of a recipient.
    pub(in crate::desk) fn link(&self, batch: &ClaimedBatch, position: u16) -> String {
        self.references.delivery(DeliveryRef {
            batch: batch.number,
            position,
        })
    }
}

/// The squares from one step to another as an area.
pub(in crate::desk) fn area(west: i32, south: i32, east: i32, north: i32) -> Area {
    Area::polygons(rectangle(west, south, east, north))
}

/// A small photo.
pub(in crate::desk) fn picture() -> bytes::Bytes {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(30, 20)
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    png.into_inner().into()
}

/// Somebody in this role, working for the region of this code, trained.
pub(in crate::desk) fn scope(role: Role, code: &str) -> Scope {
    let seed = code
        .bytes()
        .fold(role as u64, |sum, byte| sum * 31 + u64::from(byte));
    Scope {
        account: AccountId::new(some_time(), &Random::from_seed(seed)),
        session: None,
        role,
        region: region_id(code),
        trained_until: Some(some_time() + Duration::from_hours(24)),
        proved_at: None,
        credential: Credential::Session,
        has_lapsed: false,
    }
}

/// The operator of the whole unit with this number, each with an account of their own.
pub(in crate::desk) fn operator_number(number: u8) -> Scope {
    Scope {
        account: AccountId::from_uuid(uuid::Uuid::from_u128(u128::from(number) + 1)),
        ..operator()
    }
}

/// An operator of the whole unit.
pub(in crate::desk) fn operator() -> Scope {
    scope(Role::Operator, "unit")
}
