//! The message in English.

use super::{EMERGENCY_NUMBER, POLICE_NUMBER, Sentences, Subject, enumerate, filled};
use crate::domain::action::description::{
    Build, Colour, Description, Garment, GarmentKind, Hair, HairLength, LastSeen, Person, Vehicle,
    VehicleKind,
};
use crate::domain::action::kind::ActionKind;
use crate::domain::action::texts::Text;
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;

pub(super) fn text(kind: ActionKind, description: &Description, subject: Subject, now: Timestamp) -> Text {
    let mut body = Sentences::default();
    opening(kind, description, subject, &mut body);
    if let [person] = description.persons.as_slice() {
        looks(person, subject, &mut body);
    }
    if !description.persons.is_empty() && !description.vehicles.is_empty() {
        body.add(&format!("Also look out for {}", each_vehicle(description)));
    }
    body.add(&seen(description, now));
    body.add_own(description.details.as_ref().and_then(|words| words.en.as_deref()));
    if body.is_empty() {
        return Text::new(title(kind, description, subject), "");
    }
    if kind.defaults().keep_away {
        body.add(match subject {
            Subject::Nothing => "Keep away from it",
            _ => "Do not approach",
        });
    }
    body.add(&request(kind, subject));
    body.into_text(title(kind, description, subject))
}

fn title(kind: ActionKind, description: &Description, subject: Subject) -> String {
    let what = match (description.persons.as_slice(), description.vehicles.as_slice()) {
        ([person], _) => Some(who(person, subject)),
        ([_, _, ..], _) => Some(format!("{} people", number(description.persons.len()))),
        ([], [vehicle, ..]) => Some(vehicle_words(vehicle, false)),
        ([], []) => None,
    };
    match (kind, what) {
        (ActionKind::DangerousSituation, _) => "Take care: dangerous situation".to_owned(),
        (ActionKind::WitnessCall, _) => "Witnesses wanted".to_owned(),
        (ActionKind::UnknownPerson, _) => "Who knows this person?".to_owned(),
        (ActionKind::LostOrFound, _) => "Lost or found".to_owned(),
        (kind, Some(what)) if kind.is_missing() => format!("Missing: {what}"),
        (ActionKind::MissingPerson, None) => "Missing person".to_owned(),
        (kind, None) if kind.is_missing() => "Missing child".to_owned(),
        (_, Some(what)) => format!("Look out for: {what}"),
        (_, None) => "We ask for your help".to_owned(),
    }
}

fn opening(kind: ActionKind, description: &Description, subject: Subject, body: &mut Sentences) {
    let (verb, end) = match kind {
        ActionKind::UnknownPerson => ("We want to know who this is:", ""),
        ActionKind::WitnessCall if subject != Subject::Nothing => ("Did you see", "?"),
        _ => ("We are looking for", ""),
    };
    match description.persons.as_slice() {
        [] if description.vehicles.is_empty() => {}
        [] => body.add(&format!("{verb} {}{end}", each_vehicle(description))),
        [person] => {
            let who = with_article(&who(person, subject));
            body.add(&match filled(person.name.as_deref()) {
                Some(name) => format!("{verb} {name}, {who}{end}"),
                None => format!("{verb} {who}{end}"),
            });
        }
        several => {
            let each: Vec<_> = several.iter().map(short).collect();
            body.add(&format!("{verb} {}{end}", enumerate(&each, "and")));
        }
    }
}

/// `woman aged 82`.
fn who(person: &Person, subject: Subject) -> String {
    let noun = match subject {
        Subject::Man => "man",
        Subject::Woman => "woman",
        Subject::Boy => "boy",
        Subject::Girl => "girl",
        Subject::Child => "child",
        _ => "person",
    };
    match person.age {
        Some(age) => match age.to {
            Some(to) if to != age.from => format!("{noun} aged {} to {to}", age.from),
            _ => format!("{noun} aged {}", age.from),
        },
        None => noun.to_owned(),
    }
}

