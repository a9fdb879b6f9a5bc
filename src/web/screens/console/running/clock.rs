//! The clock of lost minutes of an action.

use crate::domain::id::ActionId;
use crate::domain::lost_minutes::Step;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::signed::Desked;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// A step: the key of its words, and how long it took.
#[derive(Debug)]
pub struct StepShown {
    /// The key.
    pub step: &'static str,
    /// In words; none while one of its moments is missing.
    pub took: Option<String>,
}

/// The end of a step's key.
pub const fn step_name(step: Step) -> &'static str {
    match step {
        Step::IncidentToRequest => "incident-to-request",
        Step::RequestToStart => "request-to-start",
        Step::StartToFirstHandover => "start-to-first",
        Step::FirstToLastHandover => "first-to-last",
        Step::HandoverToTip => "sent-to-tip",
        Step::TipToPassedOn => "tip-to-passed-on",
        Step::IncidentToClose => "incident-to-close",
    }
}

/// How long something took, in words.
pub fn took(t: Texts, millis: u64) -> String {
    let seconds = millis / 1_000;
    match seconds {
        0..10 => {
            let tenths = (millis + 50) / 100;
            let mark = t.say("decimal-mark").to_string();
            let seconds = format!("{}{mark}{}", tenths / 10, tenths % 10);
            t.say("took-seconds").with("seconds", seconds).to_string()
        }
        10..60 => t.say("took-seconds").with("seconds", seconds).to_string(),
        60..3_600 => {
            let said = t.say("took-minutes").with("minutes", seconds / 60);
            said.with("seconds", seconds % 60).to_string()
        }
        _ => {
            let said = t.say("took-hours").with("hours", seconds / 3_600);
            said.with("minutes", seconds / 60 % 60).to_string()
        }
    }
}

/// The steps of an action.
pub async fn steps(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    id: ActionId,
) -> Result<Vec<StepShown>, Problem> {
    let (_, steps) = web.desk().lost_minutes(&desked.scope, id).await?;
    let shown = steps.into_iter().map(|taken| StepShown {
        step: step_name(taken.step),
        took: taken.took_ms.map(|millis| took(visit.t, millis)),
    });
    Ok(shown.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;

    #[test]
    fn how_long_it_took_is_said_as_exactly_as_it_matters() {
        for (millis, dutch, english) in [
            (0, "0,0 s", "0.0 s"),
            (449, "0,4 s", "0.4 s"),
            (9_949, "9,9 s", "9.9 s"),
            (59_999, "59 s", "59 s"),
            (61_000, "1 min 1 s", "1 min 1 s"),
            (3_600_000, "1 u 0 min", "1 h 0 min"),
        ] {
            assert_eq!(took(Texts(Language::Nl), millis), dutch);
            assert_eq!(took(Texts(Language::En), millis), english);
        }
    }
}
