//! Where the seeds come from: everything the practice bank answers to one applicant, in every dress that it knows.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use practice_bank::{Account, Bank, Case, Manners, Oddity, Options, Replay};
use shirushi::{
    domain::{
        Certificate, Credentials, FieldId, KeyLabel, Profile, RawAnswer, Role, RoleId, Secret, SecurityLevel, SpkiHash,
        SystemClock, WantedExtensions,
    },
    journal::{Delivery, Event, Folder, Intent, Journal, LoginRecord, RequestHash},
    keystore::{KeyStore, MemoryStore},
    protocol::{
        Application, EnrollmentProtocol, Est, HttpTransport, Proof, ProtocolError, Reply, Transport, TransportError,
        WebForm, csr, pkcs7,
        transport::{Request, Response},
        validate,
    },
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    smoke::seeds,
    targets::{ALL, fixture},
};

/// A bank, somebody who applies there, and the request.
struct House {
    bank: Bank,
    request: Vec<u8>,
    runtime: Runtime,
    _state: TempDir,
}

/// Listens in.
#[derive(Debug)]
struct Recorder {
    inner: HttpTransport,
    heard: Mutex<Vec<Response>>,
}

#[async_trait]
impl Transport for Recorder {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let response = self.inner.exchange(request).await?;
        self.heard.lock().expect("nobody panics").push(response.clone());
        Ok(response)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Est,
    Pages,
}

impl House {
    fn open(manners: Manners) -> Self {
        let state = tempfile::tempdir().expect("a folder");
        let folder = state.path().join("bank");
        let options =
            Options { listen: ([127, 0, 0, 1], 0).into(), state: folder, seed: 1, guests: 4, replay: Replay::Same };
        let bank = Bank::start_with(options, manners).expect("the bank opens");
        let runtime = Runtime::new().expect("a runtime");
        let mut house = Self { bank, request: Vec::new(), runtime, _state: state };
        let key = MemoryStore::new().create(&KeyLabel::from_random(1), 2048, SecurityLevel::Low).expect("a key");
        let (profile, guest) = (house.profile(Door::Est), house.guest());
        let (role, credentials) = applicant(&profile, &guest, &guest.password);
        house.request = csr::request(&role.request_subject(&credentials), key.as_ref()).expect("a request");
        house
    }

    fn guest(&self) -> Account {
        self.customer(Case::Normal)
    }

    fn customer(&self, case: Case) -> Account {
        let users = self.bank.ready().accounts.iter().filter(|account| account.role == "user");
        users.into_iter().find(|account| account.case == case).expect("such a customer").clone()
    }

    fn toml(&self, door: Door) -> String {
        match door {
            Door::Est => self.bank.profile_toml(),
            Door::Pages => self.bank.profile_webform_toml(),
        }
    }

    fn profile(&self, door: Door) -> Profile {
        Profile::from_toml(&self.toml(door)).expect("the bank's own profile")
    }

    /// Everything that is said to this customer, who types this password, after one click.
    fn said(&self, door: Door, account: &Account, password: &str) -> (Vec<Response>, Result<Reply, ProtocolError>) {
        let profile = self.profile(door);
        let (role, credentials) = applicant(&profile, account, password);
        let inner = HttpTransport::new(&profile.anchors.tls).expect("anchors");
        let recorder = Arc::new(Recorder { inner, heard: Mutex::default() });
        let protocol: Box<dyn EnrollmentProtocol> = match profile.webform.clone() {
            Some(pages) => Box::new(WebForm::new(&profile.ca, pages, recorder.clone())),
            None => Box::new(Est::new(&profile.ca, recorder.clone())),
        };
        let reply = self.runtime.block_on(async {
            let pin: SpkiHash = protocol.introduce().await.expect("the bank answers").peer.key;
            recorder.heard.lock().expect("nobody panics").clear();
            let proof = Proof::Numbers { role: &role, credentials: &credentials };
            protocol.submit(Application { request: &self.request, proof, pin, keeper: &() }, Box::new(|| Ok(()))).await
        });
        let heard = recorder.heard.lock().expect("nobody panics").clone();
        (heard, reply)
    }
}

fn applicant(profile: &Profile, account: &Account, password: &str) -> (Role, Credentials) {
    let role = profile.role(&RoleId("user".into())).expect("users").clone();
    let entries =
        role.fields.iter().map(|field| (field.id.clone(), Secret::new(entry(account, &field.id.0, password))));
    let entries: BTreeMap<FieldId, Secret> = entries.collect();
    let credentials = Credentials::new(&role, entries).expect("complete");
    (role, credentials)
}