fn short(person: &Person) -> String {
    let who = with_article(&who(person, Subject::of_person(person)));
    match person.clothing.first() {
        Some(worn) => format!("{who} with {}", garment(*worn)),
        None => who,
    }
}

fn looks(person: &Person, subject: Subject, body: &mut Sentences) {
    let pronoun = match subject {
        Subject::Man | Subject::Boy => "he",
        Subject::Woman | Subject::Girl => "she",
        Subject::Child => "the child",
        _ => "this person",
    };
    let mut is = Vec::new();
    if let Some(cm) = person.height_cm {
        is.push(format!("{}.{:02} metres tall", cm / 100, cm % 100));
    }
    if let Some(build) = person.build {
        is.push(
            match build {
                Build::Slim => "slim",
                Build::Average => "of average build",
                Build::Sturdy => "sturdy",
                Build::Heavy => "heavily built",
            }
            .to_owned(),
        );
    }
    let has = person.hair.and_then(|hair| match hair.length {
        Some(HairLength::Bald) => {
            is.push("bald".to_owned());
            None
        }
        _ => hair_words(hair),
    });
    let looks = match (is.is_empty(), has) {
        (true, None) => String::new(),
        (true, Some(hair)) => format!("{pronoun} has {hair}"),
        (false, None) => format!("{pronoun} is {}", enumerate(&is, "and")),
        (false, Some(hair)) => format!("{pronoun} is {} and has {hair}", is.join(", ")),
    };
    body.add(&looks);
    let worn: Vec<_> = person.clothing.iter().copied().map(garment).collect();
    if !worn.is_empty() {
        body.add(&format!("{pronoun} wears {}", enumerate(&worn, "and")));
    }
    body.add_own(person.particulars.as_ref().and_then(|words| words.en.as_deref()));
}

fn hair_words(hair: Hair) -> Option<String> {
    let length = hair.length.map(|length| match length {
        HairLength::Bald => "no",
        HairLength::Short => "short",
        HairLength::HalfLong => "shoulder-length",
        HairLength::Long => "long",
    });
    let words: Vec<_> = length.into_iter().chain(hair.colour.map(colour_word)).collect();
    (!words.is_empty()).then(|| format!("{} hair", words.join(" ")))
}

fn garment(garment: Garment) -> String {
    let (noun, plural) = match garment.kind {
        GarmentKind::Coat => ("coat", false),
        GarmentKind::RainCoat => ("raincoat", false),
        GarmentKind::Sweater => ("sweater", false),
        GarmentKind::Hoodie => ("hoodie", false),
        GarmentKind::Cardigan => ("cardigan", false),
        GarmentKind::Shirt => ("shirt", false),
        GarmentKind::TShirt => ("T-shirt", false),
        GarmentKind::Trousers => ("trousers", true),
        GarmentKind::Jeans => ("jeans", true),
        GarmentKind::Shorts => ("shorts", true),
        GarmentKind::Tracksuit => ("tracksuit", false),
        GarmentKind::Skirt => ("skirt", false),
        GarmentKind::Dress => ("dress", false),
        GarmentKind::Pyjamas => ("pyjamas", true),
        GarmentKind::Shoes => ("shoes", true),
        GarmentKind::Trainers => ("trainers", true),
        GarmentKind::Boots => ("boots", true),
        GarmentKind::Slippers => ("slippers", true),
        GarmentKind::Cap => ("cap", false),
        GarmentKind::WoollyHat => ("woolly hat", false),
        GarmentKind::Headscarf => ("headscarf", false),
        GarmentKind::Scarf => ("scarf", false),
        GarmentKind::Helmet => ("helmet", false),
        GarmentKind::Glasses => ("glasses", true),
        GarmentKind::Backpack => ("backpack", false),
        GarmentKind::Bag => ("bag", false),
    };
    let words = match garment.colour {
        Some(colour) => format!("{} {noun}", colour_word(colour)),
        None => noun.to_owned(),
    };
    if plural { words } else { with_article(&words) }
}

