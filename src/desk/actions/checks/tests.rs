use super::super::fixture::{Room, area, operator, scope};
use super::*;
use crate::desk::register::NewAllowed;
use crate::domain::action::Text;
use crate::domain::area::Circle;
use crate::domain::role::Role;
use crate::storage::events::EventFilter;
use crate::storage::testing::people::point;

fn texts(body: &str) -> Texts {
    Texts {
        nl: Text::new("Gezocht: man", body),
        en: Text::new(
            "Wanted: man",
            "Look out for a man in a red coat near the station.",
        ),
    }
}

fn draft(body: &str, area: Area) -> DraftInput {
    let mut input = DraftInput::new(ActionKind::Burglary);
    input.area = Some(area);
    input.texts = Some(texts(body));
    input
}

/// The codes that held it.
fn held<T: std::fmt::Debug>(result: Result<T>) -> Vec<CheckCode> {
    let Err(DeskError::Checked(findings)) = result else {
        panic!("the checks must hold it: {result:?}")
    };
    let holding = findings
        .iter()
        .filter(|finding| finding.severity() > Severity::Warn);
    holding.map(|finding| finding.code).collect()
}

async fn made(room: &Room, input: DraftInput) -> Action {
    room.desk.create_draft(&operator(), input).await.unwrap()
}

#[tokio::test]
async fn a_number_that_is_not_in_the_register_never_goes_out_whoever_confirms_what() {
    for room in Room::each().await {
        let body =
            "Ziet u deze man in de rode jas? Bel nul zes twaalf vierendertig zesenvijftig achtenzeventig.";
        let action = made(&room, draft(body, area(0, 0, 5, 5))).await;
        let everything: Confirmed = CheckCode::ALL.iter().copied().collect();
        let start = room
            .desk
            .start_action_confirming(&operator(), action.id, 1, &everything)
            .await;
        assert_eq!(held(start), [CheckCode::NumberUnknown]);
        let view = room.desk.action(&operator(), action.id).await.unwrap();
        assert_eq!((view.action.state.phase(), view.waves.len()), (Phase::Draft, 0));
        let started = room.started(area(0, 0, 5, 5)).await;
        let update = room
            .desk
            .update_action_confirming(&operator(), started.id, 2, &texts(body), &everything)
            .await;
        assert_eq!(held(update), [CheckCode::NumberUnknown]);
        let correct = room
            .desk
            .correct_action(&operator(), started.id, Some(&texts(body)))
            .await;
        assert_eq!(held(correct), [CheckCode::NumberUnknown]);
        let closing = super::super::Closing {
            texts: Some(texts(body)),
            confirmed: everything,
            ..super::super::Closing::new(crate::domain::outcome::Outcome::NotResolved)
        };
        let close = room.desk.close_action(&operator(), started.id, 2, closing).await;
        assert_eq!(held(close), [CheckCode::NumberUnknown]);
        let view = room.desk.action(&operator(), started.id).await.unwrap();
        assert_eq!(
            (view.waves.len(), view.action.version),
            (1, 2),
            "nothing was sent or changed"
        );
    }
}

