//! What comes to the window from outside, and how it comes to the front.

use iced::futures::stream::{self, Stream};
use iced::{Task, window};
use tokio::sync::mpsc::UnboundedReceiver;

/// Everything that comes, until nobody can send any more.
pub fn all_of<T: Send + 'static>(receiver: UnboundedReceiver<T>) -> impl Stream<Item = T> + Send + 'static {
    stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|came| (came, receiver)) })
}

/// Before the other windows, and out of the bar of those that are put away. Where the desktop decides itself who comes to
/// the front, the window asks to be seen.
pub fn raise<T: Send + 'static>() -> Task<T> {
    window::latest().and_then(|window| {
        let attention = match std::env::var_os("WAYLAND_DISPLAY") {
            Some(_) => window::request_user_attention(window, Some(window::UserAttention::Informational)),
            None => Task::none(),
        };
        window::minimize(window, false).chain(window::gain_focus(window)).chain(attention)
    })
}
