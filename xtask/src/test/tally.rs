//! Counting what libtest prints.

/// A name and why it was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    pub name: String,
    pub reason: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    pub ignored: usize,
    pub skips: Vec<Skip>,
}

impl Tally {
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …` and `skipped: name: reason`; anything else is talk.
    pub fn read(&mut self, line: &str) {
        if let Some(counts) = line.trim_start().strip_prefix("test result: ") {
            self.passed += count(counts, "passed");
            self.failed += count(counts, "failed");
            self.ignored += count(counts, "ignored");
        }
        if let Some(skip) = Skip::read(line)
            && self.skips.iter().all(|known| known.name != skip.name)
        {
            self.skips.push(skip);
        }
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.skips.extend(other.skips);
    }

    /// A test that skips itself ends well for libtest; here it has not passed.
    pub fn really_passed(&self) -> usize {
        self.passed.saturating_sub(self.skips.len())
    }

    pub fn skipped(&self) -> usize {
        self.ignored + self.skips.len()
    }

    pub fn last_line(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.really_passed(), self.failed, self.skipped())
    }
}

impl Skip {
    pub fn read(line: &str) -> Option<Self> {
        let (name, reason) = line.trim().strip_prefix("skipped: ")?.split_once(": ")?;
        Some(Self { name: name.to_owned(), reason: reason.to_owned() })
    }
}

fn count(counts: &str, what: &str) -> usize {
    let words = counts.split([';', '.']).filter_map(|part| part.trim().split_once(' '));
    words.into_iter().find(|(_, word)| *word == what).and_then(|(number, _)| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_added_up_and_skips_are_not_passes() {
        let mut tally = Tally::default();
        for line in [
            "running 4 tests",
            "skipped: chromium_logs_in: chromium is missing",
            "skipped: chromium_logs_in: certutil is missing",
            "test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.26s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 9 filtered out; finished in 1.00s",
        ] {
            tally.read(line);
        }
        assert_eq!(tally.last_line(), "4 passed, 2 failed, 2 skipped");
    }
}
