//! One's settings on one page: how one is reached, where, for what, when, and how often.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use super::{me, rest};
use crate::desk::participants::{DeviceView, ParticipantScope, ParticipantView, SettingsChange};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::language::Language;
use crate::domain::participant::{MAX_WEEKLY, PlaceKind, Topic, Topics};
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::SignedCitizen;
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::Wrong;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/me/settings", get(show).post(change))
}

/// What happened before, to be said at the top.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    saved: String,
    test: String,
}

/// A choice with whether it is taken.
struct Choice {
    name: String,
    words: String,
    hint: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "participant/settings.html")]
struct SettingsPage<'a> {
    frame: Frame,
    wrong: Wrong,
    is_saved: bool,
    /// `taken` or `refused`, after a test of a device.
    test: &'a str,
    email: Option<String>,
    phone: Option<String>,
    devices: Vec<&'a DeviceView>,
    push: Option<&'a str>,
    places: Vec<String>,
    kinds: Vec<Choice>,
    topics: Vec<Choice>,
    channels: Vec<Choice>,
    languages: Vec<Choice>,
    half_hours: Vec<String>,
    quiet_sentence: String,
    has_quiet: bool,
    quiet_from: String,
    quiet_to: String,
    is_quiet_for_all: bool,
    weekly: Vec<Choice>,
    /// What was typed into the form of a new place or address.
    form: Form,
}

impl SettingsPage<'_> {
    fn wrong_place(&self) -> Option<&str> {
        let mut fields = ["places[0].postcode", "places[0].longitude", "places"].into_iter();
        fields.find_map(|field| self.wrong.with(field))
    }

    /// What is wrong besides what is said beside a field.
    fn elsewhere(&self) -> Vec<&str> {
        self.wrong.besides(&[
            "places[0].postcode",
            "places[0].longitude",
            "places",
            "address",
            "quiet_hours",
        ])
    }
}

/// The page, with what was wrong with what was sent.
pub async fn page(
    web: &Web,
    visit: &Visit,
    scope: &ParticipantScope,
    form: Form,
    problem: &Problem,
) -> Result<Response, Problem> {
    let view = web.desk().own_participant(scope).await?;
    let wrong = Wrong::of(problem, visit.t);
    Ok(render(
        web,
        visit,
        problem.kind().status(),
        &view,
        &Asked::default(),
        form,
        wrong,
    ))
}

async fn show(
    State(web): State<Web>,
    visit: Visit,
    SignedCitizen(scope): SignedCitizen,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let view = web.desk().own_participant(&scope).await?;
    let (form, wrong) = (Form::default(), Wrong::default());
    Ok(render(&web, &visit, StatusCode::OK, &view, &asked, form, wrong))
}

fn render(
    web: &Web,
    visit: &Visit,
    status: StatusCode,
    view: &ParticipantView,
    asked: &Asked,
    form: Form,
    wrong: Wrong,
) -> Response {
    let t = visit.t;
    let choice = |family: &str, name: &str, is_chosen: bool| Choice {
        name: name.to_owned(),
        words: t.say(&format!("{family}-{name}")).to_string(),
        hint: String::new(),
        is_chosen,
    };
    let topics = Topic::ALL.map(|topic| Choice {
        hint: t.say(&format!("topic-hint-{topic}")).to_string(),
        ..choice("topic", topic.name(), view.topics.contains(topic))
    });
    let channels = Channel::ALL.map(|channel| Choice {
        hint: t.say(&format!("channel-hint-{channel}")).to_string(),
        ..choice("by", channel.name(), view.channels.contains(channel))
    });
    let weekly = std::iter::once(None)
        .chain((0..=MAX_WEEKLY).map(Some))
        .map(|limit| Choice {
            name: limit.map(|limit| limit.to_string()).unwrap_or_default(),
            words: limit.map_or_else(
                || t.say("weekly-usual").to_string(),
                |limit| t.say("weekly-count").with("count", limit).to_string(),
            ),
            hint: String::new(),
            is_chosen: view.rest.weekly_limit == limit,
        });
    let quiet = view.rest.quiet_hours;
    let or = |half: Option<String>, usual: &str| half.unwrap_or_else(|| usual.to_owned());
    let kind = form.filled("kind").unwrap_or(PlaceKind::Home.name()).to_owned();
    let page = SettingsPage {
        frame: me::frame(visit, &t.say("settings-title").to_string()),
        is_saved: !asked.saved.is_empty(),
        test: &asked.test,
        email: view.contact.email.as_ref().map(|email| email.as_str().to_owned()),
        phone: view.contact.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        devices: view
            .devices
            .iter()
            .filter(|device| device.retired_at.is_none())
            .collect(),
        push: web.desk().push_key().filter(|_| !me::has_browser(view)),
        places: view
            .places
            .iter()
            .map(|place| super::places::name(place, t))
            .collect(),
        kinds: PlaceKind::ALL
            .map(|one| choice("spot", one.name(), one.name() == kind))
            .into(),
        topics: topics.into(),
        channels: channels.into(),
        languages: Language::ALL
            .map(|language| choice("language", language.tag(), view.language == language))
            .into(),
        half_hours: rest::half_hours(),
        quiet_sentence: rest::quiet(quiet, t),
        has_quiet: quiet.is_some(),
        quiet_from: or(quiet.map(|hours| hours.from().to_string()), "22:00"),
        quiet_to: or(quiet.map(|hours| hours.to().to_string()), "07:00"),
        is_quiet_for_all: quiet.is_some_and(|hours| !hours.urgent_breaks()),
        weekly: weekly.collect(),
        form,
        wrong,
    };
    answer(visit, status, &page)
}

async fn change(
    State(web): State<Web>,
    visit: Visit,
    SignedCitizen(scope): SignedCitizen,
    form: Form,
) -> Result<Response, Problem> {
    let changed = async {
        let topics = form.all("topic").filter_map(|name| name.parse::<Topic>().ok());
        let channels = form
            .all("channel")
            .filter_map(|name| name.parse::<Channel>().ok());
        let change = SettingsChange {
            language: form.text("language").parse().ok(),
            topics: Some(topics.collect::<Topics>()),
            channels: Some(channels.fold(ChannelSet::NONE, ChannelSet::with)),
            quiet_hours: Some(rest::read_quiet(&form)?),
            weekly_limit: Some(rest::read_weekly(&form)),
            ..SettingsChange::default()
        };
        Ok::<_, Problem>(web.desk().change_settings(&scope, change).await?)
    };
    match changed.await {
        Ok(_) => Ok(Redirect::to("/me/settings?saved=1").into_response()),
        Err(problem) => page(&web, &visit, &scope, form, &problem).await,
    }
}
