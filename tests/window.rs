//! The real window on a display of its own, by keyboard alone: the whole job, its close button, and a kill on any page.
//!
//! Every test has its own display, so that keys reach the window they are meant for. Where a program is missing the
//! test says `skipped: …`. The last tests look at the harness itself: what it must see, it sees.

#[path = "support/window_administrator.rs"]
mod administrator;
#[path = "support/carried.rs"]
#[allow(dead_code)] // one dress is enough here
mod carried;
#[path = "support/window_courier.rs"]
mod courier;
#[path = "support/window_display.rs"]
mod display;
#[path = "support/window_home.rs"]
mod home;
#[path = "support/window_keys.rs"]
mod keys;
#[path = "support/window_person.rs"]
mod person;
#[path = "support/window_picture.rs"]
mod picture;
#[path = "support/peer_programs.rs"]
mod programs;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::Stdio,
    time::Duration,
};

use display::{Display, PROGRAMS};
use home::Home;
use person::{Answer, Close, Person};
use picture::Picture;
use programs::are_here;
use shirushi::{domain::Secret, keystore};

/// Fewer different shapes are not a line of Japanese.
const SHAPES: usize = 6;

/// A display, and a home with a bank; `None` where something is missing.
fn scene(test: &str) -> Option<(Display, Home)> {
    let here = are_here(test, &PROGRAMS) && are_here(test, &["certutil"]);
    here.then(|| (Display::open(), Home::build()))
}

#[test]
fn the_whole_job_is_done_by_keyboard_alone() {
    let Some((display, home)) = scene("the_whole_job_is_done_by_keyboard_alone") else { return };
    let mut person = Person::sit_down(&home, &display, "ja");
    person.begin();
    person.go_to_security(&home);
    person.decide("Return", "progress");
    person.arrive("install");
    person.decide("y", "installing");
    person.arrive("complete");
    assert_eq!((home.keys(), home.certificates(), home.issued()), (1, 1, 1));
    person.press("Return");
    assert_eq!(person.leave().code(), Some(0));
}

/// The desktop's own dialog cannot be opened here: nobody answers for it. The page asks for the name instead.
#[test]
fn without_a_file_dialog_the_name_is_typed_and_the_file_is_made() {
    let Some((display, home)) = scene("without_a_file_dialog_the_name_is_typed_and_the_file_is_made") else { return };
    let mut person = Person::sit_down_before(home.wizard_that_looks_around("ja"), &home, &display);
    let (file, password) = (home.path("bank.p12"), "a long password");
    person.arrive("login");
    // The role, then the link behind the browser.
    person.press_and_see("Tab");
    person.press_and_see("Tab");
    person.press_and_let_settle("Return");
    person.write(&file.display().to_string());
    person.press_and_let_settle("Return");
    assert!(!file.exists(), "nothing is made by naming it");
    person.press("Return");
    person.arrive("credentials");
    person.go_to_security(&home);
    for _ in 0..2 {
        person.press_and_see("Tab"); // the level, the field
    }
    person.write(password);
    for _ in 0..3 {
        person.press_and_see("Tab"); // its eye, the software keyboard, the field for the repetition
    }
    person.write(password);
    person.decide("Return", "progress");
    person.arrive("install");
    person.decide("y", "installing");
    person.arrive("complete");
    let store = keystore::open(&format!("pkcs12:{}", file.display())).expect("it opens");
    store.unlock(&Secret::new(password)).expect("the password that was typed");
    assert_eq!((store.certificates().map(|found| found.len()), home.issued()), (Ok(1), 1));
}

#[test]
fn a_certificate_is_renewed_by_keyboard_alone_and_without_a_number() {
    let test = "a_certificate_is_renewed_by_keyboard_alone_and_without_a_number";
    if !(are_here(test, &PROGRAMS) && are_here(test, &["certutil"])) {
        return;
    }
    let (display, home) = (Display::open(), Home::with_a_certificate_to_renew());
    let mut person = Person::sit_down(&home, &display, "ja");
    person.arrive("login");
    person.press("Return");
    person.arrive("trust");
    person.decide("y", "security");
    person.decide("Return", "progress");
    person.arrive("install");
    person.decide("y", "installing");
    person.arrive("complete");
    assert_eq!((home.keys(), home.certificates(), home.issued()), (2, 2, 2));
    assert_eq!(home.requests(), 1, "the numbers were sent for the first one alone");
    person.press("Return");
    assert_eq!(person.leave().code(), Some(0));
}

