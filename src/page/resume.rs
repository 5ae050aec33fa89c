//! 前回の続きから: each state in which an enrollment can have stopped has its own words and at most one next act.

mod by_hand;
mod pickup;

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    Block, Button, Control, Courier, Dialog, Event, Footer, Icon, Page, Row, Tone, Topic,
    courier::Errand,
    hindrance::received,
    parts::{answer_row, current, headed_notice, level_name, place, primary, row, second},
    request::{issues_again, request},
};
use crate::{
    domain::{Certificate, Profile, Secret},
    i18n::{Words, lines, say},
    session::{Answer, Code, Means, Stopped, Unfinished},
};

#[derive(Debug, Clone)]
pub struct Resume {
    profile: Arc<Profile>,
    unfinished: Unfinished,
    now: Timestamp,
    zone: TimeZone,
    question: Question,
    courier: Courier,
    turn: Turn,
    counter: pickup::Counter,
}

/// By hand: who acts next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The request has just been made, and nobody has it yet.
    User,
    Bank,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    None,
    ApplyAnew,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Install or prove: no network, no numbers.
    GoOn,
    /// The PC and the journal, once more.
    LookAgain,
    /// Numbers again, then the same request (after a 202, or where the replay rule is harmless).
    AskAgain,
    Later,
    /// Asked for explicitly: the old enrollment is given up and a new one begins.
    ApplyAnew,
    /// [`Resume::copy_text`] to the clipboard.
    Copy,
    /// A file goes to the bank, or has come from it.
    Carry(Errand),
    /// The PIN for which the bank hands out what was applied for.
    PickUp(Secret),
}

/// What can be done from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    GoOn,
    AskAgain,
    /// The CA named a later time.
    Wait,
    /// Only people can go on.
    Bank,
    /// The clock of this PC comes first.
    Clock,
    /// The user carries files.
    ByHand,
    /// The user has a PIN, or waits for it.
    PickUp,
}

impl Resume {
    /// `now` decides whether a CA that is preparing may be asked already.
    pub fn new(profile: Arc<Profile>, unfinished: Unfinished, now: Timestamp, zone: TimeZone) -> Self {
        let (question, courier, counter) = (Question::None, Courier::default(), pickup::Counter::default());
        Self { profile, unfinished, now, zone, question, courier, turn: Turn::Bank, counter }
    }

    /// In the same run, right after the request was made.
    pub fn just_drafted(self) -> Self {
        Self { turn: Turn::User, ..self }
    }

    /// In the same run, right after the receipt has come.
    pub fn just_registered(mut self) -> Self {
        self.counter.moment = pickup::Moment::Registered;
        self
    }

    /// The bank has looked, and has nothing to hand out yet.
    pub fn not_ready(mut self) -> Self {
        self.counter.moment = pickup::Moment::NotReady;
        self
    }

    /// The field comes back empty and red; `tries_left` where the bank has told it.
    pub fn with_wrong_pin(mut self, tries_left: Option<u32>) -> Self {
        self.counter.wrong(tries_left);
        self
    }

    pub fn holds_nothing(&self) -> bool {
        self.counter.holds_nothing()
    }

    pub fn hide_secrets(&mut self) {
        self.counter.hide();
    }

    pub fn clear_secrets(&mut self) {
        self.counter.clear();
    }

    /// A file is being read or written.
    pub fn is_carrying(&self) -> bool {
        self.courier.is_busy()
    }

    /// What comes and goes by hand.
    pub fn courier(&mut self) -> &mut Courier {
        &mut self.courier
    }

    /// What the help tells of this page.
    pub fn topic(&self) -> Topic {
        match self.way() {
            Way::ByHand => Topic::HandedOut,
            Way::GoOn | Way::AskAgain | Way::Wait | Way::Bank | Way::Clock | Way::PickUp => Topic::Resume,
        }
    }

