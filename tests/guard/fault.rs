//! A fault in the window's own thread: words, a number, and nothing lost.

use super::{display::await_that, person::Person, scene, send_to_a_bank_that_hangs};

#[test]
fn a_window_that_dies_with_a_request_in_flight_says_so_and_the_next_start_goes_on() {
    let test = "a_window_that_dies_with_a_request_in_flight_says_so_and_the_next_start_goes_on";
    let Some((display, mut home)) = scene(test) else { return };
    let mut command = home.wizard("ja");
    command.env("SHIRUSHI_PLANT_FAULT", "setback").env("RUST_BACKTRACE", "1");
    let mut person = Person::sit_down_before(command, &home, &display);
    send_to_a_bank_that_hangs(&mut person, &home);
    home.close_the_bank();
    await_that("the window has died", || person.errors().contains("(X01)"));
    // The number of the old window may be that of the new one.
    await_that("a window says so", || display.window_of(person.wizard.child.id()).is_some());
    person.picture();
    person.press("Return");
    assert_eq!(person.await_the_end().code(), Some(70));
    let said = person.errors();
    assert!(said.contains("(X01)") && said.lines().count() == 1, "{said}");
    assert!(!said.contains("planted") && !said.contains("backtrace"), "{said}");
    assert!(home.last_event().contains("unknown"), "{}", home.last_event());

    let mut person = Person::sit_down(&home, &display, "ja");
    person.arrive("resume");
}
