//! Our own reference of a delivery or a tip: what a provider returns in its receipts and what a
//! participant's link carries. It names its subject and proves that we made it, so that a receipt needs no
//! index and a link no account.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::id::{BatchNumber, TipId};

mod letters;

/// One message to one participant: a batch and a position in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryRef {
    /// The batch.
    pub batch: BatchNumber,
    /// The position of the participant in it, from 0.
    pub position: u16,
}

/// Signs and checks references: HMAC-SHA-256, the first ten bytes.
#[derive(Clone)]
pub struct ReferenceKey(hmac::Key);

impl std::fmt::Debug for ReferenceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReferenceKey(..)")
    }
}

const MAC_LENGTH: usize = 10;
const BATCH_LENGTH: usize = 6;
const DELIVERY_LENGTH: usize = BATCH_LENGTH + 2 + MAC_LENGTH;
const DELIVERY: &[u8] = b"delivery";
const RECEIPT: &[u8] = b"receipt";
const TIP: &[u8] = b"tip";
const BOUNCE: &[u8] = b"bounce";
const REPLY: &[u8] = b"reply";
const UNSUBSCRIBE: &[u8] = b"unsubscribe";

impl ReferenceKey {
    /// The key with these bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The reference of a delivery, which stands in the recipient's link: 24 URL-safe characters.
    pub fn delivery(&self, delivery: DeliveryRef) -> String {
        self.write(DELIVERY, delivery)
    }

    /// Reads a delivery's reference; none when we did not make it.
    pub fn read_delivery(&self, text: &str) -> Option<DeliveryRef> {
        self.read(DELIVERY, text)
    }

    /// The reference by which a provider reports on a delivery, as long as the other. The recipient does not
    /// know it: whoever has a link cannot report.
    pub fn receipt(&self, delivery: DeliveryRef) -> String {
        self.write(RECEIPT, delivery)
    }

    /// Reads the reference in a provider's report; none when we did not make it.
    pub fn read_receipt(&self, text: &str) -> Option<DeliveryRef> {
        self.read(RECEIPT, text)
    }

    /// The reference in the address that a mail's bounces go to: 29 letters and digits, in whichever case.
    pub fn bounce(&self, delivery: DeliveryRef) -> String {
        letters::encode(&self.bytes(BOUNCE, delivery))
    }

    /// Reads the reference in the address that a bounce came to; none when we did not make it.
    pub fn read_bounce(&self, text: &str) -> Option<DeliveryRef> {
        self.check_delivery(BOUNCE, letters::decode(text)?)
    }

    /// The reference in the address that replies to a mail go to: 29 letters and digits, in whichever case.
    pub fn reply(&self, delivery: DeliveryRef) -> String {
        letters::encode(&self.bytes(REPLY, delivery))
    }

    /// Reads the reference in the address that a reply came to; none when we did not make it.
    pub fn read_reply(&self, text: &str) -> Option<DeliveryRef> {
        self.check_delivery(REPLY, letters::decode(text)?)
    }

    /// The reference by which a recipient switches a topic off, as long as that of the delivery. Whoever was
    /// only sent the alert's link on does not know it.
    pub fn unsubscribe(&self, delivery: DeliveryRef) -> String {
        self.write(UNSUBSCRIBE, delivery)
    }

    /// Reads the reference by which a topic is switched off; none when we did not make it.
    pub fn read_unsubscribe(&self, text: &str) -> Option<DeliveryRef> {
        self.read(UNSUBSCRIBE, text)
    }

