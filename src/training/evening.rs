//! The evening: receipts and tips, each when its time comes on the clock.
//!
//! What is to come lives in memory. A process that is started again begins with a quiet town: what was sent before is
//! not answered any more, as if everyone had gone to bed.

use std::collections::{BTreeMap, HashMap};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::draw::Draw;
use super::scenario::Scenario;
use super::sighting::report;
use super::snapshot::snapshot;
use super::stand_in::{Told, subject};
use crate::desk::Desk;
use crate::dispatch::receipts::{ReceiptError, Receipts};
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::delivery::Receipt;
use crate::domain::message::Purpose;

/// The most that is to come; whoever is told more gets no answers.
const MOST: usize = 4_000_000;
/// Messages that were taken and not looked at; whoever sends more waits, as at a busy provider.
const UNHEARD: usize = 10_000;
/// Receipts brought at once.
const AT_ONCE: usize = 1_000;
/// When what could not be taken is brought again.
const AGAIN: Duration = Duration::from_secs(2);
/// The most half-times that a tip may take: who would come later stays at home.
const HALVES: f64 = 6.0;
/// Actions of which tips are counted; the oldest is forgotten after so many.
const ACTIONS: usize = 1_000;

/// Something that is to come.
#[derive(Clone, Debug)]
enum Coming {
    Receipt { reference: String, receipt: Receipt },
    Tip(Box<Told>),
}

/// What is to come, in the order of time.
pub struct Evening {
    seed: u64,
    scenario: Arc<Scenario>,
    clock: Clock,
    heard: mpsc::Receiver<Told>,
    coming: BTreeMap<(Timestamp, u64), Coming>,
    ordinal: u64,
    /// How many tips each action gets so far.
    tips: HashMap<String, u32>,
}

impl std::fmt::Debug for Evening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Evening({} to come)", self.coming.len())
    }
}

impl Evening {
    pub(super) fn new(seed: u64, scenario: Arc<Scenario>, clock: Clock) -> (mpsc::Sender<Told>, Self) {
        let (sender, heard) = mpsc::channel(UNHEARD);
        let evening = Self {
            seed,
            scenario,
            clock,
            heard,
            coming: BTreeMap::new(),
            ordinal: 0,
            tips: HashMap::new(),
        };
        (sender, evening)
    }

