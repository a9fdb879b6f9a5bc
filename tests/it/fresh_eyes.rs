//! A second person sees what goes out, whoever does what and whoever is quicker: nothing leaves that nobody approved,
//! and what leaves is what was approved.

use std::collections::BTreeSet;

use oproep::desk::safeguards::{ApprovalRules, Safeguards};
use oproep::domain::action::approval::Tolerance;
use oproep::domain::random::Random;
use oproep::domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::server::{Answer, Ground, TestServer};

/// Operators of regions that all hold what is drafted here.
const PEOPLE: [&str; 4] = ["unit", "west", "team-west", "south-west"];
/// Races of each sort, on each database.
const RACES: u64 = 334;

/// Whatever calls on more than two needs a second person.
fn ground() -> Ground {
    Ground {
        safeguards: Safeguards {
            approval: ApprovalRules {
                people: 2,
                tolerance: Tolerance {
                    percent: 0,
                    people: 0,
                },
                ..Safeguards::none().approval
            },
            ..Safeguards::none()
        },
        ..Ground::default()
    }
}

/// A draft for a handful, with this in its text.
fn draft(mark: &str) -> Value {
    let text = format!("Zag u iets bij de brug? Kenmerk {mark}.");
    json!({
        "kind": "burglary",
        "area": { "type": "Circle", "coordinates": [5.1272, 52.0925], "radius_m": 150 },
        "texts": {
            "nl": { "title": "Getuigen gezocht", "body": text },
            "en": { "title": "Witnesses wanted", "body": text }
        }
    })
}

/// An action on its way, for those who take turns with it.
struct Action<'a> {
    server: &'a TestServer,
    id: String,
    version: u64,
}

impl<'a> Action<'a> {
    async fn made(server: &'a TestServer, author: &str, mark: &str) -> Self {
        let made = server.post("/actions", author, &draft(mark)).await.ok();
        Self {
            server,
            id: made["id"].as_str().unwrap().to_owned(),
            version: 1,
        }
    }

    async fn step(&self, who: &str, step: &str, body: Value) -> Answer {
        let path = format!("/actions/{}/{step}", self.id);
        self.server.post(&path, who, &body).await
    }

    async fn submit(&mut self, who: &str) -> u64 {
        let body = json!({ "version": self.version });
        let submitted = self.step(who, "submit", body).await.ok();
        self.version += 1;
        submitted["audience"].as_u64().unwrap()
    }

    async fn edit(&self, who: &str, mark: &str) -> Answer {
        let body = json!({ "version": self.version, "draft": draft(mark) });
        let path = format!("/actions/{}", self.id);
        self.server.send(Method::PUT, &path, who, &body).await
    }

    async fn approve(&self, who: &str, audience: u64) -> Answer {
        let body = json!({ "version": self.version, "audience": audience });
        self.step(who, "approve", body).await
    }

    async fn start(&self, who: &str, version: u64) -> Answer {
        // All of them are alike.
        let start = json!({ "version": version, "confirmed": ["duplicate_running"] });
        self.step(who, "start", start).await
    }

    async fn now(&self, who: &str) -> Value {
        self.server.get(&format!("/actions/{}", self.id), who).await.ok()
    }
}

async fn people(server: &TestServer) -> Vec<String> {
    let mut tokens = Vec::new();
    for region in PEOPLE {
        tokens.push(server.token(Role::Operator, region).await);
    }
    tokens
}

