//! While something must not be cut off the desktop is asked not to stop the PC; a desktop that does not answer changes
//! nothing.

use std::{
    env, fs,
    io::Write as _,
    process::{Command, Stdio},
};

use practice_bank::Account;

use super::{
    HARNESS,
    bus::{Bus, Manners, Mute, as_anybody, can_be_had, is_seen, lead_to},
    complaint_of,
    display::{Running, await_that},
    home::Home,
    person::Person,
    scene, send_to_a_bank_that_hangs,
    table::{Depth, Row},
};

#[test]
fn logind_is_asked_before_the_request_leaves_and_let_go_when_it_has_ended() {
    let test = "logind_is_asked_before_the_request_leaves_and_let_go_when_it_has_ended";
    let Some((display, mut home)) = scene(test) else { return };
    if !can_be_had(test) {
        return;
    }
    let bus = Bus::with_logind(Manners::Gate);
    let mut command = home.wizard("ja");
    bus.lead(&mut command);
    let mut person = Person::sit_down_before(command, &home, &display);
    home.let_the_bank_hang();
    person.begin();
    person.go_to_security(&home);
    assert_eq!(bus.said(), [""; 0], "there was nothing to keep the PC for");
    person.decide("Return", "progress");
    let asked = bus.await_line("asked");
    assert_eq!(home.requests(), 0, "the request did not wait for its lock");
    bus.open_the_gate();
    await_that("the request is at the bank", || home.requests() == 1);
    bus.await_line("given");
    let words = "電子証明書取得ウィザード|認証局が電子証明書を発行しています。 終わるまでお待ちください。";
    assert_eq!(asked, format!("asked|shutdown:sleep|{words}|block"));
    assert_eq!(bus.count("released"), 0, "let go with a request in flight");
    home.close_the_bank();
    person.arrive("setback");
    bus.await_line("released");
}

/// What a desktop may be like.
#[derive(Debug, Clone, Copy)]
enum Desktop {
    NoBus,
    BusIsAFile,
    OtherKindOfAddress,
    MuteBus,
    NobodyThere,
    Logind(Manners),
}

const DESKTOPS: [Desktop; 9] = [
    Desktop::MuteBus,
    Desktop::NoBus,
    Desktop::BusIsAFile,
    Desktop::OtherKindOfAddress,
    Desktop::NobodyThere,
    Desktop::Logind(Manners::Silent),
    Desktop::Logind(Manners::Refuses),
    Desktop::Logind(Manners::NoBlock),
    Desktop::Logind(Manners::Answers),
];

