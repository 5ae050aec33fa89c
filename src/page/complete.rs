//! 完了: shown only after the stored key has signed. The last page says what is proven and what comes next.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{
    Block, Button, Control, Event, Footer, Icon, Item, Page, SealedCard, StepMark, StepState,
    parts::{item, level_name, passed, place, primary, second},
};
use crate::{
    domain::{Certificate, Profile, Renewal},
    i18n::{Words, lines, plain, say},
    keystore::Address,
    session::{LoginProof, Means, Receipt},
};

#[derive(Debug, Clone)]
pub struct Complete {
    profile: Arc<Profile>,
    receipt: Receipt,
    old: Option<Certificate>,
    means: Means,
    zone: TimeZone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    SaveReceipt,
    Close,
    ProveLogin,
}

impl Complete {
    pub fn new(profile: Arc<Profile>, receipt: Receipt, old: Option<Certificate>, zone: TimeZone) -> Self {
        Self { profile, receipt, old, means: Means::Numbers, zone }
    }

    /// With what it was asked for: after 更新 the page says what becomes of the renewed one.
    pub fn by(self, means: Means) -> Self {
        Self { means, ..self }
    }

    /// The login was tried once more.
    pub fn login_tried(&mut self, login: LoginProof) {
        self.receipt.login = login;
    }

