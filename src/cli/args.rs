//! What was typed after `shirushi`.

use std::{ffi::OsString, path::PathBuf};

use lexopt::{Arg, Parser, ValueExt};

use super::credentials::CredentialsFile;
use crate::domain::{Language, RoleId, SecurityLevel, Thumbprint};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Window(WindowArgs),
    /// The same pages on a terminal.
    Text(WindowArgs),
    Enroll(EnrollArgs),
    Renew(RenewArgs),
    Resume(ResumeArgs),
    Status,
    Profile(ProfileArgs),
    Help,
    Version,
}

/// Which bank, which store, which language: `None` is what the PC says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WindowArgs {
    pub profile: Option<PathBuf>,
    pub store: Option<String>,
    pub language: Option<Language>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnrollArgs {
    pub window: WindowArgs,
    pub role: Option<RoleId>,
    pub level: Option<SecurityLevel>,
    pub credentials: Option<CredentialsFile>,
    pub consent: GivenConsent,
}

/// `enroll` with the present certificate in the place of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenewArgs {
    /// `credentials` may hold the store's password; numbers are not needed.
    pub enroll: EnrollArgs,
    pub certificate: Option<Thumbprint>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResumeArgs {
    pub answer: Option<PathBuf>,
    pub credentials: Option<CredentialsFile>,
    pub consent: GivenConsent,
    pub language: Option<Language>,
}

/// For whoever writes a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileArgs {
    pub look: Look,
    pub file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Is it a profile.
    Check,
    /// Does it fit the bank's page; sends nothing.
    Probe,
}

/// `--yes`: both trust questions have been answered by whoever wrote the command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GivenConsent {
    #[default]
    Ask,
    Yes,
}

/// A word that ends with a result on its last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Enroll,
    Renew,
    Resume,
    Status,
}

impl Verb {
    const ALL: [Self; 4] = [Self::Enroll, Self::Renew, Self::Resume, Self::Status];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enroll => "enroll",
            Self::Renew => "renew",
            Self::Resume => "resume",
            Self::Status => "status",
        }
    }
}

/// A command line that cannot be understood, and how far it was.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Misunderstood {
    pub verb: Option<Verb>,
    #[source]
    pub error: UsageError,
}

/// The command cannot be understood: exit 2.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    #[error("{0}")]
    Syntax(#[from] lexopt::Error),
    #[error("{0} is not a command of this program")]
    UnknownCommand(String),
    #[error("--{0} is not an option of this command")]
    NotHere(String),
    #[error("--level takes low, medium or high")]
    Level,
    #[error("--certificate takes a thumbprint: the 64 digits of its SHA-256")]
    Certificate,
    #[error("--language takes ja or en")]
    Language,
    #[error("it is `profile check FILE` or `profile probe FILE`")]
    Profile,
    #[error("--profile FILE exists only in demonstration builds")]
    ProfileFile,
}

/// Where the pages are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Face {
    #[default]
    Window,
    Terminal,
}

/// Every option of every command, before it is known which belong together.
#[derive(Default)]
struct Options {
    enroll: EnrollArgs,
    answer: Option<PathBuf>,
    certificate: Option<Thumbprint>,
    face: Face,
    /// Their names, as they were given.
    given: Vec<String>,
}

pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Misunderstood> {
    let mut verb = None;
    read(arguments, &mut verb).map_err(|error| Misunderstood { verb, error })
}

/// `verb` is known to the caller as soon as it has been read.
fn read(arguments: impl IntoIterator<Item = OsString>, verb: &mut Option<Verb>) -> Result<Command, UsageError> {
    let mut parser = Parser::from_iter(arguments);
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Long("version") | Arg::Short('V') => return Ok(Command::Version),
            Arg::Value(word) if verb.is_none() => {
                let word = word.string()?;
                if word == "profile" && options.given.is_empty() {
                    return profile(&mut parser).map(Command::Profile);
                }
                let known = Verb::ALL.into_iter().find(|verb| verb.as_str() == word);
                *verb = Some(known.ok_or(UsageError::UnknownCommand(word))?);
            }
            Arg::Long(name) => {
                let name = name.to_owned();
                options.read(&name, &mut parser)?;
                options.given.push(name);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    options.into_command(*verb)
}

/// The options of each command; none of them is ignored silently.
fn options_of(verb: Option<Verb>) -> &'static [&'static str] {
    match verb {
        None => &["profile", "store", "language", "text"],
        Some(Verb::Enroll) => &["profile", "store", "language", "role", "level", "credentials", "yes", "json"],
        Some(Verb::Renew) => {
            &["profile", "store", "language", "role", "level", "certificate", "credentials", "yes", "json"]
        }
        Some(Verb::Resume) => &["language", "answer", "credentials", "yes", "json"],
        Some(Verb::Status) => &["json"],
    }
}

