//! One contract for all adapters: whatever the other side does, an adapter answers for every recipient in bounded time
//! and in the right class, calls nobody's address dead who did not turn out to be, loses nothing, and is well again
//! with the other side.
//!
//! Each scenario is written once and run for every adapter, through a proxy that misbehaves below what is spoken
//! ([`proxy`]) or a receiver that does in its own words (`oproep::receivers::faults`).

use std::time::Duration;

use oproep::domain::action::{MAX_BODY_CHARS, MAX_TITLE_CHARS};
use oproep::domain::clock::Clock;
use oproep::domain::delivery::Attempt;
use oproep::domain::message::Message;
use oproep::domain::sms_text::fits_with_link;
use oproep::receivers::faults::{Fault, FaultPlan};
use oproep::receivers::inbox::Kind;

use crate::sample::message;

use self::proxy::Mode;
use self::subjects::{Adapter, Setup, Subject};

mod proxy;
mod reports;
mod subjects;

/// Recipients of a scenario.
const COUNT: usize = 8;
/// The longest that a call may take: the time limits of the adapters are shorter, and none adds up.
const LONGEST: Duration = Duration::from_secs(8);

/// What an attempt says of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Accepted,
    Rejected,
    Dead,
    Throttled,
    Transient,
    Unconfirmed,
}

use Class::{Accepted, Dead, Rejected, Throttled, Transient, Unconfirmed};

fn class(attempt: &Attempt) -> Class {
    match attempt {
        Attempt::Accepted => Accepted,
        Attempt::Rejected {
            endpoint_gone: true, ..
        } => Dead,
        Attempt::Rejected { .. } => Rejected,
        Attempt::Throttled { .. } | Attempt::Withheld { .. } => Throttled,
        Attempt::Transient { .. } => Transient,
        Attempt::Unconfirmed { .. } => Unconfirmed,
    }
}

impl Subject {
    /// Sends to recipients from the `from`th, and holds what every scenario holds.
    async fn send(&self, from: usize, count: usize) -> Vec<Attempt> {
        let (message, recipients) = (message(), self.recipients(from, count));
        assert!(
            recipients
                .iter()
                .all(|recipient| self.reaches(&recipient.endpoint))
        );
        let (clock, began) = (Clock::system(), Clock::system().now());
        let mut attempts = Vec::new();
        for some in recipients.chunks(self.provider.batch_limit()) {
            attempts.extend(self.provider.send(&message, some).await);
        }
        let took = clock.now().since(began);
        assert!(took < LONGEST, "{:?} took {took:?}", self.adapter);
        assert_eq!(
            attempts.len(),
            count,
            "{:?}: one attempt a recipient",
            self.adapter
        );
        for attempt in &attempts {
            if let Attempt::Rejected { reason, .. }
            | Attempt::Transient { reason }
            | Attempt::Unconfirmed { reason } = attempt
            {
                assert!((1..=64).contains(&reason.chars().count()), "{reason}");
            }
        }
        attempts
    }

    /// Sends, and expects nothing but these classes.
    async fn expect(&self, from: usize, classes: &[Class]) -> Vec<Attempt> {
        let attempts = self.send(from, COUNT).await;
        for attempt in &attempts {
            assert!(
                classes.contains(&class(attempt)),
                "{:?}: {attempts:?} are not all of {classes:?}",
                self.adapter
            );
        }
        attempts
    }

    fn arrived(&self) -> u64 {
        self.inbox.counts().of(self.adapter.kind()).arrived
    }

    /// Waits until so many arrived: some receivers show a message a moment after they took it.
    async fn arrive(&self, count: u64) {
        let arrived = tokio::time::timeout(LONGEST, self.inbox.wait_for(count)).await;
        assert!(
            arrived.is_ok(),
            "{:?}: {} of {count}",
            self.adapter,
            self.arrived()
        );
    }

    fn fault(&self, fault: impl Into<FaultPlan>) {
        self.faults.set(self.adapter.kind(), fault).unwrap();
    }

