//! `oproep notice`: judging what other systems alert of.

use clap::{Args, Subcommand};

use super::table::Table;
use super::{CliError, Common, Output, login};
use crate::client::{Notice, NoticeInfo};
use crate::domain::action::ActionKind;
use crate::domain::dutch_time::dutch_time;
use crate::domain::id::NoticeId;

/// What is done with notices.
#[derive(Debug, Subcommand)]
pub enum NoticeCommand {
    /// Shows the notices that wait to be judged.
    List {
        /// Shows everything that came in, exercises and tests too.
        #[arg(long)]
        all: bool,
    },
    /// Shows one notice.
    Show {
        /// The notice's id.
        notice: NoticeId,
    },
    /// Makes a draft of a notice, to be completed and started like any other: nothing is sent.
    Draft(DraftArguments),
    /// Judges that nothing is to be done about a notice.
    Dismiss {
        /// The notice's id.
        notice: NoticeId,
    },
}

/// Which notice, and what it is about.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  oproep notice draft 0198c5d9-... --kind dangerous_situation")]
pub struct DraftArguments {
    /// The notice's id.
    notice: NoticeId,
    /// What it is about; as the notice says when left out.
    #[arg(long)]
    kind: Option<ActionKind>,
}

pub(super) async fn run(common: &Common, command: NoticeCommand) -> Result<(), CliError> {
    let output = Output::new(common);
    let client = login::signed_in()?;
    match command {
        NoticeCommand::List { all } => {
            let page = client.notices((!all).then_some("open")).await?;
            output.answer(&page, |page| list(&page.items))?;
        }
        NoticeCommand::Show { notice } => {
            let notice = client.notice(notice).await?;
            output.answer(&notice, words)?;
        }
        NoticeCommand::Draft(DraftArguments { notice, kind }) => {
            let action = client.draft_of_notice(notice, kind).await?;
            output.answer(&action, |action| {
                format!("draft {} is made; nothing was sent", action.number)
            })?;
        }
        NoticeCommand::Dismiss { notice } => {
            let notice = client.dismiss_notice(notice).await?;
            output.answer(&notice, |_| "the notice is dismissed".to_owned())?;
        }
    }
    Ok(())
}

fn title(info: &NoticeInfo) -> &str {
    info.headline.as_deref().unwrap_or(&info.event)
}

fn list(notices: &[Notice]) -> String {
    if notices.is_empty() {
        return "there are no notices".to_owned();
    }
    let mut table = Table::new(["RECEIVED", "SOURCE", "STATE", "SAYS", "ID"]);
    for notice in notices {
        let received = dutch_time(notice.received_at).format("%Y-%m-%d %H:%M:%S");
        let state = match &notice.reason {
            Some(reason) => format!("{} ({reason})", notice.state),
            None => notice.state.clone(),
        };
        let says: String = notice.infos.first().map_or("", title).chars().take(60).collect();
        table.add([
            received.to_string(),
            notice.source.clone(),
            state,
            says.replace('\n', " "),
            notice.id.to_string(),
        ]);
    }
    table.to_string()
}

fn words(notice: &Notice) -> String {
    let shown = |at| dutch_time(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let mut lines = vec![
        format!("source    {}", notice.source),
        format!("received  {}", shown(notice.received_at)),
        format!(
            "until     {}",
            notice.expires_at.map_or_else(|| "-".to_owned(), shown)
        ),
        format!("state     {}", notice.state),
    ];
    for info in &notice.infos {
        lines.push(format!("\n[{}] {}", info.language, title(info)));
        lines.extend(info.description.clone());
        if !info.places.is_empty() {
            lines.push(format!("where: {}", info.places.join(", ")));
        }
    }
    lines.join("\n")
}
