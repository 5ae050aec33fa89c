//! A script's session: nobody presses "again", so nothing may depend on it.

use shirushi::{
    cli::{Answer, Consent, Exit},
    keystore::KeyStore,
    session::{Desk, Introduced, Received, read_answer},
};

use crate::{
    script::{Yes, desk, enroll, resume},
    world::{Pc, Plan, StorageFault, TransportFault, bank, refusing_bank},
};

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
