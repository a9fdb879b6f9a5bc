//! An action as it is typed: by its number or its id.

use std::str::FromStr;

use crate::cli::CliError;
use crate::client::{ActionFilter, Client};
use crate::domain::action::ActionNumber;
use crate::domain::id::ActionId;

/// The most pages that are looked through for a number.
const PAGES: usize = 50;
/// Actions on a page: the most that the service gives.
const PAGE: u32 = 200;

/// An action by its number or its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionName {
    /// By its id.
    Id(ActionId),
    /// By its number.
    Number(ActionNumber),
}

impl FromStr for ActionName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let id = text.parse().map(Self::Id).ok();
        id.or_else(|| text.parse().map(Self::Number).ok())
            .ok_or("write an action's number as 2026-00123, or its id")
    }
}

impl ActionName {
    /// The id of the action.
    pub async fn find(self, client: &Client) -> Result<ActionId, CliError> {
        let number = match self {
            Self::Id(id) => return Ok(id),
            Self::Number(number) => number,
        };
        let mut filter = ActionFilter {
            limit: PAGE,
            ..ActionFilter::default()
        };
        for _ in 0..PAGES {
            let page = client.actions(&filter).await?;
            if let Some(found) = page.items.iter().find(|action| action.number == number) {
                return Ok(found.id);
            }
            filter.after = page.next;
            if filter.after.is_none() {
                break;
            }
        }
        Err(CliError::NotFound(format!(
            "there is no action {number} in your territory: see `oproep action list`"
        )))
    }
}
