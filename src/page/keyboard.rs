//! ソフトウェアキーボード: what it looks like, and where the arrows lead. No key says that it was pressed; its order is
//! fixed but for the digits, when somebody wants them mixed. [`Dock`](super::Dock) gives it to the secret fields.

use super::{Button, Control, Icon};
use crate::{
    domain::{Chance, FieldId, Secret},
    i18n::{Words, say},
};

/// The keyboard as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyboardModel {
    pub field: FieldId,
    pub caption: Caption,
    /// 大文字・記号・数字の並びを変える・閉じる, at the right of the caption.
    pub switches: Vec<Button>,
    /// Ten keys and 1字消す, then two rows of up to thirteen.
    pub rows: Vec<Vec<Button>>,
}

/// {field}に入力しています, the field in bold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    pub before: String,
    pub field: String,
    pub after: String,
}

impl Caption {
    fn of(field: &str, sentence: &str) -> Self {
        let (before, after) = sentence.split_once(field).unwrap_or((sentence, ""));
        Self { before: before.to_owned(), field: field.to_owned(), after: after.to_owned() }
    }

    pub fn whole(&self) -> String {
        format!("{}{}{}", self.before, self.field, self.after)
    }
}

/// Where the arrows lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Left,
    Right,
    Up,
    Down,
}

/// Columns of the widest row.
pub const COLUMNS: usize = 13;

/// Columns that 1字消す is wide.
pub const WIDE: usize = 3;

impl KeyboardModel {
    /// For Tab: each switch, and all keys as one stop.
    pub(super) fn stops(&self) -> Vec<Control> {
        let first = self.rows.iter().flatten().take(1);
        self.switches.iter().chain(first).map(|button| button.control.clone()).collect()
    }

    pub fn buttons(&self) -> Vec<&Button> {
        self.switches.iter().chain(self.rows.iter().flatten()).collect()
    }

    pub fn has(&self, control: &Control) -> bool {
        self.buttons().iter().any(|button| button.control == *control)
    }

    /// Whether this is one of the keys, which are one stop together.
    pub fn is_key(&self, control: &Control) -> bool {
        self.rows.iter().flatten().any(|key| key.control == *control)
    }

    /// The next control on that way; at an edge, none.
    pub fn neighbour(&self, control: &Control, way: Way) -> Option<&Control> {
        let rows: Vec<&[Button]> =
            std::iter::once(self.switches.as_slice()).chain(self.rows.iter().map(Vec::as_slice)).collect();
        let here = |row: &[Button]| row.iter().position(|button| button.control == *control);
        let (row, place) = rows.iter().enumerate().find_map(|(row, keys)| here(keys).map(|place| (row, place)))?;
        let beside = |place: Option<usize>| place.and_then(|place| rows[row].get(place));
        let found = match way {
            Way::Left => beside(place.checked_sub(1)),
            Way::Right => beside(Some(place + 1)),
            Way::Up => nearest(row.checked_sub(1), &rows, column(row, &rows[row][place], place)),
            Way::Down => nearest(Some(row + 1), &rows, column(row, &rows[row][place], place)),
        };
        found.map(|button| &button.control)
    }
}

/// The middle of a button, in half columns. The switches stand over the right half of the keys.
fn column(row: usize, button: &Button, place: usize) -> usize {
    match (row, &button.control) {
        (0, _) => 11 + 4 * place,
        (_, Control::KeyboardDelete) => 2 * (COLUMNS - WIDE) + WIDE,
        _ => 2 * place + 1,
    }
}

fn nearest<'a>(row: Option<usize>, rows: &[&'a [Button]], wanted: usize) -> Option<&'a Button> {
    let row = row?;
    let keys = rows.get(row)?.iter().enumerate();
    keys.min_by_key(|(place, key)| column(row, key, *place).abs_diff(wanted)).map(|(_, key)| key)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Letters {
    #[default]
    Small,
    Capitals,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Layer {
    #[default]
    DigitsAndLetters,
    Symbols,
}

/// The open keyboard of a page.
#[derive(Debug, Clone)]
pub(super) struct Keyboard {
    pub field: FieldId,
    letters: Letters,
    layer: Layer,
    digits: Digits,
}

/// The keys of the first row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Digits {
    #[default]
    InOrder,
    Mixed(Vec<char>),
}

impl Digits {
    /// An order that nobody knows; the usual one where the source of chance gives nothing.
    pub fn mixed(chance: &dyn Chance) -> Self {
        let mut digits: Vec<char> = DIGITS.chars().collect();
        for limit in (2..=DIGITS.len() as u8).rev() {
            let Some(drawn) = chance.below(limit) else { return Self::InOrder };
            digits.swap(usize::from(limit) - 1, usize::from(drawn));
        }
        Self::Mixed(digits)
    }

