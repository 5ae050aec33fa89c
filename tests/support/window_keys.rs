//! The software keyboard in the real window: what can be seen of a key that is pressed.

use std::ops::Range;

use super::{
    complaint_of,
    display::{Display, await_that},
    home::Home,
    person::Person,
    picture::{Part, Picture},
    scene,
};

/// Where the window draws the dots of the password while the keyboard is open, and the caret among them.
const DOTS: (Range<usize>, Range<usize>) = (268..490, 330..370);

/// Fewer pixels are no dot.
const DOT: usize = 20;

/// Where the window has the dots, two keys, and a switch, which may light up: it types nothing.
const FIELD: (usize, usize) = (400, 350);
const ONE: (usize, usize) = (286, 475);
const J: (usize, usize) = (745, 525);
const CAPITALS: (usize, usize) = (515, 425);

/// With the arrows from the first key to 1字消す, from there to j, and back.
const TO_DELETE: [&str; 10] = ["Right"; 10];
const TO_J: [&str; 3] = ["Down", "Left", "Left"];
const BACK: [&str; 10] = ["Up", "Left", "Left", "Left", "Left", "Left", "Left", "Left", "Left", "Left"];

/// On the page of the numbers, with the keyboard open under the password and the focus on the button that opened it.
fn sit_before_the_keyboard<'a>(display: &'a Display, home: &Home) -> (Person<'a>, Part) {
    let mut person = Person::sit_down(home, display, "ja");
    person.begin();
    walk(&person, &["Tab", "Tab", "Tab", "Tab", "space"]);
    let dots = person.part(DOTS.0, DOTS.1);
    (person, dots)
}

fn walk(person: &Person<'_>, keys: &[&str]) {
    keys.iter().for_each(|key| person.press_and_see(key));
}

/// Presses the key that has the focus: the page before and after.
fn press(person: &Person<'_>) -> (Picture, Picture) {
    let before = person.sight();
    person.press("space");
    (before.clone(), person.picture_after(&before))
}

/// The page after the first key, and after j in its place, each with the focus on the first key.
fn after_each_of_two_keys(person: &Person<'_>, check: impl Fn(&Picture, &Picture)) -> (Picture, Picture) {
    let (before, one) = press(person);
    check(&before, &one);
    walk(person, &TO_DELETE);
    press(person);
    walk(person, &TO_J);
    let (before, after) = press(person);
    check(&before, &after);
    walk(person, &BACK);
    (one, person.sight())
}

/// What a press may change: a dot more.
fn must_show_a_dot_alone(before: &Picture, after: &Picture, dots: &Part) {
    let found = before.differences(after, dots);
    assert_eq!(found.outside, 0, "the press is seen outside of its field");
    assert!(found.inside >= DOT, "the dot is not seen");
}

/// While the mouse is down and after it.
fn must_not_light_up(person: &Person<'_>, place: (usize, usize), dots: &Part) {
    person.point_at(Some(place));
    let before = person.sight();
    person.left_button("mousedown");
    let down = person.sight();
    person.left_button("mouseup");
    assert_eq!(before.differences(&down, dots).outside, 0, "it shows that it is down");
    await_that("a dot comes", || before.differences(&person.sight(), dots).inside >= DOT);
    must_show_a_dot_alone(&before, &person.sight(), dots);
}

#[test]
fn which_key_was_pressed_cannot_be_seen() {
    let Some((display, home)) = scene("which_key_was_pressed_cannot_be_seen") else { return };
    let (person, dots) = sit_before_the_keyboard(&display, &home);
    walk(&person, &["Tab"; 5]);
    let (one, j) = after_each_of_two_keys(&person, |before, after| must_show_a_dot_alone(before, after, &dots));
    assert!(one == j, "the page tells two keys apart");
}

#[test]
fn a_key_under_the_mouse_does_not_light_up() {
    let Some((display, home)) = scene("a_key_under_the_mouse_does_not_light_up") else { return };
    let (person, dots) = sit_before_the_keyboard(&display, &home);
    person.click(FIELD);
    [ONE, J].into_iter().for_each(|place| must_not_light_up(&person, place, &dots));
}

/// What is planted: a number in clear, and something to press that does light up.
#[test]
fn the_harness_sees_a_number_in_clear_and_a_key_that_lights_up() {
    let test = "the_harness_sees_a_number_in_clear_and_a_key_that_lights_up";
    let Some((display, home)) = scene(test) else { return };
    let (person, dots) = sit_before_the_keyboard(&display, &home);
    person.click(FIELD);
    let before = person.sight();
    person.point_at(Some(CAPITALS));
    await_that("the switch lights up", || before.differences(&person.sight(), &dots).outside > 100);
    let lit = person.sight();
    let complaint = complaint_of(|| must_show_a_dot_alone(&before, &lit, &dots));
    assert!(complaint.contains("outside of its field"), "{complaint}");
    person.point_at(None);
    walk(&person, &["Tab", "space", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab"]);
    let (one, j) = after_each_of_two_keys(&person, |_, _| {});
    assert!(one != j, "two keys in clear look the same");
}