#[test]
fn what_is_typed_ahead_goes_into_its_own_field() {
    let Some((display, home)) = scene("what_is_typed_ahead_goes_into_its_own_field") else { return };
    let mut person = Person::sit_down(&home, &display, "ja");
    person.begin();
    person.fill_in_at_once(&home);
    person.press("Return");
    person.arrive("trust");
    assert_eq!(person.close(Close::Frame), Answer::Asked);
}

#[test]
fn help_leads_back_into_the_field_that_it_was_opened_from() {
    let Some((display, home)) = scene("help_leads_back_into_the_field_that_it_was_opened_from") else { return };
    let mut person = Person::sit_down(&home, &display, "ja");
    person.begin();
    let (first, rest) = home.customer().contract_id.split_at(4);
    person.write(first);
    for close in ["Escape", "F1", "Return"] {
        let page = person.sight();
        person.press("F1");
        let help = person.picture_after(&page);
        person.press(close);
        person.picture_after(&help);
    }
    // The half number is selected as a whole when its field is entered by keyboard: to its end, and on.
    person.press("End");
    person.write(rest);
    person.press("Tab");
    person.fill_in_from_the_user_id(&home);
    person.finish();
    assert_eq!(home.issued(), 1);
}

#[test]
fn the_window_shows_japanese_and_not_boxes() {
    let Some((display, home)) = scene("the_window_shows_japanese_and_not_boxes") else { return };
    let title_in = |language| {
        let mut person = Person::sit_down(&home, &display, language);
        person.arrive("login");
        let shapes = person.picture().shapes_of_the_title();
        assert_eq!(person.close(Close::Frame), Answer::Closed);
        shapes
    };
    let (japanese, english) = (title_in("ja"), title_in("en"));
    assert!(japanese.len() >= SHAPES, "only {} different shapes", japanese.len());
    assert!(english.len() >= SHAPES, "only {} different shapes", english.len());
    assert!(japanese.is_disjoint(&english), "the languages share letters");
}

#[test]
fn closing_is_free_on_the_first_page() {
    let Some((display, home)) = scene("closing_is_free_on_the_first_page") else { return };
    for how in [Close::Frame, Close::AltF4] {
        let mut person = Person::sit_down(&home, &display, "ja");
        person.arrive("login");
        assert_eq!(person.close(how), Answer::Closed, "{how:?}");
        assert_eq!(person.leave().code(), Some(0), "{how:?}");
    }
}

#[test]
fn closing_is_asked_before_anything_is_sent() {
    let Some((display, home)) = scene("closing_is_asked_before_anything_is_sent") else { return };
    let mut person = Person::sit_down(&home, &display, "ja");
    person.begin();
    person.fill_in(&home);
    for how in [Close::Frame, Close::AltF4] {
        assert_eq!(person.close(how), Answer::Asked, "{how:?} on the numbers");
        person.stay();
    }
    // What was typed is still there.
    person.press("Return");
    person.arrive("trust");
    for how in [Close::AltF4, Close::Frame] {
        assert_eq!(person.close(how), Answer::Asked, "{how:?} on trust");
        person.stay();
    }
    assert_eq!(person.close(Close::AltF4), Answer::Asked);
    person.take_the_second_button();
    assert_eq!(person.leave().code(), Some(0));
    assert_eq!((home.requests(), home.journal().len()), (0, 0), "something was sent or begun");
}

#[test]
fn closing_is_held_while_a_request_is_in_flight() {
    let Some((display, mut home)) = scene("closing_is_held_while_a_request_is_in_flight") else { return };
    let mut person = Person::sit_down(&home, &display, "ja");
    send_to_a_bank_that_hangs(&mut person, &home);
    for how in [Close::Frame, Close::AltF4] {
        person.must_be_held(how);
        assert!(home.last_event().contains("submitting"), "{}", home.last_event());
    }
    // The request ends. The window does not close by itself: it asks whoever wished to close.
    home.close_the_bank();
    person.arrive("setback");
    person.await_a_question();
    assert!(home.last_event().contains("unknown"), "{}", home.last_event());
    person.take_the_second_button();
    assert_eq!(person.leave().code(), Some(0));
}

