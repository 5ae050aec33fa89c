//! Which control has the focus, and what an intent does to it. Pure: a scene and a focus in, one act out.

use super::keys::Intent;
use crate::page::keyboard::Way;
use crate::page::{
    Block, Button, ChoiceState, Control, EnterKey, FieldModel, KeyboardModel, RadioCard, Readiness, Scene,
};

/// The focus is shown from the first key on, until the mouse is used again. A text field always shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Hand {
    #[default]
    Mouse,
    Keyboard,
}

/// How long the page has been shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Less than a second.
    Fresh,
    Settled,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Nothing,
    Focus(Control),
    Press(Control),
    DropToast,
    Larger,
    Smaller,
    UsualSize,
    PageDown,
    PageUp,
}

#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    pub scene: &'a Scene,
    pub focus: Option<&'a Control>,
    pub hand: Hand,
    pub age: Age,
}

pub fn act(intent: Intent, now: Moment<'_>) -> Act {
    match intent {
        Intent::NextControl => step(now, Direction::Forward),
        Intent::PreviousControl => step(now, Direction::Backward),
        Intent::Arrow(way) => arrow(now, way),
        Intent::Use => now.focus.map_or(Act::Nothing, |control| press(now.scene, control)),
        Intent::Confirm => confirm(now),
        Intent::Escape => escape(now.scene),
        Intent::Back => footer_or_nothing(now.scene, &Control::Back),
        Intent::Help => footer_or_nothing(now.scene, &Control::Help),
        Intent::Accelerator(key) => accelerate(now, key),
        Intent::Larger => Act::Larger,
        Intent::Smaller => Act::Smaller,
        Intent::UsualSize => Act::UsualSize,
        Intent::PageDown => Act::PageDown,
        Intent::PageUp => Act::PageUp,
    }
}

/// Where Tab stops: the page's controls, then help and header. A dialog keeps the focus to itself.
pub fn stops(scene: &Scene) -> Vec<Control> {
    match &scene.dialog {
        Some(dialog) => vec![dialog.second.control.clone(), dialog.primary.control.clone()],
        None => {
            let frame = &scene.frame;
            let around = [&frame.help, &frame.text_size, &frame.language];
            let mut stops = scene.page.controls();
            stops.extend(around.map(|button| button.control.clone()));
            stops
        }
    }
}

/// Focus on arrival: the safe answer of a dialog, the first empty field of a page that asks for entries, or the title.
/// What a page wants to have decided is read from its top, also where it ends with a field.
pub fn on_arrival(scene: &Scene) -> Option<Control> {
    match &scene.dialog {
        Some(dialog) => Some(dialog.primary.control.clone()),
        None if scene.page.enter == EnterKey::AfterASecond => None,
        None => fields(scene).find(|field| field.entry.is_empty()).map(|field| Control::Field(field.id.clone())),
    }
}

/// The first field that has to be mended.
pub fn first_wrong(scene: &Scene) -> Option<Control> {
    fields(scene).find(|field| field.error.is_some()).map(|field| Control::Field(field.id.clone()))
}

/// Where the focus goes when the page has changed under it: into a field that has appeared; to the answer that is chosen
/// now, when what was looked for has been found, or when what had the focus has gone.
pub fn after_change(before: &Scene, after: &Scene, focus: Option<&Control>) -> Option<Control> {
    let was_there = |field: &FieldModel| fields(before).any(|known| known.id == field.id);
    if let Some(field) = fields(after).find(|field| !was_there(field)) {
        return Some(Control::Field(field.id.clone()));
    }
    let is_there = |control: &Control| {
        stops(after).contains(control)
            || group(after, control).is_some()
            || keyboard(after).is_some_and(|keyboard| keyboard.has(control))
    };
    let chosen = last_answer(after);
    let is_found = |focus: &Control| matches!(focus, Control::Elsewhere(_)) && chosen != last_answer(before);
    focus.filter(|focus| !is_there(focus) || is_found(focus))?;
    chosen.cloned()
}

/// What is chosen in the last radio group of the page.
fn last_answer(scene: &Scene) -> Option<&Control> {
    let cards = blocks(scene).filter_map(|block| match block {
        Block::Choice { cards, .. } => Some(cards),
        _ => None,
    });
    cards.last()?.iter().find(|card| card.state == ChoiceState::Selected).map(|card| &card.control)
}

