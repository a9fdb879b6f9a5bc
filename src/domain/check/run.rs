//! Runs of digits as people would read them aloud: figures, number words and letters that look like figures, with
//! whatever stands between them.

use std::ops::Range;

use super::folded::Folded;
use super::number_words::{digits_of, is_between_digits, is_english_one, is_english_tens, repetition};
use super::words::plain;

/// The most characters between two pieces of one number.
const WIDEST_GAP: usize = 5;
/// The most pieces of a run that are looked at together.
pub(super) const MOST_PIECES: usize = 64;
/// How many words before a run say what it is for.
const WORDS_BEFORE: usize = 3;

/// Digits that stand together.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// The digits.
    pub(super) digits: String,
    /// Where they stand, in characters of the folded text.
    pub(super) chars: Range<usize>,
    /// Behind a plus.
    pub(super) plus: bool,
    /// What stands between the piece before and this one, in the folded text.
    pub(super) gap: String,
    /// Written as a word.
    spelled: Option<String>,
}

/// Pieces with nothing between them that would end a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub(super) pieces: Vec<Piece>,
    /// The words before it in its sentence, the nearest first.
    pub(super) before: Vec<String>,
    /// The word glued to its front: `PL` of `PL0900`.
    pub(super) glued: Option<String>,
    /// The word behind it.
    pub(super) after: Option<String>,
}

impl Run {
    /// The digits of some of its pieces.
    pub(super) fn digits(&self, range: Range<usize>) -> String {
        self.pieces[range]
            .iter()
            .map(|piece| piece.digits.as_str())
            .collect()
    }

    /// Where some of its pieces stand, in characters of the folded text.
    pub(super) fn chars(&self, range: Range<usize>) -> Range<usize> {
        self.pieces[range.start].chars.start..self.pieces[range.end - 1].chars.end
    }

    /// The same with English tens and ones said as one number, where there are any: `twenty one` is 21.
    pub(super) fn joined(&self) -> Option<Self> {
        let spelled = |piece: &Piece, test: fn(&str) -> bool| piece.spelled.as_deref().is_some_and(test);
        let mut joined = Self {
            pieces: Vec::new(),
            ..self.clone()
        };
        for piece in &self.pieces {
            match joined.pieces.last_mut() {
                Some(last) if spelled(last, is_english_tens) && spelled(piece, is_english_one) => {
                    last.digits.pop();
                    last.digits.push_str(&piece.digits);
                    last.chars.end = piece.chars.end;
                    last.spelled = None;
                }
                _ => joined.pieces.push(piece.clone()),
            }
        }
        (joined.pieces.len() < self.pieces.len()).then_some(joined)
    }
}

/// A part of a text, as far as numbers are concerned.
#[derive(Clone, Debug)]
enum Part {
    Digits(String, Option<String>),
    /// Letters that look like figures, if figures stand around them.
    Alike(String),
    Repeat(usize),
    Hundred,
    Between,
    Plus,
    Other(char),
    Word(String),
}

/// A part with where it stands.
type Placed = (Part, Range<usize>);

/// Every run of a text, in its order.
pub(super) fn runs(folded: &Folded) -> Vec<Run> {
    let parts = parts(folded);
    let (mut runs, mut open) = (Vec::new(), Open::default());
    for (index, (part, chars)) in parts.iter().enumerate() {
        match part {
            Part::Digits(digits, spelled) => open.take(digits, spelled.clone(), chars.clone()),
            Part::Alike(digits) if open.is_open() && leads_to_digits(&parts[index + 1..]) => {
                open.take(digits, None, chars.clone());
            }
            Part::Hundred if open.is_open() => open.append("00", chars.end),
            Part::Repeat(times) => open.repeat = Some(*times),
            Part::Between if open.is_open() && leads_to_digits(&parts[index + 1..]) => {
                open.gap.push(' ');
            }
            Part::Plus => {
                open.plus = true;
                open.gap.push('+');
            }
            Part::Other(character) => open.between(*character, parts.get(index + 1), &mut runs),
            Part::Word(_) | Part::Alike(_) | Part::Between | Part::Hundred => {
                let word = match part {
                    Part::Word(word) => word.clone(),
                    _ => plain(&folded.lower(chars.clone())),
                };
                let glued = parts
                    .get(index + 1)
                    .is_some_and(|(_, next)| next.start == chars.end);
                open.word(word, glued, &mut runs);
            }
        }
    }
    open.close(None, &mut runs);
    runs
}

/// Whether digits come next, with nothing but marks between.
fn leads_to_digits(parts: &[Placed]) -> bool {
    let next = parts
        .iter()
        .take(WIDEST_GAP + 2)
        .find(|(part, _)| !matches!(part, Part::Other(_)));
    matches!(
        next,
        Some((Part::Digits(..) | Part::Repeat(_) | Part::Plus | Part::Between, _))
    )
}

/// The run that is being read, and what was said before it.
#[derive(Default)]
struct Open {
    run: Run,
    gap: String,
    plus: bool,
    repeat: Option<usize>,
    said: Vec<String>,
    glued: Option<String>,
}

impl Open {
    fn is_open(&self) -> bool {
        !self.run.pieces.is_empty()
    }

