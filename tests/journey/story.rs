//! The story itself, step by step, over the public API.

use std::time::Duration;

use oproep::client::{Action, Client, Credentials, LiveStream, ReachQuestion, Wave};
use oproep::domain::action::{ActionKind, Age, Description, DraftInput, LastSeen, Person, Sex, Words};
use oproep::domain::area::Area;
use oproep::domain::channel::Channel;
use oproep::domain::check::CheckCode;
use oproep::domain::clock::Clock;
use oproep::domain::id::ActionId;
use oproep::domain::outcome::{Outcome, OutcomeKind};
use oproep::domain::random::Random;
use oproep::domain::region::RegionKind;
use oproep::domain::wave::WaveKind;

use crate::books;
use crate::ending::{check_end, check_workers};
use crate::ground::{Ground, USERNAME};
use crate::people::{Expected, WORLD};
use crate::territory::{FIRST, SECOND};
use crate::tip::{judge, send_tip};

/// How long a wave, and the reports after it, may take on a machine that does other things too.
const WITHIN: Duration = Duration::from_mins(3);
/// Half a province is more than somebody missing usually needs.
const MEANT: [CheckCode; 1] = [CheckCode::AreaLarge];
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The operator, and what is needed to follow what the action does.
pub(crate) struct Desk {
    pub(crate) client: Client,
    pub(crate) token: String,
    /// Whoever opens a link without an account.
    pub(crate) http: reqwest::Client,
}

pub(crate) async fn tell(mut ground: Ground) {
    let desk = sign_in(&ground).await;
    let area = municipality(&desk, FIRST).await;
    let (action, mut events) = start(&desk, area, &ground.expected[0]).await;
    let first = follow(&desk, &mut events, action.id, WaveKind::First).await;
    ground
        .phases
        .ended(&format!("first wave to {:?}", books::count(&ground.expected[0])));
    books::check(&ground, &first, &ground.expected[0], &action.texts).await;
    ground.phases.ended("every message of it counted");

    let (tip, tip_reference) = send_tip(&ground, &desk, &action).await;
    let tip = judge(&desk, tip).await;
    ground.phases.ended("a tip with a photo, sent and judged");

    let area = municipality(&desk, SECOND).await;
    let version = desk.client.action(action.id).await.unwrap().version;
    let expanded = desk
        .client
        .expand_action(action.id, version, &area, &MEANT)
        .await
        .unwrap();
    assert_eq!(
        expanded.audience,
        ground.expected[1].len() as u64,
        "only the newly reached"
    );
    let expansion = follow(&desk, &mut events, action.id, WaveKind::Expansion).await;
    ground
        .phases
        .ended(&format!("expansion to {:?}", books::count(&ground.expected[1])));
    books::check(&ground, &expansion, &ground.expected[1], &action.texts).await;
    ground.phases.ended("every message of it counted");

    let everyone: Expected = ground
        .expected
        .iter()
        .flatten()
        .map(|(number, told)| (*number, told.clone()))
        .collect();
    let version = desk.client.action(action.id).await.unwrap().version;
    let outcome = Outcome::DirectSuccess { tip: tip.id };
    let ended = desk
        .client
        .close_action(action.id, version, outcome, None, &[])
        .await
        .unwrap();
    assert_eq!(
        ended.told,
        everyone.len() as u64,
        "everyone who was reached hears how it ended"
    );
    let closing = follow(&desk, &mut events, action.id, WaveKind::Closing).await;
    ground
        .phases
        .ended(&format!("closing message to {:?}", books::count(&everyone)));
    let told = OutcomeKind::DirectSuccess.default_texts(ActionKind::MissingPerson);
    books::check(&ground, &closing, &everyone, &told).await;
    assert_eq!(
        books::count_arrived(&ground),
        2 * everyone.len(),
        "and nothing else arrived anywhere"
    );
    ground.phases.ended("every message of it counted");

    check_end(&ground, &desk, &action, &tip_reference, &told).await;
    check_workers(&ground, &[first.id, expansion.id, closing.id]).await;
    desk.client.sign_out().await.unwrap();
    for (worker, _) in ground.workers {
        worker.stop().await;
    }
    ground.serving.stop().await;
    ground.phases.ended("what stays, and a quiet end");
}

