//! Links that the register does not hold, and whatever telephones or people make a link of.

use std::ops::Range;

use super::domain_names::{is_no_name, is_strictly_top_level, is_top_level};
use super::folded::Folded;
use super::register::Register;
use super::{CheckCode, Finding, TextPlace};

/// Spelled and lonely dots.
const DOTS: &[&str] = &[".", "punt", "dot", "stip"];
/// The fewest single letters in a row that are an address taken apart.
const FEWEST_SINGLES: usize = 4;
/// The longest that a bracketed sign between labels is, with its brackets.
const LONGEST_SIGN: usize = 8;

/// A character with where it stands, in characters of the folded text.
#[derive(Clone, Debug)]
struct Glyph {
    /// In lower case.
    read: char,
    is_capital: bool,
    chars: Range<usize>,
}

pub(super) fn check(
    text: &str,
    folded: &Folded,
    at: TextPlace,
    register: &Register,
    findings: &mut Vec<Finding>,
) {
    let mut found: Vec<Range<usize>> = Vec::new();
    let chunks = chunks(&glyphs(folded));
    for chunk in &chunks {
        found.extend(links(chunk, is_top_level));
    }
    for joined in joined(&chunks).iter().chain(&singles(&chunks)) {
        found.extend(links(joined, is_strictly_top_level));
    }
    found.sort_by_key(|chars| (chars.start, std::cmp::Reverse(chars.end)));
    let mut covered = 0;
    for chars in found {
        if chars.end <= covered {
            continue;
        }
        covered = chars.end;
        let bytes = folded.bytes(&chars);
        if !register.holds_link(&text[bytes.clone()]) {
            findings.push(Finding::at(CheckCode::LinkUnknown, at, bytes));
        }
    }
}

/// The text in lower case, with bracketed signs as the signs that they stand for.
fn glyphs(folded: &Folded) -> Vec<Glyph> {
    let low: Vec<char> = folded
        .chars()
        .iter()
        .map(|one| one.read.to_lowercase().next().unwrap_or(one.read))
        .collect();
    let (mut glyphs, mut at): (Vec<Glyph>, usize) = (Vec::with_capacity(low.len()), 0);
    while at < low.len() {
        let Some((read, mut end)) = sign(&low, at) else {
            glyphs.push(Glyph {
                read: low[at],
                is_capital: folded.chars()[at].read.is_uppercase(),
                chars: at..at + 1,
            });
            at += 1;
            continue;
        };
        let mut start = at;
        while let Some(blank) = glyphs.pop_if(|glyph| glyph.read == ' ') {
            start = blank.chars.start;
        }
        while low.get(end).is_some_and(|next| *next == ' ') {
            end += 1;
        }
        glyphs.push(Glyph {
            read,
            is_capital: false,
            chars: start..end,
        });
        at = end;
    }
    glyphs
}

/// The sign that stands in brackets here, and where they end: `[.]`, `(dot)`, `{at}`.
fn sign(low: &[char], at: usize) -> Option<(char, usize)> {
    if !matches!(low[at], '[' | '(' | '{' | '<') {
        return None;
    }
    let inside = &low[at + 1..low.len().min(at + LONGEST_SIGN)];
    let length = inside
        .iter()
        .position(|one| matches!(one, ']' | ')' | '}' | '>'))?;
    let word: String = inside[..length].iter().filter(|one| **one != ' ').collect();
    let read = match word.as_str() {
        "." | "dot" | "punt" | "point" => '.',
        ":" => ':',
        "/" | "slash" => '/',
        "@" | "at" => '@',
        _ => return None,
    };
    Some((read, at + 1 + length + 1))
}

/// What stands between spaces, and between signs that end an address for most who read it.
fn chunks(glyphs: &[Glyph]) -> Vec<Vec<Glyph>> {
    let parts = |c: char| c.is_whitespace() || ",;|<>\"'()[]{}".contains(c);
    glyphs
        .split(|glyph| parts(glyph.read))
        .filter(|chunk| !chunk.is_empty())
        .map(<[Glyph]>::to_vec)
        .collect()
}

fn word(chunk: &[Glyph]) -> String {
    chunk.iter().map(|glyph| glyph.read).collect()
}

/// Addresses with spaces around their dots, or with dots spelled out.
fn joined(chunks: &[Vec<Glyph>]) -> Vec<Vec<Glyph>> {
    let (mut all, mut at) = (Vec::new(), 0);
    while at < chunks.len() {
        let mut address = chunks[at].clone();
        let mut next = at + 1;
        let is_name = !is_no_name(&word(&address));
        while is_name && next < chunks.len() {
            let here = word(&chunks[next]);
            if DOTS.contains(&here.as_str()) && next + 1 < chunks.len() {
                let first = chunks[next][0].chars.start;
                let last = chunks[next][chunks[next].len() - 1].chars.end;
                address.push(Glyph {
                    read: '.',
                    is_capital: false,
                    chars: first..last,
                });
                address.extend(chunks[next + 1].iter().cloned());
                next += 2;
            } else if here.starts_with('.') || goes_on(&address, &chunks[next]) {
                address.extend(chunks[next].iter().cloned());
                next += 1;
            } else {
                break;
            }
        }
        if next > at + 1 {
            all.push(address);
        }
        at += 1;
    }
    all
}

