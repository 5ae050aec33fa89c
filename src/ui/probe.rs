//! Asks whether a window can be opened, since the toolkit would abort instead of saying no.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoDisplay {
    #[error("there is no display: neither WAYLAND_DISPLAY nor DISPLAY is set")]
    Missing,
    #[error("the display {0} cannot be reached")]
    Unreachable(String),
    #[error("the display {name} has {depth} bits of colour; 24 are needed")]
    TooFewColours { name: String, depth: u8 },
}

#[cfg(target_os = "linux")]
pub fn display() -> Result<(), NoDisplay> {
    let named = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (named("WAYLAND_DISPLAY"), named("DISPLAY")) {
        (Some(wayland), _) => linux::wayland(wayland, named("XDG_RUNTIME_DIR")),
        (None, Some(x11)) => linux::x11(x11),
        // An inherited connection needs no name.
        (None, None) if named("WAYLAND_SOCKET").is_some() => Ok(()),
        (None, None) => Err(NoDisplay::Missing),
    }
}

#[cfg(not(target_os = "linux"))]
pub fn display() -> Result<(), NoDisplay> {
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::unix::net::UnixStream;
    use std::path::Path;

    use x11rb::connection::Connection;

    use super::NoDisplay;

    /// Fewer bits than these have no visual that the renderer can draw on.
    const DEPTH: u8 = 24;

    pub fn wayland(name: String, runtime_dir: Option<String>) -> Result<(), NoDisplay> {
        // An absolute name stands for itself, and needs no folder.
        let socket = Path::new(runtime_dir.as_deref().unwrap_or_default()).join(&name);
        UnixStream::connect(socket).map(drop).map_err(|_| NoDisplay::Unreachable(name))
    }

    pub fn x11(name: String) -> Result<(), NoDisplay> {
        let connected = x11rb::rust_connection::RustConnection::connect(Some(&name));
        let Ok((connection, screen)) = connected else { return Err(NoDisplay::Unreachable(name)) };
        match connection.setup().roots.get(screen).map(|screen| screen.root_depth) {
            Some(depth) if depth >= DEPTH => Ok(()),
            Some(depth) => Err(NoDisplay::TooFewColours { name, depth }),
            None => Err(NoDisplay::Unreachable(name)),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::{NoDisplay, wayland, x11};

        #[test]
        fn a_display_that_is_not_there_is_unreachable() {
            let nobody = || "wayland-nobody".to_owned();
            assert_eq!(wayland(nobody(), Some("/nonexistent".to_owned())), Err(NoDisplay::Unreachable(nobody())));
            assert_eq!(x11(":9999".to_owned()), Err(NoDisplay::Unreachable(":9999".to_owned())));
        }
    }
}
