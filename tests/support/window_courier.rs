//! What is carried by hand, in the real window by keyboard alone. Nobody answers for the desktop's file dialog here, so
//! that the name of a file is typed.

use std::{fs, path::Path};

use super::{
    carried,
    home::Home,
    person::{Answer, Close, Person},
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
    person.press("ctrl+a");
    take_in(&mut person, &file);
    assert_eq!((home.keys(), home.certificates(), home.issued(), home.requests()), (1, 1, 1, 1));
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
    person.write(&file.display().to_string());
    person.press("Return");
    person.arrive("install");
    person.decide("y", "installing");
    person.arrive("complete");
}
