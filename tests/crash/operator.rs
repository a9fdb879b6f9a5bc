//! The operator, who prepares actions and asks again when a start is not answered.

use std::time::Duration;

use oproep::client::Client;
use oproep::desk::Scope;
use oproep::desk::accounts::NewAccount;
use oproep::desk::accounts::sign_in::Credentials;
use oproep::desk::testing::PASSWORD;
use oproep::domain::action::{Action, ActionKind, DraftInput};
use oproep::domain::area::{Area, Circle};
use oproep::domain::check::CheckCode;
use oproep::domain::id::WaveId;
use oproep::domain::role::Role;
use oproep::storage::testing::people::point;
use oproep::storage::testing::regions::region_id;

use crate::ground::Ground;

/// Every action here is like the one before.
const MEANT: [CheckCode; 1] = [CheckCode::DuplicateRunning];

pub(crate) struct Operator {
    scope: Scope,
    client: Client,
}

impl Operator {
    /// One who is signed in.
    pub(crate) async fn sign_in(ground: &Ground) -> Self {
        let desk = &ground.desk;
        let new = NewAccount {
            username: "meldkamer".to_owned(),
            name: "Meldkamer".to_owned(),
            role: Role::Operator,
            region: region_id("unit"),
            trained_until: None,
            password: Some(PASSWORD.to_owned()),
        };
        desk.create_account(&desk.machine_scope(None), new)
            .await
            .expect("the account is made");
        let credentials = Credentials {
            username: "meldkamer",
            password: PASSWORD,
        };
        let session = desk
            .sign_in(credentials, "test", None)
            .await
            .expect("it signs in");
        let token = session.token.as_str();
        let client = Client::new(&ground.address, ground.clock.clone(), ground.random.clone())
            .and_then(|client| client.with_token(token))
            .expect("an address and a token");
        Self {
            scope: desk.scope(token).await.expect("the session is there"),
            client,
        }
    }

    /// Prepares an action that calls on everyone.
    pub(crate) async fn draft(&self, ground: &Ground) -> Action {
        let mut input = DraftInput::new(ActionKind::MissingPerson);
        let circle = Circle::new(point(0, 0), 500).expect("a circle");
        input.area = Some(Area::circle(circle));
        input.origin = Some(point(0, 0));
        input.description.direction = Some("het station".to_owned());
        ground
            .desk
            .create_draft(&self.scope, input)
            .await
            .expect("a draft")
    }

    /// Starts it, asking again until there is an answer.
    pub(crate) async fn start(&self, draft: &Action, ground: &Ground) -> WaveId {
        let patience = tokio::time::timeout(Duration::from_secs(120), async {
            loop {
                match self
                    .client
                    .start_action_confirming(draft.id, draft.version, &MEANT)
                    .await
                {
                    Ok(started) => return started.wave,
                    Err(error) if error.problem().is_none_or(|problem| problem.status >= 500) => {}
                    // Nobody else touches this draft.
                    Err(error) => panic!("the start is refused: {error}"),
                }
                // The process that answered has died; nobody says when the next one listens.
                ground.clock.sleep(Duration::from_millis(100)).await;
            }
        });
        patience.await.expect("a start is answered within two minutes")
    }

    /// Asks once for the start of a process that is about to die.
    pub(crate) async fn start_in_vain(&self, draft: &Action) {
        let _ = self
            .client
            .start_action_confirming(draft.id, draft.version, &MEANT)
            .await;
    }
}
