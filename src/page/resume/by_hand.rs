//! The files of an open request: the certificate that comes by another road, and, where the user is the road, the request.

use super::{Action, Resume, Turn, Way};
use crate::{
    i18n::{Words, lines, say},
    page::{
        Block, Button, Control, Event, Row, Tone,
        courier::Carried,
        parts::{answer_row, headed_notice, row},
    },
    session::Stopped,
};

impl Resume {
    pub(super) fn carry(&mut self, event: Event) -> Option<Action> {
        match &event {
            Event::Pressed(Control::Carry(carried)) if !self.offers(*carried) => None,
            _ => self.courier.update(event).map(Action::Carry),
        }
    }

    fn offers(&self, carried: Carried) -> bool {
        match carried {
            Carried::Request => self.way() == Way::ByHand,
            // What has come and was believed is kept: no file takes its place.
            Carried::Certificate => !matches!(
                self.unfinished.stopped,
                Stopped::Received(_) | Stopped::Installed(_) | Stopped::OutOfDate { .. }
            ),
        }
    }

    /// The one that the filled button is for.
    pub(super) fn next_errand(&self) -> Carried {
        match self.turn {
            Turn::User if !self.courier.has_saved() => Carried::Request,
            Turn::User | Turn::Bank => Carried::Certificate,
        }
    }

    pub(super) fn next_label(&self, words: &Words) -> String {
        match self.next_errand() {
            Carried::Request => say!(words, "courier", "request"),
            Carried::Certificate => say!(words, "by-hand", "import"),
        }
    }

    fn has_its_button(&self, carried: Carried) -> bool {
        self.way() == Way::ByHand && self.next_errand() == carried
    }

    /// What can be carried from here beside the filled button.
    pub(super) fn files(&self, words: &Words) -> Vec<Block> {
        let carried = [Carried::Request, Carried::Certificate].into_iter();
        let carried = carried.filter(|carried| self.offers(*carried) && !self.has_its_button(*carried));
        let mut blocks: Vec<Block> = carried.map(|carried| self.courier.offer(carried, words)).collect();
        blocks.extend(self.courier.field_block(words));
        if self.way() == Way::ByHand {
            blocks.push(Block::Link(Button::new(Control::ApplyAnew, say!(words, "act", "apply-anew"))));
        }
        blocks
    }

    pub(super) fn title_by_hand(&self, words: &Words) -> String {
        match self.turn {
            Turn::User => say!(words, "by-hand"),
            Turn::Bank => say!(words, "by-hand", "waiting"),
        }
    }

    pub(super) fn lead_by_hand(&self, words: &Words) -> Vec<String> {
        let own = words.text(&self.profile.institution.own_name);
        match self.turn {
            Turn::User if !self.courier.has_saved() => lines!(words, "by-hand", "lead", own = own),
            Turn::User | Turn::Bank => lines!(words, "by-hand", "lead-waiting", own = own),
        }
    }

    /// To whom the file goes, and what happens then. Who has just made the request knows when that was.
    pub(super) fn rows_by_hand(&self, words: &Words) -> Vec<Row> {
        let preparing = say!(words, "resume", "preparing");
        let mut rows = vec![answer_row(say!(words, "resume", "certificate"), preparing, Vec::new())];
        rows.extend((self.turn == Turn::Bank).then(|| self.last_action(words)));
        let help = words.text(&self.profile.institution.help_desk).to_owned();
        rows.push(row(say!(words, "by-hand", "whom"), vec![help]));
        rows.push(row(say!(words, "by-hand", "where"), vec![self.profile.ca.url.to_string()]));
        rows.push(row(say!(words, "resume", "todo"), self.todo(words)));
        rows
    }

    pub(super) fn advice_by_hand(&self, words: &Words) -> Vec<Block> {
        vec![headed_notice(Tone::Info, say!(words, "by-hand", "open"), lines!(words, "by-hand", "open-lines"))]
    }
}
