use std::sync::Arc;

use super::*;
use crate::domain::{
    Certificate, DistinguishedName, RawAnswer, RoleId, SecurityLevel, SpkiHash, SystemClock, WantedExtensions,
};

fn intent(number: u64) -> Intent {
    Intent {
        label: KeyLabel::from_random(number),
        institution: "practice".into(),
        role: RoleId("user".into()),
        store: "memory".into(),
        level: SecurityLevel::Medium,
        subject: DistinguishedName::default(),
        renews: None,
    }
}

fn story() -> Vec<Event> {
    let answer = RawAnswer { url: "https://ca/".parse().expect("url"), content_type: None, body: vec![0, 255, 10] };
    vec![
        Event::KeyMade { key: SpkiHash::of(b"key"), effective: SecurityLevel::Low },
        Event::CsrReady { request: RequestHash::of(b"request"), extensions: WantedExtensions::default() },
        Event::Submitting { attempt: 1, published: Vec::new() },
        Event::Pending { retry_at: None, reference: None },
        Event::Submitting { attempt: 2, published: Vec::new() },
        Event::Answer(Delivery { answer, published: Vec::new() }),
        Event::Validated { certificate: certificate() },
        Event::Installed,
        Event::Proven { login: LoginRecord::Proven },
        Event::Done,
    ]
}

fn certificate() -> crate::domain::Thumbprint {
    serde_json::from_value(serde_json::json!("ab".repeat(32))).expect("64 digits")
}

fn journal_in(folder: &std::path::Path) -> Journal {
    let storage = Folder::open(folder).expect("a fresh folder opens");
    Journal::new(Arc::new(storage), Arc::new(SystemClock))
}

fn written(folder: &std::path::Path) -> (Journal, KeyLabel) {
    let journal = journal_in(folder);
    let mut enrollment = journal.begin(intent(1)).expect("begins");
    for event in story() {
        journal.record(&mut enrollment, event).expect("the story is legal");
    }
    (journal, enrollment.label().clone())
}

#[test]
fn a_replay_tells_the_story_that_was_written() {
    let folder = tempfile::tempdir().expect("temp");
    let (journal, label) = written(folder.path());
    let replayed = journal.replay(&label).expect("replays");
    assert_eq!(replayed.stage(), Stage::Done);
    assert_eq!(replayed.attempts(), 2);
    assert_eq!(replayed.delivery().map(|delivery| delivery.answer.body.as_slice()), Some(&[0, 255, 10][..]));
}

#[test]
fn a_journal_cut_at_any_byte_replays_the_events_before_the_cut() {
    let folder = tempfile::tempdir().expect("temp");
    let (journal, label) = written(folder.path());
    let path = folder.path().join(label.as_str()).with_extension("journal");
    let whole = std::fs::read(&path).expect("read");
    for cut in 0..whole.len() {
        std::fs::write(&path, &whole[..cut]).expect("write");
        let lines = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
        match journal.replay(&label) {
            Ok(_) if lines > 0 => {}
            Err(JournalError::Missing(_)) if lines == 0 => {}
            other => panic!("cut at {cut}: {other:?}"),
        }
    }
}

#[test]
fn after_a_torn_line_the_next_event_is_readable() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let begun = journal.begin(intent(2)).expect("begins");
    let path = folder.path().join(begun.label().as_str()).with_extension("journal");
    let mut torn = std::fs::read(&path).expect("read");
    torn.extend_from_slice(b"0123456789abcdef {\"v\":1,");
    std::fs::write(&path, torn).expect("write");

    let mut replayed = journal.replay(begun.label()).expect("replays");
    let key = SpkiHash::of(b"key");
    journal.record(&mut replayed, Event::KeyMade { key, effective: SecurityLevel::Low }).expect("records");
    assert_eq!(journal.replay(begun.label()).expect("replays").stage(), Stage::KeyMade);
}