#[test]
fn a_kill_on_any_page_comes_back_on_the_right_page() {
    let Some((display, home)) = scene("a_kill_on_any_page_comes_back_on_the_right_page") else { return };
    let sit_down = || Person::sit_down(&home, &display, "ja");
    let mut person = sit_down();
    person.begin();
    person.fill_in(&home);
    person.be_killed();

    person = sit_down();
    person.arrive("login");
    let without_certificate = person.picture();
    person.press("Return");
    person.arrive("credentials");
    person.fill_in(&home);
    person.press("Return");
    person.arrive("trust");
    person.be_killed();

    person = sit_down();
    person.begin();
    person.go_to_security(&home);
    person.be_killed();
    assert_eq!((home.requests(), home.journal().len()), (0, 0), "something was sent or begun");

    person = sit_down();
    send_to_a_bank_that_hangs(&mut person, &home);
    person.be_killed();

    person = resumed(sit_down());
    person.decide("Return", "credentials");
    person.go_to_security(&home);
    person.decide("Return", "progress");
    person.arrive("install");
    person.be_killed();

    person = resumed(sit_down());
    person.decide("Return", "install");
    person.decide("y", "installing");
    person.arrive("complete");
    person.be_killed();

    person = sit_down();
    person.arrive("login");
    assert!(person.picture() != without_certificate, "the certificate is not shown");
    assert_eq!((home.keys(), home.certificates(), home.issued()), (1, 1, 1));
}

#[test]
fn without_a_display_it_says_so() {
    let home = Home::build();
    let output = home.wizard("ja").stdin(Stdio::null()).output().expect("it starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains("no display"), "{errors}");
}

#[test]
fn the_harness_sees_a_page_that_never_comes() {
    let Some((display, home)) = scene("the_harness_sees_a_page_that_never_comes") else { return };
    let mut person = Person::sit_down(&home, &display, "ja");
    person.arrive("login");
    let complaint = complaint_of(|| person.arrive_within("complete", Duration::from_millis(500)));
    assert!(complaint.contains("complete does not come; seen: opening, login"), "{complaint}");
}

#[test]
fn the_harness_sees_a_window_that_is_not_held() {
    let Some((display, home)) = scene("the_harness_sees_a_window_that_is_not_held") else { return };
    for how in [Close::Frame, Close::AltF4] {
        let mut person = Person::sit_down(&home, &display, "ja");
        person.arrive("login");
        let complaint = complaint_of(|| person.must_be_held(how));
        assert!(complaint.contains("closes the window"), "{complaint}");
    }
    // One that asks, and closes when told to.
    let mut person = Person::sit_down(&home, &display, "ja");
    person.begin();
    person.write("1");
    let complaint = complaint_of(|| person.must_be_held(Close::Frame));
    assert!(complaint.contains("the window is gone"), "{complaint}");
}

#[test]
fn the_harness_sees_boxes() {
    // A white window whose title is a row of equal boxes.
    let boxes = Picture::of(|column, row| match (column.checked_sub(160), row.checked_sub(48)) {
        (Some(column @ 0..960), Some(row @ 0..700)) => {
            let is_frame = matches!(column % 26, 2 | 22) || matches!(row, 105 | 130);
            let is_box =
                (264..560).contains(&column) && (105..=130).contains(&row) && (2..=22).contains(&(column % 26));
            if is_frame && is_box { 0 } else { 255 }
        }
        _ => 0,
    });
    let shapes = boxes.shapes_of_the_title().len();
    assert!((1..SHAPES).contains(&shapes), "{shapes} different shapes");
}

/// From the first page to a request that is not answered.
fn send_to_a_bank_that_hangs(person: &mut Person<'_>, home: &Home) {
    home.let_the_bank_hang();
    person.begin();
    person.go_to_security(home);
    person.decide("Return", "progress");
    display::await_that("the request is at the bank", || home.requests() == 1);
}

/// The page that goes on with what was interrupted.
fn resumed(mut person: Person<'_>) -> Person<'_> {
    person.arrive("resume");
    person
}

fn complaint_of(act: impl FnOnce()) -> String {
    let complaint = catch_unwind(AssertUnwindSafe(act)).expect_err("the harness sees nothing");
    let fixed = complaint.downcast_ref::<&str>().copied().unwrap_or_default();
    complaint.downcast_ref::<String>().cloned().unwrap_or_else(|| fixed.to_owned())
}
