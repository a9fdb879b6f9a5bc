//! One account for each role and a second operator, for a demonstration or a training.

use std::time::Duration;

use super::notes::DemoAccount;
use crate::desk::accounts::NewAccount;
use crate::desk::{Desk, DeskError};
use crate::domain::region::RegionKind;
use crate::domain::role::Role;

/// How long the training of the accounts holds.
const TRAINED_FOR: Duration = Duration::from_hours(2 * 365 * 24);

/// Makes an account for each role and a second operator; `what` stands in their names.
pub async fn accounts(desk: &Desk, what: &str) -> Result<Vec<DemoAccount>, DeskError> {
    let territory = desk.directory().territory();
    let mut accounts = Vec::new();
    // A second operator, since whoever asks for a second person is none.
    let second = (Role::Operator, ("meldkamer2", "Collega meldkamer"));
    let people = Role::ALL
        .map(|role| (role, who(role)))
        .into_iter()
        .chain([second]);
    for (role, (username, name)) in people {
        let kind = role.region_kind().unwrap_or(RegionKind::PoliceUnit);
        let of_kind = || territory.regions().iter().filter(|region| region.kind == kind);
        // Utrecht where there is one, since it is known best.
        let utrecht = of_kind().find(|region| region.name == "Utrecht");
        let Some(region) = utrecht.or_else(|| of_kind().next()) else {
            continue;
        };
        let new = NewAccount {
            username: username.to_owned(),
            name: format!("{name} ({what})"),
            role,
            region: region.id,
            trained_until: Some(desk.now() + TRAINED_FOR),
            password: None,
        };
        let created = desk.create_account(&desk.machine_scope(None), new).await?;
        accounts.push(DemoAccount {
            username: username.to_owned(),
            password: created.password.unwrap_or_default(),
            role,
            region: region.name.clone(),
        });
    }
    Ok(accounts)
}

const fn who(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Operator => ("meldkamer", "Meldkamer"),
        Role::VolunteerOperator => ("vrijwilliger", "Vrijwilliger"),
        Role::MunicipalAmbassador => ("gemeente", "Gemeentelijk ambassadeur"),
        Role::BaseTeamAmbassador => ("basisteam", "Basisteamambassadeur"),
        Role::DistrictAmbassador => ("district", "Ambassadeur districtsrecherche"),
        Role::Coordinator => ("coordinator", "Coördinator"),
        Role::Administrator => ("beheer", "Beheerder"),
    }
}
