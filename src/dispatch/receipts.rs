//! Receipts come in: one by one from the providers' webhooks, written together.
//!
//! A webhook is answered only when its receipt is durable, so that a provider repeats what we lost. Whoever
//! comes while a write is under way shares the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::telling::News;
use super::{Surroundings, crash};
use crate::domain::clock::Clock;
use crate::domain::delivery::Receipt;
use crate::domain::id::BatchNumber;
use crate::domain::reference::DeliveryRef;
use crate::storage::Result;

/// The most receipts that wait for a write; more are refused for a moment.
const WAITING: usize = 20_000;
/// The most receipts of one write.
const WRITE_LIMIT: usize = 10_000;
/// How long a write waits for company at most.
const COMPANY: Duration = Duration::from_millis(20);
/// When nobody came for so long, a write waits for nobody more: who brings receipts waits for its answers.
const QUIET: Duration = Duration::from_millis(1);
/// How long the last receipts wait to be told of.
const TELL_AFTER: Duration = Duration::from_secs(1);

/// Why a receipt was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The reference is none of ours.
    #[error("unknown reference")]
    Unknown,
    /// Too many wait: the provider tries again.
    #[error("too many receipts wait: try again in a second")]
    Busy,
    /// The database did not take it: the provider tries again.
    #[error("the receipt could not be stored: try again")]
    NotStored,
}

struct Incoming {
    delivery: DeliveryRef,
    receipt: Receipt,
    answer: oneshot::Sender<Result<(), ReceiptError>>,
}

/// Takes receipts in.
#[derive(Clone, Debug)]
pub struct Receipts {
    around: Surroundings,
    incoming: mpsc::Sender<Incoming>,
}

impl Receipts {
    /// Starts the writer; it ends when the last clone is dropped.
    pub fn start(around: Surroundings) -> Self {
        let (incoming, waiting) = mpsc::channel(WAITING);
        tokio::spawn(write_all(around.clone(), waiting));
        Self { around, incoming }
    }

    /// Takes in what a provider says of our reference; ends when it is durable.
    pub async fn take(&self, reference: &str, receipt: Receipt) -> Result<(), ReceiptError> {
        let delivery = self.around.references.read_receipt(reference);
        self.take_of(delivery.ok_or(ReceiptError::Unknown)?, receipt)
            .await
    }

    /// The same of a delivery whose reference was read.
    pub async fn take_of(&self, delivery: DeliveryRef, receipt: Receipt) -> Result<(), ReceiptError> {
        let (answer, answered) = oneshot::channel();
        self.incoming
            .try_send(Incoming {
                delivery,
                receipt,
                answer,
            })
            .map_err(|_| ReceiptError::Busy)?;
        answered.await.unwrap_or(Err(ReceiptError::NotStored))
    }
}

async fn write_all(around: Surroundings, mut waiting: mpsc::Receiver<Incoming>) {
    let mut incoming = Vec::with_capacity(WRITE_LIMIT);
    let mut news = News::default();
    loop {
        let idle = !news.is_empty();
        tokio::select! {
            received = waiting.recv_many(&mut incoming, WRITE_LIMIT) => if received == 0 { return },
            // Nothing more comes in, but the last of it was not told yet.
            () = around.clock.sleep(TELL_AFTER), if idle => {}
        }
        if !incoming.is_empty() {
            gather(&around.clock, &mut waiting, &mut incoming).await;
        }
        let known = write(&around, &incoming, &mut news).await;
        if let Err(error) = &known {
            tracing::error!(%error, receipts = incoming.len(), "receipts were not stored");
        }
        for one in incoming.drain(..) {
            let answer = match &known {
                Ok(known) if known.contains(&one.delivery.batch) => Ok(()),
                Ok(_) => Err(ReceiptError::Unknown),
                Err(_) => Err(ReceiptError::NotStored),
            };
            // The provider may have hung up meanwhile.
            let _ = one.answer.send(answer);
        }
    }
}

/// Waits for the company that is to come.
async fn gather(clock: &Clock, waiting: &mut mpsc::Receiver<Incoming>, incoming: &mut Vec<Incoming>) {
    let until = clock.now() + COMPANY;
    while incoming.len() < WRITE_LIMIT && clock.now() < until {
        clock.sleep(QUIET).await;
        let before = incoming.len();
        while incoming.len() < WRITE_LIMIT
            && let Ok(next) = waiting.try_recv()
        {
            incoming.push(next);
        }
        if incoming.len() == before {
            break;
        }
    }
}

/// Writes them; answers which batches there are.
async fn write(
    around: &Surroundings,
    incoming: &[Incoming],
    news: &mut News,
) -> Result<BTreeSet<BatchNumber>> {
    let mut batches: BTreeMap<BatchNumber, Vec<(u16, Receipt)>> = BTreeMap::new();
    for one in incoming {
        batches
            .entry(one.delivery.batch)
            .or_default()
            .push((one.delivery.position, one.receipt));
    }
    let now = around.clock.now();
    let mut known = BTreeSet::new();
    let mut tx = around.store.write().await?;
    // In the order of numbers, so that two nodes never wait for each other.
    for (batch, receipts) in batches {
        if let Some(wave) = tx.record_receipts(batch, &receipts).await? {
            known.insert(batch);
            news.add(wave);
        }
    }
    let due = news.due(now);
    tx.append_progress(&due, now).await?;
    crash::point("receipt.before_commit");
    tx.commit().await?;
    news.told(&due, now);
    Ok(known)
}
