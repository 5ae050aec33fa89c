//! The last lines: what a stranger can check without believing us.

use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use super::{Outcome, Stage};
use crate::{error::Error, machine::find_program, pem, voice::say};

/// Browsers that look into the database of this folder.
const BROWSERS: [&str; 4] = ["chromium", "google-chrome", "chromium-browser", "microsoft-edge"];

pub fn tell(stage: &Stage, outcome: &Outcome) -> Result<(), Error> {
    let database = format!("sql:{}", stage.folder.database().display());
    let paper = Paper::write(stage, &database)?;
    say("\nThe certificate is installed and has logged in:");
    say(format!("  subject    {}", outcome.subject));
    say(format!("  serial     {}", outcome.serial));
    say(format!("  not after  {}", outcome.not_after));
    say("\nSee for yourself. The key in the browser's database:");
    show("certutil", &["-K", "-d", &database]);
    show("certutil", &["-L", "-d", &database]);
    say("Whether the chain holds, asked of somebody else:");
    let purpose = ["verify", "-purpose", "sslclient", "-CAfile", &paper.root, "-untrusted", &paper.intermediate];
    show("openssl", &[&purpose[..], &[&paper.certificate]].concat());
    say("The bank again, and a browser of this folder at its login:");
    say(format!("  {}", bank_line(stage)));
    say(format!("  {}", browser_line(stage)));
    Ok(())
}

/// Files for the lines above.
struct Paper {
    certificate: String,
    intermediate: String,
    root: String,
}

impl Paper {
    /// The certificate comes out of the database where certutil can read it, else from the bank's books.
    fn write(stage: &Stage, database: &str) -> Result<Self, Error> {
        let chain = stage.bank.last_issued()?.chain;
        let mut chain = chain.iter().map(|base64| pem::certificate(base64));
        let issued = chain.next().unwrap_or_default();
        let certificate = exported(database).unwrap_or(issued);
        let file = |name: &str, content: &str| {
            let path = stage.folder.at(name);
            fs::write(&path, content).map_err(Error::file(&path))?;
            Ok(path.display().to_string())
        };
        Ok(Self {
            certificate: file("certificate.pem", &certificate)?,
            intermediate: file("intermediate.pem", &chain.collect::<String>())?,
            root: file("issuer-root.pem", stage.bank.says("issuer_root_pem"))?,
        })
    }
}

/// The certificate beside which the database has a private key (`u` in certutil's list).
fn exported(database: &str) -> Option<String> {
    let list = Command::new("certutil").args(["-L", "-d", database]).stdin(Stdio::null()).output().ok()?;
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let name = list.lines().find_map(|line| line.trim_end().strip_suffix("u,u,u"))?.trim();
    let arguments = ["-L", "-a", "-d", database, "-n", name];
    let output = Command::new("certutil").args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Prints a command and, where its program is there, what it says.
fn show(program: &str, arguments: &[&str]) {
    let mut line = format!("  {program}");
    for argument in arguments {
        let _ = write!(line, " {}", quoted(argument));
    }
    say(line);
    if find_program(program).is_none() {
        return say(format!("    ({program} is not installed here)"));
    }
    let Ok(output) = Command::new(program).args(arguments).stdin(Stdio::null()).output() else { return };
    for text in [&output.stdout, &output.stderr] {
        String::from_utf8_lossy(text)
            .lines()
            .filter(|line| !line.trim().is_empty())
            .for_each(|line| say(format!("    {line}")));
    }
}

fn bank_line(stage: &Stage) -> String {
    let path = |path: &Path| quoted(&path.display().to_string());
    format!(
        "{} --listen 127.0.0.1:0 --state {} --write-profile {} &",
        path(&stage.programs.bank),
        path(stage.bank.state()),
        path(stage.bank.profile())
    )
}

fn browser_line(stage: &Stage) -> String {
    let browser = BROWSERS.into_iter().find(|name| find_program(name).is_some()).unwrap_or("chromium");
    let home = stage.folder.at("home");
    format!(
        "env HOME={0} XDG_DATA_HOME={0}/.local/share XDG_CONFIG_HOME={0}/.config {browser}{1} \
         --ignore-certificate-errors --user-data-dir={2} {3}",
        quoted(&home.display().to_string()),
        if crate::machine::is_root() { " --no-sandbox" } else { "" },
        quoted(&stage.folder.at("browser").display().to_string()),
        stage.bank.says("portal_login")
    )
}

/// For a shell, where a name has something in it that a shell would read.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/:._,=@%+-".contains(character);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
