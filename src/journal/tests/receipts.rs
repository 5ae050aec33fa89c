//! Receipts, and pages that nobody has read yet.

use super::*;
use crate::domain::Extent;

fn receipt() -> Event {
    let reference = "R-1".to_owned().try_into().ok();
    Event::Pending { retry_at: None, reference }
}

fn page() -> Event {
    let page = RawAnswer { url: "https://ca/".parse().expect("url"), content_type: None, body: vec![0x95, 0x5c] };
    Event::Page { page, extent: Extent::Torn }
}

fn submitted(attempt: u32) -> Event {
    Event::Submitting { attempt, published: Vec::new() }
}

fn recorded(journal: &Journal, number: u64, events: impl IntoIterator<Item = Event>) -> Enrollment {
    let mut enrollment = journal.begin(intent(number)).expect("begins");
    for event in story().into_iter().take(2).chain(events) {
        journal.record(&mut enrollment, event).expect("legal");
    }
    let replayed = journal.replay(enrollment.label()).expect("replays");
    assert_eq!(replayed, enrollment);
    replayed
}

#[test]
fn a_reference_stays_until_another_receipt_comes() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let not_yet = Event::Pending { retry_at: Some(Timestamp::UNIX_EPOCH), reference: None };
    let enrollment = recorded(&journal, 20, [submitted(1), receipt(), submitted(2), not_yet]);
    assert_eq!(enrollment.reference().map(|reference| reference.as_str()), Some("R-1"));
    assert_eq!(enrollment.stage(), Stage::Pending { retry_at: Some(Timestamp::UNIX_EPOCH) });
    assert_eq!(enrollment.refusal(), None);
}

#[test]
fn a_refused_pin_leaves_the_application_with_the_bank_and_its_code_in_the_record() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let refused = Event::Refused { code: "E04".into() };
    let enrollment = recorded(&journal, 21, [submitted(1), receipt(), submitted(2), refused]);
    assert_eq!((enrollment.stage(), enrollment.refusal()), (Stage::Pending { retry_at: None }, Some("E04")));
}

#[test]
fn a_page_is_kept_before_it_is_read_and_goes_30_days_after_the_end() {
    let folder = tempfile::tempdir().expect("temp");
    let journal = journal_in(folder.path());
    let enrollment = recorded(&journal, 22, [submitted(1), page()]);
    assert_eq!(enrollment.stage(), Stage::Submitting);
    assert_eq!(
        enrollment.page().map(|(page, extent)| (page.body.clone(), *extent)),
        Some((vec![0x95, 0x5c], Extent::Torn))
    );
    let over = recorded(&journal, 23, [submitted(1), page(), Event::Unknown, Event::Abandoned]);
    journal.clear_out(over.last_action() + SignedDuration::from_hours(31 * 24)).expect("clears");
    assert_eq!(journal.replay(over.label()).expect("replays").page(), None);
    assert!(journal.replay(enrollment.label()).expect("replays").page().is_some(), "what is open keeps it");
}

/// An older program would ask with the numbers again, or call the record damaged.
#[test]
fn a_line_says_the_least_version_that_can_read_it() {
    let version = |event: Event| {
        let line = String::from_utf8(line::encode(Timestamp::UNIX_EPOCH, &event)).expect("text");
        line.split_once(" {\"v\":").map(|(_, rest)| rest.chars().take(1).collect::<String>())
    };
    for event in story() {
        assert_eq!(version(event.clone()).as_deref(), Some("1"), "{event:?}");
    }
    assert_eq!((version(receipt()).as_deref(), version(page()).as_deref()), (Some("2"), Some("2")));
}

#[test]
fn records_from_before_there_were_receipts_are_read() {
    let old = serde_json::json!({ "pending": { "retry_at": null } });
    assert_eq!(serde_json::from_value::<Event>(old).ok(), Some(Event::Pending { retry_at: None, reference: None }));
    let answer = serde_json::json!({ "answer": {
        "url": "https://ca/", "content_type": null, "body": "AP8K", "published": [] } });
    let Ok(Event::Answer(delivery)) = serde_json::from_value(answer) else { panic!("an answer") };
    assert_eq!(delivery.answer.body, [0, 255, 10]);
}
