//! Every wrong answer in a whole session: what the user reads, and where the rule's name is kept.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::{Timestamp, tz::TimeZone};
use shirushi::{
    cli::{Answer, Consent, Entries, Report, Reporter, Run},
    domain::{
        Certificate, Clock, Credentials, FieldId, KeyLabel, Language, PeerIdentity, Profile, Replay, Secret,
        SecurityLevel, Signer, SpkiHash,
    },
    i18n::Words,
    journal::{Folder, Journal, Stage},
    keystore::{Capacity, Durability, Export, KeyStore, StoreDescription, StoreError, StoreKind, StoreLock, TriesLeft},
    page::{self, SetbackFacts},
    protocol::{
        Application, Connected, EnrollmentProtocol, HttpTransport, Introduction, ProtocolError, Reply, validate::Rule,
    },
    session::{Cause, Desk, Error, Introduced, Ports, Received},
};

use crate::{
    judge::Asked,
    kinds::{Kind, Verdict, all},
    make::{keys, raw, shared_signer},
    table::{Depth, Row, seed},
};

/// Shows the day of the build until the answer comes, and then the day of these certificates.
#[derive(Debug)]
struct OneDay(Mutex<Option<Timestamp>>);

impl Clock for OneDay {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(Timestamp::now)
    }
}

/// A CA that gives one answer, whatever it is asked.
#[derive(Debug)]
struct OneAnswer {
    body: Vec<u8>,
    asked: Asked,
    clock: Arc<OneDay>,
}

#[async_trait]
impl EnrollmentProtocol for OneAnswer {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        let peer = PeerIdentity { key: SpkiHash::of(&[1]), subject: "CN=localhost".into(), not_after: self.asked.now };
        let url = "https://localhost:3/.well-known/est".parse().expect("an address");
        Ok(Introduction { url, peer, server_time: None, intermediates: self.asked.intermediates.clone() })
    }

    async fn submit(&self, _: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        connected().map_err(|error| ProtocolError::NotSent(error.into()))?;
        *self.clock.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.asked.now);
        Ok(Reply::Answer(raw(self.body.clone())))
    }
}

/// A store of the one key that the answers are for.
#[derive(Debug)]
struct OneKey;

impl KeyStore for OneKey {
    fn description(&self) -> StoreDescription {
        StoreDescription {
            address: "nss:/home/yamada/.pki/nssdb".into(),
            kind: StoreKind::Nss,
            durability: Durability::SurvivesPowerCut,
            lock: StoreLock::None,
            tries: TriesLeft::Unlimited,
            export: Export::Possible,
            capacity: Capacity::ManyKeys,
            schemes: keys().leaf.schemes().to_vec(),
        }
    }

    fn unlock(&self, _: &Secret) -> Result<(), StoreError> {
        Ok(())
    }

    fn create(&self, _: &KeyLabel, _: u16, _: SecurityLevel) -> Result<Arc<dyn Signer>, StoreError> {
        Ok(shared_signer(&keys().leaf))
    }

    fn open(&self, _: &KeyLabel) -> Result<Arc<dyn Signer>, StoreError> {
        Ok(shared_signer(&keys().leaf))
    }

    fn key_of(&self, _: &Certificate) -> Result<Arc<dyn Signer>, StoreError> {
        Err(StoreError::KeyMissing)
    }

    fn install(&self, _: &KeyLabel, _: &Certificate, _: &[Certificate]) -> Result<(), StoreError> {
        panic!("nothing here is installed");
    }

    fn destroy(&self, _: &KeyLabel) -> Result<(), StoreError> {
        Ok(())
    }

    fn keys(&self) -> Result<Vec<KeyLabel>, StoreError> {
        Ok(Vec::new())
    }

    fn certificates(&self) -> Result<Vec<Certificate>, StoreError> {
        Ok(Vec::new())
    }
}

/// Yes to the application, and not yet to the installation.
#[derive(Debug)]
struct NotYet;

impl Consent for NotYet {
    fn allow(&mut self, _: &Desk, _: &Introduced) -> Answer {
        Answer::Yes
    }

    fn install(&mut self, _: &Desk, _: &Received) -> Answer {
        Answer::No
    }
}

fn profile(asked: &Asked) -> Profile {
    let text = include_str!("../support/profile.toml").replace("O = \"れんしゅう信用金庫\"", "O = \"Renshu\"");
    let mut profile = Profile::from_toml(&text).expect("a profile");
    profile.anchors.issuer = asked.anchors.clone();
    profile
}

fn credentials(profile: &Profile) -> Credentials {
    let entries =
        [("contract_id", "1234567"), ("user_id", "taro"), ("password", "zq81-xv"), ("confirmation", "wj62-yk")];
    let entries = entries.map(|(id, entry)| (FieldId(id.to_owned()), Secret::new(entry)));
    Credentials::new(&profile.roles[0], entries.into()).expect("credentials")
}

/// How it ended, and what the journal has of it.
struct Ended {
    result: Result<Report, Error>,
    stage: Stage,
    rule: Option<String>,
    profile: Arc<Profile>,
}

