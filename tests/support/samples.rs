//! Every page and every question, built from the sample data in all the shapes that matter.

use std::sync::{Arc, OnceLock};

use shirushi::{
    domain::{Afterwards, Certificate, Language, Profile, Replay, Role, SecurityLevel},
    i18n::Words,
    keystore::{StoreKind, TokenModule, TriesLeft},
    page::{self, Dialog, Page, Purpose, SetbackFacts},
    session::{Code, Issued, LoginProof, Means, Recovery, Standing, Stopped, Unfinished},
};

use super::*;

/// A page by the name that `docs/manual-map.md` uses, in every shape that matters, as it is spoken.
#[derive(Debug, Clone)]
pub struct Sample {
    pub name: &'static str,
    pub page: Page,
}

/// Every page, built from the sample data, in many of its shapes: built once for each language.
pub fn every_page(words: &Words) -> &'static [Sample] {
    static JAPANESE: OnceLock<Vec<Sample>> = OnceLock::new();
    static ENGLISH: OnceLock<Vec<Sample>> = OnceLock::new();
    let pages = match words.language() {
        Language::Japanese => &JAPANESE,
        Language::English => &ENGLISH,
    };
    pages.get_or_init(|| story(words).into_iter().chain(side_pages(words)).collect())
}

fn story(words: &Words) -> Vec<Sample> {
    let profile = Arc::new(profile());
    let mut all = Vec::new();
    let mut add = |name, page| all.push(Sample { name, page });
    for page in logins(&profile, words) {
        add("login", page);
    }
    for page in credentials(&profile, words) {
        add("credentials", page);
    }
    add("telephone", page::Telephone::new(profile.clone()).view(words));
    let asking = Purpose::AskAgain { level: SecurityLevel::Medium };
    let present = old_certificate();
    for (purpose, present) in
        [(Purpose::New, None), (asking, None), (Purpose::Renew, Some(&present)), (asking, Some(&present))]
    {
        let mut trust = page::Trust::new(profile.clone(), &introduction(), purpose, tokyo()).presenting(present);
        add("trust", trust.view(words));
        trust.update(page::Event::Pressed(page::Control::Details));
        add("trust", trust.view(words));
        let other = page::Trust::other_server(profile.clone(), peer(2), &introduction(), purpose, tokyo());
        let other = other.presenting(present);
        add("trust", other.view(words));
        add("refused", page::Refused::new(purpose).view(words));
    }
    for page in securities(words) {
        add("security", page);
    }
    for replay in REPLAYS {
        use page::progress::Kind;
        for kind in [Kind::Issuing, Kind::Drafting, Kind::PickingUp, Kind::Installing] {
            let mut progress = page::Progress::new(profile_with(replay), kind);
            add("progress", progress.view(words));
            progress.elapsed(75);
            add("progress", progress.view(words));
        }
    }
    for old in [None, Some(old_certificate())] {
        for lock in [StoreLock::None, StoreLock::Closed] {
            let mut install = install_into(lock, old.clone());
            add("install", install.view(words));
            install.update(page::Event::Pressed(page::Control::Details));
            install.update(page::Event::Pressed(page::Control::Primary));
            add("install", install.view(words));
            add("install", install.with_wrong_secret(TriesLeft::One).view(words));
        }
    }
    for store in [store(StoreKind::Pkcs12, StoreLock::Closed), store(StoreKind::Pkcs11, StoreLock::Closed)] {
        let receipt = Receipt { store: store.address.clone(), ..receipt(LoginProof::Proven, SecurityLevel::Medium) };
        add("complete", page::Complete::new(profile.clone(), receipt, None, tokyo()).view(words));
        for address in [store.address.clone(), "pkcs11:/usr/lib/opensc-pkcs11.so".into(), "nss:/srv/db".into()] {
            let arrived = page::install::Arrived {
                certificate: new_certificate(),
                answered: profile.ca.url.clone(),
                browser: address.clone(),
                store: StoreDescription { address, ..store.clone() },
                old: None,
                means: Means::Numbers,
            };
            let install = page::Install::new(profile.clone(), arrived, tokyo());
            add("install", install.view(words));
            add("install", install.with_wrong_secret(TriesLeft::One).view(words));
        }
    }
    for login in [LoginProof::Proven, LoginProof::NotTried, LoginProof::Refused] {
        for level in SecurityLevel::ALL {
            let complete =
                page::Complete::new(profile.clone(), receipt(login, level), Some(old_certificate()), tokyo());
            add("complete", complete.view(words));
            let renewed = page::Complete::new(
                Arc::new(renewing_profile()),
                receipt(login, level),
                Some(old_certificate()),
                tokyo(),
            );
            add("complete", renewed.by(Means::Certificate).view(words));
        }
    }
    add("install", renewed_install().view(words));
    all
}

