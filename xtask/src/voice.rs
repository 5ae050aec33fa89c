//! What is said to the person. Nobody may be listening: that is no reason to stop.

use std::{fmt::Display, io::Write};

pub fn say(text: impl Display) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{text}").and_then(|()| output.flush());
}
