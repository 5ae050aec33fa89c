//! The job without a window: `shirushi enroll --json`.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use serde_json::Value;

use super::{Outcome, Stage};
use crate::{
    error::{Error, succeeded},
    voice::say,
};

const NAME: &str = "shirushi enroll";

pub fn enroll(stage: &Stage) -> Result<Outcome, Error> {
    let customers = stage.bank.customers();
    let customer = customers.first().ok_or_else(|| Error::unexpected("practice-bank", "no customer"))?;
    say("No display: the wizard works on the command line.");
    let mut command = Command::new(&stage.programs.wizard);
    command.args(["enroll", "--json", "--yes", "--credentials", "-", "--store", &stage.store(), "--profile"]);
    command.arg(stage.bank.profile()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut wizard = stage.folder.inhabit(&mut command).spawn().map_err(Error::start(NAME))?;
    if let Some(mut input) = wizard.stdin.take() {
        // A wizard that did not want to read them says why below.
        let _ = input.write_all(customer.toml().as_bytes());
    }
    let mut last = Value::Null;
    for line in wizard.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        let line = line.map_err(Error::start(NAME))?;
        say(format!("  {line}"));
        last = serde_json::from_str(&line).unwrap_or_default();
    }
    succeeded(NAME, wizard.wait().map_err(Error::start(NAME))?)?;
    if last["result"] != "installed" {
        return Err(Error::unexpected(NAME, last));
    }
    let text = |field: &str| last[field].as_str().unwrap_or_default().to_owned();
    Ok(Outcome { subject: text("subject"), serial: text("serial"), not_after: text("not_after") })
}
