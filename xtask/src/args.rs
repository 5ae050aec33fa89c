//! What was typed after `cargo xtask`.

use std::ffi::OsString;

use lexopt::{Arg, Parser, ValueExt};

use crate::{error::Error, faults::Depth, test::Strictness};

pub const HELP: &str = "\
cargo xtask demo            practice with a bank on this machine, in a throw-away folder
cargo xtask pictures        the same, filmed: a picture of each page in assets/pictures (also demo --film)
cargo xtask test            every check and test that this machine can run
cargo xtask test --ci       the same; a test that is skipped must be listed in .ci/skips
cargo xtask faults          everything that can befall an enrollment, and what came of it: a table
cargo xtask faults --sample the same at a few points drawn by SHIRUSHI_SEED, in 5 minutes
cargo xtask bench           speed and size of the released program, beside others in the same run
cargo xtask help            these lines
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Demo,
    Film,
    Bench,
    Faults(Depth),
    Test(Strictness),
    Help,
}

pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Verb, Error> {
    let mut parser = Parser::from_args(arguments.into_iter().skip(1));
    let mut verb = None;
    while let Some(argument) = parser.next().map_err(usage)? {
        verb = Some(match (verb, argument) {
            (_, Arg::Long("help") | Arg::Short('h')) => Verb::Help,
            (None, Arg::Value(word)) => named(&word.string().map_err(usage)?)?,
            (Some(Verb::Demo), Arg::Long("film")) => Verb::Film,
            (Some(Verb::Faults(_)), Arg::Long("sample")) => Verb::Faults(Depth::Sample),
            (Some(Verb::Test(_)), Arg::Long("ci")) => Verb::Test(Strictness::Ci),
            (_, other) => return Err(usage(other.unexpected())),
        });
    }
    Ok(verb.unwrap_or(Verb::Help))
}

fn named(word: &str) -> Result<Verb, Error> {
    match word {
        "demo" => Ok(Verb::Demo),
        "pictures" => Ok(Verb::Film),
        "bench" => Ok(Verb::Bench),
        "faults" => Ok(Verb::Faults(Depth::Full)),
        "test" => Ok(Verb::Test(Strictness::Local)),
        "help" => Ok(Verb::Help),
        other => Err(Error::Usage(format!("{other} is not a verb; cargo xtask help lists them"))),
    }
}

fn usage(error: lexopt::Error) -> Error {
    Error::Usage(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Verb, Error> {
        parse(std::iter::once("xtask").chain(line.split_whitespace()).map(OsString::from))
    }

    #[test]
    fn options_belong_to_their_verbs() {
        assert_eq!(parsed("demo --film").ok(), Some(Verb::Film));
        assert_eq!(parsed("test --ci").ok(), Some(Verb::Test(Strictness::Ci)));
        assert_eq!(parsed("faults --sample").ok(), Some(Verb::Faults(Depth::Sample)));
        assert!(parsed("demo --ci").is_err());
        assert!(parsed("--ci test").is_err());
    }

    #[test]
    fn nothing_at_all_asks_for_help() {
        assert_eq!(parsed("").ok(), Some(Verb::Help));
        assert!(matches!(parsed("dmeo"), Err(Error::Usage(_))));
    }
}
