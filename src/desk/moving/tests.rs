use std::io::Cursor;

use super::import::{ImportNews, Imported, WhenWrong};
use crate::desk::testing::TestDesk;
use crate::desk::{Desk, DeskError};
use crate::domain::role::Role;
use crate::storage::testing::people::{device, participant};
use crate::storage::testing::regions::{rectangle, region_id, regions};

const HEAD: &str = "language,email,phone,topics,places\n";

fn file(lines: &[&str]) -> Cursor<Vec<u8>> {
    Cursor::new(format!("{HEAD}{}\n", lines.join("\n")).into_bytes())
}

fn line(index: u32) -> String {
    format!("nl,p{index}@example.org,,urgent,\"home:5.1214,52.0907\"")
}

async fn import(
    desk: &Desk,
    scope: &crate::desk::Scope,
    lines: &[&str],
    when_wrong: WhenWrong,
) -> (Result<Imported, DeskError>, Vec<u64>) {
    let mut passed_over = Vec::new();
    let news = |news| {
        if let ImportNews::PassedOver { line, .. } = news {
            passed_over.push(line);
        }
    };
    let result = desk
        .import_participants(scope, file(lines), when_wrong, news)
        .await;
    (result, passed_over)
}

#[tokio::test]
async fn a_file_is_taken_as_a_whole_or_not_at_all() {
    for test in TestDesk::each().await {
        let (desk, scope) = (&test.desk, &test.machine());
        let good = [line(1), line(2)];
        let lines = [
            good[0].as_str(),
            "nl,no address,,urgent,\"home:5,52\"",
            &good[1],
            &good[0],
        ];
        let (result, passed_over) = import(desk, scope, &lines, WhenWrong::TakeNone).await;
        let Err(DeskError::Invalid(fields)) = result else {
            panic!("it is refused");
        };
        assert_eq!(fields[0].field, "line 3");
        assert_eq!(passed_over, [3]);
        desk.directory().catch_up().await.unwrap();
        assert!(desk.directory().is_empty());

        let (result, _) = import(desk, scope, &[&good[0], &good[1]], WhenWrong::TakeNone).await;
        assert_eq!(result.unwrap().stored, 2);
        desk.directory().catch_up().await.unwrap();
        assert_eq!(desk.directory().len(), 2);
    }
}

#[tokio::test]
async fn lines_that_are_not_right_are_passed_over_when_asked_and_told() {
    for test in TestDesk::each().await {
        let (desk, scope) = (&test.desk, &test.machine());
        let good = [line(1), line(2), line(3)];
        let lines = [good[0].as_str(), "nl,,,urgent,", &good[1], &good[0], &good[2]];
        let (result, passed_over) = import(desk, scope, &lines, WhenWrong::PassOver).await;
        let expected = Imported {
            read: 5,
            stored: 3,
            passed_over: 2,
        };
        assert_eq!(result.unwrap(), expected);
        assert_eq!(passed_over, [3, 5]);
        let (again, _) = import(desk, scope, &[&good[0]], WhenWrong::PassOver).await;
        assert_eq!(again.unwrap().passed_over, 1, "known from before");
    }
}

#[tokio::test]
async fn a_file_of_another_form_and_another_role_are_refused() {
    for test in TestDesk::each().await {
        let desk = &test.desk;
        let source = Cursor::new(b"naam;adres\nJan;Utrecht\n".to_vec());
        let result = desk
            .import_participants(&test.machine(), source, WhenWrong::PassOver, |_| ())
            .await;
        assert!(matches!(result, Err(DeskError::Refused { code: "file", .. })));
        let operator = test.account(Role::Operator, "unit").await;
        let (result, _) = import(desk, &operator, &[&line(1)], WhenWrong::TakeNone).await;
        assert!(matches!(result, Err(DeskError::Forbidden(_))));
        let refused = desk.import_regions(&operator, regions()).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(_))));
        let refused = desk.export_participants(&operator, Vec::new(), |_| ()).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(_))));
    }
}

#[tokio::test]
async fn what_is_exported_can_be_brought_in_elsewhere() {
    let mut tests = TestDesk::each().await;
    let source = tests.remove(0);
    let lines: Vec<String> = (0..2_500).map(line).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (result, _) = import(&source.desk, &source.machine(), &lines, WhenWrong::TakeNone).await;
    assert_eq!(result.unwrap().stored, 2_500);
    let mut counts = Vec::new();
    let exported = source
        .desk
        .export_participants(&source.machine(), Vec::new(), |count| counts.push(count))
        .await
        .unwrap();
    assert_eq!(counts.last(), Some(&2_500));
    for target in tests {
        let result = target
            .desk
            .import_participants(
                &target.machine(),
                Cursor::new(exported.clone()),
                WhenWrong::PassOver,
                |_| (),
            )
            .await;
        let expected = Imported {
            read: 2_500,
            stored: 2_500,
            passed_over: 0,
        };
        assert_eq!(result.unwrap(), expected);
        let again = target
            .desk
            .export_participants(&target.machine(), Vec::new(), |_| ())
            .await
            .unwrap();
        assert!(again == exported);
    }
}

#[tokio::test]
async fn a_population_is_stored_with_its_devices() {
    for test in TestDesk::each().await {
        let people = (0..12_000).map(|index| {
            let one = participant(index).participant;
            let registration = crate::domain::participant::Registration {
                language: one.language,
                contact: one.contact,
                places: one.places,
                topics: one.topics,
                rest: one.rest,
            };
            (registration, vec![device(index)])
        });
        let stored = test
            .desk
            .insert_population(&test.machine(), people, |_| ())
            .await
            .unwrap();
        assert_eq!(stored, 12_000);
        test.desk.directory().catch_up().await.unwrap();
        assert_eq!(test.desk.directory().len(), 12_000);
        let by_channel = test.desk.directory().count_by_channel(region_id("unit"));
        assert_eq!(by_channel, [12_000, 12_000, 12_000, 0]);
    }
}

#[tokio::test]
async fn regions_are_replaced_by_kind_and_code_and_must_make_a_tree() {
    for test in TestDesk::each().await {
        let (desk, scope) = (&test.desk, &test.machine());
        let mut changed = regions();
        changed.retain(|region| region.code == "north-east");
        changed[0].id = region_id("another id");
        changed[0].shape = rectangle(10, 10, 20, 25);
        let imported = desk.import_regions(scope, changed.clone()).await.unwrap();
        assert_eq!((imported.added, imported.replaced), (0, 1));
        let territory = desk.directory().territory();
        let stored = territory.get(region_id("north-east")).unwrap();
        assert_eq!(stored.shape, changed[0].shape);

        changed[0].code = "new".to_owned();
        changed[0].parent = Some(region_id("nowhere"));
        let refused = desk.import_regions(scope, changed).await;
        assert!(matches!(refused, Err(DeskError::Refused { code: "regions", .. })));
    }
}
