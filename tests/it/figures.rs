//! The figures as the sources keep them, the program describes them and the handbook explains them: the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oproep::telemetry::figures::FIGURES;

/// Every `oproep_...` name in a text that stands between two of these marks.
fn names(text: &str, mark: char) -> BTreeSet<String> {
    text.split(mark)
        .filter(|word| {
            word.starts_with("oproep_") && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        })
        .map(str::to_owned)
        .collect()
}

fn kept(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            kept(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            for call in ["counter!(", "gauge!(", "histogram!("] {
                let after = text
                    .split(call)
                    .skip(1)
                    .filter(|rest| rest.trim_start().starts_with('"'));
                found.extend(after.filter_map(|rest| rest.split('"').nth(1)).map(str::to_owned));
            }
        }
    }
}

#[test]
fn every_figure_is_described_and_explained_in_the_handbook() {
    let described: BTreeSet<String> = FIGURES.iter().map(|figure| figure.name.to_owned()).collect();
    let mut sources = BTreeSet::new();
    kept(Path::new("src"), &mut sources);
    assert_eq!(
        sources, described,
        "kept in src, and described in src/telemetry/figures.rs"
    );
    let handbook = fs::read_to_string("docs/operation.md").expect("the handbook");
    assert_eq!(names(&handbook, '`'), described, "explained in docs/operation.md");
}
