use super::super::fixture::{Room, area, operator, scope};
use super::*;
use crate::domain::action::{DraftInput, Text};
use crate::domain::role::Role;
use crate::storage::audit::AuditFilter;

const KIND: ActionKind = ActionKind::WitnessCall;

fn wording(body_nl: &str) -> Texts {
    Texts {
        nl: Text::new("[titel]", body_nl),
        en: Text::new("[title]", "[description] The team of the bridge looks too."),
    }
}

fn input() -> DraftInput {
    let mut input = DraftInput::new(KIND);
    input.area = Some(area(0, 0, 5, 5));
    input.description.direction = Some("de brug".to_owned());
    input
}

async fn write(room: &Room, by: &Scope, texts: Option<Texts>) -> Result<StandingText> {
    let asked = (StandingPurpose::Message, KIND);
    room.desk.set_standing_text(by, None, asked, texts).await
}

#[tokio::test]
async fn drafts_are_worded_as_the_region_of_their_author_does_and_keep_their_words() {
    for room in Room::each().await {
        let desk = &room.desk;
        let composed = desk.create_draft(&operator(), input()).await.unwrap();
        let coordinator = scope(Role::Coordinator, "unit");
        let texts = wording("[signalement] Het brugteam kijkt mee.");
        assert_eq!(
            write(&room, &coordinator, Some(texts)).await.unwrap().of,
            Some(coordinator.region)
        );

        let ambassador = scope(Role::MunicipalAmbassador, "south-west");
        for author in [operator(), ambassador.clone()] {
            let draft = desk.create_draft(&author, input()).await.unwrap();
            let body = format!("{} Het brugteam kijkt mee.", composed.content.texts.nl.body);
            assert_eq!(
                draft.content.texts.nl,
                Text::new(&composed.content.texts.nl.title, body)
            );
            assert!(!draft.content.texts_edited);
        }
        let previewed = desk
            .compose_message(&operator(), KIND, &input().description)
            .await
            .unwrap();
        assert!(
            previewed
                .texts
                .en
                .body
                .ends_with("The team of the bridge looks too.")
        );
        let own = Texts {
            nl: Text::new("Getuigen", "Zag u iets bij de brug?"),
            en: Text::new("Witnesses", "Did you see anything near the bridge?"),
        };
        let edited = DraftInput {
            texts: Some(own.clone()),
            ..input()
        };
        assert_eq!(
            desk.create_draft(&operator(), edited)
                .await
                .unwrap()
                .content
                .texts,
            own
        );
        assert_eq!(room.now(&composed).await.content.texts, composed.content.texts);

        write(&room, &coordinator, None).await.unwrap();
        let draft = desk.create_draft(&ambassador, input()).await.unwrap();
        assert_eq!(draft.content.texts, composed.content.texts);
    }
}

#[tokio::test]
async fn a_wording_is_a_coordinators_and_has_one_place_for_the_description() {
    for room in Room::each().await {
        let coordinator = scope(Role::Coordinator, "unit");
        let right = wording("[signalement] Kijk goed om u heen.");
        let refused = write(&room, &operator(), Some(right.clone())).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(_))));
        for wrong in ["Kijk goed om u heen.", "[signalement] En nog eens: [signalement]"] {
            let refused = write(&room, &coordinator, Some(wording(wrong))).await;
            assert!(matches!(refused, Err(DeskError::Invalid(_))), "{wrong}");
        }
        let unknown_number = wording("[signalement] Bel voor vragen 06-12345678.");
        let refused = write(&room, &coordinator, Some(unknown_number)).await;
        assert!(matches!(refused, Err(DeskError::Checked(_))));

        write(&room, &coordinator, Some(right)).await.unwrap();
        for _ in 0..2 {
            // The second time there is nothing to take away, and nothing to write down.
            write(&room, &coordinator, None).await.unwrap();
        }
        let administrator = scope(Role::Administrator, "unit");
        let kept = room
            .desk
            .list_audit(&administrator, AuditFilter::default(), None, 10)
            .await
            .unwrap();
        let deeds: Vec<_> = kept.entries.iter().map(|entry| entry.deed).collect();
        let wanted = [audit::Deed::StandingTextRemoved, audit::Deed::StandingTextWritten];
        assert_eq!(deeds[..2], wanted, "the newest first");
        assert!(deeds[2..].iter().all(|deed| !wanted.contains(deed)));
    }
}