#[test]
fn a_bus_that_hangs_refuses_or_does_not_exist_changes_nothing() {
    let test = "a_bus_that_hangs_refuses_or_does_not_exist_changes_nothing";
    if !can_be_had(test) {
        return;
    }
    let tried = Depth::wanted().choose(DESKTOPS.len(), 3);
    let complaints: Vec<String> = tried.iter().filter_map(|point| the_job_on(DESKTOPS[*point]).err()).collect();
    let (points, broken) = (DESKTOPS.len(), complaints.len());
    let case = "desktops that answer, refuse, hang, are not there";
    Row { harness: HARNESS, case, points, tried: tried.len(), broken, note: "" }.enter();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The whole job on a terminal, which plays the same story.
fn the_job_on(desktop: Desktop) -> Result<(), String> {
    let home = Home::build();
    let mut command = home.wizard("en");
    match desktop {
        Desktop::NoBus => lead_to(&mut command, &format!("unix:path={}", home.path("nothing").display())),
        Desktop::BusIsAFile => {
            fs::write(home.path("file"), "no bus").expect("a file");
            lead_to(&mut command, &format!("unix:path={}", home.path("file").display()));
        }
        Desktop::OtherKindOfAddress => lead_to(&mut command, "tcp:host=127.0.0.1,port=1;autolaunch:;=;%"),
        Desktop::MuteBus => {
            let mute = Mute::new();
            lead_to(&mut command, &mute.address());
            return finished(&home, command, desktop);
        }
        Desktop::NobodyThere => {
            let bus = Bus::empty();
            bus.lead(&mut command);
            return finished(&home, command, desktop);
        }
        Desktop::Logind(manners) => {
            let bus = Bus::with_logind(manners);
            bus.lead(&mut command);
            finished(&home, command, desktop)?;
            return must_have_been_asked(&bus, manners);
        }
    }
    finished(&home, command, desktop)
}

fn finished(home: &Home, mut command: Command, desktop: Desktop) -> Result<(), String> {
    let Account { contract_id, user_id, password, confirmation, .. } = home.customer();
    let receipt = home.path("receipt.txt").display().to_string();
    let answers = ["", contract_id, user_id, password, confirmation, "", "y", "", "y", "1", &receipt, ""];
    let answers: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
    let mut wizard = command.arg("--text").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let wizard = wizard.as_mut().expect("it starts");
    wizard.stdin.take().expect("an input").write_all(answers.as_bytes()).expect("answers");
    let status = wizard.wait().expect("an end");
    match (status.code(), home.issued(), home.certificates()) {
        (Some(0), 1, 1) => Ok(()),
        other => Err(format!("{desktop:?}: exit, issued, stored: {other:?}")),
    }
}

/// For the request, for a look into the store, and for storing, with each lock let go.
fn must_have_been_asked(bus: &Bus, manners: Manners) -> Result<(), String> {
    let (asked, given) = match manners {
        Manners::Answers => (3, 3),
        Manners::NoBlock => (6, 3),
        Manners::Refuses => (6, 0),
        Manners::Silent | Manners::Gate => (3, 0),
    };
    let count = |beginning| bus.count(beginning);
    let seen = (count("asked"), count("given"), count("released"));
    let reasons = bus.said().iter().any(|line| line.contains("The certificate is being stored."));
    if seen == (asked, given, given) && reasons { Ok(()) } else { Err(format!("{manners:?}: {:?}", bus.said())) }
}

#[test]
fn a_portal_sees_who_asks_it_and_nobody_sees_it_afterwards() {
    let test = "a_portal_sees_who_asks_it_and_nobody_sees_it_afterwards";
    let Some((display, mut home)) = scene(test) else { return };
    if !can_be_had(test) {
        return;
    }
    let mut other = Command::new("sleep");
    let other = Running::start(&mut as_anybody(other.arg("600").env("PATH", env::var_os("PATH").unwrap_or_default())));
    await_that("a program that does not hide is seen", || is_seen(other.child.id()));
    let bus = Bus::with_logind(Manners::Answers);
    let mut command = home.wizard("ja");
    bus.lead(&mut command);
    let mut person = Person::sit_down_before(as_anybody(&command), &home, &display);
    assert!(!is_seen(person.wizard.child.id()), "it is seen before it asks");
    send_to_a_bank_that_hangs(&mut person, &home);
    let portal = bus.await_line("portal");
    assert!(portal.starts_with("portal asked|5|認証局が"), "{portal}");
    await_that("it hides again", || !is_seen(person.wizard.child.id()));
    assert_eq!(bus.count("portal released"), 0, "the lock does not need it to be seen");
    home.close_the_bank();
    person.arrive("setback");
    bus.await_line("portal released");
}

#[test]
fn the_harness_sees_a_logind_that_is_never_asked() {
    if !can_be_had("the_harness_sees_a_logind_that_is_never_asked") {
        return;
    }
    // Planted: the wizard is led to another bus.
    let (bus, home, mute) = (Bus::with_logind(Manners::Answers), Home::build(), Mute::new());
    let mut command = home.wizard("en");
    lead_to(&mut command, &mute.address());
    finished(&home, command, Desktop::MuteBus).expect("the job itself is done");
    let complaint = complaint_of(|| must_have_been_asked(&bus, Manners::Answers).expect("asked"));
    assert!(complaint.contains("Answers: []"), "{complaint}");
}
