//! The description by its fields: names of fields are paths in it (`d.persons.0.age.from`), so that the form, what was
//! stored, and what is wrong are found by the same name.

use serde_json::{Map, Value};

use crate::domain::action::Description;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::web::problem::Problem;
use crate::web::screens::console::compose::content::{moment, typed_moment};
use crate::web::screens::console::compose::questions::{Answer, QUESTIONS};
use crate::web::screens::form::Form;

/// What stands before the path of a field of the description.
pub const UNDER: &str = "d.";

/// The description that the form says, on top of what was stored: what the form has no fields for stays.
pub fn read(form: &Form, stored: &Description) -> Result<Description, Problem> {
    let mut value = serde_json::to_value(stored).unwrap_or_default();
    for question in QUESTIONS {
        let text = form.text(&format!("{UNDER}{}", question.path));
        let answer = match (&question.answer, text) {
            (_, "") => Value::Null,
            (Answer::Number, text) => {
                let number: u64 = text.parse().map_err(|_| not_a_number(question.path))?;
                number.into()
            }
            (Answer::Moment, text) => {
                let at = moment(text).ok_or_else(|| Problem::missing(&named(question.path)))?;
                serde_json::to_value(at).unwrap_or_default()
            }
            (_, text) => text.into(),
        };
        put(&mut value, question.path, answer);
    }
    tidy(&mut value);
    serde_json::from_value(value).map_err(|_| Problem::missing("description"))
}

fn not_a_number(path: &str) -> Problem {
    let code = if path.contains("height") {
        ProblemCode::HeightOutOfBounds
    } else {
        ProblemCode::AgeOutOfBounds
    };
    FieldProblem::new(named(path), code).into()
}

/// A path as problems name it: `description.persons[0].age`.
fn named(path: &str) -> String {
    let mut name = "description".to_owned();
    for part in path.split('.') {
        if part.parse::<usize>().is_ok() {
            name.extend(["[", part, "]"]);
        } else {
            name.push('.');
            name.push_str(part);
        }
    }
    name
}

/// The field of the form that a problem's name is about: `d.persons.0.age`.
pub fn field_of(problem: &str) -> String {
    let path = problem.strip_prefix("description.").unwrap_or(problem);
    format!("{UNDER}{}", path.replace('[', ".").replace(']', ""))
}

fn put(value: &mut Value, path: &str, answer: Value) {
    let mut at = value;
    for part in path.split('.') {
        if let Ok(position) = part.parse::<usize>() {
            if !at.is_array() {
                *at = Value::Array(Vec::new());
            }
            let list = at.as_array_mut().expect("made just now");
            while list.len() <= position {
                list.push(Value::Object(Map::new()));
            }
            at = &mut list[position];
        } else {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            let fields = at.as_object_mut().expect("made just now");
            at = fields.entry(part).or_insert(Value::Null);
        }
    }
    *at = answer;
}

/// Leaves out what nothing was filled in of.
fn tidy(value: &mut Value) {
    if let Some(people) = value["persons"].as_array_mut() {
        for person in people.iter_mut() {
            if person["age"]["from"].is_null() {
                person["age"] = match person["age"]["to"].take() {
                    Value::Null => Value::Null,
                    only => serde_json::json!({ "from": only }),
                };
            }
            if let Some(clothing) = person["clothing"].as_array_mut() {
                clothing.retain(|garment| !garment["kind"].is_null());
            }
            words(&mut person["particulars"]);
        }
        people.retain(is_filled);
    }
    if let Some(vehicles) = value["vehicles"].as_array_mut() {
        vehicles.retain(is_filled);
        for vehicle in vehicles {
            if vehicle["kind"].is_null() {
                vehicle["kind"] = "car".into();
            }
        }
    }
    if value["last_seen"]["place"].is_null() {
        value["last_seen"]["place"] = "".into();
    }
    if !is_filled(&value["last_seen"]) {
        value["last_seen"] = Value::Null;
    }
    words(&mut value["details"]);
}

/// Words of the operator's own have Dutch, be it nothing.
fn words(value: &mut Value) {
    if !is_filled(value) {
        *value = Value::Null;
    } else if value["nl"].is_null() {
        value["nl"] = "".into();
    }
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(is_filled),
        Value::Object(fields) => fields.values().any(is_filled),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The fields that a description fills in.
pub fn fields(description: &Description, fields: &mut Vec<(String, String)>) {
    let value = serde_json::to_value(description).unwrap_or_default();
    for question in QUESTIONS {
        let pointer = format!("/{}", question.path.replace('.', "/"));
        let text = match (&question.answer, value.pointer(&pointer)) {
            (Answer::Moment, Some(at)) => {
                let at = serde_json::from_value(at.clone()).ok();
                at.map(typed_moment)
            }
            (_, Some(Value::String(text))) => Some(text.clone()),
            (_, Some(Value::Number(number))) => Some(number.to_string()),
            _ => None,
        };
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            fields.push((format!("{UNDER}{}", question.path), text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        Form::read(text.as_bytes())
    }

    #[test]
    fn what_is_typed_becomes_a_description_and_is_typed_back_the_same() {
        let typed = form(
            "d.persons.0.sex=male&d.persons.0.age.from=84&d.persons.0.clothing.1.kind=coat&d.persons.0.clothing.1.colour=red\
             &d.last_seen.place=Stationsplein&d.last_seen.at=2026-03-01T14:40&d.details.nl=Hij+loopt+met+een+stok.",
        );
        let description = read(&typed, &Description::default()).unwrap();
        assert_eq!(description.persons[0].clothing.len(), 1);
        assert_eq!(description.persons[0].age.map(|age| age.from), Some(84));
        let mut again = Vec::new();
        fields(&description, &mut again);
        assert!(again.contains(&("d.last_seen.at".to_owned(), "2026-03-01T14:40".to_owned())));
        let again = Form::of(again);
        assert_eq!(read(&again, &Description::default()).unwrap(), description);
    }

    #[test]
    fn nothing_typed_is_an_empty_description_and_what_has_no_field_stays() {
        assert!(read(&form(""), &Description::default()).unwrap().is_empty());
        let two = serde_json::json!({ "persons": [{ "sex": "male" }, { "sex": "female" }] });
        let stored: Description = serde_json::from_value(two).unwrap();
        let read = read(&form("d.persons.0.sex=female"), &stored).unwrap();
        assert_eq!(read.persons.len(), 2);
    }

    #[test]
    fn a_problem_is_about_the_field_of_its_name() {
        assert_eq!(field_of("description.persons[0].age"), "d.persons.0.age");
        assert_eq!(named("persons.0.age.from"), "description.persons[0].age.from");
    }
}