    fn way(&self) -> Way {
        match &self.unfinished.stopped {
            Stopped::Received(_) | Stopped::Installed(_) => Way::GoOn,
            Stopped::HandedOut => Way::ByHand,
            Stopped::PickupExpired { .. } => Way::Bank,
            Stopped::Registered { .. } | Stopped::PickupUnknown { .. } if self.pickup().is_none() => Way::Bank,
            Stopped::Registered { retry_at: Some(at), .. } if *at > self.now => Way::Wait,
            Stopped::Registered { .. } | Stopped::PickupUnknown { .. } => Way::PickUp,
            Stopped::AnswerUnknown | Stopped::AnswerUnreadable if self.profile.ca.replay.is_harmless() => Way::AskAgain,
            Stopped::AnswerUnknown | Stopped::AnswerUnreadable | Stopped::NotBelieved => Way::Bank,
            Stopped::Waiting { retry_at } if retry_at.is_none_or(|at| at <= self.now) => Way::AskAgain,
            Stopped::Waiting { .. } => Way::Wait,
            Stopped::OutOfDate { .. } => Way::Clock,
        }
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        if self.question == Question::None && (self.is_carrying() || self.courier.is_typing()) {
            return self.carry(event);
        }
        self.counter.update(&event);
        let Event::Pressed(control) = event else { return self.carry(event) };
        match (self.question, control, self.way()) {
            (Question::ApplyAnew, Control::DialogSecond, _) => return Some(Action::ApplyAnew),
            (Question::ApplyAnew, Control::DialogPrimary, _) => self.question = Question::None,
            (Question::ApplyAnew, _, _) => {}
            (_, Control::Primary, Way::GoOn) => return Some(Action::GoOn),
            (_, Control::Primary, Way::AskAgain) => return Some(Action::AskAgain),
            (_, Control::Primary, Way::PickUp) => {
                let longest = self.pickup().map_or(0, |pickup| pickup.pin.max);
                return self.counter.hand_over(longest).map(Action::PickUp);
            }
            (_, Control::Primary, Way::Clock) => return Some(Action::LookAgain),
            (_, Control::Primary, Way::Wait | Way::Bank) => return Some(Action::Later),
            (_, Control::Primary, Way::ByHand) => {
                return self.carry(Event::Pressed(Control::Carry(self.next_errand())));
            }
            (_, Control::Second, Way::ByHand | Way::PickUp) => return Some(Action::Later),
            (_, Control::ApplyAnew, Way::ByHand | Way::PickUp) | (_, Control::Second, Way::Bank | Way::Clock) => {
                self.question = Question::ApplyAnew
            }
            (_, Control::ApplyAnew, Way::Wait) if self.reference().is_some() => self.question = Question::ApplyAnew,
            (_, Control::Second, Way::GoOn | Way::AskAgain) => return Some(Action::Later),
            (_, Control::Copy, Way::Bank | Way::Clock) => return Some(Action::Copy),
            (_, control, _) => return self.carry(Event::Pressed(control)),
        }
        None
    }

    /// The question over the page, if one is open.
    pub fn dialog(&self, words: &Words) -> Option<Dialog> {
        (self.question == Question::ApplyAnew).then(|| Dialog {
            icon: Icon::Warning,
            title: say!(words, "apply-anew"),
            lines: lines!(words, "apply-anew", "lines"),
            notice: None,
            second: Button::new(Control::DialogSecond, say!(words, "apply-anew", "yes")),
            primary: Button::new(Control::DialogPrimary, say!(words, "apply-anew", "no")),
        })
    }

    pub fn view(&self, words: &Words) -> Page {
        let mut blocks: Vec<Block> = self.courier.receipt(words).into_iter().collect();
        blocks.extend(self.counter_blocks(words));
        blocks.push(Block::Rows(self.rows(words)));
        blocks.extend(self.advice(words));
        blocks.extend(self.files(words));
        blocks.extend(self.give_up_link(words));
        Page {
            step: current(self.place()),
            title: match self.unfinished.means {
                _ if self.way() == Way::ByHand => self.title_by_hand(words),
                _ if self.reference().is_some() => self.pickup_title(words),
                Means::Numbers | Means::Pin => say!(words, "resume"),
                Means::Certificate => say!(words, "resume", "renewal"),
            },
            lead: self.lead(words),
            blocks,
            footer: self.courier.footer(words).unwrap_or_else(|| self.footer(words)),
            ..Page::default()
        }
    }

