use super::{Act, Age, Hand, Moment, act, after_change, after_key, brings_keyboard, first_wrong, on_arrival, pointed};
use crate::domain::{FieldId, Secret, SecurityLevel};
use crate::page::{keyboard::Way, *};
use crate::ui::keys::Intent;

fn frame() -> Frame {
    Frame {
        product: String::new(),
        bank: String::new(),
        practice: None,
        text_size: Button::new(Control::TextSize, ""),
        language: Button::new(Control::Language, ""),
        help: Button::new(Control::Help, ""),
        count: String::new(),
        steps: Vec::new(),
        more_below: String::new(),
    }
}

fn card(level: SecurityLevel, state: ChoiceState) -> RadioCard {
    let control = Control::Level(level);
    RadioCard { control, title: String::new(), badge: None, lines: Vec::new(), picture: None, state }
}

fn levels() -> Scene {
    let cards = vec![
        card(SecurityLevel::Medium, ChoiceState::Selected),
        card(SecurityLevel::High, ChoiceState::Free),
        card(SecurityLevel::Low, ChoiceState::Unavailable(String::new())),
    ];
    let choice = Block::Choice { legend: None, arrangement: Arrangement::Stacked, cards };
    let footer = Footer {
        back: Some(Button::new(Control::Back, "")),
        primary: Some(Button::new(Control::Primary, "").with_accelerator('Y')),
        second: Some(Button::new(Control::Second, "").with_accelerator('N')),
        note: None,
    };
    let page = Page { blocks: vec![choice], footer, enter: EnterKey::AfterASecond, ..Page::default() };
    Scene { frame: frame(), page, dialog: None, toast: None }
}

fn with_dialog() -> Scene {
    let dialog = Dialog {
        icon: Icon::Lock,
        title: String::new(),
        lines: Vec::new(),
        notice: None,
        second: Button::new(Control::DialogSecond, ""),
        primary: Button::new(Control::DialogPrimary, ""),
    };
    Scene { dialog: Some(dialog), ..levels() }
}

fn field(name: &str, entry: &str, error: Option<&str>) -> FieldModel {
    FieldModel {
        id: FieldId(name.to_owned()),
        label: String::new(),
        required: String::new(),
        support: String::new(),
        entry: Secret::new(entry),
        masking: Masking::Never,
        keyboard: None,
        error: error.map(str::to_owned),
        mend: None,
        note: None,
    }
}

fn fields() -> Scene {
    let mut scene = levels();
    scene.page.blocks = vec![Block::Fields(vec![field("a", "7", None), field("b", "", Some("*"))])];
    scene
}

fn settled<'a>(scene: &'a Scene, focus: Option<&'a Control>) -> Moment<'a> {
    Moment { scene, focus, hand: Hand::Keyboard, age: Age::Settled }
}

const MEDIUM: Control = Control::Level(SecurityLevel::Medium);
const HIGH: Control = Control::Level(SecurityLevel::High);

#[test]
fn tab_walks_content_footer_help_header_and_round() {
    let scene = levels();
    let order = [
        MEDIUM,
        Control::Back,
        Control::Second,
        Control::Primary,
        Control::Help,
        Control::TextSize,
        Control::Language,
        MEDIUM,
    ];
    let mut focus = None;
    for wanted in order {
        let found = act(Intent::NextControl, settled(&scene, focus.as_ref()));
        assert_eq!(found, Act::Focus(wanted.clone()));
        focus = Some(wanted);
    }
    assert_eq!(act(Intent::PreviousControl, settled(&scene, Some(&MEDIUM))), Act::Focus(Control::Language));
}

#[test]
fn a_card_that_is_not_the_chosen_one_still_counts_as_its_group() {
    assert_eq!(act(Intent::NextControl, settled(&levels(), Some(&HIGH))), Act::Focus(Control::Back));
}

#[test]
fn arrows_choose_and_pass_over_what_cannot_be_chosen() {
    let scene = levels();
    assert_eq!(act(Intent::Arrow(Way::Down), settled(&scene, Some(&MEDIUM))), Act::Press(HIGH));
    assert_eq!(act(Intent::Arrow(Way::Up), settled(&scene, Some(&MEDIUM))), Act::Press(HIGH));
    assert_eq!(act(Intent::Arrow(Way::Down), settled(&scene, Some(&Control::Back))), Act::Nothing);
}

#[test]
fn enter_is_the_primary_button_but_on_another_button() {
    let scene = levels();
    for focus in [None, Some(&MEDIUM), Some(&Control::Primary)] {
        assert_eq!(act(Intent::Confirm, settled(&scene, focus)), Act::Press(Control::Primary));
    }
    for focus in [Control::Back, Control::Second, Control::Help] {
        assert_eq!(act(Intent::Confirm, settled(&scene, Some(&focus))), Act::Press(focus.clone()));
    }
}

