//! Quiet hours and how often, as sentences and as choices of a form.

use crate::domain::participant::{HALF_HOURS, HalfHour, MAX_WEEKLY, QuietHours};
use crate::domain::problem::ProblemCode;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::texts::Texts;

/// What quiet hours mean, in a sentence.
pub fn quiet(hours: Option<QuietHours>, t: Texts) -> String {
    let Some(hours) = hours else {
        return t.say("sentence-quiet-none").to_string();
    };
    let key = if hours.urgent_breaks() {
        "sentence-quiet"
    } else {
        "sentence-quiet-all"
    };
    let saying = t.say(key).with("from", hours.from().to_string());
    saying.with("to", hours.to().to_string()).to_string()
}

/// What a number of messages a week means, in a sentence; `most` is what everyone gets.
pub fn weekly(limit: Option<u8>, most: Option<u8>, t: Texts) -> String {
    match limit.or(most) {
        None => t.say("sentence-weekly-any").to_string(),
        Some(0) => t.say("sentence-weekly-none").to_string(),
        Some(limit) => t.say("sentence-weekly").with("count", limit).to_string(),
    }
}

/// The half hours of a day, to choose from.
pub fn half_hours() -> Vec<String> {
    let all = (0..HALF_HOURS).filter_map(HalfHour::new);
    all.map(|half| half.to_string()).collect()
}

/// The quiet hours that a form asks for.
pub fn read_quiet(form: &Form) -> Result<Option<QuietHours>, Problem> {
    if !form.is_ticked("quiet") {
        return Ok(None);
    }
    let wrong = |_| Problem::invalid_field("quiet_hours", ProblemCode::QuietHoursForm);
    let half = |name| form.text(name).parse::<HalfHour>().map_err(wrong);
    let hours = QuietHours::new(
        half("quiet_from")?,
        half("quiet_to")?,
        !form.is_ticked("quiet_all"),
    );
    hours.map(Some).map_err(wrong)
}

/// The messages a week that a form asks for; none for as many as everyone gets.
pub fn read_weekly(form: &Form) -> Option<u8> {
    form.text("weekly")
        .parse()
        .ok()
        .filter(|limit| *limit <= MAX_WEEKLY)
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;

    #[test]
    fn quiet_hours_are_read_from_a_form_and_said_in_a_sentence() {
        let form = Form::read(b"quiet=yes&quiet_from=23:00&quiet_to=07:00");
        let hours = read_quiet(&form).unwrap();
        let said = quiet(hours, Texts(Language::Nl));
        assert!(said.contains("23:00") && said.contains("07:00"), "{said}");
        assert!(read_quiet(&Form::read(b"quiet=yes&quiet_from=23:00&quiet_to=23:00")).is_err());
        assert_eq!(read_quiet(&Form::read(b"quiet_from=23:00")).unwrap(), None);
    }

    #[test]
    fn a_week_without_a_number_is_as_everyone_s() {
        assert_eq!(read_weekly(&Form::read(b"weekly=")), None);
        assert_eq!(read_weekly(&Form::read(b"weekly=3")), Some(3));
        assert_eq!(read_weekly(&Form::read(b"weekly=9")), None);
    }
}