    /// The page as text, with the request for 再発行.
    pub fn copy_text(&self, words: &Words) -> String {
        let mut text = self.view(words).spoken().join("\n");
        text.push('\n');
        text
    }

    fn place(&self) -> usize {
        match self.way() {
            Way::GoOn => place::INSTALL,
            Way::AskAgain | Way::Wait | Way::Bank | Way::Clock | Way::ByHand | Way::PickUp => place::ISSUE,
        }
    }

    fn lead(&self, words: &Words) -> Vec<String> {
        match &self.unfinished.stopped {
            Stopped::Received(_) => lines!(words, "resume", "received"),
            Stopped::Installed(_) => lines!(words, "resume", "installed"),
            Stopped::AnswerUnknown => lines!(words, "resume", "unknown"),
            Stopped::AnswerUnreadable => lines!(words, "resume", "unreadable"),
            Stopped::Waiting { .. } => lines!(words, "resume", "waiting"),
            Stopped::NotBelieved => lines!(words, "resume", "not-believed"),
            Stopped::OutOfDate { .. } => lines!(words, "resume", "out-of-date"),
            Stopped::HandedOut => self.lead_by_hand(words),
            Stopped::Registered { .. } | Stopped::PickupUnknown { .. } | Stopped::PickupExpired { .. } => {
                self.pickup_lead(words)
            }
        }
    }

    fn rows(&self, words: &Words) -> Vec<Row> {
        if self.way() == Way::ByHand {
            return self.rows_by_hand(words);
        }
        let (answer, more) = match &self.unfinished.stopped {
            Stopped::Received(_) => (say!(words, "resume", "issued"), lines!(words, "resume", "not-lost")),
            Stopped::Installed(_) => (say!(words, "resume", "issued"), lines!(words, "resume", "stored")),
            Stopped::AnswerUnknown | Stopped::AnswerUnreadable | Stopped::PickupUnknown { .. } => {
                (say!(words, "resume", "unsure"), Vec::new())
            }
            Stopped::Registered { .. } => (say!(words, "pickup", "waits"), Vec::new()),
            Stopped::PickupExpired { .. } => (say!(words, "pickup", "not-received"), Vec::new()),
            Stopped::Waiting { .. } | Stopped::HandedOut => (say!(words, "resume", "preparing"), Vec::new()),
            Stopped::NotBelieved => (say!(words, "resume", "doubtful"), Vec::new()),
            Stopped::OutOfDate { here, from, until } => {
                (say!(words, "resume", "issued"), received(*here, *from, *until, &self.zone, words))
            }
        };
        let mut rows = vec![answer_row(say!(words, "resume", "certificate"), answer, more)];
        rows.extend(self.reference_row(words));
        rows.push(self.last_action(words));
        if let Some(certificate) = self.certificate() {
            rows.push(row(say!(words, "resume", "subject"), vec![certificate.subject().readable()]));
        }
        rows.push(row(say!(words, "resume", "level"), vec![level_name(self.unfinished.level, words)]));
        rows.push(row(say!(words, "resume", "todo"), self.todo(words)));
        rows
    }

    fn last_action(&self, words: &Words) -> Row {
        row(say!(words, "resume", "last"), vec![words.moment(self.unfinished.last_action, &self.zone)])
    }

    fn certificate(&self) -> Option<&Certificate> {
        match &self.unfinished.stopped {
            Stopped::Received(certificate) | Stopped::Installed(certificate) => Some(certificate),
            _ => None,
        }
    }

    fn answer(&self) -> Answer {
        match &self.unfinished.stopped {
            Stopped::NotBelieved | Stopped::OutOfDate { .. } => Answer::NotBelieved,
            Stopped::AnswerUnreadable => Answer::Unreadable,
            _ => Answer::NoneCame,
        }
    }