#[test]
fn a_damaged_line_in_the_middle_is_told_and_left_alone() {
    let folder = tempfile::tempdir().expect("temp");
    let (journal, label) = written(folder.path());
    let path = folder.path().join(label.as_str()).with_extension("journal");
    let mut bytes = std::fs::read(&path).expect("read");
    bytes[40] ^= 1;
    std::fs::write(&path, &bytes).expect("write");
    assert!(matches!(journal.replay(&label), Err(JournalError::Damaged(_))));
    assert_eq!(std::fs::read(&path).expect("read"), bytes);
}

#[test]
fn a_line_of_a_newer_version_is_told_and_left_alone() {
    let folder = tempfile::tempdir().expect("temp");
    let (journal, label) = written(folder.path());
    let path = folder.path().join(label.as_str()).with_extension("journal");
    let json = "{\"v\":3,\"at\":\"2026-01-01T00:00:00Z\",\"event\":{\"later\":1}}";
    let sum: String = <sha2::Sha256 as sha2::Digest>::digest(json).iter().take(8).map(|b| format!("{b:02x}")).collect();
    let newer = format!("{sum} {json}\n");
    std::fs::write(&path, &newer).expect("write");
    assert!(matches!(journal.replay(&label), Err(JournalError::Newer(_))));
    assert_eq!(std::fs::read_to_string(&path).expect("read"), newer);
}

#[test]
fn a_second_process_is_told_that_the_journal_is_in_use() {
    let folder = tempfile::tempdir().expect("temp");
    let _first = Folder::open(folder.path()).expect("opens");
    assert!(matches!(Folder::open(folder.path()), Err(JournalError::InUse)));
}

#[test]
fn folders_that_are_missing_are_made_also_below_the_folder_we_are_in() {
    let here = tempfile::tempdir_in(".").expect("a folder");
    let name = std::path::Path::new(here.path().file_name().expect("a name"));
    for _ in 0..2 {
        private_folder(&name.join("state/enrollments")).expect("made");
    }
    assert!(here.path().join("state/enrollments").is_dir());
    std::fs::remove_dir_all(name).expect("removed");
    private_folder(name).expect("made again");
    assert!(here.path().is_dir());
}

#[test]
fn a_refusal_of_a_second_request_does_not_settle_the_first() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let mut enrollment = journal.begin(intent(3)).expect("begins");
    let lost_then_refused = [
        Event::KeyMade { key: SpkiHash::of(b"key"), effective: SecurityLevel::Low },
        Event::CsrReady { request: RequestHash::of(b"request"), extensions: WantedExtensions::default() },
        Event::Submitting { attempt: 1, published: Vec::new() },
        Event::Unknown,
        Event::Submitting { attempt: 2, published: Vec::new() },
        Event::Refused { code: "E01".into() },
    ];
    for event in lost_then_refused {
        journal.record(&mut enrollment, event).expect("legal");
    }
    assert_eq!(enrollment.stage(), Stage::Unknown);
}

fn handed_out() -> [Event; 3] {
    [
        Event::KeyMade { key: SpkiHash::of(b"key"), effective: SecurityLevel::Low },
        Event::CsrReady { request: RequestHash::of(b"request"), extensions: WantedExtensions::default() },
        Event::HandedOut { request: b"request".to_vec() },
    ]
}

/// The key is kept for whatever comes back, and no network is asked.
#[test]
fn a_request_that_was_handed_out_waits_for_a_file_and_for_nothing_else() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let mut enrollment = journal.begin(intent(3)).expect("begins");
    for event in handed_out() {
        journal.record(&mut enrollment, event).expect("legal");
    }
    let replayed = journal.replay(enrollment.label()).expect("replays");
    assert_eq!(replayed, enrollment);
    assert_eq!((replayed.stage(), replayed.attempts()), (Stage::Pending { retry_at: None }, 0));
    assert_eq!(replayed.handed_out(), Some(&b"request"[..]));
    assert!(!replayed.stage().is_harmless());
    let asked = Event::Submitting { attempt: 1, published: Vec::new() };
    assert!(matches!(journal.record(&mut enrollment, asked), Err(JournalError::Illegal(_))));
    let answer = story().into_iter().find(|event| matches!(event, Event::Answer(_))).expect("an answer");
    journal.record(&mut enrollment, answer).expect("a file");
    assert_eq!(enrollment.stage(), Stage::Answer);
}

