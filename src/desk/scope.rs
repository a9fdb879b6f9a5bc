//! Who asks, in which role, for which part of the territory.

use super::{DeskError, Permission, Reason, Result};
use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId, SessionId};
use crate::domain::region::Territory;
use crate::domain::role::Role;

/// What a credential was turned into. Only the desk makes one, from a session that holds at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Who asks.
    pub account: AccountId,
    /// The session, to end this one or spare it; none on the command line of the machine itself.
    pub session: Option<SessionId>,
    /// What the account is for.
    pub role: Role,
    /// The part of the territory it works for.
    pub region: RegionId,
    /// Until when the training for the portal holds.
    pub trained_until: Option<Timestamp>,
}

impl Scope {
    /// Whether it is the command line of the machine itself, which may do what an administrator of everything
    /// may.
    pub const fn is_machine(&self) -> bool {
        self.account.as_uuid().is_nil()
    }

    /// Who asks, for histories: the machine's own command line is the system.
    pub const fn actor(&self) -> Actor {
        if self.is_machine() {
            Actor::System
        } else {
            Actor::Account(self.account)
        }
    }

    /// Refuses what the role may not do anywhere.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if permission.roles().contains(&self.role) {
            Ok(())
        } else {
            Err(Reason::Role.into())
        }
    }

    /// Refuses what the role may not do, and what lies outside its part of the territory. What is outside is
    /// answered as if it were not there.
    pub fn require_in(
        &self,
        permission: Permission,
        territory: &Territory,
        region: RegionId,
        what: &'static str,
    ) -> Result<()> {
        self.require(permission)?;
        if territory.contains(self.region, region) {
            Ok(())
        } else {
            Err(DeskError::NotFound(what))
        }
    }

    /// Refuses to send while a training that the role needs is missing or has lapsed.
    pub fn require_training(&self, now: Timestamp) -> Result<()> {
        if !self.role.needs_training() || self.trained_until.is_some_and(|until| until > now) {
            Ok(())
        } else {
            Err(Reason::Training.into())
        }
    }
}
