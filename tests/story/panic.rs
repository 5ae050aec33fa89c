//! A job that dies is our fault: the window is let go, and the journal says what is known.

use std::sync::Arc;

use async_trait::async_trait;
use shirushi::{
    page::{Closing, Control},
    protocol::{Application, Connected, EnrollmentProtocol, Introduction, ProtocolError, Reply},
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

/// A protocol with a fault in it.
#[derive(Debug)]
struct Faulty {
    inner: Arc<dyn EnrollmentProtocol>,
    moment: Moment,
}

#[async_trait]
impl EnrollmentProtocol for Faulty {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        self.inner.introduce().await
    }

    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        if self.moment == Moment::AfterSending {
            let _ = self.inner.submit(application, connected).await;
        }
        panic!("planned");
    }
}

fn play(moment: Moment) -> (Pc, Player) {
    let (pc, guest) = (Pc::new(), bank().guest());
    let mut world = pc.world(bank(), Plan::default());
    world.protocol = Arc::new(Faulty { inner: Arc::clone(&world.protocol), moment });
    let mut player = Player::open(world);
    player.walk_to(StageName::Security, &guest);
    player.press(Control::Primary);
    assert_eq!(player.stage(), StageName::Setback, "{}", player.text());
    assert!(player.text().contains("X01"), "{}", player.text());
    assert_eq!(player.closing(), Closing::Free, "the window is let go");
    drop(player);
    let mut player = Player::open(pc.world(bank(), Plan::default()));
    assert_eq!(player.walk(&guest), StageName::Complete, "{}", player.text());
    assert_eq!(bank().issued(&guest), 1);
    (pc, player)
}

#[test]
fn a_job_that_dies_before_sending_loses_nothing() {
    play(Moment::BeforeSending);
}

#[test]
fn a_job_that_dies_after_sending_loses_nothing() {
    play(Moment::AfterSending);
}
