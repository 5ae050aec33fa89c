//! The window's own icon.

use iced::window::{Icon, icon};

const ICON: &[u8] = include_bytes!("../../assets/icons/shirushi-256.png");

/// No icon is better than no window.
pub fn window_icon() -> Option<Icon> {
    let mut decoder = png::Decoder::new(ICON);
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut pixels).ok()?;
    icon::from_rgba(pixels, info.width, info.height).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_embedded_icon_is_an_icon() {
        assert!(super::window_icon().is_some());
    }
}
