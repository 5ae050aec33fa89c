//! The window before anything is in it.

use iced::{Size, window};

use super::icon;

const SIZE: Size = Size::new(960.0, 680.0);
const LEAST_SIZE: Size = Size::new(800.0, 560.0);

pub fn settings() -> window::Settings {
    window::Settings {
        size: SIZE,
        min_size: Some(LEAST_SIZE),
        icon: icon::window_icon(),
        exit_on_close_request: false,
        platform_specific: platform_specific(),
        ..window::Settings::default()
    }
}

#[cfg(target_os = "linux")]
fn platform_specific() -> window::settings::PlatformSpecific {
    window::settings::PlatformSpecific { application_id: "shirushi".to_owned(), override_redirect: false }
}

#[cfg(not(target_os = "linux"))]
fn platform_specific() -> window::settings::PlatformSpecific {
    window::settings::PlatformSpecific::default()
}
