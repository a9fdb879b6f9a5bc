use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;

use super::*;

fn files_under(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, found);
        }
    }
}

fn in_expression(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    let selector = match expression {
        Expression::Select { selector, variants } => {
            for variant in variants {
                variables(&variant.value, found);
            }
            selector
        }
        Expression::Inline(inline) => inline,
    };
    match selector {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => in_expression(expression, found),
        _ => {}
    }
}

/// Every key of a language with what is filled in.
fn keys(files: &[&str]) -> BTreeSet<(String, BTreeSet<String>)> {
    let mut found = BTreeSet::new();
    for file in files {
        for entry in parse(*file)
            .unwrap_or_else(|(_, errors)| panic!("{errors:?}"))
            .body
        {
            if let Entry::Message(message) = entry {
                let mut filled = BTreeSet::new();
                variables(message.value.as_ref().expect("a text has words"), &mut filled);
                assert!(
                    found.insert((message.id.name.to_owned(), filled)),
                    "{} stands twice",
                    message.id.name
                );
            }
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_gaps() {
    let (dutch, english) = (keys(NL), keys(EN));
    let differing: Vec<_> = dutch.symmetric_difference(&english).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn every_file_of_texts_is_part_of_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/texts");
    for language in ["nl", "en"] {
        let count = files_under(&folder.join(language), ".ftl").len();
        assert_eq!(count, NL.len(), "a file of {language} is not named in files!");
    }
}

/// Keys as templates and sources use them: `say("KEY")`, and families of keys as `say(KEY-{}` in `format!`.
fn used() -> (BTreeSet<String>, BTreeSet<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = files_under(&root.join("web/templates"), ".html");
    files.extend(files_under(&root.join("src/web/screens"), ".rs"));
    let (mut whole, mut families) = (BTreeSet::new(), BTreeSet::new());
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = fs::read_to_string(file).unwrap();
        for (marker, end) in [("say(\"", '"'), ("text_key!(\"", '"')] {
            for part in text.split(marker).skip(1) {
                whole.insert(part.split(end).next().unwrap().to_owned());
            }
        }
        for part in text
            .split("say(&format!(\"")
            .chain(text.split("say(format!(\""))
            .skip(1)
        {
            if let Some((family, _)) = part.split_once('{') {
                families.insert(family.to_owned());
            }
        }
    }
    (whole, families)
}

#[test]
fn every_text_that_is_used_is_there() {
    let known: BTreeSet<String> = keys(NL).into_iter().map(|(key, _)| key).collect();
    let (whole, _) = used();
    let missing: Vec<_> = whole.difference(&known).collect();
    assert!(missing.is_empty(), "no text for {missing:#?}");
}

#[test]
fn texts_are_filled_in_with_numbers_as_they_are_written_here() {
    let say = |language, count: u32| Texts(language).say("ago-hours").with("count", count).to_string();
    assert_eq!(say(Language::Nl, 12_431), "12.431 uur geleden");
    assert_eq!(say(Language::En, 12_431), "12,431 hours ago");
    assert_eq!(Texts(Language::Nl).number(-1_234_567_i64), "-1.234.567");
    assert_eq!(Texts(Language::Nl).number(999_u32), "999");
}
