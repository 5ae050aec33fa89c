//! Every oddity of real authorities, played from the first page to the last: what its user gets in the end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use practice_bank::{Account, Case, Oddity};
use shirushi::{
    cli::Report,
    domain::RawAnswer,
    keystore::KeyStore,
    page::Control,
    protocol::{
        EnrollmentProtocol, Est, HttpTransport, Transport, TransportError, WebForm, pkcs7,
        transport::{Method, Request, Response},
    },
    session::{Cause, Error},
    wizard::{StageName, World},
};

use crate::{
    player::{Player, Window},
    script::{self, Yes},
    world::{Door, Pc, Plan, SharedBank, antique_bank, moody_bank},
};

/// How an enrollment with this oddity is played, and how it must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The certificate, as from any other authority.
    Certificate,
    /// The same, after one 202 or two; the old pages say 「後ほど」.
    CertificateAfter(Polls),
    /// Right numbers, and a no: the page with this code, nothing to try again.
    TurnedAway(&'static str),
    /// A wrong number: the page with this code, and the numbers again.
    NumbersAgain(&'static str),
    /// The certificate, from a bank that is always so.
    FromTheAntiqueBank,
    /// The certificate, and nothing odd: it only shows at the other door.
    NotHere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Polls {
    One,
    Two,
}

/// Whoever adds an oddity says here what it means for a user.
fn ending(oddity: Oddity, door: Door) -> Ending {
    let only_at = |its: Door, ending: Ending| if door == its { ending } else { Ending::NotHere };
    match oddity {
        Oddity::RetryAfterSeconds | Oddity::RetryAfterDate | Oddity::RetryAfterMissing => {
            Ending::CertificateAfter(Polls::One)
        }
        Oddity::RetryAfterAgain => Ending::CertificateAfter(Polls::Two),
        Oddity::BerIndefinite
        | Oddity::ShuffledChain
        | Oddity::MissingChain
        | Oddity::PemArmour
        | Oddity::UnwrappedBase64
        | Oddity::SlowDrip
        | Oddity::ExtraAttributes
        | Oddity::Http10 => Ending::Certificate,
        Oddity::ErrorEchoesInputs => Ending::TurnedAway("E04-04"),
        Oddity::Tls12Only => Ending::FromTheAntiqueBank,
        Oddity::MimeBase64 | Oddity::NulAtEnd | Oddity::WrongContentType | Oddity::NoContentType => {
            only_at(Door::Est, Ending::Certificate)
        }
        Oddity::ErrorJson | Oddity::ErrorProblemJson | Oddity::ErrorHtml => {
            only_at(Door::Est, Ending::TurnedAway("E04-04"))
        }
        Oddity::SeveralWwwAuthenticate => only_at(Door::Est, Ending::NumbersAgain("E01-04")),
        Oddity::FormAttributesMixed
        | Oddity::FormExtraInputs
        | Oddity::FormMultipart
        | Oddity::HtmlUpperCase
        | Oddity::HtmlCrlf
        | Oddity::WaitOnload
        | Oddity::WaitMetaRefresh
        | Oddity::WaitRedirect
        | Oddity::LiteralsSingleQuoted
        | Oddity::LiteralEscaped => only_at(Door::OldPages, Ending::Certificate),
    }
}

/// Who reads the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Ours,
    /// Planted: believes that the first certificate of an answer is the user's.
    TakesTheFirst,
}

#[derive(Debug)]
struct TakesTheFirst(HttpTransport);

#[async_trait]
impl Transport for TakesTheFirst {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let (url, asks) = (request.url.clone(), matches!(request.method, Method::Post { .. }));
        let mut response = self.0.exchange(request).await?;
        let answer = RawAnswer { url, content_type: response.content_type.clone(), body: response.body.clone() };
        if let (true, Ok(mut certificates)) = (asks, pkcs7::certificates(&answer)) {
            response.content_type = Some("application/pkix-cert".to_owned());
            response.body = certificates.remove(0).der().to_vec();
        }
        Ok(response)
    }
}