fn play(kind: &Kind) -> Ended {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clock = Arc::new(OneDay(Mutex::new(None)));
    let profile = Arc::new(profile(&kind.asked));
    let storage = Folder::open(folder.path()).expect("a folder of one's own");
    let journal = Arc::new(Journal::new(Arc::new(storage), clock.clone()));
    let protocol = OneAnswer { body: kind.body.clone(), asked: kind.asked.clone(), clock: clock.clone() };
    let portal = Arc::new(HttpTransport::new(&profile.anchors.tls).expect("anchors"));
    let ports =
        Ports { protocol: Arc::new(protocol), portal, store: Arc::new(OneKey), journal: journal.clone(), clock };
    let desk = Desk { profile: profile.clone(), role: profile.roles[0].clone(), ports };
    let entries = Entries::new(&desk, Some(credentials(&profile)), None).expect("entries");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let (mut lines, mut consent) = (Vec::new(), NotYet);
    let mut reporter = Reporter::new(&mut lines);
    let run = Run { desk: &desk, store_secret: None, pickup_pin: None, consent: &mut consent, reporter: &mut reporter };
    let result = runtime.expect("a runtime").block_on(run.enroll(entries));
    let enrollment = journal.enrollments().expect("reads").pop().expect("an enrollment");
    Ended { result, stage: enrollment.stage(), rule: enrollment.broken_rule().map(str::to_owned), profile }
}

/// The page without its numbers and days of the week: dates and codes differ where words do not.
fn words(error: &Error, profile: &Arc<Profile>) -> String {
    let facts = SetbackFacts::new(error, Replay::Same);
    let page = page::Setback::new(profile.clone(), profile.roles[0].clone(), facts, TimeZone::UTC);
    let spoken = page.view(&Words::new(Language::Japanese)).spoken().concat();
    spoken.chars().filter(|c| !c.is_ascii_digit() && !"月火水木金土日".contains(*c)).collect()
}

/// What is wrong with how a refused answer ended.
fn untold(rule: Rule, ended: &Ended) -> Option<&'static str> {
    let Err(error) = &ended.result else { return Some("it was believed") };
    let report = serde_json::to_string(&Report::failed(error, Replay::Same)).expect("JSON");
    let name = format!("{rule:?}");
    match (&error.cause, rule) {
        // A clock can be set right: the answer is read again, and nothing is written down against it.
        (Cause::Clock { .. } | Cause::OutOfDate { .. }, Rule::Dates) if ended.stage != Stage::Answer => {
            Some("the answer is given up")
        }
        (Cause::Clock { .. } | Cause::OutOfDate { .. }, Rule::Dates) => None,
        (Cause::NotBelieved(broken), _) if *broken != rule => Some("another rule"),
        (Cause::NotBelieved(_), _) if !report.contains(&name) => Some("the report does not name the rule"),
        (Cause::NotBelieved(_), Rule::Dates) if ended.stage == Stage::Answer => None,
        (Cause::NotBelieved(_), _) if ended.stage != Stage::Rejected => Some("the journal does not reject it"),
        (Cause::NotBelieved(_), _) if ended.rule != Some(name) => Some("the journal does not name the rule"),
        (Cause::NotBelieved(_), _) => None,
        _ => Some("it ended otherwise"),
    }
}

/// The session's key is the one of most answers here, of the length in the profile.
fn is_for_this_key(kind: &&Kind) -> bool {
    kind.asked.bits == 2048 && kind.asked.renews.is_none() && kind.asked.key.hash() == keys().leaf.hash()
}

/// All of them, or some drawn by the seed and the first of each verdict.
fn chosen(kinds: &[Kind]) -> Vec<&Kind> {
    let ours: Vec<&Kind> = kinds.iter().filter(is_for_this_key).collect();
    let drawn = Depth::wanted().choose(ours.len(), 30);
    let is_first = |place: usize| !ours[..place].iter().any(|kind| kind.verdict == ours[place].verdict);
    // Not valid yet is a verdict of its own to users, whose clock may be wrong.
    let is_early = |kind: &Kind| kind.name == "not yet valid for a year";
    let taken =
        ours.iter().enumerate().filter(|(place, kind)| drawn.contains(place) || is_first(*place) || is_early(kind));
    taken.map(|(_, kind)| *kind).collect()
}

/// S04 where nothing can be read, S04 where it is not what was asked for, and S02 where this PC's clock may be wrong.
const TEXTS: usize = 4;

#[test]
fn whatever_is_wrong_users_read_few_texts_and_the_records_name_the_rule() {
    let kinds = all();
    let (mut wrong, mut texts) = (Vec::new(), BTreeSet::new());
    let played = chosen(&kinds);
    for kind in &played {
        let ended = play(kind);
        match kind.verdict {
            Verdict::Accepted if ended.stage == Stage::Validated => {}
            Verdict::Accepted => wrong.push(format!("{}: {:?}, {:?}", kind.name, ended.stage, ended.result)),
            Verdict::Refused(rule) => {
                wrong.extend(untold(rule, &ended).map(|what| format!("{}: {what}: {:?}", kind.name, ended.result)));
                texts.extend(ended.result.err().map(|error| words(&error, &ended.profile)));
            }
        }
    }
    let note = format!("{} texts for users", texts.len());
    let (points, tried, broken) = (kinds.iter().filter(is_for_this_key).count(), played.len(), wrong.len());
    Row { harness: "answers", case: "answers of the CA in a whole session", points, tried, broken, note: &note }
        .enter();
    assert!(wrong.is_empty(), "seed {}: {}", seed(), wrong.join("\n"));
    assert_eq!(texts.len(), TEXTS, "{texts:#?}");
}
