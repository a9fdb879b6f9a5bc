//! PostGIS on a private cluster, in the variant that serves each fence best.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use oproep::domain::point::Point;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, Row};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::fences::Asked;
use crate::timing::median_s;

/// A running cluster with the places in it. Stops when dropped.
pub struct PostGis {
    runtime: Runtime,
    connection: Option<PgConnection>,
    programs: PathBuf,
    folder: TempDir,
}

/// The best variant's answer and times.
pub struct Answer {
    pub variant: &'static str,
    pub count: i64,
    pub count_s: f64,
    pub list_s: f64,
}

impl PostGis {
    /// Starts a cluster; an error says what is missing.
    pub fn start() -> Result<Self, String> {
        let programs = programs().ok_or("PostgreSQL's server programs were not found; install postgresql")?;
        let folder = tempfile::Builder::new()
            .prefix("reach-")
            .tempdir()
            .map_err(|error| error.to_string())?;
        let data = folder.path().join("data");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        run(as_owner(&programs.join("initdb"))
            .arg("-D")
            .arg(&data)
            .args(["-A", "trust", "-U", "bench", "-N"]))?;
        let settings = format!(
            "-c listen_addresses='' -c unix_socket_directories={} -c fsync=off -c jit=off -c shared_buffers=2GB \
             -c work_mem=512MB -c maintenance_work_mem=1GB -c max_wal_size=8GB -c synchronous_commit=off",
            folder.path().display()
        );
        run(as_owner(&programs.join("pg_ctl"))
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(folder.path().join("log"))
            .args(["-w", "-o", &settings, "start"]))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let mut cluster = Self {
            runtime,
            connection: None,
            programs,
            folder,
        };
        let options = PgConnectOptions::new()
            .socket(cluster.folder.path())
            .username("bench")
            .database("postgres")
            .disable_statement_logging();
        let connected = cluster.runtime.block_on(async {
            let mut connection = options.connect().await?;
            connection.execute("create extension postgis").await?;
            Ok::<_, sqlx::Error>(connection)
        });
        cluster.connection = Some(connected.map_err(|error| format!("PostGIS is missing: {error}"))?);
        Ok(cluster)
    }

    /// Replaces the table of places.
    pub fn load(&mut self, places: &[(u32, Point)]) {
        let connection = self.connection.as_mut().expect("connected since the start");
        self.runtime
            .block_on(async {
                connection
                    .execute(
                        "drop table if exists place;
                         create unlogged table place (number integer not null, lon float8, lat float8);",
                    )
                    .await?;
                let mut copy = connection.copy_in_raw("copy place from stdin").await?;
                for chunk in places.chunks(50_000) {
                    let mut lines = String::with_capacity(chunk.len() * 32);
                    for (number, point) in chunk {
                        let _ = writeln!(
                            lines,
                            "{number}\t{}\t{}",
                            point.lon_degrees(),
                            point.lat_degrees()
                        );
                    }
                    copy.send(lines.into_bytes()).await?;
                }
                copy.finish().await?;
                connection
                    .execute(
                        "create unlogged table made as
                             select number, st_setsrid(st_makepoint(lon, lat), 4326) as at from place;
                         drop table place;
                         alter table made rename to place;
                         alter table place add column geog geography;
                         update place set geog = at::geography;
                         create index on place using gist (at);
                         create index on place using gist (geog);",
                    )
                    .await?;
                // In the order of the index, as a careful administrator keeps it.
                connection.execute("cluster place using place_at_idx").await?;
                connection.execute("vacuum analyze place").await?;
                Ok::<_, sqlx::Error>(())
            })
            .expect("PostGIS takes the places");
    }

