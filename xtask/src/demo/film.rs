//! A picture of every page, of the program as it is, by keyboard alone.

mod renewal;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use super::{
    Stage, own_display,
    person::{Person, Scene},
};
use crate::{
    bank::Customer,
    build,
    display::OwnDisplay,
    error::{Error, succeeded},
    machine,
    voice::say,
};

/// A page that has not moved for so long is ready for its picture; one with a running clock is taken as it is.
const STILL: Duration = Duration::from_millis(900);
const PATIENCE: Duration = Duration::from_secs(4);

/// Where the browser of the film's PC keeps its certificates, and where those of three other PCs do.
const FIRST: &str = "home/.local/share/pki/nssdb";
const SECOND: &str = "other/nssdb";
const THIRD: &str = "administrator/nssdb";
const FOURTH: &str = "manual/nssdb";

/// The whole job in one picture for each page.
const PAGES: [&str; 7] =
    ["01-login", "02-credentials", "03-trust", "04-security", "05-progress", "06-install", "07-complete"];

/// The same by the numbers of the paper manual, whose ① and ② begin in a browser.
const STEPS: [&str; 7] =
    ["2-wizard", "3-4-credentials", "5-trust", "6-security", "6-progress", "7-install", "8-9-complete"];

/// A browser's window, and one that shows a long page whole.
const LOW: &str = "--window-size=960,720";
const HIGH: &str = "--window-size=960,1060";

pub fn film() -> Result<(), Error> {
    let needs: Vec<_> =
        [&machine::STORE[..], &machine::WINDOW, &machine::SCREEN, &machine::CAMERA, &machine::BROWSER].concat();
    if !machine::provide(&needs).is_empty() {
        return Err(Error::Lacking("a screen, a keyboard or a camera for a film"));
    }
    for language in ["ja", "en"] {
        let stage = Stage::set()?;
        let display = own_display(&stage)?;
        Film { stage: &stage, display: &display, language, chapter: Chapter::Pages }.shoot()?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Film<'a> {
    stage: &'a Stage,
    display: &'a OwnDisplay,
    language: &'static str,
    chapter: Chapter,
}

/// What the pictures are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chapter {
    /// Every page of the wizard, by EST.
    Pages,
    /// The manual's steps, at the bank's old pages.
    Manual,
}

impl Chapter {
    /// Below assets/pictures.
    fn folder(self, language: &str) -> PathBuf {
        match self {
            Self::Pages => PathBuf::from(language),
            Self::Manual => Path::new("manual").join(language),
        }
    }
}

impl Film<'_> {
    fn shoot(&self) -> Result<(), Error> {
        let customers = self.stage.bank.customers();
        let [first, second, third, ..] = customers.as_slice() else {
            return Err(Error::unexpected("practice-bank", "too few customers"));
        };
        self.whole_job(first, FIRST, PAGES)?;
        self.renewal()?;
        // The manual has one language.
        if self.language == "ja" {
            Film { chapter: Chapter::Manual, ..*self }.manual(third)?;
        }
        // What stays open comes last: it would be shown instead of every first page after it.
        self.administrator(&self.stage.bank.administrator()?)?;
        self.setback(second)?;
        self.resume(second)
    }

    /// ① and ② as a person's browser shows them; from there on the wizard, at the page that ② leads to.
    fn manual(&self, customer: &Customer) -> Result<(), Error> {
        let portal = self.stage.bank.says("portal");
        self.browser(portal, "1-portal", LOW)?;
        self.browser(&format!("{portal}login"), "2-login", LOW)?;
        self.browser(self.stage.bank.says("webform"), "2-enroll", HIGH)?;
        self.whole_job(customer, FOURTH, STEPS)
    }

    fn whole_job(&self, customer: &Customer, pc: &str, pictures: [&str; 7]) -> Result<(), Error> {
        let [login, credentials, trust, security, progress, install, complete] = pictures;
        let mut person = self.sit_down(pc, &format!("{login}.txt"))?;
        person.arrive("login")?;
        self.picture(&person, login)?;
        person.press("Return")?;
        person.arrive("credentials")?;
        person.fill_in(customer)?;
        self.picture(&person, credentials)?;
        person.press("Return")?;
        person.arrive("trust")?;
        self.picture(&person, trust)?;
        person.decide("y")?;
        person.arrive("security")?;
        self.picture(&person, security)?;
        self.with_a_slow_bank(|| {
            person.decide("Return")?;
            person.arrive("progress")?;
            self.picture(&person, progress)
        })?;
        person.arrive("install")?;
        self.picture(&person, install)?;
        person.decide("y")?;
        person.arrive("complete")?;
        self.picture(&person, complete)?;
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
        let profile = match self.chapter {
            Chapter::Pages => self.stage.bank.profile(),
            Chapter::Manual => self.stage.bank.profile_of_the_old_pages(),
        };
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
        let file = self.file(name)?;
        let window = person.window()?;
        self.display.rest(STILL, PATIENCE);
        self.display.picture(&window, &file)?;
        say(format!("  {}", file.display()));
        Ok(())
    }

    /// A page in a browser that nobody sees. Its authority is of this machine, and the browser does not know it.
    fn browser(&self, address: &str, name: &str, window: &str) -> Result<(), Error> {
        let file = self.file(name)?;
        let mut browser = Command::new("chromium");
        browser.args(["--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync"]);
        browser.args(["--disable-background-networking", "--disable-component-update", "--lang=ja"]);
        browser.args(["--ignore-certificate-errors", window]);
        browser.args(machine::is_root().then_some("--no-sandbox"));
        browser.arg(format!("--user-data-dir={}", self.stage.folder.at("browser").display()));
        browser.arg(format!("--screenshot={}", file.display())).arg(address);
        browser.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = self.stage.folder.inhabit(&mut browser).status().map_err(Error::start("chromium"))?;
        succeeded("chromium", status)?;
        say(format!("  {}", file.display()));
        Ok(())
    }

    fn file(&self, name: &str) -> Result<PathBuf, Error> {
        let folder = build::repository().join("assets/pictures").join(self.chapter.folder(self.language));
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        Ok(folder.join(name).with_extension("png"))
    }
}
