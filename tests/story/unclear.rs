//! Words of the bank that nobody here knows, and a bank that takes nothing now: what is sent, kept and said.

use std::sync::Arc;

use async_trait::async_trait;
use shirushi::{
    journal::Stage,
    keystore::KeyStore,
    page::Control,
    protocol::{
        Application, Connected, EnrollmentProtocol, Introduction, ProtocolError, Refusal, RefusalKind, Reply,
        TransportError,
    },
    wizard::StageName,
};

use crate::{
    player::Player,
    world::{Pc, Plan, bank},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    BeforeSending,
    AfterSending,
}

/// A bank whose answer is a sentence.
#[derive(Debug)]
struct Saying {
    inner: Arc<dyn EnrollmentProtocol>,
    moment: Moment,
    kind: RefusalKind,
}

const SENTENCE: &str = "発行数が上限を|超えています";

#[async_trait]
impl EnrollmentProtocol for Saying {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        self.inner.introduce().await
    }

    async fn submit(&self, _: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        let refusal = Refusal { kind: self.kind, text: SENTENCE.to_owned() };
        if self.moment == Moment::BeforeSending {
            return Err(ProtocolError::NotAccepting(refusal));
        }
        connected().map_err(|error| ProtocolError::NotSent(TransportError::Connect(error)))?;
        Ok(Reply::Refused(refusal))
    }
}

fn play(moment: Moment, kind: RefusalKind) -> (Pc, Player) {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut world = pc.world(bank(), Plan::default());
    world.protocol = Arc::new(Saying { inner: Arc::clone(&world.protocol), moment, kind });
    let mut player = Player::open(world);
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Setback, "{}", player.text());
    (pc, player)
}

fn stage(pc: &Pc) -> Stage {
    pc.journal().enrollments().expect("reads")[0].stage()
}

#[test]
fn a_sentence_that_nobody_knows_is_shown_and_the_outcome_stays_open() {
    let (pc, player) = play(Moment::AfterSending, RefusalKind::ServerFailed { status: 200 });
    let text = player.text();
    assert!(text.contains("E21") && text.contains(SENTENCE) && text.contains("分かりません"), "{text}");
    drop(player);
    assert_eq!(stage(&pc), Stage::Unknown);
    assert_eq!(pc.store.keys().expect("keys").len(), 1, "the key waits for its certificate");
}

#[test]
fn a_bank_that_takes_nothing_now_has_issued_nothing() {
    for (kind, code) in
        [(RefusalKind::Maintenance { until: None }, "E13"), (RefusalKind::ServerFailed { status: 404 }, "E21")]
    {
        let (pc, player) = play(Moment::BeforeSending, kind);
        let text = player.text();
        assert!(text.contains(code) && text.contains("発行されていません"), "{text}");
        drop(player);
        assert_eq!(stage(&pc), Stage::Abandoned);
        assert!(pc.store.keys().expect("keys").is_empty());
    }
}