fn with_article(words: &str) -> String {
    let article = if words.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {words}")
}

const fn colour_word(colour: Colour) -> &'static str {
    match colour {
        Colour::Black => "black",
        Colour::White => "white",
        Colour::Grey => "grey",
        Colour::Silver => "silver",
        Colour::Blue => "blue",
        Colour::DarkBlue => "dark blue",
        Colour::LightBlue => "light blue",
        Colour::Red => "red",
        Colour::DarkRed => "dark red",
        Colour::Green => "green",
        Colour::DarkGreen => "dark green",
        Colour::Yellow => "yellow",
        Colour::Orange => "orange",
        Colour::Brown => "brown",
        Colour::Beige => "beige",
        Colour::Pink => "pink",
        Colour::Purple => "purple",
        Colour::Blond => "fair",
    }
}

fn each_vehicle(description: &Description) -> String {
    let each: Vec<_> = description
        .vehicles
        .iter()
        .map(|vehicle| with_article(&vehicle_words(vehicle, true)))
        .collect();
    enumerate(&each, "and")
}

/// `black car of the make Volkswagen Golf with licence plate GH-123-X`; colour and kind alone when not `full`.
fn vehicle_words(vehicle: &Vehicle, full: bool) -> String {
    let noun = match vehicle.kind {
        VehicleKind::Car => "car",
        VehicleKind::Van => "van",
        VehicleKind::Lorry => "lorry",
        VehicleKind::Motorcycle => "motorcycle",
        VehicleKind::Scooter => "scooter",
        VehicleKind::MobilityScooter => "mobility scooter",
        VehicleKind::Bicycle => "bicycle",
        VehicleKind::ElectricBicycle => "electric bicycle",
        VehicleKind::Boat => "boat",
    };
    let mut words = match vehicle.colour {
        Some(colour) => format!("{} {noun}", colour_word(colour)),
        None => noun.to_owned(),
    };
    if full && let Some(name) = vehicle.name() {
        words.push_str(" of the make ");
        words.push_str(&name);
    }
    if full && let Some(plate) = filled(vehicle.plate.as_deref()) {
        words.push_str(" with licence plate ");
        words.push_str(&plate.to_uppercase());
    }
    words
}

fn seen(description: &Description, now: Timestamp) -> String {
    let seen = description.last_seen.as_ref();
    let place = filled(seen.map(|seen| seen.place.as_str()));
    let direction = filled(description.direction.as_deref());
    let moment = seen.and_then(|LastSeen { at, .. }| *at).map(|at| {
        let shown = dutch_time(at);
        if shown.date() == dutch_time(now).date() {
            format!("at {}", shown.format("%H:%M"))
        } else {
            format!("on {} at {}", shown.format("%-d %B"), shown.format("%H:%M"))
        }
    });
    let after = [
        place.map(ToOwned::to_owned),
        direction.map(|to| format!("towards {to}")),
    ];
    let after: Vec<_> = after.into_iter().flatten().collect();
    match (moment, after.is_empty()) {
        (None, true) => String::new(),
        (None, false) => format!("Last seen: {}", after.join(", ")),
        (Some(moment), true) => format!("Last seen {moment}"),
        (Some(moment), false) => format!("Last seen {moment}: {}", after.join(", ")),
    }
}

fn request(kind: ActionKind, subject: Subject) -> String {
    if !kind.is_time_critical() {
        return format!("Do you know more? Call {POLICE_NUMBER}.");
    }
    let whom = match subject {
        Subject::Man | Subject::Boy => "him",
        Subject::Woman | Subject::Girl => "her",
        Subject::Child => "this child",
        Subject::Person => "this person",
        Subject::Several => "them",
        Subject::Vehicle => "this vehicle",
        Subject::Nothing => "anything",
    };
    format!("Do you see {whom}? Call {EMERGENCY_NUMBER}.")
}

const fn number(count: usize) -> &'static str {
    match count {
        2 => "two",
        3 => "three",
        _ => "four",
    }
}
