//! Every colour of the window, by its role, in three shades.

use iced::Color;

use crate::page::Tone;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shade {
    #[default]
    Light,
    Dark,
    /// Tints vanish, so borders carry the state.
    HighContrast,
}

impl Shade {
    /// The name used by `SHIRUSHI_THEME`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            "high-contrast" => Some(Self::HighContrast),
            _ => None,
        }
    }
}

/// The roles. A colour is never used for anything but its role, so that one column can be exchanged for another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    pub shade: Shade,
    pub canvas: Color,
    pub rail: Color,
    pub card: Color,
    /// An unavailable card, the strip of a code.
    pub sunk: Color,
    /// A selected card, the current row.
    pub tint: Color,
    pub text: Color,
    pub text2: Color,
    pub border: Color,
    /// Decoration: nothing may depend on seeing it.
    pub divider: Color,
    pub primary: Color,
    pub primary_hover: Color,
    pub primary_press: Color,
    pub on_primary: Color,
    pub link: Color,
    pub error: Color,
    pub error_bg: Color,
    pub warning: Color,
    pub warning_bg: Color,
    pub success: Color,
    pub success_bg: Color,
    pub info: Color,
    pub info_bg: Color,
    pub disabled_bg: Color,
    pub disabled_text: Color,
    /// The mark only, never a message.
    pub seal: Color,
    /// The outer outline of the focus.
    pub focus: Color,
    pub focus_ring: Color,
    /// Behind dialogs.
    pub scrim: Color,
}

const fn hex(rgb: u32) -> Color {
    let [_, r, g, b] = rgb.to_be_bytes();
    Color::from_rgb8(r, g, b)
}

const SCRIM_ALPHA: f32 = 0.7;

impl Look {
    pub const LIGHT: Self = Self {
        shade: Shade::Light,
        canvas: hex(0xffffff),
        rail: hex(0xf1f4f8),
        card: hex(0xffffff),
        sunk: hex(0xf7f9fb),
        tint: hex(0xedf5fd),
        text: hex(0x1a1a1a),
        text2: hex(0x4d4d4d),
        border: hex(0x666666),
        divider: hex(0xcfd6de),
        primary: hex(0x00428c),
        primary_hover: hex(0x00316a),
        primary_press: hex(0x00234b),
        on_primary: hex(0xffffff),
        link: hex(0x0055ad),
        error: hex(0xce0000),
        error_bg: hex(0xfdeeee),
        warning: hex(0x806300),
        warning_bg: hex(0xfbf5e0),
        success: hex(0x115a36),
        success_bg: hex(0xe6f5ec),
        info: hex(0x0055ad),
        info_bg: hex(0xf0f9ff),
        disabled_bg: hex(0xe6e6e6),
        disabled_text: hex(0x666666),
        seal: hex(0xbf3a22),
        focus: hex(0x000000),
        focus_ring: hex(0xffd43d),
        scrim: Color { a: SCRIM_ALPHA, ..hex(0x0f1a2a) },
    };

    pub const DARK: Self = Self {
        shade: Shade::Dark,
        canvas: hex(0x14181e),
        rail: hex(0x1b2129),
        card: hex(0x1f262f),
        sunk: hex(0x1a2028),
        tint: hex(0x16324a),
        text: hex(0xf2f2f2),
        text2: hex(0xc3cad3),
        border: hex(0x8f99a5),
        divider: hex(0x3a4450),
        primary: hex(0x97d3ff),
        primary_hover: hex(0xc0e4ff),
        primary_press: hex(0x57b8ff),
        on_primary: hex(0x00234b),
        link: hex(0x97d3ff),
        error: hex(0xff9696),
        error_bg: hex(0x3b1b1d),
        warning: hex(0xffd43d),
        warning_bg: hex(0x352c12),
        success: hex(0x71c598),
        success_bg: hex(0x14301f),
        info: hex(0x97d3ff),
        info_bg: hex(0x14293d),
        disabled_bg: hex(0x2d3540),
        disabled_text: hex(0x9aa4b0),
        seal: hex(0xe8674f),
        focus: hex(0xffd43d),
        focus_ring: hex(0x000000),
        scrim: Color { a: SCRIM_ALPHA, ..hex(0x000000) },
    };

    pub const HIGH_CONTRAST: Self = Self {
        shade: Shade::HighContrast,
        canvas: hex(0x000000),
        rail: hex(0x000000),
        card: hex(0x000000),
        sunk: hex(0x000000),
        tint: hex(0x000000),
        text: hex(0xffffff),
        text2: hex(0xffffff),
        border: hex(0xffffff),
        divider: hex(0xffffff),
        primary: hex(0xffd43d),
        primary_hover: hex(0xfff0b3),
        primary_press: hex(0xffc700),
        on_primary: hex(0x000000),
        link: hex(0x79e2f2),
        error: hex(0xff9696),
        error_bg: hex(0x000000),
        warning: hex(0xffd43d),
        warning_bg: hex(0x000000),
        success: hex(0x9bd4b5),
        success_bg: hex(0x000000),
        info: hex(0x79e2f2),
        info_bg: hex(0x000000),
        disabled_bg: hex(0x000000),
        disabled_text: hex(0xcccccc),
        seal: hex(0xffffff),
        focus: hex(0xffd43d),
        focus_ring: hex(0x000000),
        scrim: Color { a: SCRIM_ALPHA, ..hex(0x000000) },
    };

