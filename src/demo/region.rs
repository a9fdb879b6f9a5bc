//! A demonstration region: Midden-Nederland with its 39 municipalities by name, and borders that are
//! generated.
//!
//! Postcode areas are the cells of one tessellation; everything wider is the exact union of what it holds.
//! So neighbours share every vertex of their common border, at every level.

use std::sync::LazyLock;

use crate::domain::area::Polygons;
use crate::domain::clock::Timestamp;
use crate::domain::id::RegionId;
use crate::domain::random::Random;
use crate::domain::region::geojson::{RegionFeature, Writer};
use crate::domain::region::{Region, RegionKind, Territory, place_features};
use dissolve::dissolve;
use plan::Municipality;
use plane::Spot;
use sites::Site;

use super::dice::Dice;

mod border;
mod dissolve;
mod pieces;
mod plan;
mod plane;
mod sites;
mod tessellation;

/// What the shapes are, to be shown wherever they are.
pub const NOTICE: &str =
    "Demonstratiegebied: de namen zijn echt, de grenzen en postcodegebieden zijn bedacht.";
/// The same in English.
pub const NOTICE_EN: &str =
    "Demonstration area: the names are real, the borders and postcode areas are made up.";

/// What the borders are drawn with; another number gives another map.
const SEED: u64 = 20_211_116;

/// The region, widest first: country, police unit, 5 districts, 18 base teams, 39 municipalities and their
/// postcode areas. Generated once, the same every time.
pub fn features() -> &'static [RegionFeature] {
    static FEATURES: LazyLock<Vec<RegionFeature>> = LazyLock::new(generate);
    &FEATURES
}

/// The region with ids, parents before what they hold.
pub fn regions(now: Timestamp, random: &Random) -> Vec<Region> {
    let new_id = || RegionId::new(now, random);
    place_features(features().to_vec(), &Territory::default(), None, new_id).expect("every parent is there")
}

/// The region as `GeoJSON` (RFC 7946), one feature a line, with [`NOTICE`] as its description.
pub fn geojson() -> String {
    let mut writer = Writer::new(Vec::new(), &format!("{NOTICE} {NOTICE_EN}")).expect("memory takes all");
    for feature in features() {
        writer.write(feature).expect("memory takes all");
    }
    String::from_utf8(writer.finish().expect("memory takes all")).expect("JSON is UTF-8")
}

fn generate() -> Vec<RegionFeature> {
    let municipalities = plan::municipalities();
    let mut dice = Dice::new(SEED);
    let sites = sites::scatter(&municipalities, &plan::outline(), &mut dice);
    let postcodes = postcode_areas(&municipalities, &sites, &mut dice);
    let towns: Vec<_> = municipalities
        .iter()
        .map(|m| union(RegionKind::Municipality, &m.name, &m.base_team, &postcodes))
        .collect();
    let mut teams = Vec::new();
    let mut districts = Vec::new();
    for municipality in &municipalities {
        let Municipality {
            base_team, district, ..
        } = municipality;
        if !teams.iter().any(|team: &RegionFeature| team.name == *base_team) {
            teams.push(union(RegionKind::BaseTeam, base_team, district, &towns));
        }
    }
    for municipality in &municipalities {
        let district = &municipality.district;
        if !districts
            .iter()
            .any(|known: &RegionFeature| known.name == *district)
        {
            districts.push(union(RegionKind::District, district, UNIT, &teams));
        }
    }
    let unit = union(RegionKind::PoliceUnit, UNIT, COUNTRY, &districts);
    let mut country = union(RegionKind::Country, COUNTRY, "", std::slice::from_ref(&unit));
    country.parent = None;
    let mut all = vec![country, unit];
    for level in [districts, teams, towns, postcodes] {
        all.extend(level);
    }
    all
}

const COUNTRY: &str = "Nederland";
const UNIT: &str = "Midden-Nederland";

/// A region made of all parts that name it as their parent.
fn union(kind: RegionKind, name: &str, parent: &str, parts: &[RegionFeature]) -> RegionFeature {
    let parts: Vec<_> = parts
        .iter()
        .filter(|part| part.parent.as_deref() == Some(name))
        .collect();
    RegionFeature {
        kind,
        code: name.to_owned(),
        name: name.to_owned(),
        inhabitants: parts.iter().map(|part| part.inhabitants).sum(),
        parent: Some(parent.to_owned()),
        shape: dissolve(parts.iter().map(|part| &part.shape)),
    }
}

/// The cells of the tessellation, numbered within their municipality.
fn postcode_areas(municipalities: &[Municipality], sites: &[Site], dice: &mut Dice) -> Vec<RegionFeature> {
    let spots: Vec<Spot> = sites.iter().map(|site| site.spot).collect();
    let mut owners: Vec<usize> = sites.iter().map_while(|site| site.municipality).collect();
    let cells = tessellation::cells(&spots, owners.len());
    pieces::join_apart(&cells, &mut owners);
    let mut areas = Vec::with_capacity(owners.len());
    for (index, municipality) in municipalities.iter().enumerate() {
        let own: Vec<_> = (0..owners.len()).filter(|&site| owners[site] == index).collect();
        let weights: Vec<_> = own
            .iter()
            .map(|&site| crowding(spots[site], municipality, dice))
            .collect();
        let inhabitants = shares(municipality.inhabitants, &weights);
        for ((site, inhabitants), code) in own
            .into_iter()
            .zip(inhabitants)
            .zip(municipality.first_postcode..)
        {
            let border = cells[site].iter().flat_map(|side| {
                let pair = [spots[site], spots[side.neighbour]];
                border::crooked(side.start, side.end, pair, SEED)
            });
            let mut ring: Vec<_> = border.collect();
            ring.push(ring[0]);
            areas.push(RegionFeature {
                kind: RegionKind::PostcodeArea,
                code: code.to_string(),
                name: format!("{code} {}", municipality.name),
                inhabitants: Some(inhabitants),
                parent: Some(municipality.name.clone()),
                shape: Polygons::new(vec![vec![ring]]).expect("crooked borders do not cross"),
            });
        }
    }
    areas
}

/// How densely people live around a spot: most near the centre, a tenth of that in the fields.
fn crowding(spot: Spot, municipality: &Municipality, dice: &mut Dice) -> f64 {
    let far2 = spot.distance2(municipality.centre()) / municipality.radius2();
    dice.between(0.6, 1.4) * (0.1 + 1.0 / (1.0 + 4.0 * far2))
}

/// A number divided by weights into whole parts that add up to it.
fn shares(total: u32, weights: &[f64]) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    let mut given = 0;
    let mut upto = 0.0;
    let parts = weights.iter().map(|weight| {
        upto += weight;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the total"
        )]
        let end = (f64::from(total) * (upto / sum)).round().min(f64::from(total)) as u32;
        let part = end - given;
        given = end;
        part
    });
    parts.collect()
}

#[cfg(test)]
mod tests;
