//! Every privileged change stands in the audit log. One story does everything that staff can change, and holds after each
//! call what the log kept of it; whatever the description has beside that is listed here with why it is not kept.

use oproep::desk::safeguards::{HoldOfKind, Safeguards};
use oproep::desk::testing::PASSWORD;
use oproep::domain::action::ActionKind;
use oproep::domain::audit::Deed;
use oproep::domain::role::Role::{Administrator, Operator, VolunteerOperator};
use oproep::storage::testing::regions::region_id;
use serde_json::json;

use crate::matrix::operations::{OPERATIONS, Who};
use crate::matrix::part::draft;
use crate::second_proof::enrol;
use crate::server::{Ground, TestServer};
use story::{Story, id};

mod story;

/// What staff change without an entry in the log.
const NOT_KEPT: &[(&str, &str)] = &[
    // One's own way in and out; a code is only the beginning of a second proof.
    ("DELETE", "/sessions/current"),
    ("POST", "/sessions/current/proof"),
    ("POST", "/me/second-proof"),
    // These answer and change nothing.
    ("POST", "/reach"),
    ("POST", "/texts"),
    ("POST", "/checks"),
    ("POST", "/search-areas"),
    ("POST", "/actions/{id}/checks"),
    // Drafts: what of them goes out is kept when it does.
    ("POST", "/actions"),
    ("PUT", "/actions/{id}"),
    ("POST", "/actions/{id}/photos"),
    ("DELETE", "/actions/{id}/photos/{photo}"),
    ("POST", "/notices/{id}/draft"),
    ("POST", "/notices/{id}/dismiss"),
    // These stand in the history of their action, and with what they are about.
    ("POST", "/actions/{id}/tips"),
    ("PATCH", "/tips/{id}"),
    ("POST", "/tips/{id}/notes"),
    ("POST", "/overrides/{id}/seen"),
    // Nothing new leaves: a made-up event, and what was sent before.
    ("POST", "/webhooks/{id}/test"),
    ("POST", "/webhooks/{id}/replay"),
];

impl Story {
    async fn of_accounts(&mut self) {
        use Deed::*;
        let administrator = self.server.token(Administrator, "unit").await;
        let invited = json!({
            "username": "i.nieuw", "name": "I. Nieuw", "email": "i@example.org", "role": "operator",
            "region": region_id("west"),
        });
        let invite = ("POST", "/account-invitations");
        let invited = self
            .does(
                invite,
                &[],
                &administrator,
                invited,
                &[AccountCreated, AccountInvited],
            )
            .await;
        let invited = id(&invited);
        let again = ("POST", "/accounts/{id}/invitation");
        self.does(again, &[&invited], &administrator, json!({}), &[AccountInvited])
            .await;
        let new = json!({ "username": "n.nieuw", "name": "N. Nieuw", "role": "operator", "region": region_id("west") });
        let made = self
            .does(("POST", "/accounts"), &[], &administrator, new, &[AccountCreated])
            .await;
        let made = id(&made);
        for (change, deed) in [
            (json!({ "name": "N. Nieuwer" }), AccountChanged),
            (json!({ "is_enabled": false }), AccountDisabled),
            (json!({ "is_enabled": true }), AccountEnabled),
        ] {
            self.does(
                ("PATCH", "/accounts/{id}"),
                &[&made],
                &administrator,
                change,
                &[deed],
            )
            .await;
        }
        let reset = ("POST", "/accounts/{id}/password");
        self.does(reset, &[&made], &administrator, json!({}), &[PasswordReset])
            .await;
        let training = json!({ "trained_until": "2027-01-01T00:00:00Z", "note": "Portaal" });
        let watcher = self.watcher.clone();
        let train = ("PUT", "/accounts/{id}/training");
        self.does(train, &[&made], &watcher, training, &[TrainingRecorded])
            .await;
    }

