//! Colours: pairs of the terminal's own sixteen, so that the admin's palette decides how they look; for dark backgrounds,
//! for light ones, and without any colour, where reverse video, weight and underline tell everything.

use std::{str::FromStr, time::Duration};

use ratatui::style::{Color, Modifier, Style};
use terminal_colorsaurus::{Error as ColourError, QueryOptions, background_color};

use crate::model::{finding::Severity, token::TokenState};

/// How long the terminal is waited for when it is asked for its background.
const PATIENCE: Duration = Duration::from_millis(100);
/// How often the terminal is asked while somebody types.
const ATTEMPTS: u32 = 3;

/// What a terminal said of its background.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ground {
    /// Whether it is light; none when the terminal did not say within 100 ms.
    pub light: Option<bool>,
    /// What somebody typed meanwhile.
    pub typed: Vec<u8>,
}

/// The styles of everything on screen. Meaning never hangs on colour alone: marks and words carry it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// Secondary text and rules.
    pub dim: Style,
    /// What the eye should find first: the pane shown, keys, names of fields.
    pub accent: Style,
    /// Headings.
    pub heading: Style,
    /// The selected row, or the focused button.
    pub selected: Style,
    /// Done, active, successful.
    pub good: Style,
    /// Wants attention.
    pub warn: Style,
    /// Wrong.
    pub bad: Style,
    /// A line across the screen that wants attention.
    pub banner: Style,
    /// A search's match.
    pub found: Style,
}

impl Theme {
    /// For dark backgrounds.
    pub const DARK: Self = Self {
        text: Style::new(),
        dim: Style::new().fg(Color::DarkGray),
        accent: Style::new().fg(Color::Cyan),
        heading: Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
        selected: Style::new().fg(Color::Black).bg(Color::LightCyan),
        good: Style::new().fg(Color::Green),
        warn: Style::new().fg(Color::LightYellow),
        bad: Style::new().fg(Color::LightRed),
        banner: Style::new().fg(Color::Black).bg(Color::LightYellow),
        found: Style::new().fg(Color::Black).bg(Color::LightYellow),
    };

    /// For light backgrounds. Of the sixteen, green, yellow and cyan cannot be read there: what is good stands in the
    /// colour of the text, which its mark and its word tell from the rest.
    pub const LIGHT: Self = Self {
        text: Style::new(),
        dim: Style::new().fg(Color::DarkGray),
        accent: Style::new().fg(Color::Blue),
        heading: Style::new().fg(Color::Blue).add_modifier(Modifier::BOLD),
        selected: Style::new().fg(Color::White).bg(Color::Blue),
        good: Style::new(),
        warn: Style::new().fg(Color::Magenta),
        bad: Style::new().fg(Color::Red),
        banner: Style::new().fg(Color::White).bg(Color::Red),
        found: Style::new().fg(Color::Black).bg(Color::LightYellow),
    };

    /// Without colours.
    pub const MONO: Self = Self {
        text: Style::new(),
        dim: Style::new().add_modifier(Modifier::DIM),
        accent: Style::new().add_modifier(Modifier::UNDERLINED),
        heading: Style::new().add_modifier(Modifier::BOLD),
        selected: Style::new().add_modifier(Modifier::REVERSED),
        good: Style::new(),
        warn: Style::new().add_modifier(Modifier::BOLD),
        bad: Style::new().add_modifier(Modifier::BOLD).add_modifier(Modifier::UNDERLINED),
        banner: Style::new().add_modifier(Modifier::REVERSED).add_modifier(Modifier::BOLD),
        found: Style::new().add_modifier(Modifier::REVERSED),
    };

    /// The themes of this program, by name.
    pub const OWN: [(&'static str, Self); 3] = [("dark", Self::DARK), ("light", Self::LIGHT), ("mono", Self::MONO)];

    /// A theme of this program.
    pub fn own(name: &str) -> Option<Self> {
        Self::OWN.into_iter().find(|(own, _)| *own == name).map(|(_, theme)| theme)
    }

    /// Whether the environment wants no colours: `NO_COLOR` is set to anything but the empty text.
    pub fn without_colours() -> bool {
        std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
    }

    /// Asks the terminal for its background. Only before anything else reads from the terminal, which would take the
    /// answer.
    pub fn ask_terminal() -> Ground {
        let mut ground = Ground::default();
        for _ in 0..ATTEMPTS {
            let mut options = QueryOptions::default();
            options.timeout = PATIENCE;
            match background_color(options) {
                Ok(colour) => ground.light = Some(colour.perceived_lightness() > 0.5),
                // Keys that were typed before the answer came stand in front of it. With these read it is asked again.
                Err(ColourError::Parse(read)) => {
                    let typed = read.split(|byte| *byte == b'\x1b').next().unwrap_or_default();
                    ground.typed.extend_from_slice(typed);
                    continue;
                }
                Err(_) => {}
            }
            break;
        }
        ground
    }

    /// The names of the styles.
    pub const STYLES: [&'static str; 10] =
        ["text", "dim", "accent", "heading", "selected", "good", "warn", "bad", "banner", "found"];

    /// The style of this name, to be changed.
    pub fn style_mut(&mut self, name: &str) -> Option<&mut Style> {
        Some(match name {
            "text" => &mut self.text,
            "dim" => &mut self.dim,
            "accent" => &mut self.accent,
            "heading" => &mut self.heading,
            "selected" => &mut self.selected,
            "good" => &mut self.good,
            "warn" => &mut self.warn,
            "bad" => &mut self.bad,
            "banner" => &mut self.banner,
            "found" => &mut self.found,
            _ => return None,
        })
    }

    /// The style of an HTTP status.
    pub const fn status(&self, status: u16) -> Style {
        match status {
            0..400 => self.good,
            400..500 => self.warn,
            _ => self.bad,
        }
    }

    /// The style of a finding.
    pub const fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Hint => self.accent,
            Severity::Warning => self.warn,
            Severity::Error => self.bad,
        }
    }

    /// The style of a token's state.
    pub const fn token(&self, state: TokenState) -> Style {
        match state {
            TokenState::NeverUsed => self.accent,
            TokenState::Active => self.good,
            TokenState::Expiring => self.warn,
            TokenState::Expired => self.bad,
            TokenState::Revoked => self.dim,
        }
    }
}

/// One of the terminal's sixteen colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ansi(pub Color);

/// Why a text is none of the sixteen colours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is none of the terminal's sixteen colours: black, red, green, yellow, blue, magenta, cyan, gray, darkgray, \
     lightred, lightgreen, lightyellow, lightblue, lightmagenta, lightcyan, white"
)]
pub struct NoAnsi(String);

