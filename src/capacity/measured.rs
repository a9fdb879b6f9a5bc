//! Figures out of what `make bench` wrote.

use std::path::Path;

use serde::Deserialize;

use super::{CapacityError, Figures, read};

/// A row of a measurement, as far as it is needed.
#[derive(Deserialize)]
struct Row {
    name: String,
    size: u64,
    ours: f64,
    unit: String,
}

impl Figures {
    /// Puts what was measured in the place of the figures that it says something about; answers how many.
    pub fn measured_by(&mut self, path: &Path) -> Result<usize, CapacityError> {
        let rows: Vec<Row> =
            serde_json::from_str(&read(path)?).map_err(|_| CapacityError::Bench(path.to_owned()))?;
        let mut taken = 0;
        for row in rows.iter().filter(|row| row.ours > 0.0) {
            taken += usize::from(self.take(row));
        }
        if taken > 0 {
            self.source.what = format!(
                "{taken} rows of {}, the others: {}",
                path.display(),
                self.source.what
            );
        }
        Ok(taken)
    }

    fn take(&mut self, row: &Row) -> bool {
        // Microseconds a recipient turn into recipients a second.
        let per_s = 1e6 / row.ours;
        let place = match (row.name.as_str(), row.unit.as_str()) {
            ("recording outcomes, SQLite", "us") => (&mut self.database.sqlite_per_s, per_s),
            ("recording outcomes, PostgreSQL", "us") => (&mut self.database.postgresql_per_s, per_s),
            ("push by FCM, answers after 50 ms, PostgreSQL", "us") => (&mut self.app.node_per_s, per_s),
            ("push by FCM, whole path, PostgreSQL, processor", "us") => {
                (&mut self.app.processor_us, row.ours)
            }
            ("SMS with reports, whole path, PostgreSQL, wall", "us") => (&mut self.sms.node_per_s, per_s),
            ("SMS with reports, whole path, PostgreSQL, processor", "us") => {
                (&mut self.sms.processor_us, row.ours)
            }
            ("start to durable answer, PostgreSQL", "ms") if row.size >= 100_000 => {
                let of_a_million = row.ours / 1e3 * 1e6 / row.size as f64;
                (&mut self.start.s_per_million, of_a_million)
            }
            _ => return false,
        };
        *place.0 = place.1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_benchmarks_take_the_place_of_what_stands_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.json");
        let text = r#"[
            {"name": "recording outcomes, PostgreSQL", "size": 300000, "ours": 2.5, "unit": "us", "peer": "x"},
            {"name": "start to durable answer, PostgreSQL", "size": 2000000, "ours": 400.0, "unit": "ms"},
            {"name": "something else", "size": 1, "ours": 1.0, "unit": "us"}
        ]"#;
        std::fs::write(&path, text).unwrap();
        let mut figures = Figures::usual().unwrap();
        assert_eq!(figures.measured_by(&path).unwrap(), 2);
        assert!((figures.database.postgresql_per_s - 400_000.0).abs() < 1.0);
        assert!((figures.start.s_per_million - 0.2).abs() < 1e-9);
        assert!(figures.source.what.starts_with("2 rows of "));
        std::fs::write(&path, "{}").unwrap();
        assert!(matches!(figures.measured_by(&path), Err(CapacityError::Bench(_))));
    }
}
