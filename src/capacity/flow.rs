//! The model itself.

use serde::Serialize;

use super::figures::{Database, Figures};
use crate::domain::channel::Channel;

/// An account that sends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account {
    /// By which channel.
    pub channel: Channel,
    /// How many participants are told by it.
    pub recipients: f64,
    /// Its quota over all nodes; none for as fast as it goes.
    pub rate_per_s: Option<f64>,
    /// How many may go at once at the beginning.
    pub burst: f64,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The accounts, one a channel.
    pub accounts: Vec<Account>,
    /// How many machines send.
    pub nodes: u32,
    /// The database.
    pub database: Database,
}

/// What holds a channel up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// What the provider allows.
    Quota,
    /// The connections of the nodes.
    Connections,
    /// The processors of the nodes.
    Processor,
    /// The line of the nodes.
    Network,
    /// The database.
    Database,
}

impl Limit {
    /// In a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quota => "quota",
            Self::Connections => "connections",
            Self::Processor => "processor",
            Self::Network => "network",
            Self::Database => "database",
        }
    }
}

/// How long one channel takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ChannelAnswer {
    /// The channel.
    pub channel: Channel,
    /// How many are told by it.
    pub recipients: u64,
    /// From the start call to its last hand-over, in seconds.
    pub last_s: f64,
    /// What held it up for the longest time; none when it had nothing to do.
    pub limit: Option<Limit>,
}

/// How long it takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// From the start call to its durable answer, in seconds.
    pub start_s: f64,
    /// From the start call to the last hand-over over any channel, in seconds.
    pub last_s: f64,
    /// By channel.
    pub channels: Vec<ChannelAnswer>,
}

/// A channel on its way.
struct Flow {
    left: f64,
    /// As fast as it may go by itself, and why not faster.
    alone: (f64, Limit),
    processor_s: f64,
    megabits: f64,
    ended_s: f64,
    /// How long each limit held it up.
    held: Vec<(Limit, f64)>,
}

/// Follows a call-out from its start to its last message.
pub fn reckon(figures: &Figures, question: &Question) -> Answer {
    let nodes = f64::from(question.nodes.max(1));
    let everyone: f64 = question.accounts.iter().map(|account| account.recipients).sum();
    let start_s = figures.start.fixed_s + figures.start.s_per_million * everyone / 1e6;
    let shared = [
        (Limit::Processor, figures.node.cores * nodes),
        (Limit::Network, figures.node.network_mbit_s * nodes),
        (Limit::Database, figures.database_per_s(question.database)),
    ];
    let mut flows: Vec<Flow> = question
        .accounts
        .iter()
        .map(|account| {
            let cost = figures.cost(account.channel);
            let connections = (cost.node_per_s * nodes, Limit::Connections);
            let alone = match account.rate_per_s {
                Some(rate) if rate < connections.0 => (rate, Limit::Quota),
                _ => connections,
            };
            Flow {
                // What goes at once is as good as gone.
                left: match alone.1 {
                    Limit::Quota => (account.recipients - account.burst).max(0.0),
                    _ => account.recipients,
                },
                alone,
                processor_s: cost.processor_us / 1e6,
                megabits: cost.bytes * 8.0 / 1e6,
                ended_s: start_s,
                held: Vec::new(),
            }
        })
        .collect();
    let mut now = start_s;
    while flows.iter().any(|flow| flow.left > 0.0) {
        let active: Vec<usize> = (0..flows.len())
            .filter(|index| flows[*index].left > 0.0)
            .collect();
        let used = |limit: Limit| -> f64 {
            let of = |flow: &Flow| match limit {
                Limit::Processor => flow.alone.0 * flow.processor_s,
                Limit::Network => flow.alone.0 * flow.megabits,
                _ => flow.alone.0,
            };
            active.iter().map(|index| of(&flows[*index])).sum()
        };
        // The scarcest of what they share slows all of them down alike.
        let scarcest = shared
            .iter()
            .map(|(limit, there_is)| (there_is / used(*limit), *limit))
            .min_by(|one, other| one.0.total_cmp(&other.0));
        let (share, scarce) = match scarcest {
            Some((share, limit)) if share < 1.0 => (share, Some(limit)),
            _ => (1.0, None),
        };
        let step = active
            .iter()
            .map(|index| flows[*index].left / (flows[*index].alone.0 * share))
            .fold(f64::INFINITY, f64::min);
        now += step;
        for index in active {
            let flow = &mut flows[index];
            flow.left -= flow.alone.0 * share * step;
            if flow.left < 1e-6 {
                flow.left = 0.0;
            }
            flow.ended_s = now;
            flow.held.push((scarce.unwrap_or(flow.alone.1), step));
        }
    }
    let channels = question
        .accounts
        .iter()
        .zip(&flows)
        .map(|(account, flow)| ChannelAnswer {
            channel: account.channel,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count of people"
            )]
            recipients: account.recipients as u64,
            last_s: flow.ended_s,
            limit: longest(&flow.held).or((account.recipients > 0.0).then_some(flow.alone.1)),
        });
    Answer {
        start_s,
        last_s: flows.iter().map(|flow| flow.ended_s).fold(start_s, f64::max),
        channels: channels.collect(),
    }
}

