//! The message in Dutch.

use chrono::Datelike;

use super::{EMERGENCY_NUMBER, POLICE_NUMBER, Sentences, Subject, enumerate, filled};
use crate::domain::action::description::{
    Age, Build, Colour, Description, Garment, GarmentKind, Hair, HairLength, LastSeen, Person, Vehicle,
    VehicleKind,
};
use crate::domain::action::kind::ActionKind;
use crate::domain::action::texts::Text;
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;

/// How an adjective ends before a noun without an article or after `een`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Noun {
    /// A de-word: `een rode jas`.
    De(&'static str),
    /// A het-word: `een rood T-shirt`.
    Het(&'static str),
    /// More than one: `rode schoenen`, without an article.
    Plural(&'static str),
}

use Noun::{De, Het, Plural};

pub(super) fn text(kind: ActionKind, description: &Description, subject: Subject, now: Timestamp) -> Text {
    let mut body = Sentences::default();
    opening(kind, description, subject, &mut body);
    if let [person] = description.persons.as_slice() {
        looks(person, subject, &mut body);
    }
    if !description.persons.is_empty() && !description.vehicles.is_empty() {
        body.add(&format!("Let ook op {}", each_vehicle(description)));
    }
    body.add(&seen(description, now));
    body.add_own(description.details.as_ref().map(|words| words.nl.as_str()));
    if body.is_empty() {
        return Text::new(title(kind, description, subject), "");
    }
    if kind.defaults().keep_away {
        body.add(match subject {
            Subject::Nothing => "Blijf uit de buurt",
            _ => "Ga er niet zelf op af",
        });
    }
    body.add(&request(kind, subject));
    body.into_text(title(kind, description, subject))
}

fn title(kind: ActionKind, description: &Description, subject: Subject) -> String {
    let what = match (description.persons.as_slice(), description.vehicles.as_slice()) {
        ([person], _) => Some(who(person, subject)),
        ([_, _, ..], _) => Some(format!("{} personen", number(description.persons.len()))),
        ([], [vehicle, ..]) => Some(vehicle_words(vehicle, false)),
        ([], []) => None,
    };
    match (kind, what) {
        (ActionKind::DangerousSituation, _) => "Let op: gevaarlijke situatie".to_owned(),
        (ActionKind::WitnessCall, _) => "Getuigen gezocht".to_owned(),
        (ActionKind::UnknownPerson, _) => "Wie kent deze persoon?".to_owned(),
        (ActionKind::LostOrFound, _) => "Verloren of gevonden".to_owned(),
        (kind, Some(what)) if kind.is_missing() => format!("Vermist: {what}"),
        (ActionKind::MissingPerson, None) => "Vermist persoon".to_owned(),
        (kind, None) if kind.is_missing() => "Vermist kind".to_owned(),
        (_, Some(what)) => format!("Gezocht: {what}"),
        (_, None) => "Wij vragen uw hulp".to_owned(),
    }
}

fn opening(kind: ActionKind, description: &Description, subject: Subject, body: &mut Sentences) {
    let (verb, end) = match kind {
        ActionKind::UnknownPerson => ("Wij willen weten wie dit is:", ""),
        ActionKind::WitnessCall if subject != Subject::Nothing => ("Wie zag", "?"),
        _ => ("Wij zoeken", ""),
    };
    match description.persons.as_slice() {
        [] if description.vehicles.is_empty() => {}
        [] => body.add(&format!("{verb} {}{end}", each_vehicle(description))),
        [person] => {
            let who = who(person, subject);
            body.add(&match filled(person.name.as_deref()) {
                Some(name) => format!("{verb} {name}, een {who}{end}"),
                None => format!("{verb} een {who}{end}"),
            });
        }
        several => {
            let each: Vec<_> = several.iter().map(short).collect();
            body.add(&format!("{verb} {}{end}", enumerate(&each, "en")));
        }
    }
}

/// `vrouw van 82 jaar`.
fn who(person: &Person, subject: Subject) -> String {
    let noun = match subject {
        Subject::Man => "man",
        Subject::Woman => "vrouw",
        Subject::Boy => "jongen",
        Subject::Girl => "meisje",
        Subject::Child => "kind",
        _ => "persoon",
    };
    match person.age {
        Some(age) => format!("{noun} van {}", years(age)),
        None => noun.to_owned(),
    }
}

fn years(age: Age) -> String {
    match age.to {
        Some(to) if to != age.from => format!("{} tot {to} jaar", age.from),
        _ => format!("{} jaar", age.from),
    }
}

/// One of several: `een man van 20 jaar in een zwarte jas`.
fn short(person: &Person) -> String {
    let who = who(person, Subject::of_person(person));
    match person.clothing.first() {
        Some(worn) => format!("een {who} met {}", garment(*worn)),
        None => format!("een {who}"),
    }
}

fn looks(person: &Person, subject: Subject, body: &mut Sentences) {
    let pronoun = match subject {
        Subject::Man | Subject::Boy => "hij",
        Subject::Woman | Subject::Girl => "zij",
        Subject::Child => "het kind",
        _ => "deze persoon",
    };
    let mut is = Vec::new();
    if let Some(cm) = person.height_cm {
        is.push(format!("{},{:02} meter lang", cm / 100, cm % 100));
    }
    if let Some(build) = person.build {
        is.push(
            match build {
                Build::Slim => "slank",
                Build::Average => "gemiddeld gebouwd",
                Build::Sturdy => "stevig gebouwd",
                Build::Heavy => "fors gebouwd",
            }
            .to_owned(),
        );
    }
    let has = person.hair.and_then(|hair| match hair.length {
        Some(HairLength::Bald) => {
            is.push("kaal".to_owned());
            None
        }
        _ => hair_words(hair),
    });
    let looks = match (is.is_empty(), has) {
        (true, None) => String::new(),
        (true, Some(hair)) => format!("{pronoun} heeft {hair}"),
        (false, None) => format!("{pronoun} is {}", enumerate(&is, "en")),
        (false, Some(hair)) => format!("{pronoun} is {} en heeft {hair}", is.join(", ")),
    };
    body.add(&looks);
    let worn: Vec<_> = person.clothing.iter().copied().map(garment).collect();
    if !worn.is_empty() {
        body.add(&format!("{pronoun} draagt {}", enumerate(&worn, "en")));
    }
    body.add_own(person.particulars.as_ref().map(|words| words.nl.as_str()));
}

fn hair_words(hair: Hair) -> Option<String> {
    let length = hair.length.map(|length| match length {
        HairLength::Bald => "geen",
        HairLength::Short => "kort",
        HairLength::HalfLong => "halflang",
        HairLength::Long => "lang",
    });
    let colour = hair.colour.map(|colour| colour_words(colour).0);
    let words: Vec<_> = length.into_iter().chain(colour).collect();
    (!words.is_empty()).then(|| format!("{} haar", words.join(" ")))
}

fn garment(garment: Garment) -> String {
    let noun = match garment.kind {
        GarmentKind::Coat => De("jas"),
        GarmentKind::RainCoat => De("regenjas"),
        GarmentKind::Sweater => De("trui"),
        GarmentKind::Hoodie => De("trui met capuchon"),
        GarmentKind::Cardigan => Het("vest"),
        GarmentKind::Shirt => Het("overhemd"),
        GarmentKind::TShirt => Het("T-shirt"),
        GarmentKind::Trousers => De("broek"),
        GarmentKind::Jeans => De("spijkerbroek"),
        GarmentKind::Shorts => De("korte broek"),
        GarmentKind::Tracksuit => Het("trainingspak"),
        GarmentKind::Skirt => De("rok"),
        GarmentKind::Dress => De("jurk"),
        GarmentKind::Pyjamas => De("pyjama"),
        GarmentKind::Shoes => Plural("schoenen"),
        GarmentKind::Trainers => Plural("sportschoenen"),
        GarmentKind::Boots => Plural("laarzen"),
        GarmentKind::Slippers => Plural("pantoffels"),
        GarmentKind::Cap => De("pet"),
        GarmentKind::WoollyHat => De("muts"),
        GarmentKind::Headscarf => De("hoofddoek"),
        GarmentKind::Scarf => De("sjaal"),
        GarmentKind::Helmet => De("helm"),
        GarmentKind::Glasses => De("bril"),
        GarmentKind::Backpack => De("rugzak"),
        GarmentKind::Bag => De("tas"),
    };
    with_colour(noun, garment.colour, true)
}

/// `een rode jas`, `een rood T-shirt`, `rode schoenen`; without the article when not `article`.
fn with_colour(noun: Noun, colour: Option<Colour>, article: bool) -> String {
    let (word, inflected) = match noun {
        De(word) | Plural(word) => (word, true),
        Het(word) => (word, false),
    };
    let colour = colour.map(|colour| {
        let (plain, with_e) = colour_words(colour);
        if inflected { with_e } else { plain }
    });
    let article = (article && !matches!(noun, Plural(_))).then_some("een");
    let words: Vec<_> = article.into_iter().chain(colour).chain([word]).collect();
    words.join(" ")
}

/// A colour as it stands alone, and before a de-word.
const fn colour_words(colour: Colour) -> (&'static str, &'static str) {
    match colour {
        Colour::Black => ("zwart", "zwarte"),
        Colour::White => ("wit", "witte"),
        Colour::Grey => ("grijs", "grijze"),
        Colour::Silver => ("zilverkleurig", "zilverkleurige"),
        Colour::Blue => ("blauw", "blauwe"),
        Colour::DarkBlue => ("donkerblauw", "donkerblauwe"),
        Colour::LightBlue => ("lichtblauw", "lichtblauwe"),
        Colour::Red => ("rood", "rode"),
        Colour::DarkRed => ("donkerrood", "donkerrode"),
        Colour::Green => ("groen", "groene"),
        Colour::DarkGreen => ("donkergroen", "donkergroene"),
        Colour::Yellow => ("geel", "gele"),
        Colour::Orange => ("oranje", "oranje"),
        Colour::Brown => ("bruin", "bruine"),
        Colour::Beige => ("beige", "beige"),
        Colour::Pink => ("roze", "roze"),
        Colour::Purple => ("paars", "paarse"),
        Colour::Blond => ("blond", "blonde"),
    }
}

fn each_vehicle(description: &Description) -> String {
    let each: Vec<_> = description
        .vehicles
        .iter()
        .map(|vehicle| format!("een {}", vehicle_words(vehicle, true)))
        .collect();
    enumerate(&each, "en")
}

/// `zwarte auto van het merk Volkswagen Golf met kenteken GH-123-X`; colour and kind alone when not `full`.
fn vehicle_words(vehicle: &Vehicle, full: bool) -> String {
    let noun = match vehicle.kind {
        VehicleKind::Car => "auto",
        VehicleKind::Van => "bestelbus",
        VehicleKind::Lorry => "vrachtwagen",
        VehicleKind::Motorcycle => "motor",
        VehicleKind::Scooter => "scooter",
        VehicleKind::MobilityScooter => "scootmobiel",
        VehicleKind::Bicycle => "fiets",
        VehicleKind::ElectricBicycle => "elektrische fiets",
        VehicleKind::Boat => "boot",
    };
    let mut words = with_colour(De(noun), vehicle.colour, false);
    if full && let Some(name) = vehicle.name() {
        words.push_str(" van het merk ");
        words.push_str(&name);
    }
    if full && let Some(plate) = filled(vehicle.plate.as_deref()) {
        words.push_str(" met kenteken ");
        words.push_str(&plate.to_uppercase());
    }
    words
}

fn seen(description: &Description, now: Timestamp) -> String {
    let seen = description.last_seen.as_ref();
    let place = filled(seen.map(|seen| seen.place.as_str()));
    let direction = filled(description.direction.as_deref());
    let moment = seen
        .and_then(|LastSeen { at, .. }| *at)
        .map(|at| moment_words(at, now));
    let after = [
        place.map(ToOwned::to_owned),
        direction.map(|to| format!("richting {to}")),
    ];
    let after: Vec<_> = after.into_iter().flatten().collect();
    match (moment, after.is_empty()) {
        (None, true) => String::new(),
        (None, false) => format!("Laatst gezien: {}", after.join(", ")),
        (Some(moment), true) => format!("Laatst gezien {moment}"),
        (Some(moment), false) => format!("Laatst gezien {moment}: {}", after.join(", ")),
    }
}

fn moment_words(moment: Timestamp, now: Timestamp) -> String {
    const MONTHS: [&str; 12] = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ];
    let shown = dutch_time(moment);
    let clock = shown.format("%H:%M");
    if shown.date() == dutch_time(now).date() {
        format!("om {clock} uur")
    } else {
        let month = MONTHS[shown.month0() as usize];
        format!("op {} {month} om {clock} uur", shown.day())
    }
}

fn request(kind: ActionKind, subject: Subject) -> String {
    if !kind.is_time_critical() {
        return format!("Weet u meer? Bel {POLICE_NUMBER}.");
    }
    let whom = match subject {
        Subject::Man | Subject::Boy => "hem",
        Subject::Woman | Subject::Girl => "haar",
        Subject::Child => "dit kind",
        Subject::Person => "deze persoon",
        Subject::Several => "hen",
        Subject::Vehicle => "dit voertuig",
        Subject::Nothing => "iets",
    };
    format!("Ziet u {whom}? Bel {EMERGENCY_NUMBER}.")
}

const fn number(count: usize) -> &'static str {
    match count {
        2 => "twee",
        3 => "drie",
        _ => "vier",
    }
}
