//! What holds for every account.

use super::NewAccount;
use crate::desk::{DeskError, Result};
use crate::domain::language::Language;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::region::Territory;
use crate::domain::said::Said;
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
        problems.push(FieldProblem::new("username", ProblemCode::UsernameForm));
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

fn finish(problems: Vec<FieldProblem>) -> Result<()> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(DeskError::Invalid(problems))
    }
}

fn name(name: &str) -> Option<FieldProblem> {
    let chars = name.chars().count();
    let is_name = (1..=MAX_NAME_CHARS).contains(&chars) && !name.chars().any(char::is_control);
    (!is_name).then(|| FieldProblem::new("name", ProblemCode::NameForm))
}

/// An ambassador works for one region of the kind that the role is for.
fn region(
    role: crate::domain::role::Role,
    region: crate::domain::id::RegionId,
    territory: &Territory,
) -> Option<FieldProblem> {
    let wanted = role.region_kind();
    let fits = territory
        .get(region)
        .is_some_and(|region| wanted.is_none_or(|kind| kind == region.kind));
    (!fits).then(|| {
        let told = FieldProblem::new("region", ProblemCode::RegionKind);
        let Some(kind) = wanted else { return told };
        told.saying(Said::new(
            format!(
                "Kies voor deze rol een gebied dat past: {}.",
                kind.word(Language::Nl)
            ),
            format!(
                "Choose a region that fits this role: {}.",
                kind.word(Language::En)
            ),
        ))
    })
}
