//! With what a certificate is asked for: numbers, or the certificate that is renewed.

use super::{Cause, Desk, Means, NotRenewable};
use crate::{
    domain::{Certificate, Credentials, DistinguishedName, RawAnswer, Role},
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
}

/// What the CA is shown.
#[derive(Debug)]
pub(super) enum Evidence {
    Numbers(Credentials),
    /// The present certificate with its key, which stays in the store.
    Certificate(ClientIdentity),
}

impl Claim {
    pub fn means(&self) -> Means {
        match self {
            Self::Numbers(_) => Means::Numbers,
            Self::Renewal(_) => Means::Certificate,
        }
    }

    pub fn renews(&self) -> Option<&Certificate> {
        match self {
            Self::Numbers(_) => None,
            Self::Renewal(present) => Some(present),
        }
    }

    /// Finds the present certificate's key; its store is open. `published` are the CA's intermediates.
    pub async fn gather(self, desk: &Desk, published: &[Certificate]) -> Result<Evidence, (Self, Cause)> {
        let present = match self {
            Self::Numbers(credentials) => return Ok(Evidence::Numbers(credentials)),
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
            Self::Certificate(mut identity) => Claim::Renewal(identity.chain.swap_remove(0)), // the leaf is always there
        }
    }

    /// What the issued certificate's subject must have.
    pub fn subject(&self, role: &Role) -> DistinguishedName {
        match self {
            Self::Numbers(credentials) => role.issued_subject(credentials),
            Self::Certificate(identity) => identity.chain[0].subject(),
        }
    }

    pub fn renews(&self) -> Option<&Certificate> {
        match self {
            Self::Numbers(_) => None,
            Self::Certificate(identity) => identity.chain.first(),
        }
    }

    pub fn form(&self, role: &Role) -> Result<Form, RequestError> {
        match self {
            Self::Numbers(credentials) => Form::for_name(&role.request_subject(credentials)),
            Self::Certificate(identity) => Ok(Form::for_holder_of(&identity.chain[0])),
        }
    }

    pub fn proof<'a>(&'a self, role: &'a Role) -> Proof<'a> {
        match self {
            Self::Numbers(credentials) => Proof::Numbers { role, credentials },
            Self::Certificate(identity) => Proof::Certificate(identity),
        }
    }

    /// The answer as it may be stored.
    pub fn blanked(&self, answer: RawAnswer, role: &Role) -> RawAnswer {
        match self {
            Self::Numbers(credentials) => answer.blanked(credentials, role),
            Self::Certificate(_) => answer,
        }
    }
}
