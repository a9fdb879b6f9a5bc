//! Passwords as Argon2id hashes, computed beside the event loop and never too many at once.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;

use crate::desk::{DeskError, Reason, Result};
use crate::domain::problem::ProblemCode;
use crate::domain::random::Random;

/// OWASP's Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes computed at once: with [`MEMORY_KIB`] each, the memory that sign-ins can take.
const AT_ONCE: usize = 4;
/// Sign-ins that wait or are computed; more are refused.
const IN_LINE: usize = 64;

/// The fewest characters of a password.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// The most bytes of a password.
pub const MAX_PASSWORD_LEN: usize = 256;

/// Hashes and checks passwords.
pub(in crate::desk) struct Passwords {
    line: Semaphore,
    hands: Arc<Semaphore>,
    /// A hash that no password has, checked when there is no account, so that it takes as long.
    decoy: String,
}

impl Passwords {
    pub(in crate::desk) fn new(random: &Random) -> Self {
        let salt = STANDARD_NO_PAD.encode(random.bytes::<16>());
        let hash = STANDARD_NO_PAD.encode(random.bytes::<32>());
        Self {
            line: Semaphore::new(IN_LINE),
            hands: Arc::new(Semaphore::new(AT_ONCE)),
            decoy: format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}"),
        }
    }

    /// The hash of a password, as a PHC string.
    pub(in crate::desk) async fn hash(&self, password: &str, random: &Random) -> Result<String> {
        let (password, salt) = (password.to_owned(), random.bytes::<16>());
        self.compute(move || {
            argon2()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .expect("a password within bounds has a hash")
                .to_string()
        })
        .await
    }

    /// Whether the password has this hash. Without one it is false, after as long.
    pub(in crate::desk) async fn is_right(&self, password: &str, hash: Option<String>) -> Result<bool> {
        if password.len() > MAX_PASSWORD_LEN {
            return Ok(false);
        }
        let (password, is_known) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let is_right = self
            .compute(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(is_known && is_right)
    }

    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _place = self.line.try_acquire().map_err(|_| Reason::TooManySignIns)?;
        let hand = Arc::clone(&self.hands)
            .acquire_owned()
            .await
            .expect("the hands are never closed");
        // The work goes on when the caller is gone, so the hand goes with it.
        let working = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(hand);
            done
        });
        Ok(working.await.expect("hashing does not panic"))
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("these parameters are allowed");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Refuses a password that is too short, too long or the user name itself.
pub(super) fn check(password: &str, username: &str) -> Result<()> {
    let chars = password.chars().count();
    if chars < MIN_PASSWORD_CHARS || password.len() > MAX_PASSWORD_LEN {
        return Err(DeskError::invalid("password", ProblemCode::PasswordLength));
    }
    if password.to_lowercase().contains(&username.to_lowercase()) {
        return Err(DeskError::invalid("password", ProblemCode::PasswordHoldsUsername));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_right_for_its_own_hash_only() {
        let random = Random::from_seed(1);
        let passwords = Passwords::new(&random);
        let hash = passwords.hash("vier losse woorden hier", &random).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let again = passwords.hash("vier losse woorden hier", &random).await.unwrap();
        assert_ne!(hash, again);
        assert!(
            passwords
                .is_right("vier losse woorden hier", Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .is_right("vier losse woorden daar", Some(hash))
                .await
                .unwrap()
        );
        assert!(!passwords.is_right("vier losse woorden hier", None).await.unwrap());
        assert!(
            PasswordHash::new(&passwords.decoy).is_ok(),
            "the decoy is computed like any other"
        );
    }

    #[test]
    fn short_passwords_and_the_user_name_are_refused() {
        assert!(check("kort", "jan").is_err());
        assert!(check("mijn-naam-is-JAN-zei-hij", "jan").is_err());
        assert!(check(&"x".repeat(257), "jan").is_err());
        assert!(check("correct paard batterij", "jan").is_ok());
    }
}
