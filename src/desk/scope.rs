//! Who asks, in which role, for which part of the territory.

use super::{DeskError, Permission, Reason, Result};
use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, KeyId, RegionId, SessionId};
use crate::domain::key_rights::KeyRights;
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
    /// When whoever has the session last proved by a code to be its holder.
    pub proved_at: Option<Timestamp>,
    /// What it was made from.
    pub credential: Credential,
    /// Whether the role's rights lapsed for want of practice: then it reads, and changes nothing.
    pub has_lapsed: bool,
}

/// What a scope was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The command line of the machine itself, which may do what an administrator of everything may.
    Machine,
    /// A session of somebody who proved all that the role asks for.
    Session,
    /// A session of somebody whose role asks for a second proof that is not set up yet: it sets it up, and nothing else.
    Unproved,
    /// A key of another system, with its rights. Its role is that of a volunteer, who sends nothing.
    Key(KeyId, KeyRights),
}

impl Scope {
    /// Whether it is the command line of the machine itself, which may do what an administrator of everything
    /// may.
    pub const fn is_machine(&self) -> bool {
        matches!(self.credential, Credential::Machine)
    }

    /// The key that it was made from, if it was one.
    pub const fn key(&self) -> Option<KeyId> {
        match self.credential {
            Credential::Key(key, _) => Some(key),
            _ => None,
        }
    }

    /// Whether the role asks for a second proof that is not set up yet.
    pub const fn must_set_up_proof(&self) -> bool {
        matches!(self.credential, Credential::Unproved)
    }

    /// Refuses a key what is only for people: their own account.
    pub fn require_person(&self) -> Result<()> {
        match self.credential {
            Credential::Key(..) => Err(Reason::KeyRight.into()),
            _ => Ok(()),
        }
    }

    /// Who asks, for histories: the machine's own command line is the system.
    pub const fn actor(&self) -> Actor {
        match self.credential {
            Credential::Machine => Actor::System,
            Credential::Key(key, _) => Actor::Key(key),
            Credential::Session | Credential::Unproved => Actor::Account(self.account),
        }
    }

    /// Refuses what the role may not do anywhere.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if !permission.roles().contains(&self.role) {
            return Err(Reason::Role.into());
        }
        match &self.credential {
            Credential::Unproved => return Err(Reason::SecondProofMissing.into()),
            Credential::Key(_, rights) => {
                let right = permission.of_keys();
                if right.is_none_or(|right| !rights.contains(right)) {
                    return Err(Reason::KeyRight.into());
                }
            }
            Credential::Machine | Credential::Session => {}
        }
        if self.has_lapsed && !self.role.needs_training() && permission.lapses() {
            return Err(Reason::RightsLapsed.into());
        }
        Ok(())
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
        if self.has_lapsed {
            return Err(Reason::RightsLapsed.into());
        }
        if !self.role.needs_training() || self.trained_until.is_some_and(|until| until > now) {
            Ok(())
        } else {
            Err(Reason::Training.into())
        }
    }
}
