//! `oproep import regions`.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Args;

use crate::cli::arguments::{RegionKey, region_kind};
use crate::cli::figures::counted;
use crate::cli::{CliError, Common, Output, machine};
use crate::domain::id::RegionId;
use crate::domain::random::Random;
use crate::domain::region::geojson::{KindSource, PropertyNames, RegionFeature, read};
use crate::domain::region::{RegionKind, place_features};

/// The most features of which is said what is wrong.
const MAX_TOLD: usize = 20;

/// Which file, and what its properties are called.
#[derive(Debug, Args)]
#[command(
    after_help = "Bring in the widest regions first: every region but the widest belongs to another.\n\n\
    Examples:\n  \
    oproep import regions unit.geojson --kind police_unit\n  \
    oproep import regions municipalities.geojson --kind municipality --name-property naam \\\n      \
    --inhabitants-property inwoners --parent police_unit:Midden-Nederland\n  \
    oproep import regions all.geojson --kind-property kind --parent-property parent"
)]
pub struct RegionArguments {
    /// The GeoJSON file: a FeatureCollection of polygons.
    file: PathBuf,
    /// What the regions are: country, police_unit, district, base_team, municipality, neighbourhood or
    /// postcode_area.
    #[arg(long, value_parser = region_kind, required_unless_present = "kind_property",
        conflicts_with = "kind_property")]
    kind: Option<RegionKind>,
    /// The property that says what a region is, instead of --kind.
    #[arg(long, value_name = "PROPERTY")]
    kind_property: Option<String>,
    /// The property with the name.
    #[arg(long, value_name = "PROPERTY", default_value = "name")]
    name_property: String,
    /// The property with the code; the name serves as code without.
    #[arg(long, value_name = "PROPERTY")]
    code_property: Option<String>,
    /// The property with the number of inhabitants.
    #[arg(long, value_name = "PROPERTY")]
    inhabitants_property: Option<String>,
    /// The property with the code of the region that it belongs to.
    #[arg(long, value_name = "PROPERTY")]
    parent_property: Option<String>,
    /// The region that all of them belong to, where the file does not say.
    #[arg(long, value_name = "KIND:CODE")]
    parent: Option<RegionKey>,
}

pub(super) async fn import(common: &Common, arguments: RegionArguments) -> Result<(), CliError> {
    let (desk, scope) = machine::desk(common).await?;
    let territory = desk.directory().territory();
    let parent = arguments
        .parent
        .as_ref()
        .map(|key| key.find(&territory))
        .transpose()?;
    let features = features(&arguments)?;
    let (now, random) = (desk.now(), Random::from_os());
    let regions = place_features(features, &territory, parent.map(|region| region.id), || {
        RegionId::new(now, &random)
    })
    .map_err(|error| CliError::Refused(error.to_string()))?;
    let imported = desk.import_regions(&scope, regions).await?;
    Output::new(common).answer(&imported, |imported| {
        format!(
            "{} added, {} replaced",
            counted(imported.added, "region", "regions"),
            imported.replaced
        )
    })?;
    Ok(())
}

/// What the file describes, or what is wrong with it.
fn features(arguments: &RegionArguments) -> Result<Vec<RegionFeature>, CliError> {
    let path = &arguments.file;
    let names = PropertyNames {
        code: arguments.code_property.clone(),
        name: arguments.name_property.clone(),
        inhabitants: arguments.inhabitants_property.clone(),
        parent: arguments.parent_property.clone(),
    };
    let kind = match (&arguments.kind_property, arguments.kind) {
        (Some(property), _) => KindSource::Property(property.clone()),
        (None, Some(kind)) => KindSource::All(kind),
        (None, None) => return Err(CliError::Usage("say what the regions are: --kind".to_owned())),
    };
    let (mut features, mut problems) = (Vec::new(), Vec::new());
    let source = File::open(path).map_err(CliError::file(path))?;
    let outcome = read(source, &names, &kind, |feature| {
        match feature {
            Ok(feature) => features.push(feature),
            Err(error) => problems.push(format!("{}: {error}", path.display())),
        }
        if problems.len() < MAX_TOLD {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    outcome.map_err(|error| CliError::Refused(format!("{}: {error}", path.display())))?;
    if problems.is_empty() {
        Ok(features)
    } else {
        problems.push("nothing was stored".to_owned());
        Err(CliError::Refused(problems.join("\n")))
    }
}
