//! Calls: what is said in one, and the tips that come of it by the keys of the telephone.

use super::super::{Desk, DeskError, Result};
use super::limits::Sender;
use super::submit::{Origin, Submitted, checked};
use crate::channels::voice::recording::FetchError;
use crate::desk::{Permission, Scope};
use crate::domain::channel::Channel;
use crate::domain::id::TipId;
use crate::domain::message::Message;
use crate::domain::reference::DeliveryRef;
use crate::domain::tip::{TipContent, TipSource};
use crate::domain::wave::WaveState;

/// How often a recording is asked for, some minutes apart, before it is given up.
const TRIES: u32 = 24;
/// Recordings that are asked for in one round.
const AT_ONCE: u32 = 20;
/// The text of a tip by a key, which says nothing itself.
const PRESSED_1: &str = "Toetste 1 tijdens de oproep per telefoon: heeft informatie, bel terug. \
    (Pressed 1 in the call: has information, call back.)";

/// What a call is to say.
#[derive(Clone, Debug)]
pub struct CallScript {
    /// The message, in the language of whoever is called.
    pub message: Message,
    /// Whether it still applies: not when its call-out was stopped or corrected meanwhile, or its time is over.
    pub applies: bool,
}

/// A recording to listen to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedSound {
    /// `audio/mpeg` or `audio/wav`.
    pub media_type: String,
    /// The file.
    pub sound: Vec<u8>,
}

/// What a call's tip is found by.
fn key(delivery: DeliveryRef) -> String {
    format!("call {}.{}", delivery.batch, delivery.position)
}

impl Desk {
    /// What is to be said in the call of this reference, which its provider has.
    pub async fn call_script(&self, reference: &str) -> Result<CallScript> {
        const UNKNOWN: DeskError = DeskError::NotFound("call");
        let keys = &self.parts().keys;
        let delivery = self.read_call(reference)?;
        let mut tx = self.parts().store.read().await?;
        let (wave, number) = tx.find_recipient(delivery).await?.ok_or(UNKNOWN)?;
        let wave = tx.find_wave(keys, wave).await?.ok_or(UNKNOWN)?;
        let person = tx.find_participant(keys, number).await?;
        let language = person
            .as_ref()
            .map(|person| person.participant.language)
            .unwrap_or_default();
        let applies = person.is_some() && wave.state != WaveState::Halted && self.now() < wave.expires_at;
        Ok(CallScript {
            message: wave.message.in_language(language).clone(),
            applies,
        })
    }

    /// Writes down that whoever was called has information; once a call, however often the key is pressed.
    pub async fn submit_tip_by_key(&self, reference: &str) -> Result<Submitted> {
        const UNKNOWN: DeskError = DeskError::NotFound("call");
        let keys = &self.parts().keys;
        let delivery = self.read_call(reference)?;
        let (action, number, phone) = {
            let mut tx = self.parts().store.read().await?;
            let (wave, number) = tx.find_recipient(delivery).await?.ok_or(UNKNOWN)?;
            let wave = tx.find_wave(keys, wave).await?.ok_or(UNKNOWN)?;
            let action = tx.find_action(keys, wave.action).await?.ok_or(UNKNOWN)?;
            let person = tx.find_participant(keys, number).await?.ok_or(UNKNOWN)?;
            (action, number, person.participant.contact.phone)
        };
        let content = checked(
            TipContent {
                text: PRESSED_1.to_owned(),
                phone: phone.map(|phone| phone.as_str().to_owned()),
                ..TipContent::default()
            },
            &[],
        )?;
        self.limit(Sender::Participant(number))?;
        let origin = Origin {
            source: TipSource::Call,
            participant: Some(number),
            received_by: None,
            once: Some(key(delivery)),
            note: None,
        };
        self.take_tip(action, origin, content, Vec::new()).await
    }

    /// Takes down where the recording of a call is, for its tip, and begins to fetch it. Told of twice, it is one
    /// recording.
    pub async fn add_recording(&self, reference: &str, source: &str) -> Result<()> {
        let keys = &self.parts().keys;
        let delivery = self.read_call(reference)?;
        let mut tx = self.parts().store.write().await?;
        let tip = tx.find_tip_by_key(keys, &key(delivery)).await?;
        let tip = tip.ok_or(DeskError::NotFound("call"))?;
        let is_new = tx.insert_recording(keys, tip, source, self.now()).await?;
        tx.commit().await?;
        if is_new {
            let (desk, source) = (self.clone(), source.to_owned());
            // Whoever tells of it does not wait for that; what fails is tried again with the next round.
            tokio::spawn(async move {
                if let Err(error) = desk.fetch_recording(tip, &source).await {
                    tracing::warn!(%error, %tip, "a recording was not fetched yet");
                }
            });
        }
        Ok(())
    }

    /// Asks once more for the recordings that the exchange did not give yet; answers how many came.
    pub async fn fetch_recordings(&self) -> Result<u64> {
        let open = {
            let mut tx = self.parts().store.read().await?;
            tx.list_open_recordings(&self.parts().keys, AT_ONCE).await?
        };
        let mut came = 0;
        for (tip, source) in open {
            came += u64::from(self.fetch_recording(tip, &source).await?);
        }
        Ok(came)
    }

    /// Whether it came.
    async fn fetch_recording(&self, tip: TipId, source: &str) -> Result<bool> {
        let fetched = self.parts().providers.recording(Channel::Voice, source).await;
        let now = self.now();
        let mut tx = self.parts().store.write().await?;
        match &fetched {
            Ok(sound) => {
                tx.keep_recording(&self.parts().keys, tip, sound.media_type, &sound.bytes, now)
                    .await?;
            }
            // Asked again, it would be no more ours.
            Err(FetchError::Elsewhere | FetchError::Unfit) => tx.count_recording_try(tip, 0, now).await?,
            Err(FetchError::Later) => tx.count_recording_try(tip, TRIES, now).await?,
        }
        tx.commit().await?;
        let result = match fetched {
            Ok(_) => "fetched",
            Err(FetchError::Later) => "later",
            Err(FetchError::Elsewhere | FetchError::Unfit) => "refused",
        };
        metrics::counter!("oproep_recordings_total", "result" => result).increment(1);
        Ok(fetched.is_ok())
    }

    /// A tip's recording, for whoever sees tips.
    pub async fn recording(&self, scope: &Scope, tip: TipId) -> Result<RecordedSound> {
        let mut tx = self.parts().store.read().await?;
        self.tip_for(&mut tx, scope, Permission::SeeTips, tip).await?;
        let found = tx.find_recording(&self.parts().keys, tip).await?;
        let (media_type, sound) = found.ok_or(DeskError::NotFound("recording"))?;
        Ok(RecordedSound { media_type, sound })
    }

    /// Hears that a call is over, whatever came of it.
    pub fn call_ended(&self, reference: &str) {
        self.parts().providers.ended(Channel::Voice, reference);
    }

    fn read_call(&self, reference: &str) -> Result<DeliveryRef> {
        let delivery = self.parts().references.read_receipt(reference);
        delivery.ok_or(DeskError::NotFound("call"))
    }
}

#[cfg(test)]
mod tests;
