//! Sample data for the page tests: a made-up bank, two sample certificates, and every page built from them.

#![allow(dead_code, unused_imports, clippy::unwrap_used)] // each test program uses its own part; a broken sample may panic

mod samples;

use std::sync::Arc;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use shirushi::{
    domain::{
        Certificate, Endpoint, FieldKind, Language, PeerIdentity, Profile, ProtocolName, Reference, Renewal, Replay,
        SecurityLevel, SpkiHash,
    },
    i18n::Words,
    keystore::{Capacity, Durability, Export, StoreDescription, StoreKind, StoreLock, TriesLeft},
    page::{self, SetbackFacts},
    protocol::{
        Introduction,
        transport::{LoginDemand, ProxyStop, StopReason, Tried},
    },
    session::{
        Answer, Code, During, Issued, LevelRecord, LoginProof, Means, Receipt, Recovery, Standing, Stopped, Unfinished,
    },
};

pub use samples::{
    every_dialog, every_page, install, install_into, refused_pickups, resume, resume_pickup, resume_renewal, setback,
    unhurt_setbacks, user,
};

pub fn profile() -> Profile {
    Profile::from_toml(include_str!("profile.toml")).unwrap()
}

/// The sample bank, which renews by this wizard.
pub fn renewing_profile() -> Profile {
    let mut profile = profile();
    profile.ca.renewal = Renewal::Est;
    profile
}

/// The sample bank without a door on the network: no secret is of any use to it.
pub fn by_hand_profile() -> Profile {
    let mut profile = profile();
    profile.ca.protocol = ProtocolName::Byhand;
    profile.roles.iter_mut().for_each(|role| role.fields.retain(|field| field.kind == FieldKind::Id));
    profile
}

/// The sample bank with another replay rule.
pub fn profile_with(replay: Replay) -> Arc<Profile> {
    let mut profile = profile();
    profile.ca.replay = replay;
    Arc::new(profile)
}

/// The sample bank, which hands certificates out for a PIN.
pub fn pickup_profile(replay: Replay) -> Arc<Profile> {
    let text = include_str!("profile.toml").replace("protocol = \"est\"", "protocol = \"webform\"");
    let pages = include_str!("pickup.toml");
    let mut profile = Profile::from_toml(&text.replacen("[[role]]", &format!("{pages}\n[[role]]"), 1)).unwrap();
    profile.ca.replay = replay;
    Arc::new(profile)
}

pub fn new_certificate() -> Certificate {
    Certificate::from_pem(pem(include_str!("new.pem"))).unwrap()
}

pub fn old_certificate() -> Certificate {
    Certificate::from_pem(pem(include_str!("old.pem"))).unwrap()
}

/// Without the remark at the head of the file.
fn pem(file: &str) -> &str {
    &file[file.find("-----BEGIN").unwrap()..]
}

pub fn tokyo() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(9))
}

pub fn words() -> [Words; 2] {
    [Words::new(Language::Japanese), Words::new(Language::English)]
}

pub fn today() -> Date {
    jiff::civil::date(2026, 11, 24)
}

/// Noon in Tokyo.
pub fn noon(day: &str) -> Timestamp {
    format!("{day}T03:00:00Z").parse().unwrap()
}

pub fn now() -> Timestamp {
    "2026-11-24T01:32:00Z".parse().unwrap()
}

pub fn store(kind: StoreKind, lock: StoreLock) -> StoreDescription {
    let address = match kind {
        StoreKind::Nss | StoreKind::Memory => "nss:/home/yamada/.pki/nssdb",
        StoreKind::Pkcs12 => "pkcs12:/home/yamada/bank.p12",
        StoreKind::Pkcs11 => "pkcs11:/usr/lib/opensc-pkcs11.so?token=Yamada",
    };
    StoreDescription {
        address: address.into(),
        kind,
        durability: Durability::SurvivesPowerCut,
        lock,
        tries: TriesLeft::Unlimited,
        export: Export::Possible,
        capacity: Capacity::ManyKeys,
        schemes: Vec::new(),
    }
}

