//! Every oddity of real authorities, played from the first page to the last: what its user gets in the end.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use practice_bank::{Account, Case, Oddity};
use shirushi::{
    cli::Report,
    domain::RawAnswer,
    keystore::KeyStore,
    page::Control,
    protocol::{
        Est, HttpTransport, Transport, TransportError, pkcs7,
        transport::{Request, Response},
    },
    session::{Cause, Error},
    wizard::{StageName, World},
};

use crate::{
    player::{Player, Window},
    script::{self, Yes},
    world::{Pc, Plan, SharedBank, antique_bank, moody_bank},
};

/// How an enrollment with this oddity is played, and how it must end.
#[derive(Debug, Clone, Copy)]
enum Ending {
    /// The certificate, as from any other authority.
    Certificate,
    /// The same, after one 202 or two.
    CertificateAfter(Polls),
    /// Right numbers, and a no: the page with this code, nothing to try again.
    TurnedAway(&'static str),
    /// A wrong number: the page with this code, and the numbers again.
    NumbersAgain(&'static str),
    /// The certificate, from a bank that is always so.
    FromTheAntiqueBank,
    /// The certificate, through the pages of the old authority.
    OnTheOldPages,
}

#[derive(Debug, Clone, Copy)]
enum Polls {
    One,
    Two,
}

/// Whoever adds an oddity says here what it means for a user.
fn ending(oddity: Oddity) -> Ending {
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
        | Oddity::MimeBase64
        | Oddity::NulAtEnd
        | Oddity::WrongContentType
        | Oddity::NoContentType
        | Oddity::SlowDrip
        | Oddity::ExtraAttributes
        | Oddity::Http10 => Ending::Certificate,
        Oddity::ErrorJson | Oddity::ErrorProblemJson | Oddity::ErrorHtml | Oddity::ErrorEchoesInputs => {
            Ending::TurnedAway("E04-04")
        }
        Oddity::SeveralWwwAuthenticate => Ending::NumbersAgain("E01-04"),
        Oddity::Tls12Only => Ending::FromTheAntiqueBank,
        Oddity::FormAttributesMixed
        | Oddity::FormExtraInputs
        | Oddity::FormMultipart
        | Oddity::HtmlUpperCase
        | Oddity::HtmlCrlf
        | Oddity::WaitOnload
        | Oddity::WaitMetaRefresh
        | Oddity::WaitRedirect
        | Oddity::LiteralsSingleQuoted
        | Oddity::LiteralEscaped => Ending::OnTheOldPages,
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
        let (url, asks) = (request.url.clone(), request.basic.is_some());
        let mut response = self.0.exchange(request).await?;
        if asks && response.status == 200 {
            let body = std::mem::take(&mut response.body);
            let answer = RawAnswer { url, content_type: None, body };
            response.body = pkcs7::certificates(&answer).expect("certificates").remove(0).der().to_vec();
        }
        Ok(response)
    }
}

impl Reader {
    fn world(self, pc: &Pc, bank: &SharedBank) -> World {
        let world = pc.world(bank, Plan::default());
        if self == Self::Ours {
            return world;
        }
        let http = HttpTransport::new(&world.profile.anchors.tls).expect("anchors");
        let protocol = Est::new(&world.profile.ca, Arc::new(TakesTheFirst(http)));
        World { protocol: Arc::new(protocol), ..world }
    }
}

/// `Err`: what the user got instead.
fn play(oddity: Oddity, reader: Reader) -> Result<(), String> {
    let bank = moody_bank();
    let _alone = bank.alone();
    let ended = match ending(oddity) {
        Ending::Certificate => {
            bank.bank.oddity(oddity);
            enrolled(bank, reader)
        }
        Ending::CertificateAfter(Polls::One) => {
            bank.bank.oddity(oddity);
            enrolled_after(bank, 1)
        }
        Ending::CertificateAfter(Polls::Two) => {
            bank.bank.oddity(Oddity::RetryAfterSeconds);
            bank.bank.oddity(oddity);
            enrolled_after(bank, 2)
        }
        Ending::TurnedAway(code) => {
            bank.bank.oddity(oddity);
            turned_away(bank, code)
        }
        Ending::NumbersAgain(code) => {
            bank.bank.oddity(oddity);
            numbers_again(bank, code)
        }
        Ending::FromTheAntiqueBank => enrolled_after(antique_bank(), 1),
        Ending::OnTheOldPages => Ok(()),
    };
    match (ended, bank.bank.waiting_oddities()) {
        (Ok(()), waiting) if !waiting.is_empty() => Err(format!("the bank was not odd yet: {waiting:?}")),
        (ended, _) => ended,
    }
}

fn enrolled(bank: &SharedBank, reader: Reader) -> Result<(), String> {
    let (pc, guest) = (Pc::new(), bank.guest());
    let mut player = Player::open(reader.world(&pc, bank));
    player.walk(&guest);
    in_use(&player, &pc, bank, &guest)
}

fn enrolled_after(bank: &SharedBank, polls: u64) -> Result<(), String> {
    let (pc, guest) = (Pc::new(), bank.guest());
    let mut player = Player::open(Reader::Ours.world(&pc, bank));
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

fn turned_away(bank: &SharedBank, code: &str) -> Result<(), String> {
    let (pc, customer) = (Pc::new(), bank.customer(Case::PickupExpired));
    let mut player = Player::open(Reader::Ours.world(&pc, bank));
    player.walk(&customer);
    stopped(&player, code)?;
    player.press(Control::Primary);
    match player.window {
        Window::Closed => nothing_kept(&pc),
        Window::Open => Err("trying again is offered".into()),
    }
}

fn numbers_again(bank: &SharedBank, code: &str) -> Result<(), String> {
    let (pc, guest) = (Pc::new(), bank.guest());
    let mut player = Player::open(Reader::Ours.world(&pc, bank));
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

fn stopped(player: &Player, code: &str) -> Result<(), String> {
    let text = player.text();
    if player.stage() == StageName::Setback && text.contains(code) { Ok(()) } else { Err(text) }
}

fn nothing_kept(pc: &Pc) -> Result<(), String> {
    let keys = pc.store.keys().expect("keys");
    if keys.is_empty() { Ok(()) } else { Err(format!("keys that should be gone: {keys:?}")) }
}

#[test]
fn every_oddity_of_an_authority_ends_as_it_should() {
    let wrong = |oddity| play(oddity, Reader::Ours).err().map(|got| format!("{oddity:?}: {got}"));
    let wrong: Vec<String> = Oddity::ALL.into_iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Planted: the walk must see a program that is content with the first certificate, where that is the wrong one.
#[test]
fn a_program_that_takes_the_first_certificate_is_seen() {
    assert_eq!(play(Oddity::BerIndefinite, Reader::TakesTheFirst), Ok(()), "the leaf stands first here");
    assert!(
        play(Oddity::ShuffledChain, Reader::TakesTheFirst).is_err(),
        "the issuer's certificate passed for a user's"
    );
}

/// TLS 1.2, HTTP/1.0, BER in PEM with a NUL, the leaf alone, no types, and web pages for errors: all at once.
#[test]
fn a_bank_of_another_age_is_enrolled_with_like_any_other() {
    let bank = antique_bank();
    assert_eq!(enrolled_after(bank, 1), Ok(()));
    assert_eq!(turned_away(bank, "E04-04"), Ok(()));
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
    let bank = moody_bank();
    let _alone = bank.alone();
    bank.bank.oddity(Oddity::ErrorEchoesInputs);
    let (pc, customer) = (Pc::new(), bank.customer(Case::PickupExpired));
    let mut player = Player::open(pc.world(bank, Plan::default()));
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
        assert_eq!(found, [false; 4], "page, its data, clipboard, journal");
    }
}

#[test]
fn a_page_that_shows_what_was_typed_leaves_no_number_behind_in_a_script() {
    let bank = moody_bank();
    let _alone = bank.alone();
    bank.bank.oddity(Oddity::ErrorEchoesInputs);
    let (pc, customer) = (Pc::new(), bank.customer(Case::PickupExpired));
    let desk = script::desk(&pc, bank, Plan::default());
    let ended = script::enroll(&desk, &customer, &mut Yes);
    let Err(error @ Error { cause: Cause::Refused(refusal), .. }) = &ended.result else {
        panic!("{:?}", ended.result);
    };
    assert!(refusal.text.contains("暗証番号 ***"), "the bank showed them: {}", refusal.text);
    let report = serde_json::to_string(&Report::failed(error, desk.profile.ca.replay)).expect("JSON");
    let output = format!("{:?} {:?}", ended.lines, ended.result);
    let journal = journal_text(&pc);
    assert!(journal.contains(&customer.user_id) && report.contains("E04"), "the search sees what is there");
    for number in numbers(&customer) {
        let found = [&report, &output, &journal].map(|it| it.contains(&number));
        assert_eq!(found, [false; 3], "report, output, journal");
    }
}