    /// Everything is well again: whoever is sent to now gets it, once.
    async fn is_well(&self) {
        self.fault(Fault::None);
        self.proxy.set(Mode::Pass).await;
        // A connection that was cut may be found out by the first message of each.
        let mut from = 100;
        for _ in 0..6 {
            let attempts = self.send(from, COUNT).await;
            if attempts.iter().all(|attempt| class(attempt) == Accepted) {
                let references = self.recipients(from, COUNT);
                if self.adapter != Adapter::TwilioVoice {
                    self.arrive(1).await;
                }
                for recipient in references {
                    let once = async {
                        let mut all = self.inbox.counts().arrived();
                        while self.inbox.times(&recipient.reference) == 0 && self.shows_references() {
                            self.inbox.wait_for(all + 1).await;
                            all = self.inbox.counts().arrived();
                        }
                    };
                    tokio::time::timeout(LONGEST, once).await.expect("it arrives");
                    assert!(self.inbox.times(&recipient.reference) <= 1);
                }
                return;
            }
            from += COUNT;
        }
        panic!("{:?} is not well again", self.adapter);
    }

    /// Whether what arrives shows our reference: Kannel's and Twilio's texts carry it in the address for reports
    /// alone, and Twilio's calls say what they are told to.
    fn shows_references(&self) -> bool {
        !matches!(
            self.adapter,
            Adapter::Kannel | Adapter::TwilioSms | Adapter::TwilioVoice
        )
    }
}

/// Classes of a message that may have left.
const MAY_HAVE_LEFT: &[Class] = &[Unconfirmed, Transient];

async fn takes_messages(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    subject.expect(0, &[Accepted]).await;
    if adapter != Adapter::TwilioVoice {
        subject.arrive(COUNT as u64).await;
        assert_eq!(subject.inbox.duplicates().extra, 0);
    }
}

/// The longest texts that an action takes for this channel: of plain letters, and of what is written longest.
fn longest(kind: Kind) -> Vec<Message> {
    let fits = |body: &String| kind != Kind::Sms || fits_with_link(body);
    ["n", "\"", "€", "\u{1f6b2}"]
        .map(|character| {
            let mut lengths = (1..=MAX_BODY_CHARS).rev();
            let body = lengths.find_map(|length| Some(character.repeat(length)).filter(fits));
            Message {
                title: character.repeat(MAX_TITLE_CHARS),
                body: body.expect("one character fits"),
                collapse_key: "a".repeat(32),
                ..message()
            }
        })
        .into()
}

/// What an action may say goes out whole: no channel's own limit is left to be met when it is too late.
async fn takes_the_longest_texts_whole(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    for (number, message) in (0..).zip(longest(adapter.kind())) {
        let mut recipients = subject.recipients(number, 1);
        recipients[0].reference = format!("{number:x<32}");
        let attempts = subject.provider.send(&message, &recipients).await;
        assert_eq!(class(&attempts[0]), Accepted, "{adapter:?}: {attempts:?}");
        if adapter != Adapter::TwilioVoice {
            subject.arrive(number as u64 + 1).await;
            let arrived = subject.inbox.list(0, 1).remove(0);
            assert!(
                squeezed(&arrived.body).contains(&squeezed(&message.body)),
                "{adapter:?} cut it: {}",
                arrived.body
            );
        }
    }
}

async fn refuses_connections(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    subject.proxy.set(Mode::Refuse).await;
    subject.expect(0, &[Transient]).await;
    assert_eq!(subject.arrived(), 0);
    subject.is_well().await;
}

async fn resets_connections(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    subject.proxy.set(Mode::Reset).await;
    subject.expect(0, MAY_HAVE_LEFT).await;
    assert_eq!(subject.arrived(), 0);
    subject.is_well().await;
}

async fn hangs(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    subject.proxy.set(Mode::Hang).await;
    let attempts = subject.expect(0, MAY_HAVE_LEFT).await;
    if !adapter.leaves_at_once() {
        assert!(
            attempts.iter().all(|attempt| class(attempt) == Transient),
            "{attempts:?}"
        );
    }
    assert_eq!(subject.arrived(), 0);
    subject.is_well().await;
}

async fn answers_one_byte_a_second(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    subject.proxy.set(Mode::Trickle).await;
    subject.expect(0, MAY_HAVE_LEFT).await;
    subject.is_well().await;
}