/// Every kind of store, and for the pages one of each.
pub fn stores() -> Vec<StoreDescription> {
    vec![
        store(StoreKind::Nss, StoreLock::None),
        store(StoreKind::Nss, StoreLock::Open),
        store(StoreKind::Nss, StoreLock::Closed),
        store(StoreKind::Pkcs12, StoreLock::New),
        store(StoreKind::Pkcs12, StoreLock::Closed),
        store(StoreKind::Pkcs11, StoreLock::Closed),
        StoreDescription { tries: TriesLeft::One, ..store(StoreKind::Pkcs11, StoreLock::Closed) },
        store(StoreKind::Memory, StoreLock::None),
    ]
}

/// A file and the same for old systems, as the first page lists them.
pub fn found_files() -> Vec<page::login::Found> {
    let old = "pkcs12:/home/yamada/bank.p12?old-systems";
    let file = store(StoreKind::Pkcs12, StoreLock::New);
    let stores = [file.clone(), StoreDescription { address: old.into(), ..file }];
    stores.map(|store| page::login::Found { store, ..found(Vec::new()) }).into()
}

/// A card, as the first page lists it.
pub fn found_card(label: &str) -> page::login::Found {
    let card = store(StoreKind::Pkcs11, StoreLock::Closed);
    page::login::Found { store: card, browser: label.into(), ..found(Vec::new()) }
}

pub fn found(certificates: Vec<Certificate>) -> page::login::Found {
    page::login::Found { certificates, store: store(StoreKind::Nss, StoreLock::None), browser: "Chromium".into() }
}

pub fn peer(seed: u8) -> PeerIdentity {
    PeerIdentity { key: SpkiHash::of(&[seed]), subject: "CN=localhost".into(), not_after: now() }
}

pub fn introduction() -> Introduction {
    Introduction { url: profile().ca.url, peer: peer(1), server_time: Some(now()), intermediates: Vec::new() }
}

pub fn receipt(login: LoginProof, effective: SecurityLevel) -> Receipt {
    let certificate = new_certificate();
    Receipt {
        key: certificate.spki_hash(),
        certificate,
        store: "nss:/home/yamada/.pki/nssdb".into(),
        level: LevelRecord { chosen: SecurityLevel::Medium, effective },
        login,
    }
}

pub fn unfinished(stopped: Stopped) -> Unfinished {
    Unfinished { stopped, last_action: now(), level: SecurityLevel::Medium, means: Means::Numbers }
}

/// Every way in which an enrollment can have stopped.
pub fn every_stop() -> Vec<Stopped> {
    vec![
        Stopped::AnswerUnknown,
        Stopped::AnswerUnreadable,
        Stopped::Waiting { retry_at: None },
        Stopped::Waiting { retry_at: Some("2026-11-24T03:00:00Z".parse().unwrap()) },
        Stopped::Received(new_certificate()),
        Stopped::Installed(new_certificate()),
        Stopped::NotBelieved,
        Stopped::OutOfDate { here: now(), from: now(), until: now() },
        Stopped::HandedOut,
    ]
}

pub fn reference() -> Reference {
    Reference::try_from("R-204817-07".to_owned()).unwrap()
}

/// Those in which the bank keeps the application.
pub fn every_pickup() -> Vec<Stopped> {
    let registered = |retry_at| Stopped::Registered { reference: reference(), retry_at };
    vec![
        registered(None),
        registered(Some("2026-11-26T03:00:00Z".parse().unwrap())),
        Stopped::PickupUnknown { reference: reference() },
        Stopped::PickupExpired { reference: reference(), code: Code::PickupExpired },
        Stopped::PickupExpired { reference: reference(), code: Code::AfterExpiryPassed },
    ]
}

