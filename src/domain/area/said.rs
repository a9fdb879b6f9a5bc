//! What is wrong with an area, in both languages.

use super::problem::Degrees;
use super::{AreaError, AreaProblem, Circle, MAX_DEPTH, MAX_REGIONS, MAX_VERTICES};
use crate::domain::said::Said;

impl AreaProblem {
    /// What is the matter and what to do.
    pub fn said(&self) -> Said {
        let nl = match self {
            Self::NoPolygon => "er is geen vlak: teken er ten minste een".to_owned(),
            Self::RingTooShort => {
                "een ring heeft ten minste drie verschillende punten nodig, en dan het eerste opnieuw"
                    .to_owned()
            }
            Self::RingOpen => "de ring is open: herhaal het eerste punt als laatste".to_owned(),
            Self::OutOfRange(_) => {
                "geef eerst de lengte, -180 tot 180, en dan de breedte, -90 tot 90, in graden".to_owned()
            }
            Self::Antimeridian => "het gaat over de datumgrens: verdeel het daar in twee vlakken".to_owned(),
            Self::Crossing(at) => {
                format!(
                    "de grens kruist zichzelf bij {}: teken haar zonder lussen",
                    Degrees(*at)
                )
            }
            Self::Overlap(at) => format!(
                "de grens loopt bij {} twee keer over dezelfde lijn: voeg samen wat daaraan ligt",
                Degrees(*at)
            ),
            Self::HoleOutside(at) => format!(
                "het gat bij {} ligt niet in zijn vlak: maak er een eigen vlak van of haal het weg",
                Degrees(*at)
            ),
            Self::HoleInHole(at) => {
                format!("het gat bij {} ligt in een ander gat: haal het weg", Degrees(*at))
            }
            Self::PolygonInPolygon(at) => format!(
                "het vlak bij {} ligt in een ander: haal het weg of maak er een gat van",
                Degrees(*at)
            ),
            Self::TooIntricate => "de vorm is te ingewikkeld om na te gaan: vereenvoudig haar".to_owned(),
            Self::Radius => format!(
                "de straal radius_m is {} tot {}: kies een andere",
                Circle::MIN_RADIUS_M,
                Circle::MAX_RADIUS_M
            ),
            Self::CircleNearPole => format!(
                "de cirkel komt voorbij {} graden breedte: gebruik een vlak",
                Circle::MAX_LATITUDE
            ),
            Self::NoRegions => "er is geen regio genoemd: noem er ten minste een".to_owned(),
            Self::NoAreas => "de vereniging bevat geen gebied: geef er ten minste een".to_owned(),
            Self::TooDeep => {
                format!("verenigingen en verschillen zijn dieper dan {MAX_DEPTH}: voeg er enkele samen")
            }
            Self::TooManyVertices => {
                format!("er zijn meer dan {MAX_VERTICES} hoekpunten in alles: vereenvoudig het gebied")
            }
            Self::TooManyRegions => {
                format!("er zijn meer dan {MAX_REGIONS} regio's genoemd: noem een ruimere regio")
            }
        };
        Said::new(nl, self.to_string())
    }
}

impl AreaError {
    /// What is the matter, where, and what to do.
    pub fn said(&self) -> Said {
        let said = self.problem.said();
        let nl = said.in_language(crate::domain::language::Language::Nl);
        Said::new(format!("{}: {nl}", self.at), self.to_string())
    }
}
