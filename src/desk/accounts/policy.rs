//! What is asked of those who work with the network: proofs, practice, and how long an invitation waits.

use std::time::Duration;

use crate::desk::{Desk, DeskError, Reason, Result, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::role::Role;
use crate::storage::Tx;
use crate::storage::accounts::Account;

/// Roles that need a second proof.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct ProofRoles(Vec<Role>);

impl ProofRoles {
    /// Whether this role is among them.
    pub fn contains(&self, role: Role) -> bool {
        self.0.contains(&role)
    }
}

impl FromIterator<Role> for ProofRoles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().collect())
    }
}

/// What is asked of those who work with the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountPolicy {
    /// The roles that may do nothing without codes of an app as a second proof.
    pub second_proof_for: ProofRoles,
    /// How old the last code may be for a start or an approval; none when none is asked for.
    pub fresh_proof: Option<Duration>,
    /// How long an invitation waits.
    pub invitation: Duration,
    /// After how long without practice the rights of ambassadors and volunteers lapse; none for never.
    pub lapses_after: Option<Duration>,
    /// How long before that they are warned.
    pub warned_before: Duration,
    /// What an app shows beside the user name.
    pub issuer: String,
    /// Where links in e-mails lead, without a slash at the end.
    pub public_url: String,
}

impl Default for AccountPolicy {
    fn default() -> Self {
        Self {
            second_proof_for: ProofRoles::default(),
            fresh_proof: None,
            invitation: Duration::from_hours(72),
            lapses_after: None,
            warned_before: Duration::from_hours(30 * 24),
            issuer: "Oproep".to_owned(),
            public_url: "http://127.0.0.1:8080".to_owned(),
        }
    }
}

impl AccountPolicy {
    /// When the rights of an account lapse for want of practice; none where they do not. Practice counts, and so do the
    /// last training and the making of the account: whoever just began has not forgotten anything. Practice is kept
    /// since the audit log began, so nothing lapses for what came before.
    pub fn lapses_at(
        &self,
        account: &Account,
        trained_at: Option<Timestamp>,
        kept_since: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let after = self.lapses_after.filter(|_| account.role.needs_practice())?;
        let last = [
            account.practised_at,
            trained_at,
            kept_since,
            Some(account.created_at),
        ];
        last.into_iter().flatten().max().map(|last| last + after)
    }
}

impl Desk {
    /// The same desk, which asks this of those who work with the network. Before it is shared.
    #[must_use]
    pub fn under(mut self, policy: AccountPolicy) -> Self {
        std::sync::Arc::get_mut(&mut self.0)
            .expect("a desk is set up before it is shared")
            .policy = policy;
        self
    }

    pub(in crate::desk) fn policy(&self) -> &AccountPolicy {
        &self.0.policy
    }

    /// Refuses what asks for a code that was typed only just.
    pub(in crate::desk) fn require_fresh_proof(&self, scope: &Scope) -> Result<()> {
        let Some(within) = self.policy().fresh_proof else {
            return Ok(());
        };
        let now = self.now();
        match scope.proved_at {
            Some(at) if now.since(at) < within => Ok(()),
            _ => Err(DeskError::Forbidden(Reason::ProofNotFresh)),
        }
    }

    /// When an account's rights lapse, with what the register says of its trainings.
    pub(in crate::desk) async fn find_lapse(
        &self,
        tx: &mut Tx,
        account: &Account,
    ) -> Result<Option<Timestamp>> {
        if self.policy().lapses_after.is_none() || !account.role.needs_practice() {
            return Ok(None);
        }
        let trained_at = tx.find_last_training(account.id).await?;
        let first = tx.find_stored_audit(1).await?;
        let kept_since = first.map(|entry| Timestamp::from_millis(entry.at));
        Ok(self.policy().lapses_at(account, trained_at, kept_since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::AccountId;
    use crate::domain::random::Random;
    use crate::storage::testing::people::some_time;
    use crate::storage::testing::regions::region_id;

    #[test]
    fn the_last_of_practice_training_making_and_the_log_counts() {
        let day = |days: u64| some_time() + Duration::from_hours(24 * days);
        let account = |role, practised_at| Account {
            id: AccountId::new(some_time(), &Random::from_seed(1)),
            username: "a".to_owned(),
            name: "A".to_owned(),
            email: None,
            role,
            region: region_id("unit"),
            trained_until: None,
            created_at: day(0),
            disabled_at: None,
            practised_at,
            version: 1,
        };
        let policy = AccountPolicy {
            lapses_after: Some(Duration::from_hours(24 * 100)),
            ..AccountPolicy::default()
        };
        let volunteer = Role::VolunteerOperator;
        for (practised, trained, kept_since, lapses) in [
            (None, None, None, 100),
            (None, None, Some(day(400)), 500),
            (Some(day(450)), None, Some(day(400)), 550),
            (Some(day(450)), Some(day(460)), Some(day(400)), 560),
        ] {
            let at = policy.lapses_at(&account(volunteer, practised), trained, kept_since);
            assert_eq!(at, Some(day(lapses)));
        }
        assert_eq!(policy.lapses_at(&account(Role::Operator, None), None, None), None);
        let never = AccountPolicy::default();
        assert_eq!(never.lapses_at(&account(volunteer, None), None, None), None);
    }
}
