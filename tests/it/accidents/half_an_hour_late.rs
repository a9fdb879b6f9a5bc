//! Push messages half an hour late under load (Germany 2020): while a campaign of many mails and pushes is under way,
//! an urgent action is handed over as if there were none.

use std::sync::Arc;
use std::time::Duration;

use oproep::channels::Provider;
use oproep::dispatch::Dispatcher;
use oproep::dispatch::account::{AccountSettings, Pace, WhenInDoubt};
use oproep::dispatch::plan::Accounts;
use oproep::domain::channel::Channel;
use oproep::domain::delivery::Attempt;
use oproep::domain::id::WaveId;
use oproep::domain::message::Urgency;
use oproep::storage::testing::TestDatabase;

use crate::lanes::{Counter, Ground, token};

const PEOPLE: u32 = 10_000;
const URGENT: u32 = 1_500;
/// Messages a second of each account: the campaign alone takes ten seconds.
const PER_S: u32 = 1_000;

const PACE: Pace = Pace {
    rate_per_s: Some(PER_S),
    burst: 100,
    batches_in_flight: 4,
    step: 100,
    window: 100,
    attempts: 60,
    when_in_doubt: WhenInDoubt::Resend,
};

fn accounts() -> Accounts {
    Accounts::from([
        (Channel::App, "push".to_owned()),
        (Channel::Email, "email".to_owned()),
    ])
}

/// An urgent wave, from its order to its first and last hand-over.
async fn urgent(ground: &Ground) -> (Duration, Duration) {
    let ordered_at = ground.around.clock.now();
    let wave = ground
        .order_for(Channel::App, Urgency::Urgent, &accounts(), URGENT)
        .await;
    let accounts = ground.until_settled(wave).await;
    assert_eq!(accounts.accepted, u64::from(URGENT));
    let mut tx = ground.database.store.read().await.unwrap();
    let span = tx.account_for_wave(wave).await.unwrap();
    let (first, last) = (span.first_handover_at.unwrap(), span.last_handover_at.unwrap());
    (first.since(ordered_at), last.since(ordered_at))
}

async fn accepted(ground: &Ground, wave: WaveId) -> u64 {
    ground.accounting(wave).await.accepted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_urgent_action_is_handed_over_during_a_campaign_as_on_an_idle_day() {
    for database in TestDatabase::each().await {
        let ground = Ground::new(database, PEOPLE, token).await;
        let provider = |channel| Counter::new(channel, |_, _| Attempt::Accepted) as Arc<dyn Provider>;
        let account = |name: &str, channel| AccountSettings {
            name: name.to_owned(),
            provider: provider(channel),
            pace: PACE,
            weight: 1,
        };
        let settings = vec![account("push", Channel::App), account("email", Channel::Email)];
        let dispatcher = Dispatcher::start(ground.around.clone(), settings).await.unwrap();
        let idle = urgent(&ground).await;

        let pushes = ground.order(Channel::App, Urgency::Normal, &accounts()).await;
        let mails = ground.order(Channel::Email, Urgency::Normal, &accounts()).await;
        tokio::time::timeout(Duration::from_secs(20), async {
            while accepted(&ground, pushes).await == 0 || accepted(&ground, mails).await == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await
        .expect("the campaign is under way");
        let busy = urgent(&ground).await;
        println!("idle {idle:?}, during the campaign {busy:?}");
        let waiting = ground.accounting(pushes).await;
        assert!(waiting.queued > 0, "the campaign goes on: {waiting:?}");
        // The campaign's step that is under way, and its messages of this second, come before.
        let slack = Duration::from_secs(1);
        assert!(
            busy.0 <= idle.0 + slack,
            "first hand-over: {busy:?} after {idle:?}"
        );
        assert!(
            busy.1 <= idle.1 + slack,
            "last hand-over: {busy:?} after {idle:?}"
        );
        for campaign in [pushes, mails] {
            let end = ground.until_settled(campaign).await;
            assert_eq!(
                end.accepted,
                u64::from(PEOPLE),
                "and the campaign is not forgotten"
            );
        }
        dispatcher.stop().await;
    }
}
