use super::*;

fn arrival(kind: Kind, reference: &str) -> Arrival {
    Arrival {
        at: Timestamp::from_millis(0),
        channel: kind.channel(),
        kind,
        endpoint_hint: hint("+31612345678"),
        reference: reference.to_owned(),
        title: "Vermist".to_owned(),
        body: "Kind van zes jaar, rode jas".to_owned(),
        link: None,
    }
}

#[test]
fn duplicates_are_counted_exactly() {
    let inbox = Inbox::default();
    for reference in ["a", "b", "a", "c", "a", "c"] {
        inbox.record(arrival(Kind::Fcm, reference));
    }
    inbox.record(arrival(Kind::Sms, ""));
    inbox.record(arrival(Kind::Sms, ""));
    let duplicates = inbox.duplicates();
    assert_eq!(
        (duplicates.references, duplicates.extra, duplicates.most),
        (2, 3, 3)
    );
    assert_eq!(duplicates.examples, ["a", "c"]);
    assert_eq!((inbox.times("a"), inbox.times("b"), inbox.times("d")), (3, 1, 0));
    assert_eq!(inbox.counts().references, 3);
    assert_eq!(inbox.counts().arrived(), 8);
    assert_eq!(
        inbox.counts().of(Kind::Sms),
        Count {
            arrived: 2,
            dropped: 0
        }
    );
}

#[test]
fn memory_is_bounded_while_counts_stay_exact() {
    let inbox = Inbox::default();
    for number in 0..KEPT + 500 {
        inbox.record(arrival(Kind::WebPush, &number.to_string()));
    }
    assert_eq!(inbox.counts().web_push.arrived, KEPT as u64 + 500);
    assert_eq!(inbox.list(0, usize::MAX).len(), KEPT);
    assert_eq!(inbox.list(0, 1)[0].reference, (KEPT + 499).to_string());
    assert_eq!(inbox.list(2, 10)[0].reference, (KEPT + 479).to_string());
    assert!(inbox.list(usize::MAX, 10).is_empty());
}

#[tokio::test]
async fn who_waits_for_a_count_wakes_when_it_is_reached() {
    let inbox = Inbox::default();
    let waiting = tokio::spawn({
        let inbox = inbox.clone();
        async move { inbox.wait_for(2).await }
    });
    inbox.record(arrival(Kind::Email, "a"));
    inbox.record_dropped(Kind::Email);
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    inbox.record(arrival(Kind::Email, "b"));
    waiting.await.unwrap();
    inbox.clear();
    assert_eq!(inbox.counts(), Counts::default());
}

#[test]
fn a_hint_shows_the_end_of_an_address_only() {
    assert_eq!(hint("+31612345678"), "…5678");
    assert_eq!(hint("é"), "…é");
    assert_eq!(hint(""), "…");
    assert!(!format!("{:?}", arrival(Kind::Sms, "r")).contains("rode jas"));
}