fn side_pages(words: &Words) -> Vec<Sample> {
    let profile = Arc::new(profile());
    let mut all = Vec::new();
    let mut add = |name, page| all.push(Sample { name, page });
    for retry_at in [None, Some(now())] {
        let mut pending = page::Pending::new(retry_at, tokyo());
        add("pending", pending.view(words));
        pending.due(page::pending::Due::Now);
        add("pending", pending.view(words));
    }
    for obstacle in page::Obstacle::ALL {
        add("obstacle", obstacle.view(words));
    }
    for facts in every_setback() {
        add("setback", setback(facts).view(words));
    }
    let clocks = page::Clocks::Server { here: now(), server: now() };
    let told = SetbackFacts {
        tries_left: Some(2),
        clocks: Some(clocks),
        maintenance_until: Some(now()),
        ..facts(Code::WrongNumbers, Issued::No, Recovery::EnterAgain, Replay::Same)
    };
    add("setback", setback(told).view(words));
    let unclear = SetbackFacts {
        said: Some("503 Service Unavailable".to_owned()),
        ..facts(Code::BankFailed, Issued::Unknown, Recovery::AskAgain, Replay::Unknown)
    };
    add("setback", setback(unclear).view(words));
    for facts in every_hindrance() {
        add("setback", setback(facts).view(words));
    }
    for facts in [Standing::Waiting, Standing::Arrived].into_iter().flat_map(unhurt_setbacks) {
        add("setback", setback(facts).view(words));
    }
    for page in proxy_logins(&profile, words) {
        add("proxy-login", page);
    }
    for replay in REPLAYS {
        for stopped in every_stop() {
            add("resume", resume(replay, stopped.clone()).view(words));
            add("resume", resume_renewal(replay, stopped).view(words));
        }
    }
    for page in carried(words) {
        add("resume", page);
    }
    for page in pickups(words) {
        add("pickup", page);
    }
    let trust = page::Trust::new(pickup_profile(Replay::Same), &introduction(), Purpose::PickUp, tokyo());
    add("trust", trust.view(words));
    for facts in refused_pickups() {
        add("setback", setback(facts).view(words));
    }
    for topic in page::Topic::ALL {
        for hands in [page::help::Hands::Window, page::help::Hands::Terminal] {
            add("help", page::Help::new(profile.clone(), topic, page::StepMark::default(), hands).view(words));
        }
    }
    all
}

fn proxy_logins(profile: &Arc<Profile>, words: &Words) -> Vec<Page> {
    use page::{CapsLock, Control, Event};
    use shirushi::domain::{FieldId, Secret};
    let mut all = Vec::new();
    for tried in [Tried::Nothing, Tried::Configured, Tried::Typed] {
        let mut page = page::ProxyLogin::new(profile.clone(), demand(tried), CapsLock::Off);
        all.push(page.view(words));
        all.push(page.clone().refused(demand(tried)).view(words));
        for (field, text) in [("proxy_user", "a:b"), ("proxy_user", "taro"), ("proxy_password", "x")] {
            page.update(Event::Pressed(Control::Primary));
            all.push(page.view(words));
            page.update(Event::Edited(FieldId(field.into()), Secret::new(text)));
        }
        page.update(Event::CapsLock(CapsLock::On));
        page.update(Event::Pressed(Control::Reveal(FieldId("proxy_password".into()))));
        all.push(page.view(words));
        page.update(Event::CapsLock(CapsLock::Off));
        page.wipe_after_idling();
        all.push(page.view(words));
    }
    all
}

