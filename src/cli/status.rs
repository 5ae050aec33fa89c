//! `status`: what the journal knows, for machines.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    domain::{Extent, Reference},
    journal::{Enrollment, Journal, JournalError, Stage},
};

/// One enrollment. Names no secret and no number beyond what stands in the certificate.
#[derive(Debug, Serialize)]
pub struct EnrollmentStatus {
    key_label: String,
    institution: String,
    role: String,
    store: String,
    subject: String,
    /// Of the certificate that is renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    renews_sha256: Option<String>,
    stage: String,
    last_action: Timestamp,
    /// Under which the bank keeps the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<Reference>,
    /// The last page that came after a request, which the record holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<KeptPage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_sha256: Option<String>,
}

/// What somebody who looks into it finds in the record; how to get it out is told in docs/web-form.md.
#[derive(Debug, Serialize)]
pub struct KeptPage {
    url: String,
    bytes: usize,
    extent: Extent,
}

/// Every enrollment of this user on this PC, oldest first, and the records that cannot be read.
#[derive(Debug, Serialize)]
pub struct Status {
    enrollments: Vec<EnrollmentStatus>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unreadable: Vec<Unreadable>,
}

/// A record that is left alone, and keeps new requests back.
#[derive(Debug, Serialize)]
pub struct Unreadable {
    key_label: Option<String>,
    reason: String,
}

pub fn status(journal: &Journal) -> Result<Status, JournalError> {
    let enrollments = journal.enrollments()?.iter().map(EnrollmentStatus::from).collect();
    let unreadable = journal.unreadable()?.iter().map(Unreadable::from).collect();
    Ok(Status { enrollments, unreadable })
}

impl From<&JournalError> for Unreadable {
    fn from(error: &JournalError) -> Self {
        Self { key_label: error.label().map(ToString::to_string), reason: error.to_string() }
    }
}

impl From<&Enrollment> for EnrollmentStatus {
    fn from(enrollment: &Enrollment) -> Self {
        let intent = enrollment.intent();
        Self {
            key_label: intent.label.to_string(),
            institution: intent.institution.clone(),
            role: intent.role.0.clone(),
            store: intent.store.clone(),
            subject: intent.subject.to_string(),
            renews_sha256: intent.renews.as_ref().map(|renewed| renewed.thumbprint().to_string()),
            stage: stage_name(enrollment.stage()).to_owned(),
            last_action: enrollment.last_action(),
            reference: enrollment.reference().cloned(),
            page: enrollment.page().map(|(page, extent)| KeptPage {
                url: page.url.to_string(),
                bytes: page.body.len(),
                extent: *extent,
            }),
            certificate_sha256: enrollment.certificate().map(|thumbprint| thumbprint.to_string()),
        }
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Intent => "intent",
        Stage::KeyMade => "key-made",
        Stage::CsrReady => "csr-ready",
        Stage::Submitting => "submitting",
        Stage::Refused => "refused",
        Stage::Pending { .. } => "pending",
        Stage::Unknown => "unknown",
        Stage::Answer => "answer",
        Stage::Rejected => "rejected",
        Stage::Validated => "validated",
        Stage::Installed => "installed",
        Stage::Proven => "proven",
        Stage::Done => "done",
        Stage::Abandoned => "abandoned",
    }
}
