//! One line of the journal.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::domain::{
    Certificate, DistinguishedName, Extent, KeyLabel, RawAnswer, Reference, RoleId, SecurityLevel, SpkiHash,
    Thumbprint, WantedExtensions,
};

/// What is about to be done or has just come true, in the order of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A key with this name is about to be made.
    Intent(Intent),
    /// The key is in its store and survives a power cut.
    KeyMade {
        key: SpkiHash,
        effective: SecurityLevel,
    },
    /// The request has been made; its bytes can be made again from key and entries, and the hash proves it.
    CsrReady {
        request: RequestHash,
        /// What the CA wanted in it.
        #[serde(default, skip_serializing_if = "WantedExtensions::is_empty")]
        extensions: WantedExtensions,
    },
    /// The request is about to be given to the user, who hands it to the bank. Unlike others it is kept: it lies in a
    /// file on somebody's desk anyway, and may be asked for again. No secret of the user's can be in it.
    HandedOut {
        #[serde(with = "bytes")]
        request: Vec<u8>,
    },
    /// The connection stands and the first byte is about to leave.
    Submitting {
        attempt: u32,
        /// What the CA has published (`cacerts`): an answer that comes later as a file may be the leaf alone.
        #[serde(default, skip_serializing_if = "Vec::is_empty", with = "ders")]
        published: Vec<Certificate>,
    },
    /// Nothing left this PC.
    NotSent {
        cause: String,
    },
    /// The bank said no; `code` is the catalogue's.
    Refused {
        code: String,
    },
    /// 202: ask again with the same request; or the CA keeps it under a reference, and a PIN picks it up.
    Pending {
        retry_at: Option<Timestamp>,
        /// Of a receipt. What says "not yet" later has none, and changes none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
    },
    /// A page that has come after the request, before it is read: only reading tells what it is. Without the secrets
    /// that it may repeat, and of a long one the beginning.
    Page {
        #[serde(with = "raw")]
        page: RawAnswer,
        extent: Extent,
    },
    /// The answer was lost: only the CA knows.
    Unknown,
    /// An answer is on disk, not yet read.
    Answer(#[serde(with = "delivery")] Delivery),
    /// The answer broke this rule; it is kept.
    Rejected {
        rule: String,
    },
    Validated {
        certificate: Thumbprint,
    },
    Installed,
    Proven {
        login: LoginRecord,
    },
    Done,
    /// Given up: the key is about to be destroyed.
    Abandoned,
    /// All that is left of a finished enrollment after 30 days.
    Shrunk {
        certificate: Option<Thumbprint>,
    },
}

impl Event {
    /// The least version of this journal that can read it: an older program leaves alone what it would misunderstand.
    pub(super) fn version(&self) -> u32 {
        match self {
            Self::Page { .. } | Self::Pending { reference: Some(_), .. } => 2,
            _ => 1,
        }
    }
}

/// Who wants what, before anything exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    pub label: KeyLabel,
    /// `institution.id` of the profile.
    pub institution: String,
    pub role: RoleId,
    /// Address of the store, as `--store` takes it.
    pub store: String,
    pub level: SecurityLevel,
    /// What the issued certificate's subject must have. Public: it will stand in the certificate.
    pub subject: DistinguishedName,
    /// 更新: the certificate that is renewed. It is public, and it says what must come back when its store is closed.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "maybe_der")]
    pub renews: Option<Certificate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginRecord {
    Proven,
    NotTried,
    Refused,
}

/// SHA-256 over the DER of the PKCS#10 request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestHash(String);

impl RequestHash {
    pub fn of(request: &[u8]) -> Self {
        Self(Sha256::digest(request).iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl fmt::Display for RequestHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The answer, and what is needed to read it without a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub answer: RawAnswer,
    /// What the CA had published before (`cacerts`): many CAs answer with the leaf alone.
    pub published: Vec<Certificate>,
}

/// DER as its base64.
mod bytes {
    use serde::{Deserializer, Serializer, de::Error};

    use super::*;

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        BASE64_STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// Certificates as the base64 of their DER.
mod ders {
    use serde::{Deserializer, Serializer, de::Error};

    use super::*;

    pub fn serialize<S: Serializer>(certificates: &[Certificate], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(certificates.iter().map(|certificate| BASE64_STANDARD.encode(certificate.der())))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Certificate>, D::Error> {
        let certificate = |text: &String| {
            Certificate::from_der(BASE64_STANDARD.decode(text).map_err(D::Error::custom)?).map_err(D::Error::custom)
        };
        Vec::<String>::deserialize(from)?.iter().map(certificate).collect()
    }
}

/// One certificate, or none.
mod maybe_der {
    use serde::{Deserializer, Serializer};

    use super::*;

    pub fn serialize<S: Serializer>(certificate: &Option<Certificate>, to: S) -> Result<S::Ok, S::Error> {
        ders::serialize(certificate.as_slice(), to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Certificate>, D::Error> {
        ders::deserialize(from).map(|certificates| certificates.into_iter().next())
    }
}

/// What came, its bytes as base64.
mod raw {
    use serde::{Deserializer, Serializer};

    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(super) struct Stored {
        url: Url,
        content_type: Option<String>,
        #[serde(with = "bytes")]
        body: Vec<u8>,
    }

    impl From<&RawAnswer> for Stored {
        fn from(raw: &RawAnswer) -> Self {
            Self { url: raw.url.clone(), content_type: raw.content_type.clone(), body: raw.body.clone() }
        }
    }

    impl From<Stored> for RawAnswer {
        fn from(Stored { url, content_type, body }: Stored) -> Self {
            Self { url, content_type, body }
        }
    }

    pub fn serialize<S: Serializer>(raw: &RawAnswer, to: S) -> Result<S::Ok, S::Error> {
        Stored::from(raw).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<RawAnswer, D::Error> {
        Stored::deserialize(from).map(RawAnswer::from)
    }
}

mod delivery {
    use serde::{Deserializer, Serializer};

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Stored {
        #[serde(flatten)]
        answer: raw::Stored,
        #[serde(with = "ders")]
        published: Vec<Certificate>,
    }

    pub fn serialize<S: Serializer>(delivery: &Delivery, to: S) -> Result<S::Ok, S::Error> {
        Stored { answer: (&delivery.answer).into(), published: delivery.published.clone() }.serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Delivery, D::Error> {
        let Stored { answer, published } = Stored::deserialize(from)?;
        Ok(Delivery { answer: answer.into(), published })
    }
}
