//! Building the two programs of the demonstration.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::error::{Error, succeeded};

/// Where cargo left them.
#[derive(Debug)]
pub struct Programs {
    pub wizard: PathBuf,
    pub bank: PathBuf,
}

/// The folder that this repository was built in.
pub fn repository() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// What cargo knows of this repository.
pub fn metadata() -> Result<Value, Error> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let output = cargo().args(arguments).stdin(Stdio::null()).output().map_err(Error::start("cargo"))?;
    succeeded("cargo metadata", output.status)?;
    serde_json::from_slice(&output.stdout).map_err(|error| Error::unexpected("cargo metadata", error))
}

/// Where cargo builds.
pub fn target() -> Result<PathBuf, Error> {
    let metadata = metadata()?;
    let folder = metadata["target_directory"].as_str().map(PathBuf::from);
    folder.ok_or_else(|| Error::unexpected("cargo metadata", "no target_directory"))
}

/// The cargo that runs us, else the one in the path.
pub fn cargo() -> Command {
    let mut cargo = Command::new(cargo_program());
    settle(&mut cargo);
    cargo
}

pub fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Makes a command run in the repository as if a person had typed it there. What `cargo run` told us about ourselves is
/// none of its business: some build scripts read it and would run again.
pub fn settle(command: &mut Command) {
    command.current_dir(repository());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
}

/// Builds both; what cargo says meanwhile goes to the person.
pub fn programs() -> Result<Programs, Error> {
    build(&[])
}

/// Both as users get them.
pub fn released() -> Result<Programs, Error> {
    build(&["--release"])
}

fn build(wish: &[&str]) -> Result<Programs, Error> {
    let output = cargo()
        .args(["build", "--workspace", "--bins", "--features", "demo"])
        .args(wish)
        .args(["--message-format", "json-render-diagnostics"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Error::start("cargo"))?;
    succeeded("cargo build", output.status)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let executable =
        |name| executable(&text, name).ok_or_else(|| Error::unexpected("cargo build", format!("no {name}")));
    Ok(Programs { wizard: executable("shirushi")?, bank: executable("practice-bank")? })
}

fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let is_it = message["target"]["name"] == name && message["executable"].is_string();
        is_it.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
    })
}