/// Every block, columns taken apart.
fn blocks(scene: &Scene) -> impl Iterator<Item = &Block> {
    scene.page.blocks.iter().flat_map(|block| match block {
        Block::Columns(left, right) => left.iter().chain(right).collect(),
        other => vec![other],
    })
}

fn fields(scene: &Scene) -> impl Iterator<Item = &FieldModel> {
    blocks(scene).flat_map(|block| match block {
        Block::Fields(fields) => fields.as_slice(),
        _ => &[],
    })
}

fn group<'a>(scene: &'a Scene, control: &Control) -> Option<&'a [RadioCard]> {
    blocks(scene).find_map(|block| match block {
        Block::Choice { cards, .. } if cards.iter().any(|card| card.control == *control) => Some(cards.as_slice()),
        _ => None,
    })
}

/// Nothing behind a dialog can be typed on.
fn keyboard(scene: &Scene) -> Option<&KeyboardModel> {
    scene.page.keyboard.as_ref().filter(|_| scene.dialog.is_none())
}

/// A title is the page's statement: another one is another page.
pub fn is_another_page(before: &Scene, after: &Scene) -> bool {
    before.page.step.number != after.page.step.number || before.page.title != after.page.title
}

/// Whether this can have the focus here: where Tab stops, and every key of the software keyboard.
pub fn is_there(scene: &Scene, control: &Control) -> bool {
    stops(scene).contains(control) || keyboard(scene).is_some_and(|keyboard| keyboard.has(control))
}

/// What has the focus after the mouse went down on a control. The strip takes none, the eye leaves it to the ring
/// around it, and keys leave it in the field they type into.
pub fn pointed(scene: &Scene, control: Control) -> Option<Control> {
    match (control, keyboard(scene)) {
        (Control::MoreBelow | Control::Reveal(_), _) => None,
        (Control::KeyboardToggle(field), _) => Some(Control::Field(field)),
        (control, Some(keyboard)) if keyboard.has(&control) => Some(Control::Field(keyboard.field.clone())),
        (control, _) => Some(control),
    }
}

/// The press that brings the open keyboard along, when the focus goes to another field that has one.
pub fn brings_keyboard(scene: &Scene, focus: Option<&Control>, to: &Control) -> Option<Control> {
    let Control::Field(id) = to else { return None };
    let toggle = Control::KeyboardToggle(id.clone());
    let is_elsewhere = keyboard(scene)?.field != *id && focus != Some(to);
    let has_one = || buttons(scene).iter().any(|button| button.control == toggle);
    (is_elsewhere && has_one()).then_some(toggle)
}

/// Whether something was done on the keyboard; what has the focus then. It goes back to the field with the keyboard.
pub fn after_key(before: &Scene, after: &Scene, pressed: &Control, focus: Option<&Control>) -> Option<Control> {
    let was = before.page.keyboard.as_ref();
    let is_key = was.is_some_and(|keyboard| keyboard.has(pressed));
    if !is_key && !matches!(pressed, Control::KeyboardToggle(_)) {
        return None;
    }
    let gone = was.filter(|keyboard| after.page.keyboard.is_none() && focus.is_some_and(|focus| keyboard.has(focus)));
    gone.map(|keyboard| Control::Field(keyboard.field.clone())).or_else(|| focus.cloned())
}

#[derive(Debug, Clone, Copy)]
enum Direction {
    Forward,
    Backward,
}

fn neighbour(place: Option<usize>, count: usize, direction: Direction) -> usize {
    match (place, direction) {
        (None, Direction::Forward) => 0,
        (None, Direction::Backward) => count - 1,
        (Some(place), Direction::Forward) => (place + 1) % count,
        (Some(place), Direction::Backward) => (place + count - 1) % count,
    }
}

fn step(now: Moment<'_>, direction: Direction) -> Act {
    let stops = stops(now.scene);
    if stops.is_empty() {
        return Act::Nothing;
    }
    let is_here = |stop: &Control| {
        now.focus.is_some_and(|focus| {
            stop == focus
                || group(now.scene, focus).is_some_and(|cards| cards.iter().any(|card| card.control == *stop))
                || keyboard(now.scene).is_some_and(|keyboard| keyboard.is_key(focus) && keyboard.is_key(stop))
        })
    };
    let place = stops.iter().position(is_here);
    Act::Focus(stops[neighbour(place, stops.len(), direction)].clone())
}

