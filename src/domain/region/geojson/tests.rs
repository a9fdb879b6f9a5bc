use proptest::prelude::*;
use std::io::Read as _;

use super::*;
use crate::domain::point::Point;
use crate::domain::testing::shared_data;

fn names(code: Option<&str>) -> PropertyNames {
    PropertyNames {
        code: code.map(str::to_owned),
        name: "naam".to_owned(),
        inhabitants: Some("inwoners".to_owned()),
        parent: None,
    }
}

const MUNICIPALITIES: KindSource = KindSource::All(RegionKind::Municipality);

type Features = Vec<Result<RegionFeature, FeatureError>>;

fn read_with(json: &[u8], names: &PropertyNames, kind: &KindSource) -> Result<Features, FileError> {
    let mut features = Vec::new();
    read(json, names, kind, |feature| {
        features.push(feature);
        ControlFlow::Continue(())
    })?;
    Ok(features)
}

fn read_text(json: &str) -> Result<Features, FileError> {
    read_with(json.as_bytes(), &names(None), &MUNICIPALITIES)
}

/// A collection with one feature of this geometry.
fn with_geometry(geometry: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[
            {{"geometry":{geometry},"properties":{{"naam":"Zeist","inwoners":65045}},"type":"Feature"}}]}}"#
    )
}

fn problem(geometry: &str) -> FeatureProblem {
    read_text(&with_geometry(geometry))
        .unwrap()
        .remove(0)
        .unwrap_err()
        .problem
}

const SQUARE: &str = "[[[5,52],[5.1,52],[5.1,52.1],[5,52.1],[5,52]]]";

