//! Where the software keyboard docks: one for the whole window, under any page that has a secret field.
//!
//! A page does nothing for it. Whatever field is shown with dots ([`Masking`]) gets the button from [`Dock::attach`], and
//! a key reaches the page as the edit of that field ([`Event::Edited`]) that typing would have been: see
//! [`Dock::update`]. A new secret field on a new page has the keyboard without a line of code.

use std::sync::Arc;

use super::{
    Block, Button, Control, EnterKey, Event, FieldModel, Masking, Page, Readiness,
    keyboard::{Digits, Keyboard, longer, shorter, toggle},
};
use crate::{
    domain::{Chance, FieldId},
    i18n::Words,
};

#[derive(Debug)]
pub struct Dock {
    chance: Arc<dyn Chance>,
    /// Remembered as long as the window lives.
    wish: Wish,
    open: Option<Keyboard>,
}

/// How the digits shall stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    InOrder,
    Mixed,
}

impl Dock {
    pub fn new(chance: Arc<dyn Chance>) -> Self {
        Self { chance, wish: Wish::InOrder, open: None }
    }

    /// Leaving the page.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// What the page below has to hear of it: `None` for what only the keyboard is concerned with.
    pub fn update(&mut self, event: Event, page: &Page) -> Option<Event> {
        match event {
            Event::Pressed(Control::KeyboardToggle(id)) => self.toggle(id, page),
            Event::Pressed(Control::KeyboardClose) => self.close(),
            Event::Pressed(Control::KeyboardCase) => self.open.iter_mut().for_each(Keyboard::turn_case),
            Event::Pressed(Control::KeyboardSymbols) => self.open.iter_mut().for_each(Keyboard::turn_symbols),
            Event::Pressed(Control::KeyboardOrder) => self.turn_order(),
            Event::Pressed(Control::KeyboardDelete) => {
                let field = self.field(page)?;
                return Some(Event::Edited(field.id.clone(), shorter(&field.entry)));
            }
            Event::Pressed(Control::Key(key)) => {
                let field = self.field(page)?;
                return Some(Event::Edited(field.id.clone(), longer(&field.entry, key)));
            }
            other => return Some(other),
        }
        None
    }

    /// The button was pressed in vain: the open keyboard comes over to what has to be mended.
    pub fn follow_mistake(&mut self, page: &Page) {
        let wrong = fields(page).find(|field| field.error.is_some());
        if let (Some(keyboard), Some(wrong)) = (&self.open, wrong)
            && keyboard.field != wrong.id
        {
            self.toggle(wrong.id.clone(), page);
        }
    }

    /// From another field the open keyboard comes over to this one.
    fn toggle(&mut self, id: FieldId, page: &Page) {
        let is_here = self.open.as_ref().is_some_and(|keyboard| keyboard.field == id);
        let is_secret = fields(page).any(|field| field.id == id && is_secret(field));
        self.open = (is_secret && !is_here).then(|| Keyboard::of(id, self.digits()));
    }

    fn turn_order(&mut self) {
        self.wish = match self.wish {
            Wish::InOrder => Wish::Mixed,
            Wish::Mixed => Wish::InOrder,
        };
        let digits = self.digits();
        self.open.iter_mut().for_each(|keyboard| keyboard.order(digits.clone()));
    }

    /// Mixed anew each time.
    fn digits(&self) -> Digits {
        match self.wish {
            Wish::InOrder => Digits::InOrder,
            Wish::Mixed => Digits::mixed(self.chance.as_ref()),
        }
    }

    /// The field that is typed into, as long as the page has it.
    fn field<'a>(&self, page: &'a Page) -> Option<&'a FieldModel> {
        let keyboard = self.open.as_ref()?;
        fields(page).find(|field| field.id == keyboard.field && is_secret(field))
    }

    /// Gives every secret field of the page its button and, when it is open, the page its keyboard.
    pub fn attach(&self, mut page: Page, words: &Words) -> Page {
        let open = self.open.as_ref().zip(self.field(&page));
        page.keyboard = open.map(|(keyboard, field)| keyboard.view(&field.label, words));
        if page.keyboard.is_some() && page.enter == EnterKey::AtOnce {
            page = folded(page);
        }
        let readiness = page.footer.primary.as_ref().map_or(Readiness::Ready, |primary| primary.readiness);
        for field in page.blocks.iter_mut().flat_map(fields_mut).filter(|field| is_secret(field)) {
            field.keyboard = Some(Button { readiness, ..toggle(&field.id, words) });
        }
        page
    }
}

/// Only what is needed while typing, so that the field stays in sight above the keyboard. A page that decides is never
/// folded: what its button does is read on it.
fn folded(mut page: Page) -> Page {
    page.lead.clear();
    page.footer.note = None;
    page.blocks.retain_mut(|block| match block {
        Block::StopSign { lines, .. } => {
            lines.truncate(1);
            true
        }
        Block::Fields(fields) => {
            fields.iter_mut().filter(|field| !is_secret(field)).for_each(|field| field.support.clear());
            true
        }
        _ => false,
    });
    page
}

fn is_secret(field: &FieldModel) -> bool {
    field.masking != Masking::Never
}

fn fields(page: &Page) -> impl Iterator<Item = &FieldModel> {
    page.blocks.iter().flat_map(|block| match block {
        Block::Fields(fields) => fields.as_slice(),
        _ => &[],
    })
}

fn fields_mut(block: &mut Block) -> &mut [FieldModel] {
    match block {
        Block::Fields(fields) => fields,
        _ => &mut [],
    }
}
