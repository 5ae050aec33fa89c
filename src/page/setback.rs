//! うまくいかなかったとき: one page for every code. The button, the steps and the promises follow from what is known.

mod facts;

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{
    Block, Button, Control, Courier, Event, Footer, Icon, Page,
    courier::Carried,
    explain::{Advice, advice, again_row, issued_row},
    hindrance::Clocks,
    parts::{place, primary, row, second, stopped},
    request::{issues_again, request},
};
use crate::{
    domain::{Profile, Role},
    i18n::{Words, lines, say},
    session::{Code, During, Issued, Means},
};
pub use facts::SetbackFacts;

#[derive(Debug, Clone)]
pub struct Setback {
    profile: Arc<Profile>,
    role: Role,
    facts: SetbackFacts,
    zone: TimeZone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Numbers again, IDs kept.
    EnterAgain,
    /// From the place where it stopped; nothing was issued.
    TryAgain,
    /// The answer that is kept, without the network.
    StoreAgain,
    /// The same request once more; only where the replay rule makes that harmless.
    AskAgain,
    /// A file in the place of the answer.
    Import,
    Close,
    ToStart,
    /// [`Setback::copy_text`] to the clipboard.
    Copy,
    /// [`Setback::servers`] to the clipboard.
    CopyServers,
}

impl Setback {
    pub fn new(profile: Arc<Profile>, role: Role, facts: SetbackFacts, zone: TimeZone) -> Self {
        Self { profile, role, facts, zone }
    }

