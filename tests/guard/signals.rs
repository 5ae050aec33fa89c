//! Whoever wishes by a signal that the window ends is treated as one who closes it, and a second signal as a yes.

use std::time::{Duration, Instant};

use super::{
    HARNESS,
    display::{find_that, poll},
    person::{Answer, Person},
    scene, send_to_a_bank_that_hangs, signal,
    table::{Depth, Row},
};

const SIGNALS: [&str; 3] = ["TERM", "INT", "HUP"];

/// So long a window that is held must stay.
const HELD: Duration = Duration::from_secs(2);

/// After so long without an answer a signal is sent again.
const AGAIN: Duration = Duration::from_secs(3);

#[test]
fn a_signal_closes_where_nothing_is_lost_and_asks_where_something_was_typed() {
    let test = "a_signal_closes_where_nothing_is_lost_and_asks_where_something_was_typed";
    let Some((display, home)) = scene(test) else { return };
    // Each signal on a page that may close, and on one that asks.
    let points: Vec<(&str, bool)> = SIGNALS.iter().flat_map(|name| [(*name, false), (*name, true)]).collect();
    let tried = Depth::wanted().choose(points.len(), 2);
    for (name, something_typed) in tried.iter().map(|point| points[*point]) {
        let mut person = Person::sit_down(&home, &display, "ja");
        person.arrive("login");
        if something_typed {
            person.press("Return");
            person.arrive("credentials");
            person.press_and_see("1");
            signal(name, person.wizard.child.id());
            assert_eq!(person.answer(), Answer::Asked, "{name} on the numbers");
        }
        signal(name, person.wizard.child.id());
        assert_eq!(person.await_the_end().code(), Some(0), "{name}, something typed: {something_typed}");
    }
    let (points, tried) = (points.len(), tried.len());
    Row { harness: HARNESS, case: "a signal: free, or asked and asked twice", points, tried, broken: 0, note: "" }
        .enter();
}

#[test]
fn a_signal_is_held_while_a_request_is_in_flight() {
    let Some((display, mut home)) = scene("a_signal_is_held_while_a_request_is_in_flight") else { return };
    let mut person = Person::sit_down(&home, &display, "ja");
    send_to_a_bank_that_hangs(&mut person, &home);
    let tried = Depth::wanted().choose(SIGNALS.len(), 2);
    for name in tried.iter().map(|point| SIGNALS[*point]) {
        assert_eq!(answer_to(name, &mut person), Answer::Asked, "{name} with a request in flight");
        let ended = poll(Instant::now() + HELD, || person.wizard.has_ended().then_some(()));
        assert_eq!(ended, None, "{name} ends it a little later");
    }
    assert!(home.last_event().contains("submitting"), "{}", home.last_event());
    home.close_the_bank();
    person.arrive("setback");
    person.await_a_question();
    // Nobody answers, as when a session ends.
    assert_eq!(person.await_the_end().code(), Some(0));
    assert!(home.last_event().contains("unknown"), "{}", home.last_event());
    let case = "a signal while a request is in flight";
    let (points, tried) = (SIGNALS.len(), tried.len());
    Row { harness: HARNESS, case, points, tried, broken: 0, note: "ends when it is safe" }.enter();
}

/// On a busy machine a key that was pressed before may come after the question, and answers it with staying.
fn answer_to(name: &str, person: &mut Person<'_>) -> Answer {
    find_that("a signal is answered", || {
        signal(name, person.wizard.child.id());
        poll(Instant::now() + AGAIN, || person.answer_so_far())
    })
}

#[test]
fn the_harness_sees_a_program_that_a_signal_kills() {
    let Some((display, home)) = scene("the_harness_sees_a_program_that_a_signal_kills") else { return };
    // Planted: the one signal that nobody can hear.
    let mut person = Person::sit_down(&home, &display, "ja");
    person.arrive("login");
    signal("KILL", person.wizard.child.id());
    assert_eq!(person.answer(), Answer::Closed);
    assert_eq!(person.await_the_end().code(), None);
}