    fn row(&self) -> String {
        match self {
            Self::InOrder => DIGITS.to_owned(),
            Self::Mixed(digits) => digits.iter().collect(),
        }
    }
}

const DIGITS: &str = "1234567890";
const LETTERS: [&str; 2] = ["abcdefghijklm", "nopqrstuvwxyz"];
const SYMBOLS: [&str; 3] = ["!\"#$%&'()*", "+,-./:;<=>?@[", "\\]^_`{|}~"];

impl Keyboard {
    pub fn of(field: FieldId, digits: Digits) -> Self {
        Self { field, letters: Letters::default(), layer: Layer::default(), digits }
    }

    /// It leads to the digits, from the symbols too.
    pub fn order(&mut self, digits: Digits) {
        self.layer = Layer::DigitsAndLetters;
        self.digits = digits;
    }

    /// From the symbols it leads to the letters it names.
    pub fn turn_case(&mut self) {
        self.layer = Layer::DigitsAndLetters;
        self.letters = match self.letters {
            Letters::Small => Letters::Capitals,
            Letters::Capitals => Letters::Small,
        };
    }

    pub fn turn_symbols(&mut self) {
        self.layer = match self.layer {
            Layer::DigitsAndLetters => Layer::Symbols,
            Layer::Symbols => Layer::DigitsAndLetters,
        };
    }

    pub fn view(&self, label: &str, words: &Words) -> KeyboardModel {
        let case = match self.letters {
            Letters::Small => say!(words, "keyboard", "capitals"),
            Letters::Capitals => say!(words, "keyboard", "small"),
        };
        let symbols = match self.layer {
            Layer::DigitsAndLetters => say!(words, "keyboard", "symbols"),
            Layer::Symbols => say!(words, "keyboard", "digits"),
        };
        let order = match self.digits {
            Digits::InOrder => say!(words, "keyboard", "mix"),
            Digits::Mixed(_) => say!(words, "keyboard", "unmix"),
        };
        let close = say!(words, "keyboard", "close");
        KeyboardModel {
            field: self.field.clone(),
            caption: Caption::of(label, &say!(words, "keyboard", "typing", field = label)),
            switches: vec![
                Button::new(Control::KeyboardCase, case),
                Button::new(Control::KeyboardSymbols, symbols),
                Button::new(Control::KeyboardOrder, order),
                Button::new(Control::KeyboardClose, close).with_icon(Icon::Close),
            ],
            rows: self.rows(words),
        }
    }

    fn rows(&self, words: &Words) -> Vec<Vec<Button>> {
        let [first, second, third] = match self.layer {
            Layer::DigitsAndLetters => [&self.digits.row(), LETTERS[0], LETTERS[1]],
            Layer::Symbols => SYMBOLS,
        };
        let shown = |sign: char| match self.letters {
            Letters::Small => sign,
            Letters::Capitals => sign.to_ascii_uppercase(),
        };
        let key = |sign: char| Button::new(Control::Key(sign), sign.to_string());
        let mut rows = [first, second, third].map(|row| row.chars().map(shown).map(key).collect::<Vec<_>>());
        let delete = Button::new(Control::KeyboardDelete, say!(words, "keyboard", "delete"));
        rows[0].push(delete.with_icon(Icon::Backspace));
        rows.into()
    }
}

/// The keyboard inside a secret field.
pub(super) fn toggle(field: &FieldId, words: &Words) -> Button {
    Button::new(Control::KeyboardToggle(field.clone()), say!(words, "keyboard")).with_icon(Icon::Keyboard)
}

/// The entry with one character more.
pub(super) fn longer(entry: &Secret, key: char) -> Secret {
    let text = entry.reveal();
    // Large enough at once: growing would leave a copy behind.
    let mut typed = String::with_capacity(text.len() + key.len_utf8());
    typed.push_str(text);
    typed.push(key);
    Secret::new(typed)
}