    /// The name that is proposed for the receipt.
    pub fn receipt_file_name(&self) -> String {
        format!("shirushi-{}.txt", self.receipt.certificate.serial().compact())
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Pressed(Control::Primary) => Some(Action::Close),
            Event::Pressed(Control::Second) => Some(Action::SaveReceipt),
            Event::Pressed(Control::ProveLogin) if self.receipt.login != LoginProof::Proven => Some(Action::ProveLogin),
            _ => None,
        }
    }

    pub fn view(&self, words: &Words) -> Page {
        let lead = match self.receipt.login {
            LoginProof::Proven => lines!(words, "complete", "lead"),
            LoginProof::NotTried => lines!(words, "complete", "lead-untried"),
            LoginProof::Refused => lines!(words, "complete", "lead-refused"),
        };
        let mut blocks = vec![self.sealed(words)];
        if self.receipt.login != LoginProof::Proven {
            let label = say!(words, "complete", "prove-login");
            blocks.push(Block::Link(Button::new(Control::ProveLogin, label).with_icon(Icon::Restart)));
        }
        blocks.push(Block::Columns(self.next(words), self.renewal(words)));
        Page {
            step: StepMark { number: place::DONE, state: StepState::Done },
            title: say!(words, "complete"),
            lead,
            blocks,
            footer: Footer {
                second: Some(second(say!(words, "complete", "save")).with_icon(Icon::Save)),
                primary: Some(primary(say!(words, "complete", "close"))),
                ..Footer::default()
            },
            ..Page::default()
        }
    }

    fn sealed(&self, words: &Words) -> Block {
        let certificate = &self.receipt.certificate;
        let mut checks = vec![passed(say!(words, "complete", "signs")), self.login(words)];
        checks.extend(self.weaker(words).map(|text| item(Icon::Info, text)));
        Block::Sealed(SealedCard {
            label: say!(words, "complete", "expiry"),
            figure: words.day_of(certificate.not_after(), &self.zone),
            subject: certificate.subject().readable(),
            checks,
        })
    }

    fn login(&self, words: &Words) -> Item {
        match self.receipt.login {
            LoginProof::Proven => passed(say!(words, "complete", "login-proven")),
            LoginProof::NotTried => item(Icon::Info, say!(words, "complete", "login-untried")),
            LoginProof::Refused => item(Icon::Warning, say!(words, "complete", "login-refused")),
        }
    }

    fn weaker(&self, words: &Words) -> Option<String> {
        let level = self.receipt.level;
        (level.effective < level.chosen).then(|| {
            let (chosen, effective) = (level_name(level.chosen, words), level_name(level.effective, words));
            say!(words, "complete", "weaker", chosen = chosen, effective = effective)
        })
    }

    fn next(&self, words: &Words) -> Vec<Block> {
        let own = words.text(&self.profile.institution.own_name);
        let mut steps = self.use_it(words);
        if self.old.is_some() {
            let date = words.day_of(self.receipt.certificate.not_after(), &self.zone);
            steps.push(lines!(words, "complete", "next-old", date = date));
        }
        if self.means == Means::Certificate {
            steps.push(lines!(words, "complete", "next-renewed"));
        }
        if self.receipt.login == LoginProof::Refused {
            steps.insert(0, lines!(words, "complete", "login-refused-next", own = own));
        }
        vec![Block::Heading(say!(words, "act", "next")), Block::Numbered(steps)]
    }

    /// From where it is now to the login.
    fn use_it(&self, words: &Words) -> Vec<Vec<String>> {
        let log_in = lines!(words, "complete", "next-2");
        match Address::parse(&self.receipt.store) {
            Some(Address::Pkcs12 { .. }) => vec![
                lines!(words, "complete", "file-1"),
                lines!(words, "complete", "file-2"),
                lines!(words, "complete", "file-3"),
            ],
            Some(Address::Pkcs11 { .. }) => vec![lines!(words, "complete", "card-1"), log_in],
            Some(Address::Nss { .. }) | None => vec![lines!(words, "complete", "next-1"), log_in],
        }
    }

    fn renewal(&self, words: &Words) -> Vec<Block> {
        let validity = self.profile.windows.validity;
        let expiry = self.zone.to_datetime(self.receipt.certificate.not_after()).date();
        let opens = words.date(self.profile.renewal_opens(expiry));
        let mut said = vec![say!(words, "complete", "validity", span = words.span(validity))];
        if (365..=366).contains(&validity) {
            said.push(say!(words, "complete", "every-year"));
        }
        said.push(say!(words, "complete", "renew-from", date = opens));
        said.extend(match self.profile.ca.renewal {
            Renewal::None => lines!(words, "complete", "renew-how"),
            Renewal::Est => lines!(words, "complete", "renew-here"),
        });
        vec![Block::Heading(say!(words, "complete", "renewal")), Block::Paragraph(said)]
    }

    /// The receipt as a text file: what was installed, where, and what was proven. Nothing secret is in it.
    pub fn receipt_text(&self, words: &Words) -> String {
        let certificate = &self.receipt.certificate;
        let level = self.receipt.level;
        let (chosen, effective) = (level_name(level.chosen, words), level_name(level.effective, words));
        let from = words.day_of(certificate.not_before(), &self.zone);
        let to = words.day_of(certificate.not_after(), &self.zone);
        let valid =
            format!("{} {}", say!(words, "install", "from", date = from), say!(words, "install", "to", date = to));
        let rows = [
            (say!(words, "receipt", "bank"), words.text(&self.profile.institution.name).to_owned()),
            (say!(words, "install", "subject"), certificate.subject().readable()),
            (say!(words, "install", "valid"), valid),
            (say!(words, "install", "issuer"), certificate.issuer().readable()),
            (say!(words, "install", "serial"), words.serial(&certificate.serial())),
            (say!(words, "receipt", "thumbprint"), certificate.thumbprint().lines().join(" ")),
            (say!(words, "install", "place"), self.receipt.store.clone()),
            (
                say!(words, "receipt", "level"),
                say!(words, "receipt", "level-value", chosen = chosen, effective = effective),
            ),
            (say!(words, "receipt", "login"), self.login(words).text),
        ];
        let row = |(key, value): (String, String)| say!(words, "receipt", "row", key = key, value = value);
        let lines = std::iter::once(say!(words, "receipt")).chain(rows.into_iter().map(row));
        plain(&lines.map(|line| line + "\n").collect::<String>())
    }
}
