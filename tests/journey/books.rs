//! Who was told what, counted where it arrived, beside what the service says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use oproep::client::Wave;
use oproep::domain::action::Texts;
use oproep::domain::channel::Channel;
use oproep::domain::clock::Clock;
use oproep::domain::delivery::Disposition;
use oproep::domain::id::ParticipantNumber;
use oproep::domain::reference::DeliveryRef;
use oproep::domain::wave::WaveState;
use oproep::receivers::inbox::Kind;

use crate::arrivals::{Arrived, ByLink, by_link};
use crate::ground::Ground;
use crate::people::{Expected, Told};

/// How long a message that was taken may be on its way to where it is counted.
const WITHIN: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Checks a finished wave: its accounts add up, its audience is exactly who is expected, and each got its text
/// once, at the right place.
pub(crate) async fn check(ground: &Ground, wave: &Wave, expected: &Expected, texts: &Texts) {
    check_accounts(wave, expected);
    let mut tx = ground.database.store.read().await.expect("the database reads");
    let positions = tx.list_positions(wave.id).await.expect("the wave has batches");
    let mut links: BTreeMap<ParticipantNumber, Vec<String>> = BTreeMap::new();
    for one in &positions {
        let reference = ground.keys.references.delivery(DeliveryRef {
            batch: one.batch,
            position: one.position,
        });
        let link = format!("{}/a/{reference}", ground.service);
        links.entry(one.participant).or_default().push(link);
    }
    let settled = positions
        .iter()
        .filter(|one| one.disposition != Disposition::Moved);
    assert_eq!(settled.count(), expected.len(), "nobody is in two places");
    let audience: BTreeSet<_> = links.keys().copied().collect();
    let meant: BTreeSet<_> = expected.keys().copied().collect();
    assert_eq!(
        (
            audience.difference(&meant).count(),
            meant.difference(&audience).count()
        ),
        (0, 0),
        "in the audience and not meant, and the other way round"
    );
    let arrived = arrived(ground, links.values().flatten(), expected.len()).await;
    let wrong: Vec<String> = expected
        .iter()
        .filter_map(|(number, told)| {
            problem(told, &links[number], &arrived, texts).map(|what| (number, what))
        })
        .map(|(number, what)| format!("participant {number}: {what}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} were not told as they should be: {:#?}",
        wrong.len(),
        expected.len(),
        &wrong[..wrong.len().min(10)]
    );
}

/// What is wrong with what a participant got, if anything.
fn problem(told: &Told, links: &[String], arrived: &ByLink, texts: &Texts) -> Option<String> {
    let got: Vec<&Arrived> = links
        .iter()
        .filter_map(|link| arrived.get(link))
        .flatten()
        .collect();
    let [got] = got[..] else {
        return Some(format!(
            "{} messages instead of one by {}",
            got.len(),
            told.receiver
        ));
    };
    let text = texts.in_language(told.language);
    let title = if told.receiver == Kind::Sms {
        ""
    } else {
        &text.title
    };
    let is_right = (got.receiver, got.address.as_str()) == (told.receiver, told.address.as_str())
        && (got.title.as_str(), got.body.as_str()) == (title, text.body.as_str());
    (!is_right).then(|| format!("expected {told:?}, '{title}' and '{}', got {got:?}", text.body))
}

fn check_accounts(wave: &Wave, expected: &Expected) {
    let accounts = wave.accounts.accounting;
    assert!(accounts.is_balanced(), "{accounts:?}");
    assert_eq!(wave.state, WaveState::Finished);
    assert_eq!(accounts.audience, expected.len() as u64);
    assert_eq!(accounts.reached(), accounts.audience, "{accounts:?}");
    assert_eq!(accounts.unknown, 0);
    let mut together = oproep::domain::wave::Accounting::default();
    for channel in Channel::ALL {
        let by = wave.by(channel);
        let meant = expected
            .values()
            .filter(|told| told.receiver.channel() == channel);
        assert_eq!(by.audience, meant.count() as u64, "{channel}");
        together = together.plus(by);
    }
    assert_eq!(together, accounts, "the channels add up to the whole");
    let texts = wave.by(Channel::Sms);
    assert_eq!(
        texts.delivered, texts.audience,
        "the operator reported every text"
    );
}

/// How many of the expected are told by each receiver.
pub(crate) fn count(expected: &Expected) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for told in expected.values() {
        *counts.entry(told.receiver.name()).or_default() += 1;
    }
    counts
}

/// Everything that arrived anywhere, once so many of these links did: the operator reads a text, and the server
/// closes a mail, a moment after they said that they have it.
async fn arrived<'a>(
    ground: &Ground,
    links: impl Iterator<Item = &'a String> + Clone,
    count: usize,
) -> ByLink {
    let until = Clock::system().now() + WITHIN;
    loop {
        let arrived = by_link(ground);
        let here = links.clone().filter(|link| arrived.contains_key(*link)).count();
        if here >= count || Clock::system().now() > until {
            return arrived;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// How many messages arrived anywhere: when every wave was checked, as many as they sent.
pub(crate) fn count_arrived(ground: &Ground) -> usize {
    by_link(ground).values().map(Vec::len).sum()
}