/// Whether what follows a full stop begins no sentence.
fn goes_on(address: &[Glyph], next: &[Glyph]) -> bool {
    address.last().is_some_and(|last| last.read == '.') && !next[0].is_capital
}

/// Letters that stand one by one.
fn singles(chunks: &[Vec<Glyph>]) -> Vec<Vec<Glyph>> {
    chunks
        .chunk_by(|one, other| one.len() == 1 && other.len() == 1)
        .filter(|run| run.len() >= FEWEST_SINGLES)
        .map(<[Vec<Glyph>]>::concat)
        .collect()
}

/// Where links stand in a chunk.
fn links(chunk: &[Glyph], is_top: fn(&str) -> bool) -> Vec<Range<usize>> {
    let low: Vec<char> = chunk.iter().map(|glyph| glyph.read).collect();
    let place = |range: Range<usize>| chunk[range.start].chars.start..chunk[range.end - 1].chars.end;
    let scheme = scheme(&low);
    let (mut found, mut at) = (Vec::new(), 0);
    found.extend(scheme.map(|start| place(start..trimmed_end(&low, start))));
    let low = &low[..scheme.unwrap_or(low.len())];
    while at < low.len() {
        if !is_of_host(low[at]) {
            at += 1;
            continue;
        }
        let end = (at..low.len())
            .find(|index| !is_of_host(low[*index]))
            .unwrap_or(low.len());
        if let Some(host) = host(low, at..end, is_top) {
            let goes_on = low
                .get(host.end)
                .is_some_and(|next| matches!(next, '/' | '?' | '#' | ':' | '\\'));
            let last = if goes_on {
                trimmed_end(low, host.end).max(host.end)
            } else {
                host.end
            };
            found.push(place(host.start..last));
            at = last.max(end);
        } else {
            at = end;
        }
    }
    found
}

/// Where a scheme begins, or the `www.` that stands for one.
fn scheme(low: &[char]) -> Option<usize> {
    let marks = [":", "/", "/"];
    let is_stroke = |c: char| c == '/' || c == '\\';
    let colon = (0..low.len().saturating_sub(marks.len() - 1))
        .find(|at| low[*at] == ':' && is_stroke(low[at + 1]) && is_stroke(low[at + 2]));
    if let Some(colon) = colon {
        let letters = low[..colon]
            .iter()
            .rev()
            .take_while(|c| c.is_alphanumeric())
            .count();
        return (letters > 0).then_some(colon - letters);
    }
    let www = low
        .windows(5)
        .position(|five| five[..4] == ['w', 'w', 'w', '.'] && five[4].is_alphanumeric())?;
    (www == 0 || !low[www - 1].is_alphanumeric() && low[www - 1] != '@').then_some(www)
}

/// The end of an address without the punctuation of its sentence.
fn trimmed_end(low: &[char], start: usize) -> usize {
    let is_end = |c: &char| !c.is_alphanumeric() && !matches!(c, '/' | '-' | '_' | '=' | '#' | '&' | '%');
    let trailing = low[start..].iter().rev().take_while(|c| is_end(c)).count();
    low.len() - trailing
}

const fn is_of_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@') || !c.is_ascii()
}

/// The host in a run of its characters: labels and dots up to the last name that an address may end in.
fn host(low: &[char], run: Range<usize>, is_top: fn(&str) -> bool) -> Option<Range<usize>> {
    let mailbox = (run.start..run.end).rev().find(|at| low[*at] == '@');
    let first = mailbox.map_or(run.start, |at| at + 1);
    let first = (first..run.end).find(|at| low[*at].is_alphanumeric())?;
    let dots: Vec<usize> = (first..run.end).filter(|at| low[*at] == '.').collect();
    let label = |start: usize, end: usize| low[start..end].iter().collect::<String>();
    let next_dot = |index: usize| dots.get(index + 1).copied().unwrap_or(run.end);
    let starts = mailbox.map_or(first, |_| run.start);
    for (index, dot) in dots.iter().enumerate().rev() {
        let mut end = next_dot(index);
        while end > dot + 1 && !low[end - 1].is_alphanumeric() {
            end -= 1;
        }
        let before = if index == 0 { first } else { dots[index - 1] + 1 };
        let (name, top) = (label(before, *dot), label(dot + 1, end));
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
            continue;
        }
        let path = low.get(end) == Some(&'/');
        let is_long = name.chars().count() >= 2
            || index > 0
            || path
            || matches!(top.as_str(), "com" | "co" | "nl" | "me");
        if is_top(&top) && is_long && (!is_abbreviated(&dots, first) || path) {
            return Some(starts..end);
        }
    }
    is_address(low, first..run.end, &dots).then_some(starts..run.end)
}

/// Whether single letters stand between the dots: `d.w.z.`, `o.a.`.
fn is_abbreviated(dots: &[usize], first: usize) -> bool {
    dots.len() >= 2 && dots[0] == first + 1 && dots.windows(2).all(|two| two[1] - two[0] <= 2)
}

/// Whether it is an address in figures: four numbers up to 255.
fn is_address(low: &[char], run: Range<usize>, dots: &[usize]) -> bool {
    let text: String = low[run].iter().collect();
    let text = text.trim_end_matches('.');
    dots.len() >= 3 && text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok())
}
