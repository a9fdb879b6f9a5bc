//! Something is done, and the log is looked at.

use std::collections::BTreeSet;

use oproep::domain::audit::Deed;
use oproep::domain::role::Role::Coordinator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::part::draft;
use crate::server::TestServer;

/// What is done, and what the log is to keep of it.
pub struct Story {
    pub server: TestServer,
    /// Who reads the log, and keeps the training register.
    pub watcher: String,
    /// The entry that was looked at last.
    last: i64,
    /// What was done.
    pub told: BTreeSet<(&'static str, &'static str)>,
    /// Where the log kept something else.
    pub wrong: Vec<String>,
}

impl Story {
    pub async fn begin(server: TestServer) -> Self {
        let watcher = server.token(Coordinator, "unit").await;
        Self {
            server,
            watcher,
            last: 0,
            told: BTreeSet::new(),
            wrong: Vec::new(),
        }
    }

    /// What the log kept since it was looked at last, the oldest first.
    async fn kept(&mut self) -> Vec<String> {
        let page = self.server.get("/audit?limit=50", &self.watcher).await.ok();
        let entries = page["items"].as_array().unwrap();
        let new = entries
            .iter()
            .filter(|entry| entry["number"].as_i64().unwrap() > self.last);
        let mut deeds: Vec<_> = new
            .map(|entry| entry["deed"].as_str().unwrap().to_owned())
            .collect();
        deeds.reverse();
        self.last = entries[0]["number"].as_i64().unwrap();
        deeds
    }

    /// Does it, as whoever has this token. `ids` stand for what is in braces in the path, in that order; one more is
    /// the query.
    pub async fn does(
        &mut self,
        operation: (&'static str, &'static str),
        ids: &[&str],
        token: &str,
        body: Value,
        deeds: &[Deed],
    ) -> Value {
        // Accounts that came meanwhile are not the story's.
        self.kept().await;
        let (method, template) = operation;
        let (mut path, mut rest) = (String::new(), template);
        let mut ids = ids.iter();
        while let Some((before, behind)) = rest.split_once('{') {
            path.push_str(before);
            path.push_str(ids.next().expect("an id a brace"));
            rest = behind.split_once('}').expect("a brace closes").1;
        }
        path.push_str(rest);
        path.extend(ids.copied());
        let method: Method = method.parse().unwrap();
        let answer = self.server.send(method, &path, token, &body).await;
        self.told.insert(operation);
        let kept = self.kept().await;
        let expected: Vec<_> = deeds.iter().map(|deed| deed.name().to_owned()).collect();
        if !answer.status.is_success() || kept != expected {
            self.wrong.push(format!(
                "{operation:?}: {} {}, kept {kept:?}, expected {expected:?}",
                answer.status, answer.body
            ));
        }
        answer.body
    }

    /// The same on an action, at the version that it has.
    pub async fn acts(
        &mut self,
        template: &'static str,
        id: &str,
        token: &str,
        more: Value,
        deed: Deed,
    ) -> Value {
        let seen = self.server.get(&format!("/actions/{id}"), token).await.ok();
        let mut body = json!({ "version": seen["version"] });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        self.does(("POST", template), &[id], token, body, &[deed]).await
    }

    pub async fn drafted(&self, token: &str, kind: &str, east: f64) -> String {
        let mut draft = draft(true, east);
        draft["kind"] = kind.into();
        id(&self.server.post("/actions", token, &draft).await.ok())
    }
}

/// The id in an answer.
pub fn id(of: &Value) -> String {
    of["id"].as_str().unwrap_or_default().to_owned()
}