    async fn of_sessions(&mut self) {
        use Deed::*;
        let administrator = self.server.token(Administrator, "unit").await;
        self.server.token(Operator, "east").await;
        self.server.token(Operator, "east").await;
        let own = self.server.token(Operator, "east").await;
        let operator = id(&self.server.get("/me", &own).await.ok());
        let sessions = self.server.get("/sessions", &own).await.ok();
        let other = sessions
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["is_current"] == false);
        let other = id(other.unwrap());
        self.does(
            ("DELETE", "/sessions/{id}"),
            &[&other],
            &own,
            json!({}),
            &[SessionsEnded],
        )
        .await;
        self.does(("DELETE", "/sessions"), &[], &own, json!({}), &[SessionsEnded])
            .await;
        let (_, recovery) = enrol(&self.server, &own).await;
        let code = json!({ "code": recovery[0] });
        let renew = ("POST", "/me/second-proof/recovery-codes");
        let renewed = self
            .does(renew, &[], &own, code, &[RecoveryCodeUsed, RecoveryCodesRenewed])
            .await;
        let code = json!({ "code": renewed["recovery_codes"][0] });
        self.does(
            ("DELETE", "/me/second-proof"),
            &[],
            &own,
            code,
            &[RecoveryCodeUsed, SecondProofRemoved],
        )
        .await;
        let told = self.server.post("/me/second-proof", &own, &json!({})).await.ok();
        let secret = crate::second_proof::secret(told["secret"].as_str().unwrap());
        let code = json!({ "code": secret.code_at(self.server.desk.now()) });
        let confirm = ("POST", "/me/second-proof/confirm");
        self.does(confirm, &[], &own, code, &[SecondProofSet]).await;
        let take = ("DELETE", "/accounts/{id}/second-proof");
        self.does(
            take,
            &[&operator],
            &administrator,
            json!({}),
            &[SecondProofRemoved],
        )
        .await;
        let own = self.server.token(Operator, "east").await;
        let passwords =
            json!({ "current_password": PASSWORD, "new_password": "vijf losse woorden voor hier" });
        self.does(("PUT", "/me/password"), &[], &own, passwords, &[PasswordChanged])
            .await;
        let sessions = self
            .server
            .get(&format!("/accounts/{operator}/sessions"), &administrator)
            .await;
        let session = id(&sessions.ok()[0]);
        let end_one = ("DELETE", "/accounts/{id}/sessions/{session}");
        self.does(
            end_one,
            &[&operator, &session],
            &administrator,
            json!({}),
            &[SessionsEnded],
        )
        .await;
        let end_all = ("DELETE", "/accounts/{id}/sessions");
        self.does(end_all, &[&operator], &administrator, json!({}), &[SessionsEnded])
            .await;
    }

    async fn of_the_territory(&mut self) {
        use Deed::*;
        let administrator = self.server.token(Administrator, "unit").await;
        let watcher = self.watcher.clone();
        let west = region_id("west").to_string();
        let key = json!({ "name": "Systeem", "rights": ["actions:read"], "region": west });
        let made = self
            .does(("POST", "/keys"), &[], &administrator, key, &[KeyCreated])
            .await;
        let key = id(&made["key"]);
        self.does(
            ("DELETE", "/keys/{id}"),
            &[&key],
            &administrator,
            json!({}),
            &[KeyRevoked],
        )
        .await;
        let regions = json!({ "type": "FeatureCollection", "features": [{
            "type": "Feature", "properties": { "name": "Nieuw" },
            "geometry": { "type": "Polygon", "coordinates": [[[5.1, 52.1], [5.2, 52.1], [5.2, 52.2], [5.1, 52.1]]] },
        }] });
        let query = format!("?kind=neighbourhood&default_parent={}", region_id("south-west"));
        self.does(
            ("POST", "/regions"),
            &[&query],
            &administrator,
            regions,
            &[RegionsImported],
        )
        .await;
        let number = json!({ "number": "030-1234567", "region": west });
        let allowed = self
            .does(
                ("POST", "/register"),
                &[],
                &administrator,
                number,
                &[RegisterAdded],
            )
            .await;
        self.does(
            ("DELETE", "/register/{id}"),
            &[&id(&allowed)],
            &administrator,
            json!({}),
            &[RegisterRemoved],
        )
        .await;
        let correction = json!({ "region": west, "texts": draft(true, 0.0)["texts"] });
        let write = ("PUT", "/corrections/{kind}");
        self.does(write, &["burglary"], &watcher, correction, &[StandingTextWritten])
            .await;
        let wording = json!({ "region": west, "texts": {
            "nl": { "title": "[titel]", "body": "[signalement] Kijk goed om u heen." },
            "en": { "title": "[title]", "body": "[description] Look around you carefully." },
        } });
        let write = ("PUT", "/wordings/{kind}");
        self.does(write, &["burglary"], &watcher, wording, &[StandingTextWritten])
            .await;
        let none = json!({ "region": west, "texts": null });
        self.does(write, &["burglary"], &watcher, none, &[StandingTextRemoved])
            .await;
        let hears = json!({ "url": "https://hears.example/", "name": "Hoort", "region": west });
        let hears = self
            .does(("POST", "/webhooks"), &[], &administrator, hears, &[WebhookAdded])
            .await;
        let hears = id(&hears);
        for (method, template, body, deed) in [
            (
                "PATCH",
                "/webhooks/{id}",
                json!({ "name": "Hoort meer" }),
                WebhookChanged,
            ),
            ("POST", "/webhooks/{id}/key", json!({}), WebhookChanged),
            ("DELETE", "/webhooks/{id}", json!({}), WebhookRemoved),
        ] {
            self.does((method, template), &[&hears], &administrator, body, &[deed])
                .await;
        }
    }

    async fn of_approval(&mut self) {
        use Deed::*;
        let volunteer = self.server.token(VolunteerOperator, "west").await;
        let operator = self.server.token(Operator, "west").await;
        let reason = json!({ "reason": "Noem de kleur." });
        let made = self.drafted(&volunteer, "burglary", 0.0).await;
        for (template, judged) in [
            ("/actions/{id}/return", ActionReturned),
            ("/actions/{id}/refuse", ActionRefused),
        ] {
            let submit = "/actions/{id}/submit";
            self.acts(submit, &made, &volunteer, json!({}), ActionSubmitted)
                .await;
            self.acts(template, &made, &operator, reason.clone(), judged)
                .await;
        }
        let made = self.drafted(&volunteer, "burglary", 0.0).await;
        let submit = "/actions/{id}/submit";
        let submitted = self
            .acts(submit, &made, &volunteer, json!({}), ActionSubmitted)
            .await;
        let audience = json!({ "audience": submitted["audience"] });
        self.acts(
            "/actions/{id}/approve",
            &made,
            &operator,
            audience,
            ActionApproved,
        )
        .await;
        self.acts("/actions/{id}/start", &made, &operator, json!({}), ActionStarted)
            .await;
        let texts = json!({ "texts": {
            "nl": { "title": "Nieuws", "body": "Het is een blauwe auto." },
            "en": { "title": "News", "body": "It is a blue car." },
        } });
        for (template, more, deed) in [
            (
                "/actions/{id}/expand",
                json!({ "area": draft(true, 2.0)["area"] }),
                ActionExpanded,
            ),
            ("/actions/{id}/update", texts, ActionUpdated),
            ("/actions/{id}/pause", json!({}), ActionPaused),
            ("/actions/{id}/resume", json!({}), ActionResumed),
        ] {
            self.acts(template, &made, &operator, more, deed).await;
        }
        let correct = ("POST", "/actions/{id}/correct");
        self.does(correct, &[&made], &operator, json!({}), &[ActionCorrected])
            .await;
        let stop = ("POST", "/actions/{id}/stop");
        self.does(stop, &[&made], &operator, json!({}), &[ActionStopped])
            .await;
        let outcome = json!({ "outcome": "not_resolved" });
        self.acts("/actions/{id}/close", &made, &operator, outcome, ActionClosed)
            .await;
    }

    async fn of_the_hold(&mut self) {
        use Deed::*;
        let operator = self.server.token(Operator, "west").await;
        let made = self.drafted(&operator, "robbery", 4.0).await;
        for (template, deed) in [
            ("/actions/{id}/start", ActionStarted),
            ("/actions/{id}/take-back", ActionTakenBack),
            ("/actions/{id}/start", ActionStarted),
            ("/actions/{id}/send-now", ActionSentNow),
            ("/actions/{id}/withdraw", ActionWithdrawn),
        ] {
            self.acts(template, &made, &operator, json!({}), deed).await;
        }
    }
}

#[tokio::test]
async fn every_privileged_change_stands_in_the_audit_log_once() {
    let mut ground = Ground {
        safeguards: Safeguards::none(),
        ..Ground::default()
    };
    ground.safeguards.hold.of_kind = vec![HoldOfKind {
        kind: ActionKind::Robbery,
        for_ms: 60_000,
    }];
    for server in TestServer::each_on(&ground).await {
        let mut story = Story::begin(server).await;
        story.of_accounts().await;
        story.of_sessions().await;
        story.of_the_territory().await;
        story.of_approval().await;
        story.of_the_hold().await;
        assert!(story.wrong.is_empty(), "{}", story.wrong.join("\n"));
        let by_staff = OPERATIONS
            .iter()
            .filter(|(method, _, who)| *method != "GET" && matches!(who, Who::Staff(_) | Who::Inside(_)));
        let missing: Vec<_> = by_staff
            .map(|(method, template, _)| (*method, *template))
            .filter(|operation| !story.told.contains(operation) && !NOT_KEPT.contains(operation))
            .collect();
        assert_eq!(missing, [], "neither told nor listed as not kept");
        story.server.stop().await;
    }
}