    fn todo(&self, words: &Words) -> Vec<String> {
        let own = words.text(&self.profile.institution.own_name);
        let renewal = self.unfinished.means == Means::Certificate;
        match (&self.unfinished.stopped, self.way()) {
            (Stopped::Received(_), _) => lines!(words, "resume", "todo-install"),
            (Stopped::Installed(_), _) => lines!(words, "resume", "todo-prove"),
            (Stopped::Waiting { retry_at: Some(at) }, Way::Wait) if renewal => {
                lines!(words, "resume", "todo-wait-renewal", time = words.moment(*at, &self.zone))
            }
            (Stopped::Waiting { .. }, _) | (Stopped::AnswerUnknown | Stopped::AnswerUnreadable, Way::AskAgain)
                if renewal =>
            {
                lines!(words, "resume", "todo-ask-renewal")
            }
            (Stopped::Waiting { retry_at: Some(at) }, Way::Wait) => {
                lines!(words, "resume", "todo-wait", time = words.moment(*at, &self.zone))
            }
            (Stopped::Waiting { .. }, _) | (Stopped::AnswerUnknown | Stopped::AnswerUnreadable, Way::AskAgain) => {
                lines!(words, "resume", "todo-ask")
            }
            (Stopped::AnswerUnknown | Stopped::AnswerUnreadable, _) => lines!(words, "resume", "todo-nothing-sent"),
            (Stopped::NotBelieved, _) => lines!(words, "resume", "todo-bank", own = own),
            (Stopped::OutOfDate { .. }, _) => lines!(words, "resume", "todo-clock"),
            (Stopped::HandedOut, _) => lines!(words, "by-hand", "todo"),
            (Stopped::Registered { .. } | Stopped::PickupUnknown { .. } | Stopped::PickupExpired { .. }, _) => {
                self.pickup_todo(words)
            }
        }
    }

    fn advice(&self, words: &Words) -> Vec<Block> {
        if self.way() == Way::ByHand {
            return self.advice_by_hand(words);
        }
        if self.way() == Way::Clock {
            let own = words.text(&self.profile.institution.own_name);
            let steps = vec![
                lines!(words, "resume", "set-clock", button = say!(words, "setback", "check-again")),
                lines!(words, "resume", "clock-right", own = own, button = say!(words, "act", "apply-anew")),
            ];
            return vec![
                Block::Heading(say!(words, "act", "next")),
                Block::Numbered(steps),
                Block::Inquiry {
                    label: say!(words, "setback", "inquiry"),
                    code: format!("{}-09", Code::ClockWrong.as_str()),
                    copy: Button::new(Control::Copy, say!(words, "act", "copy")).with_icon(Icon::Copy),
                },
            ];
        }
        if self.way() != Way::Bank {
            let safe = lines!(words, "resume", "safe-lines");
            return vec![headed_notice(Tone::Success, say!(words, "resume", "safe"), safe)];
        }
        let who = issues_again(&self.profile, None, words);
        vec![
            Block::Heading(say!(words, "act", "next")),
            Block::Numbered(vec![
                lines!(words, "reissue-request", "give-user", who = who),
                lines!(words, "reissue-request", "after"),
            ]),
            match &self.unfinished.stopped {
                Stopped::PickupExpired { reference, code } => self.expired_request(reference, *code, words),
                _ => request(&self.profile, None, (self.unfinished.means, self.answer(), None), words),
            },
            Block::Link(Button::new(Control::Copy, say!(words, "act", "copy")).with_icon(Icon::Copy)),
        ]
    }

    fn footer(&self, words: &Words) -> Footer {
        let later = || say!(words, "act", "later");
        let (other, main) = match self.way() {
            Way::GoOn => (Some(later()), say!(words, "resume", "go-on")),
            Way::AskAgain => (Some(later()), say!(words, "act", "find-out")),
            Way::Wait => (None, later()),
            Way::Bank => (Some(say!(words, "act", "apply-anew")), say!(words, "act", "close")),
            Way::Clock => (Some(say!(words, "act", "apply-anew")), say!(words, "setback", "check-again")),
            Way::ByHand => (Some(later()), self.next_label(words)),
            Way::PickUp => (Some(later()), say!(words, "pickup", "take")),
        };
        Footer { second: other.map(second), primary: Some(primary(main)), ..Footer::default() }
    }
}
