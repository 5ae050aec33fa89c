//! The numbers as a person types them into the window, with the eye open: drawn, shaped and cached. Gone on the page that
//! follows what they were for.

use std::path::Path;

use practice_bank::Account;

use crate::{
    canary::Canary,
    deaf,
    display::{Display, PROGRAMS},
    home::Home,
    person::Person,
    process::{may_look, with_program},
    programs::are_here,
    search::{Found, Search},
    table::{Depth, Row},
};

const WRONG: &str = "Kq7&z%+~x\\p<9'";

/// A person, and what must not be found in the window's process.
struct Watched<'a> {
    person: Person<'a>,
    search: Search,
    /// Page by page, what has been found.
    found: Vec<(&'static str, Found)>,
}

impl<'a> Watched<'a> {
    fn sit_down(home: &Home, display: &'a Display, program: &Path) -> Self {
        let Account { password, confirmation, .. } = home.customer();
        let planted = [("the password", password.as_str()), ("the confirmation", confirmation), ("another", WRONG)];
        let search = Search::of(&planted.map(|(name, secret)| Canary::new(name, secret)));
        let wizard = with_program(&home.wizard("ja"), program);
        Self { person: Person::sit_down_before(wizard, home, display), search, found: Vec::new() }
    }

    /// The four numbers, the secret ones with the eye open.
    fn fill_in(&self, home: &Home, password: &str) {
        let Account { contract_id, user_id, confirmation, .. } = home.customer();
        for number in [contract_id, user_id] {
            self.person.write(number);
            self.person.press_and_see("Tab");
        }
        self.fill_in_secrets(password, confirmation);
    }

    /// After a refusal the IDs are still there.
    fn fill_in_secrets(&self, password: &str, confirmation: &str) {
        self.person.write(password);
        self.open_the_eye();
        for _ in 0..3 {
            self.person.press_and_see("Tab"); // eye, keyboard, the next field
        }
        self.person.write(confirmation);
        self.open_the_eye();
    }

    fn open_the_eye(&self) {
        self.person.press_and_see("Tab");
        self.person.press_and_see("Return");
        self.person.press_and_see("shift+Tab");
    }

    fn look(&self) -> Found {
        self.search.process(self.person.process())
    }

    /// From here on nothing of them is needed any more.
    fn must_be_gone(&mut self, page: &'static str) {
        let found = self.look();
        self.found.push((page, found));
    }

    /// With the numbers filled in, up to the click.
    fn issue(&mut self) {
        self.person.press("Return");
        self.person.arrive("trust");
        self.person.decide("y", "security");
        self.person.decide("Return", "progress");
    }
}

/// The whole job, with a wrong number first.
fn the_whole_job<'a>(home: &Home, display: &'a Display, program: &Path) -> Watched<'a> {
    let mut watched = Watched::sit_down(home, display, program);
    watched.person.begin();
    watched.fill_in(home, WRONG);
    assert!(watched.look().has("another", "memory"), "what is on the page is in memory, or nothing is proven");
    watched.issue();
    watched.person.arrive("setback");
    watched.must_be_gone("setback");
    watched.person.decide("Return", "credentials");
    watched.must_be_gone("credentials");
    let Account { password, confirmation, .. } = home.customer();
    watched.fill_in_secrets(password, confirmation);
    watched.issue();
    watched.person.arrive("install");
    watched.must_be_gone("install");
    watched.person.decide("y", "installing");
    watched.person.arrive("complete");
    watched.must_be_gone("complete");
    watched
}

fn scene(test: &str) -> Option<(Display, Home)> {
    let here = may_look(test) && are_here(test, &PROGRAMS) && are_here(test, &["certutil"]);
    here.then(|| (Display::open(), Home::build()))
}

#[test]
fn a_window_leaves_nothing_behind_when_a_number_has_done_its_work() {
    let test = "a_window_leaves_nothing_behind_when_a_number_has_done_its_work";
    let Some((display, home)) = scene(test) else { return };
    let watched = the_whole_job(&home, &display, Path::new(env!("CARGO_BIN_EXE_shirushi")));
    let mut found = watched.found;
    // The bank's own files are beside the PC's, and there the numbers belong.
    for folder in ["pc-state", "pc-nssdb", "home"] {
        found.push((folder, watched.search.folder(&home.path(folder))));
    }
    let broken: Vec<String> =
        found.iter().filter(|(_, found)| !found.is_empty()).map(|(page, found)| format!("{page}:\n{found}")).collect();
    let case = "numbers in the window, eye open: memory of the living process, files, arguments";
    let note = "after a refusal, after the answer, at the end";
    Row { harness: "secrets", case, points: found.len(), tried: found.len(), broken: broken.len(), note }.enter();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The control; the other two kinds of it are quicker and always played.
#[test]
fn without_the_wiping_a_window_leaves_numbers_behind() {
    let test = "without_the_wiping_a_window_leaves_numbers_behind";
    if Depth::wanted() == Depth::Sample {
        return;
    }
    let Some((display, home)) = scene(test) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let watched = the_whole_job(&home, &display, &deaf::program(folder.path()));
    assert!(watched.found.iter().any(|(_, found)| !found.is_empty()), "nothing is found");
}
