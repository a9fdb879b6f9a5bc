//! Receipts come in: one by one from the providers' webhooks, written together.
//!
//! A webhook is answered only when its receipt is durable, so that a provider repeats what we lost. Whoever
//! comes while a write is under way shares the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use roaring::RoaringBitmap;
use tokio::sync::{mpsc, oneshot};

use super::telling::News;
use super::{Surroundings, crash};
use crate::domain::clock::Clock;
use crate::domain::delivery::Receipt;
use crate::domain::id::{BatchNumber, WaveId};
use crate::domain::reference::DeliveryRef;
use crate::storage::Result;
use crate::storage::batches::receipts::Reporter;

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
    reporter: Reporter,
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
        self.wait(delivery, receipt, Reporter::Provider).await
    }

    /// Takes in that the app showed the message whose link has this reference; ends when it is durable. Push services
    /// say nothing of the kind.
    pub async fn take_from_app(&self, reference: &str) -> Result<(), ReceiptError> {
        let delivery = self
            .around
            .references
            .read_delivery(reference)
            .ok_or(ReceiptError::Unknown)?;
        self.wait(delivery, Receipt::Delivered, Reporter::App).await
    }

    async fn wait(
        &self,
        delivery: DeliveryRef,
        receipt: Receipt,
        reporter: Reporter,
    ) -> Result<(), ReceiptError> {
        let (answer, answered) = oneshot::channel();
        self.incoming
            .try_send(Incoming {
                delivery,
                receipt,
                reporter,
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
                Ok(known) if known.contains(&(one.delivery.batch, one.reporter)) => Ok(()),
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

/// Receipts by batch and by who brings them.
type Waiting = BTreeMap<(BatchNumber, Reporter), Vec<(u16, Receipt)>>;

/// Writes them; answers which batches there are.
async fn write(
    around: &Surroundings,
    incoming: &[Incoming],
    news: &mut News,
) -> Result<BTreeSet<(BatchNumber, Reporter)>> {
    let mut waiting = Waiting::new();
    for one in incoming {
        let receipts = waiting.entry((one.delivery.batch, one.reporter)).or_default();
        receipts.push((one.delivery.position, one.receipt));
    }
    let now = around.clock.now();
    let mut known = BTreeSet::new();
    let mut heard: BTreeMap<WaveId, RoaringBitmap> = BTreeMap::new();
    let mut tx = around.store.write().await?;
    // In the order of numbers, so that two nodes never wait for each other. Who moved is in a batch with a higher one.
    while let Some(((batch, reporter), receipts)) = waiting.pop_first() {
        let Some(recorded) = tx.record_receipts(batch, &receipts, reporter).await? else {
            continue;
        };
        known.insert((batch, reporter));
        news.add(recorded.wave);
        heard.entry(recorded.wave).or_default().extend(recorded.heard);
        for (moved_to, receipts) in recorded.moved {
            waiting.entry((moved_to, reporter)).or_default().extend(receipts);
        }
    }
    let due = news.due(now);
    tx.append_progress(&due, now).await?;
    crash::point("receipt.before_commit");
    tx.commit().await?;
    news.told(&due, now);
    if let Err(error) = mark_heard(around, &heard).await {
        tracing::warn!(%error, "those who were heard of may be told by text message as well");
    }
    Ok(known)
}

/// Spares those who heard over the app the text message that waits for them. On its own, since it locks batches of
/// other waves.
async fn mark_heard(around: &Surroundings, heard: &BTreeMap<WaveId, RoaringBitmap>) -> Result<()> {
    let heard = heard.iter().filter(|(_, people)| !people.is_empty());
    for (wave, people) in heard {
        let mut tx = around.store.read().await?;
        if tx.list_fallbacks_of(*wave).await?.is_empty() {
            continue;
        }
        drop(tx);
        let mut tx = around.store.write().await?;
        tx.mark_heard(*wave, people).await?;
        tx.commit().await?;
    }
    Ok(())
}