/// The entry without its last character.
pub(super) fn shorter(entry: &Secret) -> Secret {
    let text = entry.reveal();
    let last = text.char_indices().next_back().map_or(0, |(last, _)| last);
    Secret::new(&text[..last])
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, Digits, Keyboard, KeyboardModel, Way, longer, shorter};
    use crate::domain::{Chance, FieldId, Language, Secret};
    use crate::i18n::Words;
    use crate::page::Control;

    fn keyboard() -> Keyboard {
        Keyboard::of(FieldId("pin".into()), Digits::InOrder)
    }

    fn view(keyboard: &Keyboard) -> KeyboardModel {
        keyboard.view("PIN", &Words::new(Language::English))
    }

    fn signs(model: &KeyboardModel) -> String {
        let sign = |control: &Control| if let Control::Key(sign) = control { Some(*sign) } else { None };
        model.rows.iter().flatten().filter_map(|key| sign(&key.control)).collect()
    }

    #[test]
    fn every_sign_of_ascii_has_one_key() {
        let mut keyboard = keyboard();
        let mut all: Vec<char> = signs(&view(&keyboard)).chars().collect();
        keyboard.turn_case();
        all.extend(signs(&view(&keyboard)).chars());
        keyboard.turn_symbols();
        all.extend(signs(&view(&keyboard)).chars());
        all.sort_unstable();
        all.dedup();
        assert_eq!(all, ('!'..='~').collect::<Vec<_>>());
    }

    #[test]
    fn no_row_is_wider_than_the_panel() {
        let mut keyboard = keyboard();
        for _ in 0..2 {
            assert!(view(&keyboard).rows.iter().all(|row| row.len() <= COLUMNS));
            keyboard.turn_symbols();
        }
    }

    #[test]
    fn the_switches_name_what_they_lead_to() {
        let mut keyboard = keyboard();
        keyboard.turn_symbols();
        assert_eq!(view(&keyboard).switches[1].label, "Digits");
        keyboard.turn_case();
        assert!(signs(&view(&keyboard)).ends_with("XYZ"));
        assert_eq!(view(&keyboard).switches[0].label, "Small");
    }

    #[test]
    fn arrows_lead_to_what_stands_there() {
        let model = view(&keyboard());
        let from = |control: Control, way| model.neighbour(&control, way).cloned();
        assert_eq!(from(Control::Key('1'), Way::Right), Some(Control::Key('2')));
        assert_eq!(from(Control::Key('1'), Way::Left), None);
        assert_eq!(from(Control::Key('5'), Way::Down), Some(Control::Key('e')));
        assert_eq!(from(Control::Key('l'), Way::Up), Some(Control::KeyboardDelete));
        assert_eq!(from(Control::KeyboardDelete, Way::Up), Some(Control::KeyboardClose));
        assert_eq!(from(Control::KeyboardCase, Way::Down), Some(Control::Key('6')));
        assert_eq!(from(Control::Key('0'), Way::Up), Some(Control::KeyboardOrder));
        assert_eq!(from(Control::Key('z'), Way::Down), None);
        assert_eq!(from(Control::Primary, Way::Down), None);
    }

    /// What is drawn, from the first on; then nothing.
    #[derive(Debug)]
    struct Drawn(Option<fn(u8) -> u8>);

    impl Chance for Drawn {
        fn below(&self, limit: u8) -> Option<u8> {
            self.0.map(|drawn| drawn(limit))
        }
    }

    #[test]
    fn mixed_digits_are_all_there_and_each_key_types_what_it_shows() {
        let mut keyboard = keyboard();
        keyboard.order(Digits::mixed(&Drawn(Some(|_| 0))));
        let row = &view(&keyboard).rows[0];
        assert!(row[..10].iter().all(|key| matches!(key.control, Control::Key(sign) if key.label == sign.to_string())));
        let shown: String = row[..10].iter().map(|key| key.label.as_str()).collect();
        assert_eq!(shown, "2345678901", "every draw took the first");
        keyboard.order(Digits::mixed(&Drawn(Some(|limit| limit - 1))));
        assert!(signs(&view(&keyboard)).starts_with("1234567890"), "every draw left it where it was");
    }

    #[test]
    fn without_chance_the_digits_stay_in_order_and_the_switch_does_not_say_otherwise() {
        let mut keyboard = keyboard();
        keyboard.turn_symbols();
        keyboard.order(Digits::mixed(&Drawn(None)));
        let view = view(&keyboard);
        assert!(signs(&view).starts_with("1234567890"));
        assert_eq!(view.switches[2].label, "Shuffle digits");
    }

    #[test]
    fn an_entry_grows_and_shrinks_at_its_end() {
        let typed = longer(&Secret::new("a"), 'b');
        assert_eq!(typed.reveal(), "ab");
        assert_eq!(shorter(&typed).reveal(), "a");
        assert!(shorter(&Secret::new("")).is_empty());
        assert_eq!(shorter(&Secret::new("かな")).reveal(), "か");
    }
}
