//! The dialogue over one connection: envelope after envelope, with as few round trips as the server allows.

use std::io::Write;

use super::connect::Capabilities;
use super::connection::{Fault, Wire};
use super::reply::Reply;
use super::verdict::{self, Stage};
use super::work::{Job, Work};
use crate::domain::delivery::Attempt;

/// A connection that is ready for MAIL.
pub(super) struct Session {
    wire: Wire,
    capabilities: Capabilities,
    /// How many envelopes it carried to the end in this call.
    carried: usize,
    /// Whether it was kept from an earlier call, so that it may be dead without anybody having noticed.
    kept: bool,
}

/// The connection is of no more use.
pub(super) struct Lost {
    /// What happened.
    pub(super) fault: Fault,
    /// Whether it had worked, in this call or an earlier one: servers end a session after so many mails, and
    /// a kept connection dies unseen, so that a fresh one is likely to work again.
    pub(super) had_worked: bool,
}

/// What the server made of an envelope.
enum Envelope {
    /// It waits for the text.
    Open,
    /// It refused; whether it waits for a text all the same (RFC 2920, 3.1).
    Refused { attempt: Attempt, waits_for_text: bool },
}

/// The server's last word on this connection (421), to this envelope or text.
enum Ending {
    Fault(Fault),
    Shutdown(Stage, Reply),
}

impl From<Fault> for Ending {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Session {
    pub(super) fn new((wire, capabilities): (Wire, Capabilities)) -> Self {
        Self {
            wire,
            capabilities,
            carried: 0,
            kept: false,
        }
    }

    /// Marks the connection as one that rests until a later call.
    pub(super) fn rested(self) -> Self {
        Self {
            carried: 0,
            kept: true,
            ..self
        }
    }

    /// Carries what waits, until nothing does. An error loses the connection, and no recipient: whoever was
    /// under way has an attempt on record or waits again.
    pub(super) async fn carry(&mut self, work: &Work<'_>) -> Result<(), Lost> {
        let pipelining = self.capabilities.pipelining && work.pipelining;
        let mut next = None;
        while let Some(job) = next.take().or_else(|| self.begin(work, pipelining)) {
            let envelope = match self.envelope(work, job, pipelining).await {
                Ok(envelope) => envelope,
                Err(ending) => return Err(self.lost_before_text(work, job, &ending)),
            };
            // The text of this mail, then at once the commands of the next one.
            let (text_ends_at, refused) = match envelope {
                Envelope::Open => {
                    work.write_text(job, &mut self.wire.outgoing);
                    (self.wire.outgoing.len(), false)
                }
                Envelope::Refused {
                    attempt,
                    waits_for_text,
                } => {
                    work.record(job, attempt);
                    let end: &[u8] = if waits_for_text { b".\r\n" } else { b"RSET\r\n" };
                    self.wire.outgoing.extend_from_slice(end);
                    (0, true)
                }
            };
            if pipelining {
                next = self.begin(work, true);
            }
            let answer = match self.wire.flush().await {
                Ok(()) => self.wire.reply().await.map_err(|fault| (fault, true)),
                Err(unsent) => Err((unsent.fault, unsent.handed_over >= text_ends_at)),
            };
            let shutdown = match answer {
                Err((fault, dot_may_have_arrived)) => {
                    if !refused {
                        let reason = fault.name().to_owned();
                        let attempt = if dot_may_have_arrived {
                            Attempt::Unconfirmed { reason }
                        } else {
                            Attempt::Transient { reason }
                        };
                        work.record(job, attempt);
                    }
                    Some(fault)
                }
                Ok(reply) => {
                    if !refused {
                        work.record(job, verdict::attempt(Stage::Text, &reply));
                    }
                    (reply.code == 421).then_some(Fault::Closed)
                }
            };
            if let Some(fault) = shutdown {
                // Its commands may have left, but no text did.
                if let Some(job) = next {
                    work.put_back(job);
                }
                return Err(Lost {
                    fault,
                    had_worked: self.had_worked(),
                });
            }
            self.carried += 1;
        }
        Ok(())
    }