    /// Answers until `closing`.
    pub async fn run(mut self, desk: Desk, receipts: Receipts, closing: CancellationToken) {
        loop {
            let next = self.coming.keys().next().map(|(due, _)| *due);
            let clock = self.clock.clone();
            let due = async {
                match next {
                    Some(moment) => clock.sleep_until(moment).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = closing.cancelled() => return,
                told = self.heard.recv() => match told {
                    Some(told) => self.hear(told),
                    None => return,
                },
                () = due => self.answer(&desk, &receipts).await,
            }
        }
    }

    fn hear(&mut self, told: Told) {
        let now = self.clock.now();
        let draw = Draw::about(self.seed, &subject("fate", &told.reference));
        let fate = self.scenario.fate(told.channel);
        let outcome = draw.unit();
        let receipt = if outcome < fate.delivered {
            Some(Receipt::Delivered)
        } else if outcome < fate.delivered + fate.failed {
            Some(Receipt::Failed)
        } else {
            None
        };
        let after = draw.between(f64::from(fate.from_s), f64::from(fate.to_s));
        if let Some(receipt) = receipt {
            let reference = told.reference.clone();
            self.expect(
                now + Duration::from_secs_f64(after),
                Coming::Receipt { reference, receipt },
            );
        }
        let tips = self.scenario.tips;
        let answers =
            told.purpose == Purpose::Alert && told.link.is_some() && receipt != Some(Receipt::Failed);
        if !answers || !draw.happens(tips.share) {
            return;
        }
        if self.tips.len() >= ACTIONS && !self.tips.contains_key(&told.action) {
            self.tips.clear();
        }
        let so_far = self.tips.entry(told.action.clone()).or_default();
        if *so_far >= tips.at_most {
            return;
        }
        *so_far += 1;
        // Half of them within the half time, half of the others within the next.
        let halves = -(1.0 - draw.unit()).log2();
        let after = f64::from(tips.first_after_s) + f64::from(tips.half_after_s) * halves.min(HALVES);
        self.expect(now + Duration::from_secs_f64(after), Coming::Tip(Box::new(told)));
    }

    fn expect(&mut self, due: Timestamp, coming: Coming) {
        if self.coming.len() < MOST {
            self.ordinal += 1;
            self.coming.insert((due, self.ordinal), coming);
        }
    }

    /// Brings what is due.
    async fn answer(&mut self, desk: &Desk, receipts: &Receipts) {
        let now = self.clock.now();
        let later = self.coming.split_off(&(now + Duration::from_millis(1), 0));
        let due = std::mem::replace(&mut self.coming, later);
        let (mut reports, mut tips) = (Vec::new(), Vec::new());
        for coming in due.into_values() {
            match coming {
                Coming::Receipt { reference, receipt } => reports.push((reference, receipt)),
                Coming::Tip(told) => tips.push(told),
            }
        }
        let references = &desk.parts().references;
        let brought = stream::iter(reports)
            .map(async |(reference, receipt): (String, Receipt)| {
                // Where a real provider reports nothing, the message carries the reference of its link.
                let delivery = references.read_delivery(&reference);
                let reported = delivery.map_or_else(|| reference.clone(), |one| references.receipt(one));
                let taken = receipts.take(&reported, receipt).await;
                (reference, receipt, taken)
            })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        for (reference, receipt, taken) in brought {
            if matches!(taken, Err(ReceiptError::Busy | ReceiptError::NotStored)) {
                self.expect(now + AGAIN, Coming::Receipt { reference, receipt });
            }
        }
        for told in tips {
            self.send_tip(desk, &told).await;
        }
    }

    async fn send_tip(&self, desk: &Desk, told: &Told) {
        let Some(link) = &told.link else { return };
        let draw = Draw::about(self.seed, &subject("photo", &told.reference));
        let about = subject("tip", &told.reference);
        let incident = desk.place_by_link(link).await.unwrap_or_default();
        let content = report(
            self.seed,
            &about,
            &told.action,
            &self.scenario,
            told.language,
            incident,
        );
        let mut photos = Vec::new();
        if draw.happens(self.scenario.tips.photo) {
            let seed = self.seed;
            if let Ok(photo) = tokio::task::spawn_blocking(move || snapshot(seed, &about)).await {
                photos.push(photo.into());
            }
        }
        if let Err(error) = desk.submit_tip_by_link(link, content, photos).await {
            tracing::debug!(%error, "a tip of the made-up population was not taken");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Provider;
    use crate::domain::channel::Channel;
    use crate::domain::endpoint::Endpoint;
    use crate::domain::language::Language;
    use crate::domain::message::{Message, Recipient, Urgency};
    use crate::domain::reference::{DeliveryRef, ReferenceKey};
    use crate::storage::testing::people::some_time;
    use crate::training::stand_in::StandIn;

    /// What is to come after an action for so many people, by time.
    async fn evening(seed: u64, key: u8, people: u16) -> Vec<(i64, String)> {
        let scenario = Arc::new(Scenario::usual().unwrap());
        let (heard, mut evening) = Evening::new(seed, scenario.clone(), Clock::manual(some_time()));
        let provider = StandIn::new(Channel::Sms, seed, scenario, heard);
        let message = Message {
            purpose: Purpose::Alert,
            urgency: Urgency::Urgent,
            language: Language::Nl,
            title: "OEFENING".to_owned(),
            body: "OEFENING".to_owned(),
            collapse_key: "action".to_owned(),
            expires_at: some_time() + Duration::from_hours(1),
        };
        let references = ReferenceKey::new(&[key; 32]);
        for position in 0..people {
            let delivery = DeliveryRef { batch: 1, position };
            let recipient = Recipient {
                endpoint: Endpoint::Fcm {
                    token: position.to_string(),
                },
                reference: references.receipt(delivery),
                link: Some(format!("https://example/a/{}", references.delivery(delivery))),
                mail: None,
            };
            provider.send(&message, &[recipient]).await;
            while let Ok(told) = evening.heard.try_recv() {
                evening.hear(told);
            }
        }
        let coming = evening.coming.iter().map(|((due, _), coming)| {
            let what = match coming {
                Coming::Receipt { receipt, .. } => format!("{receipt:?}"),
                Coming::Tip(_) => "tip".to_owned(),
            };
            (due.as_millis() - some_time().as_millis(), what)
        });
        coming.collect()
    }

    #[tokio::test]
    async fn the_same_seed_makes_the_same_evening_whatever_the_keys_are() {
        let first = evening(7, 1, 5_000).await;
        assert_eq!(first, evening(7, 2, 5_000).await);
        assert_ne!(first, evening(8, 1, 5_000).await);
    }

    #[tokio::test]
    async fn an_evening_is_as_the_scenario_says() {
        let coming = evening(7, 1, 20_000).await;
        let count = |what: &str| coming.iter().filter(|(_, one)| one == what).count();
        let delivered = count("Delivered") as f64 / (20_000.0 * 0.99);
        assert!((0.93..0.97).contains(&delivered), "{delivered}");
        let failed = count("Failed") as f64 / (20_000.0 * 0.99);
        assert!((0.012..0.03).contains(&failed), "{failed}");
        assert!((30..=90).contains(&count("tip")), "{}", count("tip"));
        let first = coming.iter().find(|(_, what)| what == "tip").unwrap().0;
        assert!(first >= 40_000, "the first tip comes after {first} ms");
    }

    #[test]
    fn tips_help_or_do_not_repeat_each_other_and_lie_near() {
        let scenario = Scenario::usual().unwrap();
        let incident = crate::storage::testing::people::point(0, 0);
        let tips: Vec<_> = (0..400_u32)
            .map(|index| {
                let language = if index % 2 == 0 {
                    Language::Nl
                } else {
                    Language::En
                };
                report(
                    7,
                    &index.to_be_bytes(),
                    "action",
                    &scenario,
                    language,
                    Some(incident),
                )
            })
            .collect();
        assert!(tips.iter().all(|tip| tip.clone().check().is_ok()));
        assert!(tips.iter().all(|tip| !tip.text.contains('{')));
        let mut texts: Vec<_> = tips.iter().map(|tip| &tip.text).collect();
        texts.sort();
        texts.dedup();
        assert!((10..350).contains(&texts.len()), "{} texts", texts.len());
        let places: Vec<_> = tips.iter().filter_map(|tip| tip.location).collect();
        assert!((30..250).contains(&places.len()), "{} places", places.len());
        let far = |place: &crate::domain::point::Point| {
            let north = (place.lat_degrees() - incident.lat_degrees()).abs() * 111_320.0;
            north > 2_500.0
        };
        assert!(!places.iter().any(far));
        assert!(tips.iter().any(|tip| tip.anonymous) && tips.iter().any(|tip| !tip.anonymous));
    }

    #[test]
    fn a_photo_goes_through_the_darkroom() {
        let photo = snapshot(7, b"one");
        assert!(crate::domain::photo::prepare(&photo).is_ok());
        assert_ne!(photo, snapshot(7, b"two"));
    }
}
