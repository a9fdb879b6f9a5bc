//! People who do not exist, spread over regions as people are: most in towns, some in the fields.
//!
//! Streams: one person at a time stands in memory, and the same seed gives the same people.

use crate::domain::language::Language;
use crate::domain::participant::{Contact, Place, PlaceKind, Places, Registration, Topic, Topics};
use crate::domain::point::Point;
use crate::domain::region::Region;
use settlement::Settlement;

use super::dice::Dice;

mod settlement;

/// The most people that a demonstration makes: everybody in the Netherlands takes part.
pub const MAX_PARTICIPANTS: u64 = 18_000_000;

/// The most regions that people are spread over: more than the country has postcode areas of four digits.
pub const MAX_REGIONS: usize = 5_000;

/// How many people, and how they are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PopulationPlan {
    /// The same seed gives the same people.
    pub seed: u64,
    /// How many, at most [`MAX_PARTICIPANTS`].
    pub participants: u64,
    /// The fastest channel that they have.
    pub shares: ChannelShares,
    /// How many of a thousand have a second place.
    pub second_place_permille: u32,
    /// How many of a thousand places lie outside towns.
    pub rural_permille: u32,
    /// How many of a thousand read Dutch; the others English.
    pub dutch_permille: u32,
}

impl PopulationPlan {
    /// This many people as they are expected to be.
    pub const fn new(seed: u64, participants: u64) -> Self {
        Self {
            seed,
            participants,
            shares: ChannelShares {
                app_permille: 880,
                sms_permille: 80,
                email_permille: 40,
            },
            second_place_permille: 400,
            rural_permille: 70,
            dutch_permille: 900,
        }
    }
}

/// Of a thousand people, how many have which channel as their fastest; 1000 in all. Many have slower ones
/// besides: of those with the app over half have e-mail and a third a telephone number, of those with a
/// telephone number half have e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelShares {
    /// The app.
    pub app_permille: u32,
    /// Text messages.
    pub sms_permille: u32,
    /// E-mail.
    pub email_permille: u32,
}

/// A person who does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoParticipant {
    /// The language.
    pub language: Language,
    /// One or two places, home first.
    pub places: Vec<(PlaceKind, Point)>,
    /// A number that is given out to nobody, in E.164.
    pub phone: Option<String>,
    /// An address in a domain that cannot exist.
    pub email: Option<String>,
    /// Whether the person has the app.
    pub app: bool,
    /// The topics, at least one.
    pub topics: Topics,
}

impl DemoParticipant {
    /// What this person would have filled in.
    pub fn into_registration(self) -> Registration {
        let places = self
            .places
            .into_iter()
            .map(|(kind, point)| Place::new(kind, point))
            .collect();
        Registration {
            language: self.language,
            contact: Contact {
                email: self.email.map(|email| email.parse().expect("made by the rules")),
                phone: self.phone.map(|phone| phone.parse().expect("made by the rules")),
            },
            places: Places::new(places).expect("one or two"),
            topics: self.topics,
            rest: crate::domain::participant::Rest::default(),
        }
    }
}

/// The people of a plan, one after the other.
pub struct Population {
    plan: PopulationPlan,
    settlements: Vec<Settlement>,
    /// For every settlement, how many live in it and in those before it.
    upto: Vec<u64>,
    dice: Dice,
    made: u64,
}

