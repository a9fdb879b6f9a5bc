//! Tables of text, as wide as they need to be.

use std::fmt;

/// Rows under a head; the columns line up.
#[derive(Clone, Debug)]
pub struct Table<const N: usize> {
    head: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table with this head and no rows yet.
    pub const fn new(head: [&'static str; N]) -> Self {
        Self {
            head,
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn add(&mut self, row: [String; N]) {
        self.rows.push(row);
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths = self.head.map(|title| title.chars().count());
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        write_row(f, self.head, &widths)?;
        for row in &self.rows {
            writeln!(f)?;
            write_row(f, row.each_ref().map(String::as_str), &widths)?;
        }
        Ok(())
    }
}

/// Figures stand right, words left; nothing stands behind the last column.
fn write_row<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    cells: [&str; N],
    widths: &[usize; N],
) -> fmt::Result {
    let mut line = String::new();
    for (cell, width) in cells.into_iter().zip(widths) {
        let figures = cell.starts_with(|first: char| first.is_ascii_digit())
            && cell.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '%');
        let cell = if figures {
            format!("{cell:>width$}")
        } else {
            format!("{cell:<width$}")
        };
        line.push_str(&cell);
        line.push_str("  ");
    }
    f.write_str(line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_figures_stand_right() {
        let mut table = Table::new(["CHANNEL", "REACHED"]);
        table.add(["app".to_owned(), "17,600".to_owned()]);
        table.add(["e-mail".to_owned(), "8".to_owned()]);
        assert_eq!(
            table.to_string(),
            "CHANNEL  REACHED\napp       17,600\ne-mail         8"
        );
    }
}
