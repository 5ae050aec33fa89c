//! The job in the window, by a person or by a script with a keyboard.

use std::process::Command;

use serde_json::Value;

use super::{
    Outcome, Stage, own_display,
    person::{Person, Scene},
};
use crate::{
    bank::Customer,
    error::{Error, succeeded},
    voice::say,
};

/// Where a person looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Window,
    Terminal,
}

/// Opens the wizard where the person looks and waits until it closes.
pub fn open_for_the_person(stage: &Stage, face: Face) -> Result<Option<Outcome>, Error> {
    say("\n練習用の番号 / numbers for practice (each 利用者 takes one certificate):");
    for customer in stage.bank.customers().iter().take(3) {
        say(format!("  契約者ID / contract ID                 {}", customer.contract_id));
        say(format!("  利用者ID / user ID                     {}", customer.user_id));
        say(format!("  利用者暗証番号 / PIN                   {}", customer.password));
        say(format!("  利用者確認暗証番号 / confirmation PIN  {}\n", customer.confirmation));
    }
    let mut command = Command::new(&stage.programs.wizard);
    match face {
        Face::Window => say("The window is open; this command ends when it closes."),
        Face::Terminal => {
            say("No display: the wizard is here. q closes it; Ctrl-C ends the whole demonstration.");
            command.arg("--text");
        }
    }
    command.args(["--store", &stage.store(), "--profile"]).arg(stage.bank.profile());
    let status = stage.folder.inhabit(&mut command).status().map_err(Error::start("shirushi"))?;
    succeeded("shirushi", status)?;
    outcome(stage)
}

/// The whole job by keyboard alone.
pub fn walk(stage: &Stage) -> Result<Outcome, Error> {
    let display = own_display(stage)?;
    say("Nobody is here: a script types into the wizard's window, on a display of its own.");
    let database = stage.folder.database();
    let profile = stage.bank.profile();
    let scene = Scene { language: "ja", trace: "pages.txt", database: &database, profile };
    let mut person = Person::sit_down(stage, &display, scene)?;
    let customer = first_customer(stage)?;
    person.arrive("login")?;
    person.press("Return")?;
    person.arrive("credentials")?;
    person.fill_in(&customer)?;
    person.press("Return")?;
    person.arrive("trust")?;
    person.decide("y")?;
    person.arrive("security")?;
    person.decide("Return")?;
    person.arrive("install")?;
    person.decide("y")?;
    person.arrive("complete")?;
    person.press("Return")?;
    person.leave()?;
    say("  login, credentials, trust, security, install, complete: every page was there, and the window closed.");
    outcome(stage)?.ok_or_else(|| Error::unexpected("shirushi", "no certificate"))
}

pub fn first_customer(stage: &Stage) -> Result<Customer, Error> {
    stage.bank.customers().into_iter().next().ok_or_else(|| Error::unexpected("practice-bank", "no customer"))
}

/// What the journal calls finished, with the serial number that the bank has in its books.
fn outcome(stage: &Stage) -> Result<Option<Outcome>, Error> {
    let mut command = Command::new(&stage.programs.wizard);
    let output = stage.folder.inhabit(command.args(["status", "--json"])).output().map_err(Error::start("shirushi"))?;
    succeeded("shirushi status", output.status)?;
    let status: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let enrollments = status["enrollments"].as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(done) = enrollments.iter().rfind(|one| one["stage"] == "done" || one["stage"] == "proven") else {
        return Ok(None);
    };
    let issued = stage.bank.last_issued()?;
    let subject = done["subject"].as_str().unwrap_or_default().to_owned();
    Ok(Some(Outcome { subject, serial: issued.serial, not_after: issued.not_after }))
}
