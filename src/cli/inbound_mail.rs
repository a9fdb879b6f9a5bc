//! `oproep inbound-mail`: what a mail server hands over, one mail a call.
//!
//! Its exit codes are those that mail servers know (`sysexits.h`): 0 when there is nothing more to do, 67 when
//! whoever wrote is to hear that the address is none, 75 when the server is to keep the mail and come back. A mail
//! is never given up for a mistake of ours.

use std::io::{self, Read};

use bytes::Bytes;
use clap::Args;
use serde_json::json;

use super::{CliError, Common, Exit, Output, machine};
use crate::channels::email::incoming::MAIL_BYTES;
use crate::desk::tips::{TakenMail, WhatMail};
use crate::dispatch::receipts::Receipts;

/// To whom the mail came.
#[derive(Debug, Args)]
#[command(
    after_help = "Reads one mail from standard input: a bounce of what we sent (it fails its delivery, and puts a \
    mailbox\nthat does not exist out of use), or an answer (it becomes a tip). Whatever programs answer is passed \
    over.\n\n\
    Exit codes:\n   0  done with, also when there was nothing to do\n  67  written to an address that is none of \
    ours\n  75  not now, for instance because the database is away: keep the mail and try again\n\n\
    Example, in Postfix's master.cf, with bounce_address and reply_address in its transport table:\n  \
    oproep  unix  -  n  n  -  4  pipe\n    \
    flags=Rq user=oproep null_sender=\n    \
    argv=/usr/bin/oproep --config /etc/oproep.toml inbound-mail --recipient ${original_recipient}"
)]
pub struct MailArguments {
    /// The address that the mail came to, where the server tells; otherwise it is looked for in the mail.
    #[arg(long, value_name = "ADDRESS")]
    recipient: Option<String>,
}

pub(super) async fn run(common: &Common, arguments: MailArguments) -> Result<(), CliError> {
    match take(common, arguments).await {
        Ok(TakenMail {
            what: WhatMail::Foreign,
            ..
        }) => Err(CliError::Mail(
            Exit::NoMailbox,
            "this address is none of ours, or no longer: use the link in the message instead".to_owned(),
        )),
        Ok(taken) => {
            let what = taken.what.name();
            Output::new(common).answer(&json!({ "what": what }), |_| what.to_owned())?;
            Ok(())
        }
        Err(error) => Err(CliError::Mail(Exit::TryAgain, error.to_string())),
    }
}

async fn take(common: &Common, arguments: MailArguments) -> Result<TakenMail, CliError> {
    let mut mail = Vec::new();
    // One byte more than is read shows that there are too many.
    let most = MAIL_BYTES as u64 + 1;
    io::stdin().lock().take(most).read_to_end(&mut mail)?;
    let foundation = machine::foundation(common).await?;
    let desk = foundation.desk_without_people()?;
    let taken = desk.take_mail(Bytes::from(mail), arguments.recipient).await?;
    if let Some((delivery, receipt)) = taken.receipt {
        let receipts = Receipts::start(foundation.surroundings());
        let stored = receipts.take_of(delivery, receipt).await;
        stored.map_err(|error| CliError::Failed(error.to_string()))?;
    }
    Ok(taken)
}
