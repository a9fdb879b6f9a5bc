use super::*;
use crate::desk::testing::TestDesk;
use crate::domain::role::Role;
use crate::storage::testing::regions::region_id;

fn number(number: &str) -> NewAllowed {
    NewAllowed {
        region: None,
        number: Some(number.to_owned()),
        link: None,
        note: Some(" Tiplijn ".to_owned()),
    }
}

async fn holds(desk: &TestDesk, region: &str, number: &str) -> bool {
    let mut tx = desk.database.store.read().await.unwrap();
    let register = desk.desk.register_of(&mut tx, region_id(region)).await.unwrap();
    register.holds_number(&Dialled::read(number).unwrap())
}

#[tokio::test]
async fn a_number_holds_in_its_region_and_everything_inside_until_it_is_taken_out() {
    for desk in TestDesk::each().await {
        let west = desk.account(Role::Administrator, "west").await;
        for number in ["112", "0900-8844", "144", "113"] {
            assert!(
                holds(&desk, "south-east", number).await,
                "{number} is there from the beginning"
            );
        }
        let entry = desk.desk.add_allowed(&west, number("030-1234567")).await.unwrap();
        assert_eq!(
            (
                entry.contact.value().as_str(),
                entry.note.as_deref(),
                entry.added_by
            ),
            ("+31301234567", Some("Tiplijn"), Some(west.account))
        );
        assert!(
            holds(&desk, "west", "+31301234567").await && holds(&desk, "south-west", "030 1234567").await
        );
        assert!(
            !holds(&desk, "unit", "030 1234567").await && !holds(&desk, "south-east", "030 1234567").await
        );
        let seen = desk.desk.list_register(&west).await.unwrap();
        assert!(seen.contains(&entry));
        desk.desk.remove_allowed(&west, entry.id).await.unwrap();
        assert!(!holds(&desk, "west", "030 1234567").await);
        let again = desk.desk.remove_allowed(&west, entry.id).await;
        assert!(matches!(again, Err(DeskError::NotFound("entry"))));
        desk.desk.add_allowed(&west, number("030-1234567")).await.unwrap();
    }
}

#[tokio::test]
async fn the_register_takes_what_can_be_dialled_or_opened_once_and_from_its_keeper() {
    for desk in TestDesk::each().await {
        let west = desk.account(Role::Administrator, "west").await;
        let add = async |new| desk.desk.add_allowed(&west, new).await;
        let twice = add(number("0900 8844")).await;
        assert!(matches!(
            twice,
            Err(DeskError::Conflict {
                code: "already_allowed",
                ..
            })
        ));
        add(number("+31 30 1234567")).await.unwrap();
        let twice = add(number("030-1234567")).await;
        assert!(matches!(
            twice,
            Err(DeskError::Conflict {
                code: "already_allowed",
                ..
            })
        ));
        let link = |link: &str| NewAllowed {
            link: Some(link.to_owned()),
            number: None,
            ..number("")
        };
        add(link("https://www.politie.nl/gezocht/")).await.unwrap();
        for wrong in [
            number("06-1234567"),
            link("bit.ly/3xyz"),
            link("politie"),
            number("bel ons"),
        ] {
            assert!(matches!(add(wrong).await, Err(DeskError::Invalid(_))));
        }
        let elsewhere = NewAllowed {
            region: Some(region_id("east")),
            ..number("030-7654321")
        };
        assert!(matches!(add(elsewhere).await, Err(DeskError::NotFound("region"))));
        let operator = desk.account(Role::Operator, "west").await;
        let refused = desk.desk.add_allowed(&operator, number("030-7654321")).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(_))));
        let entries = desk.desk.list_register(&operator).await.unwrap();
        let seed = entries
            .iter()
            .find(|entry| entry.contact.value() == "112")
            .unwrap();
        let refused = desk.desk.remove_allowed(&west, seed.id).await;
        assert!(
            matches!(refused, Err(DeskError::Forbidden(_))),
            "it holds everywhere"
        );
        let top = desk.account(Role::Administrator, "unit").await;
        desk.desk.remove_allowed(&top, seed.id).await.unwrap();
        assert!(!holds(&desk, "unit", "112").await);
    }
}
