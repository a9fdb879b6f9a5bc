//! Reads regions from a `GeoJSON` file into a territory and shows the tree. Without a file it takes the
//! demonstration region, written to a file of its own first.
//!
//! ```sh
//! cargo run --example import_regions
//! cargo run --example import_regions -- municipalities.geojson municipality
//! ```

use std::error::Error;
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::Path;

use oproep::demo::region;
use oproep::domain::clock::Clock;
use oproep::domain::id::RegionId;
use oproep::domain::random::Random;
use oproep::domain::region::geojson::{KindSource, PropertyNames, Writer, read};
use oproep::domain::region::{RegionKind, Territory, place_features};

/// What goes wrong is shown.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let territory = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => the_demonstration_region()?,
        [file, kind] => {
            let names = PropertyNames {
                code: None,
                name: "name".to_owned(),
                inhabitants: None,
                parent: None,
            };
            let kind = RegionKind::from_name(kind).ok_or("there is no such kind of region")?;
            import(Path::new(file), &names, &KindSource::All(kind))?
        }
        _ => return Err("give a file and the kind of its regions, or nothing".into()),
    };
    for kind in RegionKind::ALL {
        let count = territory
            .regions()
            .iter()
            .filter(|region| region.kind == kind)
            .count();
        println!("{:<14} {count:>5}", kind.name());
    }
    Ok(())
}

/// Writes the demonstration region to a file and reads it back.
pub fn the_demonstration_region() -> Result<Territory> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("regions.geojson");
    fs::write(&file, region::geojson())?;
    let (names, kind) = Writer::<File>::property_names();
    import(&file, &names, &kind)
}

/// Reads a file one feature at a time and makes a tree of its regions.
fn import(file: &Path, names: &PropertyNames, kind: &KindSource) -> Result<Territory> {
    let (mut features, mut problem) = (Vec::new(), None);
    read(File::open(file)?, names, kind, |feature| match feature {
        Ok(feature) => {
            features.push(feature);
            ControlFlow::Continue(())
        }
        // An error names the feature and says what to do; it may be passed over as well.
        Err(error) => {
            problem = Some(error);
            ControlFlow::Break(())
        }
    })?;
    if let Some(error) = problem {
        return Err(error.into());
    }
    let (now, random) = (Clock::system().now(), Random::from_os());
    let regions = place_features(features, &Territory::default(), None, || {
        RegionId::new(now, &random)
    })?;
    Ok(Territory::new(regions)?)
}
