//! How a new token is shown, and what is asked before it goes.

use ratatui::text::{Line, Span};

use crate::{
    dashboard::{
        dialog::{Closing, TokenSecret, view::hint},
        paint,
        state::State,
        text,
    },
    model::public_url,
};

/// What the dialog says: its lines, its foot, and where the text cursor stands.
pub type Said = (Vec<Line<'static>>, Line<'static>, Option<(usize, usize)>);

/// What it says now.
pub fn said(state: &State, secret: &TokenSecret, columns: usize) -> Said {
    match &secret.closing {
        Closing::No => shown(state, secret, columns),
        Closing::Check { note, .. } => check(state, secret, *note, columns),
    }
}

fn check(state: &State, secret: &TokenSecret, note: Option<&str>, columns: usize) -> Said {
    let theme = &state.theme;
    let ask = if secret.copied {
        "No terminal says whether its clipboard took the token. Paste it here, or type its first four characters \
         after scimroom_:"
    } else {
        "It is shown only this once. Type its first four characters after scimroom_ to show that you kept it:"
    };
    let mut lines: Vec<Line<'static>> = paint::sentence(ask, columns, theme.text).collect();
    let typed = text::fit(&secret.typed(), columns.saturating_sub(3));
    let cursor = Some((lines.len(), text::width(&typed) + 2));
    lines.push(Line::from(vec![paint::span("› ", theme.accent), paint::span(typed, theme.text)]));
    if let Some(note) = note {
        lines.extend(paint::sentence(&state.keys.say(note), columns, theme.warn));
    }
    let escape = if secret.copied {
        "{secret-check.escape-secret} closes unchecked"
    } else {
        "{secret-check.escape-secret} twice loses it"
    };
    let parts = ["{secret-check.close-secret} checks", escape, "{secret-check.back-to-secret} back"];
    (lines, hint(state, &parts), cursor)
}

fn shown(state: &State, secret: &TokenSecret, columns: usize) -> Said {
    let theme = &state.theme;
    let shown = if secret.revealed {
        secret.created.token.expose().to_owned()
    } else {
        format!("{}{}", "•".repeat(24), secret.created.info.tail)
    };
    let mut lines: Vec<Line<'static>> =
        text::wrap(&shown, columns).into_iter().map(|line| Line::from(Span::styled(line, theme.accent))).collect();
    lines.extend(paint::sentence("This is the only time it is shown.", columns, theme.warn));
    lines.push(Line::default());
    let base_url = state.who.as_ref().map(|who| who.scim_base_url.as_str());
    let mut step = |name: &str, words: &str| lines.extend(paint::named(name, words, 2, columns, theme.text, theme));
    step("1.", "In Okta: the app > Provisioning > Integration > Configure API Integration.");
    if let Some(base_url) = base_url {
        let advice = public_url::advice(base_url);
        let but = if advice.is_empty() { "" } else { " (the checklist says what Okta will make of it)" };
        step("2.", &format!("Base URL: {base_url}{but}"));
    }
    step(
        if base_url.is_some() { "3." } else { "2." },
        "API Token: the bare token where the form shows \"Bearer\" already; \"Bearer \" and the token where the \
         authentication mode is Header.",
    );
    let kept = match (&secret.saved, secret.copied) {
        (Some(path), _) => Some(format!("✓ Written to {}", path.display())),
        (None, true) => Some("✓ Sent to the clipboard; closing checks that it arrived.".to_owned()),
        (None, false) => None,
    };
    if let Some(kept) = kept {
        lines.push(Line::default());
        lines.extend(paint::sentence(&kept, columns, theme.good));
    }
    let reveal = if secret.revealed { "hide" } else { "reveal" };
    let words = [
        ("{token-secret.copy-secret}", "copy"),
        ("{token-secret.reveal}", reveal),
        ("{token-secret.save-secret}", "file"),
        ("{token-secret.close-secret}", "done"),
    ];
    let foot = words.into_iter().flat_map(|(key, word)| {
        [paint::span(state.keys.say(key), theme.accent), paint::span(format!(" {word}  "), theme.dim)]
    });
    (lines, Line::from(foot.collect::<Vec<_>>()), None)
}
