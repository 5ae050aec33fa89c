//! インストール (the manual's second 「Web アクセスの確認」): exactly which certificate goes where. No loses nothing.

use std::sync::Arc;

use jiff::tz::TimeZone;
use url::Url;

use super::{
    Block, Button, Control, Dialog, Disclosure, EnterKey, Event, Footer, Icon, Page, Row,
    parts::{self, current, item, passed, primary, regular, row, second},
    store_secret::{Entered, StoreSecret},
    trust::turned,
};
use crate::{
    domain::{Certificate, Profile, Secret},
    i18n::{Words, lines, say},
    keystore::{Address, StoreDescription, TriesLeft},
    session::Means,
};

/// What the page shows, all of it checked already.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub certificate: Certificate,
    /// The address that answered.
    pub answered: Url,
    /// Where it will be kept, as the user calls it.
    pub browser: String,
    pub store: StoreDescription,
    pub old: Option<Certificate>,
    pub means: Means,
}

#[derive(Debug, Clone)]
pub struct Install {
    profile: Arc<Profile>,
    arrived: Arrived,
    zone: TimeZone,
    question: Question,
    secret: StoreSecret,
    details: Disclosure,
}

/// Discarding asks twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    None,
    IsItWrong,
    ReallyDiscard,
}

#[derive(Debug)]
pub enum Action {
    /// はい(Y), with the password of a store that waits for one.
    Install { store_secret: Option<Secret> },
    /// いいえ(N): あとで取り込む. The answer is kept.
    Later,
    /// Asked twice: the certificate is given up.
    Discard,
}

impl Install {
    pub fn new(profile: Arc<Profile>, arrived: Arrived, zone: TimeZone) -> Self {
        let secret = StoreSecret::of(&arrived.store);
        Self { profile, arrived, zone, question: Question::None, secret, details: Disclosure::Closed }
    }

    /// The store did not open: the same page with the field empty and red.
    pub fn with_wrong_secret(mut self, tries: TriesLeft) -> Self {
        self.secret.wrong(tries);
        self
    }

    /// Twenty seconds after the eye was used.
    pub fn hide_secrets(&mut self) {
        self.secret.hide();
    }

    /// Five idle minutes.
    pub fn clear_secrets(&mut self) {
        self.secret.clear();
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        let Event::Pressed(control) = event else {
            self.secret.update(event);
            return None;
        };
        match (self.question, control) {
            (Question::None, Control::Primary) => return self.install(),
            (Question::None, Control::Second) => return Some(Action::Later),
            (Question::None, Control::Details) => self.details = turned(self.details),
            (Question::None, Control::WrongCertificate) => self.question = Question::IsItWrong,
            (Question::IsItWrong, Control::DialogSecond) => self.question = Question::ReallyDiscard,
            (Question::ReallyDiscard, Control::DialogSecond) => return Some(Action::Discard),
            (_, Control::DialogPrimary) => self.question = Question::None,
            (_, control) => self.secret.update(Event::Pressed(control)),
        }
        None
    }

    fn install(&mut self) -> Option<Action> {
        match self.secret.hand_over() {
            Entered::Ready(store_secret) => Some(Action::Install { store_secret }),
            Entered::Missing => None,
        }
    }

    /// The question over the page, if one is open.
    pub fn dialog(&self, words: &Words) -> Option<Dialog> {
        let institution = &self.profile.institution;
        let (own, help) = (words.text(&institution.own_name), words.text(&institution.help_desk));
        match self.question {
            Question::None => None,
            Question::IsItWrong => Some(Dialog {
                icon: Icon::Warning,
                title: say!(words, "install-wrong"),
                lines: lines!(words, "install-wrong", "lines", own = own, help = help),
                notice: Some(say!(words, "install-wrong", "kept")),
                second: Button::new(Control::DialogSecond, say!(words, "install-wrong", "discard")),
                primary: Button::new(Control::DialogPrimary, say!(words, "install-wrong", "return")),
            }),
            Question::ReallyDiscard => Some(Dialog {
                icon: Icon::Warning,
                title: say!(words, "install-discard"),
                lines: lines!(words, "install-discard", "lines"),
                notice: None,
                second: Button::new(Control::DialogSecond, say!(words, "install-discard", "discard")),
                primary: Button::new(Control::DialogPrimary, say!(words, "install-discard", "keep")),
            }),
        }
    }