    fn take(&mut self, digits: &str, spelled: Option<String>, chars: Range<usize>) {
        if !self.is_open() {
            self.run.before = self.said.iter().rev().take(WORDS_BEFORE).cloned().collect();
            self.run.glued = self.glued.take();
        }
        let times = self.repeat.take().unwrap_or(1);
        self.run.pieces.push(Piece {
            digits: digits.repeat(times),
            chars,
            plus: std::mem::take(&mut self.plus),
            gap: std::mem::take(&mut self.gap),
            spelled,
        });
    }

    fn append(&mut self, digits: &str, end: usize) {
        if let Some(last) = self.run.pieces.last_mut() {
            last.digits.push_str(digits);
            last.chars.end = end;
        }
    }

    fn between(&mut self, character: char, next: Option<&Placed>, runs: &mut Vec<Run>) {
        self.gap.push(character);
        self.glued = None;
        if !character.is_whitespace() {
            self.repeat = None;
        }
        let ends = matches!(character, '.' | '!' | '?') && is_blank(next);
        if self.gap.chars().count() > WIDEST_GAP {
            self.close(None, runs);
        }
        if ends && !self.is_open() {
            self.said.clear();
        }
    }

    fn word(&mut self, word: String, glued: bool, runs: &mut Vec<Run>) {
        self.close(Some(&word), runs);
        self.glued = glued.then(|| word.clone());
        self.said.push(word);
    }

    fn close(&mut self, after: Option<&String>, runs: &mut Vec<Run>) {
        // A sentence that ended behind the number is over with it.
        let sentence = self.gap.contains(['.', '!', '?']) && self.gap.contains(char::is_whitespace);
        if self.is_open() {
            let mut run = std::mem::take(&mut self.run);
            run.after = after.filter(|_| !sentence).cloned();
            runs.push(run);
            if sentence {
                self.said.clear();
            }
        }
        self.gap.clear();
        (self.plus, self.repeat) = (false, None);
    }
}

fn is_blank(next: Option<&Placed>) -> bool {
    match next {
        None => true,
        Some((Part::Other(character), _)) => character.is_whitespace(),
        Some(_) => false,
    }
}

fn parts(folded: &Folded) -> Vec<Placed> {
    let chars = folded.chars();
    let (mut parts, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        if !chars[at].read.is_alphanumeric() {
            let part = match chars[at].read {
                '+' => Part::Plus,
                other => Part::Other(other),
            };
            parts.push((part, at..at + 1));
            at += 1;
            continue;
        }
        let end = (at..chars.len())
            .find(|index| !chars[*index].read.is_alphanumeric())
            .unwrap_or(chars.len());
        token(folded, at..end, &mut parts);
        at = end;
    }
    parts
}

fn token(folded: &Folded, chars: Range<usize>, parts: &mut Vec<Placed>) {
    let read: Vec<char> = folded.chars()[chars.clone()].iter().map(|one| one.read).collect();
    let word = plain(&read.iter().collect::<String>());
    if let Some(digits) = digits_of(&word) {
        let spelled = (!word.bytes().all(|byte| byte.is_ascii_digit())).then_some(word);
        parts.push((Part::Digits(digits, spelled), chars));
        return;
    }
    let has_digit = read.iter().any(char::is_ascii_digit);
    let alike: Option<String> = read.iter().map(|character| alike(*character)).collect();
    match alike {
        Some(digits) if has_digit => return parts.push((Part::Digits(digits, None), chars)),
        Some(digits) if digits.len() <= 4 => return parts.push((Part::Alike(digits), chars)),
        _ => {}
    }
    if has_digit {
        return split(folded, chars, &read, parts);
    }
    let part = match word.as_str() {
        "plus" => Part::Plus,
        "hundred" | "honderd" => Part::Hundred,
        word if is_between_digits(word) => Part::Between,
        word => repetition(word).map_or_else(|| Part::Word(word.to_owned()), Part::Repeat),
    };
    parts.push((part, chars));
}

/// A token of figures and letters that are no figures: `PL0900`, `14u30`.
fn split(folded: &Folded, chars: Range<usize>, read: &[char], parts: &mut Vec<Placed>) {
    let mut start = 0;
    while start < read.len() {
        let is_digit = read[start].is_ascii_digit();
        let end = (start..read.len())
            .find(|index| read[*index].is_ascii_digit() != is_digit)
            .unwrap_or(read.len());
        let range = chars.start + start..chars.start + end;
        let part = if is_digit {
            Part::Digits(read[start..end].iter().collect(), None)
        } else {
            Part::Word(plain(&folded.lower(range.clone())))
        };
        parts.push((part, range));
        start = end;
    }
}

/// The figure that a letter is written for.
const fn alike(character: char) -> Option<char> {
    Some(match character {
        '0'..='9' => character,
        'o' | 'O' | 'Q' | 'D' => '0',
        'l' | 'I' | 'i' | 'L' => '1',
        'z' | 'Z' => '2',
        's' | 'S' => '5',
        'b' | 'G' => '6',
        'B' => '8',
        'g' | 'q' => '9',
        _ => return None,
    })
}