/// Who comes, and through which door.
#[derive(Debug, Clone, Copy)]
struct Visitor {
    door: Door,
    reader: Reader,
}

impl Visitor {
    fn at(door: Door) -> Self {
        Self { door, reader: Reader::Ours }
    }

    fn open(self, pc: &Pc, bank: &SharedBank) -> Player {
        let world = pc.world_with_profile(bank.profile_of(self.door), Plan::default());
        if self.reader == Reader::Ours {
            return Player::open(world);
        }
        let http = HttpTransport::new(&world.profile.anchors.tls).expect("anchors");
        let (ca, transport) = (&world.profile.ca, Arc::new(TakesTheFirst(http)));
        let protocol: Arc<dyn EnrollmentProtocol> = match &world.profile.webform {
            Some(pages) => Arc::new(WebForm::new(ca, pages.clone(), transport)),
            None => Arc::new(Est::new(ca, transport)),
        };
        Player::open(World { protocol, ..world })
    }

    /// `Err`: what the user got instead.
    fn plays(self, oddity: Oddity) -> Result<(), String> {
        self.plays_to(ending(oddity, self.door), oddity)
    }

    fn plays_to(self, ending: Ending, oddity: Oddity) -> Result<(), String> {
        let bank = moody_bank();
        let _alone = bank.alone();
        if ending != Ending::FromTheAntiqueBank {
            bank.bank.oddity(oddity);
        }
        let ended = match ending {
            Ending::Certificate | Ending::NotHere => self.enrolls(bank),
            Ending::CertificateAfter(Polls::One) => self.enrolls_after(bank, 1),
            Ending::CertificateAfter(Polls::Two) => {
                bank.bank.oddity(Oddity::RetryAfterSeconds);
                self.enrolls_after(bank, 2)
            }
            Ending::TurnedAway(code) => self.is_turned_away(bank, code),
            Ending::NumbersAgain(code) => self.is_asked_again(bank, code),
            Ending::FromTheAntiqueBank => self.enrolls_after(antique_bank(), 1),
        };
        let left = if ending == Ending::NotHere { vec![oddity] } else { Vec::new() };
        let waiting: Vec<Oddity> = bank.bank.waiting_oddities().into_iter().collect();
        match ended {
            Ok(()) if waiting != left => Err(format!("still on order at the bank: {waiting:?}, not {left:?}")),
            ended => ended,
        }
    }

    fn enrolls(self, bank: &SharedBank) -> Result<(), String> {
        let (pc, guest) = (Pc::new(), bank.guest());
        let mut player = self.open(&pc, bank);
        player.walk(&guest);
        in_use(&player, &pc, bank, &guest)
    }

    fn enrolls_after(self, bank: &SharedBank, polls: u64) -> Result<(), String> {
        let (pc, guest) = (Pc::new(), bank.guest());
        let mut player = self.open(&pc, bank);
        player.walk_to(StageName::Security, &guest);
        player.press(Control::Primary);
        for _ in 0..polls {
            if player.stage() != StageName::Waiting {
                return Err(format!("no waiting: {}", player.text()));
            }
            pc.clock.advance(jiff::SignedDuration::from_mins(2));
            player.tick();
        }
        player.walk(&guest);
        in_use(&player, &pc, bank, &guest)?;
        match bank.posts(&guest) - 1 {
            asked if asked == polls => Ok(()),
            asked => Err(format!("asked {asked} times more")),
        }
    }

    fn is_turned_away(self, bank: &SharedBank, code: &str) -> Result<(), String> {
        let (pc, customer) = (Pc::new(), bank.customer(Case::PickupExpired));
        let mut player = self.open(&pc, bank);
        player.walk(&customer);
        stopped(&player, code)?;
        player.press(Control::Primary);
        match player.window {
            Window::Closed => nothing_kept(&pc),
            Window::Open => Err("trying again is offered".into()),
        }
    }