    pub fn view(&self, words: &Words) -> Page {
        let bank = words.text(&self.profile.institution.name);
        let mut blocks = vec![
            Block::Rows(self.rows(words)),
            self.details(words),
            Block::List(vec![
                passed(say!(words, "install", "key-matches")),
                passed(say!(words, "install", "issuer-matches", bank = bank)),
            ]),
        ];
        blocks.extend(self.secret.view(words).map(|field| Block::Fields(vec![field])));
        blocks.push(Block::Remark {
            remark: item(Icon::Info, say!(words, "install", "safe")),
            link: Button::new(Control::WrongCertificate, say!(words, "install", "wrong")),
        });
        Page {
            step: current(parts::place::INSTALL),
            title: say!(words, "install"),
            lead: lines!(words, "install", "lead"),
            blocks,
            footer: Footer {
                second: Some(second(say!(words, "install", "later")).with_accelerator('N')),
                primary: Some(primary(say!(words, "install", "now")).with_accelerator('Y')),
                ..Footer::default()
            },
            enter: EnterKey::AfterASecond,
            ..Page::default()
        }
    }

    fn rows(&self, words: &Words) -> Vec<Row> {
        let Arrived { certificate, answered, browser, .. } = &self.arrived;
        let from = words.day_of(certificate.not_before(), &self.zone);
        let to = words.day_of(certificate.not_after(), &self.zone);
        let valid = Row {
            key: say!(words, "install", "valid"),
            lines: vec![regular(say!(words, "install", "from", date = from)).then(say!(
                words,
                "install",
                "to",
                date = to
            ))],
        };
        vec![
            row(say!(words, "install", "subject"), vec![certificate.subject().readable()]),
            valid,
            row(say!(words, "install", "serial"), vec![words.serial(&certificate.serial())]),
            row(say!(words, "install", "answered"), vec![source(answered)]),
            row(say!(words, "install", "place"), vec![place(browser, &self.arrived.store.address, words)]),
            row(self.old_key(words), self.old(words)),
        ]
    }

    fn old_key(&self, words: &Words) -> String {
        match self.arrived.means {
            Means::Numbers | Means::Pin => say!(words, "install", "old"),
            Means::Certificate => say!(words, "install", "renewed"),
        }
    }

    /// Which one it follows, and that nothing happens to that one before the new one is proven.
    fn old(&self, words: &Words) -> Vec<String> {
        match &self.arrived.old {
            Some(old) => {
                let until = words.day_of(old.not_after(), &self.zone);
                let serial = words.serial(&old.serial());
                let mut lines = lines!(words, "install", "old-which", date = until, serial = serial);
                lines.push(say!(words, "install", "old-kept"));
                lines
            }
            None if self.arrived.store.lock.waits() => lines!(words, "install", "old-unseen"),
            None => vec![say!(words, "install", "old-none")],
        }
    }

    /// For those who compare with what the bank reads out on the telephone.
    fn details(&self, words: &Words) -> Block {
        let certificate = &self.arrived.certificate;
        let [first, second] = certificate.thumbprint().lines();
        Block::Disclosure {
            button: Button::new(Control::Details, say!(words, "security", "details"))
                .with_icon(Icon::Down)
                .with_accelerator('D'),
            open: self.details,
            rows: vec![
                row(say!(words, "install", "issuer"), vec![certificate.issuer().readable()]),
                row(say!(words, "install", "thumbprint"), vec!["SHA-256".to_owned(), first, second]),
            ],
        }
    }
}

/// A place that belongs to no known browser has only an address for a name, which is nothing to read.
fn place(name: &str, address: &str, words: &Words) -> String {
    match Address::parse(address) {
        Some(Address::Pkcs12 { file, .. }) => {
            say!(words, "install", "place-file", file = file.display().to_string())
        }
        Some(Address::Pkcs11 { token: Some(token), .. }) => {
            say!(words, "install", "place-card", name = token)
        }
        Some(Address::Pkcs11 { token: None, .. }) => say!(words, "install", "place-a-card"),
        _ if name.contains(":/") => say!(words, "install", "place-given"),
        _ => say!(words, "install", "place-value", browser = name),
    }
}

/// An address; of a file that somebody has brought, its name as people read it.
fn source(answered: &Url) -> String {
    let file = (answered.scheme() == "file").then(|| answered.to_file_path().ok()).flatten();
    file.map_or_else(|| answered.as_str().to_owned(), |file| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::place;
    use crate::{
        domain::Language,
        i18n::{Words, plain},
    };

    #[test]
    fn a_place_is_named_after_its_browser_its_file_or_its_card_and_never_by_an_address() {
        let words = Words::new(Language::Japanese);
        let told = |name, address| plain(&place(name, address, &words));
        let nss = "nss:/home/yamada/db";
        assert_eq!(told("Firefox (default)", nss), "このパソコンの、Firefox (default)の保管場所");
        assert_eq!(told(nss, nss), "このパソコンの、指定された保管場所");
        assert_eq!(told("x", "pkcs12:/home/yamada/a.p12?old-systems"), "ファイル「/home/yamada/a.p12」");
        assert_eq!(told("x", "pkcs11:/lib/m.so?token=銀行 1"), "カード「銀行 1」");
        assert_eq!(told("x", "pkcs11:/lib/m.so"), "つながっているカード");
    }
}
