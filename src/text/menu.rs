//! What is offered at a prompt, and what an answer means.

use crate::{
    domain::FieldId,
    i18n::{Words, say},
    page::{Block, Button, ChoiceState, Control, Dialog, FieldModel, Frame, Page, Readiness},
};

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Press(Control),
    /// Type into this field once more.
    Enter(FieldId),
    /// Show the page once more.
    Show,
    /// Close the program.
    Quit,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Offer {
    choice: Choice,
    label: String,
}

/// Enter, numbers and letters. Exactly the controls that are there now.
#[derive(Debug, Default)]
pub struct Menu {
    enter: Option<Offer>,
    numbered: Vec<Offer>,
    letters: Vec<(char, Choice)>,
    /// Help and closing, which are there on every page.
    always: Vec<(char, Offer)>,
}

impl Menu {
    pub fn of_page(page: &Page, frame: &Frame, words: &Words) -> Self {
        let mut menu = Self::default();
        page.blocks.iter().for_each(|block| menu.block(block));
        [&page.footer.back, &page.footer.second].into_iter().flatten().for_each(|button| menu.button(button));
        menu.number(Choice::Press(Control::Language), &frame.language.label);
        if let Some(primary) = page.footer.primary.as_ref().filter(|button| button.readiness == Readiness::Ready) {
            menu.letter(primary);
            menu.enter = Some(press(primary));
        }
        menu.letters.extend(page.focus_keys.iter().map(|(key, _)| (key.to_ascii_lowercase(), Choice::Show)));
        let help = Offer { choice: Choice::Press(Control::Help), label: say!(words, "terminal", "help") };
        let quit = Offer { choice: Choice::Quit, label: say!(words, "act", "close") };
        menu.always = vec![('?', help), ('q', quit)];
        menu
    }

    /// A question: Enter is the safe answer.
    pub fn of_dialog(dialog: &Dialog) -> Self {
        let mut menu = Self::default();
        menu.button(&dialog.second);
        menu.letter(&dialog.primary);
        menu.enter = Some(press(&dialog.primary));
        menu
    }

    /// The answers, one a line.
    pub fn lines(&self) -> Vec<String> {
        let enter = self.enter.iter().map(|offer| ("Enter".to_owned(), offer));
        let numbered = self.numbered.iter().enumerate().map(|(index, offer)| ((index + 1).to_string(), offer));
        let always = self.always.iter().map(|(key, offer)| (key.to_string(), offer));
        enter.chain(numbered).chain(always).map(|(key, offer)| format!("  {key:<6} {}", offer.label)).collect()
    }

    /// `None` when it is none of the answers.
    pub fn choice(&self, answer: &str) -> Option<Choice> {
        let answer: String = answer.trim().chars().map(half_width).collect();
        if answer.is_empty() {
            return self.enter.as_ref().map(|offer| offer.choice.clone());
        }
        if let Ok(number) = answer.parse::<usize>() {
            return self.numbered.get(number.checked_sub(1)?).map(|offer| offer.choice.clone());
        }
        let mut letters = answer.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else { return None };
        let letter = letter.to_ascii_lowercase();
        let always = self.always.iter().map(|(key, offer)| (*key, &offer.choice));
        let lettered = self.letters.iter().map(|(key, choice)| (*key, choice));
        lettered.chain(always).find(|(key, _)| *key == letter).map(|(_, choice)| choice.clone())
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Columns(left, right) => left.iter().chain(right).for_each(|block| self.block(block)),
            Block::Choice { cards, .. } => {
                let free = cards.iter().filter(|card| card.state == ChoiceState::Free);
                free.for_each(|card| self.number(Choice::Press(card.control.clone()), &card.title));
            }
            Block::Fields(fields) => fields.iter().for_each(|field| self.field(field)),
            Block::StopSign { link: button, .. }
            | Block::Remark { link: button, .. }
            | Block::Disclosure { button, .. }
            | Block::Inquiry { copy: button, .. }
            | Block::Link(button) => self.button(button),
            Block::Heading(_)
            | Block::Paragraph(_)
            | Block::List(_)
            | Block::Numbered(_)
            | Block::Rows(_)
            | Block::Found(_)
            | Block::Server(_)
            | Block::Sealed(_)
            | Block::Notice { .. }
            | Block::Progress(_) => {}
        }
    }

    /// There is no eye on a terminal: a secret is never shown.
    fn field(&mut self, field: &FieldModel) {
        self.number(Choice::Enter(field.id.clone()), &field.label);
        field.mend.iter().for_each(|button| self.button(button));
    }

    fn button(&mut self, button: &Button) {
        if button.readiness == Readiness::Ready {
            self.letter(button);
            self.number(Choice::Press(button.control.clone()), &button.label);
        }
    }

    fn letter(&mut self, button: &Button) {
        let choice = || Choice::Press(button.control.clone());
        self.letters.extend(button.accelerator.map(|key| (key.to_ascii_lowercase(), choice())));
    }

    fn number(&mut self, choice: Choice, label: &str) {
        self.numbered.push(Offer { choice, label: label.to_owned() });
    }
}

fn press(button: &Button) -> Offer {
    Offer { choice: Choice::Press(button.control.clone()), label: button.label.clone() }
}

/// Japanese input may be on.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Menu};
    use crate::{
        domain::Language,
        i18n::Words,
        page::{Control, Obstacle},
    };

    fn blocked() -> Menu {
        let words = Words::new(Language::English);
        let scene = Obstacle::NoProfile.scene(&words);
        Menu::of_page(&scene.page, &scene.frame, &words)
    }

    #[test]
    fn enter_is_the_primary_and_the_others_have_numbers() {
        let menu = blocked();
        assert_eq!(menu.choice(""), Some(Choice::Press(Control::Primary)));
        assert_eq!(menu.choice("1"), Some(Choice::Press(Control::Copy)));
        assert_eq!(menu.choice("２"), Some(Choice::Press(Control::Language)));
        assert_eq!(menu.choice("q"), Some(Choice::Quit));
        assert_eq!(menu.choice("？"), Some(Choice::Press(Control::Help)));
    }

    #[test]
    fn what_is_not_offered_is_no_answer() {
        let menu = blocked();
        for answer in ["0", "3", "-1", "99999999999999999999999", "x", "yes", "qq"] {
            assert_eq!(menu.choice(answer), None, "{answer}");
        }
    }
}
