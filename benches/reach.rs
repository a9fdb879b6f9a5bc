//! Reach: how many and which participants have a place in a fence, against PostGIS, crates and `memcpy`.
//!
//! `cargo bench --bench reach` measures 300,000 and 2 million participants; `OPROEP_BENCH_LARGE=1` adds 18
//! million; `OPROEP_BENCH_PEERS=none` leaves the peers out and `=crates` PostGIS only. All answers are checked
//! against looking at every place. The preparation of the fence is part of every figure.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures of a benchmark"
)]

#[path = "reach/crates.rs"]
mod crates;
#[path = "reach/fences.rs"]
mod fences;
#[path = "reach/oracle.rs"]
mod oracle;
#[path = "reach/population.rs"]
mod population;
#[path = "reach/postgis.rs"]
mod postgis;
mod report;
#[path = "reach/timing.rs"]
mod timing;

use std::env;
use std::process::ExitCode;

use geo::{Coord, LineString, MultiPolygon};
use oproep::domain::area::{Area, Polygons};
use oproep::domain::id::RegionId;
use oproep::domain::point::Point;
use oproep::domain::random::Random;
use oproep::geofence::{Fence, Index};

use crates::{Packed, Rstar, Seen};
use fences::Asked;
use population::Region;
use postgis::PostGis;
use report::Row;
use timing::median_s;

const ROUNDS: usize = 9;

fn main() -> ExitCode {
    let peers = env::var("OPROEP_BENCH_PEERS").unwrap_or_default();
    let postgis = match peers.as_str() {
        "none" | "crates" => None,
        _ => match PostGis::start() {
            Ok(cluster) => Some(cluster),
            Err(why) => {
                println!("PostGIS is left out: {why}");
                if env::var_os("CI").is_some() {
                    return ExitCode::FAILURE;
                }
                None
            }
        },
    };
    let mut bench = Bench {
        region: Region::load(),
        postgis,
        crates: peers != "none",
        ratios: Vec::new(),
    };
    bench.run(300_000, 1);
    bench.run(2_000_000, 3);
    if env::var_os("OPROEP_BENCH_LARGE").is_some_and(|large| large == "1") {
        bench.run(18_000_000, 3);
    }
    bench.geometric_means();
    ExitCode::SUCCESS
}

struct Bench {
    region: Region,
    postgis: Option<PostGis>,
    crates: bool,
    /// PostGIS' time over ours, of counts and of lists.
    ratios: Vec<(f64, f64)>,
}

