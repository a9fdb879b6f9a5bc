//! Where it is aimed, as it is typed: a circle, regions, corners, or a moving search; and back.

use serde_json::{Value, json};

use crate::desk::Scope;
use crate::desk::actions::Search;
use crate::domain::action::ActionKind;
use crate::domain::area::{Area, Shape, UncheckedArea};
use crate::domain::id::ActionId;
use crate::domain::participant::Postcode;
use crate::domain::point::Point;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::travel::Means;
use crate::web::Web;
use crate::web::extract::area::checked;
use crate::web::problem::Problem;
use crate::web::screens::console::compose::content::moment;
use crate::web::screens::form::Form;

/// An area with the point that it is around, where there is one.
#[derive(Debug)]
pub struct Aim {
    /// The area.
    pub area: Area,
    /// Where it happened: whoever is nearest is told first.
    pub origin: Option<Point>,
}

/// The area that the form says; none while nothing is chosen.
pub async fn read(
    web: &Web,
    scope: &Scope,
    form: &Form,
    kind: ActionKind,
    action: Option<ActionId>,
) -> Result<Option<Aim>, Problem> {
    match form.text("way") {
        "circle" => circle(web, scope, form),
        "regions" => {
            let regions: Vec<&str> = form.all("region").collect();
            let aim = |area| Aim {
                area,
                origin: point(form.text("origin")),
            };
            let area = json!({ "type": "Regions", "regions": regions });
            (!regions.is_empty()).then(|| area_of(area).map(aim)).transpose()
        }
        "drawn" => {
            let corners = corners(form.text("corners"))?;
            let aim = |area| Aim {
                area,
                origin: point(form.text("origin")),
            };
            corners.map(|corners| area_of(corners).map(aim)).transpose()
        }
        "search" => search(web, scope, form, kind, action).await,
        "keep" => {
            let kept = serde_json::from_str(form.text("kept")).unwrap_or(Value::Null);
            let aim = |area| Aim {
                area,
                origin: point(form.text("origin")),
            };
            (!kept.is_null()).then(|| area_of(kept).map(aim)).transpose()
        }
        _ => Ok(None),
    }
}

fn area_of(json: Value) -> Result<Area, Problem> {
    let wrong = |_| Problem::invalid_field("area", ProblemCode::AreaForm);
    let area: UncheckedArea = serde_json::from_value(json).map_err(wrong)?;
    checked(area, "")
}

fn circle(web: &Web, scope: &Scope, form: &Form) -> Result<Option<Aim>, Problem> {
    let Some(place) = form.filled("place") else {
        return Ok(None);
    };
    let centre = place_of(web, scope, "place", place)?;
    let radius: u32 = form
        .text("radius")
        .parse()
        .map_err(|_| Problem::missing("radius"))?;
    let area = json!({ "type": "Circle", "coordinates": centre, "radius_m": radius });
    let area = area_of(area)?;
    Ok(Some(Aim {
        area,
        origin: Some(centre),
    }))
}

/// A postcode, or latitude and longitude.
fn place_of(web: &Web, scope: &Scope, field: &str, text: &str) -> Result<Point, Problem> {
    if let Some(point) = point(text) {
        return Ok(point);
    }
    let wrong = || Problem::invalid_field(field, ProblemCode::PostcodeForm);
    let postcode: Postcode = text.parse().map_err(|_| wrong())?;
    web.desk().point_of_postcode(scope, postcode)?.ok_or_else(wrong)
}

/// `52.0907, 5.1214`: latitude first, as in a navigation device.
fn point(text: &str) -> Option<Point> {
    let numbers = text.split([' ', ',', ';']).filter(|part| !part.is_empty());
    let numbers: Option<Vec<f64>> = numbers.map(|part| part.parse().ok()).collect();
    match numbers?.as_slice() {
        [lat, lon] => Point::from_degrees(*lon, *lat).ok(),
        _ => None,
    }
}

/// Corners, a line each. An empty line begins another polygon, a line with a dash a part that is cut out.
fn corners(text: &str) -> Result<Option<Value>, Problem> {
    let wrong = |line: usize| {
        Problem::from(FieldProblem::new(
            format!("corners[{line}]"),
            ProblemCode::PositionForm,
        ))
    };
    let (mut polygons, mut rings, mut ring) = (Vec::new(), Vec::new(), Vec::<Point>::new());
    let close = |ring: &mut Vec<Point>, rings: &mut Vec<Vec<Point>>| {
        let mut ring = std::mem::take(ring);
        if let Some(first) = ring.first().copied() {
            if ring.last() != Some(&first) {
                ring.push(first);
            }
            rings.push(ring);
        }
    };
    for (number, line) in text.lines().chain([""]).enumerate() {
        match line.trim() {
            "" => {
                close(&mut ring, &mut rings);
                if !rings.is_empty() {
                    polygons.push(std::mem::take(&mut rings));
                }
            }
            "-" => close(&mut ring, &mut rings),
            line => ring.push(point(line).ok_or_else(|| wrong(number))?),
        }
    }
    let area = json!({ "type": "MultiPolygon", "coordinates": polygons });
    Ok((!polygons.is_empty()).then_some(area))
}