#[tokio::test]
async fn what_the_register_lost_goes_no_further() {
    for room in Room::each().await {
        let keeper = scope(Role::Administrator, "unit");
        let new = NewAllowed {
            region: None,
            number: Some("030-1234567".to_owned()),
            link: None,
            note: None,
        };
        let entry = room.desk.add_allowed(&keeper, new).await.unwrap();
        let body = "Ziet u deze man in de rode jas? Bel 030 123 45 67.";
        let action = made(&room, draft(body, area(0, 0, 5, 5))).await;
        room.desk.start_action(&operator(), action.id, 1).await.unwrap();
        room.desk.remove_allowed(&keeper, entry.id).await.unwrap();
        let wider = room
            .desk
            .expand_action(&operator(), action.id, 2, &area(0, 0, 8, 5))
            .await;
        assert_eq!(held(wider), [CheckCode::NumberUnknown]);
        assert_eq!(
            room.desk
                .action(&operator(), action.id)
                .await
                .unwrap()
                .waves
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn what_is_confirmed_goes_out_and_stands_in_the_history() {
    for room in Room::each().await {
        let body = "Wij zoeken een man in een rode jas die een overval pleegde. Bel 112.";
        let action = made(&room, draft(body, area(0, 0, 5, 5))).await;
        let start = room.desk.start_action(&operator(), action.id, 1).await;
        assert_eq!(held(start), [CheckCode::OffenceNamed]);
        let confirmed: Confirmed = [CheckCode::OffenceNamed, CheckCode::AreaLarge]
            .into_iter()
            .collect();
        room.desk
            .start_action_confirming(&operator(), action.id, 1, &confirmed)
            .await
            .unwrap();
        let mut tx = room.database.store.read().await.unwrap();
        let filter = EventFilter {
            action: Some(action.id),
            region: None,
        };
        let events = tx.list_events(0, filter, 10).await.unwrap();
        let started = events
            .iter()
            .find(|event| event.kind.name() == "action.started")
            .unwrap();
        assert_eq!(
            started.data["confirmed"],
            json!(["offence_named"]),
            "what was found alone"
        );
    }
}

#[tokio::test]
async fn the_same_action_twice_is_noticed_and_another_one_is_not() {
    for room in Room::each().await {
        let body = "Wij zoeken een man van 84 jaar in een rode jas. Ziet u hem? Bel 112.";
        let first = made(&room, draft(body, area(0, 0, 5, 5))).await;
        let again = made(&room, draft(body, area(3, 0, 8, 5))).await;
        let beside = made(&room, draft(body, area(6, 0, 9, 5))).await;
        let other = "Wie zag een zwarte bestelbus bij de brug? Bel 0900 8844.";
        let other = made(&room, draft(other, area(0, 0, 5, 5))).await;
        room.desk.start_action(&operator(), first.id, 1).await.unwrap();
        for fine in [&beside, &other] {
            let found = room.desk.check_action(&operator(), fine.id).await.unwrap();
            assert_eq!(found, []);
        }
        let start = room.desk.start_action(&operator(), again.id, 1).await;
        assert_eq!(held(start), [CheckCode::DuplicateRunning]);
        let found = room.desk.check_action(&operator(), again.id).await.unwrap();
        assert!(found[0].said.to_string().contains(&first.number.to_string()));
        room.clock.advance(NEAR + Duration::from_secs(1));
        let found = room.desk.check_action(&operator(), again.id).await.unwrap();
        assert_eq!(found, [], "long after it is another");
    }
}

#[tokio::test]
async fn of_two_alike_that_start_at_the_same_moment_one_is_held() {
    for room in Room::each().await {
        let body = "Wij zoeken een man van 84 jaar in een rode jas. Ziet u hem? Bel 112.";
        let one = made(&room, draft(body, area(0, 0, 5, 5))).await;
        let other = made(&room, draft(body, area(0, 0, 5, 5))).await;
        let operator = operator();
        let (one, other) = tokio::join!(
            room.desk.start_action(&operator, one.id, 1),
            room.desk.start_action(&operator, other.id, 1),
        );
        let (right, wrong) = if one.is_ok() { (one, other) } else { (other, one) };
        right.unwrap();
        assert_eq!(held(wrong), [CheckCode::DuplicateRunning]);
    }
}

#[tokio::test]
async fn an_area_far_larger_than_usual_must_be_meant() {
    for room in Room::each().await {
        let wide = Area::circle(Circle::new(point(5, 2), 9_000).unwrap());
        let body = "Wij zoeken een man van 84 jaar in een rode jas. Ziet u hem? Bel 112.";
        let action = made(&room, draft(body, wide.clone())).await;
        let start = room.desk.start_action(&operator(), action.id, 1).await;
        assert_eq!(held(start), [CheckCode::AreaLarge]);
        let found = room
            .desk
            .check_draft(&operator(), draft(body, wide.clone()))
            .await
            .unwrap();
        assert!(found[0].said.to_string().contains("254."), "{}", found[0].said);
        let small = made(
            &room,
            draft("Zag u een witte hond bij de kerk in de straat?", area(0, 0, 2, 2)),
        )
        .await;
        room.desk.start_action(&operator(), small.id, 1).await.unwrap();
        let wider = room.desk.expand_action(&operator(), small.id, 2, &wide).await;
        assert_eq!(held(wider), [CheckCode::AreaLarge]);
        let confirmed: Confirmed = [CheckCode::AreaLarge].into_iter().collect();
        let wider = room
            .desk
            .expand_action_confirming(&operator(), small.id, 2, &wide, &confirmed)
            .await;
        assert_eq!(wider.unwrap().audience, 96);
    }
}

#[tokio::test]
async fn a_draft_without_an_area_or_with_nobody_in_it_is_told_so_before_it_starts() {
    for room in Room::each().await {
        let body = "Wij zoeken een man van 84 jaar in een rode jas. Ziet u hem? Bel 112.";
        let mut input = draft(body, area(0, 10, 5, 15));
        let codes = async |input: &DraftInput| -> Vec<_> {
            let found = room.desk.check_draft(&operator(), input.clone()).await.unwrap();
            found.into_iter().map(|finding| finding.code).collect()
        };
        assert_eq!(codes(&input).await, [CheckCode::AudienceEmpty]);
        input.area = None;
        assert_eq!(codes(&input).await, [CheckCode::AreaMissing]);
    }
}
