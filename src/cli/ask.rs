//! Questions to whoever types: for a password without showing it, and whether it is really meant.

use std::io::{self, BufRead, IsTerminal, Write};

use super::CliError;

/// The longest line that is read from standard input, in bytes.
const LONGEST: u64 = 4096;

/// Asks until when the answer is `expected`; anything else declines. A program may type it too.
pub fn confirm(question: &str, expected: &str) -> Result<bool, CliError> {
    let mut err = io::stderr().lock();
    write!(err, "{question} ")?;
    err.flush()?;
    Ok(read_line()?.is_some_and(|line| line.eq_ignore_ascii_case(expected)))
}

/// Asks for a line that others may see.
pub fn line(question: &str) -> Result<String, CliError> {
    let mut err = io::stderr().lock();
    write!(err, "{question} ")?;
    err.flush()?;
    read_line()?.ok_or_else(|| CliError::Usage("nothing was typed: give it as an option".to_owned()))
}

/// Asks for a password; a terminal does not show it. Without one it is the first line of standard input.
pub fn password(question: &str) -> Result<String, CliError> {
    let typed = if io::stdin().is_terminal() {
        let terminal = console::Term::stderr();
        terminal.write_str(&format!("{question} "))?;
        Some(terminal.read_secure_line()?)
    } else {
        read_line()?
    };
    typed.filter(|password| !password.is_empty()).ok_or_else(|| {
        CliError::Usage("no password was given: type one, or give it on standard input".to_owned())
    })
}

fn read_line() -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = io::Read::take(io::stdin().lock(), LONGEST).read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}
