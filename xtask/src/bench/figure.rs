//! A row of the table.

use std::{fmt, time::Duration};

pub const HEAD: &str = "what                                             p50     p95     min     max    n";

/// What was measured, over all rounds.
#[derive(Debug)]
pub struct Figure {
    name: &'static str,
    values: Vec<f64>,
}

impl Figure {
    pub fn new(name: &'static str) -> Self {
        Self { name, values: Vec::new() }
    }

    pub fn time(&mut self, time: Duration) {
        self.values.push(time.as_secs_f64() * 1000.0);
    }

    pub fn bytes(&mut self, bytes: u64) {
        self.values.push(megabytes(bytes));
    }

    pub fn count(&mut self, count: u32) {
        self.values.push(f64::from(count));
    }

    /// The value that `share` of all others do not exceed (nearest rank).
    fn quantile(sorted: &[f64], share: f64) -> f64 {
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }
}

#[expect(clippy::cast_precision_loss, reason = "no program is as big as that")]
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        let [p50, p95, min, max] = [0.5, 0.95, 0.0, 1.0].map(|share| Self::quantile(&sorted, share));
        write!(f, "{:<44} {p50:>7.1} {p95:>7.1} {min:>7.1} {max:>7.1} {:>4}", self.name, sorted.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_shows_its_spread() {
        let mut figure = Figure::new("x");
        (1..=20).rev().for_each(|value| figure.count(value));
        let row = figure.to_string();
        let shown: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(shown, ["x", "10.0", "19.0", "1.0", "20.0", "20"]);
    }
}
