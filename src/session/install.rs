//! The certificate into its store, and proof that it works before anybody says 完了.

use std::{sync::Arc, time::Duration};

use url::Url;

use super::{
    Cause, Desk, During, Error, Issued, LevelRecord, LoginProof, Means, Progress, Receipt, Setback, Step, Stuck,
    desk::JournalFile,
};
use crate::{
    domain::{Certificate, Secret, Signer},
    journal::{Event, LoginRecord, Stage},
    keystore::KeyStore,
    protocol::{
        ClientIdentity, LoginDemand, TransportError,
        transport::{ConnectError, LostCause, Method, Request, Response},
        validate::{self, Believed},
    },
};

/// How long the portal may take to answer; the certificate is installed whether it does or not.
const LOGIN_DEADLINE: Duration = Duration::from_secs(15);

/// A certificate that is believed and on disk: trust page 2.
#[derive(Debug)]
pub struct Received {
    desk: Desk,
    file: JournalFile,
    believed: Believed,
    url: Url,
}

impl Received {
    pub(super) fn new(desk: Desk, file: JournalFile, believed: Believed, url: Url) -> Self {
        Self { desk, file, believed, url }
    }

    pub fn certificate(&self) -> &Certificate {
        &self.believed.leaf
    }

    /// Where it will be stored.
    pub fn store(&self) -> &dyn KeyStore {
        self.desk.ports.store.as_ref()
    }

    /// The certificate that is renewed, or the one of the same holder that is in use now; of these none is seen in a
    /// store that is closed.
    pub fn predecessor(&self) -> Option<Certificate> {
        self.file.renews().or_else(|| predecessor(self.store(), self.certificate()))
    }

    pub fn means(&self) -> Means {
        self.file.means()
    }

    /// The address that answered.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Gives the certificate up and destroys its key. Only after the user has confirmed it twice.
    pub async fn discard(self) -> Result<(), Error> {
        let failed = |cause| Error::new(During::Installation, Issued::Yes, cause).by(self.file.means());
        self.desk.abandon(&self.file).await.map_err(failed)
    }

    /// Stores certificate and intermediates, then proves them. Doing it again after a crash is doing it once. After a
    /// restart a store with a password asks for it once more.
    pub async fn install(self, store_secret: Option<Secret>, progress: Progress) -> Result<Complete, Setback> {
        let _ = progress.send(Step::Store);
        if let Err(cause) = self.desk.unlock(store_secret).await {
            return Err(self.stuck(During::Installation, cause));
        }
        let signer = match self.put().await {
            Ok(signer) => signer,
            Err(cause) => return Err(self.stuck(During::Installation, cause)),
        };
        let _ = progress.send(Step::ProveSignature);
        if let Err(cause) = self.prove_signature(Arc::clone(&signer)).await {
            return Err(self.stuck(During::Proof, cause));
        }
        let _ = progress.send(Step::ProveLogin);
        let identity = self.identity(signer);
        let Proof { login, proxy } = prove_login(&self.desk, identity.clone()).await;
        match self.finish(login) {
            Ok(receipt) => {
                self.desk.ports.store.forget_secret();
                Ok(Complete { desk: self.desk, identity, receipt, renews: self.file.renews(), proxy })
            }
            Err(cause) => Err(self.stuck(During::Proof, cause)),
        }
    }

    async fn put(&self) -> Result<Arc<dyn Signer>, Cause> {
        let label = self.file.enrollment().label().clone();
        let Believed { leaf, intermediates } = self.believed.clone();
        let signer = self
            .desk
            .with_store(move |store| {
                store.install(&label, &leaf, &intermediates)?;
                store.open(&label)
            })
            .await?;
        if self.file.stage() == Stage::Validated {
            self.file.record(Event::Installed)?;
        }
        Ok(signer)
    }

    /// Signs something new with the stored key in every scheme it knows, and checks that with the certificate.
    async fn prove_signature(&self, signer: Arc<dyn Signer>) -> Result<(), Cause> {
        let certificate = self.believed.leaf.clone();
        let proof = tokio::task::spawn_blocking(move || -> Result<bool, Cause> {
            let mut challenge = [0; 32];
            getrandom::fill(&mut challenge).map_err(|_| Cause::ProofFailed)?;
            for scheme in signer.schemes() {
                let signature = signer.sign(*scheme, &challenge)?;
                if !validate::signature_fits(&certificate, *scheme, &challenge, &signature) {
                    return Ok(false);
                }
            }
            Ok(!signer.schemes().is_empty())
        });
        match proof.await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(Cause::ProofFailed),
            Ok(Err(cause)) => Err(cause),
            Err(_) => Err(Cause::TaskDied),
        }
    }

    fn identity(&self, signer: Arc<dyn Signer>) -> ClientIdentity {
        let chain = std::iter::once(&self.believed.leaf).chain(&self.believed.intermediates).cloned().collect();
        ClientIdentity { chain, signer }
    }

    fn finish(&self, login: LoginProof) -> Result<Receipt, Cause> {
        let record = match login {
            LoginProof::Proven => LoginRecord::Proven,
            LoginProof::NotTried => LoginRecord::NotTried,
            LoginProof::Refused => LoginRecord::Refused,
        };
        self.file.record(Event::Proven { login: record })?;
        // What is proven works, whatever becomes of this line: the next start writes it.
        let _ = self.file.record(Event::Done);
        let enrollment = self.file.enrollment();
        let level = LevelRecord { chosen: enrollment.intent().level, effective: enrollment.effective_level() };
        Ok(Receipt {
            certificate: self.believed.leaf.clone(),
            store: enrollment.intent().store.clone(),
            key: self.believed.leaf.spki_hash(),
            level,
            login,
        })
    }

    fn stuck(self, during: During, cause: Cause) -> Setback {
        let error = Error::new(during, Issued::Yes, cause).by(self.file.means());
        Setback { error, session: Stuck::Received(self) }
    }
}