#[test]
fn what_the_mouse_touched_last_does_not_take_enter_away() {
    let scene = levels();
    let now = Moment { hand: Hand::Mouse, ..settled(&scene, Some(&Control::Second)) };
    assert_eq!(act(Intent::Confirm, now), Act::Press(Control::Primary));
}

#[test]
fn a_doubled_key_never_decides() {
    let scene = levels();
    let now = Moment { age: Age::Fresh, ..settled(&scene, None) };
    assert_eq!(act(Intent::Confirm, now), Act::Nothing);
    assert_eq!(act(Intent::Accelerator('Y'), now), Act::Nothing);
}

#[test]
fn the_letters_of_the_manual_answer() {
    let scene = levels();
    assert_eq!(act(Intent::Accelerator('Y'), settled(&scene, None)), Act::Press(Control::Primary));
    assert_eq!(act(Intent::Accelerator('N'), settled(&scene, None)), Act::Press(Control::Second));
    assert_eq!(act(Intent::Accelerator('D'), settled(&scene, None)), Act::Nothing);
}

#[test]
fn a_busy_button_is_deaf() {
    let mut scene = levels();
    scene.page.footer.primary.as_mut().expect("it has one").readiness = Readiness::Busy;
    assert_eq!(act(Intent::Confirm, settled(&scene, None)), Act::Nothing);
}

#[test]
fn a_dialog_keeps_focus_and_keys_to_itself() {
    let scene = with_dialog();
    assert_eq!(on_arrival(&scene), Some(Control::DialogPrimary));
    let on_primary = settled(&scene, Some(&Control::DialogPrimary));
    assert_eq!(act(Intent::NextControl, on_primary), Act::Focus(Control::DialogSecond));
    assert_eq!(act(Intent::Escape, on_primary), Act::Press(Control::DialogPrimary));
    assert_eq!(act(Intent::Confirm, on_primary), Act::Press(Control::DialogPrimary));
    for intent in [Intent::Back, Intent::Help, Intent::Accelerator('Y'), Intent::Arrow(Way::Down)] {
        assert_eq!(act(intent, on_primary), Act::Nothing, "{intent:?}");
    }
    let on_second = settled(&scene, Some(&Control::DialogSecond));
    assert_eq!(act(Intent::Confirm, on_second), Act::Press(Control::DialogSecond));
}

#[test]
fn escape_leaves_a_page_that_says_how() {
    let mut scene = fields();
    assert_eq!(act(Intent::Escape, settled(&scene, None)), Act::Nothing);
    scene.page.escape = Some(Control::Primary);
    assert_eq!(act(Intent::Escape, settled(&scene, None)), Act::Press(Control::Primary));
}

#[test]
fn the_first_empty_field_has_the_focus_on_arrival() {
    let mut asking = fields();
    asking.page.enter = EnterKey::AtOnce;
    assert_eq!(on_arrival(&asking), Some(Control::Field(FieldId("b".to_owned()))));
    assert_eq!(on_arrival(&levels()), None);
}

#[test]
fn a_page_that_decides_is_read_from_its_top() {
    let mut deciding = fields();
    deciding.page.enter = EnterKey::AfterASecond;
    assert_eq!(on_arrival(&deciding), None);
}

#[test]
fn the_first_wrong_field_is_found() {
    assert_eq!(first_wrong(&fields()), Some(Control::Field(FieldId("b".to_owned()))));
}

fn id(name: &str) -> FieldId {
    FieldId(name.to_owned())
}

/// Two secret fields, the keyboard open for the first.
fn with_keyboard() -> Scene {
    let mut scene = fields();
    let secret = |name: &str| {
        let toggle = Button::new(Control::KeyboardToggle(id(name)), "");
        FieldModel { keyboard: Some(toggle), ..field(name, "7", None) }
    };
    scene.page.blocks = vec![Block::Fields(vec![secret("a"), secret("b")])];
    let keys = |keys: &[Control]| keys.iter().map(|key| Button::new(key.clone(), "")).collect::<Vec<_>>();
    scene.page.keyboard = Some(KeyboardModel {
        field: id("a"),
        caption: keyboard::Caption { before: String::new(), field: String::new(), after: String::new() },
        switches: keys(&[Control::KeyboardCase, Control::KeyboardClose]),
        rows: vec![keys(&[Control::Key('1'), Control::Key('2'), Control::KeyboardDelete])],
    });
    scene
}

