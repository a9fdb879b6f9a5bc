//! The texts as they are typed, in both languages.

use clap::Args;

use crate::domain::action::{Text, Texts};

/// What people read.
#[derive(Debug, Args)]
pub struct TextArguments {
    /// The title in Dutch.
    #[arg(long, value_name = "TEXT", requires = "body")]
    title: Option<String>,
    /// The text in Dutch.
    #[arg(long, value_name = "TEXT", requires = "title")]
    body: Option<String>,
    /// The title in English; those who read English get the Dutch texts without.
    #[arg(long, value_name = "TEXT", requires_all = ["title", "body_en"])]
    title_en: Option<String>,
    /// The text in English.
    #[arg(long, value_name = "TEXT", requires = "title_en")]
    body_en: Option<String>,
}

impl TextArguments {
    /// The texts; none when none were typed.
    pub fn read(self) -> Option<Texts> {
        let text = |title: Option<String>, body: Option<String>| Some(Text::new(title?, body?));
        let nl = text(self.title, self.body)?;
        let en = text(self.title_en, self.body_en).unwrap_or_else(|| nl.clone());
        Some(Texts { nl, en })
    }
}
