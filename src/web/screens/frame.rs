//! What stands around every page: head, bar, foot, and the band of an exercise.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use super::assets;
use super::texts::Texts;
use super::visit::Visit;
use crate::domain::clock::Timestamp;
use crate::domain::role::Role;

/// Scripts, styles, pictures and streams of our own and nothing else; no script or style inside pages.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);
/// What a page may ask the device for: a place for a tip, and nothing else.
const DEVICE: HeaderValue =
    HeaderValue::from_static("geolocation=(self), camera=(), microphone=(), payment=(), usb=()");

/// Whose pages these are: they differ in bar, script and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// For everyone.
    Public,
    /// The control room, ambassadors, coordinator and administrator.
    Console,
    /// Participants.
    Participant,
}

/// Who is signed in at the console.
#[derive(Clone, Debug)]
pub struct Who {
    /// How they are called.
    pub name: String,
    /// What they do.
    pub role: Role,
    /// The region that they work for.
    pub region: String,
    /// Where they may go.
    pub places: Vec<NavPlace>,
}

/// A place in the bar.
#[derive(Clone, Debug)]
pub struct NavPlace {
    /// Where.
    pub path: &'static str,
    /// The key of its name.
    pub text: &'static str,
}

/// What a page's template finds around it.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says another thing about the page, for its template"
)]
pub struct Frame {
    /// The words.
    pub t: Texts,
    /// When the page is made.
    pub now: Timestamp,
    /// The title.
    pub title: String,
    /// The path with its query, to come back to.
    pub path: String,
    /// Whose page.
    pub surface: Surface,
    /// Who is signed in at the console.
    pub who: Option<Who>,
    /// Whether a participant is signed in.
    pub is_participant: bool,
    /// Whether it is an exercise.
    pub is_training: bool,
    /// Whether the page uses all of the width.
    pub is_wide: bool,
    /// Whether the page has a map.
    pub has_map: bool,
    /// What people call the network.
    pub network: String,
}

impl Frame {
    /// The frame of a page of this title.
    pub fn new(visit: &Visit, surface: Surface, title: String) -> Self {
        Self {
            t: visit.t,
            now: visit.now,
            title,
            path: visit.path.clone(),
            surface,
            who: None,
            is_participant: false,
            is_training: visit.is_training,
            is_wide: false,
            has_map: false,
            network: visit.network.clone(),
        }
    }

    /// A page that uses all of the width.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.is_wide = true;
        self
    }

    /// A page with a map.
    #[must_use]
    pub fn with_map(mut self) -> Self {
        self.has_map = true;
        self
    }

    /// A page for a participant who is signed in.
    #[must_use]
    pub fn for_participant(mut self) -> Self {
        self.is_participant = true;
        self
    }

    /// The script of the map, for pages that fetch it once the map is looked at.
    pub fn map_script(&self) -> String {
        assets::script("map.js").unwrap_or_default()
    }

    /// The address of the style sheet.
    pub fn style(&self) -> String {
        assets::style()
    }

    /// The scripts of the page; none in a program without them.
    pub fn scripts(&self) -> Vec<String> {
        let own = match self.surface {
            Surface::Public => "screens.js",
            Surface::Console => "console.js",
            Surface::Participant => "participant.js",
        };
        let map = self.has_map.then_some("map.js");
        [Some(own), map]
            .into_iter()
            .flatten()
            .filter_map(assets::script)
            .collect()
    }

    /// Whether a place in the bar is where one is.
    pub fn is_at(&self, path: &str) -> bool {
        let here = self.path.split('?').next().unwrap_or_default();
        here == path || (path != "/console" && path != "/" && here.starts_with(path))
    }

    /// What a role is called.
    pub fn role_words(&self, role: &Role) -> &'static str {
        role.words(self.t.0)
    }

    /// The other language, for the switch.
    pub fn other_language(&self) -> Texts {
        use crate::domain::language::Language;
        Texts(match self.t.0 {
            Language::Nl => Language::En,
            Language::En => Language::Nl,
        })
    }
}

/// The answer that a template makes.
pub fn answer(visit: &Visit, status: StatusCode, template: &impl Template) -> Response {
    let html = template.render().expect("templates write to memory");
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(visit.t.tag())),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::HeaderName::from_static("permissions-policy"), DEVICE),
        (
            header::VARY,
            HeaderValue::from_static("cookie, accept-language, hx-request"),
        ),
    ];
    (status, headers, html).into_response()
}