#[test]
fn a_request_that_was_handed_out_is_forgotten_30_days_after_its_end() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let mut enrollment = journal.begin(intent(3)).expect("begins");
    for event in handed_out().into_iter().chain([Event::Abandoned]) {
        journal.record(&mut enrollment, event).expect("legal");
    }
    let later = enrollment.last_action() + SignedDuration::from_hours(31 * 24);
    journal.clear_out(later).expect("clears");
    let left = journal.replay(enrollment.label()).expect("replays");
    assert_eq!((left.stage(), left.handed_out()), (Stage::Abandoned, None));
}

#[test]
fn an_event_out_of_order_is_refused_and_not_written() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let mut enrollment = journal.begin(intent(4)).expect("begins");
    assert!(matches!(journal.record(&mut enrollment, Event::Installed), Err(JournalError::Illegal(_))));
    assert_eq!(journal.replay(enrollment.label()).expect("replays").stage(), Stage::Intent);
}

#[test]
fn a_finished_enrollment_shrinks_to_its_fingerprint_after_30_days() {
    let folder = tempfile::tempdir().expect("temp");
    let (journal, label) = written(folder.path());
    let later = Timestamp::now() + SignedDuration::from_hours(31 * 24);
    journal.clear_out(later).expect("shrinks");
    let shrunk = journal.replay(&label).expect("replays");
    assert_eq!((shrunk.stage(), shrunk.certificate(), shrunk.delivery()), (Stage::Done, Some(certificate()), None));
}

#[test]
fn something_given_up_shrinks_to_something_given_up() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let mut enrollment = journal.begin(intent(5)).expect("begins");
    let until_the_answer = story().into_iter().take(6);
    for event in until_the_answer.chain([Event::Rejected { rule: "Chain".into() }, Event::Abandoned]) {
        journal.record(&mut enrollment, event).expect("legal");
    }
    journal.clear_out(Timestamp::now() + SignedDuration::from_hours(31 * 24)).expect("shrinks");
    let shrunk = journal.replay(enrollment.label()).expect("replays");
    assert_eq!((shrunk.stage(), shrunk.delivery()), (Stage::Abandoned, None));
}

/// The request was out: calling the line torn would let its key go.
#[test]
fn a_last_line_that_was_whole_and_has_changed_is_damage() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let mut enrollment = journal.begin(intent(6)).expect("begins");
    for event in story().into_iter().take(3) {
        journal.record(&mut enrollment, event).expect("legal");
    }
    let path = folder.path().join(enrollment.label().as_str()).with_extension("journal");
    let mut bytes = std::fs::read(&path).expect("read");
    let last = bytes.len() - 5;
    bytes[last] ^= 1;
    std::fs::write(&path, &bytes).expect("write");
    assert!(matches!(journal.replay(enrollment.label()), Err(JournalError::Damaged(_))));

    // A block of the last write that never reached the disk reads as zeros: that event never happened.
    bytes[last..].fill(0);
    bytes.push(b'\n');
    std::fs::write(&path, &bytes).expect("write");
    assert_eq!(journal.replay(enrollment.label()).expect("replays").stage(), Stage::CsrReady);
}