async fn search(
    web: &Web,
    scope: &Scope,
    form: &Form,
    kind: ActionKind,
    action: Option<ActionId>,
) -> Result<Option<Aim>, Problem> {
    let (Some(place), Some(at)) = (form.filled("seen_place"), form.filled("seen_at")) else {
        return Ok(None);
    };
    let from = place_of(web, scope, "seen_place", place)?;
    let seen_at = moment(at).ok_or_else(|| Problem::missing("seen_at"))?;
    let means = Means::parse(form.text("means")).unwrap_or(Means::OnFoot);
    let search = Search {
        action,
        kind: Some(kind),
        from: Some(from),
        seen_at: Some(seen_at),
        means,
        at: None,
    };
    let proposed = web.desk().propose_search(scope, &search).await?;
    Ok(Some(Aim {
        area: proposed.area,
        origin: Some(from),
    }))
}

/// How a point is typed.
pub fn typed_point(point: Point) -> String {
    format!("{:.6}, {:.6}", point.lat_degrees(), point.lon_degrees())
}

/// The fields that an area came from. What no field can say is kept as it is.
pub fn fields(area: &Area, origin: Option<Point>, fields: &mut Vec<(String, String)>) {
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    if let Some(origin) = origin {
        put("origin", typed_point(origin));
    }
    match area.shape() {
        Shape::Circle(circle) => {
            put("way", "circle".to_owned());
            put("place", typed_point(circle.centre()));
            put("radius", circle.radius_m().to_string());
        }
        Shape::Regions(regions) => {
            put("way", "regions".to_owned());
            for region in regions {
                put("region", region.to_string());
            }
        }
        Shape::Polygons(polygons) => {
            put("way", "drawn".to_owned());
            put(
                "corners",
                typed_corners(&serde_json::to_value(polygons).unwrap_or_default()),
            );
        }
        Shape::Union(_) | Shape::Difference(_) => {
            put("way", "keep".to_owned());
            put("kept", serde_json::to_string(area).unwrap_or_default());
        }
    }
}

fn typed_corners(polygons: &Value) -> String {
    let coordinates = polygons.get("coordinates").cloned().unwrap_or_default();
    let many = polygons.get("type").and_then(Value::as_str) == Some("MultiPolygon");
    let coordinates = if many { coordinates } else { json!([coordinates]) };
    let polygons: Vec<Vec<Vec<[f64; 2]>>> = serde_json::from_value(coordinates).unwrap_or_default();
    let line = |[lon, lat]: &[f64; 2]| format!("{lat:.7}, {lon:.7}");
    let ring = |ring: &Vec<[f64; 2]>| {
        let corners = &ring[..ring.len().saturating_sub(1)];
        corners.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    let polygon = |rings: &Vec<Vec<[f64; 2]>>| rings.iter().map(ring).collect::<Vec<_>>().join("\n-\n");
    polygons.iter().map(polygon).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "52.0, 5.0\n52.0, 5.2\n52.2, 5.1\n-\n52.05, 5.08\n52.05, 5.12\n52.1, 5.1\n\n53.0, 5.0\n53.0, 5.2\n53.2, 5.1";

    #[test]
    fn corners_become_polygons_with_parts_cut_out_and_are_typed_back_the_same() {
        let area = area_of(corners(TWO).unwrap().unwrap()).unwrap();
        let mut typed = Vec::new();
        fields(&area, None, &mut typed);
        let again = typed.iter().find(|(name, _)| name == "corners").unwrap();
        assert_eq!(area_of(corners(&again.1).unwrap().unwrap()).unwrap(), area);
    }

    #[test]
    fn nothing_typed_is_no_area_and_a_line_that_is_no_point_is_named() {
        assert!(corners(" \n\n").unwrap().is_none());
        let problem = corners("52.0, 5.0\nhere").unwrap_err();
        let fields: Vec<_> = problem.fields(crate::domain::language::Language::Nl).collect();
        assert_eq!(fields[0].0, "corners[1]");
    }

    #[test]
    fn a_point_is_latitude_and_longitude_and_nothing_else_is() {
        assert_eq!(point("52.09, 5.12"), Point::from_degrees(5.12, 52.09).ok());
        for text in ["", "52.09", "3511 AB", "520.9 5.1", "1 2 3"] {
            assert_eq!(point(text), None, "{text}");
        }
    }
}
