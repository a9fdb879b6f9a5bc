//! The whole way of an action, as those go it who use the network: an empty database, the regions and 300,000
//! participants brought in, a call-out to a municipality, a tip with a photo, an expansion, and the closing
//! message that names the tip. Everything is real: the program in processes of its own, Kannel with its operator,
//! postfix's SMTP server, and the local push services, which check and decrypt. Every recipient is counted, once,
//! where the message arrived.
//!
//! `cargo test --test journey -- --nocapture` tells how long each phase took.

#[path = "../channels/external.rs"]
mod external;

mod arrivals;
mod books;
mod ending;
mod ground;
#[path = "../kannel/running.rs"]
mod kannel;
mod mail_server;
mod people;
mod phases;
mod processes;
mod sms_gateway;
mod story;
mod territory;
mod tip;

use ground::Ground;
use oproep::storage::testing::TestDatabase;

/// Both have the machine to themselves: they need all of it.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn an_action_goes_its_whole_way_on_sqlite() {
    let _alone = ONE_AT_A_TIME.lock().await;
    if let Some(ground) = Ground::prepare(TestDatabase::sqlite().await).await {
        story::tell(ground).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_goes_its_whole_way_on_postgresql_with_two_workers() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    if let Some(ground) = Ground::prepare(database).await {
        story::tell(ground).await;
    }
}
