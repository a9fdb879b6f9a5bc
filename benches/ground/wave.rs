//! Ordering a wave and waiting for its end.

use std::time::Duration;

use oproep::dispatch::plan::{Accounts, Order, PlannedWave, plan};
use oproep::domain::channel::Channel;
use oproep::domain::id::{AccountId, WaveId};
use oproep::domain::language::Language;
use oproep::domain::message::{Message, Purpose, Urgency};
use oproep::domain::wave::{WaveKind, WaveMessage, WaveState};
use oproep::storage::waves::WaveAccounts;
use roaring::RoaringBitmap;

use super::database::{ACCOUNT, Ground};

impl Ground {
    /// An order as an operator gives it, for now.
    pub fn order(&self) -> Order {
        let now = self.clock.now();
        let expires_at = now + Duration::from_hours(1);
        let message = |language| Message {
            purpose: Purpose::Alert,
            urgency: Urgency::Urgent,
            language,
            title: "Vermist: jongen (9) in Utrecht".to_owned(),
            body:
                "Kijk uit naar een jongen van 9 jaar met een blauwe jas en een rode fiets, voor het laatst \
                gezien bij het station. Bel 112."
                    .to_owned(),
            collapse_key: "0198c7a2-3f0e-7c11-9a55-2b1d".to_owned(),
            expires_at,
        };
        Order {
            wave: WaveId::new(now, &self.random),
            action: self.action,
            kind: WaveKind::First,
            urgency: Urgency::Urgent,
            area: None,
            message: WaveMessage {
                nl: message(Language::Nl),
                en: message(Language::En),
            },
            created_by: AccountId::new(now, &self.random),
            created_at: now,
            expires_at,
            held_until: None,
            fallback_after: None,
            fallback_of: None,
        }
    }

    /// Plans and stores a wave to participants 1 to `people`, and wakes nobody.
    pub async fn start_wave(&self, channel: Channel, people: u32) -> WaveId {
        let everyone = [(channel, (1..=people).collect::<RoaringBitmap>())];
        let accounts = Accounts::from([(channel, ACCOUNT.to_owned())]);
        let planned = plan(self.order(), &everyone, &accounts, |people| {
            people.iter().collect()
        });
        self.store_wave(&planned).await;
        planned.order.wave
    }

    /// Stores a planned wave durably.
    pub async fn store_wave(&self, planned: &PlannedWave) {
        let mut tx = self.store.write().await.expect("the database writes");
        tx.insert_planned_wave(&self.keys, planned)
            .await
            .expect("the wave is whole");
        tx.commit().await.expect("the wave is stored");
    }

    /// Waits until everyone in the wave has a final disposition that is stored; all of them accepted.
    pub async fn until_over(&self, wave: WaveId) -> WaveAccounts {
        loop {
            let mut tx = self.store.read().await.expect("the database reads");
            let states = tx.list_wave_states([wave]).await.expect("the wave has a state");
            if states.iter().any(|(_, state)| *state == WaveState::Finished) {
                return tx.account_for_wave(wave).await.expect("the wave has accounts");
            }
            drop(tx);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