#[test]
fn a_record_without_its_beginning_or_under_another_name_is_damaged_and_stays() {
    let folder = tempfile::tempdir().expect("temp");
    let (journal, label) = written(folder.path());
    let path = |label: &KeyLabel| folder.path().join(label.as_str()).with_extension("journal");
    let whole = std::fs::read_to_string(path(&label)).expect("read");
    let (first, rest) = whole.split_once('\n').expect("lines");
    let unfinished = rest.lines().take(2).map(|line| format!("{line}\n")).collect::<String>();
    std::fs::write(path(&label), unfinished).expect("write");
    let copy = KeyLabel::from_random(77);
    std::fs::write(path(&copy), format!("{first}\n")).expect("write");

    assert_eq!(journal.enrollments().expect("reads"), []);
    assert_eq!(journal.unreadable().expect("reads").len(), 2);
    journal.clear_out(Timestamp::now()).expect("clears out");
    assert!(path(&label).exists() && path(&copy).exists(), "left alone");
    assert!(matches!(journal.begin(intent(7)), Err(JournalError::Damaged(_))), "a request may be out");
}

#[test]
fn a_record_that_has_become_shorter_is_not_filled_up() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let mut enrollment = journal.begin(intent(8)).expect("begins");
    let path = folder.path().join(enrollment.label().as_str()).with_extension("journal");
    std::fs::write(&path, "").expect("write");
    let made = Event::KeyMade { key: SpkiHash::of(b"key"), effective: SecurityLevel::Low };
    assert!(matches!(journal.record(&mut enrollment, made), Err(JournalError::Io(_))));
    assert_eq!(std::fs::read(&path).expect("read"), b"");
}

#[test]
fn looking_needs_no_lock_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("temp");
    let (_at_work, label) = written(folder.path());
    let onlooker = Journal::new(Arc::new(Onlooker::new(folder.path())), Arc::new(SystemClock));
    assert_eq!(onlooker.enrollments().expect("reads").len(), 1);
    assert!(onlooker.begin(intent(9)).is_err());
    assert_eq!(onlooker.replay(&label).expect("replays").stage(), Stage::Done);
    let nowhere = Journal::new(Arc::new(Onlooker::new(&folder.path().join("no"))), Arc::new(SystemClock));
    assert_eq!(nowhere.enrollments().expect("nothing yet"), []);
}

#[test]
fn a_renewal_remembers_the_certificate_that_it_renews_and_what_the_ca_wanted() {
    let folder = tempfile::tempdir().expect("temp");
    let present = Certificate::from_pem(include_str!("../../tests/support/old.pem")).expect("a certificate");
    let wanted = WantedExtensions::from_der(vec![0x30, 0]);
    let label = KeyLabel::from_random(7);
    {
        let journal = journal_in(folder.path());
        let renewing = Intent { renews: Some(present.clone()), ..intent(7) };
        let mut enrollment = journal.begin(renewing).expect("begins");
        let made = Event::KeyMade { key: SpkiHash::of(b"key"), effective: SecurityLevel::Low };
        let ready = Event::CsrReady { request: RequestHash::of(b"request"), extensions: wanted.clone() };
        for event in [made, ready] {
            journal.record(&mut enrollment, event).expect("written");
        }
    }
    let enrollment = journal_in(folder.path()).replay(&label).expect("reads");
    assert_eq!(enrollment.intent().renews.as_ref(), Some(&present));
    assert_eq!(enrollment.extensions(), &wanted);
}

#[test]
fn records_from_before_there_were_renewals_are_read() {
    let mut old = serde_json::to_value(Event::Intent(intent(8))).expect("JSON");
    assert!(
        old["intent"].as_object_mut().expect("an object").remove("renews").is_none(),
        "nothing is written for none"
    );
    assert_eq!(serde_json::from_value::<Event>(old).ok(), Some(Event::Intent(intent(8))));
    let ready = serde_json::json!({ "csr-ready": { "request": RequestHash::of(b"request") } });
    let read = serde_json::from_value::<Event>(ready).expect("an event");
    assert!(matches!(read, Event::CsrReady { extensions, .. } if extensions.is_empty()));
}

mod receipts;