fn entry(account: &Account, field: &str, password: &str) -> String {
    match field {
        "contract_id" => account.contract_id.clone(),
        "user_id" => account.user_id.clone(),
        "password" => password.to_owned(),
        "confirmation" => account.confirmation.clone(),
        other => panic!("the bank has a new field: {other}"),
    }
}

/// The folder of the fuzzers, emptied seed by seed.
struct Garden(PathBuf);

impl Garden {
    fn sow(&self, target: &str, name: &str, seed: &[u8]) {
        let folder = self.0.join("seeds").join(target);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(name), seed).expect("a seed");
    }

    /// What the targets' languages are made of, as libFuzzer reads it.
    fn words(&self) {
        fs::create_dir_all(self.0.join("words")).expect("a folder");
        for target in ALL {
            let quoted = |word: &&[u8]| word.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
            let lines: String = target.words.iter().map(|word| format!("\"{}\"\n", quoted(word))).collect();
            fs::write(self.0.join("words").join(target.name), lines).expect("a dictionary");
        }
    }

    fn answers(&self, name: &str, door: Door, heard: &[Response]) {
        let Some(last) = heard.last() else { return };
        let kind = last.content_type.as_deref().unwrap_or_default();
        let answer =
            RawAnswer { url: "https://localhost/".parse().expect("url"), content_type: None, body: last.body.clone() };
        match door {
            Door::Est => self.sow(
                "est",
                name,
                &[format!("simpleenroll {} {kind}\n", last.status).as_bytes(), &last.body].concat(),
            ),
            Door::Pages => {
                self.sow("web_form", name, &heard.iter().map(written).collect::<Vec<_>>().join(&b"\n%%%%\n"[..]))
            }
        }
        if pkcs7::certificates(&answer).is_ok() {
            self.sow("certificates", &format!("{name}-{door:?}").to_lowercase(), &last.body);
            let packed: Vec<u8> = last.body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            if let Ok(binary) = BASE64_STANDARD.decode(packed) {
                self.sow("certificates", &format!("{name}-binary"), &binary);
            }
        } else if last.status >= 400 || door == Door::Pages {
            self.sow(
                "problem",
                &format!("{name}-{door:?}").to_lowercase(),
                &[format!("{kind}\n").as_bytes(), &last.body].concat(),
            );
        }
    }
}

fn written(page: &Response) -> Vec<u8> {
    let mut head = format!("{} {}\n", page.status, page.content_type.as_deref().unwrap_or_default());
    head.extend(page.location.iter().map(|address| format!("Location: {address}\n")));
    head.extend(page.set_cookies.iter().map(|cookie| format!("Set-Cookie: {cookie}\n")));
    [head.as_bytes(), b"\n", &page.body].concat()
}

/// With `SHIRUSHI_HARVEST` in its environment it makes the seeds anew, for when the bank has learnt to say something new.
#[test]
fn the_seeds_of_certificates_are_read_and_one_is_believed() {
    if env::var_os("SHIRUSHI_HARVEST").is_some() {
        return harvest();
    }
    let seeds = seeds("certificates");
    let answer = |body: &Vec<u8>| RawAnswer {
        url: "https://localhost/".parse().expect("url"),
        content_type: None,
        body: body.clone(),
    };
    let read: Vec<_> = seeds.iter().filter_map(|seed| pkcs7::certificates(&answer(seed)).ok()).collect();
    assert_eq!(read.len(), seeds.len(), "some are no certificates");
    let believed = |certificates: &Vec<Certificate>| {
        fixture().with_expectation(|expectation| validate::believe(certificates.clone(), expectation)).is_ok()
    };
    assert!(read.iter().any(believed), "nothing that is read from the seeds is believed");
}

