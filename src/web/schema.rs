//! The domain's values as JSON Schema, for the API's description.

use std::borrow::Cow;

use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, KnownFormat, Object, ObjectBuilder, OneOfBuilder, Schema,
    SchemaFormat, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::action::ActionNumber;
use crate::domain::actor::Actor;
use crate::domain::area::Area;
use crate::domain::audit::Deed;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::check::CheckCode;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;
use crate::domain::event::EventKind;
use crate::domain::id::{
    AccountId, ActionId, AllowedId, DeviceId, KeyId, NoticeId, OverrideId, ParticipantId, PhotoId,
    ProposalId, RegionId, SearchId, SessionId, TipId, VerificationId, VideoId, WaveId, WebhookDeliveryId,
    WebhookId,
};
use crate::domain::language::Language;
use crate::domain::message::Purpose;
use crate::domain::participant::{PlaceKind, Topic, Topics};
use crate::domain::point::Point;
use crate::domain::region::RegionKind;
use crate::domain::role::Role;
use crate::domain::wave::{WaveKind, WaveState};

fn text(format: Option<KnownFormat>, description: &str, example: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(format.map(SchemaFormat::KnownFormat))
        .description(Some(description))
        .examples([serde_json::Value::from(example)])
        .build()
}

macro_rules! texts {
    ($($name:ident $format:expr, $description:literal, $example:literal;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                RefOr::T(text($format, $description, $example).into())
            }
        }

        impl ToSchema for $name {}
    )*};
}

texts! {
    AccountId Some(KnownFormat::Uuid), "An account's id.", "019ce9a2-7f00-7c31-9f2b-3a5d1e0c7b44";
    ActionId Some(KnownFormat::Uuid), "An action's id.", "019ce9a4-1b60-7a10-8c55-0d4f8e7a2b91";
    WaveId Some(KnownFormat::Uuid), "A wave's id.", "019ce9a6-33d8-7f02-a1b7-6c2e9d8f4a05";
    RegionId Some(KnownFormat::Uuid), "A region's id.", "019ce990-5e20-7b44-b3c8-9f1a2d3e4c5b";
    ParticipantId Some(KnownFormat::Uuid), "A participant's id.", "019ce9b0-0a10-7d21-8e3f-5b6c7d8e9f0a";
    DeviceId Some(KnownFormat::Uuid), "A device's id.", "019ce9b1-4c88-7e32-9a4b-1c2d3e4f5a6b";
    AllowedId Some(KnownFormat::Uuid), "The id of an entry of the register.", "019ce9b2-7d30-7443-9b4a-1c2d3e4f5a6c";
    TipId Some(KnownFormat::Uuid), "A tip's id.", "019ce9b3-9e40-7054-8b5c-2d3e4f5a6b7c";
    PhotoId Some(KnownFormat::Uuid), "A photo's id.", "019ce9b4-6f10-7165-9c6d-3e4f5a6b7c8d";
    VideoId Some(KnownFormat::Uuid), "A film's id.", "019ce9b4-7a20-7265-8c6d-3e4f5a6b7c8e";
    SearchId Some(KnownFormat::Uuid), "A search's id.", "019ce9b4-8b30-7365-9c6d-3e4f5a6b7c8f";
    SessionId Some(KnownFormat::Uuid), "A session's id; opens nothing.", "019ce9b5-2a08-7276-8d7e-4f5a6b7c8d9e";
    ProposalId Some(KnownFormat::Uuid), "A proposal's id.", "019ce9b6-8c41-7498-af90-6b7c8d9eafb0";
    OverrideId Some(KnownFormat::Uuid), "The id of a start over a limit.", "019ce9b6-9d52-75a9-b0a1-7c8d9eafb0c1";
    KeyId Some(KnownFormat::Uuid), "The id of a key of another system; opens nothing.", "019ce9b7-8c40-7498-8fa0-6b7c8d9eafb0";
    VerificationId Some(KnownFormat::Uuid), "The id to repeat beside a code.", "019ce9b6-7b30-7387-9e8f-5a6b7c8d9eaf";
    NoticeId Some(KnownFormat::Uuid), "The id of what another system alerted of.", "019ce9b9-4e20-76ba-81cb-8d9eafb0c1d2";
    WebhookId Some(KnownFormat::Uuid), "The id of a system that hears what happens.", "019ce9b7-1c20-7498-8fa9-6b7c8d9eafb0";
    WebhookDeliveryId Some(KnownFormat::Uuid), "The id of an event on its way to a system.", "019ce9b8-3d10-75a9-90ba-7c8d9eafb0c1";
    Timestamp Some(KnownFormat::DateTime), "A moment (RFC 3339).", "2026-03-01T14:02:00.000Z";
    ActionNumber None, "An action's number, for people.", "2026-00123";
    Actor None, "Who did it: an account's id, `key` and a key's id, `participant` or `system`.", "participant";
}

fn names(description: &str, names: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    let object = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(names));
    RefOr::T(object.build().into())
}

