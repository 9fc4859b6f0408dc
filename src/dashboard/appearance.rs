//! How the dashboard looks and listens: theme, mouse, privacy. What is chosen here goes before `dashboard.toml`, and
//! holds at the next start too.

use crate::dashboard::{
    preferences::{AUTO, Preferences},
    theme::Theme,
};

/// The choices in force and where they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Appearance {
    /// What the file says.
    pub preferences: Preferences,
    /// The theme chosen here.
    pub theme: Option<String>,
    /// Whether the mouse is heard, as chosen here.
    pub mouse: Option<bool>,
    /// Whether the terminal's background is light, as far as it said.
    pub light: bool,
    /// Whether the environment wants no colours, whatever is chosen.
    pub without_colours: bool,
    /// Whether names and e-mail addresses are masked on screen.
    pub private: bool,
}

impl Appearance {
    /// The name of the theme asked for.
    pub fn theme_name(&self) -> &str {
        self.theme.as_deref().or(self.preferences.theme.as_deref()).unwrap_or(AUTO)
    }

    /// The styles in force.
    pub fn styles(&self) -> Theme {
        if self.without_colours {
            return Theme::MONO;
        }
        let by_ground = if self.light { Theme::LIGHT } else { Theme::DARK };
        // A theme that was chosen once and is gone from the file counts as none.
        self.preferences.theme(self.theme_name()).unwrap_or(by_ground)
    }

    /// Whether the terminal's background decides.
    pub fn asks_terminal(&self) -> bool {
        !self.without_colours && self.preferences.theme(self.theme_name()).is_none()
    }

    /// Every theme there is to choose.
    pub fn choices(&self) -> Vec<&str> {
        let own = Theme::OWN.iter().map(|(name, _)| *name);
        std::iter::once(AUTO).chain(own).chain(self.preferences.themes.keys().map(String::as_str)).collect()
    }

    /// Chooses the theme after the one in force.
    pub fn next_theme(&mut self) {
        let choices = self.choices();
        let place = choices.iter().position(|name| *name == self.theme_name()).map_or(0, |place| place + 1);
        let next = choices.get(place).or(choices.first()).map(|name| (*name).to_owned());
        self.theme = next;
    }

    /// Whether the mouse is heard.
    pub fn hears_mouse(&self) -> bool {
        self.mouse.or(self.preferences.mouse).unwrap_or(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_here_goes_before_the_file_and_the_environment_before_both() {
        let mut look = Appearance {
            preferences: Preferences::read("theme = \"light\"\nmouse = false\n"),
            ..Appearance::default()
        };
        assert_eq!((look.styles(), look.hears_mouse(), look.asks_terminal()), (Theme::LIGHT, false, false));
        look.theme = Some("dark".to_owned());
        look.mouse = Some(true);
        assert_eq!((look.styles(), look.hears_mouse()), (Theme::DARK, true));
        look.without_colours = true;
        assert_eq!(look.styles(), Theme::MONO);
    }

    #[test]
    fn the_terminal_decides_until_somebody_does() {
        let mut look = Appearance { light: true, ..Appearance::default() };
        assert_eq!((look.theme_name(), look.styles(), look.asks_terminal()), ("auto", Theme::LIGHT, true));
        look.theme = Some("gone from the file".to_owned());
        assert_eq!(look.styles(), Theme::LIGHT);
        let mut seen = Vec::new();
        for _ in 0..5 {
            look.next_theme();
            seen.push(look.theme_name().to_owned());
        }
        assert_eq!(seen, ["auto", "dark", "light", "mono", "auto"]);
    }
}