fn longest(held: &[(Limit, f64)]) -> Option<Limit> {
    let total = |limit: Limit| -> f64 {
        let of = held.iter().filter(|(one, _)| *one == limit);
        of.map(|(_, step)| step).sum()
    };
    let longest = held
        .iter()
        .max_by(|one, other| total(one.0).total_cmp(&total(other.0)));
    longest.map(|(limit, _)| *limit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn account(channel: Channel, recipients: f64, rate_per_s: Option<f64>) -> Account {
        Account {
            channel,
            recipients,
            rate_per_s,
            burst: 0.0,
        }
    }

    fn question(accounts: Vec<Account>, nodes: u32) -> Question {
        Question {
            accounts,
            nodes,
            database: Database::Postgresql,
        }
    }

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 0.01 * other.abs().max(1.0)
    }

    #[test]
    fn a_quota_holds_a_channel_up_and_no_number_of_nodes_helps() {
        let figures = Figures::usual().unwrap();
        for nodes in [1, 8] {
            let sms = account(Channel::Sms, 300_000.0, Some(100.0));
            let answer = reckon(&figures, &question(vec![sms], nodes));
            assert!(near(answer.last_s - answer.start_s, 3_000.0));
            assert_eq!(answer.channels[0].limit, Some(Limit::Quota));
        }
    }

    #[test]
    fn without_a_quota_more_nodes_help_until_the_database_is_full() {
        let mut figures = Figures::usual().unwrap();
        figures.database.postgresql_per_s = 20.0 * figures.app.node_per_s;
        let answers: Vec<Answer> = [1, 2, 64]
            .into_iter()
            .map(|nodes| {
                reckon(
                    &figures,
                    &question(vec![account(Channel::App, 18e6, None)], nodes),
                )
            })
            .collect();
        let took = |index: usize| answers[index].last_s - answers[index].start_s;
        assert!(near(took(0) / took(1), 2.0));
        assert_eq!(answers[0].channels[0].limit, Some(Limit::Connections));
        assert_eq!(answers[2].channels[0].limit, Some(Limit::Database));
        assert!(near(took(2), 18e6 / figures.database.postgresql_per_s));
    }

    #[test]
    fn what_is_shared_is_shared_and_who_is_through_leaves_room() {
        let mut figures = Figures::usual().unwrap();
        figures.node.cores = 0.1;
        let app = account(Channel::App, 10_000.0, None);
        let mail = account(Channel::Email, 10_000.0, None);
        let answer = reckon(&figures, &question(vec![app, mail], 1));
        assert_eq!(answer.channels[0].limit, Some(Limit::Processor));
        // All the processor time there is was used all the time.
        let wanted = 10_000.0 * (figures.app.processor_us + figures.email.processor_us) / 1e6;
        assert!(near((answer.last_s - answer.start_s) * 0.1, wanted));
    }

    proptest! {
        #[test]
        fn more_people_never_take_less_and_no_channel_is_slower_on_more_machines(
            counts in proptest::collection::vec(0_u32..3_000_000, 3),
            rates in proptest::collection::vec(proptest::option::of(1_u32..50_000), 3),
            nodes in 1_u32..20,
            more in 0_u32..1_000_000,
        ) {
            let figures = Figures::usual().unwrap();
            let accounts = |extra: u32| -> Vec<Account> {
                Channel::ALL.into_iter().zip(counts.iter().zip(&rates)).map(|(channel, (count, rate))| {
                    account(channel, f64::from(*count + extra), rate.map(f64::from))
                }).collect()
            };
            let asked = reckon(&figures, &question(accounts(0), nodes));
            let larger = reckon(&figures, &question(accounts(more), nodes));
            prop_assert!(larger.last_s >= asked.last_s - 1e-6);
            // One channel by itself is never held up by more machines; several may slow each other down elsewhere.
            for one in accounts(0) {
                let took = |nodes| reckon(&figures, &question(vec![one], nodes)).last_s;
                prop_assert!(took(nodes + 1) <= took(nodes) + 1e-6);
            }
            for (answer, (count, rate)) in asked.channels.iter().zip(counts.iter().zip(&rates)) {
                let least = rate.map_or(0.0, |rate| f64::from(*count) / f64::from(rate));
                prop_assert!(answer.last_s + 1e-6 >= asked.start_s + least);
            }
        }
    }
}
