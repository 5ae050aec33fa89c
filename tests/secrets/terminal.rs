//! The numbers as they are typed at a prompt: gone while the program still waits for the next answer.

use std::{path::PathBuf, process::Command};

use practice_bank::{Account, Case, Replay};

use crate::{
    canary::Canary,
    process::{Run, may_look},
    search::{Found, Search},
    table::{Depth, Row},
    town::{Pc, Town},
};

const STORE: &str = "ひらけごま表8421";
const FILE: &str = "long enough 77";
const WRONG: &str = "Kq7&z%+~ \"x\\p<9'";

/// The wizard on a terminal of this PC, with this bank.
pub fn wizard(pc: &Pc, profile: PathBuf) -> Command {
    let mut command = pc.program();
    command.args(["--text", "--store", &pc.store(), "--profile"]).arg(profile);
    command
}

/// Up to the page with the numbers, and into its fields.
pub fn type_numbers(run: &mut Run, account: &Account) {
    run.write(&lines(&numbers(account)));
    run.until("the numbers are typed", |run| run.said().contains("Get certificate") && run.said().ends_with("> "));
}

fn numbers(account: &Account) -> [&str; 5] {
    let Account { contract_id, user_id, password, confirmation, .. } = account;
    ["", contract_id, user_id, password, confirmation]
}

fn lines(answers: &[impl AsRef<str>]) -> String {
    answers.iter().map(|answer| format!("{}\n", answer.as_ref())).collect()
}

/// Who sits there, and what is typed until the program waits on the page that is looked at.
struct Sat {
    customer: Account,
    answers: Vec<String>,
    /// On the page then.
    page: &'static str,
    planted: Vec<(&'static str, String)>,
}

struct Story {
    name: &'static str,
    tell: fn(&Town, &Pc) -> Sat,
}

const STORIES: [Story; 9] = [
    Story { name: "the whole job", tell: |town, _| whole_job(town.guest(), |text| text.to_owned()) },
    Story { name: "typed in full width", tell: |town, _| whole_job(town.guest(), wide) },
    Story { name: "the store has a password", tell: with_a_store },
    Story { name: "into a file", tell: into_a_file },
    Story {
        name: "a wrong number",
        tell: |town, _| refused(Account { password: WRONG.into(), ..town.guest() }, "E01"),
    },
    Story { name: "a locked customer", tell: |town, _| refused(town.customer(Case::Locked), "E02") },
    Story { name: "a certificate that was taken", tell: |town, _| refused(town.customer(Case::Taken), "E03") },
    Story { name: "a call from a stranger", tell: |town, _| left(town.guest(), "1", "Hang up") },
    Story { name: "back to the first page", tell: |town, _| left(town.guest(), "6", "Enter  Start") },
];

fn sat(customer: Account, typed: Vec<String>, then: &[&str], page: &'static str) -> Sat {
    let answers = typed.into_iter().chain(then.iter().map(|answer| (*answer).to_owned())).collect();
    Sat { customer, answers, page, planted: Vec::new() }
}

fn whole_job(customer: Account, write: impl Fn(&str) -> String) -> Sat {
    let typed = numbers(&customer).map(write).into();
    sat(customer, typed, &["", "y", "", "y", "1", "receipt.txt"], "Receipt saved")
}

/// What is copied for an inquiry is printed here.
fn refused(customer: Account, code: &'static str) -> Sat {
    let typed = numbers(&customer).map(str::to_owned).into();
    sat(customer, typed, &["", "y", "", "1"], code)
}

fn left(customer: Account, how: &str, page: &'static str) -> Sat {
    let typed = numbers(&customer).map(str::to_owned).into();
    sat(customer, typed, &[how], page)
}

fn with_a_store(town: &Town, pc: &Pc) -> Sat {
    pc.lock_store(STORE);
    std::fs::remove_file(pc.path("new-password")).expect("it was for certutil");
    let customer = town.guest();
    let typed = numbers(&customer).map(str::to_owned).into();
    let planted = vec![("the password of the store", STORE.to_owned())];
    Sat { planted, ..sat(customer, typed, &["", "y", STORE, "", "y"], "Step 7 of 7") }
}

fn into_a_file(town: &Town, pc: &Pc) -> Sat {
    let (customer, file) = (town.guest(), pc.path("bank").display().to_string());
    let chosen = ["2".to_owned(), file].into_iter();
    let typed = chosen.chain(numbers(&customer).map(str::to_owned)).collect();
    let planted = vec![("the password of the file", FILE.to_owned())];
    Sat { planted, ..sat(customer, typed, &["", "y", FILE, FILE, "", "y"], "Step 7 of 7") }
}

/// As a Japanese keyboard writes letters and digits.
fn wide(text: &str) -> String {
    let wide = |c: char| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c) } else { c };
    text.chars().map(wide).collect()
}

/// Plays a story, and looks while the program waits on its last page.
fn look(town: &Town, pc: &Pc, sat: &Sat) -> Found {
    let Account { password, confirmation, .. } = &sat.customer;
    let numbers = [("the password", password), ("the confirmation", confirmation)];
    let planted = sat.planted.iter().map(|(name, secret)| (*name, secret));
    let canaries: Vec<Canary> = numbers.into_iter().chain(planted).map(|(name, one)| Canary::new(name, one)).collect();
    let search = Search::of(&canaries);
    let mut command = pc.program();
    command.args(["--text", "--profile"]).arg(town.profile()).current_dir(pc.path(""));
    if !sat.answers.iter().any(|answer| answer == FILE) {
        command.args(["--store", &pc.store()]);
    }
    let mut run = Run::start(&mut command, &pc.path(""));
    run.write(&lines(&sat.answers));
    run.until(sat.page, |run| {
        let said = run.said();
        let (_, after) = said.rsplit_once("Get certificate").unwrap_or_default();
        after.split_once(sat.page).is_some_and(|(_, rest)| rest.contains("\n> ") && rest.ends_with("> "))
    });

    let mut found = search.process(run.id());
    drop(run);
    found.add(search.folder(&pc.path("")));
    found
}

#[test]
fn a_terminal_leaves_nothing_behind_on_the_page_that_follows() {
    let test = "a_terminal_leaves_nothing_behind_on_the_page_that_follows";
    if !may_look(test) {
        return;
    }
    let (town, points) = (Town::build(Replay::Same), Depth::wanted().choose(STORIES.len(), 3));
    let mut broken = Vec::new();
    for point in &points {
        let Some(pc) = Pc::new(test) else { return };
        let Story { name, tell } = &STORIES[*point];
        let found = look(&town, &pc, &tell(&town, &pc));
        if !found.is_empty() {
            broken.push(format!("{name}:\n{found}"));
        }
    }
    let case = "numbers at a prompt: memory of the living process, files, arguments, environment";
    let (points, tried) = (STORIES.len(), points.len());
    Row { harness: "secrets", case, points, tried, broken: broken.len(), note: "on the page that follows" }.enter();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
