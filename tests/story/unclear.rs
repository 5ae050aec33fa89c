//! Words of the bank that nobody here knows, and a bank that takes nothing now: what is sent, kept and said.

use std::sync::Arc;

use async_trait::async_trait;
use shirushi::{
    journal::Stage,
    keystore::KeyStore,
    page::Control,
    protocol::{
        Application, ConnectError, Connected, EnrollmentProtocol, Introduction, ProtocolError, Refusal, RefusalKind,
        Reply, TransportError,
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
    outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Says(RefusalKind),
    /// Another server answers where the way goes on.
    OtherServer,
}

const SENTENCE: &str = "発行数が上限を|超えています";

#[async_trait]
impl EnrollmentProtocol for Saying {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        self.inner.introduce().await
    }

    async fn submit(&self, _: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        if self.moment == Moment::AfterSending {
            connected().map_err(|error| ProtocolError::NotSent(TransportError::Connect(error)))?;
        }
        let refusal = |kind| Refusal { kind, text: SENTENCE.to_owned() };
        match (self.moment, self.outcome) {
            (Moment::BeforeSending, Outcome::Says(kind)) => Err(ProtocolError::NotAccepting(refusal(kind))),
            (Moment::AfterSending, Outcome::Says(kind)) => Ok(Reply::Refused(refusal(kind))),
            (Moment::BeforeSending, Outcome::OtherServer) => {
                Err(ProtocolError::NotSent(ConnectError::OtherServer.into()))
            }
            (Moment::AfterSending, Outcome::OtherServer) => {
                Err(ProtocolError::AnswerLost(ConnectError::OtherServer.into()))
            }
        }
    }
}

fn play(moment: Moment, outcome: Outcome) -> (Pc, Player) {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut world = pc.world(bank(), Plan::default());
    world.protocol = Arc::new(Saying { inner: Arc::clone(&world.protocol), moment, outcome });
    let mut player = Player::open(world);
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Primary);
    (pc, player)
}

fn stage(pc: &Pc) -> Stage {
    pc.journal().enrollments().expect("reads")[0].stage()
}

#[test]
fn a_sentence_that_nobody_knows_is_shown_and_the_outcome_stays_open() {
    let (pc, player) = play(Moment::AfterSending, Outcome::Says(RefusalKind::ServerFailed { status: 200 }));
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
        let (pc, player) = play(Moment::BeforeSending, Outcome::Says(kind));
        let text = player.text();
        assert!(text.contains(code) && text.contains("発行されていません"), "{text}");
        drop(player);
        assert_eq!(stage(&pc), Stage::Abandoned);
        assert!(pc.store.keys().expect("keys").is_empty());
    }
}

#[test]
fn another_server_on_the_way_is_never_called_unsent_once_something_was_sent() {
    let (_, player) = play(Moment::BeforeSending, Outcome::OtherServer);
    assert_eq!(player.stage(), StageName::Trust);
    assert!(player.text().contains("まだ送っていません"), "{}", player.text());
    let (pc, player) = play(Moment::AfterSending, Outcome::OtherServer);
    assert!(player.text().contains("E14") && !player.text().contains("送っていません"), "{}", player.text());
    drop(player);
    assert_eq!(stage(&pc), Stage::Unknown);
}