fn harvest() {
    let garden = Garden(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz"));
    let _ = fs::remove_dir_all(garden.0.join("seeds"));
    let house = House::open(Manners::default());
    let leaf = harvest_fixture(&garden, &house);
    harvest_oddities(&garden, &house);
    harvest_refusals(&garden, &house);
    harvest_wishes(&garden);
    harvest_profiles(&garden, &house);
    harvest_records(&garden, &leaf);
    garden.words();
}

fn harvest_fixture(garden: &Garden, house: &House) -> Certificate {
    let guest = house.guest();
    let (_, reply) = house.said(Door::Est, &guest, &guest.password);
    let Ok(Reply::Answer(answer)) = reply else { panic!("{reply:?}") };
    let leaf = pkcs7::certificates(&answer).expect("certificates").remove(0);
    garden.sow("certificates", "bare", leaf.der());
    let applicant = serde_json::json!({
        "contract_id": guest.contract_id, "user_id": guest.user_id, "password": guest.password,
        "confirmation": guest.confirmation, "request": BASE64_STANDARD.encode(&house.request),
        "leaf": BASE64_STANDARD.encode(leaf.der()), "issued_at": Timestamp::now(),
    });
    let text = serde_json::to_string_pretty(&applicant).expect("JSON") + "\n";
    for (name, text) in
        [("applicant.json", text), ("est.toml", house.toml(Door::Est)), ("pages.toml", house.toml(Door::Pages))]
    {
        fs::write(garden.0.join("fixture").join(name), text).expect("a file");
    }
    leaf
}

fn harvest_oddities(garden: &Garden, house: &House) {
    let (guest, closed) = (house.guest(), house.customer(Case::PickupExpired));
    for door in [Door::Est, Door::Pages] {
        garden.answers("plain", door, &house.said(door, &guest, &guest.password).0);
    }
    for oddity in Oddity::ALL.into_iter().filter(|oddity| !needs_a_first_visit(*oddity)) {
        house.bank.oddity(oddity);
        for door in [Door::Est, Door::Pages] {
            let said = [(&guest, guest.password.as_str()), (&closed, &closed.password), (&guest, "wrong-one")];
            for ((customer, password), who) in said.into_iter().zip(["", "closed-", "wrong-"]) {
                if !house.bank.waiting_oddities().contains(&oddity) {
                    break;
                }
                let (heard, _) = house.said(door, customer, password);
                if !house.bank.waiting_oddities().contains(&oddity) {
                    garden.answers(&format!("{who}{}", snake(oddity)), door, &heard);
                }
            }
        }
    }
    garden.sow("est", "later", b"simpleenroll 202 \n");
    harvest_echoes(garden, &guest);
}

/// Servers that repeat what they were told, in the ways in which it is written.
fn harvest_echoes(garden: &Garden, guest: &Account) {
    let Account { password, confirmation, .. } = guest;
    let page = format!("<html><p>暗証番号 {password} が相違しています</p><input value='{confirmation}'></html>");
    let json = serde_json::json!({ "code": "E01", "detail": format!("{password}/{confirmation}") });
    garden.sow("est", "echo-html", format!("simpleenroll 400 text/html\n{page}").as_bytes());
    garden.sow("est", "echo-json", format!("simpleenroll 401 application/json\n{json}").as_bytes());
    let escaped: String = password.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let json = format!("simpleenroll 401 application/json\n{{\"code\":\"E01\",\"detail\":\"{escaped}\"}}");
    garden.sow("est", "echo-json-escaped", json.as_bytes());
    let page = "<html><p>暗証番号 {password} が相違しています</p><input value='{password}'></html>";
    garden.sow("web_form", "echo", format!("200 text/html; charset=utf-8\n\n{page}").as_bytes());
}

/// Not seen by somebody whose certificate has been issued already, or not at all in the middle of a day.
fn needs_a_first_visit(oddity: Oddity) -> bool {
    let later = [Oddity::RetryAfterSeconds, Oddity::RetryAfterDate, Oddity::RetryAfterMissing, Oddity::RetryAfterAgain];
    later.contains(&oddity) || oddity == Oddity::Tls12Only
}

fn snake(oddity: Oddity) -> String {
    serde_json::to_value(oddity).expect("JSON").as_str().expect("a word").replace('_', "-")
}

fn harvest_refusals(garden: &Garden, house: &House) {
    for case in [Case::Maintenance, Case::PickupExpired] {
        let customer = house.customer(case);
        for door in [Door::Est, Door::Pages] {
            garden.answers(
                &format!("{case:?}").to_lowercase(),
                door,
                &house.said(door, &customer, &customer.password).0,
            );
        }
    }
    let guest = house.guest();
    for door in [Door::Est, Door::Pages] {
        garden.answers("wrong-number", door, &house.said(door, &guest, "wrong-one").0);
    }
}

fn harvest_wishes(garden: &Garden) {
    let house = House::open(Manners { csrattrs: true, ..Manners::default() });
    let profile = house.profile(Door::Est);
    let inner = HttpTransport::new(&profile.anchors.tls).expect("anchors");
    let recorder = Arc::new(Recorder { inner, heard: Mutex::default() });
    let est = Est::new(&profile.ca, recorder.clone());
    house.runtime.block_on(async {
        let pin = est.introduce().await.expect("the bank answers").peer.key;
        est.wishes(pin).await.expect("the bank answers");
    });
    for (operation, response) in
        ["cacerts", "csrattrs"].into_iter().zip(recorder.heard.lock().expect("nobody panics").iter())
    {
        let head =
            format!("{operation} {} {}\n", response.status, response.content_type.as_deref().unwrap_or_default());
        garden.sow("est", operation, &[head.as_bytes(), &response.body].concat());
    }
    garden.sow("est", "csrattrs-none", b"csrattrs 204 \n");
}

fn harvest_profiles(garden: &Garden, house: &House) {
    garden.sow("profile", "est.toml", house.toml(Door::Est).as_bytes());
    garden.sow("profile", "pages.toml", house.toml(Door::Pages).as_bytes());
    garden.sow("profile", "sample.toml", include_bytes!("../support/profile.toml"));
}

fn harvest_records(garden: &Garden, leaf: &Certificate) {
    let key = SpkiHash::of(&leaf.spki_der());
    let made = || {
        vec![
            Event::KeyMade { key, effective: SecurityLevel::Low },
            Event::CsrReady { request: RequestHash::of(b"request"), extensions: WantedExtensions::default() },
        ]
    };
    let submitting = |attempt| Event::Submitting { attempt, published: Vec::new() };
    let answer =
        || RawAnswer { url: "https://localhost/".parse().expect("url"), content_type: None, body: b"short".to_vec() };
    let answered = || Event::Answer(Delivery { answer: answer(), published: Vec::new() });
    let proven = || [Event::Installed, Event::Proven { login: LoginRecord::Proven }, Event::Done];
    let stories: [(&str, Vec<Event>); 6] = [
        (
            "straight",
            [
                made(),
                vec![submitting(1), answered(), Event::Validated { certificate: leaf.thumbprint() }],
                proven().into(),
            ]
            .concat(),
        ),
        (
            "polled",
            [
                made(),
                vec![
                    submitting(1),
                    Event::Pending { retry_at: Some(Timestamp::UNIX_EPOCH), reference: None },
                    Event::NotSent { cause: "E09".into() },
                    submitting(2),
                    Event::Pending { retry_at: None, reference: None },
                ],
            ]
            .concat(),
        ),
        (
            "lost",
            [
                made(),
                vec![
                    submitting(1),
                    Event::Unknown,
                    submitting(2),
                    Event::Refused { code: "E01".into() },
                    answered(),
                    Event::Rejected { rule: "Chain".into() },
                    answered(),
                ],
            ]
            .concat(),
        ),
        ("refused", [made(), vec![submitting(1), Event::Refused { code: "E01".into() }, Event::Abandoned]].concat()),
        (
            "by-hand",
            [made(), vec![Event::HandedOut { request: b"request".to_vec() }, answered(), Event::Abandoned]].concat(),
        ),
        ("shrunk", vec![Event::Shrunk { certificate: Some(leaf.thumbprint()) }]),
    ];
    for (name, story) in stories {
        garden.sow("journal", name, &record(story, leaf));
    }
}

/// The lines of such a record, without their sums: the target adds them.
fn record(story: Vec<Event>, leaf: &Certificate) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let label = KeyLabel::from_random(1);
    let intent = Intent {
        label: label.clone(),
        institution: "practice".into(),
        role: RoleId("user".into()),
        store: "memory".into(),
        level: SecurityLevel::Medium,
        subject: leaf.subject(),
        renews: None,
    };
    let journal = Journal::new(Arc::new(Folder::open(folder.path()).expect("opens")), Arc::new(SystemClock));
    let shrinks = matches!(story.as_slice(), [Event::Shrunk { .. }]);
    let mut enrollment = journal.begin(intent).expect("begins");
    for event in story {
        journal.record(&mut enrollment, event).expect("a legal story");
    }
    let file = folder.path().join(label.as_str()).with_extension("journal");
    let text = fs::read_to_string(file).expect("text");
    assert!(!shrinks || text.contains("shrunk"));
    text.lines().map(|line| format!("{}\n", &line[17..])).collect::<String>().into_bytes()
}
