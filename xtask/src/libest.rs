//! Cisco's EST programs, which Debian has in one of its releases only.
//!
//! The packages come from the archive that this machine installs from already, through its own apt with folders and
//! sources of our own, and are unpacked below `target/`. Nothing is installed, and a second run finds them there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    build,
    error::{Error, succeeded},
    machine,
    voice::say,
};

/// The release that has them.
const RELEASE: &str = "trixie";
const PACKAGE: &str = "libest-utils";
/// Is there when all is.
const PROGRAM: &str = "usr/bin/estserver";

/// Unpacks them where that is possible, and says what it does. Where it is not, the tests that need them are skipped.
pub fn provide() {
    let fetched = build::target().and_then(|target| {
        let folder = target.join("peers/libest");
        if folder.join(PROGRAM).exists() { Ok(()) } else { fetch(&folder) }
    });
    if let Err(error) = fetched {
        say(format!("Going on without Cisco's libest: {error}"));
    }
}

fn fetch(folder: &Path) -> Result<(), Error> {
    if !machine::is_root() || machine::find_program("apt-get").is_none() {
        return Err(Error::Lacking("the right to use Debian's package manager"));
    }
    let source = own_source().ok_or(Error::Lacking("a Debian archive among the sources of its package manager"))?;
    say(format!("Fetching {PACKAGE} of Debian {RELEASE} into {}; nothing is installed", folder.display()));
    let work = folder.with_extension("work");
    // What an interrupted run left.
    let _ = fs::remove_dir_all(&work);
    let done = fetch_into(&work, &source).and_then(|unpacked| {
        let _ = fs::remove_dir_all(folder);
        fs::rename(&unpacked, folder).map_err(Error::file(folder))
    });
    let _ = fs::remove_dir_all(&work);
    done
}

/// Gives back the folder in which everything is unpacked.
fn fetch_into(work: &Path, source: &Source) -> Result<PathBuf, Error> {
    let apt = Apt::new(work, source)?;
    apt.run(&["update"])?;
    apt.run(&["--download-only", "--no-install-recommends", "install", PACKAGE])?;
    let unpacked = work.join("unpacked");
    let mut names = Vec::new();
    for package in apt.downloaded()? {
        let mut unpack = Command::new("dpkg-deb");
        unpack.arg("--extract").arg(&package).arg(&unpacked);
        run("dpkg-deb", &mut unpack)?;
        names.extend(package.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort_unstable();
    say(format!("Unpacked: {}", names.join(" ")));
    Ok(unpacked)
}

/// apt-get as if this were an empty machine of that release.
struct Apt {
    options: Vec<String>,
    archives: PathBuf,
}

impl Apt {
    fn new(work: &Path, source: &Source) -> Result<Self, Error> {
        let (lists, archives) = (work.join("lists"), work.join("archives"));
        for folder in [&lists, &archives] {
            let partial = folder.join("partial");
            fs::create_dir_all(&partial).map_err(Error::file(&partial))?;
        }
        let (status, sources) = (work.join("status"), work.join(source.file_name));
        fs::write(&status, "").map_err(Error::file(&status))?;
        fs::write(&sources, &source.text).map_err(Error::file(&sources))?;
        let places = [
            ("Dir::Etc::SourceList", sources.as_path()),
            ("Dir::Etc::SourceParts", Path::new("/dev/null")),
            ("Dir::Etc::Preferences", Path::new("/dev/null")),
            ("Dir::Etc::PreferencesParts", Path::new("/dev/null")),
            ("Dir::State", work),
            ("Dir::State::Lists", &lists),
            ("Dir::State::Status", &status),
            ("Dir::Cache", work),
            ("Dir::Cache::Archives", &archives),
        ];
        let mut options: Vec<String> = places.iter().map(|(name, path)| format!("{name}={}", path.display())).collect();
        // The folder may be one that apt's own user cannot enter.
        options.extend(["APT::Sandbox::User=root", "Acquire::Languages=none"].map(str::to_owned));
        Ok(Self { options, archives })
    }

    fn run(&self, arguments: &[&str]) -> Result<(), Error> {
        let mut command = Command::new("apt-get");
        command.args(self.options.iter().flat_map(|option| ["-o", option])).args(["-qq", "-y"]).args(arguments);
        run("apt-get", command.env("DEBIAN_FRONTEND", "noninteractive"))
    }

    fn downloaded(&self) -> Result<Vec<PathBuf>, Error> {
        let entries = fs::read_dir(&self.archives).map_err(Error::file(&self.archives))?;
        let files = entries.flatten().map(|entry| entry.path());
        Ok(files.filter(|file| file.extension().is_some_and(|kind| kind == "deb")).collect())
    }
}

fn run(program: &str, command: &mut Command) -> Result<(), Error> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().map_err(Error::start(program))?;
    succeeded(program, status)
}

/// Where apt finds packages.
#[derive(Debug, PartialEq, Eq)]
struct Source {
    /// Its ending tells apt how to read it.
    file_name: &'static str,
    text: String,
}

/// The archive of this machine's own release, asked for the other one.
fn own_source() -> Option<Source> {
    let release = fs::read_to_string("/etc/os-release").ok()?;
    let value =
        |name: &str| release.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim_matches('"'));
    let own = (value("ID=") == Some("debian")).then(|| value("VERSION_CODENAME=")).flatten()?;
    source_files().iter().find_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        match file.extension()?.to_str()? {
            "sources" => stanza_for(&text, own).map(|text| Source { file_name: "only.sources", text }),
            "list" => line_for(&text, own).map(|text| Source { file_name: "only.list", text }),
            _ => None,
        }
    })
}