impl Options {
    fn read(&mut self, name: &str, parser: &mut Parser) -> Result<(), UsageError> {
        let enroll = &mut self.enroll;
        match name {
            "profile" if cfg!(feature = "demo") => enroll.window.profile = Some(parser.value()?.into()),
            "profile" => return Err(UsageError::ProfileFile),
            "store" => enroll.window.store = Some(parser.value()?.string()?),
            "language" => enroll.window.language = Some(language(&parser.value()?.string()?)?),
            "role" => enroll.role = Some(RoleId(parser.value()?.string()?)),
            "level" => enroll.level = Some(parser.value()?.string()?.parse().map_err(|_| UsageError::Level)?),
            "credentials" => enroll.credentials = Some(CredentialsFile::from(PathBuf::from(parser.value()?))),
            "certificate" => {
                self.certificate = Some(parser.value()?.string()?.parse().map_err(|_| UsageError::Certificate)?);
            }
            "text" => self.face = Face::Terminal,
            "answer" => self.answer = Some(parser.value()?.into()),
            "yes" => enroll.consent = GivenConsent::Yes,
            // The only form there is; written out so that scripts say what they expect.
            "json" => {}
            other => return Err(Arg::Long(other).unexpected().into()),
        }
        Ok(())
    }

    fn into_command(self, verb: Option<Verb>) -> Result<Command, UsageError> {
        let Self { enroll, answer, certificate, face, given } = self;
        if let Some(stranger) = given.into_iter().find(|name| !options_of(verb).contains(&name.as_str())) {
            return Err(UsageError::NotHere(stranger));
        }
        Ok(match verb {
            None if face == Face::Terminal => Command::Text(enroll.window),
            None => Command::Window(enroll.window),
            Some(Verb::Enroll) => Command::Enroll(enroll),
            Some(Verb::Renew) => Command::Renew(RenewArgs { enroll, certificate }),
            Some(Verb::Resume) => Command::Resume(ResumeArgs {
                answer,
                credentials: enroll.credentials,
                consent: enroll.consent,
                language: enroll.window.language,
            }),
            Some(Verb::Status) => Command::Status,
        })
    }
}

fn profile(parser: &mut Parser) -> Result<ProfileArgs, UsageError> {
    let look = match parser.next()? {
        Some(Arg::Value(word)) if word == "check" => Look::Check,
        Some(Arg::Value(word)) if word == "probe" => Look::Probe,
        _ => return Err(UsageError::Profile),
    };
    let Some(Arg::Value(file)) = parser.next()? else { return Err(UsageError::Profile) };
    if parser.next()?.is_some() {
        return Err(UsageError::Profile);
    }
    Ok(ProfileArgs { look, file: file.into() })
}

fn language(text: &str) -> Result<Language, UsageError> {
    match text {
        "ja" => Ok(Language::Japanese),
        "en" => Ok(Language::English),
        _ => Err(UsageError::Language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, UsageError> {
        let words = std::iter::once("shirushi").chain(line.split_whitespace()).map(OsString::from);
        parse(words).map_err(|misunderstood| misunderstood.error)
    }

    #[test]
    fn no_word_opens_the_window() {
        assert_eq!(parsed("").ok(), Some(Command::Window(WindowArgs::default())));
    }

    #[test]
    fn text_asks_for_the_same_pages_on_a_terminal() {
        assert_eq!(parsed("--text").ok(), Some(Command::Text(WindowArgs::default())));
        assert!(matches!(parsed("enroll --text"), Err(UsageError::NotHere(name)) if name == "text"));
    }

    #[test]
    fn a_command_that_does_not_exist_is_a_mistake() {
        assert!(matches!(parsed("enrol"), Err(UsageError::UnknownCommand(_))));
    }

    #[test]
    fn a_level_that_does_not_exist_is_a_mistake() {
        assert!(matches!(parsed("enroll --level middle"), Err(UsageError::Level)));
    }

    #[test]
    fn a_certificate_is_named_by_its_thumbprint_as_it_is_shown_anywhere() {
        let shown = "AB12:".repeat(15) + "AB12";
        for text in [shown.clone(), shown.replace(':', ""), shown.to_lowercase()] {
            let Ok(Command::Renew(RenewArgs { certificate: Some(named), .. })) =
                parsed(&format!("renew --certificate {text}"))
            else {
                panic!("{text} is a thumbprint")
            };
            assert_eq!(named.to_string(), "ab12".repeat(16));
        }
        assert!(matches!(parsed("renew --certificate newest"), Err(UsageError::Certificate)));
        assert!(matches!(parsed("enroll --certificate 00"), Err(UsageError::Certificate)));
    }

    #[test]
    fn a_profile_is_checked_or_probed() {
        let args = |look| Command::Profile(ProfileArgs { look, file: "bank.toml".into() });
        assert_eq!(parsed("profile check bank.toml").ok(), Some(args(Look::Check)));
        assert_eq!(parsed("profile probe bank.toml").ok(), Some(args(Look::Probe)));
        for line in ["profile", "profile check", "profile look bank.toml", "profile check a b", "profile check --json"]
        {
            assert!(matches!(parsed(line), Err(UsageError::Profile)), "{line}");
        }
    }

    #[test]
    fn credentials_do_not_go_with_the_window() {
        assert!(matches!(parsed("--credentials -"), Err(UsageError::NotHere(name)) if name == "credentials"));
    }

    #[test]
    fn a_mistake_after_the_verb_remembers_the_verb() {
        let words = ["shirushi", "resume", "--role", "user"].map(OsString::from);
        assert_eq!(parse(words).map_err(|misunderstood| misunderstood.verb), Err(Some(Verb::Resume)));
    }
}
