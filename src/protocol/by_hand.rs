//! A CA without a door on the network. Whoever asks all the same hears that nothing was sent, which is true.

use async_trait::async_trait;

use super::{Application, ConnectError, Connected, EnrollmentProtocol, Introduction, ProtocolError, Reply};

#[derive(Debug, Clone, Copy)]
pub struct ByHand;

#[async_trait]
impl EnrollmentProtocol for ByHand {
    async fn introduce(&self) -> Result<Introduction, ProtocolError> {
        Err(no_door())
    }

    async fn submit(&self, _: Application<'_>, _: Connected) -> Result<Reply, ProtocolError> {
        Err(no_door())
    }
}

fn no_door() -> ProtocolError {
    ProtocolError::NotSent(ConnectError::Unreachable.into())
}