    /// Takes the next recipient; with pipelining its commands are appended to what leaves next.
    fn begin(&mut self, work: &Work<'_>, pipelining: bool) -> Option<Job> {
        let job = work.next()?;
        if pipelining {
            self.write_sender(work, job);
            self.write_recipient(work, job);
            self.wire.outgoing.extend_from_slice(b"DATA\r\n");
        }
        Some(job)
    }

    fn write_sender(&mut self, work: &Work<'_>, job: Job) {
        let out = &mut self.wire.outgoing;
        write!(out, "MAIL FROM:<{}>", work.return_path(job)).expect("writing to memory succeeds");
        if self.capabilities.size {
            write!(out, " SIZE={}", work.size(job)).expect("writing to memory succeeds");
        }
        out.extend_from_slice(b"\r\n");
    }

    fn write_recipient(&mut self, work: &Work<'_>, job: Job) {
        let address = work.address(job);
        write!(self.wire.outgoing, "RCPT TO:<{address}>\r\n").expect("writing to memory succeeds");
    }

    /// Brings the envelope across, up to the reply to DATA.
    async fn envelope(&mut self, work: &Work<'_>, job: Job, pipelining: bool) -> Result<Envelope, Ending> {
        let mut refusal = None;
        for stage in [Stage::Sender, Stage::Recipient, Stage::Data] {
            if !pipelining {
                match stage {
                    Stage::Sender => self.write_sender(work, job),
                    Stage::Recipient => self.write_recipient(work, job),
                    _ => self.wire.outgoing.extend_from_slice(b"DATA\r\n"),
                }
            }
            if !self.wire.outgoing.is_empty() {
                self.wire.flush().await.map_err(|unsent| unsent.fault)?;
            }
            let reply = self.wire.reply().await?;
            if reply.code == 421 {
                return Err(Ending::Shutdown(stage, reply));
            }
            let done = if stage == Stage::Data {
                reply.is_intermediate()
            } else {
                reply.is_success()
            };
            match refusal.take() {
                // The reply to DATA after a refusal only tells whether a text is waited for.
                Some(attempt) if stage == Stage::Data => {
                    return Ok(Envelope::Refused {
                        attempt,
                        waits_for_text: done,
                    });
                }
                Some(attempt) => refusal = Some(attempt),
                None if done => {}
                None if stage == Stage::Data || !pipelining => {
                    let attempt = verdict::attempt(stage, &reply);
                    return Ok(Envelope::Refused {
                        attempt,
                        waits_for_text: false,
                    });
                }
                None => refusal = Some(verdict::attempt(stage, &reply)),
            }
        }
        Ok(Envelope::Open)
    }

    const fn had_worked(&self) -> bool {
        self.carried > 0 || self.kept
    }

    /// Nothing of this recipient's text has left, so it may wait for a fresh connection where that is likely
    /// to help.
    fn lost_before_text(&self, work: &Work<'_>, job: Job, ending: &Ending) -> Lost {
        let (fault, attempt) = match ending {
            Ending::Fault(fault) => (
                *fault,
                Attempt::Transient {
                    reason: fault.name().to_owned(),
                },
            ),
            Ending::Shutdown(stage, reply) => (Fault::Closed, verdict::attempt(*stage, reply)),
        };
        if fault == Fault::TimedOut || !self.had_worked() {
            work.record(job, attempt);
        } else if self.carried == 0 {
            work.put_back(job);
        } else {
            work.put_back_once(job, attempt);
        }
        Lost {
            fault,
            had_worked: self.had_worked(),
        }
    }

    /// Says goodbye without waiting for the answer.
    pub(super) async fn quit(mut self) {
        self.wire.outgoing.extend_from_slice(b"QUIT\r\n");
        // The server is free to be gone already.
        let _ = self.wire.flush().await;
    }
}