/// Files that go to the bank and come from it by hand, and whatever can be wrong with one.
fn carried(words: &Words) -> Vec<Page> {
    use page::{
        Control, Courier, Event,
        courier::{Carried, Mishap},
    };
    let file = std::path::Path::new("/home/yamada/bank.cer");
    let handed_out = resume(Replay::Unknown, Stopped::HandedOut);
    let mut all = Vec::new();
    for page in [resume(Replay::Refuse, Stopped::AnswerUnknown), handed_out.clone(), handed_out.just_drafted()] {
        let mut shown = |change: &dyn Fn(&mut page::Resume)| {
            let mut page = page.clone();
            change(&mut page);
            all.push(page.view(words));
        };
        shown(&|_| {});
        shown(&|page| page.courier().saved(file.to_owned()));
        for mishap in Mishap::ALL {
            shown(&|page| page.courier().missed(Carried::Certificate, file, mishap));
        }
        for carried in [Carried::Certificate, Carried::Request] {
            shown(&|page| drop(page.update(Event::Pressed(Control::Carry(carried)))));
            shown(&|page| page.courier().let_type(carried, file));
            shown(&|page| {
                page.courier().let_type(carried, file);
                page.update(Event::Pressed(Control::Primary));
            });
            shown(&|page| {
                page.courier().let_type(carried, file);
                page.update(Event::Edited(Courier::field(), shirushi::domain::Secret::default()));
                page.update(Event::Pressed(Control::Primary));
            });
        }
    }
    all
}

/// The bank keeps the application: every way in which somebody comes for the certificate, and what the bank says then.
fn pickups(words: &Words) -> Vec<Page> {
    use page::{Control, Event};
    let mut all = Vec::new();
    for replay in [Replay::Same, Replay::Refuse] {
        for stopped in every_pickup() {
            let page = resume_pickup(replay, stopped.clone());
            all.push(page.view(words));
            all.push(page.clone().just_registered().view(words));
            all.push(page.clone().not_ready().view(words));
            for left in [None, Some(2)] {
                all.push(page.clone().with_wrong_pin(left).view(words));
            }
            for typed in ["", "ひみつ", "1234567890123", " １２３"] {
                let mut page = page.clone();
                let id = || shirushi::domain::FieldId("pickup_pin".to_owned());
                page.update(Event::Edited(id(), shirushi::domain::Secret::new(typed)));
                page.update(Event::Left(id()));
                all.push(page.view(words));
                page.update(Event::Pressed(Control::Primary));
                all.push(page.view(words));
            }
        }
    }
    all
}

/// What a bank may say to a PIN, and what may happen on the way.
pub fn refused_pickups() -> Vec<SetbackFacts> {
    let codes = [
        Code::Locked,
        Code::NothingToTake,
        Code::Maintenance,
        Code::NotAuthorized,
        Code::Unreachable,
        Code::AnswerUnknown,
        Code::BankFailed,
    ];
    let facts = |code: Code, replay| {
        let recovery = Recovery::of(code, Issued::Unknown, Means::Pin);
        let is_open = matches!(code, Code::AnswerUnknown | Code::BankFailed);
        let standing = if is_open { Standing::Other } else { Standing::Waiting };
        SetbackFacts { means: Means::Pin, standing, ..super::facts(code, Issued::Unknown, recovery, replay) }
    };
    codes.into_iter().flat_map(|code| [Replay::Same, Replay::Refuse].map(|replay| facts(code, replay))).collect()
}