    /// Asks for a fence in every variant and gives the fastest.
    pub fn ask(&mut self, asked: &Asked, rounds: usize) -> Answer {
        let variants = variants(asked);
        let mut best: Option<Answer> = None;
        for (variant, with, condition) in variants {
            let count = format!("{with} select count(distinct number) from {condition}");
            let list = format!("{with} select distinct number from {condition}");
            let answer = Answer {
                variant,
                count: self.fetch_count(&count),
                count_s: median_s(rounds, || self.fetch_count(&count)),
                list_s: median_s(rounds, || self.fetch_list(&list)),
            };
            best = match best {
                Some(best) => Some(Answer {
                    variant: if answer.count_s < best.count_s {
                        variant
                    } else {
                        best.variant
                    },
                    count: if answer.count_s < best.count_s {
                        answer.count
                    } else {
                        best.count
                    },
                    count_s: best.count_s.min(answer.count_s),
                    list_s: best.list_s.min(answer.list_s),
                }),
                None => Some(answer),
            };
        }
        best.expect("there is a variant for every fence")
    }

    fn fetch_count(&mut self, sql: &str) -> i64 {
        let connection = self.connection.as_mut().expect("connected since the start");
        let row = self
            .runtime
            .block_on(sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(connection));
        row.expect("PostGIS answers").get(0)
    }

    fn fetch_list(&mut self, sql: &str) -> Vec<i32> {
        let connection = self.connection.as_mut().expect("connected since the start");
        let rows = self
            .runtime
            .block_on(sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(connection));
        rows.expect("PostGIS answers")
    }
}

impl Drop for PostGis {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = self.runtime.block_on(connection.close());
        }
        let _ = run(as_owner(&self.programs.join("pg_ctl"))
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args(["-m", "immediate", "-w", "stop"]));
    }
}

/// Name, `with` clause, and what follows `from`.
fn variants(asked: &Asked) -> Vec<(&'static str, String, String)> {
    if let Some(circle) = asked.circle {
        let (lon, lat) = (circle.centre().lon_degrees(), circle.centre().lat_degrees());
        let centre = format!("st_setsrid(st_makepoint({lon}, {lat}), 4326)::geography");
        let radius_m = circle.radius_m();
        let b = circle.bounds();
        let degrees = |units: i32| f64::from(units) / 1e7;
        let envelope = format!(
            "st_makeenvelope({}, {}, {}, {}, 4326)",
            degrees(b.west),
            degrees(b.south),
            degrees(b.east),
            degrees(b.north)
        );
        return vec![
            (
                "PostGIS, geography, sphere",
                String::new(),
                format!("place where st_dwithin(geog, {centre}, {radius_m}, false)"),
            ),
            (
                "PostGIS, box, then sphere",
                String::new(),
                format!(
                    "place where at && {envelope} and st_distancesphere(at, {centre}::geometry) <= {radius_m}"
                ),
            ),
        ];
    }
    let polygons = asked.polygons.as_ref().expect("a fence is a circle or polygons");
    let json = serde_json::to_string(polygons).expect("plain values");
    let fence = format!("st_setsrid(st_geomfromgeojson('{json}'), 4326)");
    let pieces = |vertices: u32| {
        format!("with piece as materialized (select st_subdivide({fence}, {vertices}) as part)")
    };
    vec![
        (
            "PostGIS, whole",
            String::new(),
            format!("place where st_intersects(at, {fence})"),
        ),
        (
            "PostGIS, subdivided 64",
            pieces(64),
            "piece join place on st_intersects(place.at, piece.part)".to_owned(),
        ),
        (
            "PostGIS, subdivided 255",
            pieces(255),
            "piece join place on st_intersects(place.at, piece.part)".to_owned(),
        ),
    ]
}

/// The newest server's folder of programs.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// The program, run as a user who may own a cluster.
fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(program);
    command
}

fn run(command: &mut Command) -> Result<(), String> {
    // The server inherits what it is started with: pipes would stay open as long as it runs.
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/")
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} ended with {status}", command.get_program().display())),
        Err(error) => Err(format!(
            "{} cannot be run: {error}",
            command.get_program().display()
        )),
    }
}
