//! Databases for tests: a fresh SQLite file, and a fresh database on the PostgreSQL server that the tests
//! were given (`OPROEP_TEST_POSTGRES`, for instance `postgres://postgres@127.0.0.1:5433/postgres`).

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::Store;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId, WaveId};
use crate::domain::random::Random;

pub mod actions;
pub mod people;
pub mod regions;

/// A database of its own, migrated; removed or left to the server's end.
pub struct TestDatabase {
    /// The open store.
    pub store: Store,
    /// Its address, for another process.
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

impl TestDatabase {
    /// A fresh SQLite database in a folder that is removed with it.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("oproep.db").display());
        Self::migrated(url, Some(folder)).await
    }

    /// A fresh PostgreSQL database; none when no server was given, which is an error where `CI` is set.
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("OPROEP_TEST_POSTGRES") else {
            assert!(
                std::env::var_os("CI").is_none(),
                "OPROEP_TEST_POSTGRES is not set: run `make test`"
            );
            eprintln!("no PostgreSQL: set OPROEP_TEST_POSTGRES or run `make test`, which starts one");
            return None;
        };
        let mut connection = PgConnection::connect(&server)
            .await
            .expect("the test server answers");
        let name = format!("oproep_{}", Random::from_os().below(u64::MAX));
        sqlx::query(AssertSqlSafe(format!("create database {name}")))
            .execute(&mut connection)
            .await
            .expect("the test server makes databases");
        let (base, _) = server.rsplit_once('/').expect("an address with a database");
        Some(Self::migrated(format!("{base}/{name}"), None).await)
    }

    /// Both kinds, for the tests that hold for any store.
    pub async fn each() -> Vec<Self> {
        let mut each = vec![Self::sqlite().await];
        each.extend(Self::postgres().await);
        each
    }

    async fn migrated(url: String, folder: Option<tempfile::TempDir>) -> Self {
        let store = Store::open(&url, 8).await.expect("the database opens");
        store.migrate().await.expect("the schema is made");
        Self {
            store,
            url,
            _folder: folder,
        }
    }
}

impl super::Tx {
    /// A region and an active action in it, for tests that are not about actions.
    pub async fn insert_action_for_tests(&mut self, now: Timestamp, random: &Random) -> ActionId {
        let (region, action) = (RegionId::new(now, random), ActionId::new(now, random));
        let code = region.to_string();
        let values = values![region, "municipality", code.clone(), "Testdam", SHAPE, now];
        self.execute(INSERT_REGION, values).await.expect("a region");
        let values = values![
            action,
            code,
            region,
            "other",
            "active",
            vec![0_u8],
            region.as_uuid(),
            now,
            1_i64
        ];
        self.execute(INSERT_ACTION, values).await.expect("an action");
        action
    }
}

impl super::Tx {
    /// Makes the texts of a wave unreadable, as a damaged disk would.
    pub async fn damage_wave_for_tests(&mut self, wave: WaveId) {
        let damaged = self.execute(DAMAGE_WAVE, values![wave, vec![0_u8]]).await;
        assert_eq!(damaged.expect("the wave is written"), 1);
    }
}

impl super::Tx {
    /// Makes what became of a batch unreadable, as a damaged disk would.
    pub async fn damage_batch_for_tests(&mut self, number: i64) {
        let damaged = self.execute(DAMAGE_BATCH, values![number, vec![99_u8]]).await;
        assert_eq!(damaged.expect("the batch is written"), 1);
    }

    /// Lets the database refuse from now on that the first batch is ever done, as a damaged index would.
    pub async fn refuse_first_batch_for_tests(&mut self) {
        for statement in [REFUSAL, REFUSE] {
            self.execute(statement, vec![]).await.expect("a trigger");
        }
    }
}

/// A small triangle.
const SHAPE: &str = r#"{"type":"Polygon","coordinates":[[[5,52],[5.1,52],[5.1,52.1],[5,52]]]}"#;

statements! {
    INSERT_REGION = "insert into regions (id, kind, code, name, shape, updated_at) values ($1, $2, $3, $4, $5, $6)";
    INSERT_ACTION = "insert into actions (id, number, region_id, kind, state, content_sealed, created_by, \
        created_at, changed_by, changed_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8, $9)";
    REFUSAL = {
        sqlite: "select 1",
        postgres: "create function refuse() returns trigger language plpgsql as 'begin raise exception ''damaged''; end'"
    };
    REFUSE = {
        sqlite: "create trigger refuse before update on batches when new.number = 1 and new.state = 'done' \
            begin select raise(abort, 'damaged'); end",
        postgres: "create trigger refuse before update on batches for each row \
            when (new.number = 1 and new.state = 'done') execute function refuse()"
    };
    DAMAGE_BATCH = "update batches set outcomes = $2 where number = $1";
    DAMAGE_WAVE = "update waves set message_sealed = $2 where id = $1";
}
