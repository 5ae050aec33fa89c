//! The same session told by a script.

use std::sync::Arc;

use practice_bank::Account;
use serde_json::Value;
use shirushi::{
    cli::{Answer, Consent, Entries, Exit, Report, Reporter, Run},
    domain::{Credentials, FieldId, RawAnswer, Role, Secret},
    keystore::KeyStore,
    session::{Desk, Error, Introduced, Ports, Received},
    wizard::World,
};

use crate::world::{Door, Pc, Plan, SharedBank};

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
    desk_in(pc, pc.world_with_profile(bank.profile_of(door), plan))
}

/// At the ports of this world, with the PC's own store.
pub fn desk_in(pc: &Pc, world: World) -> Desk {
    let World { profile, protocol, portal, journal, clock, .. } = world;
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

pub fn resume(desk: &Desk, answer: Option<RawAnswer>) -> Ended {
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