impl Bench {
    #[expect(clippy::too_many_lines, reason = "one row after the other")]
    fn run(&mut self, participants: u32, copies: i32) {
        let size = u64::from(participants);
        let places = population::population(&self.region, participants, copies, size);
        let asked = fences::fences(&self.region, copies);
        let mut index = self.build(size, &places);
        let mut seen = Seen::new(participants as usize);
        let peers = self
            .crates
            .then(|| (Rstar::build(&places), Packed::build(&places)));
        if let Some(postgis) = &mut self.postgis {
            postgis.load(&places);
        }
        for asked in &asked {
            let expected = oracle::inside(asked, &places);
            let fence = || prepared(&asked.area);
            let mut numbers = Vec::new();
            index.numbers_into(&fence(), &mut numbers);
            numbers.sort_unstable();
            assert_eq!(
                index.count(&fence()),
                expected.len() as u64,
                "count of {} at {size}",
                asked.name
            );
            assert!(numbers == expected, "list of {} at {size}", asked.name);

            let count_s = median_s(ROUNDS, || index.count(&fence()));
            let list_s = median_s(ROUNDS, || index.numbers_into(&fence(), &mut numbers));
            let set_s = median_s(ROUNDS, || index.list(&fence()));
            let mut copy = vec![0; numbers.len()];
            let copy_s = median_s(ROUNDS, || copy.copy_from_slice(std::hint::black_box(&numbers)));

            let is_nation = asked.name.starts_with("nation");
            let goal = |at_2m: f64, at_18m: f64| match participants {
                2_000_000 if is_nation => Some(at_2m),
                18_000_000 if is_nation => Some(at_18m),
                _ => None,
            };
            let (count, list) = (
                format!("reach count, {}", asked.name),
                format!("audience list, {}", asked.name),
            );
            let us = |seconds: f64| seconds * 1e6;
            let memcpy = ("memcpy of the ids", us(copy_s));
            let mut rows = vec![
                Row::within(
                    &count,
                    size,
                    "us",
                    us(count_s),
                    memcpy,
                    goal(4.0, 4.0).filter(|_| size == 2_000_000),
                ),
                Row::within(&list, size, "us", us(list_s), memcpy, goal(10.0, 5.0)),
                Row::within(
                    &format!("audience set, {}", asked.name),
                    size,
                    "us",
                    us(set_s),
                    memcpy,
                    None,
                ),
            ];
            if let Some((rstar, packed)) = &peers {
                // Crates put places on the border elsewhere, and measure circles on a sphere.
                let near = |answer: &[u32]| assert_near(answer.len(), expected.len(), asked);
                near(&rstar.list(asked, &mut seen));
                near(&packed.list(asked, &mut seen));
                let rstar_s = median_s(3, || rstar.list(asked, &mut seen));
                let packed_s = median_s(3, || packed.list(asked, &mut seen));
                let (peer, best_s) = if rstar_s < packed_s {
                    ("rstar + geo", rstar_s)
                } else {
                    ("geo-index + geo", packed_s)
                };
                rows.push(Row::faster(
                    &count,
                    size,
                    "us",
                    us(count_s),
                    (peer, us(best_s)),
                    Some(30.0),
                ));
                rows.push(Row::faster(
                    &list,
                    size,
                    "us",
                    us(list_s),
                    (peer, us(best_s)),
                    Some(30.0),
                ));
            }
            if let Some(postgis) = &mut self.postgis {
                let answer = postgis.ask(asked, 5);
                assert_near(answer.count as usize, expected.len(), asked);
                let peer = answer.variant;
                rows.push(Row::faster(
                    &count,
                    size,
                    "us",
                    us(count_s),
                    (peer, us(answer.count_s)),
                    Some(500.0),
                ));
                rows.push(Row::faster(
                    &list,
                    size,
                    "us",
                    us(list_s),
                    (peer, us(answer.list_s)),
                    Some(800.0),
                ));
                self.ratios
                    .push((answer.count_s / count_s, answer.list_s / list_s));
            }
            report::record(rows);
        }
        Self::nearest_first(&index, size, &places);
        self.changes(&mut index, size, &places, peers.map(|(rstar, _)| rstar));
    }

    /// Builds the index; its time and memory.
    fn build(&self, size: u64, places: &[(u32, Point)]) -> Index {
        let build = || Index::build(places.iter().copied()).expect("the population is within bounds");
        let build_s = median_s(3, build);
        let index = build();
        let mut rows = vec![Row::within(
            "index build",
            size,
            "s",
            build_s,
            ("limit", 0.4),
            (size == 2_000_000).then_some(1.0),
        )];
        if self.crates {
            let rstar_s = median_s(1, || Rstar::build(places));
            rows.push(Row::faster(
                "index build",
                size,
                "s",
                build_s,
                ("rstar", rstar_s),
                None,
            ));
        }
        let bytes = index.memory_bytes() as f64 / places.len() as f64;
        let goal = (size >= 2_000_000).then_some(1.0);
        rows.push(Row::within(
            "index memory per place",
            size,
            "B",
            bytes,
            ("limit", 28.0),
            goal,
        ));
        report::record(rows);
        index
    }

    fn nearest_first(index: &Index, size: u64, places: &[(u32, Point)]) {
        let everyone = (0..size as u32).collect();
        let from = places[places.len() / 2].1;
        let order_s = median_s(3, || index.nearest_first(&everyone, from));
        let goal = (size == 2_000_000).then_some(1.0);
        report::record(vec![Row::within(
            "nearest first, everyone",
            size,
            "s",
            order_s,
            ("limit", 0.2),
            goal,
        )]);
    }