/// What can happen on the way to ask about something of which the bank, or this PC, knows how it stands.
pub fn unhurt_setbacks(standing: Standing) -> Vec<SetbackFacts> {
    let codes = [
        Code::Unreachable,
        Code::ProxyStopped,
        Code::Inspected,
        Code::NotGenuine,
        Code::WrongNumbers,
        Code::Maintenance,
        Code::DiskFull,
        Code::StillWaiting,
        Code::OurFault,
    ];
    let mut all = Vec::new();
    for means in [Means::Numbers, Means::Certificate, Means::Pin] {
        for code in codes {
            let recovery = Recovery::of(code, Issued::Unknown, means);
            all.extend([Replay::Same, Replay::Refuse].map(|replay| SetbackFacts {
                means,
                standing,
                ..super::facts(code, Issued::Unknown, recovery, replay)
            }));
        }
    }
    all
}

pub fn install(old: Option<Certificate>) -> page::Install {
    install_into(StoreLock::None, old)
}

pub fn install_into(lock: StoreLock, old: Option<Certificate>) -> page::Install {
    let arrived = page::install::Arrived {
        certificate: new_certificate(),
        answered: profile().ca.url,
        browser: "Chromium".into(),
        store: store(StoreKind::Nss, lock),
        old,
        means: Means::Numbers,
    };
    page::Install::new(Arc::new(profile()), arrived, tokyo())
}

/// The second trust page of a renewal.
fn renewed_install() -> page::Install {
    let arrived = page::install::Arrived {
        certificate: new_certificate(),
        answered: profile().ca.url,
        browser: "Chromium".into(),
        store: store(StoreKind::Nss, StoreLock::None),
        old: Some(old_certificate()),
        means: Means::Certificate,
    };
    page::Install::new(Arc::new(profile()), arrived, tokyo())
}

pub fn setback(facts: SetbackFacts) -> page::Setback {
    let profile = profile_with(facts.replay);
    let role = user(&profile);
    page::Setback::new(profile, role, facts, tokyo())
}

pub fn resume(replay: Replay, stopped: Stopped) -> page::Resume {
    page::Resume::new(profile_with(replay), unfinished(stopped), now(), tokyo())
}

pub fn resume_renewal(replay: Replay, stopped: Stopped) -> page::Resume {
    let unfinished = Unfinished { means: Means::Certificate, ..unfinished(stopped) };
    page::Resume::new(profile_with(replay), unfinished, now(), tokyo())
}

pub fn resume_pickup(replay: Replay, stopped: Stopped) -> page::Resume {
    let unfinished = Unfinished { means: Means::Pin, ..unfinished(stopped) };
    page::Resume::new(pickup_profile(replay), unfinished, now(), tokyo())
}

pub fn user(profile: &Profile) -> Role {
    profile.roles.first().unwrap().clone()
}

/// Every browser's store is there, and none can be used now.
fn hindered(profile: &Arc<Profile>, code: Code, words: &Words) -> Page {
    let told = facts(code, Issued::No, Recovery::TryAgain, Replay::Same);
    let told = SetbackFacts { during: During::KeyCreation, ..told };
    let hindrance = page::Setback::new(profile.clone(), user(profile), told, tokyo());
    let login = page::Login::new(profile.clone(), Vec::new(), now(), tokyo()).hindered_by(hindrance);
    login.offering(vec![page::login::Elsewhere::File]).view(words)
}

fn logins(profile: &Arc<Profile>, words: &Words) -> Vec<Page> {
    use page::login::{Check, Preflight};
    let days = ["2026-09-01", "2026-11-01", "2026-11-20", "2026-11-24", "2027-06-01"];
    let mut all = vec![page::Login::new(profile.clone(), Vec::new(), now(), tokyo()).view(words)];
    all.extend([Code::DiskFull, Code::ReadOnly, Code::StoreBusy].map(|code| hindered(profile, code, words)));
    let none = page::Login::new(profile.clone(), vec![found(Vec::new())], now(), tokyo());
    all.push(none.view(words));
    all.extend(detours(profile, words));
    all.extend(roads(profile, words));
    for day in days {
        let found = vec![found(vec![old_certificate()]), found(Vec::new())];
        let mut login = page::Login::new(profile.clone(), found, noon(day), tokyo());
        all.push(login.view(words));
        for check in [Check::Good, Check::Bad] {
            login.checked(Preflight { server: check, store: check, clock: check });
            all.push(login.view(words));
        }
        login.update(page::Event::Pressed(page::Control::Primary));
        all.push(login.view(words));
        let found = vec![self::found(vec![old_certificate()])];
        let here = page::Login::new(Arc::new(renewing_profile()), found, noon(day), tokyo());
        all.push(here.view(words));
    }
    all
}

