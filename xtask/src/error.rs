use std::{
    fmt, io,
    path::{Path, PathBuf},
    process::ExitStatus,
};

/// Why a verb did not do what it was asked for.
#[derive(Debug)]
pub enum Error {
    /// The command line cannot be understood.
    Usage(String),
    /// A file or folder could not be read or written.
    File { path: PathBuf, source: io::Error },
    /// A program could not be started.
    Start { program: String, source: io::Error },
    /// A program ended in another way than it should.
    Ended { program: String, status: ExitStatus },
    /// A program said something else than it should.
    Unexpected { program: String, said: String },
    /// There is nothing to go on with.
    Lacking(&'static str),
    /// The window did not come to this page in time, or came to another one.
    Page { wanted: &'static str, seen: String },
}

impl Error {
    pub fn exit(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            _ => 1,
        }
    }

    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    pub fn start(program: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let program = program.into();
        move |source| Self::Start { program, source }
    }

    pub fn unexpected(program: &str, said: impl fmt::Display) -> Self {
        Self::Unexpected { program: program.to_owned(), said: said.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => f.write_str(text),
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Start { program, source } => write!(f, "{program} cannot be started: {source}"),
            Self::Ended { program, status } => write!(f, "{program} ended with {status}"),
            Self::Unexpected { program, said } => write!(f, "{program} said: {said}"),
            Self::Lacking(what) => write!(f, "this machine lacks {what}"),
            Self::Page { wanted, seen } => write!(f, "waited for the page {wanted}; the pages were: {seen}"),
        }
    }
}

/// Ended well, or the error that says how it ended.
pub fn succeeded(program: &str, status: ExitStatus) -> Result<(), Error> {
    if status.success() { Ok(()) } else { Err(Error::Ended { program: program.to_owned(), status }) }
}
