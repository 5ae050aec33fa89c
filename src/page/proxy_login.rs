//! プロキシのログイン: the exit of the company's network asks who is there. Nothing of this is the bank's.

use std::sync::Arc;

use super::{
    Block, CapsLock, Control, Event, FieldModel, Footer, Masking, Page, Tone,
    entry::Reveal,
    parts::{back, current, notice, place, primary, row},
};
use crate::{
    domain::{FieldId, PROXY_PASSWORD, PROXY_USER, Profile, Secret},
    i18n::{Words, lines, say},
    protocol::{LoginDemand, Tried},
};

#[derive(Debug, Clone)]
pub struct ProxyLogin {
    profile: Arc<Profile>,
    demand: LoginDemand,
    user: Secret,
    password: Secret,
    reveal: Reveal,
    caps_lock: CapsLock,
    mistake: Option<(FieldId, Mistake)>,
    note: Option<Note>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    Empty,
    /// It would move the border between user and password (RFC 7617 §2), or cannot be sent at all.
    Sign,
    /// The proxy has turned it down.
    Refused,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Note {
    Wiped,
}

#[derive(Debug)]
pub enum Action {
    /// The password has left the page with this.
    Connect {
        user: Secret,
        password: Secret,
    },
    Back,
}

impl ProxyLogin {
    pub fn new(profile: Arc<Profile>, demand: LoginDemand, caps_lock: CapsLock) -> Self {
        let (user, password) = (Secret::default(), Secret::default());
        Self { profile, demand, user, password, reveal: Reveal::default(), caps_lock, mistake: None, note: None }
    }

    /// What was typed was turned down: the user stays, the password is empty and red.
    pub fn refused(mut self, demand: LoginDemand) -> Self {
        self.clear_secrets();
        self.mistake = (demand.tried == Tried::Typed).then(|| (password_field(), Mistake::Refused));
        Self { demand, ..self }
    }

    /// Twenty seconds after the eye was used.
    pub fn hide_secrets(&mut self) {
        self.reveal = Reveal::Hidden;
    }

    /// Five idle minutes: wiped, and said so.
    pub fn wipe_after_idling(&mut self) {
        self.note = (!self.password.is_empty()).then_some(Note::Wiped);
        self.clear_secrets();
    }

    fn clear_secrets(&mut self) {
        self.password = Secret::default();
        self.reveal = Reveal::Hidden;
    }

    pub fn update(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Edited(id, value) => self.edited(id, value),
            Event::CapsLock(caps_lock) => self.caps_lock = caps_lock,
            Event::Pressed(Control::Reveal(id)) if id == password_field() => self.reveal = self.reveal.turned(),
            Event::Pressed(Control::Primary) => return self.connect(),
            Event::Pressed(Control::Back) => {
                self.clear_secrets();
                return Some(Action::Back);
            }
            Event::Pressed(_) | Event::Left(_) => {}
        }
        None
    }

    fn edited(&mut self, id: FieldId, value: Secret) {
        (self.mistake, self.note) = (None, None);
        if id == user_field() {
            self.user = value;
        } else if id == password_field() {
            self.password = value;
        }
    }

    fn connect(&mut self) -> Option<Action> {
        let user = Secret::new(self.user.reveal().trim());
        self.user = user.clone();
        self.mistake = self.find_mistake();
        if self.mistake.is_some() {
            return None;
        }
        self.reveal = Reveal::Hidden;
        Some(Action::Connect { user, password: std::mem::take(&mut self.password) })
    }

    fn find_mistake(&self) -> Option<(FieldId, Mistake)> {
        let (user, password) = (self.user.reveal(), self.password.reveal());
        let control = |text: &str| text.chars().any(char::is_control);
        if user.is_empty() {
            Some((user_field(), Mistake::Empty))
        } else if user.contains(':') || control(user) {
            Some((user_field(), Mistake::Sign))
        } else if password.is_empty() {
            Some((password_field(), Mistake::Empty))
        } else if control(password) {
            Some((password_field(), Mistake::Sign))
        } else {
            None
        }
    }

    pub fn view(&self, words: &Words) -> Page {
        let bank = words.text(&self.profile.institution.name);
        let mut blocks = vec![Block::Rows(self.who_asks(words)), Block::Fields(self.fields(words))];
        if self.demand.tried == Tried::Configured {
            blocks.insert(0, notice(Tone::Warning, lines!(words, "proxy-login", "configured")));
        }
        blocks.push(notice(Tone::Info, lines!(words, "proxy-login", "memory")));
        Page {
            step: current(place::SERVER),
            title: say!(words, "proxy-login"),
            lead: lines!(words, "proxy-login", "lead", bank = bank),
            blocks,
            footer: Footer {
                back: Some(back(words)),
                primary: Some(primary(say!(words, "proxy-login", "connect"))),
                note: Some(say!(words, "proxy-login", "unsent", bank = bank)),
                ..Footer::default()
            },
            ..Page::default()
        }
    }

    fn who_asks(&self, words: &Words) -> Vec<super::Row> {
        let proxy = row(say!(words, "proxy-login", "proxy"), vec![self.demand.proxy.to_string()]);
        let realm = self.demand.realm.iter().map(|realm| row(say!(words, "proxy-login", "realm"), vec![realm.clone()]));
        std::iter::once(proxy).chain(realm).collect()
    }

    fn fields(&self, words: &Words) -> Vec<FieldModel> {
        let field = |id: FieldId, label: String, support: String| FieldModel {
            error: self.told(&id, &label, words),
            required: say!(words, "credentials", "required"),
            id,
            label,
            support,
            entry: Secret::default(),
            masking: Masking::Never,
            keyboard: None,
            mend: None,
            note: None,
        };
        let user = say!(words, "proxy-login", "user");
        let password = say!(words, "proxy-login", "password");
        vec![
            FieldModel {
                entry: self.user.clone(),
                ..field(user_field(), user, say!(words, "proxy-login", "user-support"))
            },
            FieldModel {
                entry: self.password.clone(),
                masking: self.reveal.masking(&password_field(), words),
                note: self.note(words),
                ..field(password_field(), password, say!(words, "proxy-login", "password-support"))
            },
        ]
    }

    fn told(&self, id: &FieldId, label: &str, words: &Words) -> Option<String> {
        let (_, mistake) = self.mistake.as_ref().filter(|(wrong, _)| wrong == id)?;
        Some(match mistake {
            Mistake::Empty => say!(words, "credentials", "empty", field = label),
            Mistake::Sign => say!(words, "credentials", "sign"),
            Mistake::Refused => say!(words, "proxy-login", "refused"),
        })
    }

    fn note(&self, words: &Words) -> Option<String> {
        match (self.caps_lock, self.note) {
            (CapsLock::On, _) => Some(say!(words, "credentials", "caps-lock")),
            (CapsLock::Off, Some(Note::Wiped)) => Some(say!(words, "proxy-login", "wiped")),
            (CapsLock::Off, None) => None,
        }
    }
}

fn user_field() -> FieldId {
    FieldId(PROXY_USER.to_owned())
}

fn password_field() -> FieldId {
    FieldId(PROXY_PASSWORD.to_owned())
}