fn arrow(now: Moment<'_>, way: Way) -> Act {
    match (keyboard(now.scene), now.focus) {
        (Some(keyboard), Some(focus)) if keyboard.has(focus) => {
            keyboard.neighbour(focus, way).map_or(Act::Nothing, |next| Act::Focus(next.clone()))
        }
        _ => choose(now, if matches!(way, Way::Right | Way::Down) { Direction::Forward } else { Direction::Backward }),
    }
}

fn choose(now: Moment<'_>, direction: Direction) -> Act {
    let cards = now.focus.filter(|_| now.scene.dialog.is_none()).and_then(|focus| group(now.scene, focus));
    let Some(cards) = cards else { return Act::Nothing };
    let free: Vec<&RadioCard> =
        cards.iter().filter(|card| !matches!(card.state, ChoiceState::Unavailable(_))).collect();
    let place = free.iter().position(|card| card.state == ChoiceState::Selected);
    match free.is_empty() {
        true => Act::Nothing,
        false => Act::Press(free[neighbour(place, free.len(), direction)].control.clone()),
    }
}

fn confirm(now: Moment<'_>) -> Act {
    if let Some(dialog) = &now.scene.dialog {
        let second = &dialog.second.control;
        let control = if now.focus == Some(second) { second } else { &dialog.primary.control };
        return press(now.scene, control);
    }
    if is_deaf(now) {
        return Act::Nothing;
    }
    match now.focus {
        Some(control) if now.hand == Hand::Keyboard && answers_enter_itself(control) => press(now.scene, control),
        _ => footer_or_nothing(now.scene, &Control::Primary),
    }
}

/// A doubled key must never decide.
fn is_deaf(now: Moment<'_>) -> bool {
    now.scene.dialog.is_none() && now.scene.page.enter == EnterKey::AfterASecond && now.age == Age::Fresh
}

fn answers_enter_itself(control: &Control) -> bool {
    !matches!(control, Control::Primary | Control::Field(_) | Control::Role(_) | Control::Store(_) | Control::Level(_))
}

fn escape(scene: &Scene) -> Act {
    match (&scene.dialog, &scene.toast) {
        (Some(dialog), _) => press(scene, &dialog.primary.control),
        (None, Some(_)) => Act::DropToast,
        (None, None) if scene.page.keyboard.is_some() => press(scene, &Control::KeyboardClose),
        (None, None) => scene.page.escape.as_ref().map_or(Act::Nothing, |control| press(scene, control)),
    }
}

/// Nothing behind a dialog can be pressed.
fn footer_or_nothing(scene: &Scene, control: &Control) -> Act {
    match scene.dialog {
        Some(_) => Act::Nothing,
        None => press(scene, control),
    }
}

fn accelerate(now: Moment<'_>, key: char) -> Act {
    if is_deaf(now) {
        return Act::Nothing;
    }
    let focus_keys = &now.scene.page.focus_keys;
    if now.scene.dialog.is_none()
        && let Some((_, control)) = focus_keys.iter().find(|(letter, _)| letter.eq_ignore_ascii_case(&key))
    {
        return Act::Focus(control.clone());
    }
    let wanted = |button: &&Button| button.accelerator.is_some_and(|k| k.eq_ignore_ascii_case(&key));
    let found = buttons(now.scene).into_iter().find(wanted);
    found.map_or(Act::Nothing, |button| press(now.scene, &button.control))
}

fn buttons(scene: &Scene) -> Vec<&Button> {
    match &scene.dialog {
        Some(dialog) => vec![&dialog.second, &dialog.primary],
        None => {
            let frame = &scene.frame;
            let mut buttons = scene.page.buttons();
            buttons.extend([&frame.help, &frame.text_size, &frame.language]);
            buttons
        }
    }
}

/// Only what is there and ready can be pressed; a radio card only when it can be chosen.
fn press(scene: &Scene, control: &Control) -> Act {
    let is_ready =
        buttons(scene).iter().any(|button| button.control == *control && button.readiness == Readiness::Ready);
    let is_free = scene.dialog.is_none()
        && group(scene, control)
            .into_iter()
            .flatten()
            .any(|card| card.control == *control && !matches!(card.state, ChoiceState::Unavailable(_)));
    if is_ready || is_free { Act::Press(control.clone()) } else { Act::Nothing }
}

#[cfg(test)]
#[path = "focus_tests.rs"]
mod tests;