#[test]
fn tab_takes_all_keys_as_one_and_arrows_walk_them() {
    let scene = with_keyboard();
    let (one, two) = (Control::Key('1'), Control::Key('2'));
    assert_eq!(act(Intent::NextControl, settled(&scene, Some(&Control::KeyboardClose))), Act::Focus(one.clone()));
    assert_eq!(act(Intent::NextControl, settled(&scene, Some(&two))), Act::Focus(Control::Field(id("b"))));
    assert_eq!(act(Intent::Arrow(Way::Right), settled(&scene, Some(&one))), Act::Focus(two.clone()));
    assert_eq!(act(Intent::Arrow(Way::Left), settled(&scene, Some(&one))), Act::Nothing);
    assert_eq!(act(Intent::Use, settled(&scene, Some(&two))), Act::Press(two.clone()));
    assert_eq!(act(Intent::Confirm, settled(&scene, Some(&two))), Act::Press(two));
}

#[test]
fn escape_closes_the_keyboard_and_not_what_is_under_it() {
    let mut scene = with_keyboard();
    scene.page.escape = Some(Control::Primary);
    assert_eq!(act(Intent::Escape, settled(&scene, None)), Act::Press(Control::KeyboardClose));
}

#[test]
fn the_mouse_on_a_key_leaves_the_focus_in_the_field() {
    let scene = with_keyboard();
    for control in [Control::Key('1'), Control::KeyboardDelete, Control::KeyboardClose] {
        assert_eq!(pointed(&scene, control), Some(Control::Field(id("a"))));
    }
    assert_eq!(pointed(&scene, Control::KeyboardToggle(id("b"))), Some(Control::Field(id("b"))));
    assert_eq!(pointed(&scene, Control::Back), Some(Control::Back));
}

#[test]
fn the_keyboard_comes_along_to_a_field_that_has_one() {
    let scene = with_keyboard();
    let to = |name: &str| Control::Field(id(name));
    assert_eq!(brings_keyboard(&scene, Some(&to("a")), &to("b")), Some(Control::KeyboardToggle(id("b"))));
    assert_eq!(brings_keyboard(&scene, None, &to("a")), None);
    assert_eq!(brings_keyboard(&scene, Some(&to("b")), &to("b")), None, "its own button is deciding");
    assert_eq!(brings_keyboard(&scene, None, &to("c")), None);
    assert_eq!(brings_keyboard(&fields(), None, &to("b")), None);
}

#[test]
fn with_the_keyboard_the_focus_goes_back_to_its_field() {
    let (open, closed) = (with_keyboard(), fields());
    let key = Control::Key('1');
    let closing = after_key(&open, &closed, &Control::KeyboardClose, Some(&key));
    assert_eq!(closing, Some(Control::Field(id("a"))));
    assert_eq!(after_key(&open, &open, &key, Some(&key)), Some(key.clone()));
    assert_eq!(after_key(&open, &closed, &Control::Back, Some(&key)), None);
}

#[test]
fn a_field_that_appears_takes_the_focus_and_what_has_gone_leaves_it_to_the_chosen_answer() {
    let without = levels();
    let mut with = levels();
    with.page.blocks.push(Block::Fields(vec![field("file", "a.p12", None)]));
    let typed = Control::Field(FieldId("file".to_owned()));
    assert_eq!(after_change(&without, &with, Some(&Control::Primary)), Some(typed.clone()));
    assert_eq!(after_change(&with, &with, Some(&Control::Primary)), None, "it was there already");
    assert_eq!(after_change(&with, &without, Some(&Control::Primary)), None, "the focus is still somewhere");
    assert_eq!(after_change(&with, &without, Some(&typed)), Some(Control::Level(SecurityLevel::Medium)));
    assert_eq!(after_change(&with, &without, None), None);
}

#[test]
fn what_was_looked_for_and_found_takes_the_focus() {
    let link = Button::new(Control::Elsewhere(0), "");
    let mut before = levels();
    before.page.blocks.push(Block::Link(link));
    let mut after = before.clone();
    let found = vec![card(SecurityLevel::High, ChoiceState::Selected)];
    after.page.blocks.push(Block::Choice { legend: None, arrangement: Arrangement::Stacked, cards: found });
    let chosen = Some(Control::Level(SecurityLevel::High));
    assert_eq!(after_change(&before, &after, Some(&Control::Elsewhere(0))), chosen);
    assert_eq!(after_change(&after, &after, Some(&Control::Elsewhere(0))), None);
    assert_eq!(after_change(&before, &after, Some(&Control::Primary)), None, "who has gone on is left alone");
}