    pub fn of(shade: Shade) -> Self {
        match shade {
            Shade::Light => Self::LIGHT,
            Shade::Dark => Self::DARK,
            Shade::HighContrast => Self::HIGH_CONTRAST,
        }
    }

    /// Border and icon, then ground, of a message.
    pub(super) fn tone(&self, tone: Tone) -> (Color, Color) {
        match tone {
            Tone::Info => (self.info, self.info_bg),
            Tone::Warning => (self.warning, self.warning_bg),
            Tone::Error => (self.error, self.error_bg),
            Tone::Success => (self.success, self.success_bg),
        }
    }

    /// What is shown but cannot be chosen.
    pub(super) fn unavailable(&self) -> Color {
        match self.shade {
            Shade::HighContrast => self.disabled_text,
            Shade::Light | Shade::Dark => self.text2,
        }
    }

    /// The border of a selected card: in high contrast it is all there is to see.
    pub(super) fn selected_border(&self) -> f32 {
        match self.shade {
            Shade::HighContrast => 4.0,
            Shade::Light | Shade::Dark => 2.0,
        }
    }

    /// The border of a dialog.
    pub(super) fn dialog_border(&self) -> f32 {
        match self.shade {
            Shade::HighContrast => 4.0,
            Shade::Light | Shade::Dark => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use iced::Color;

    use super::Look;

    const TEXT: f32 = 4.5;
    const SHAPE: f32 = 3.0;

    /// WCAG 2.2, "contrast ratio".
    fn contrast(a: Color, b: Color) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(color: Color) -> f32 {
        let linear = |c: f32| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
    }

    fn pairs(look: &Look) -> Vec<(&'static str, Color, Color, f32)> {
        let grounds = [look.canvas, look.card, look.rail, look.tint, look.sunk];
        let inks = [("text", look.text), ("text2", look.text2), ("link", look.link), ("primary", look.primary)];
        let mut pairs: Vec<_> =
            inks.iter().flat_map(|(name, ink)| grounds.map(|ground| (*name, *ink, ground, TEXT))).collect();
        pairs.extend([
            ("on_primary", look.on_primary, look.primary, TEXT),
            ("on_primary, hover", look.on_primary, look.primary_hover, TEXT),
            ("on_primary, press", look.on_primary, look.primary_press, TEXT),
            ("error on its ground", look.error, look.error_bg, TEXT),
            ("error under a field", look.error, look.canvas, TEXT),
            ("error on the rail", look.error, look.rail, TEXT),
            ("stopped step", look.canvas, look.error, TEXT),
            ("warning badge", look.warning, look.warning_bg, TEXT),
            ("success", look.success, look.success_bg, TEXT),
            ("success word", look.success, look.card, TEXT),
            ("info badge", look.info, look.info_bg, TEXT),
            ("disabled", look.disabled_text, look.disabled_bg, TEXT),
            ("unavailable", look.unavailable(), look.sunk, TEXT),
            ("text on info", look.text, look.info_bg, TEXT),
            ("text on warning", look.text, look.warning_bg, TEXT),
            ("text on error", look.text, look.error_bg, TEXT),
            ("text on success", look.text, look.success_bg, TEXT),
            ("link on the stop sign", look.link, look.error_bg, TEXT),
            ("border", look.border, look.card, SHAPE),
            ("border on the rail", look.border, look.rail, SHAPE),
            ("seal", look.seal, look.card, SHAPE),
            ("focus", look.focus, look.canvas, SHAPE),
            ("focus ring", look.focus_ring, look.focus, SHAPE),
        ]);
        pairs
    }

    #[test]
    fn everything_can_be_read_in_every_shade() {
        for look in [Look::LIGHT, Look::DARK, Look::HIGH_CONTRAST] {
            for (name, ink, ground, least) in pairs(&look) {
                let found = contrast(ink, ground);
                assert!(found >= least, "{:?}: {name} has {found:.2}, needs {least}", look.shade);
            }
        }
    }

    #[test]
    fn the_measure_knows_black_from_white() {
        assert!((contrast(Color::BLACK, Color::WHITE) - 21.0).abs() < 0.01);
        assert!((contrast(Look::LIGHT.text, Look::LIGHT.canvas) - 17.4).abs() < 0.05);
    }
}
