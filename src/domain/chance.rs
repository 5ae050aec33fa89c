//! Chance is a port: tests know beforehand what comes.

pub trait Chance: Send + Sync + std::fmt::Debug {
    /// A number below `limit`, each as likely as the others; `None` where the source gives nothing.
    fn below(&self, limit: u8) -> Option<u8>;
}

/// The random source of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn below(&self, limit: u8) -> Option<u8> {
        let mut drawn = [0];
        loop {
            getrandom::fill(&mut drawn).ok()?;
            // What lies above the last whole multiple would make the small numbers likelier.
            if drawn[0] < u8::MAX - u8::MAX % limit.max(1) {
                return Some(drawn[0] % limit.max(1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, SystemChance};

    #[test]
    fn every_number_below_the_limit_comes_and_no_other() {
        let mut seen = [false; 10];
        for _ in 0..2000 {
            seen[usize::from(SystemChance.below(10).expect("a source"))] = true;
        }
        assert_eq!(seen, [true; 10]);
        assert_eq!(SystemChance.below(1), Some(0));
    }
}
