//! The clock of lost minutes: how long each step of an action took, and what is usual.

use std::time::Duration;

use serde::Serialize;

use super::clock::Timestamp;

/// The moments of an action that matter; none where one did not come, or is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Moments {
    /// The incident itself.
    pub incident_at: Option<Timestamp>,
    /// The control room was asked for an action.
    pub requested_at: Option<Timestamp>,
    /// The action was started.
    pub started_at: Option<Timestamp>,
    /// The first message was handed to a provider.
    pub first_handover_at: Option<Timestamp>,
    /// The last message of the first wave was.
    pub last_handover_at: Option<Timestamp>,
    /// The first tip came in.
    pub first_tip_at: Option<Timestamp>,
    /// The first tip was passed on to a unit.
    pub passed_on_at: Option<Timestamp>,
    /// The action was closed.
    pub closed_at: Option<Timestamp>,
}

/// A step between two moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// From the incident to the request for an action.
    IncidentToRequest,
    /// From the request to the start.
    RequestToStart,
    /// From the start to the first hand-over.
    StartToFirstHandover,
    /// From the first to the last hand-over.
    FirstToLastHandover,
    /// From the first hand-over to the first tip.
    HandoverToTip,
    /// From the first tip to its being passed on.
    TipToPassedOn,
    /// From the incident to the end of the action.
    IncidentToClose,
}

impl Step {
    /// All steps, in their order.
    pub const ALL: [Self; 7] = [
        Self::IncidentToRequest,
        Self::RequestToStart,
        Self::StartToFirstHandover,
        Self::FirstToLastHandover,
        Self::HandoverToTip,
        Self::TipToPassedOn,
        Self::IncidentToClose,
    ];
}

impl Moments {
    /// How long a step took; none while one of its moments is missing. A step that ran backwards, because a
    /// clock was corrected, took no time.
    pub fn took(&self, step: Step) -> Option<Duration> {
        let (from, to) = match step {
            Step::IncidentToRequest => (self.incident_at, self.requested_at),
            Step::RequestToStart => (self.requested_at, self.started_at),
            Step::StartToFirstHandover => (self.started_at, self.first_handover_at),
            Step::FirstToLastHandover => (self.first_handover_at, self.last_handover_at),
            Step::HandoverToTip => (self.first_handover_at, self.first_tip_at),
            Step::TipToPassedOn => (self.first_tip_at, self.passed_on_at),
            Step::IncidentToClose => (self.incident_at, self.closed_at),
        };
        Some(to?.since(from?))
    }
}

/// What is usual for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StepMedian {
    /// The step.
    pub step: Step,
    /// Of how many actions it is known.
    pub actions: usize,
    /// Half of them took at most so many milliseconds; none when it is known of none.
    pub median_ms: Option<u64>,
}

/// The median of every step over these actions.
pub fn medians(actions: &[Moments]) -> Vec<StepMedian> {
    Step::ALL
        .into_iter()
        .map(|step| {
            let mut took: Vec<_> = actions.iter().filter_map(|moments| moments.took(step)).collect();
            StepMedian {
                step,
                actions: took.len(),
                median_ms: median(&mut took)
                    .map(|median| u64::try_from(median.as_millis()).unwrap_or(u64::MAX)),
            }
        })
        .collect()
}

/// The middle one, or the mean of the two in the middle.
fn median(durations: &mut [Duration]) -> Option<Duration> {
    let half = durations.len() / 2;
    if durations.is_empty() {
        return None;
    }
    durations.sort_unstable();
    Some(if durations.len().is_multiple_of(2) {
        (durations[half - 1] + durations[half]) / 2
    } else {
        durations[half]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    #[test]
    fn a_step_is_known_once_both_its_moments_are() {
        let moments = Moments {
            incident_at: Some(at(0)),
            requested_at: Some(at(300)),
            started_at: Some(at(420)),
            ..Moments::default()
        };
        assert_eq!(moments.took(Step::RequestToStart), Some(Duration::from_mins(2)));
        assert_eq!(moments.took(Step::HandoverToTip), None);
    }

    #[test]
    fn the_median_counts_only_actions_of_which_the_step_is_known() {
        let took = |seconds: i64| Moments {
            incident_at: Some(at(0)),
            requested_at: Some(at(seconds)),
            ..Moments::default()
        };
        let medians = medians(&[took(10), took(30), took(20), took(1000), Moments::default()]);
        assert_eq!(
            medians[0],
            StepMedian {
                step: Step::IncidentToRequest,
                actions: 4,
                median_ms: Some(25_000)
            }
        );
        assert_eq!(medians[1].median_ms, None);
    }
}