/// Where the bank's windows leave other roads than the usual ones: what the page says, and what it says when asked.
fn roads(profile: &Arc<Profile>, words: &Words) -> Vec<Page> {
    let mut all = Vec::new();
    for (reacquire, afterwards) in [(90, Afterwards::Revoke), (0, Afterwards::Revoke), (0, Afterwards::Reissue)] {
        let mut bank = Profile::clone(profile);
        (bank.windows.reacquire, bank.windows.afterwards) = (reacquire, afterwards);
        bank.windows.renewal_ends = Some(jiff::civil::time(0, 0, 0, 0));
        let bank = Arc::new(bank);
        let ends = old_certificate().not_after();
        for now in [ends, noon("2027-06-01")] {
            let mut login = page::Login::new(bank.clone(), vec![found(vec![old_certificate()])], now, tokyo());
            all.push(login.view(words));
            login.update(page::Event::Pressed(page::Control::Primary));
            all.push(login.view(words));
        }
    }
    all
}

/// Every way to another place than a browser.
fn detours(profile: &Arc<Profile>, words: &Words) -> Vec<Page> {
    use page::{
        Control, Event,
        login::{Elsewhere, Miss},
    };
    let module = |name: &str| Elsewhere::Token(TokenModule { name: name.into(), path: "/usr/lib/m.so".into() });
    let file = std::path::Path::new("/home/yamada/bank.p12");
    let mut all = Vec::new();
    for (browsers, modules) in [(0, vec!["opensc"]), (1, vec!["opensc", "softhsm2"]), (3, vec![])] {
        let offers = std::iter::once(Elsewhere::File).chain(modules.into_iter().map(module)).collect();
        let found = vec![found(Vec::new()); browsers];
        let login = page::Login::new(profile.clone(), found, now(), tokyo()).offering(offers);
        let mut shown = |change: &dyn Fn(&mut page::Login)| {
            let mut login = login.clone();
            change(&mut login);
            all.push(login.view(words));
        };
        shown(&|_| {});
        for index in 0..2 {
            shown(&|login| drop(login.update(Event::Pressed(Control::Elsewhere(index)))));
        }
        shown(&|login| login.no_file_chosen(file));
        shown(&|login| {
            login.no_file_chosen(file);
            login.update(Event::Edited(page::Login::file_field(), shirushi::domain::Secret::default()));
            login.update(Event::Pressed(Control::UseFile));
        });
        for miss in [Miss::FileTaken, Miss::FolderMissing] {
            shown(&|login| login.missed(miss, Some(file)));
        }
        for miss in [Miss::TokenMissing, Miss::ModuleFailed] {
            shown(&|login| login.missed(miss, None));
        }
        shown(&|login| login.found_elsewhere(found_files()));
        shown(&|login| login.found_elsewhere(vec![found_card("Yamada"), found_card("Suzuki")]));
    }
    all
}