fn source_files() -> Vec<PathBuf> {
    let apt = Path::new("/etc/apt");
    let parts = fs::read_dir(apt.join("sources.list.d")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = parts.collect();
    files.sort_unstable();
    files.insert(0, apt.join("sources.list"));
    files
}

/// A stanza of a `.sources` file (sources.list(5), deb822 style) with another suite; its key and its options stay.
fn stanza_for(text: &str, own: &str) -> Option<String> {
    let field = |stanza: &str, wanted: &str| {
        let fields = stanza.lines().filter_map(|line| line.split_once(':'));
        fields.filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim().to_owned()).next()
    };
    let has = |stanza: &str, wanted: &str, word: &str| {
        field(stanza, wanted).is_some_and(|value| value.split_whitespace().any(|one| one == word))
    };
    let stanza = text.split("\n\n").find(|stanza| {
        has(stanza, "Types", "deb")
            && has(stanza, "Suites", own)
            && field(stanza, "Enabled").is_none_or(|word| word != "no")
    })?;
    let is_suites = |line: &&str| line.split_once(':').is_some_and(|(name, _)| name.eq_ignore_ascii_case("Suites"));
    let others = stanza.lines().filter(|line| !line.starts_with('#') && !is_suites(line));
    Some(others.chain([format!("Suites: {RELEASE}").as_str()]).map(|line| format!("{line}\n")).collect())
}

/// The same of the one-line style.
fn line_for(text: &str, own: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("deb ") && line.split_whitespace().any(|word| word == own))?;
    let words = line.split_whitespace().map(|word| if word == own { RELEASE } else { word });
    Some(words.collect::<Vec<_>>().join(" ") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_s_own_archive_is_asked_for_the_other_release() {
        let stanzas = "Types: deb\nURIs: http://archive.example/security\nSuites: bookworm-security\n\n\
                       Types: deb\n# a remark\nURIs: http://archive.example/debian\nSuites: bookworm bookworm-updates\n\
                       Components: main\nSigned-By: /key.gpg\n";
        let expected = "Types: deb\nURIs: http://archive.example/debian\nComponents: main\nSigned-By: /key.gpg\n\
                        Suites: trixie\n";
        assert_eq!(stanza_for(stanzas, "bookworm").as_deref(), Some(expected));
        assert_eq!(stanza_for(stanzas, "bullseye"), None);
        let lines = "# deb http://archive.example/old bookworm main\n\
                     deb [signed-by=/key.gpg] http://archive.example/debian bookworm main\n";
        let expected = "deb [signed-by=/key.gpg] http://archive.example/debian trixie main\n";
        assert_eq!(line_for(lines, "bookworm").as_deref(), Some(expected));
    }
}
