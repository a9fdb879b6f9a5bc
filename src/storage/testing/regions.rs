//! A territory for tests: squares that touch, in the middle of Utrecht.
//!
//! A police unit holds two districts, west and east; each holds a base team, and each base team two
//! municipalities, south and north. A square of a municipality is ten steps of [`super::people::point`] wide
//! and high; `p(0, 0)` to `p(9, 9)` lie in the south-western one.

use super::people::point;
use crate::domain::area::Polygons;
use crate::domain::id::RegionId;
use crate::domain::point::Point;
use crate::domain::random::Random;
use crate::domain::region::{Region, RegionKind};

/// The id of the test's region of this code.
pub fn region_id(code: &str) -> RegionId {
    let seed = code.bytes().fold(7, |sum, byte| sum * 31 + u64::from(byte));
    RegionId::new(super::people::some_time(), &Random::from_seed(seed))
}

/// The rectangle from one step to another, half a step beyond so that no point lies on its border.
pub fn rectangle(west: i32, south: i32, east: i32, north: i32) -> Polygons {
    let corner = |east: i32, north: i32| {
        let inner = point(east, north);
        Point::from_units(inner.lon() - 7_300, inner.lat() - 4_500).expect("a point on earth")
    };
    let ring = vec![
        corner(west, south),
        corner(east, south),
        corner(east, north),
        corner(west, north),
        corner(west, south),
    ];
    Polygons::new(vec![vec![ring]]).expect("a rectangle is valid")
}

fn region(kind: RegionKind, code: &str, parent: Option<&str>, shape: Polygons) -> Region {
    Region {
        id: region_id(code),
        parent: parent.map(region_id),
        kind,
        code: code.to_owned(),
        name: format!("Regio {code}"),
        inhabitants: Some(1_000),
        shape,
    }
}

/// Police unit `unit`; districts `west` and `east`; base teams `team-west` and `team-east`; municipalities
/// `south-west`, `north-west`, `south-east` and `north-east`.
pub fn regions() -> Vec<Region> {
    use RegionKind::{BaseTeam, District, Municipality, PoliceUnit};
    let mut all = vec![region(PoliceUnit, "unit", None, rectangle(0, 0, 20, 20))];
    for (side, west) in [("west", 0), ("east", 10)] {
        let team = format!("team-{side}");
        all.push(region(
            District,
            side,
            Some("unit"),
            rectangle(west, 0, west + 10, 20),
        ));
        all.push(region(
            BaseTeam,
            &team,
            Some(side),
            rectangle(west, 0, west + 10, 20),
        ));
        for (half, south) in [("south", 0), ("north", 10)] {
            all.push(region(
                Municipality,
                &format!("{half}-{side}"),
                Some(&team),
                rectangle(west, south, west + 10, south + 10),
            ));
        }
    }
    all
}
