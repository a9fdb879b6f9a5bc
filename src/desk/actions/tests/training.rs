//! Exercises and real actions, kept apart.

use super::*;
use crate::desk::House;
use crate::domain::action::{ActionKind, exercise_mark};
use crate::domain::realm::Realm;

fn house(realm: Realm) -> House {
    House {
        realm,
        counterpart_url: Some("https://elders.example".to_owned()),
        ..House::default()
    }
}

fn input(training: Option<bool>) -> DraftInput {
    let mut input = DraftInput::new(ActionKind::Burglary);
    input.area = Some(area(0, 0, 5, 5));
    input.description.direction = Some("de brug".to_owned());
    input.training = training;
    input
}

#[tokio::test]
async fn an_exercise_is_refused_where_people_are_real_and_an_action_where_they_are_not() {
    for (realm, wrong, code) in [
        (Realm::Live, true, "not_for_training"),
        (Realm::Training, false, "for_training_only"),
    ] {
        for room in Room::each_of(&house(realm)).await {
            let refused = room.desk.create_draft(&operator(), input(Some(wrong))).await;
            let text = refused.as_ref().unwrap_err().to_string();
            assert!(text.contains("https://elders.example"), "{text}");
            assert_eq!(refusal(refused), code);
            let made = room
                .desk
                .create_draft(&operator(), input(Some(!wrong)))
                .await
                .unwrap();
            assert_eq!(made.training, !wrong);
            let changed = room
                .desk
                .change_draft(&operator(), made.id, 1, input(Some(wrong)))
                .await;
            assert_eq!(refusal(changed), code, "what was chosen stays");
            let left_open = room.desk.create_draft(&operator(), input(None)).await.unwrap();
            assert_eq!(left_open.training, realm.is_training());
        }
    }
}

#[tokio::test]
async fn every_text_of_an_exercise_says_that_it_is_one() {
    for room in Room::each_of(&house(Realm::Training)).await {
        let action = room.started(area(0, 0, 5, 5)).await;
        room.hand_over(25, false).await;
        let action = room.now(&action).await;
        let news = texts("Het kenteken is 12-ABC-3.");
        room.desk
            .update_action(&operator(), action.id, action.version, &news)
            .await
            .unwrap();
        let closing = super::super::Closing::new(Outcome::NotResolved);
        let action = room.now(&action).await;
        room.desk
            .close_action(&operator(), action.id, action.version, closing)
            .await
            .unwrap();
        let view = room.desk.action(&operator(), action.id).await.unwrap();
        assert_eq!(view.waves.len(), 3);
        for wave in &view.waves {
            for language in Language::ALL {
                let message = wave.wave.message.in_language(language);
                let mark = exercise_mark(language);
                assert!(message.title.starts_with(mark) && message.body.starts_with(mark));
                assert!(!message.body[mark.len()..].contains(mark), "once");
            }
        }
        assert!(view.closing.unwrap().nl.body.starts_with("OEFENING"));
    }
}

#[tokio::test]
async fn a_text_that_says_it_is_a_test_never_leaves_a_live_service() {
    for room in Room::each_of(&house(Realm::Live)).await {
        let mut test = input(None);
        test.texts = Some(texts("DIT IS EEN OEFENING. Raket onderweg."));
        assert_eq!(
            refusal(room.desk.create_draft(&operator(), test).await),
            "not_for_training"
        );
        let action = room.started(area(0, 0, 5, 5)).await;
        let test = texts("Test, test.");
        let update = room
            .desk
            .update_action(&operator(), action.id, action.version, &test)
            .await;
        assert_eq!(refusal(update), "not_for_training");
        let closing = super::super::Closing {
            texts: Some(texts("This was only a test? No: this is a test.")),
            ..super::super::Closing::new(Outcome::NotResolved)
        };
        let close = room
            .desk
            .close_action(&operator(), action.id, action.version, closing)
            .await;
        assert_eq!(refusal(close), "not_for_training");
        assert_eq!(
            room.now(&action).await.version,
            action.version,
            "nothing was written"
        );
    }
}
