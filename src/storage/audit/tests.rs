use serde_json::json;

use super::chain::AuditFaultKind::{self, Added, Changed, Missing, Rewritten, Unlinked};
use super::*;
use crate::domain::id::{AccountId, ActionId};
use crate::domain::random::Random;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{keyring, some_time};
use crate::storage::testing::regions::{region_id, regions};

/// Entries of the log that is mutated: three of them are signed along the way.
const ENTRIES: i64 = 200;
/// Mutations of a log in memory.
const MUTATIONS: u64 = 10_000;
/// Mutations of a log in each database.
const STORED_MUTATIONS: u64 = 60;

statements! {
    DELETE = "delete from audit_log where number = $1";
    SHIFT = "update audit_log set number = $2 where number = $1";
    REPLACE = "update audit_log set at = $2, actor = $3, deed = $4, subject = $5, region_id = $6, detail = $7, \
        personal_sealed = $8, previous_hash = $9, hash = $10, signature = $11 where number = $1";
}

fn entry(number: u64) -> AuditEntry {
    let random = Random::from_seed(number);
    AuditEntry {
        at: some_time(),
        actor: AccountId::new(some_time(), &random).into(),
        deed: Deed::ALL[usize::try_from(number).unwrap() % Deed::ALL.len()],
        subject: Some(ActionId::new(some_time(), &random).into()),
        region: number.is_multiple_of(3).then(|| region_id("west")),
        detail: json!({ "count": number }),
        personal: if number.is_multiple_of(5) {
            json!({ "reason": "N. Jansen vroeg erom" })
        } else {
            Json::Null
        },
    }
}

async fn filled(database: &TestDatabase, count: i64) {
    let keys = keyring();
    let mut tx = database.store.write().await.unwrap();
    tx.upsert_regions(&regions(), some_time()).await.unwrap();
    for number in 1..=count {
        let made = tx
            .append_audit(&keys, &entry(number.unsigned_abs()))
            .await
            .unwrap();
        assert_eq!(made, number);
    }
    tx.commit().await.unwrap();
}

fn verify(entries: &[StoredEntry], head: Option<&AuditHead>) -> Result<i64, AuditFault> {
    let mut verifier = Verifier::new(keyring().audit().public());
    for entry in entries {
        verifier.take(entry)?;
    }
    verifier.finish(head)
}

/// Changes one field of an entry to something else.
fn edit(entry: &mut StoredEntry, random: &Random) {
    let flip = |bytes: &mut Vec<u8>| {
        let position = usize::try_from(random.below(bytes.len() as u64)).unwrap();
        bytes[position] ^= 1 << random.below(8);
    };
    match random.below(9) {
        0 => entry.at += 1 + i64::try_from(random.below(1000)).unwrap(),
        1 => entry.actor = "system".to_owned(),
        2 => {
            let others = Deed::ALL.iter().filter(|deed| deed.name() != entry.deed);
            let others: Vec<_> = others.collect();
            let which = usize::try_from(random.below(others.len() as u64)).unwrap();
            others[which].name().clone_into(&mut entry.deed);
        }
        3 => {
            entry.subject = match &entry.subject {
                Some(_) => None,
                None => Some("account x".to_owned()),
            };
        }
        4 => entry.region_id = entry.region_id.map_or_else(|| Some(Uuid::from_u128(1)), |_| None),
        5 => entry.detail.push(' '),
        6 => match &mut entry.personal_sealed {
            Some(sealed) => flip(sealed),
            none => *none = Some(vec![1]),
        },
        7 => flip(&mut entry.hash),
        _ => flip(&mut entry.previous_hash),
    }
}

/// Writes hashes and links anew from an entry on, as whoever has the database but not the key can.
fn rehash(entries: &mut [StoredEntry], from: usize) {
    for index in from..entries.len() {
        entries[index].number = i64::try_from(index).unwrap() + 1;
        entries[index].previous_hash = match index {
            0 => GENESIS.to_vec(),
            _ => entries[index - 1].hash.clone(),
        };
        entries[index].hash = chain::hash(&entries[index]).to_vec();
    }
}

