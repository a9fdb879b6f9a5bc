//! Web Push, the whole path, against the encryption alone on as many cores.

use std::hint::black_box;
use std::sync::Arc;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use oproep::channels::push::webpush::encryption::{SubscriptionKeys, encrypt, one_time_key};
use oproep::domain::endpoint::Endpoint;
use oproep::domain::participant::Contact;

use crate::ground::machine::Took;
use crate::ground::receiver::Receiver;
use crate::ground::{Ground, Stopwatch, push, rounds};
use crate::{compare, wave};

/// As long as the payload of the benchmark's message.
const PLAINTEXT: [u8; 420] = [b'x'; 420];
/// Browsers' keys; more would make only the preparation longer.
const KEYS: usize = 64;

/// On SQLite; what the database costs shows with FCM.
pub async fn measure(people: u32, receiver: &Receiver) {
    let Some(ground) = Ground::prepare("SQLite").await else {
        return;
    };
    let keys: Vec<(String, String)> = (0..KEYS).map(|_| browser(&ground)).collect();
    let origin = format!("https://{}", receiver.addresses.tls);
    let subscription = |number: u32| {
        let (p256dh, auth) = keys[number as usize % KEYS].clone();
        Endpoint::WebPush {
            url: format!("{origin}/push/{number:032x}"),
            p256dh,
            auth,
        }
    };
    ground
        .add_people(people, |number| (Contact::default(), Some(subscription(number))))
        .await;
    let provider = Arc::new(push::web_push(
        &receiver.addresses,
        push::CONNECTIONS,
        &ground.clock,
        &ground.random,
    ));
    wave(&ground, receiver, provider.clone(), 2_000.min(people), 0).await;
    let (mut ours, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..rounds(3) {
        ours.push(wave(&ground, receiver, provider.clone(), people, 0).await);
        alone.push(encryption_alone(&ground, &keys, people));
    }
    compare(
        "Web Push, whole path",
        people,
        &ours,
        ("its encryption alone", &alone),
        0.7,
    );
}

fn browser(ground: &Ground) -> (String, String) {
    let private = PrivateKey::generate(&ECDH_P256).expect("a key");
    let public = private
        .compute_public_key()
        .expect("a private key has a public one");
    (
        BASE64URL.encode(public.as_ref()),
        BASE64URL.encode(ground.random.bytes::<16>()),
    )
}

fn encryption_alone(ground: &Ground, keys: &[(String, String)], messages: u32) -> Took {
    let watch = Stopwatch::start();
    for number in 0..messages {
        let (p256dh, auth) = &keys[number as usize % KEYS];
        let keys = SubscriptionKeys::parse(p256dh, auth).expect("a browser's keys");
        let private = one_time_key().expect("a key");
        black_box(encrypt(&keys, &private, &ground.random.bytes(), &PLAINTEXT).expect("it fits"));
    }
    watch.stop()
}
