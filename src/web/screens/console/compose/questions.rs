//! What is asked for a description: the parts, in the order that helps most for a kind of action.

use crate::domain::action::{ActionKind, DescriptionPart};
use crate::web::screens::console::compose::description::UNDER;
use crate::web::screens::form::Form;
use crate::web::screens::texts::Texts;

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A few words.
    Words,
    /// Sentences.
    Sentences,
    /// A whole number.
    Number,
    /// A moment.
    Moment,
    /// One of a family of texts.
    Choice(&'static str, &'static [&'static str]),
}

/// A question.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Where the answer stands in the description.
    pub path: &'static str,
    /// The key of its text.
    pub text: &'static str,
    /// What an answer is.
    pub answer: Answer,
}

const fn ask(path: &'static str, text: &'static str, answer: Answer) -> Question {
    Question { path, text, answer }
}

use Answer::{Choice, Moment, Number, Sentences, Words};

const COLOURS: Answer = Choice(
    "colour",
    &[
        "black",
        "white",
        "grey",
        "silver",
        "blue",
        "dark_blue",
        "light_blue",
        "red",
        "dark_red",
        "green",
        "dark_green",
        "yellow",
        "orange",
        "brown",
        "beige",
        "pink",
        "purple",
        "blond",
    ],
);
const GARMENTS: Answer = Choice(
    "garment",
    &[
        "coat",
        "rain_coat",
        "sweater",
        "hoodie",
        "cardigan",
        "shirt",
        "t_shirt",
        "trousers",
        "jeans",
        "shorts",
        "tracksuit",
        "skirt",
        "dress",
        "pyjamas",
        "shoes",
        "trainers",
        "boots",
        "slippers",
        "cap",
        "woolly_hat",
        "headscarf",
        "scarf",
        "helmet",
        "glasses",
        "backpack",
        "bag",
    ],
);

/// All questions.
pub const QUESTIONS: &[Question] = &[
    ask("persons.0.name", "ask-name", Words),
    ask("persons.0.sex", "ask-sex", Choice("sex", &["male", "female"])),
    ask("persons.0.age.from", "ask-age", Number),
    ask("persons.0.age.to", "ask-age-to", Number),
    ask("persons.0.height_cm", "ask-height", Number),
    ask(
        "persons.0.build",
        "ask-build",
        Choice("build", &["slim", "average", "sturdy", "heavy"]),
    ),
    ask(
        "persons.0.hair.length",
        "ask-hair",
        Choice("hair", &["bald", "short", "half_long", "long"]),
    ),
    ask("persons.0.hair.colour", "ask-hair-colour", COLOURS),
    ask("persons.0.clothing.0.kind", "ask-garment", GARMENTS),
    ask("persons.0.clothing.0.colour", "ask-colour", COLOURS),
    ask("persons.0.clothing.1.kind", "ask-garment-2", GARMENTS),
    ask("persons.0.clothing.1.colour", "ask-colour-2", COLOURS),
    ask("persons.0.clothing.2.kind", "ask-garment-3", GARMENTS),
    ask("persons.0.clothing.2.colour", "ask-colour-3", COLOURS),
    ask("persons.0.particulars.nl", "ask-particulars", Sentences),
    ask("persons.0.particulars.en", "ask-particulars-en", Sentences),
    ask(
        "vehicles.0.kind",
        "ask-vehicle",
        Choice(
            "vehicle",
            &[
                "car",
                "van",
                "lorry",
                "motorcycle",
                "scooter",
                "mobility_scooter",
                "bicycle",
                "electric_bicycle",
                "boat",
            ],
        ),
    ),
    ask("vehicles.0.colour", "ask-vehicle-colour", COLOURS),
    ask("vehicles.0.make", "ask-make", Words),
    ask("vehicles.0.model", "ask-model", Words),
    ask("vehicles.0.plate", "ask-plate", Words),
    ask("last_seen.place", "ask-last-place", Words),
    ask("last_seen.at", "ask-last-at", Moment),
    ask("direction", "ask-direction", Words),
    ask("details.nl", "ask-details", Sentences),
    ask("details.en", "ask-details-en", Sentences),
];

/// A question on a page, with what was answered.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The name of its field.
    pub name: String,
    /// Its text.
    pub label: String,
    /// What an answer is.
    pub answer: Answer,
    /// What may be chosen, with its words.
    pub choices: Vec<(&'static str, String)>,
    /// What was answered.
    pub value: String,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// A part of the description with its questions.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is called.
    pub title: String,
    /// Whether it is shown at once: what helps most, and what was filled in.
    pub is_open: bool,
    /// The questions.
    pub questions: Vec<Asked>,
}

const fn part_of(part: DescriptionPart) -> (&'static str, &'static str) {
    match part {
        DescriptionPart::Persons => ("persons", "part-persons"),
        DescriptionPart::Vehicles => ("vehicles", "part-vehicles"),
        DescriptionPart::LastSeen => ("last_seen", "part-last-seen"),
        DescriptionPart::Direction => ("direction", "part-direction"),
        DescriptionPart::Details => ("details", "part-details"),
    }
}

/// The parts that a kind asks for, with what was typed and what is wrong with it.
pub fn parts(t: Texts, kind: ActionKind, form: &Form, wrong: &[(String, String)]) -> Vec<Part> {
    let parts = kind.defaults().parts.iter().enumerate();
    let parts = parts.map(|(position, part)| {
        let (start, title) = part_of(*part);
        let of_part = QUESTIONS
            .iter()
            .filter(|question| question.path.starts_with(start));
        let questions: Vec<Asked> = of_part.map(|question| asked(t, question, form, wrong)).collect();
        let is_filled = questions
            .iter()
            .any(|asked| !asked.value.is_empty() || asked.wrong.is_some());
        Part {
            title: t.say(title).to_string(),
            is_open: position < 2 || is_filled,
            questions,
        }
    });
    parts.collect()
}

fn asked(t: Texts, question: &Question, form: &Form, wrong: &[(String, String)]) -> Asked {
    let name = format!("{UNDER}{}", question.path);
    let choices = match question.answer {
        Choice(family, options) => {
            let word = |option: &&'static str| (*option, t.say(&format!("{family}-{option}")).to_string());
            options.iter().map(word).collect()
        }
        _ => Vec::new(),
    };
    let wrong = wrong.iter().find(|(field, _)| name.starts_with(field.as_str()));
    Asked {
        label: t.say(question.text).to_string(),
        answer: question.answer,
        choices,
        value: form.text(&name).to_owned(),
        wrong: wrong.map(|(_, said)| said.clone()),
        name,
    }
}

impl Asked {
    /// The `id` of its field.
    pub fn id(&self) -> String {
        self.name.replace('.', "-")
    }

    /// Whether an answer is sentences.
    pub fn is_long(&self) -> bool {
        self.answer == Sentences
    }

    /// Whether it is short enough to stand beside another.
    pub fn is_short(&self) -> bool {
        matches!(self.answer, Number | Choice(..) | Moment)
    }

    /// The kind of input.
    pub const fn input(&self) -> &'static str {
        match self.answer {
            Moment => "datetime-local",
            _ => "text",
        }
    }

    /// Which keys a telephone shows.
    pub const fn keys(&self) -> &'static str {
        match self.answer {
            Number => "numeric",
            _ => "text",
        }
    }
}