/// Mutates a log in a way drawn by `random`, and answers what was done.
fn mutate(entries: &mut Vec<StoredEntry>, head: &mut Option<AuditHead>, random: &Random) -> &'static str {
    let pick = |count: usize| usize::try_from(random.below(count as u64)).unwrap();
    let count = entries.len();
    match random.below(10) {
        0 | 1 => {
            edit(&mut entries[pick(count)], random);
            "edit"
        }
        2 => {
            entries.remove(pick(count));
            "delete"
        }
        3 => {
            let (one, other) = (pick(count), pick(count - 1));
            let other = if other >= one { other + 1 } else { other };
            let numbers = (entries[one].number, entries[other].number);
            entries.swap(one, other);
            (entries[one].number, entries[other].number) = numbers;
            "reorder"
        }
        4 => {
            entries.truncate(pick(count));
            "cut"
        }
        5 => {
            // To a place that is signed, whose signature is set as the end.
            let at = 64 * (1 + pick(count / 64));
            entries.truncate(at);
            let last = entries[at - 1].clone();
            *head = Some(AuditHead {
                number: last.number,
                hash: last.hash,
                signature: last.signature.expect("it is signed"),
            });
            "cut with a signature from along the way"
        }
        6 => {
            let at = pick(count + 1);
            let copy = entries[pick(count)].clone();
            entries.insert(at, copy);
            for (index, entry) in entries.iter_mut().enumerate() {
                entry.number = i64::try_from(index).unwrap() + 1;
            }
            "insert"
        }
        7 => {
            let at = pick(count);
            edit(&mut entries[at], random);
            rehash(entries, at);
            if let (Some(head), Some(last)) = (head.as_mut(), entries.last()) {
                head.hash.clone_from(&last.hash);
            }
            "edit and rewrite"
        }
        8 => {
            let at = pick(count);
            entries.remove(at);
            rehash(entries, at);
            let last = entries.last().expect("entries are left");
            let head = head.as_mut().expect("there is a head");
            head.number = last.number;
            head.hash.clone_from(&last.hash);
            "delete and rewrite"
        }
        _ => {
            let mut more = entries[pick(count)].clone();
            more.deed = "key.created".to_owned();
            more.signature = None;
            entries.push(more);
            rehash(entries, count);
            "append"
        }
    }
}

#[tokio::test]
async fn ten_thousand_mutations_are_all_found() {
    let database = TestDatabase::sqlite().await;
    filled(&database, ENTRIES).await;
    let mut tx = database.store.read().await.unwrap();
    let entries = tx.list_stored_audit(0, MAX_AUDIT_PAGE).await.unwrap();
    let head = tx.find_audit_head().await.unwrap();
    assert_eq!(verify(&entries, head.as_ref()), Ok(ENTRIES));
    let seed = Random::from_os().below(u64::MAX);
    println!("seed {seed}");
    let random = Random::from_seed(seed);
    let mut found = std::collections::BTreeMap::<(&str, AuditFaultKind), u64>::new();
    for number in 0..MUTATIONS {
        let (mut changed, mut end) = (entries.clone(), head.clone());
        let how = mutate(&mut changed, &mut end, &random);
        let untouched = changed
            .iter()
            .zip(&entries)
            .take_while(|(one, other)| one == other)
            .count();
        match verify(&changed, end.as_ref()) {
            Ok(_) => assert!(
                changed == entries && end == head,
                "seed {seed}, mutation {number}: {how} was not found"
            ),
            Err(fault) => {
                let first = i64::try_from(untouched).unwrap();
                assert!(
                    fault.number > first.min(ENTRIES - 1) || end != head,
                    "seed {seed}, mutation {number}: {how} was found at {} before the first change",
                    fault.number
                );
                *found.entry((how, fault.kind)).or_default() += 1;
            }
        }
    }
    println!("{found:?}");
    for kind in [Missing, Added, Changed, Unlinked, Rewritten] {
        let seen = found.keys().any(|(_, one)| *one == kind);
        assert!(seen, "seed {seed}: {kind:?} never came up");
    }
}