    /// What a change costs, and what changes cost a question.
    fn changes(&self, index: &mut Index, size: u64, places: &[(u32, Point)], rstar: Option<Rstar>) {
        let random = Random::from_seed(size);
        let picks: Vec<_> = (0..size / 100)
            .map(|_| places[random.below(places.len() as u64) as usize])
            .map(|(number, point)| {
                (
                    number,
                    point,
                    Point::from_units(point.lon() + 9_000, point.lat()).expect("on earth"),
                )
            })
            .collect();
        let each_us = |seconds: f64| seconds * 1e6 / picks.len() as f64;
        let move_us = each_us(median_s(1, || {
            for (number, _, to) in &picks {
                index.set_places(*number, &[*to]).expect("one place");
            }
        }));
        let remove_us = each_us(median_s(1, || {
            for (number, ..) in &picks {
                index.remove(*number);
            }
        }));
        let insert_us = each_us(median_s(1, || {
            for (index_of, (.., to)) in picks.iter().enumerate() {
                index
                    .set_places(size as u32 + index_of as u32, &[*to])
                    .expect("one place");
            }
        }));
        let mut rows = vec![
            Row::within("index move", size, "us", move_us, ("limit", 3.0), Some(1.0)),
            Row::within("index remove", size, "us", remove_us, ("limit", 3.0), Some(1.0)),
            Row::within("index insert", size, "us", insert_us, ("limit", 3.0), Some(1.0)),
        ];
        if let Some(mut rstar) = rstar {
            let mut there = std::collections::BTreeSet::new();
            let distinct: Vec<_> = picks
                .iter()
                .filter(|(number, ..)| there.insert(*number))
                .collect();
            let forth_us = median_s(1, || {
                for (number, from, to) in &distinct {
                    rstar.relocate(*number, *from, *to);
                }
                for (number, from, to) in &distinct {
                    rstar.relocate(*number, *to, *from);
                }
            }) * 1e6
                / (2 * distinct.len()) as f64;
            rows.push(Row::faster(
                "index move",
                size,
                "us",
                move_us,
                ("rstar", forth_us),
                None,
            ));
        }
        let untouched = Index::build(places.iter().copied()).expect("the population is within bounds");
        for asked in fences::fences(&self.region, if size > 300_000 { 3 } else { 1 }) {
            let name = format!("reach count after 1% changed, {}", asked.name);
            let changed_s = median_s(ROUNDS, || index.count(&prepared(&asked.area)));
            let before_us = median_s(ROUNDS, || untouched.count(&prepared(&asked.area))) * 1e6;
            rows.push(Row::within(
                &name,
                size,
                "us",
                changed_s * 1e6,
                ("the same before", before_us),
                None,
            ));
        }
        report::record(rows);
    }

    fn geometric_means(&self) {
        if self.ratios.is_empty() {
            return;
        }
        let mean = |ratio: fn(&(f64, f64)) -> f64| {
            (self.ratios.iter().map(|pair| ratio(pair).ln()).sum::<f64>() / self.ratios.len() as f64).exp()
        };
        let row = |name, mean, goal| Row::faster(name, 0, "", 1.0, ("PostGIS", mean), Some(goal));
        report::record(vec![
            row("reach count, geometric mean", mean(|pair| pair.0), 1_200.0),
            row("audience list, geometric mean", mean(|pair| pair.1), 1_800.0),
        ]);
    }
}

fn prepared(area: &Area) -> Fence {
    Fence::new(area, &|_: RegionId| None).expect("no regions are named")
}

/// A sphere's distances differ from the ellipsoid's by up to 0.56%, areas by twice that; places on borders add to it.
fn assert_near(count: usize, expected: usize, asked: &Asked) {
    assert!(
        count.abs_diff(expected) * 80 <= expected + 80,
        "{} has {count}, not {expected}",
        asked.name
    );
}

/// The polygons as geo's type, in degrees.
fn to_geo(polygons: &Polygons) -> MultiPolygon {
    let line = |ring: &[Point]| {
        LineString(
            ring.iter()
                .map(|point| Coord {
                    x: point.lon_degrees(),
                    y: point.lat_degrees(),
                })
                .collect(),
        )
    };
    polygons
        .iter()
        .map(|polygon| geo::Polygon::new(line(polygon.shell()), polygon.holes().map(line).collect()))
        .collect()
}
