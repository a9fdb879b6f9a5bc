//! What was filled in on a page.

use std::ops::RangeInclusive;

use axum::extract::{FromRequest, Request};
use chrono::{Datelike, NaiveDate};

use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::start_of_day;
use crate::domain::problem::ProblemCode;
use crate::web::extract::{media_type, whole};
use crate::web::problem::{Problem, ProblemKind};

/// The most fields of a form.
const FIELDS: usize = 2_000;
/// The years of a date that is asked for.
const YEARS: RangeInclusive<i32> = 1900..=2200;

/// The fields of a form, in their order (`application/x-www-form-urlencoded`). Personal: `Debug` shows none of it.
#[derive(Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl Form {
    /// The form that these bytes are.
    pub fn read(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().take(FIELDS).collect())
    }

    /// A form with these fields, as it is typed back.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// A field, without the spaces around it; empty when it was left out. The last of a name that comes twice, so that
    /// a hidden field before a checkbox stands for "no".
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field as it was typed.
    pub fn raw(&self, name: &str) -> &str {
        let mut fields = self.0.iter().rev();
        fields.find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A field that was filled in.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// The start of the day in a date field, on Dutch clocks; none when it was left out.
    pub fn day(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.filled(name) else {
            return Ok(None);
        };
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|day| YEARS.contains(&day.year()))
            .map(|day| Some(start_of_day(day)))
            .ok_or_else(|| Problem::invalid_field(name, ProblemCode::Date))
    }

    /// Whether a box is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fields = self.0.iter().filter(move |(key, _)| key == name);
        fields
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Whether nothing was asked.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every field with its value.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if media_type(request.headers()).as_deref() != Some("application/x-www-form-urlencoded") {
            return Err(ProblemKind::MediaType.into());
        }
        Ok(Self::read(&whole(request, state).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_by_name_and_boxes_by_their_last_word() {
        let form = Form::read(b"name=+N.+Jansen&box=&box=yes&region=a&region=b&empty=");
        assert_eq!(form.text("name"), "N. Jansen");
        assert!(form.is_ticked("box"));
        assert!(!form.is_ticked("other"));
        assert_eq!(form.all("region").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(form.filled("empty"), None);
        assert_eq!(
            format!("{form:?}"),
            r#"["name", "box", "box", "region", "region", "empty"]"#
        );
    }

    #[test]
    fn a_date_is_a_day_of_a_year_that_somebody_lives_in_or_nothing() {
        let form = |text: &str| Form::of(vec![("from".to_owned(), text.to_owned())]);
        let day = form(" 2026-11-27 ").day("from").unwrap().unwrap();
        assert_eq!(day, Timestamp::parse_rfc3339("2026-11-26T23:00:00Z").unwrap());
        assert_eq!(form("").day("from").unwrap(), None);
        for bad in [
            "27-11-2026",
            "2026-02-30",
            "gisteren",
            "0026-11-27",
            "+99999-01-01",
        ] {
            assert!(form(bad).day("from").is_err(), "{bad}");
        }
    }
}
