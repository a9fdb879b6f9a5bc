use super::*;
use crate::domain::action::ActionKind;
use crate::domain::actor::Actor;
use crate::domain::photo::Picture;
use crate::domain::random::Random;
use crate::domain::tip::{TipDeed, TipVerb};
use crate::storage::testing::TestDatabase;
use crate::storage::testing::actions::{insert_draft, insert_region, tip};
use crate::storage::testing::people::{keyring, some_time};

fn photo() -> Photo {
    let picture = |bytes: &[u8], width| Picture {
        bytes: bytes.to_vec(),
        width,
        height: 30,
    };
    Photo {
        image: picture(b"the photo", 40),
        thumbnail: picture(b"the thumbnail", 20),
    }
}

fn id(seed: u64) -> PhotoId {
    PhotoId::new(some_time(), &Random::from_seed(seed))
}

#[tokio::test]
async fn photos_of_actions_and_tips_are_kept_apart_and_open_in_both_sizes() {
    let (keys, now) = (keyring(), some_time());
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let region = insert_region(&mut tx, "unit", None).await;
        let action = insert_draft(&mut tx, &keys, region, ActionKind::Theft, 0).await;
        let tip = tip(action, 1);
        let received = TipDeed {
            at: now,
            actor: Actor::Participant,
            verb: TipVerb::Received,
            detail: None,
        };
        tx.insert_tip(&keys, &tip, &received).await.unwrap();
        for (seed, of) in [(1, None), (2, Some(tip.id)), (3, None)] {
            tx.insert_photo(&keys, id(seed), action, of, &photo(), now)
                .await
                .unwrap();
        }
        let ids = |photos: Vec<PhotoEntry>| photos.iter().map(|photo| photo.id).collect::<Vec<_>>();
        assert_eq!(
            ids(tx.list_photos_of_action(action).await.unwrap()),
            [id(1), id(3)]
        );
        assert_eq!(ids(tx.list_photos_of_tip(tip.id).await.unwrap()), [id(2)]);
        let entry = tx.find_photo(id(2)).await.unwrap().unwrap();
        assert_eq!((entry.width, entry.tip), (40, Some(tip.id)));
        for (size, bytes) in [
            (PhotoSize::Full, &b"the photo"[..]),
            (PhotoSize::Thumbnail, b"the thumbnail"),
        ] {
            assert_eq!(tx.find_picture(&keys, id(1), size).await.unwrap().unwrap(), bytes);
        }
        assert!(tx.delete_photo(action, id(1)).await.unwrap());
        assert!(
            !tx.delete_photo(action, id(2)).await.unwrap(),
            "a tip's photo stays"
        );
    }
}