macro_rules! named {
    ($($name:ident $names:expr, $description:literal;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                names($description, $names)
            }
        }

        impl ToSchema for $name {}
    )*};
}

named! {
    Language Language::ALL.map(Language::tag), "The language of messages.";
    Role Role::ALL.map(Role::name), "What an account is for.";
    RegionKind RegionKind::ALL.map(RegionKind::name), "What a region is, widest first.";
    Channel Channel::ALL.map(Channel::name), "A way to call on a participant, fastest first.";
    Topic Topic::ALL.map(Topic::name), "What a participant wants to be called on for.";
    PlaceKind PlaceKind::ALL.map(PlaceKind::name), "What a place is to a participant.";
    WaveKind WaveKind::ALL.map(WaveKind::name), "Why a wave goes out.";
    CheckCode CheckCode::ALL.iter().map(|code| code.name()), "What a check before sending found.";
    Deed Deed::ALL.iter().map(|deed| deed.name()), "What was done.";
    EventKind EventKind::ALL.iter().map(|kind| kind.name()), "What happened.";
    WaveState WaveState::ALL.map(WaveState::name), "How far a wave is.";
    Purpose ["alert", "update", "closing", "code"], "Why a message is sent.";
    Disposition ["queued", "in_doubt", "accepted", "delivered", "failed", "unknown", "stopped", "moved"],
        "What became of a message to one recipient.";
}

macro_rules! sets {
    ($($name:ident of $of:ident;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let items = Ref::from_schema_name(<$of as ToSchema>::name());
                RefOr::T(ArrayBuilder::new().items(items).unique_items(true).build().into())
            }
        }

        impl ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                schemas.push((<$of as ToSchema>::name().into_owned(), $of::schema()));
            }
        }
    )*};
}

sets! {
    ChannelSet of Channel;
    Topics of Topic;
}

fn number() -> Object {
    ObjectBuilder::new().schema_type(Type::Number).build()
}

fn position(description: &str) -> Schema {
    let position = ArrayBuilder::new()
        .items(number())
        .min_items(Some(2))
        .max_items(Some(2))
        .description(Some(description))
        .examples([serde_json::json!([5.1214, 52.0907])]);
    position.build().into()
}

impl PartialSchema for Point {
    fn schema() -> RefOr<Schema> {
        RefOr::T(position("Degrees of longitude and latitude, WGS84."))
    }
}

impl ToSchema for Point {}

/// An object with a `type` of this name and these other properties, all of them needed.
fn typed(name: &'static str, description: &str, properties: Vec<(&'static str, RefOr<Schema>)>) -> Object {
    let kind = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some([name]));
    let object = ObjectBuilder::new()
        .description(Some(description))
        .property("type", kind)
        .required("type")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let object = properties.into_iter().fold(object, |object, (name, schema)| {
        object.property(name, schema).required(name)
    });
    object.build()
}

fn list(items: impl Into<RefOr<Schema>>) -> RefOr<Schema> {
    RefOr::T(ArrayBuilder::new().items(items.into()).build().into())
}

impl PartialSchema for Area {
    fn schema() -> RefOr<Schema> {
        let area = || RefOr::Ref(Ref::from_schema_name(Self::name()));
        let point = || RefOr::T(position("Longitude and latitude."));
        let rings = || list(list(point()));
        let radius = ObjectBuilder::new().schema_type(Type::Integer);
        let radius = radius.minimum(Some(f64::from(crate::domain::area::Circle::MIN_RADIUS_M)));
        let radius = radius.maximum(Some(f64::from(crate::domain::area::Circle::MAX_RADIUS_M)));
        let region = RefOr::Ref(Ref::from_schema_name(RegionId::name()));
        let kinds = [
            typed("Polygon", "A polygon (RFC 7946).", vec![("coordinates", rings())]),
            typed(
                "MultiPolygon",
                "Polygons (RFC 7946).",
                vec![("coordinates", list(rings()))],
            ),
            typed(
                "Circle",
                "Everything within a distance of a point.",
                vec![
                    ("coordinates", point()),
                    ("radius_m", RefOr::T(radius.build().into())),
                ],
            ),
            typed("Regions", "Regions by id.", vec![("regions", list(region))]),
            typed(
                "Union",
                "What lies in any of these.",
                vec![("areas", list(area()))],
            ),
            typed(
                "Difference",
                "What lies in one and not in the other.",
                vec![("from", area()), ("subtract", area())],
            ),
        ];
        let any = kinds.into_iter().fold(OneOfBuilder::new(), OneOfBuilder::item);
        let any = any.description(Some("Where a wave is aimed.")).examples([
            serde_json::json!({ "type": "Circle", "coordinates": [5.1214, 52.0907], "radius_m": 2000 }),
        ]);
        RefOr::T(any.build().into())
    }
}

impl ToSchema for Area {
    fn name() -> Cow<'static, str> {
        "Area".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((RegionId::name().into_owned(), RegionId::schema()));
    }
}