#[tokio::test]
async fn what_is_changed_in_the_database_is_found_with_its_number() {
    let seed = Random::from_os().below(u64::MAX);
    println!("seed {seed}");
    let random = Random::from_seed(seed);
    let keys = keyring();
    for database in TestDatabase::each().await {
        filled(&database, 70).await;
        for _ in 0..STORED_MUTATIONS {
            // Never committed, so that the next one begins with a sound log.
            let mut tx = database.store.write().await.unwrap();
            assert_eq!(tx.verify_audit(&keys).await.unwrap(), Ok(70));
            let number = 1 + i64::try_from(random.below(70)).unwrap();
            let expected = match random.below(4) {
                0 => {
                    tx.execute(DELETE, values![number]).await.unwrap();
                    number
                }
                1 => {
                    tx.execute(SHIFT, values![number, 71_i64]).await.unwrap();
                    number
                }
                2 => {
                    tx.execute(SHIFT, values![number, 0_i64]).await.unwrap();
                    0
                }
                _ => {
                    let mut entry = tx.find_stored_audit(number).await.unwrap().unwrap();
                    edit(&mut entry, &random);
                    replace(&mut tx, entry).await;
                    number
                }
            };
            let fault = tx.verify_audit(&keys).await.unwrap().unwrap_err();
            assert_eq!(fault.number, expected, "seed {seed}: {fault:?}");
        }
    }
}

async fn replace(tx: &mut Tx, entry: StoredEntry) {
    let values = values![
        entry.number,
        entry.at,
        entry.actor,
        entry.deed,
        entry.subject,
        entry.region_id,
        entry.detail,
        entry.personal_sealed,
        entry.previous_hash,
        entry.hash,
        entry.signature,
    ];
    assert_eq!(tx.execute(REPLACE, values).await.unwrap(), 1);
}

#[tokio::test]
async fn entries_of_many_writers_stand_in_one_chain_and_none_is_lost() {
    for database in TestDatabase::each().await {
        filled(&database, 1).await;
        let writers = (0..8).map(|writer| {
            let store = database.store.clone();
            tokio::spawn(async move {
                for turn in 0..10 {
                    let mut tx = store.write().await.unwrap();
                    tx.append_audit(&keyring(), &entry(writer * 10 + turn))
                        .await
                        .unwrap();
                    if turn % 2 == 0 {
                        tx.commit().await.unwrap();
                    }
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let mut tx = database.store.read().await.unwrap();
        assert_eq!(tx.verify_audit(&keyring()).await.unwrap(), Ok(41));
    }
}

#[tokio::test]
async fn the_log_is_read_backwards_by_filter_and_territory() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        filled(&database, 50).await;
        let mut tx = database.store.read().await.unwrap();
        let all = tx
            .list_audit(&keys, &AuditFilter::default(), None, 500)
            .await
            .unwrap();
        assert_eq!(all.len(), 50);
        assert!(all.windows(2).all(|pair| pair[0].number > pair[1].number));
        let fifth = &all[45];
        assert_eq!((fifth.number, fifth.personal["reason"].is_string()), (5, true));
        let west = AuditFilter {
            region: Some(region_id("west")),
            ..AuditFilter::default()
        };
        assert_eq!(tx.list_audit(&keys, &west, None, 500).await.unwrap().len(), 16);
        let inner = AuditFilter {
            region: Some(region_id("south-west")),
            ..AuditFilter::default()
        };
        assert_eq!(tx.list_audit(&keys, &inner, None, 500).await.unwrap(), []);
        let of_deed = AuditFilter {
            deed: Some(fifth.deed),
            actor: Some(fifth.actor),
            subject: fifth.subject,
            ..AuditFilter::default()
        };
        let found = tx.list_audit(&keys, &of_deed, None, 500).await.unwrap();
        assert_eq!(found, std::slice::from_ref(fifth));
        let page = tx
            .list_audit(&keys, &AuditFilter::default(), Some(10), 3)
            .await
            .unwrap();
        let numbers: Vec<_> = page.iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, [9, 8, 7]);
        let row = tx.find_stored_audit(5).await.unwrap().unwrap();
        assert!(!row.detail.contains("Jansen"));
        let sealed = row.personal_sealed.expect("it is sealed");
        assert!(!sealed.windows(6).any(|part| part == b"Jansen"));
    }
}
