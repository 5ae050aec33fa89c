//! 前回の続きから: each state in which an enrollment can have stopped has its own words and at most one next act.

mod by_hand;

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    Block, Button, Control, Courier, Dialog, Event, Footer, Icon, Page, Row, Tone,
    courier::Errand,
    hindrance::received,
    parts::{answer_row, current, headed_notice, level_name, place, primary, row, second},
    request::{issues_again, request},
};
use crate::{
    domain::{Certificate, Profile},
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
}

impl Resume {
    /// `now` decides whether a CA that is preparing may be asked already.
    pub fn new(profile: Arc<Profile>, unfinished: Unfinished, now: Timestamp, zone: TimeZone) -> Self {
        let (question, courier) = (Question::None, Courier::default());
        Self { profile, unfinished, now, zone, question, courier, turn: Turn::Bank }
    }

    /// In the same run, right after the request was made.
    pub fn just_drafted(self) -> Self {
        Self { turn: Turn::User, ..self }
    }

    /// What comes and goes by hand.
    pub fn courier(&mut self) -> &mut Courier {
        &mut self.courier
    }

    fn way(&self) -> Way {
        match &self.unfinished.stopped {
            Stopped::Received(_) | Stopped::Installed(_) => Way::GoOn,
            Stopped::HandedOut => Way::ByHand,
            Stopped::AnswerUnknown | Stopped::AnswerUnreadable if self.profile.ca.replay.is_harmless() => Way::AskAgain,
            Stopped::AnswerUnknown | Stopped::AnswerUnreadable | Stopped::NotBelieved => Way::Bank,
            Stopped::Waiting { retry_at } if retry_at.is_none_or(|at| at <= self.now) => Way::AskAgain,
            Stopped::Waiting { .. } => Way::Wait,
            Stopped::OutOfDate { .. } => Way::Clock,
        }
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        if self.question == Question::None && (self.courier.is_busy() || self.courier.is_typing()) {
            return self.carry(event);
        }
        let Event::Pressed(control) = event else { return self.carry(event) };
        match (self.question, control, self.way()) {
            (Question::ApplyAnew, Control::DialogSecond, _) => return Some(Action::ApplyAnew),
            (Question::ApplyAnew, Control::DialogPrimary, _) => self.question = Question::None,
            (Question::ApplyAnew, _, _) => {}
            (_, Control::Primary, Way::GoOn) => return Some(Action::GoOn),
            (_, Control::Primary, Way::AskAgain) => return Some(Action::AskAgain),
            (_, Control::Primary, Way::Clock) => return Some(Action::LookAgain),
            (_, Control::Primary, Way::Wait | Way::Bank) => return Some(Action::Later),
            (_, Control::Primary, Way::ByHand) => {
                return self.carry(Event::Pressed(Control::Carry(self.next_errand())));
            }
            (_, Control::Second, Way::ByHand) => return Some(Action::Later),
            (_, Control::ApplyAnew, Way::ByHand) | (_, Control::Second, Way::Bank | Way::Clock) => {
                self.question = Question::ApplyAnew
            }
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
        let mut blocks = vec![Block::Rows(self.rows(words))];
        blocks.extend(self.advice(words));
        blocks.extend(self.files(words));
        Page {
            step: current(self.place()),
            title: match self.unfinished.means {
                _ if self.way() == Way::ByHand => self.title_by_hand(words),
                Means::Numbers => say!(words, "resume"),
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
            Way::AskAgain | Way::Wait | Way::Bank | Way::Clock | Way::ByHand => place::ISSUE,
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
        }
    }

    fn rows(&self, words: &Words) -> Vec<Row> {
        let (answer, more) = match &self.unfinished.stopped {
            Stopped::Received(_) => (say!(words, "resume", "issued"), lines!(words, "resume", "not-lost")),
            Stopped::Installed(_) => (say!(words, "resume", "issued"), lines!(words, "resume", "stored")),
            Stopped::AnswerUnknown | Stopped::AnswerUnreadable => (say!(words, "resume", "unsure"), Vec::new()),
            Stopped::Waiting { .. } | Stopped::HandedOut => (say!(words, "resume", "preparing"), Vec::new()),
            Stopped::NotBelieved => (say!(words, "resume", "doubtful"), Vec::new()),
            Stopped::OutOfDate { here, from, until } => {
                (say!(words, "resume", "issued"), received(*here, *from, *until, &self.zone, words))
            }
        };
        let last = words.moment(self.unfinished.last_action, &self.zone);
        let mut rows = vec![
            answer_row(say!(words, "resume", "certificate"), answer, more),
            row(say!(words, "resume", "last"), vec![last]),
        ];
        if let Some(certificate) = self.certificate() {
            rows.push(row(say!(words, "resume", "subject"), vec![certificate.subject().readable()]));
        }
        rows.push(row(say!(words, "resume", "level"), vec![level_name(self.unfinished.level, words)]));
        rows.push(row(say!(words, "resume", "todo"), self.todo(words)));
        rows
    }

    fn certificate(&self) -> Option<&Certificate> {
        match &self.unfinished.stopped {
            Stopped::Received(certificate) | Stopped::Installed(certificate) => Some(certificate),
            Stopped::AnswerUnknown
            | Stopped::AnswerUnreadable
            | Stopped::Waiting { .. }
            | Stopped::HandedOut
            | Stopped::OutOfDate { .. }
            | Stopped::NotBelieved => None,
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
            request(&self.profile, None, (self.unfinished.means, self.answer(), None), words),
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
        };
        Footer { second: other.map(second), primary: Some(primary(main)), ..Footer::default() }
    }
}