    /// Whether the numbers can be entered again: not where there were none, and not where nobody knows how far it came.
    pub fn is_about_numbers(&self) -> bool {
        self.facts.means == Means::Numbers && self.facts.code != Code::OurFault && !self.facts.is_about_records()
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Pressed(Control::Primary) => Some(self.facts.act()),
            Event::Pressed(Control::Second) => Some(self.second_act()),
            Event::Pressed(Control::Copy) => Some(Action::Copy),
            Event::Pressed(Control::CopyServers) => Some(Action::CopyServers),
            Event::Pressed(Control::Carry(Carried::Certificate)) if self.facts.may_come_by_hand() => {
                Some(Action::Import)
            }
            _ => None,
        }
    }

    /// Back to the start only while nothing is issued; what is issued waits for the next start.
    fn second_act(&self) -> Action {
        match self.facts.issued {
            Issued::No => Action::ToStart,
            Issued::Yes | Issued::Unknown => Action::Close,
        }
    }

    pub fn view(&self, words: &Words) -> Page {
        let advice = advice(&self.facts, &self.profile, &self.role, words);
        let mut rows = vec![
            issued_row(&self.facts, &self.profile, words),
            again_row(&self.facts, &advice, &self.profile, words),
            row(say!(words, "setback", "who"), vec![self.who(&advice, words)]),
        ];
        rows.extend(self.facts.roadblock.as_ref().map(|roadblock| roadblock.row(words)));
        rows.extend(self.facts.said.as_ref().map(|said| row(say!(words, "setback", "said"), vec![said.clone()])));
        let mut blocks = vec![Block::Rows(rows), Block::Heading(say!(words, "act", "next"))];
        blocks.push(Block::Numbered(self.steps(&advice, words)));
        if self.facts.is_the_networks() && self.facts.code != Code::ProxyLogin {
            let copy = Button::new(Control::CopyServers, say!(words, "act", "copy")).with_icon(Icon::Copy);
            blocks.push(Block::Inquiry { label: say!(words, "setback", "servers"), code: self.servers(), copy });
        }
        if self.facts.needs_a_request() {
            let code = self.inquiry();
            let told = (self.facts.means, self.facts.answer, Some(code.as_str()));
            blocks.push(request(&self.profile, Some(&self.role), told, words));
        }
        if self.facts.may_come_by_hand() {
            blocks.push(Courier::default().offer(Carried::Certificate, words));
        }
        blocks.push(Block::Inquiry {
            label: say!(words, "setback", "inquiry"),
            code: self.inquiry(),
            copy: Button::new(Control::Copy, say!(words, "act", "copy")).with_icon(Icon::Copy),
        });
        Page {
            step: stopped(self.place()),
            lead: self.lead(&advice, words),
            title: advice.title,
            title_icon: Some(Icon::Error),
            blocks,
            footer: self.footer(words),
            ..Page::default()
        }
    }

    /// What a network has to let through.
    pub fn servers(&self) -> String {
        self.profile.servers().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    /// The page as text, for whoever helps.
    pub fn copy_text(&self, words: &Words) -> String {
        let mut text = self.view(words).spoken().join("\n");
        text.push('\n');
        text
    }

    /// E10-05: the code, and in which part of the story.
    fn inquiry(&self) -> String {
        let part = match self.facts.during {
            During::Introduction => 1,
            During::KeyCreation => 2,
            During::Request => 3,
            During::Submission => 4,
            During::Reading => 5,
            During::Validation => 6,
            During::Installation => 7,
            During::Proof => 8,
            During::Resume => 9,
        };
        format!("{}-{part:02}", self.facts.code.as_str())
    }

    fn place(&self) -> usize {
        match (self.facts.code, self.facts.during) {
            // No number was looked at: it was the certificate.
            (Code::NotRenewable | Code::NoRoomBeside | Code::Expired, During::Introduction) => place::LOGIN,
            (_, During::Submission) if self.facts.is_renewal() && self.facts.issued == Issued::No => place::ISSUE,
            // The numbers were looked at, and that is as far as it went.
            (
                Code::WrongNumbers
                | Code::Locked
                | Code::Entry
                | Code::NotAuthorized
                | Code::NothingToTake
                | Code::PickupExpired
                | Code::AfterExpiryPassed
                | Code::Expired
                | Code::OtherCertificate
                | Code::MustRevokeFirst
                | Code::Maintenance,
                _,
            ) => place::IDENTITY,
            (_, During::KeyCreation) if self.facts.is_the_stores() => place::LEVEL,
            (_, During::Introduction) => place::SERVER,
            (Code::Unreachable | Code::NotGenuine | Code::OtherServer, _) if self.facts.issued == Issued::No => {
                place::SERVER
            }
            _ if self.facts.is_the_networks() && self.facts.issued == Issued::No => place::SERVER,
            (_, During::Installation | During::Proof) => place::INSTALL,
            _ => place::ISSUE,
        }
    }

    fn lead(&self, advice: &Advice, words: &Words) -> Vec<String> {
        let mut lead = advice.lead.clone();
        if let Some(clocks) = self.facts.clocks {
            lead = clocks.told(&self.zone, words);
        }
        if let Some(until) = self.facts.maintenance_until {
            lead.push(say!(words, "setback", "until", time = words.moment(until, &self.zone)));
        }
        lead
    }

    fn who(&self, advice: &Advice, words: &Words) -> String {
        if self.facts.needs_a_request() {
            return issues_again(&self.profile, Some(&self.role), words).to_owned();
        }
        advice.who.clone()
    }

    fn steps(&self, advice: &Advice, words: &Words) -> Vec<Vec<String>> {
        if self.facts.needs_a_request() {
            let who = issues_again(&self.profile, Some(&self.role), words);
            return vec![
                lines!(words, "reissue-request", "give-user", who = who),
                lines!(words, "reissue-request", "after"),
            ];
        }
        let mut steps = advice.next.clone();
        let help = || words.text(&self.profile.institution.help_desk);
        match self.facts.clocks {
            Some(Clocks::Certificate { .. }) => steps.push(lines!(words, "setback", "clock-right", help = help())),
            Some(Clocks::Received { .. }) => steps.push(lines!(words, "setback", "clock-over", help = help())),
            Some(Clocks::Server { .. } | Clocks::Built { .. }) | None => {}
        }
        let act = self.facts.act();
        if matches!(act, Action::TryAgain | Action::StoreAgain | Action::AskAgain) {
            steps.push(lines!(words, "setback", "press", button = self.act_label(words)));
            // From the start only where trying again is harmless: never after wrong numbers or a server in doubt. A
            // network is not opened by that, and a clock not set.
            let helps =
                !self.facts.is_the_networks() && !self.facts.is_about_records() && self.facts.code != Code::ClockWrong;
            if act == Action::TryAgain && helps {
                steps.push(lines!(words, "setback", "from-start"));
            }
            match self.facts.code {
                Code::BankFailed => steps.push(self.tell_bank(words)),
                // Its own steps have named the bank, which is who can help.
                Code::AnswerNotBelieved if !self.facts.is_only_unreadable() => {}
                // Its first step is for the staff already.
                _ if self.facts.is_the_networks() => {}
                _ => steps.push(lines!(words, "setback", "tell-staff")),
            }
        }
        steps
    }

    fn tell_bank(&self, words: &Words) -> Vec<String> {
        let institution = &self.profile.institution;
        let (own, help) = (words.text(&institution.own_name), words.text(&institution.help_desk));
        lines!(words, "setback", "tell-bank", own = own, help = help)
    }

    fn act_label(&self, words: &Words) -> String {
        match (self.facts.act(), self.facts.code) {
            (Action::TryAgain, _) if self.facts.is_the_networks() => say!(words, "setback", "connect-again"),
            (Action::TryAgain, Code::Unreachable) => say!(words, "setback", "connect-again"),
            (Action::TryAgain, _) if self.facts.is_about_records() => say!(words, "setback", "check-again"),
            (Action::TryAgain, Code::ClockWrong) => say!(words, "setback", "check-again"),
            (Action::TryAgain, _) => say!(words, "setback", "try-again"),
            (Action::StoreAgain, _) => say!(words, "setback", "store-again"),
            (Action::EnterAgain, _) => say!(words, "setback", "enter-again"),
            (Action::AskAgain, _) if self.facts.is_kept_for_a_pin() => say!(words, "pickup", "back"),
            (Action::AskAgain, _) if !self.facts.is_lost() => say!(words, "resume", "go-on"),
            (Action::AskAgain, _) if self.facts.means == Means::Pin => say!(words, "pickup", "back"),
            (Action::AskAgain, _) => say!(words, "act", "find-out"),
            (_, Code::NotGenuine | Code::OtherServer) => say!(words, "act", "stop"),
            (_, _) => say!(words, "act", "close"),
        }
    }

    fn footer(&self, words: &Words) -> Footer {
        let other = match (self.second_act(), self.facts.act()) {
            (Action::ToStart, _) => Some(second(say!(words, "act", "home"))),
            // Closing is the primary already.
            (_, Action::Close) => None,
            _ => Some(second(say!(words, "act", "later"))),
        };
        Footer { second: other, primary: Some(primary(self.act_label(words))), ..Footer::default() }
    }
}