pub fn facts(code: Code, issued: Issued, recovery: Recovery, replay: Replay) -> SetbackFacts {
    SetbackFacts {
        code,
        during: During::Submission,
        issued,
        recovery,
        replay,
        answer: if code == Code::AnswerNotBelieved { Answer::NotBelieved } else { Answer::NoneCame },
        means: Means::Numbers,
        standing: Standing::Other,
        tries_left: None,
        clocks: None,
        roadblock: None,
        maintenance_until: None,
        said: None,
    }
}

fn proxy_endpoint() -> Endpoint {
    Endpoint { host: "proxy.example.co.jp".into(), port: 8080 }
}

pub fn demand(tried: Tried) -> LoginDemand {
    LoginDemand { proxy: proxy_endpoint(), realm: Some("Head office".into()), tried }
}

/// Every clock and every network that can stop it on the user's side.
pub fn every_hindrance() -> Vec<SetbackFacts> {
    let blank = |code| SetbackFacts {
        during: During::Introduction,
        ..facts(code, Issued::No, Recovery::TryAgain, Replay::Same)
    };
    let clocks = [
        page::Clocks::Server { here: now(), server: now() },
        page::Clocks::Certificate { here: now(), from: now(), until: now() },
        page::Clocks::Received { here: now(), from: now(), until: now() },
        page::Clocks::Built { here: now(), built: today() },
    ];
    let stopped = |reason| page::Roadblock::Proxy(ProxyStop { proxy: proxy_endpoint(), reason });
    let roads = [
        (Code::ProxyLogin, page::Roadblock::Login(demand(Tried::Nothing))),
        (Code::ProxyKind, stopped(StopReason::OtherLogin(vec!["Negotiate".into(), "NTLM".into()]))),
        (Code::ProxyKind, stopped(StopReason::OtherKind("socks5".into()))),
        (Code::ProxyStopped, stopped(StopReason::Refused(403))),
        (Code::ProxyStopped, stopped(StopReason::NoAnswer)),
        (Code::ProxyStopped, stopped(StopReason::NotTrusted)),
        (Code::Inspected, page::Roadblock::Inspection { by: "Example Security Gateway".into() }),
    ];
    let clocks = clocks.map(|clocks| SetbackFacts { clocks: Some(clocks), ..blank(Code::ClockWrong) });
    let roads = roads.map(|(code, road)| SetbackFacts { roadblock: Some(road), ..blank(code) });
    clocks.into_iter().chain(roads).collect()
}

pub const RECOVERIES: [Recovery; 5] =
    [Recovery::EnterAgain, Recovery::TryAgain, Recovery::StoreAgain, Recovery::AskAgain, Recovery::Close];
pub const ISSUED: [Issued; 3] = [Issued::No, Issued::Yes, Issued::Unknown];
pub const REPLAYS: [Replay; 4] = [Replay::Same, Replay::Refuse, Replay::New, Replay::Unknown];

pub fn every_setback() -> Vec<SetbackFacts> {
    let mut all = Vec::new();
    for code in Code::ALL {
        for issued in ISSUED {
            for recovery in RECOVERIES {
                // The pages only ask whether the rule is harmless: one of each kind is enough here.
                all.extend([Replay::Same, Replay::Refuse].map(|replay| facts(code, issued, recovery, replay)));
            }
        }
    }
    let refused = [Code::NothingToTake, Code::OtherCertificate, Code::NotAuthorized, Code::Expired];
    let renewal =
        |code| SetbackFacts { means: Means::Certificate, ..facts(code, Issued::No, Recovery::Close, Replay::Same) };
    all.extend(refused.map(renewal));
    let unreadable = |facts: &SetbackFacts| SetbackFacts { answer: Answer::Unreadable, ..facts.clone() };
    let came: Vec<_> = all.iter().filter(|facts| facts.code == Code::AnswerNotBelieved).map(unreadable).collect();
    all.extend(came);
    all
}