    fn write(&self, kind: &[u8], delivery: DeliveryRef) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(kind, delivery))
    }

    fn bytes(&self, kind: &[u8], delivery: DeliveryRef) -> [u8; DELIVERY_LENGTH] {
        let mut bytes = [0; DELIVERY_LENGTH];
        bytes[..BATCH_LENGTH].copy_from_slice(&delivery.batch.to_be_bytes()[8 - BATCH_LENGTH..]);
        bytes[BATCH_LENGTH..BATCH_LENGTH + 2].copy_from_slice(&delivery.position.to_be_bytes());
        let mac = self.mac(kind, &bytes[..BATCH_LENGTH + 2]);
        bytes[BATCH_LENGTH + 2..].copy_from_slice(&mac);
        bytes
    }

    fn read(&self, kind: &[u8], text: &str) -> Option<DeliveryRef> {
        self.check_delivery(kind, decode(text)?)
    }

    fn check_delivery(&self, kind: &[u8], bytes: [u8; DELIVERY_LENGTH]) -> Option<DeliveryRef> {
        let (subject, mac) = bytes.split_at(BATCH_LENGTH + 2);
        self.check(kind, subject, mac)?;
        let mut batch = [0; 8];
        batch[8 - BATCH_LENGTH..].copy_from_slice(&subject[..BATCH_LENGTH]);
        let position = u16::from_be_bytes([subject[BATCH_LENGTH], subject[BATCH_LENGTH + 1]]);
        Some(DeliveryRef {
            batch: i64::from_be_bytes(batch),
            position,
        })
    }

    /// The reference of a tip, for whoever sent it: 35 URL-safe characters.
    pub fn tip(&self, tip: TipId) -> String {
        let mut bytes = [0; 16 + MAC_LENGTH];
        bytes[..16].copy_from_slice(tip.as_uuid().as_bytes());
        let mac = self.mac(TIP, tip.as_uuid().as_bytes());
        bytes[16..].copy_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a tip's reference; none when we did not make it.
    pub fn read_tip(&self, text: &str) -> Option<TipId> {
        let bytes: [u8; 16 + MAC_LENGTH] = decode(text)?;
        let (subject, mac) = bytes.split_at(16);
        self.check(TIP, subject, mac)?;
        Some(TipId::from_uuid(Uuid::from_slice(subject).ok()?))
    }

    fn mac(&self, kind: &[u8], subject: &[u8]) -> [u8; MAC_LENGTH] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(kind);
        context.update(subject);
        let mut mac = [0; MAC_LENGTH];
        mac.copy_from_slice(&context.sign().as_ref()[..MAC_LENGTH]);
        mac
    }

    fn check(&self, kind: &[u8], subject: &[u8], mac: &[u8]) -> Option<()> {
        constant_time::verify_slices_are_equal(&self.mac(kind, subject), mac).ok()
    }
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    // Bounded before decoding: a link is typed, pasted and attacked.
    if text.len() > N.div_ceil(3) * 4 {
        return None;
    }
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_reference_reads_back_and_any_other_text_does_not(
            batch in 0..1_i64 << 47, position in any::<u16>(), flip in 0_usize..24, text in "[A-Za-z0-9_-]{0,60}",
        ) {
            let key = ReferenceKey::new(&[3; 32]);
            let delivery = DeliveryRef { batch, position };
            let reference = key.delivery(delivery);
            prop_assert_eq!(key.read_delivery(&reference), Some(delivery));
            let mut changed = reference.into_bytes();
            changed[flip] = if changed[flip] == b'A' { b'B' } else { b'A' };
            prop_assert_eq!(key.read_delivery(std::str::from_utf8(&changed).unwrap()), None);
            prop_assert_eq!(key.read_delivery(&text), None);
        }
    }

    #[test]
    fn each_reference_of_a_mail_is_good_for_one_thing_only() {
        type Read = fn(&ReferenceKey, &str) -> Option<DeliveryRef>;
        let key = ReferenceKey::new(&[3; 32]);
        let delivery = DeliveryRef {
            batch: 7,
            position: 2,
        };
        let written = [
            key.delivery(delivery),
            key.receipt(delivery),
            key.unsubscribe(delivery),
            key.bounce(delivery),
            key.reply(delivery),
        ];
        let reads: [Read; 5] = [
            ReferenceKey::read_delivery,
            ReferenceKey::read_receipt,
            ReferenceKey::read_unsubscribe,
            ReferenceKey::read_bounce,
            ReferenceKey::read_reply,
        ];
        for (wrote, text) in written.iter().enumerate() {
            for (reads, read) in reads.iter().enumerate() {
                let expected = (wrote == reads).then_some(delivery);
                assert_eq!(read(&key, text), expected, "{wrote} by {reads}");
            }
        }
        let shouted = key.bounce(delivery).to_uppercase();
        assert_eq!(key.read_bounce(&shouted), Some(delivery));
        assert!(key.bounce(delivery).len() <= 32);
    }

    #[test]
    fn whoever_has_the_link_does_not_have_the_reference_of_the_receipt() {
        let key = ReferenceKey::new(&[3; 32]);
        let delivery = DeliveryRef {
            batch: 7,
            position: 2,
        };
        let (link, receipt) = (key.delivery(delivery), key.receipt(delivery));
        assert_eq!(key.read_receipt(&receipt), Some(delivery));
        assert_eq!(key.read_receipt(&link), None);
        assert_eq!(key.read_delivery(&receipt), None);
    }

    #[test]
    fn a_delivery_is_no_tip_and_another_key_reads_neither() {
        let key = ReferenceKey::new(&[3; 32]);
        let tip = TipId::from_uuid(Uuid::from_u128(5));
        assert_eq!(key.read_tip(&key.tip(tip)), Some(tip));
        assert_eq!(key.read_delivery(&key.tip(tip)), None);
        assert_eq!(ReferenceKey::new(&[4; 32]).read_tip(&key.tip(tip)), None);
    }
}
