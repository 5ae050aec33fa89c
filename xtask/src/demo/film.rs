//! A picture of every page, of the program as it is, by keyboard alone.

mod renewal;

use std::{fs, path::PathBuf, process::Command, time::Duration};

use super::{
    Stage, own_display,
    person::{Person, Scene},
};
use crate::{bank::Customer, build, display::OwnDisplay, error::Error, machine, voice::say};

/// A page that has not moved for so long is ready for its picture; one with a running clock is taken as it is.
const STILL: Duration = Duration::from_millis(900);
const PATIENCE: Duration = Duration::from_secs(4);

/// Where the browser of the film's PC keeps its certificates, and where those of two other PCs do.
const FIRST: &str = "home/.local/share/pki/nssdb";
const SECOND: &str = "other/nssdb";
const THIRD: &str = "administrator/nssdb";

pub fn film() -> Result<(), Error> {
    let needs: Vec<_> = [&machine::STORE[..], &machine::WINDOW, &machine::SCREEN, &machine::CAMERA].concat();
    if !machine::provide(&needs).is_empty() {
        return Err(Error::Lacking("a screen, a keyboard or a camera for a film"));
    }
    for language in ["ja", "en"] {
        let stage = Stage::set()?;
        let display = own_display(&stage)?;
        Film { stage: &stage, display: &display, language }.shoot()?;
    }
    Ok(())
}

struct Film<'a> {
    stage: &'a Stage,
    display: &'a OwnDisplay,
    language: &'static str,
}

impl Film<'_> {
    fn shoot(&self) -> Result<(), Error> {
        let customers = self.stage.bank.customers();
        let [first, second, ..] = customers.as_slice() else {
            return Err(Error::unexpected("practice-bank", "too few customers"));
        };
        self.whole_job(first)?;
        self.renewal()?;
        // What stays open comes last: it would be shown instead of every first page after it.
        self.administrator(&self.stage.bank.administrator()?)?;
        self.setback(second)?;
        self.resume(second)
    }

    fn whole_job(&self, customer: &Customer) -> Result<(), Error> {
        let mut person = self.sit_down(FIRST, "pages-1.txt")?;
        person.arrive("login")?;
        self.picture(&person, "01-login")?;
        person.press("Return")?;
        person.arrive("credentials")?;
        person.fill_in(customer)?;
        self.picture(&person, "02-credentials")?;
        person.press("Return")?;
        person.arrive("trust")?;
        self.picture(&person, "03-trust")?;
        person.decide("y")?;
        person.arrive("security")?;
        self.picture(&person, "04-security")?;
        self.with_a_slow_bank(|| {
            person.decide("Return")?;
            person.arrive("progress")?;
            self.picture(&person, "05-progress")
        })?;
        person.arrive("install")?;
        self.picture(&person, "06-install")?;
        person.decide("y")?;
        person.arrive("complete")?;
        self.picture(&person, "07-complete")?;
        person.press("Return")?;
        person.leave()
    }

    /// One wrong number.
    fn setback(&self, customer: &Customer) -> Result<(), Error> {
        let wrong = Customer { password: "wrong2345".to_owned(), ..customer.clone() };
        let mut person = self.sit_down(SECOND, "pages-2.txt")?;
        self.apply(&mut person, &wrong)?;
        person.arrive("setback")?;
        self.picture(&person, "08-setback")
        // Going out of scope is a kill: nothing was issued, and the next start is a new one.
    }

    /// The program dies with the certificate in its hands.
    fn resume(&self, customer: &Customer) -> Result<(), Error> {
        let mut person = self.sit_down(SECOND, "pages-3.txt")?;
        self.apply(&mut person, customer)?;
        person.arrive("install")?;
        drop(person);
        let mut person = self.sit_down(SECOND, "pages-4.txt")?;
        person.arrive("resume")?;
        self.picture(&person, "09-resume")
    }

    /// The two pages that are not the same for the 管理者.
    fn administrator(&self, administrator: &Customer) -> Result<(), Error> {
        let mut person = self.sit_down(THIRD, "pages-5.txt")?;
        person.arrive("login")?;
        ["Tab", "Right"].into_iter().try_for_each(|key| person.press(key))?;
        self.picture(&person, "10-administrator-login")?;
        person.press("Return")?;
        person.arrive("credentials")?;
        person.fill_in(administrator)?;
        self.picture(&person, "11-administrator-credentials")
    }

    fn apply(&self, person: &mut Person<'_>, customer: &Customer) -> Result<(), Error> {
        person.arrive("login")?;
        person.press("Return")?;
        person.arrive("credentials")?;
        person.fill_in(customer)?;
        person.press("Return")?;
        person.arrive("trust")?;
        person.decide("y")?;
        person.arrive("security")?;
        person.decide("Return")
    }

    /// A PC whose browser has the whole job behind it is another story than one that has not.
    fn sit_down(&self, pc: &str, trace: &str) -> Result<Person<'_>, Error> {
        let database = self.stage.folder.at(pc);
        let profile = self.stage.bank.profile();
        let scene = Scene { language: self.language, trace, database: &database, profile };
        Person::sit_down(self.stage, self.display, scene)
    }

    /// Stops the bank as if its computer were busy.
    fn with_a_slow_bank(&self, act: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        let bank = self.stage.bank.process().to_string();
        let signal = |name: &str| Command::new("kill").args([name, &bank]).status().map_err(Error::start("kill"));
        signal("-STOP")?;
        let acted = act();
        signal("-CONT")?;
        acted
    }

    fn picture(&self, person: &Person<'_>, name: &str) -> Result<(), Error> {
        let folder = build::repository().join("assets/pictures").join(self.language);
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        let file: PathBuf = folder.join(name).with_extension("png");
        let window = person.window()?;
        self.display.rest(STILL, PATIENCE);
        self.display.picture(&window, &file)?;
        say(format!("  {}", file.display()));
        Ok(())
    }
}