fn credentials(profile: &Arc<Profile>, words: &Words) -> Vec<Page> {
    use page::{CapsLock, Control, Event};
    let type_in = |entries: [&str; 4]| {
        let mut page = page::Credentials::new(profile.clone(), user(profile));
        for (field, text) in user(profile).fields.iter().zip(entries) {
            page.update(Event::Edited(field.id.clone(), shirushi::domain::Secret::new(text)));
        }
        page
    };
    let by_hand = Arc::new(super::by_hand_profile());
    let mut all = vec![page::Credentials::new(by_hand.clone(), user(&by_hand)).view(words)];
    for entries in [
        ["", "", "", ""],
        ["かな", "a:b", "ｶﾅ", "x"],
        ["yamada01", "7001234567", "1", "2"],
        ["7001234567", "yamada01", "1111", "1111"],
        ["７００１２３４５６７", " yamada01 ", "111111111111111111111111111111111", "2"],
    ] {
        let mut page = type_in(entries);
        page.update(Event::CapsLock(CapsLock::On));
        all.push(page.view(words));
        page.update(Event::Pressed(Control::Primary));
        all.push(page.view(words));
        page.update(Event::CapsLock(CapsLock::Off));
        for field in user(profile).fields {
            page.update(Event::Left(field.id.clone()));
            page.update(Event::Pressed(Control::Reveal(field.id)));
        }
        all.push(page.view(words));
        let last = user(profile).fields.pop().unwrap();
        let mut dock = page::Dock::new(Arc::new(shirushi::domain::SystemChance));
        let toggle = Control::KeyboardToggle(last.id);
        for press in [toggle, Control::KeyboardCase, Control::KeyboardSymbols, Control::KeyboardOrder] {
            dock.update(Event::Pressed(press), &page.view(words));
            all.push(dock.attach(page.view(words), words));
        }
        page.wipe_after_idling();
        all.push(page.view(words));
    }
    all
}

fn securities(words: &Words) -> Vec<Page> {
    use page::{Control, Event};
    use shirushi::domain::WeakerStore;
    let mut all = Vec::new();
    for replay in [Replay::Same, Replay::Refuse] {
        for weaker in [WeakerStore::Warn, WeakerStore::Refuse] {
            for minimum in SecurityLevel::ALL {
                for store in stores() {
                    let mut profile = profile();
                    (profile.ca.replay, profile.key.weaker_store) = (replay, weaker);
                    profile.key.minimum_level = minimum;
                    let profile = Arc::new(profile);
                    let fixed = Purpose::AskAgain { level: SecurityLevel::High };
                    for purpose in [Purpose::New, Purpose::Renew, Purpose::ByHand, fixed] {
                        let mut page = page::Security::new(profile.clone(), store.clone(), purpose);
                        page.update(Event::Pressed(Control::Details));
                        all.push(page.view(words));
                        page.update(Event::Pressed(Control::Primary));
                        all.push(page.view(words));
                        for (first, again) in [("short", "short"), ("long enough", "something else")] {
                            let entry = |text: &str| shirushi::domain::Secret::new(text);
                            page.update(Event::Edited(page::Security::secret_field(), entry(first)));
                            page.update(Event::Edited(page::Security::repeat_field(), entry(again)));
                            page.update(Event::Pressed(Control::Primary));
                            all.push(page.view(words));
                        }
                        for tries in [TriesLeft::Unlimited, TriesLeft::One] {
                            all.push(page.clone().with_wrong_secret(tries).view(words));
                        }
                    }
                }
            }
        }
    }
    all
}

/// Every question that can stand over a page.
pub fn every_dialog(words: &Words) -> Vec<Dialog> {
    use page::{Closing, Control, Event, closing::AskReason, closing::HoldReason};
    use shirushi::session::Step;
    let asks = [
        AskReason::NothingSent,
        AskReason::NothingShown,
        AskReason::NotInstalled,
        AskReason::Waiting,
        AskReason::SafeNow,
    ];
    let mut all: Vec<Dialog> = asks.into_iter().filter_map(|reason| Closing::Ask(reason).dialog(words)).collect();
    all.extend(Step::ISSUING.into_iter().filter_map(|step| Closing::Hold(HoldReason::Issuing(step)).dialog(words)));
    all.extend(Closing::Hold(HoldReason::Carrying).dialog(words));
    let installing = |step| Closing::Hold(HoldReason::Installing(step)).dialog(words);
    all.extend(Step::INSTALLING.into_iter().filter_map(installing));
    let mut install = install(None);
    install.update(Event::Pressed(Control::WrongCertificate));
    all.extend(install.dialog(words));
    install.update(Event::Pressed(Control::DialogSecond));
    all.extend(install.dialog(words));
    let mut resume = resume(Replay::Refuse, Stopped::AnswerUnknown);
    resume.update(Event::Pressed(Control::Second));
    all.extend(resume.dialog(words));
    all
}