fn predecessor(store: &dyn KeyStore, new: &Certificate) -> Option<Certificate> {
    let same_holder = |old: &Certificate| old.subject() == new.subject() && old != new;
    store.certificates().unwrap_or_default().into_iter().filter(same_holder).max_by_key(Certificate::not_after)
}

/// Installed and proven.
#[derive(Debug)]
pub struct Complete {
    desk: Desk,
    identity: ClientIdentity,
    receipt: Receipt,
    renews: Option<Certificate>,
    proxy: Option<LoginDemand>,
}

impl Complete {
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// The certificate of the same holder that was in use before.
    pub fn predecessor(&self) -> Option<Certificate> {
        self.renews.clone().or_else(|| predecessor(self.desk.ports.store.as_ref(), &self.receipt.certificate))
    }

    pub fn means(&self) -> Means {
        if self.renews.is_some() { Means::Certificate } else { Means::Numbers }
    }

    /// What keeps the portal out of reach, when it is a proxy that asks who is there.
    pub fn proxy(&self) -> Option<&LoginDemand> {
        self.proxy.as_ref()
    }

    /// Tries the login again, when the portal could not be reached before.
    pub async fn prove_login(mut self) -> Self {
        let Proof { login, proxy } = prove_login(&self.desk, self.identity.clone()).await;
        (self.receipt.login, self.proxy) = (login, proxy);
        self
    }
}

/// First a visitor without a certificate, who must be turned away; then the new certificate, which must be let in.
async fn prove_login(desk: &Desk, identity: ClientIdentity) -> Proof {
    let proof = |login| Proof { login, proxy: None };
    match visit(desk, None).await {
        Visit::TurnedAway => {}
        Visit::LetIn | Visit::NobodyThere => return proof(LoginProof::NotTried),
        Visit::AtProxy(demand) => return Proof { login: LoginProof::NotTried, proxy: Some(demand) },
    }
    match visit(desk, Some(identity)).await {
        Visit::LetIn => proof(LoginProof::Proven),
        Visit::TurnedAway => proof(LoginProof::Refused),
        Visit::NobodyThere => proof(LoginProof::NotTried),
        Visit::AtProxy(demand) => Proof { login: LoginProof::NotTried, proxy: Some(demand) },
    }
}

struct Proof {
    login: LoginProof,
    proxy: Option<LoginDemand>,
}

enum Visit {
    LetIn,
    TurnedAway,
    NobodyThere,
    /// The proxy on the way asks who is there.
    AtProxy(LoginDemand),
}

async fn visit(desk: &Desk, identity: Option<ClientIdentity>) -> Visit {
    let stranger = identity.is_none();
    let request = Request {
        url: desk.profile.portal.login.clone(),
        method: Method::Get,
        basic: None,
        cookies: None,
        pin: None,
        identity,
        connected: None,
        torn: None,
        deadline: LOGIN_DEADLINE,
    };
    match desk.ports.portal.exchange(request).await {
        Ok(Response { status: 200..=299, .. }) => Visit::LetIn,
        Ok(Response { status: 400..=499, .. })
        | Err(TransportError::Connect(ConnectError::ClientCertificateRefused))
        | Err(TransportError::Lost(LostCause::ClientCertificateRefused)) => Visit::TurnedAway,
        // Older servers end the handshake without saying that it is the certificate they miss.
        Err(TransportError::Connect(ConnectError::TlsFailed)) => Visit::TurnedAway,
        // In TLS 1.3 the refusal comes after the handshake, and the reset behind it can overtake it.
        Err(TransportError::Lost(LostCause::Cut)) if stranger => Visit::TurnedAway,
        Err(TransportError::Connect(ConnectError::ProxyWantsLogin(demand))) => Visit::AtProxy(demand),
        Ok(_) | Err(_) => Visit::NobodyThere,
    }
}
