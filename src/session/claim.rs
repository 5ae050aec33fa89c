//! With what a certificate is asked for: numbers, the certificate that is renewed, or the PIN of a receipt.

use super::{Cause, Desk, Means, NotRenewable, pickup::Ticket};
use crate::{
    domain::{Certificate, Credentials, DistinguishedName, RawAnswer, Role, Secret},
    keystore::StoreError,
    protocol::{
        ClientIdentity, Proof,
        csr::{Form, RequestError},
    },
};

/// Who asks, before the store is open.
#[derive(Debug)]
pub(super) enum Claim {
    Numbers(Credentials),
    /// 更新: the present certificate.
    Renewal(Certificate),
    /// Pick-up later.
    Ticket(Ticket),
}

/// What the CA is shown.
#[derive(Debug)]
pub(super) enum Evidence {
    Numbers(Credentials),
    /// The present certificate with its key, which stays in the store.
    Certificate(ClientIdentity),
    /// For an application that the CA has already.
    Ticket(Ticket),
}

/// Which of its doors the CA is asked at, and with what.
pub(super) enum Shown<'a> {
    Proof(Proof<'a>),
    Ticket(&'a Ticket),
}

impl Claim {
    pub fn means(&self) -> Means {
        match self {
            Self::Numbers(_) => Means::Numbers,
            Self::Renewal(_) => Means::Certificate,
            Self::Ticket(_) => Means::Pin,
        }
    }

    pub fn renews(&self) -> Option<&Certificate> {
        match self {
            Self::Numbers(_) | Self::Ticket(_) => None,
            Self::Renewal(present) => Some(present),
        }
    }

    /// Finds the present certificate's key; its store is open. `published` are the CA's intermediates.
    pub async fn gather(self, desk: &Desk, published: &[Certificate]) -> Result<Evidence, (Self, Cause)> {
        let present = match self {
            Self::Numbers(credentials) => return Ok(Evidence::Numbers(credentials)),
            Self::Ticket(ticket) => return Ok(Evidence::Ticket(ticket)),
            Self::Renewal(present) => present,
        };
        let wanted = present.clone();
        match desk.with_store(move |store| store.key_of(&wanted)).await {
            Ok(signer) => Ok(Evidence::Certificate(ClientIdentity { chain: chain(&present, published), signer })),
            Err(Cause::Store(StoreError::KeyMissing)) => {
                Err((Self::Renewal(present), Cause::NotRenewable(NotRenewable::NotHere)))
            }
            Err(cause) => Err((Self::Renewal(present), cause)),
        }
    }
}

/// The certificate and what leads from it towards a root; the root itself is the CA's own.
fn chain(leaf: &Certificate, published: &[Certificate]) -> Vec<Certificate> {
    let mut chain = vec![leaf.clone()];
    while let Some(last) = chain.last()
        && let Some(next) = published.iter().find(|one| one.subject() == last.issuer() && !chain.contains(one))
        && next.subject() != next.issuer()
    {
        chain.push(next.clone());
    }
    chain
}

impl Evidence {
    pub fn into_claim(self) -> Claim {
        match self {
            Self::Numbers(credentials) => Claim::Numbers(credentials),
            Self::Ticket(ticket) => Claim::Ticket(ticket),
            Self::Certificate(mut identity) => Claim::Renewal(identity.chain.swap_remove(0)), // the leaf is always there
        }
    }

    /// What the issued certificate's subject must have. `None`: nothing is applied for.
    pub fn subject(&self, role: &Role) -> Option<DistinguishedName> {
        match self {
            Self::Numbers(credentials) => Some(role.issued_subject(credentials)),
            Self::Certificate(identity) => Some(identity.chain[0].subject()),
            Self::Ticket(_) => None,
        }
    }

    pub fn renews(&self) -> Option<&Certificate> {
        match self {
            Self::Numbers(_) | Self::Ticket(_) => None,
            Self::Certificate(identity) => identity.chain.first(),
        }
    }

    /// `None`: nothing is applied for.
    pub fn form(&self, role: &Role) -> Option<Result<Form, RequestError>> {
        match self {
            Self::Numbers(credentials) => Some(Form::for_name(&role.request_subject(credentials))),
            Self::Certificate(identity) => Some(Ok(Form::for_holder_of(&identity.chain[0]))),
            Self::Ticket(_) => None,
        }
    }

    pub fn proof<'a>(&'a self, role: &'a Role) -> Shown<'a> {
        match self {
            Self::Numbers(credentials) => Shown::Proof(Proof::Numbers { role, credentials }),
            Self::Certificate(identity) => Shown::Proof(Proof::Certificate(identity)),
            Self::Ticket(ticket) => Shown::Ticket(ticket),
        }
    }

    /// What no page and no answer may repeat.
    pub fn secrets<'a>(&'a self, role: &'a Role) -> Vec<&'a Secret> {
        match self {
            Self::Numbers(credentials) => credentials.secrets(role).collect(),
            Self::Certificate(_) => Vec::new(),
            Self::Ticket(ticket) => vec![&ticket.pin],
        }
    }

    /// The answer as it may be stored.
    pub fn blanked(&self, answer: RawAnswer, role: &Role) -> RawAnswer {
        match self {
            Self::Numbers(_) | Self::Ticket(_) => answer.without(&self.secrets(role)),
            Self::Certificate(_) => answer,
        }
    }
}