    fn is_asked_again(self, bank: &SharedBank, code: &str) -> Result<(), String> {
        let (pc, guest) = (Pc::new(), bank.guest());
        let mut player = self.open(&pc, bank);
        player.walk_to(StageName::Credentials, &guest);
        player.fill(&guest);
        player.type_into("password", "wrong-one");
        (0..3).for_each(|_| player.press(Control::Primary));
        stopped(&player, code)?;
        nothing_kept(&pc)?;
        player.press(Control::Primary);
        player.walk(&guest);
        in_use(&player, &pc, bank, &guest)
    }
}

/// One certificate: for the key in the store, with its issuer beside it, issued once, and let in at the login.
fn in_use(player: &Player, pc: &Pc, bank: &SharedBank, guest: &Account) -> Result<(), String> {
    if player.stage() != StageName::Complete || !player.text().contains("ログインできることを確かめました")
    {
        return Err(player.text());
    }
    let (keys, certificates) = (pc.store.keys().expect("keys"), pc.store.certificates().expect("certificates"));
    let ([label], [leaf]) = (keys.as_slice(), certificates.as_slice()) else {
        return Err(format!("{} keys and {} certificates", keys.len(), certificates.len()));
    };
    let key = pc.store.open(label).expect("opens").spki_hash();
    let chain = pc.store.intermediates();
    let issuers: Vec<_> = chain.iter().map(|one| one.parsed().tbs_certificate().subject()).collect();
    let subject = leaf.parsed().tbs_certificate().subject().to_string();
    match () {
        () if key != leaf.spki_hash() => Err("the certificate is for another key".into()),
        () if !subject.contains(&guest.common_name()) => Err(format!("the certificate is {subject}'s")),
        () if issuers != [leaf.parsed().tbs_certificate().issuer()] => Err(format!("beside it: {issuers:?}")),
        () if bank.issued(guest) != 1 => Err(format!("{} were issued", bank.issued(guest))),
        () => Ok(()),
    }
}

fn stopped(player: &Player, code: &str) -> Result<(), String> {
    let text = player.text();
    if player.stage() == StageName::Setback && text.contains(code) { Ok(()) } else { Err(text) }
}

fn nothing_kept(pc: &Pc) -> Result<(), String> {
    let keys = pc.store.keys().expect("keys");
    if keys.is_empty() { Ok(()) } else { Err(format!("keys that should be gone: {keys:?}")) }
}

