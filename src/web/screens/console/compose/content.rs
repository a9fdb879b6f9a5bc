//! A draft as it is typed, and a draft as it is typed back into the form.

use crate::desk::Scope;
use crate::domain::action::{Action, ActionKind, Content, Description, DraftInput, Text, Texts};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::{dutch_time, moment_of};
use crate::domain::problem::ProblemCode;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::console::compose::{aim, description};
use crate::web::screens::form::Form;

/// Seconds in an hour.
const HOUR: u64 = 3_600;
/// After how long somebody is told by text message, unless the draft says otherwise, in seconds.
const FALLBACK_S: u64 = 120;

/// A moment as a field of a page holds it: Dutch time, `2026-03-01T14:40`.
pub fn moment(text: &str) -> Option<Timestamp> {
    let form = if text.len() > 16 {
        "%Y-%m-%dT%H:%M:%S"
    } else {
        "%Y-%m-%dT%H:%M"
    };
    chrono::NaiveDateTime::parse_from_str(text, form)
        .ok()
        .map(moment_of)
}

/// The same the other way.
pub fn typed_moment(at: Timestamp) -> String {
    dutch_time(at).format("%Y-%m-%dT%H:%M").to_string()
}

/// The kind that was chosen.
pub fn kind(form: &Form) -> ActionKind {
    form.text("kind").parse().unwrap_or(ActionKind::MissingPerson)
}

/// The draft that the form says, on top of what was stored.
pub async fn read(
    web: &Web,
    scope: &Scope,
    form: &Form,
    stored: Option<&Action>,
) -> Result<DraftInput, Problem> {
    let kind = kind(form);
    let none = Description::default();
    let before = stored.map_or(&none, |action| &action.content.description);
    let description = description::read(form, before)?;
    let aim = aim::read(web, scope, form, kind, None).await?;
    let (area, origin) = aim.map_or((None, None), |aim| (Some(aim.area), aim.origin));
    let hours = form
        .filled("hours")
        .map(|hours| hours.replace(',', ".").parse::<f64>());
    let hours = hours
        .transpose()
        .map_err(|_| Problem::invalid_field("expires_after_s", ProblemCode::ExpiryOutOfBounds))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded, and whole seconds are meant"
    )]
    let expires_after_s = hours.map(|hours| (hours.clamp(0.0, 10_000.0) * 3_600.0).round() as u64);
    Ok(DraftInput {
        description,
        texts: form.is_ticked("own").then(|| texts(form)),
        area,
        origin,
        channels: Some(channels(form)),
        expires_after_s,
        is_public: Some(form.is_ticked("public")),
        fallback_after_s: form
            .filled("fallback")
            .map(|seconds| seconds.parse().unwrap_or(FALLBACK_S)),
        incident_at: stored.and_then(|action| action.content.incident_at),
        requested_at: stored
            .and_then(|action| action.content.requested_at)
            .or_else(|| moment(form.text("requested"))),
        ..DraftInput::new(kind)
    })
}

/// The texts as somebody wrote them.
pub fn texts(form: &Form) -> Texts {
    let text = |language: &str| {
        let part = |part: &str| form.text(&format!("{language}.{part}")).replace("\r\n", "\n");
        Text::new(part("title"), part("body"))
    };
    Texts {
        nl: text("nl"),
        en: text("en"),
    }
}

/// The channels that are ticked.
pub fn channels(form: &Form) -> ChannelSet {
    form.all("channel")
        .filter_map(|name| name.parse::<Channel>().ok())
        .collect()
}

/// The fields of an empty form, with what the kind brings along.
pub fn defaults(kind: ActionKind, now: Timestamp) -> Vec<(String, String)> {
    use crate::domain::action::ProposedArea;
    let defaults = kind.defaults();
    let mut fields = vec![
        ("kind".to_owned(), kind.name().to_owned()),
        ("way".to_owned(), "circle".to_owned()),
        (
            "hours".to_owned(),
            (defaults.expires_after.as_secs() / HOUR).to_string(),
        ),
        ("requested".to_owned(), typed_moment(now)),
    ];
    let radius = match defaults.area {
        ProposedArea::Circle { radius_m } => radius_m,
        ProposedArea::Region | ProposedArea::Country => 5_000,
    };
    fields.push(("radius".to_owned(), radius.to_string()));
    if !matches!(defaults.area, ProposedArea::Circle { .. }) {
        fields.push(("way".to_owned(), "regions".to_owned()));
    }
    fields.extend(
        defaults
            .channels
            .iter()
            .map(|channel| ("channel".to_owned(), channel.name().to_owned())),
    );
    if defaults.is_public {
        fields.push(("public".to_owned(), "yes".to_owned()));
    }
    fields
}

/// What was typed, with what another kind brings along.
pub fn with_kind(form: &Form, now: Timestamp) -> Form {
    const OF_KIND: [&str; 5] = ["kind", "radius", "hours", "channel", "public"];
    let kept = form.fields().filter(|(name, _)| !OF_KIND.contains(name));
    let kept = kept.map(|(name, value)| (name.to_owned(), value.to_owned()));
    // What was typed stands for more than what the kind says of the same.
    Form::of(defaults(kind(form), now).into_iter().chain(kept).collect())
}

/// The fields that a draft fills in.
pub fn fields(content: &Content) -> Form {
    let mut fields = vec![
        ("kind".to_owned(), content.kind.name().to_owned()),
        ("hours".to_owned(), hours(content.expires_after_s)),
        ("radius".to_owned(), "2000".to_owned()),
        ("way".to_owned(), "circle".to_owned()),
    ];
    fields.extend(
        content
            .channels
            .iter()
            .map(|channel| ("channel".to_owned(), channel.name().to_owned())),
    );
    if content.is_public {
        fields.push(("public".to_owned(), "yes".to_owned()));
    }
    if let Some(seconds) = content.fallback_after_s {
        fields.push(("fallback".to_owned(), seconds.to_string()));
    }
    if content.texts_edited {
        fields.push(("own".to_owned(), "yes".to_owned()));
    }
    for (language, text) in [("nl", &content.texts.nl), ("en", &content.texts.en)] {
        fields.push((format!("{language}.title"), text.title.clone()));
        fields.push((format!("{language}.body"), text.body.clone()));
    }
    description::fields(&content.description, &mut fields);
    if let Some(area) = &content.area {
        aim::fields(area, content.origin, &mut fields);
    }
    Form::of(fields)
}

fn hours(seconds: u64) -> String {
    if seconds.is_multiple_of(HOUR) {
        (seconds / HOUR).to_string()
    } else {
        // Minutes at most: a form has no finer times.
        format!(
            "{:.2}",
            std::time::Duration::from_secs(seconds).as_secs_f64() / 3_600.0
        )
    }
}
