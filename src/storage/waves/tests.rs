use super::super::statement::Statement;
use super::*;
use crate::domain::action::ActionKind;
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose, Urgency};
use crate::domain::random::Random;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::actions::{account, insert_draft, insert_region};
use crate::storage::testing::people::{keyring, some_time};

const AREA_AS_STORED: Statement = Statement {
    name: "AREA_AS_STORED",
    sqlite: "select area_sealed from waves",
    postgres: "select area_sealed from waves",
};

fn message(language: Language) -> Message {
    Message {
        purpose: Purpose::Alert,
        urgency: Urgency::Urgent,
        language,
        title: "Gezocht".to_owned(),
        body: "Een man".to_owned(),
        collapse_key: "a".to_owned(),
        expires_at: some_time(),
    }
}

#[tokio::test]
async fn the_circle_around_somebodys_door_does_not_stand_readable_in_the_database() {
    let keys = keyring();
    let area = r#"{"type":"Circle","coordinates":[5.1214,52.0907],"radius_m":50}"#;
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let region = insert_region(&mut tx, "unit", None).await;
        let action = insert_draft(&mut tx, &keys, region, ActionKind::Theft, 0).await;
        let wave = NewWave {
            id: WaveId::new(some_time(), &Random::from_seed(5)),
            action,
            kind: WaveKind::First,
            priority: 0,
            area: Some(area.to_owned()),
            message: &WaveMessage {
                nl: message(Language::Nl),
                en: message(Language::En),
            },
            audience: &RoaringBitmap::new(),
            created_by: account(),
            created_at: some_time(),
            expires_at: some_time(),
            held_until: None,
            fallback_after: None,
            fallback_of: None,
        };
        tx.insert_wave(&keys, &wave).await.unwrap();
        let found = tx.find_wave(&keys, wave.id).await.unwrap().unwrap();
        assert_eq!(found.area.as_deref(), Some(area));
        let (stored,): (Vec<u8>,) = tx.find(AREA_AS_STORED, vec![]).await.unwrap().unwrap();
        assert!(!String::from_utf8_lossy(&stored).contains("5.1214"));
    }
}