/// What one test has on order must not show in another.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// At the door where it does not show it is still on order afterwards, and then shows at the other.
#[test]
fn every_oddity_of_an_authority_ends_as_it_should() {
    let _turn = turn();
    let mut wrong = Vec::new();
    for oddity in Oddity::ALL {
        let mut doors = [Door::Est, Door::OldPages];
        doors.sort_by_key(|door| ending(oddity, *door) != Ending::NotHere);
        assert_ne!(ending(oddity, doors[1]), Ending::NotHere, "{oddity:?} shows nowhere");
        for door in doors {
            wrong.extend(Visitor::at(door).plays(oddity).err().map(|got| format!("{oddity:?}, {door:?}: {got}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Planted: the walk must see a program that is content with the first certificate, where that is the wrong one.
#[test]
fn a_program_that_takes_the_first_certificate_is_seen() {
    let _turn = turn();
    for door in [Door::Est, Door::OldPages] {
        let visitor = Visitor { door, reader: Reader::TakesTheFirst };
        assert_eq!(visitor.plays(Oddity::BerIndefinite), Ok(()), "{door:?}: the leaf stands first here");
        assert!(visitor.plays(Oddity::ShuffledChain).is_err(), "{door:?}: the issuer's passed for a user's");
    }
}

/// Planted: whoever says of an oddity that it shows at the wrong door.
#[test]
fn an_oddity_that_has_not_shown_is_seen() {
    let _turn = turn();
    for (oddity, wrong, right) in
        [(Oddity::LiteralEscaped, Door::Est, Door::OldPages), (Oddity::NulAtEnd, Door::OldPages, Door::Est)]
    {
        assert!(Visitor::at(wrong).plays_to(Ending::Certificate, oddity).is_err(), "{oddity:?} passed for shown");
        assert_eq!(Visitor::at(right).plays(oddity), Ok(()));
    }
}

/// TLS 1.2, HTTP/1.0, BER in PEM with a NUL, the leaf alone, no types, and web pages for errors: all at once; and forms
/// in parts, shouted, quoted anyhow.
#[test]
fn a_bank_of_another_age_is_enrolled_with_like_any_other() {
    let _turn = turn();
    let bank = antique_bank();
    for door in [Door::Est, Door::OldPages] {
        assert_eq!(Visitor::at(door).enrolls_after(bank, 1), Ok(()), "{door:?}");
        assert_eq!(Visitor::at(door).is_turned_away(bank, "E04-04"), Ok(()), "{door:?}");
    }
}

/// What must be found nowhere: the numbers, alone and as they travel.
fn numbers(account: &Account) -> [String; 4] {
    let basic = account.basic_password();
    let header = STANDARD.encode(format!("{}:{basic}", account.id()));
    [account.password.clone(), account.confirmation.clone(), basic, header]
}

fn journal_text(pc: &Pc) -> String {
    let files = std::fs::read_dir(pc.journal_folder()).expect("the folder");
    let read = |file: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(file.expect("a file").path());
    files.map(|file| read(file).expect("text")).collect()
}

#[test]
fn a_page_that_shows_what_was_typed_leaves_no_number_behind_in_the_window() {
    let _turn = turn();
    for door in [Door::Est, Door::OldPages] {
        nothing_of_an_echo_stays_in_the_window(door);
    }
}

fn nothing_of_an_echo_stays_in_the_window(door: Door) {
    let bank = moody_bank();
    let _alone = bank.alone();
    bank.bank.oddity(Oddity::ErrorEchoesInputs);
    let (pc, customer) = (Pc::new(), bank.customer(Case::PickupExpired));
    let mut player = Visitor::at(door).open(&pc, bank);
    player.walk(&customer);
    assert_eq!(stopped(&player, "E04-04"), Ok(()));
    assert!(bank.bank.waiting_oddities().is_empty(), "the numbers were shown");
    player.press(Control::Copy);
    let copied = player.clipboard.take().expect("the page was copied");
    let journal = journal_text(&pc);
    assert!(journal.contains(&customer.user_id) && copied.contains("E04-04"), "the search sees what is there");
    for number in numbers(&customer) {
        let found =
            [&player.text(), &format!("{:?}", player.scene()), &copied, &journal].map(|it| it.contains(&number));
        assert_eq!(found, [false; 4], "{door:?}: page, its data, clipboard, journal");
    }
}

#[test]
fn a_page_that_shows_what_was_typed_leaves_no_number_behind_in_a_script() {
    let _turn = turn();
    for (door, shown) in [(Door::Est, "暗証番号 ***"), (Door::OldPages, "ansho ***")] {
        nothing_of_an_echo_stays_in_a_script(door, shown);
    }
}

fn nothing_of_an_echo_stays_in_a_script(door: Door, shown: &str) {
    let bank = moody_bank();
    let _alone = bank.alone();
    bank.bank.oddity(Oddity::ErrorEchoesInputs);
    let (pc, customer) = (Pc::new(), bank.customer(Case::PickupExpired));
    let desk = script::desk_at(door, &pc, bank, Plan::default());
    let ended = script::enroll(&desk, &customer, &mut Yes);
    let Err(error @ Error { cause: Cause::Refused(refusal), .. }) = &ended.result else {
        panic!("{:?}", ended.result);
    };
    assert!(refusal.text.contains(shown), "the bank showed them: {}", refusal.text);
    let report = serde_json::to_string(&Report::failed(error, desk.profile.ca.replay)).expect("JSON");
    let output = format!("{:?} {:?}", ended.lines, ended.result);
    let journal = journal_text(&pc);
    assert!(journal.contains(&customer.user_id) && report.contains("E04"), "the search sees what is there");
    for number in numbers(&customer) {
        let found = [&report, &output, &journal].map(|it| it.contains(&number));
        assert_eq!(found, [false; 3], "{door:?}: report, output, journal");
    }
}
