//! The same session told by a script: nobody presses "again", so nothing may depend on it.

use std::sync::Arc;

use practice_bank::Account;
use serde_json::Value;
use shirushi::{
    cli::{Answer, Consent, Entries, Exit, Report, Reporter, Run},
    domain::{Credentials, FieldId, RawAnswer, Role, Secret},
    keystore::KeyStore,
    session::{Desk, Error, Introduced, Ports, Received, read_answer},
    wizard::World,
};

use crate::world::{Door, Pc, Plan, SharedBank, StorageFault, TransportFault, bank, refusing_bank};

#[derive(Debug)]
pub struct Yes;

impl Consent for Yes {
    fn allow(&mut self, _: &Desk, _: &Introduced) -> Answer {
        Answer::Yes
    }

    fn install(&mut self, _: &Desk, _: &Received) -> Answer {
        Answer::Yes
    }
}

/// Says no to the second question.
#[derive(Debug)]
struct NotNow;

impl Consent for NotNow {
    fn allow(&mut self, _: &Desk, _: &Introduced) -> Answer {
        Answer::Yes
    }

    fn install(&mut self, _: &Desk, _: &Received) -> Answer {
        Answer::No
    }
}

pub struct Ended {
    pub result: Result<Report, Error>,
    pub lines: Vec<Value>,
}

impl Ended {
    pub fn exit(&self) -> Exit {
        match &self.result {
            Ok(report) => report.exit(),
            Err(error) => error.into(),
        }
    }
}

pub fn desk(pc: &Pc, bank: &SharedBank, plan: Plan) -> Desk {
    desk_at(Door::Est, pc, bank, plan)
}

pub fn desk_at(door: Door, pc: &Pc, bank: &SharedBank, plan: Plan) -> Desk {
    let World { profile, protocol, portal, journal, clock, .. } = pc.world_with_profile(bank.profile_of(door), plan);
    let role = profile.roles[0].clone();
    let store: Arc<dyn KeyStore> = Arc::new(pc.store.clone());
    Desk { profile, role, ports: Ports { protocol, portal, store, journal, clock } }
}

fn credentials(role: &Role, account: &Account) -> Credentials {
    let Account { contract_id, user_id, password, confirmation, .. } = account;
    let entries = [
        ("contract_id", contract_id),
        ("user_id", user_id),
        ("password", password),
        ("confirmation", confirmation),
        ("contract_password", password),
        ("contract_confirmation", confirmation),
    ];
    let entries = entries.map(|(id, entry)| (FieldId(id.to_owned()), Secret::new(entry.as_str())));
    let asked = entries.into_iter().filter(|(id, _)| role.field(id).is_some());
    Credentials::new(role, asked.collect()).expect("the bank's own customer")
}

pub fn enroll(desk: &Desk, account: &Account, consent: &mut dyn Consent) -> Ended {
    let entries = Entries::new(desk, Some(credentials(&desk.role, account)), None).expect("entries");
    run(desk, consent, async |run| run.enroll(entries).await)
}

fn resume(desk: &Desk, answer: Option<RawAnswer>) -> Ended {
    run(desk, &mut Yes, async |run| run.resume(answer, None).await)
}

fn run(
    desk: &Desk,
    consent: &mut dyn Consent,
    verb: impl AsyncFnOnce(Run<'_, &mut Vec<u8>>) -> Result<Report, Error>,
) -> Ended {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let mut output = Vec::new();
    let mut reporter = Reporter::new(&mut output);
    let run = Run { desk, store_secret: None, pickup_pin: None, consent, reporter: &mut reporter };
    let result = runtime.expect("a runtime").block_on(verb(run));
    let text = String::from_utf8(output).expect("UTF-8");
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("one JSON object per line")).collect();
    Ended { result, lines }
}

/// Also with a bank that gives nothing twice: an answer that finds no place on the disk goes to whoever reads our lines.
#[test]
fn a_full_disk_at_any_call_loses_no_answer_even_where_the_bank_gives_nothing_twice() {
    let bank = refusing_bank();
    let mut rescued = 0;
    for nth in 1..=18 {
        let (pc, guest) = (Pc::new(), bank.guest());
        let plan = Plan { storage: Some((nth, StorageFault::Refused)), ..Plan::default() };
        let first = enroll(&desk(&pc, bank, plan), &guest, &mut Yes);
        let unkept = first.lines.iter().find_map(|line| line["unkept_answer"].as_str());
        let last = match unkept {
            Some(answer) => {
                rescued += 1;
                let file = pc.folder.path().join("answer");
                std::fs::write(&file, answer).expect("written");
                resume(&desk(&pc, bank, Plan::default()), Some(read_answer(&file).expect("read")))
            }
            None if first.exit() == Exit::Installed => first,
            None => enroll(&desk(&pc, bank, Plan::default()), &guest, &mut Yes),
        };
        assert_eq!(last.exit(), Exit::Installed, "call {nth}: {:?}", last.result);
        assert_eq!((bank.issued(&guest), bank.posts(&guest)), (1, 1), "call {nth}");
        assert_eq!(pc.store.certificates().expect("certificates").len(), 1, "call {nth}");
    }
    assert_eq!(rescued, 1, "the harness reached the call that keeps the answer");
}

#[test]
fn no_to_the_second_question_is_cancelled_and_goes_on_without_a_network() {
    let (pc, guest) = (Pc::new(), bank().guest());
    let refused = enroll(&desk(&pc, bank(), Plan::default()), &guest, &mut NotNow);
    assert_eq!(refused.exit(), Exit::Cancelled);
    assert!(pc.store.certificates().expect("certificates").is_empty());
    let nobody = Plan { transport: Some((1, TransportFault::Unreachable)), ..Plan::default() };
    assert_eq!(resume(&desk(&pc, bank(), nobody), None).exit(), Exit::Installed);
    assert_eq!((bank().issued(&guest), bank().posts(&guest)), (1, 1));
}
