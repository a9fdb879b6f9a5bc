//! Encrypts standard input for a Web Push subscription and writes the body to standard output.
//!
//! `cargo run --example encrypt_push -- P256DH AUTH < message > body`, both keys in base64url. For checking
//! the encryption against other implementations: `tests/independent/decrypt_push.py`.

use std::io::{Read, Write, stdin, stdout};

use oproep::channels::push::webpush::encryption::{PLAINTEXT_LIMIT, SubscriptionKeys, encrypt, one_time_key};
use oproep::domain::random::Random;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(p256dh), Some(auth)) = (arguments.next(), arguments.next()) else {
        return Err("give the subscription's p256dh and auth".into());
    };
    let keys = SubscriptionKeys::parse(&p256dh, &auth)?;
    let mut message = Vec::new();
    // One byte more than fits, so that a longer message is refused and not cut.
    stdin()
        .take(PLAINTEXT_LIMIT as u64 + 1)
        .read_to_end(&mut message)?;
    let body = encrypt(&keys, &one_time_key()?, &Random::from_os().bytes(), &message)?;
    Ok(stdout().write_all(&body)?)
}