impl FromStr for Ansi {
    type Err = NoAnsi;

    fn from_str(text: &str) -> Result<Self, NoAnsi> {
        match text.parse() {
            Ok(Color::Rgb(..) | Color::Indexed(_) | Color::Reset) | Err(_) => Err(NoAnsi(text.to_owned())),
            Ok(colour) => Ok(Self(colour)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rgb = (u8, u8, u8);

    /// The sixteen colours and the two backgrounds of terminals that admins use: xterm, the Linux console, Windows
    /// Terminal (Campbell), GNOME (Tango).
    const PALETTES: [(&str, [u32; 16], u32, u32); 4] = [
        (
            "xterm",
            [
                0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f,
                0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
            ],
            0x00_0000,
            0xff_ffff,
        ),
        (
            "Linux console",
            [
                0x00_0000, 0xaa_0000, 0x00_aa00, 0xaa_5500, 0x00_00aa, 0xaa_00aa, 0x00_aaaa, 0xaa_aaaa, 0x55_5555,
                0xff_5555, 0x55_ff55, 0xff_ff55, 0x55_55ff, 0xff_55ff, 0x55_ffff, 0xff_ffff,
            ],
            0x00_0000,
            0xff_ffff,
        ),
        (
            "Campbell",
            [
                0x0c_0c0c, 0xc5_0f1f, 0x13_a10e, 0xc1_9c00, 0x00_37da, 0x88_1798, 0x3a_96dd, 0xcc_cccc, 0x76_7676,
                0xe7_4856, 0x16_c60c, 0xf9_f1a5, 0x3b_78ff, 0xb4_009e, 0x61_d6d6, 0xf2_f2f2,
            ],
            0x0c_0c0c,
            0xff_ffff,
        ),
        (
            "Tango",
            [
                0x2e_3436, 0xcc_0000, 0x4e_9a06, 0xc4_a000, 0x34_65a4, 0x75_507b, 0x06_989a, 0xd3_d7cf, 0x55_5753,
                0xef_2929, 0x8a_e234, 0xfc_e94f, 0x72_9fcf, 0xad_7fa8, 0x34_e2e2, 0xee_eeec,
            ],
            0x00_0000,
            0xff_ffff,
        ),
    ];

    fn rgb(hex: u32) -> Rgb {
        let [_, r, g, b] = hex.to_be_bytes();
        (r, g, b)
    }

    /// The contrast of two colours (WCAG 2.2).
    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let channel = |value: u8| {
            let part = f64::from(value) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = |(r, g, b): Rgb| 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn place(colour: Color) -> usize {
        const SIXTEEN: [Color; 16] = [
            Color::Black,
            Color::Red,
            Color::Green,
            Color::Yellow,
            Color::Blue,
            Color::Magenta,
            Color::Cyan,
            Color::Gray,
            Color::DarkGray,
            Color::LightRed,
            Color::LightGreen,
            Color::LightYellow,
            Color::LightBlue,
            Color::LightMagenta,
            Color::LightCyan,
            Color::White,
        ];
        SIXTEEN.iter().position(|known| *known == colour).unwrap()
    }

    #[test]
    fn every_pair_can_be_read_on_every_palette() {
        for (palette, sixteen, dark, light) in PALETTES {
            for (theme_name, mut theme, ground) in [("dark", Theme::DARK, dark), ("light", Theme::LIGHT, light)] {
                for name in Theme::STYLES {
                    let style = *theme.style_mut(name).unwrap();
                    let Some(fg) = style.fg else {
                        assert!(style.bg.is_none(), "a background without its own ink is no pair");
                        continue;
                    };
                    let ground = style.bg.map_or(ground, |bg| sixteen[place(bg)]);
                    let measured = contrast(rgb(sixteen[place(fg)]), rgb(ground));
                    // What is secondary may step back, but must still be found.
                    let least = if name == "dim" { 2.7 } else { 4.5 };
                    assert!(measured >= least, "{palette}, {theme_name}, {name}: {measured:.2}");
                }
            }
        }
    }

    #[test]
    fn the_theme_without_colours_has_none_and_tells_apart_what_matters() {
        let mut theme = Theme::MONO;
        for name in ["dim", "accent", "heading", "selected", "warn", "bad", "banner", "found"] {
            let style = *theme.style_mut(name).unwrap();
            assert!(style.fg.is_none() && style.bg.is_none() && !style.add_modifier.is_empty(), "{name}");
        }
    }

    #[test]
    fn only_the_sixteen_are_colours() {
        assert_eq!("LightRed".parse(), Ok(Ansi(Color::LightRed)));
        for wrong in ["#ff0000", "208", "reset", "mauve"] {
            assert!(wrong.parse::<Ansi>().is_err(), "{wrong}");
        }
    }
}
