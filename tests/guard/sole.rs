//! One window for one user and one folder of records, however often the program is started.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use super::{
    HARNESS, complaint_of,
    display::{Display, PATIENCE, Running, await_that, find_that, poll},
    home::Home,
    person::{Answer, Close, Person},
    scene, send_to_a_bank_that_hangs, signal,
    table::{Depth, Row},
};

/// How many icons are clicked at once.
const STARTS: usize = 100;
const SAMPLE: usize = 12;

#[test]
fn of_many_parallel_starts_one_has_a_window_and_the_others_end_well() {
    let test = "of_many_parallel_starts_one_has_a_window_and_the_others_end_well";
    let Some((display, home)) = scene(test) else { return };
    let tried = if Depth::wanted() == Depth::Full { STARTS } else { SAMPLE };
    let mut starts: Vec<Running> = (0..tried).map(|_| start(&home, &display)).collect();
    let mut most = 0;
    let patience = PATIENCE * 4;
    let settled = poll(Instant::now() + patience, || {
        most = most.max(windows(&display).len());
        let open = starts.iter_mut().filter_map(|start| (!start.has_ended()).then_some(())).count();
        (open == 1 && most > 0).then_some(())
    });
    let failed = starts.iter_mut().filter_map(|start| start.child.try_wait().expect("a state"));
    let failed = failed.filter(|status| status.code() != Some(0)).count();
    let broken = failed + most.saturating_sub(1) + usize::from(settled.is_none());
    Row { harness: HARNESS, case: "parallel starts, one window", points: STARTS, tried, broken, note: "" }.enter();
    assert_eq!((settled, failed), (Some(()), 0), "not one alone is left, or one ended badly");
    must_be_one(&display, most);
}

#[test]
fn a_second_start_brings_the_first_window_to_the_front_and_shows_nothing() {
    let test = "a_second_start_brings_the_first_window_to_the_front_and_shows_nothing";
    let Some((display, home)) = scene(test) else { return };
    let mut first = Person::sit_down(&home, &display, "ja");
    send_to_a_bank_that_hangs(&mut first, &home);
    let ours = find_that("there is a window", || windows(&display).into_iter().next());
    let journal = home.journal();
    // Somebody else's window covers it, and takes the keyboard.
    let other = Home::build();
    let cover = Person::sit_down(&other, &display, "ja");
    assert!(!display.has_the_keyboard(&ours));
    second_start_must_raise(&home, &display, &ours);
    drop(cover);
    // And one that has been put away.
    let away = Command::new("xdotool").args(["windowminimize", &ours]).env("DISPLAY", display.name()).status();
    assert!(away.expect("it starts").success());
    await_that("the window is put away", || !display.has_the_keyboard(&ours));
    second_start_must_raise(&home, &display, &ours);
    assert!(home.journal() == journal, "the journal was touched");
    assert!(!first.wizard.has_ended());
}

fn second_start_must_raise(home: &Home, display: &Display, window: &str) {
    let before = windows(display);
    let mut second = start(home, display);
    let status = find_that("the second start ends", || second.child.try_wait().expect("a state"));
    assert_eq!(status.code(), Some(0));
    assert_eq!(windows(display), before, "it has shown something");
    await_that("the first window comes to the front", || display.has_the_keyboard(window));
}

#[test]
fn after_a_kill_the_next_start_has_its_window_at_once() {
    let Some((display, home)) = scene("after_a_kill_the_next_start_has_its_window_at_once") else { return };
    let mut first = Person::sit_down(&home, &display, "ja");
    first.arrive("login");
    first.be_killed();
    let mut second = Person::sit_down(&home, &display, "ja");
    second.arrive("login");
    assert_eq!(second.close(Close::Frame), Answer::Closed);
}

#[test]
fn a_first_window_that_hangs_keeps_nobody_out() {
    let Some((display, home)) = scene("a_first_window_that_hangs_keeps_nobody_out") else { return };
    let mut first = start(&home, &display);
    await_that("the first window is there", || windows(&display).len() == 1);
    signal("STOP", first.child.id());
    let mut second = Person::sit_down(&home, &display, "ja");
    assert!(second.errors().contains("another window of this program is open, and does not answer"));
    second.picture();
    // Past the number: the button beside 「閉じる」 ends the first one and opens in its place.
    second.press_and_see("Tab");
    second.press_and_see("Tab");
    second.press("Return");
    second.arrive("login");
    assert!(first.has_ended());
    assert_eq!(windows(&display).len(), 1);
}

#[test]
fn a_first_window_that_answers_again_is_not_ended() {
    let Some((display, home)) = scene("a_first_window_that_answers_again_is_not_ended") else { return };
    let mut first = start(&home, &display);
    let ours = find_that("the first window is there", || windows(&display).into_iter().next());
    signal("STOP", first.child.id());
    let mut second = Person::sit_down(&home, &display, "ja");
    second.picture();
    second.press_and_see("Tab");
    second.press_and_see("Tab");
    signal("CONT", first.child.id());
    second.press("Return");
    assert_eq!(second.await_the_end().code(), Some(0));
    assert!(!first.has_ended());
    assert_eq!(windows(&display), [ours]);
}

#[test]
fn the_harness_sees_two_windows() {
    let Some((display, home)) = scene("the_harness_sees_two_windows") else { return };
    // Planted: another folder of records.
    let other = Home::build();
    let both = [start(&home, &display), start(&other, &display)];
    await_that("both windows are there", || windows(&display).len() == 2);
    let complaint = complaint_of(|| must_be_one(&display, 2));
    assert!(complaint.contains("2 windows"), "{complaint}");
    drop(both);
}

fn must_be_one(display: &Display, most: usize) {
    let now = windows(display).len();
    assert!((now, most) == (1, 1), "{now} windows now, {most} windows at a time");
}

/// Clicks the icon, and waits for nothing.
fn start(home: &Home, display: &Display) -> Running {
    let mut command = home.wizard("ja");
    Running::start(command.env("DISPLAY", display.name()).stdout(Stdio::null()).stderr(Stdio::null()))
}

/// Every window that is managed.
fn windows(display: &Display) -> Vec<String> {
    let output = Command::new("wmctrl").arg("-l").env("DISPLAY", display.name()).stdin(Stdio::null()).output();
    let list = String::from_utf8_lossy(&output.expect("it starts").stdout).into_owned();
    list.lines().filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}