/// Waits until so many messages were sent, and answers the marks in them.
async fn marks_sent(server: &TestServer, messages: usize) -> BTreeSet<String> {
    let all = async {
        loop {
            let sent = server.outbox.all();
            if sent.len() >= messages {
                return sent;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let sent = tokio::time::timeout(std::time::Duration::from_mins(2), all)
        .await
        .expect("everything that was started is sent");
    assert_eq!(sent.len(), messages, "and nothing else");
    let mark = |body: &str| {
        let (_, rest) = body.split_once("Kenmerk ").expect("a mark");
        rest.split('.').next().unwrap_or_default().to_owned()
    };
    sent.iter().map(|sent| mark(&sent.body)).collect()
}

#[tokio::test]
async fn of_all_who_may_make_change_submit_and_approve_only_somebody_else_approves() {
    for server in TestServer::each_on(&ground()).await {
        let people = people(&server).await;
        let everyone = 0..people.len();
        let (mut cells, mut started, mut messages) = (0, BTreeSet::new(), 0);
        for author in everyone.clone() {
            for editor in everyone.clone() {
                for submitter in everyone.clone() {
                    for approver in everyone.clone() {
                        cells += 1;
                        let cell = format!("{author}{editor}{submitter}{approver}");
                        let mut action = Action::made(&server, &people[author], "as first written").await;
                        action.edit(&people[editor], &cell).await.ok();
                        action.version += 1;
                        let audience = action.submit(&people[submitter]).await;
                        let approved = action.approve(&people[approver], audience).await;
                        let is_own = [author, editor, submitter].contains(&approver);
                        assert_eq!(approved.status.as_u16(), if is_own { 403 } else { 200 }, "{cell}");
                        let version = action.version + u64::from(!is_own);
                        let start = action.start(&people[author], version).await;
                        assert_eq!(start.status.is_success(), !is_own, "{cell}: {}", start.body);
                        if start.status.is_success() {
                            messages += usize::try_from(audience).unwrap();
                            started.insert(cell);
                        }
                    }
                }
            }
        }
        assert_eq!((cells, started.len()), (256, 108));
        assert_eq!(marks_sent(&server, messages).await, started);
    }
}

#[tokio::test]
async fn an_edit_and_an_approval_at_once_let_nothing_through_that_was_not_seen() {
    let seed = 20_261_126;
    println!("seed {seed}");
    for server in TestServer::each_on(&ground()).await {
        let (random, people) = (Random::from_seed(seed), people(&server).await);
        let (mut approved_first, mut allowed, mut messages) = (0, BTreeSet::new(), 0);
        for race in 0..RACES {
            let (seen, sneaked) = (format!("seen{race}"), format!("sneaked{race}"));
            let mut action = Action::made(&server, &people[0], &seen).await;
            let audience = action.submit(&people[0]).await;
            let edit = async {
                pause(&random).await;
                action.edit(&people[0], &sneaked).await
            };
            let approve = async {
                pause(&random).await;
                action.approve(&people[1], audience).await
            };
            let (edited, approved) = tokio::join!(edit, approve);
            assert!(
                edited.status.is_success() != approved.status.is_success(),
                "one of them: {} {}",
                edited.body,
                approved.body
            );
            let started = action.start(&people[0], action.version + 1).await;
            assert_eq!(started.status.is_success(), approved.status.is_success());
            if started.status.is_success() {
                approved_first += 1;
                messages += usize::try_from(audience).unwrap();
                allowed.insert(seen);
            }
        }
        println!("{approved_first} of {RACES} were approved first");
        assert_eq!(marks_sent(&server, messages).await, allowed);
    }
}

#[tokio::test]
async fn a_start_that_is_quicker_than_its_approval_starts_nothing() {
    let seed = 20_261_127;
    println!("seed {seed}");
    for server in TestServer::each_on(&ground()).await {
        let (random, people) = (Random::from_seed(seed), people(&server).await);
        let (mut allowed, mut messages) = (BTreeSet::new(), 0);
        for race in 0..RACES {
            let mark = format!("r{race}");
            let mut action = Action::made(&server, &people[0], &mark).await;
            let audience = action.submit(&people[0]).await;
            let start = async {
                pause(&random).await;
                action.start(&people[0], action.version + 1).await
            };
            let approve = async {
                pause(&random).await;
                action.approve(&people[1], audience).await
            };
            let (started, approved) = tokio::join!(start, approve);
            approved.ok();
            let now = action.now(&people[0]).await;
            if started.status.is_success() {
                assert_eq!(now["review"]["state"], "approved", "{now}");
                messages += usize::try_from(audience).unwrap();
                allowed.insert(mark);
            } else {
                assert_eq!(now["state"], "approved");
                assert_eq!(now["waves"].as_array().unwrap().len(), 0);
            }
        }
        println!("{} of {RACES} were started after their approval", allowed.len());
        assert_eq!(marks_sent(&server, messages).await, allowed);
    }
}

#[tokio::test]
async fn of_two_who_judge_at_once_one_is_heard() {
    let seed = 20_261_128;
    println!("seed {seed}");
    for server in TestServer::each_on(&ground()).await {
        let (random, people) = (Random::from_seed(seed), people(&server).await);
        for race in 0..RACES {
            let mut action = Action::made(&server, &people[0], &format!("r{race}")).await;
            let audience = action.submit(&people[0]).await;
            let one = async {
                pause(&random).await;
                action.approve(&people[1], audience).await
            };
            let other = async {
                pause(&random).await;
                if race % 2 == 0 {
                    action.approve(&people[2], audience).await
                } else {
                    let reason = json!({ "version": action.version, "reason": "Te groot." });
                    action.step(&people[2], "return", reason).await
                }
            };
            let (one, other) = tokio::join!(one, other);
            assert!(one.status.is_success() != other.status.is_success());
            let now = action.now(&people[0]).await;
            let state = if one.status.is_success() || race % 2 == 0 {
                "approved"
            } else {
                "returned"
            };
            assert_eq!(now["state"], state);
            assert_eq!(now["version"], action.version + 1);
        }
        assert_eq!(server.outbox.all().len(), 0);
    }
}

/// A pause of up to some milliseconds, so that each side is quicker now and then.
async fn pause(random: &Random) {
    tokio::time::sleep(random.jitter(std::time::Duration::from_millis(4))).await;
}
