//! What is carried by hand, in the real window by keyboard alone. Nobody answers for the desktop's file dialog here, so
//! that the name of a file is typed.

use std::{fs, path::Path};

use super::{
    carried,
    display::{Display, PROGRAMS},
    home::Home,
    person::{Answer, Close, Person},
    programs::are_here,
    scene,
};

#[test]
fn a_lost_answer_comes_as_a_file_at_the_next_start() {
    let Some((display, home)) = scene("a_lost_answer_comes_as_a_file_at_the_next_start") else { return };
    let mut person = Person::sit_down(&home, &display, "ja");
    lose_an_answer(&mut person, &home);
    assert_eq!(person.close(Close::Frame), Answer::Closed);
    assert_eq!(person.leave().code(), Some(0));

    let file = home.path("answer.p7b");
    fs::write(&file, carried::p7b(&home.issued_chain())).expect("a file");
    let mut person = Person::sit_down(&home, &display, "ja");
    person.arrive("resume");
    person.press_and_see("Tab");
    person.press_and_let_settle("Return");
    take_in(&mut person, &file);
    assert_eq!((home.keys(), home.certificates(), home.issued(), home.requests()), (1, 1, 1, 1));
    person.press("Return");
    assert_eq!(person.leave().code(), Some(0));
}

/// A wrong name leaves the field as it is, with a caret that blinks in it.
#[test]
fn a_wrong_name_is_mended_where_it_stands_and_the_file_is_taken_at_once() {
    let test = "a_wrong_name_is_mended_where_it_stands_and_the_file_is_taken_at_once";
    let Some((display, home)) = scene(test) else { return };
    let mut person = Person::sit_down(&home, &display, "en");
    lose_an_answer(&mut person, &home);
    let file = home.path("answer.pem");
    fs::write(&file, carried::pem(&home.issued_chain())).expect("a file");
    person.press_and_see("Tab"); // the link of the page of the lost answer
    person.press_and_let_settle("Return");
    person.write("/no/such/file");
    person.press_and_let_settle("Return");
    take_in(&mut person, &file);
    assert_eq!((home.keys(), home.certificates(), home.issued(), home.requests()), (1, 1, 1, 1));
}

#[test]
fn a_request_is_saved_and_its_certificate_comes_another_day() {
    let test = "a_request_is_saved_and_its_certificate_comes_another_day";
    if !(are_here(test, &PROGRAMS) && are_here(test, &["certutil"])) {
        return;
    }
    let (display, home) = (Display::open(), Home::by_hand());
    let (request, answer) = (home.path("request.csr"), home.path("answer.p7b"));
    let mut person = Person::sit_down(&home, &display, "ja");
    person.begin();
    person.write(&home.customer().contract_id);
    person.press_and_see("Tab");
    person.write(&home.customer().user_id);
    person.press("Return");
    person.arrive("security");
    person.decide("Return", "progress");
    person.arrive("resume");
    person.press_and_let_settle("Return");
    person.write(&request.display().to_string());
    person.press_and_let_settle("Return");
    assert_eq!(person.close(Close::Frame), Answer::Closed);
    assert_eq!((person.leave().code(), home.requests()), (Some(0), 0));

    fs::write(&answer, home.hand_in(&fs::read_to_string(request).expect("a request"))).expect("a file");
    let mut person = Person::sit_down(&home, &display, "ja");
    person.arrive("resume");
    person.press_and_let_settle("Return");
    take_in(&mut person, &answer);
    assert_eq!((home.keys(), home.certificates(), home.issued()), (1, 1, 1));
}

fn lose_an_answer(person: &mut Person<'_>, home: &Home) {
    home.let_the_answer_be_lost();
    person.begin();
    person.go_to_security(home);
    person.decide("Return", "progress");
    person.arrive("setback");
}

/// From the field for the file's name to the last page.
fn take_in(person: &mut Person<'_>, file: &Path) {
    // Whoever came by the filled button writes behind the folder that stands there.
    person.press("ctrl+a");
    person.write(&file.display().to_string());
    person.press("Return");
    person.arrive("install");
    person.decide("y", "installing");
    person.arrive("complete");
}