impl Population {
    /// Spreads people over these regions by inhabitants. They should not overlap: take the municipalities,
    /// or the postcode areas. A region without inhabitants gets nobody.
    pub fn new<'a>(
        plan: PopulationPlan,
        regions: impl IntoIterator<Item = &'a Region>,
    ) -> Result<Self, PopulationError> {
        let ChannelShares {
            app_permille,
            sms_permille,
            email_permille,
        } = plan.shares;
        if [app_permille, sms_permille, email_permille]
            .into_iter()
            .map(u64::from)
            .sum::<u64>()
            != 1000
        {
            return Err(PopulationError::Shares);
        }
        if plan.participants > MAX_PARTICIPANTS {
            return Err(PopulationError::TooMany);
        }
        let mut dice = Dice::new(plan.seed);
        let inhabited = regions
            .into_iter()
            .filter_map(|region| Some((region, region.inhabitants?)));
        let inhabited = inhabited
            .filter(|(_, inhabitants)| *inhabitants > 0)
            .take(MAX_REGIONS + 1);
        let mut settlements: Vec<_> = inhabited
            .map(|(region, inhabitants)| Settlement::new(&region.shape, inhabitants, &mut dice))
            .collect();
        if settlements.is_empty() {
            return Err(PopulationError::Nobody);
        }
        if settlements.len() > MAX_REGIONS {
            return Err(PopulationError::TooManyRegions);
        }
        settlement::link(&mut settlements);
        let mut total = 0;
        let upto = settlements.iter().map(|settlement| {
            total += u64::from(settlement.inhabitants());
            total
        });
        let upto = upto.collect();
        Ok(Self {
            plan,
            settlements,
            upto,
            dice,
            made: 0,
        })
    }

    fn place(&mut self, settlement: usize) -> Point {
        let rural = self.dice.chance(self.plan.rural_permille);
        self.settlements[settlement].place(rural, &mut self.dice)
    }

    fn places(&mut self) -> Vec<(PlaceKind, Point)> {
        let who = self.dice.below(self.upto[self.upto.len() - 1]);
        let home = self.upto.partition_point(|upto| *upto <= who);
        let first = self.place(home);
        if !self.dice.chance(self.plan.second_place_permille) {
            return vec![(PlaceKind::Home, first)];
        }
        // Most work elsewhere; other places are as often around the corner.
        let kind = if self.dice.chance(700) {
            PlaceKind::Work
        } else {
            PlaceKind::Other
        };
        let stays = self.dice.chance(if kind == PlaceKind::Work { 300 } else { 600 });
        let second = if stays {
            home
        } else {
            self.settlements[home].elsewhere(home, &mut self.dice)
        };
        vec![(PlaceKind::Home, first), (kind, self.place(second))]
    }

    /// Whether the person has the app, e-mail, a telephone number.
    fn channels(&mut self) -> (bool, bool, bool) {
        let best = self.dice.below(1000);
        let ChannelShares {
            app_permille,
            sms_permille,
            ..
        } = self.plan.shares;
        let (email, phone) = (self.dice.unit(), self.dice.unit());
        if best < u64::from(app_permille) {
            (true, email < 0.55, phone < 0.35)
        } else if best < u64::from(app_permille) + u64::from(sms_permille) {
            (false, email < 0.5, true)
        } else {
            (false, true, false)
        }
    }

    fn topics(&mut self) -> Topics {
        let wanted = [
            (Topic::Urgent, 970),
            (Topic::MissingPersons, 930),
            (Topic::Informative, 600),
            (Topic::Prevention, 400),
            (Topic::Survey, 550),
        ];
        let chosen = wanted
            .into_iter()
            .filter(|(_, permille)| self.dice.chance(*permille));
        let topics: Topics = chosen.map(|(topic, _)| topic).collect();
        if topics.is_empty() {
            topics.with(Topic::Urgent)
        } else {
            topics
        }
    }
}

impl Iterator for Population {
    type Item = DemoParticipant;

    fn next(&mut self) -> Option<DemoParticipant> {
        if self.made == self.plan.participants {
            return None;
        }
        let number = self.made;
        self.made += 1;
        let places = self.places();
        let (app, email, phone) = self.channels();
        Some(DemoParticipant {
            language: if self.dice.chance(self.plan.dutch_permille) {
                Language::Nl
            } else {
                Language::En
            },
            places,
            phone: phone.then(|| phone_number(number)),
            email: email.then(|| format!("deelnemer{number}@demo.invalid")),
            app,
            topics: self.topics(),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.plan.participants - self.made).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Population {}

/// A number of its own for each of up to a hundred million people.
///
/// We know of no Dutch numbers set aside for fiction. These have the form of 097 numbers, which are meant for
/// devices, in a part of that range (0979) that the metadata of libphonenumber does not know: only 0970 is.
fn phone_number(number: u64) -> String {
    // A factor without a common divisor with 1e8, so that neighbours do not look alike and none is used twice.
    let shuffled = number * 61_803_399 % 100_000_000;
    format!("+31979{shuffled:08}")
}

/// Why there can be no such population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PopulationError {
    /// Nobody lives in the regions.
    #[error("none of the regions has inhabitants: bring in regions with their number of inhabitants")]
    Nobody,
    /// More people than there are.
    #[error("there can be at most 18,000,000 participants")]
    TooMany,
    /// More regions than it is made for: every one is compared with every other.
    #[error("there can be at most {MAX_REGIONS} regions: take wider ones")]
    TooManyRegions,
    /// The shares do not add up.
    #[error("the shares of app, sms and e-mail must add up to 1000")]
    Shares,
}

#[cfg(test)]
mod tests;
