//! What goes wrong in one run, and the wires over which it does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use practice_bank::{Bank, Case, Fault, Oddity};
use shirushi::{
    domain::Profile,
    keystore::memory::Call,
    protocol::{
        EnrollmentProtocol, HttpTransport, Transport, TransportError, WebForm,
        est::Est,
        transport::{ConnectError, LostCause, Request, Response},
    },
    wizard::World,
};

use crate::{
    table::Chance,
    world::{Door, Pc, Plan, StorageFault},
};

/// A run that stalls does not wait longer for its answer.
const HASTE: Duration = Duration::from_secs(3);

/// What goes wrong in one run.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    None,
    Answer(Fault),
    Manner(Oddity),
    /// The nth call, and what becomes of it.
    Wire(usize, Wire),
    Disk(usize, StorageFault),
    Store(usize),
    StoreAfter(Call),
    WrongPassword,
    WrongConfirmation,
    TurnedAway(Case),
}

#[derive(Debug, Clone, Copy)]
pub enum Wire {
    Unreachable,
    AnswerLost,
}

/// Whether whoever sends can let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nerves {
    Steady,
    AsksAgain,
}

const ANSWERS: [Fault; 9] = [
    Fault::Truncate,
    Fault::OtherKey,
    Fault::Pending,
    Fault::ServerError,
    Fault::HtmlError,
    Fault::Garbage,
    Fault::DropBeforeAnswer,
    Fault::NotClientAuth,
    Fault::OtherIssuer,
];
const CASES: [Case; 8] = [
    Case::Taken,
    Case::Maintenance,
    Case::Locked,
    Case::NotIssued,
    Case::PickupExpired,
    Case::AfterExpiryPassed,
    Case::Revoked,
    Case::MustRevokeFirst,
];

/// At the old pages, the call that gets the page afresh before its form is sent.
const FRESH_PAGE: usize = 2;

impl Trouble {
    pub fn drawn(chance: &mut Chance) -> Self {
        match chance.below(20) {
            0 => Self::None,
            1..=5 => Self::Answer(pick(&ANSWERS, chance)),
            // It costs its whole deadline.
            6 if chance.below(3) == 0 => Self::Answer(Fault::Hang),
            6..=8 => Self::Manner(pick(&Oddity::ALL[..31], chance)),
            9..=12 => Self::Wire(1 + chance.below(5), pick(&[Wire::Unreachable, Wire::AnswerLost], chance)),
            13 | 14 => Self::Disk(1 + chance.below(16), pick(&[StorageFault::Refused, StorageFault::Torn], chance)),
            15 => Self::Store(1 + chance.below(9)),
            16 => Self::StoreAfter(pick(&[Call::Create, Call::Open, Call::Install, Call::Sign, Call::Keys], chance)),
            17 => Self::WrongPassword,
            18 => Self::WrongConfirmation,
            _ => Self::TurnedAway(pick(&CASES, chance)),
        }
    }

    /// Nothing on this PC or on the way keeps the click from sending.
    pub fn lets_send(self, door: Door) -> bool {
        match self {
            Self::None
            | Self::Answer(_)
            | Self::Manner(_)
            | Self::WrongPassword
            | Self::WrongConfirmation
            | Self::TurnedAway(_) => true,
            // Without the page there is no form to fill in.
            Self::Wire(nth, Wire::AnswerLost) => door == Door::Est || nth != FRESH_PAGE,
            Self::Wire(_, Wire::Unreachable) | Self::Disk(..) | Self::Store(_) | Self::StoreAfter(_) => false,
        }
    }

    fn plan(self) -> Plan {
        match self {
            Self::Disk(nth, fault) => Plan { storage: Some((nth, fault)), ..Plan::default() },
            Self::Store(nth) => Plan { store: Some(nth), ..Plan::default() },
            _ => Plan::default(),
        }
    }
}

fn pick<T: Copy>(all: &[T], chance: &mut Chance) -> T {
    all[chance.below(all.len())]
}

/// The program at this PC, over wires that fail as the trouble says.
pub fn world(pc: &Pc, bank: &Bank, door: Door, trouble: Trouble, nerves: Nerves) -> World {
    let text = match door {
        Door::Est => bank.profile_toml(),
        Door::OldPages => bank.profile_webform_toml(),
    };
    let profile = Arc::new(Profile::from_toml(&text).expect("the bank's own profile"));
    let http = HttpTransport::new(&profile.anchors.tls).expect("anchors");
    let wires: Arc<dyn Transport> = Arc::new(Wires { http, trouble, nerves, calls: AtomicUsize::default() });
    let protocol: Arc<dyn EnrollmentProtocol> = match &profile.webform {
        Some(pages) => Arc::new(WebForm::new(&profile.ca, pages.clone(), Arc::clone(&wires))),
        None => Arc::new(Est::new(&profile.ca, Arc::clone(&wires))),
    };
    let world = pc.world_with_profile(profile, trouble.plan());
    World { protocol, portal: wires, ..world }
}

#[derive(Debug)]
struct Wires {
    http: HttpTransport,
    trouble: Trouble,
    nerves: Nerves,
    calls: AtomicUsize,
}

#[async_trait]
impl Transport for Wires {
    async fn exchange(&self, mut request: Request) -> Result<Response, TransportError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        request.deadline = request.deadline.min(HASTE);
        match self.trouble {
            Trouble::Wire(nth, Wire::Unreachable) if nth == call => {
                return Err(TransportError::Connect(ConnectError::Unreachable));
            }
            Trouble::Wire(nth, Wire::AnswerLost) if nth == call => {
                let _ = self.http.exchange(request).await;
                return Err(TransportError::Lost(LostCause::Cut));
            }
            _ => {}
        }
        let again = (self.nerves == Nerves::AsksAgain).then(|| once_more(&request));
        let answer = self.http.exchange(request).await;
        match again {
            Some(again) => self.http.exchange(again).await,
            None => answer,
        }
    }
}

fn once_more(request: &Request) -> Request {
    Request {
        url: request.url.clone(),
        method: request.method.clone(),
        basic: request.basic.clone(),
        cookies: request.cookies.clone(),
        pin: request.pin,
        identity: request.identity.clone(),
        connected: None,
        torn: None,
        deadline: request.deadline,
    }
}