#[test]
fn a_feature_becomes_a_region_whatever_the_order_of_its_members() {
    for geometry in [
        format!(r#"{{"type":"Polygon","coordinates":{SQUARE}}}"#),
        format!(r#"{{"coordinates":{SQUARE},"bbox":[1,2,3,4],"type":"Polygon"}}"#),
        format!(r#"{{"coordinates":[{SQUARE}],"type":"MultiPolygon"}}"#),
    ] {
        let region = read_text(&format!("\u{feff}{}", with_geometry(&geometry)))
            .unwrap()
            .remove(0)
            .unwrap();
        assert_eq!((region.code.as_str(), region.name.as_str()), ("Zeist", "Zeist"));
        assert_eq!(
            (region.kind, region.inhabitants),
            (RegionKind::Municipality, Some(65_045))
        );
        assert_eq!(region.shape.vertices(), 5);
    }
}

#[test]
fn numbers_serve_as_codes_and_negative_inhabitants_are_unknown() {
    let json = with_geometry(&format!(r#"{{"type":"Polygon","coordinates":{SQUARE}}}"#)).replace(
        r#""inwoners":65045"#,
        r#""inwoners":-99997,"pc4":3701,"more":{"deep":[1,[2]]}"#,
    );
    let features = read_with(
        json.as_bytes(),
        &names(Some("pc4")),
        &KindSource::All(RegionKind::PostcodeArea),
    );
    let region = features.unwrap().remove(0).unwrap();
    assert_eq!((region.code.as_str(), region.inhabitants), ("3701", None));
}

#[test]
fn other_geometries_and_broken_coordinates_are_refused() {
    assert_eq!(problem("null"), FeatureProblem::NoGeometry);
    let point = problem(r#"{"type":"Point","coordinates":[5,52]}"#);
    assert_eq!(point, FeatureProblem::OtherGeometry("Point".to_owned()));
    let collection = problem(r#"{"type":"GeometryCollection","geometries":[]}"#);
    assert_eq!(
        collection,
        FeatureProblem::OtherGeometry("GeometryCollection".to_owned())
    );
    for coordinates in [
        "[]",
        "[[5,52]]",
        "{}",
        "null",
        "\"x\"",
        "[[[[5,52]]]]",
        "[[[5,52],[5,\"x\"]]]",
        "[[[5]]]",
    ] {
        let problem = problem(&format!(r#"{{"type":"Polygon","coordinates":{coordinates}}}"#));
        assert_eq!(problem, FeatureProblem::Coordinates("Polygon"), "{coordinates}");
    }
}

#[test]
fn a_broken_shape_is_told_with_the_feature_the_rule_and_the_position() {
    let bow_tie = r#"{"type":"Polygon","coordinates":[[[5,52],[5.1,52.1],[5.1,52],[5,52.1],[5,52]]]}"#;
    let error = read_text(&with_geometry(bow_tie))
        .unwrap()
        .remove(0)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("feature 0 (\"Zeist\"): ") && error.contains("crosses itself at [5."),
        "{error}"
    );
    assert!(error.ends_with("(the shape begins at [5, 52])"), "{error}");
}

#[test]
fn coordinates_in_metres_are_recognised_as_rd_new() {
    let square = "[[[136000,455000],[137000,455000],[137000,456000],[136000,455000]]]";
    let rd = problem(&format!(r#"{{"type":"Polygon","coordinates":{square}}}"#));
    assert_eq!(
        rd,
        FeatureProblem::RdNew {
            x: 136_000.0,
            y: 455_000.0
        }
    );
    assert!(rd.to_string().contains("EPSG:28992"));
    let other = problem(r#"{"type":"Polygon","coordinates":[[[5,52],[500,52],[5,53],[5,52]]]}"#);
    assert_eq!(other, FeatureProblem::OffTheEarth { x: 500.0, y: 52.0 });
}

#[test]
fn another_coordinate_system_is_refused_before_and_after_the_features() {
    let crs = |name: &str| format!(r#""crs":{{"type":"name","properties":{{"name":"{name}"}}}}"#);
    let rd = crs("urn:ogc:def:crs:EPSG::28992");
    for json in [
        format!(r#"{{"type":"FeatureCollection",{rd},"features":[]}}"#),
        format!(r#"{{"type":"FeatureCollection","features":[],{rd}}}"#),
    ] {
        assert!(matches!(read_text(&json), Err(FileError::OtherCrs(name)) if name.ends_with("28992")));
    }
    for name in [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "EPSG:4326",
        "urn:ogc:def:crs:EPSG::4326",
    ] {
        let json = format!(r#"{{"type":"FeatureCollection",{},"features":[]}}"#, crs(name));
        assert_eq!(read_text(&json).unwrap().len(), 0);
    }
    assert!(read_text(r#"{"type":"FeatureCollection","crs":null,"features":[]}"#).is_ok());
}

#[test]
fn a_code_given_twice_is_told_with_the_first_that_has_it() {
    let feature = format!(
        r#"{{"type":"Feature","properties":{{"naam":"Zeist"}},"geometry":{{"type":"Polygon","coordinates":{SQUARE}}}}}"#
    );
    let json = format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#);
    let features = read_text(&json).unwrap();
    assert_eq!(
        features[1].as_ref().unwrap_err().problem,
        FeatureProblem::DuplicateCode { first: 0 }
    );
}

#[test]
fn properties_that_are_missing_or_wrong_are_named() {
    let json = with_geometry("null");
    let problem = |json: &str, names: &PropertyNames, kind: &KindSource| {
        read_with(json.as_bytes(), names, kind)
            .unwrap()
            .remove(0)
            .unwrap_err()
            .problem
    };
    let unnamed = json.replace("\"naam\"", "\"name\"");
    assert_eq!(
        problem(&unnamed, &names(None), &MUNICIPALITIES),
        FeatureProblem::NameMissing("naam".to_owned())
    );
    assert_eq!(
        problem(&json, &names(Some("pc4")), &MUNICIPALITIES),
        FeatureProblem::CodeMissing("pc4".to_owned())
    );
    let kind = KindSource::Property("soort".to_owned());
    assert_eq!(
        problem(&json, &names(None), &kind),
        FeatureProblem::UnknownKind("soort".to_owned())
    );
    for number in ["1.5", "5e9", "\"veel\"", "\"NaN\""] {
        let json = json.replace("65045", number);
        assert_eq!(
            problem(&json, &names(None), &MUNICIPALITIES),
            FeatureProblem::Inhabitants("inwoners".to_owned())
        );
    }
    let long = json.replace("Zeist", &"z".repeat(101));
    assert_eq!(
        problem(&long, &names(None), &MUNICIPALITIES),
        FeatureProblem::TextTooLong("naam".to_owned())
    );
}

#[test]
fn what_is_no_collection_is_refused_with_the_place() {
    assert!(matches!(
        read_text(r#"{"type":"Feature"}"#),
        Err(FileError::NotACollection)
    ));
    assert!(matches!(
        read_text(r#"{"features":[]}"#),
        Err(FileError::NotACollection)
    ));
    let syntax = read_text("{\"type\":\"FeatureCollection\",\n\"features\":[}");
    assert!(matches!(syntax, Err(FileError::Syntax { line: 2, .. })));
    assert!(matches!(
        read_text(r#"{"type":"FeatureCollection","features":[]} x"#),
        Err(FileError::Syntax { .. })
    ));
}

#[test]
fn a_file_without_end_and_one_with_too_many_features_are_refused() {
    let endless = br#"{"type":"FeatureCollection","x":""#.chain(io::repeat(b'x'));
    let refused = read_at_most(100_000, endless, &names(None), &MUNICIPALITIES, |_| {
        ControlFlow::Continue(())
    });
    assert!(matches!(refused, Err(FileError::TooLong)));
    let many = format!(
        r#"{{"type":"FeatureCollection","features":[{}{{}}]}}"#,
        "{},".repeat(MAX_FEATURES)
    );
    assert!(matches!(read_text(&many), Err(FileError::TooManyFeatures)));
    let vertices = format!("[[{}[5,52]]]", "[5,52],".repeat(200_000));
    assert!(matches!(
        problem(&format!(r#"{{"type":"Polygon","coordinates":{vertices}}}"#)),
        FeatureProblem::Shape {
            problem: AreaProblem::TooManyVertices,
            ..
        }
    ));
}

#[test]
fn the_reader_stops_when_it_is_asked_to() {
    let json = r#"{"type":"FeatureCollection","features":[{},{},not json"#;
    let mut count = 0;
    let read = read(json.as_bytes(), &names(None), &MUNICIPALITIES, |_| {
        count += 1;
        ControlFlow::Break(())
    });
    assert!(read.is_ok() && count == 1);
}

#[test]
fn real_municipalities_and_postcode_areas_are_read() {
    let (Some(municipalities), Some(postcodes)) = (
        shared_data("municipalities.geojson"),
        shared_data("postcodes.geojson"),
    ) else {
        return;
    };
    let municipalities = std::fs::read(municipalities).unwrap();
    let features = read_with(&municipalities, &names(None), &MUNICIPALITIES).unwrap();
    assert_eq!(
        features.iter().filter(|feature| feature.is_ok()).count(),
        39,
        "{features:?}"
    );
    let postcodes = std::fs::read(postcodes).unwrap();
    let names = PropertyNames {
        name: "pc4".to_owned(),
        ..names(None)
    };
    let features = read_with(&postcodes, &names, &KindSource::All(RegionKind::PostcodeArea)).unwrap();
    assert_eq!(features.len(), 366);
    let wrong: Vec<_> = features.into_iter().filter_map(Result::err).collect();
    // Its border was simplified across itself: a shape that only its owner can mend.
    let is_crossed = |error: &FeatureError| {
        matches!(
            error.problem,
            FeatureProblem::Shape {
                problem: AreaProblem::Crossing(_),
                ..
            }
        )
    };
    assert!(
        matches!(&wrong[..], [error] if error.name.as_deref() == Some("3755") && is_crossed(error)),
        "{wrong:?}"
    );
}

#[test]
fn a_spike_is_dropped_wherever_the_ring_begins() {
    let corners = [
        "[5,52]",
        "[5.1,52]",
        "[5.3,51.9]",
        "[5.4,51.8]",
        "[5.3,51.9]",
        "[5.1,52]",
        "[5.1,52.1]",
        "[5,52.1]",
    ];
    for start in 0..corners.len() {
        let mut ring = corners;
        ring.rotate_left(start);
        let json = with_geometry(&format!(
            r#"{{"type":"Polygon","coordinates":[[{},{}]]}}"#,
            ring.join(","),
            ring[0]
        ));
        let region = read_text(&json)
            .unwrap()
            .remove(0)
            .unwrap_or_else(|error| panic!("from {start}: {error}"));
        assert_eq!(region.shape.vertices(), 5);
    }
    let flat = r#"{"type":"Polygon","coordinates":[[[5,52],[5.1,52],[5.2,52],[5.1,52],[5,52]]]}"#;
    assert!(matches!(
        problem(flat),
        FeatureProblem::Shape {
            problem: AreaProblem::RingTooShort,
            ..
        }
    ));
}

fn any_region() -> impl Strategy<Value = RegionFeature> {
    let corner = (
        -1_700_000_000..1_700_000_000i32,
        -800_000_000..800_000_000i32,
        1..90_000_000i32,
    );
    (
        0..7usize,
        "[a-zé\"\\\\ ]{0,20}[a-z]",
        proptest::option::of(any::<u32>()),
        corner,
    )
        .prop_map(|(kind, name, inhabitants, (west, south, size))| {
            let ring = [(0, 0), (size, 0), (size, size), (0, 0)]
                .map(|(lon, lat)| Point::from_units(west + lon, south + lat).unwrap());
            RegionFeature {
                kind: RegionKind::ALL[kind],
                code: name.trim().to_owned(),
                name: name.trim().to_owned(),
                inhabitants,
                parent: inhabitants.map(|inhabitants| inhabitants.to_string()),
                shape: Polygons::new(vec![vec![ring.to_vec()]]).unwrap(),
            }
        })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(mut regions in proptest::collection::vec(any_region(), 0..6)) {
        for (index, region) in regions.iter_mut().enumerate() {
            region.code = format!("{index} {}", region.code);
        }
        let mut writer = Writer::new(Vec::new(), "a \"test\"").unwrap();
        for region in &regions {
            writer.write(region).unwrap();
        }
        let json = writer.finish().unwrap();
        let (names, kind) = Writer::<Vec<u8>>::property_names();
        let read = read_with(&json, &names, &kind).unwrap();
        prop_assert_eq!(read, regions.into_iter().map(Ok).collect::<Vec<_>>());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_with(&bytes, &names(None), &MUNICIPALITIES);
    }

    /// A file with a stretch of it overwritten: likelier to get past the first bracket than any bytes.
    #[test]
    fn a_damaged_file_is_read_or_refused(at in 0..160usize, junk in "[\\[\\]{},:\"0-9eE.-]{0,12}") {
        let mut json = with_geometry(&format!(r#"{{"type":"Polygon","coordinates":{SQUARE}}}"#));
        let end = (at + junk.len()).min(json.len());
        json.replace_range(at.min(end)..end, &junk);
        if let Ok(features) = read_text(&json) {
            for error in features.iter().filter_map(|feature| feature.as_ref().err()) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
