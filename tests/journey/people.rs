//! The participants, and who of them must be told what by whom: worked out here, by other code than the program's.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use oproep::demo::population::{DemoParticipant, Population, PopulationPlan};
use oproep::domain::endpoint::Endpoint;
use oproep::domain::id::ParticipantNumber;
use oproep::domain::language::Language;
use oproep::domain::participant::Topic;
use oproep::domain::participant::csv::Writer;
use oproep::receivers::Receivers;
use oproep::receivers::fcm::FcmService;
use oproep::receivers::inbox::{Kind, hint};
use oproep::receivers::push_service::PushService;

use crate::territory::Territory;

/// Of so many participants with the app, one has it in the browser.
const BROWSER_EVERY: usize = 4;

/// The territory and everyone in it, the same on every database.
pub(crate) static WORLD: LazyLock<World> = LazyLock::new(World::make);

pub(crate) struct World {
    pub(crate) territory: Territory,
    /// Those who have no app, as a file brings them in.
    pub(crate) without_app: Vec<DemoParticipant>,
    pub(crate) with_app: Vec<DemoParticipant>,
}

/// Whom a wave has to reach, each under the participant's number.
pub(crate) type Expected = BTreeMap<ParticipantNumber, Told>;

/// Where a message has to arrive.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) receiver: Kind,
    /// Telephone number, mailbox, or the end of a device's address.
    pub(crate) address: String,
    pub(crate) language: Language,
}

impl World {
    fn make() -> Self {
        let territory = Territory::find();
        let plan = PopulationPlan::new(1, territory.participants);
        let people = Population::new(plan, &territory.postcodes).expect("a population");
        let (with_app, without_app) = people.partition(|person| person.app);
        Self {
            territory,
            without_app,
            with_app,
        }
    }

    /// Writes those without the app in the form of an import.
    pub(crate) fn write_csv(&self, path: &Path) {
        let file = std::fs::File::create_new(path).expect("a file");
        let mut writer = Writer::new(std::io::BufWriter::new(file)).expect("it can be written");
        for person in &self.without_app {
            writer.write(&person.clone().into_registration()).expect("a line");
        }
        writer.finish().expect("the file");
    }

    /// The device of a participant with the app, by the place in the list.
    pub(crate) fn device(web_push: &PushService, fcm: &FcmService, index: usize) -> Endpoint {
        let number = u32::try_from(index).expect("few devices");
        if index.is_multiple_of(BROWSER_EVERY) {
            web_push.subscription(number)
        } else {
            fcm.device(number)
        }
    }

    /// Who lives or works in the first municipality, and who only in the second, and wants to hear of missing
    /// persons. Those without the app came first, so theirs are the first numbers.
    pub(crate) fn expected(&self, receivers: &Receivers) -> [Expected; 2] {
        let device = |index| Self::device(&receivers.web_push, &receivers.fcm, index);
        let mut expected = [Expected::new(), Expected::new()];
        let everyone = self.without_app.iter().chain(&self.with_app);
        for (number, (index, person)) in (1..).zip(everyone.enumerate()) {
            if !person.topics.contains(Topic::MissingPersons) {
                continue;
            }
            let has_place = |borders: &crate::territory::Borders| {
                person.places.iter().any(|(_, point)| borders.contain(*point))
            };
            let wave = match (
                has_place(&self.territory.first),
                has_place(&self.territory.second),
            ) {
                (true, _) => 0,
                (false, true) => 1,
                (false, false) => continue,
            };
            let (receiver, address) = match (&person.phone, &person.email) {
                _ if person.app => match device(index - self.without_app.len()) {
                    Endpoint::Fcm { token } => (Kind::Fcm, hint(&token)),
                    Endpoint::WebPush { url, .. } => (Kind::WebPush, hint(&url)),
                    _ => unreachable!("an app is reached by push"),
                },
                (Some(phone), _) => (Kind::Sms, phone.clone()),
                (None, Some(email)) => (Kind::Email, email.clone()),
                (None, None) => unreachable!("everyone is reached by something"),
            };
            let told = Told {
                receiver,
                address,
                language: person.language,
            };
            expected[wave].insert(number, told);
        }
        expected
    }
}
