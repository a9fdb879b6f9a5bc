//! How long sessions and codes last.

use std::time::Duration;

use crate::storage::sessions::SessionHolder;

/// How long sessions and codes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An account's session ends when it was not used this long.
    pub account_idle: Duration,
    /// An account's session ends after this, however much it is used.
    pub account_absolute: Duration,
    /// A participant's session ends when it was not used this long.
    pub participant_idle: Duration,
    /// A participant's session ends after this, however much it is used.
    pub participant_absolute: Duration,
    /// A code that confirms an address can be used this long; whole minutes, an hour at most.
    pub code: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            account_idle: Duration::from_hours(12),
            account_absolute: Duration::from_hours(7 * 24),
            participant_idle: Duration::from_hours(90 * 24),
            participant_absolute: Duration::from_hours(365 * 24),
            code: Duration::from_mins(15),
        }
    }
}

impl super::Desk {
    /// How long sessions and codes last, for whoever is told.
    pub fn lifetimes(&self) -> &Lifetimes {
        &self.0.lifetimes
    }
}

impl Lifetimes {
    pub(super) const fn idle(&self, holder: SessionHolder) -> Duration {
        match holder {
            SessionHolder::Account(_) => self.account_idle,
            SessionHolder::Participant(_) => self.participant_idle,
        }
    }

    pub(super) const fn absolute(&self, holder: SessionHolder) -> Duration {
        match holder {
            SessionHolder::Account(_) => self.account_absolute,
            SessionHolder::Participant(_) => self.participant_absolute,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::accounts::sign_in::Credentials;
    use crate::desk::testing::{PASSWORD, TestDesk};
    use crate::desk::{Desk, DeskError};
    use crate::domain::language::Language;
    use crate::domain::role::Role;

    #[tokio::test]
    async fn sessions_and_codes_last_as_long_as_the_desk_was_told() {
        for test in TestDesk::each().await {
            let lifetimes = Lifetimes {
                account_idle: Duration::from_mins(10),
                account_absolute: Duration::from_mins(25),
                code: Duration::from_mins(5),
                ..Lifetimes::default()
            };
            let desk = Desk::with_lifetimes(test.desk.parts().clone(), lifetimes);
            test.account(Role::Operator, "unit").await;
            let credentials = Credentials {
                username: "operator.unit",
                password: PASSWORD,
            };
            let used = desk.sign_in(credentials, "here", None).await.unwrap();
            let unused = desk.sign_in(credentials, "here", None).await.unwrap();
            assert_eq!(used.expires_at, desk.now() + Duration::from_mins(25));
            let is_over = async |token: &str| matches!(desk.scope(token).await, Err(DeskError::NotSignedIn));
            test.clock.advance(Duration::from_mins(9));
            assert!(!is_over(used.token.as_str()).await);
            test.clock.advance(Duration::from_mins(9));
            assert!(!is_over(used.token.as_str()).await);
            assert!(
                is_over(unused.token.as_str()).await,
                "nobody used it for ten minutes"
            );
            test.clock.advance(Duration::from_mins(9));
            assert!(
                is_over(used.token.as_str()).await,
                "27 minutes are more than 25, however much it was used"
            );
            let sent = desk
                .request_sign_in("jan@example.org", Language::Nl)
                .await
                .unwrap();
            assert_eq!(sent.expires_at, desk.now() + Duration::from_mins(5));
        }
    }
}