async fn hangs_in_its_own_words(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    subject.fault(Fault::Hang { ms: 60_000 });
    subject.expect(0, MAY_HAVE_LEFT).await;
    assert_eq!(subject.arrived(), 0);
    subject.is_well().await;
}

async fn takes_messages_and_drops_the_answer(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    subject.fault(Fault::Reset { taken: true });
    subject.expect(0, MAY_HAVE_LEFT).await;
    assert!(
        subject.inbox.duplicates().most <= 1,
        "nothing was sent again behind our back"
    );
    subject.is_well().await;
}

async fn throttles(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    // The first connection of some is made with care; it is there already.
    subject.expect(50, &[Accepted]).await;
    let code = if adapter == Adapter::Smtp { 450 } else { 429 };
    subject.fault(Fault::Status {
        code,
        retry_after_s: Some(7),
    });
    let attempts = subject.expect(0, &[Throttled]).await;
    if adapter != Adapter::Smtp {
        let asked = Attempt::Throttled {
            retry_after: Duration::from_secs(7),
        };
        assert!(attempts.iter().all(|attempt| *attempt == asked), "{attempts:?}");
    }
    subject.is_well().await;
}

async fn is_in_trouble(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    let codes: &[u16] = if adapter == Adapter::Smtp {
        &[451, 421]
    } else {
        &[500, 502, 503]
    };
    for code in codes {
        subject.fault(Fault::Status {
            code: *code,
            retry_after_s: None,
        });
        subject.expect(0, MAY_HAVE_LEFT).await;
    }
    assert_eq!(subject.arrived(), 0);
    subject.is_well().await;
}

async fn takes_messages_and_loses_them(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    subject.fault(Fault::AcceptAndDrop);
    subject.expect(0, &[Accepted]).await;
    let counts = subject.inbox.counts().of(adapter.kind());
    assert_eq!((counts.arrived, counts.dropped), (0, COUNT as u64));
    subject.is_well().await;
}

async fn calls_an_address_dead(adapter: Adapter) {
    let subject = Subject::start(adapter).await;
    let plan = FaultPlan {
        first_n: Some(1),
        ..Fault::Unregistered.into()
    };
    subject.fault(plan);
    let attempts = subject.expect(0, &[Accepted, Dead]).await;
    let dead = attempts.iter().filter(|attempt| class(attempt) == Dead).count();
    let expected = usize::from(adapter.hears_of_dead_addresses());
    assert_eq!(
        dead, expected,
        "{adapter:?}: one address, and no other: {attempts:?}"
    );
}

async fn has_another_certificate(adapter: Adapter) {
    let setup = Setup {
        tls: true,
        other_certificate: true,
        ..Setup::default()
    };
    let subject = Subject::start_with(adapter, setup).await;
    let attempts = subject.expect(0, &[Transient]).await;
    assert_eq!(subject.arrived(), 0, "{attempts:?}");
}

async fn speaks_tls(adapter: Adapter) {
    let setup = Setup {
        tls: true,
        ..Setup::default()
    };
    let subject = Subject::start_with(adapter, setup).await;
    subject.expect(0, &[Accepted]).await;
}

macro_rules! contract {
    (for all: $scenarios:tt; $($module:ident $adapter:ident;)*) => {
        $(contract!(@one $module $adapter $scenarios);)*
    };
    (@one $module:ident $adapter:ident { $($scenario:ident)* }) => {
        mod $module {
            use super::Adapter;

            $(
                #[tokio::test]
                async fn $scenario() {
                    super::$scenario(Adapter::$adapter).await;
                }
            )*
        }
    };
}

contract! {
    for all: {
        takes_messages
        takes_the_longest_texts_whole
        refuses_connections
        resets_connections
        hangs
        answers_one_byte_a_second
        hangs_in_its_own_words
        takes_messages_and_drops_the_answer
        throttles
        is_in_trouble
        takes_messages_and_loses_them
        calls_an_address_dead
        has_another_certificate
        speaks_tls
    };
    fcm Fcm;
    apns Apns;
    web_push WebPush;
    kannel Kannel;
    cm Cm;
    spryng Spryng;
    twilio_sms TwilioSms;
    cm_voice CmVoice;
    twilio_voice TwilioVoice;
    smtp Smtp;
}
