//! What holds for every account.

use super::NewAccount;
use crate::desk::{DeskError, InvalidField, Result};
use crate::domain::language::Language;
use crate::domain::region::Territory;
use crate::storage::accounts::Account;

const MAX_NAME_CHARS: usize = 100;

/// Refuses a user name or name that is none, and a region that does not fit the role.
pub(super) fn new_account(new: &NewAccount, username: &str, territory: &Territory) -> Result<()> {
    let mut problems = Vec::new();
    let is_username = (3..=64).contains(&username.len())
        && username
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_@".contains(&byte));
    if !is_username {
        problems.push(InvalidField {
            field: "username".to_owned(),
            code: "username_form",
            nl: "Kies een gebruikersnaam van 3 tot 64 letters, cijfers, punten of streepjes.".to_owned(),
            en: "Choose a user name of 3 to 64 letters, digits, dots or dashes.".to_owned(),
        });
    }
    problems.extend(name(new.name.trim()));
    problems.extend(region(new.role, new.region, territory));
    finish(problems)
}

/// Refuses a name that is none, and a region that does not fit the role.
pub(super) fn changed_account(account: &Account, territory: &Territory) -> Result<()> {
    let mut problems = Vec::new();
    problems.extend(name(&account.name));
    problems.extend(region(account.role, account.region, territory));
    finish(problems)
}

fn finish(problems: Vec<InvalidField>) -> Result<()> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(DeskError::Invalid(problems))
    }
}

fn name(name: &str) -> Option<InvalidField> {
    let chars = name.chars().count();
    let is_name = (1..=MAX_NAME_CHARS).contains(&chars) && !name.chars().any(char::is_control);
    (!is_name).then(|| InvalidField {
        field: "name".to_owned(),
        code: "name_form",
        nl: "Vul een naam in van hoogstens 100 tekens.".to_owned(),
        en: "Give a name of at most 100 characters.".to_owned(),
    })
}

/// An ambassador works for one region of the kind that the role is for.
fn region(
    role: crate::domain::role::Role,
    region: crate::domain::id::RegionId,
    territory: &Territory,
) -> Option<InvalidField> {
    let wanted = role.region_kind();
    let fits = territory
        .get(region)
        .is_some_and(|region| wanted.is_none_or(|kind| kind == region.kind));
    let words = |language| wanted.map_or("", |kind| kind.word(language));
    (!fits).then(|| InvalidField {
        field: "region".to_owned(),
        code: "region_kind",
        nl: format!("Kies voor deze rol een gebied dat past: {}.", words(Language::Nl)),
        en: format!("Choose a region that fits this role: {}.", words(Language::En)),
    })
}
