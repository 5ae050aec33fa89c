//! The contract over every protocol, and protocols that break it: each must turn a clause red.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use async_trait::async_trait;
use shirushi::{
    protocol::{
        Application, Connected, EnrollmentProtocol, Est, HttpTransport, Introduction, ProtocolError, Reply, Transport,
        TransportError, WebForm,
        transport::{Method, Request, Response},
    },
    wizard::World,
};

use crate::{
    contract::{self, Bench},
    world::{Door, Pc, SharedBank},
};

/// One test for each clause of the contract and each protocol.
macro_rules! contract {
    ($($clause:ident)*) => {
        /// The clauses by name, for the planted faults.
        const CLAUSES: &[(&str, fn(&dyn Bench))] = &[$((stringify!($clause), contract::$clause)),*];

        mod by_est {
            $(#[test] fn $clause() { crate::contract::$clause(&crate::world::Door::Est); })*
        }

        mod by_web_form {
            $(#[test] fn $clause() { crate::contract::$clause(&crate::world::Door::OldPages); })*
        }
    };
}

contract! {
    one_click_sends_one_post_and_brings_one_certificate
    a_wrong_number_says_how_many_tries_are_left_and_the_right_one_is_then_taken
    the_seventh_wrong_number_locks_and_the_right_one_does_not_help_then
    a_certificate_that_was_taken_is_told_apart
    a_pick_up_that_has_expired_is_told_apart
    maintenance_is_told_apart
    what_the_bank_prepares_is_not_asked_for_early_and_then_it_comes
    after_a_restart_what_the_bank_prepares_comes_with_the_numbers_typed_again
    a_lost_answer_is_asked_for_again_where_the_bank_gives_the_same
    half_an_answer_is_a_lost_one_also_after_a_restart
    a_lost_answer_is_left_alone_where_the_bank_gives_nothing_twice
    a_lost_answer_is_left_alone_where_the_bank_would_make_another
    nonsense_is_no_certificate_and_is_asked_about_again_where_that_is_harmless
    a_certificate_for_another_key_is_not_believed
    a_certificate_of_another_authority_is_not_believed
    a_certificate_that_cannot_log_in_is_not_believed
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Planted {
    Nothing,
    /// Asks twice, to be sure.
    AsksTwice,
    /// Every POST leaves twice.
    PostsTwice,
    /// Asks again by itself where the answer is lost.
    TriesAgain,
}

/// A door with somebody before it who does not keep to the rules.
struct BrokenBench {
    door: Door,
    fault: Planted,
}

impl Bench for BrokenBench {
    fn door(&self) -> Door {
        self.door
    }

    fn world(&self, pc: &Pc, bank: &SharedBank) -> World {
        let world = self.door.world(pc, bank);
        let inner = HttpTransport::new(&world.profile.anchors.tls).expect("anchors");
        let transport = Arc::new(BrokenTransport { inner, fault: self.fault });
        let inner: Arc<dyn EnrollmentProtocol> = match &world.profile.webform {
            Some(pages) => Arc::new(WebForm::new(&world.profile.ca, pages.clone(), transport)),
            None => Arc::new(Est::new(&world.profile.ca, transport)),
        };
        World { protocol: Arc::new(BrokenProtocol { inner, fault: self.fault }), ..world }
    }
}

#[derive(Debug)]
struct BrokenProtocol {
    inner: Arc<dyn EnrollmentProtocol>,
    fault: Planted,
}

#[async_trait]
impl EnrollmentProtocol for BrokenProtocol {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        self.inner.introduce().await
    }

    async fn submit(&self, application: Application<'_>, connected: Connected) -> Result<Reply, ProtocolError> {
        let Application { request, proof, pin, keeper } = application;
        let reply = self.inner.submit(Application { request, proof, pin, keeper }, connected).await;
        let again = match self.fault {
            Planted::AsksTwice => true,
            Planted::TriesAgain => matches!(reply, Err(ProtocolError::AnswerLost(_))),
            Planted::Nothing | Planted::PostsTwice => false,
        };
        if again {
            self.inner.submit(Application { request, proof, pin, keeper }, Box::new(|| Ok(()))).await
        } else {
            reply
        }
    }
}

#[derive(Debug)]
struct BrokenTransport {
    inner: HttpTransport,
    fault: Planted,
}

/// The same once more, for whom nothing has to be written down any more.
fn copy(request: &Request) -> Request {
    Request {
        url: request.url.clone(),
        method: request.method.clone(),
        basic: request.basic.clone(),
        cookies: request.cookies.clone(),
        identity: request.identity.clone(),
        connected: None,
        torn: None,
        ..*request
    }
}

#[async_trait]
impl Transport for BrokenTransport {
    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let again = (self.fault == Planted::PostsTwice && matches!(request.method, Method::Post { .. }))
            .then(|| copy(&request));
        let response = self.inner.exchange(request).await;
        if let Some(again) = again {
            let _ = self.inner.exchange(again).await;
        }
        response
    }
}

/// Whether `clause` turns red.
fn sees(door: Door, fault: Planted, clause: &str) -> bool {
    let (_, clause) = CLAUSES.iter().find(|(name, _)| *name == clause).expect("a clause of the contract");
    catch_unwind(AssertUnwindSafe(|| clause(&BrokenBench { door, fault }))).is_err()
}

/// One test for each fault: the clause that is there to see it does, whatever is spoken.
macro_rules! planted {
    ($($test:ident: $fault:ident breaks $clause:ident;)*) => {
        $(#[test] fn $test() {
            for door in [Door::Est, Door::OldPages] {
                assert!(!sees(door, Planted::Nothing, stringify!($clause)), "{door:?}: red without a fault");
                assert!(sees(door, Planted::$fault, stringify!($clause)), "{door:?}");
            }
        })*
    };
}

planted! {
    a_protocol_that_asks_twice_is_seen: AsksTwice breaks one_click_sends_one_post_and_brings_one_certificate;
    a_post_that_is_sent_twice_is_seen: PostsTwice breaks one_click_sends_one_post_and_brings_one_certificate;
    a_protocol_that_asks_again_by_itself_is_seen:
        TriesAgain breaks a_lost_answer_is_asked_for_again_where_the_bank_gives_the_same;
}
