//! Figures for people.

/// A count with a comma at every third digit: `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with the right word: `1 participant`, `2,000 participants`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A duration as people say it, to the second: `2 h 5 min`, `45 s`.
pub fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_stands_at_every_third_digit() {
        let counts = [0, 999, 1_000, 20_000, 1_234_567].map(count);
        assert_eq!(counts, ["0", "999", "1,000", "20,000", "1,234,567"]);
        assert_eq!(counted(1, "participant", "participants"), "1 participant");
    }

    #[test]
    fn a_duration_leaves_out_what_nobody_asks() {
        let durations = [45, 60, 75, 7_200, 7_500].map(duration);
        assert_eq!(durations, ["45 s", "1 min", "1 min 15 s", "2 h", "2 h 5 min"]);
    }
}