async fn sign_in(ground: &Ground) -> Desk {
    let client = Client::new(&ground.service, Clock::system(), Random::from_os()).unwrap();
    let credentials = Credentials {
        username: USERNAME,
        password: &ground.password,
    };
    let token = client.sign_in(&credentials).await.unwrap().token;
    Desk {
        client: client.with_token(&token).unwrap(),
        token,
        http: reqwest::Client::new(),
    }
}

async fn municipality(desk: &Desk, name: &str) -> Area {
    let regions = desk.client.regions().await.unwrap();
    let is_it = |kind, found: &str| kind == RegionKind::Municipality && found == name;
    let found = regions.iter().find(|region| is_it(region.kind, &region.name));
    Area::regions(vec![found.map(|region| region.id).unwrap()]).unwrap()
}

/// Reads the reach, makes the draft and starts it, with a screen that follows.
async fn start(desk: &Desk, area: Area, expected: &Expected) -> (Action, LiveStream) {
    let now = Clock::system().now();
    let mut draft = DraftInput::new(ActionKind::MissingPerson);
    draft.area = Some(area.clone());
    draft.origin = Some(WORLD.territory.first.middle());
    draft.incident_at = Some(now - Duration::from_mins(40));
    draft.requested_at = Some(now - Duration::from_mins(4));
    draft.description = description();
    let question = ReachQuestion {
        kind: draft.kind,
        area,
        channels: None,
    };
    let reach = desk.client.reach(&question).await.unwrap();
    assert_eq!(reach.total, expected.len() as u64);
    for by in &reach.by_channel {
        let meant = expected
            .values()
            .filter(|told| told.receiver.channel() == by.channel);
        assert_eq!(by.count, meant.count() as u64, "{}", by.channel);
    }
    let action = desk.client.create_action(&draft).await.unwrap();
    let events = desk.client.follow_action(action.id).await.unwrap();
    let started = desk
        .client
        .start_action_confirming(action.id, action.version, &MEANT)
        .await
        .unwrap();
    assert_eq!(started.audience, reach.total);
    (action, events)
}

fn description() -> Description {
    Description {
        persons: vec![Person {
            sex: Some(Sex::Female),
            age: Some(Age { from: 81, to: None }),
            height_cm: Some(165),
            particulars: Some(Words {
                nl: "Ze loopt met een stok.".to_owned(),
                en: Some("She walks with a stick.".to_owned()),
            }),
            ..Person::default()
        }],
        last_seen: Some(LastSeen {
            place: "Stationsplein, Amersfoort".to_owned(),
            ..LastSeen::default()
        }),
        ..Description::default()
    }
}

/// Follows the events until a wave is finished, and waits until the operator has reported its texts.
async fn follow(desk: &Desk, events: &mut LiveStream, action: ActionId, kind: WaveKind) -> Wave {
    let finished = tokio::time::timeout(WITHIN, async {
        loop {
            let event = events.next().await.unwrap();
            if event.kind == "wave.finished" && event.data["data"]["kind"] == kind.name() {
                return event.data;
            }
        }
    });
    let event = finished.await.expect("the wave is finished in time");
    let reported = tokio::time::timeout(WITHIN, async {
        loop {
            let action = desk.client.action(action).await.unwrap();
            let wave = action.waves.into_iter().find(|wave| wave.kind == kind).unwrap();
            if wave.is_over() && wave.by(Channel::Sms).accepted == 0 {
                return wave;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    });
    let Ok(wave) = reported.await else {
        let waves = desk.client.action(action).await.unwrap().waves;
        panic!("not every text is reported in time: {waves:?}");
    };
    assert_eq!(event["data"]["accounting"]["queued"], 0, "{event}");
    assert_eq!(
        event["data"]["accounting"]["audience"],
        wave.accounts.accounting.audience
    );
    wave
}
