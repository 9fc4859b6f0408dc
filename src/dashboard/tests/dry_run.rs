//! A dry run in the dashboard: how its token is made, shown and ended, and how its requests are told from others.

use crossterm::event::KeyCode;

use super::{
    bench::Bench,
    fixtures::{self, event, token_id},
};
use crate::{
    client::live::Live,
    dashboard::message::{Answer, Call, Message},
    model::{
        event::Action,
        token::{NewToken, TokenMode, TokenScope},
    },
};

fn bench(width: u16, height: u16) -> Bench {
    let mut bench = Bench::new(width, height);
    let mut tokens = fixtures::tokens();
    tokens[1].mode = TokenMode::DryRun;
    bench.tokens.clone_from(&tokens);
    bench.send(Message::Answer(Box::new(Answer::Tokens(Ok(tokens)))));
    bench
}

#[test]
fn a_dry_run_is_asked_for_in_the_dialog() {
    let mut bench = Bench::new(80, 24);
    bench.keys("4n");
    bench.enter();
    bench.keys("Okta");
    bench.press(KeyCode::Up);
    assert!(bench.screen().contains("nothing is changed"), "{}", bench.screen());
    bench.keys(" ");
    bench.enter();
    let new = NewToken { name: "Okta".to_owned(), scope: TokenScope::Write, mode: TokenMode::DryRun, days: Some(365) };
    assert!(bench.calls.contains(&Call::CreateToken(new)), "{:?}", bench.calls);
}

#[test]
fn a_dry_run_is_ended_after_it_was_said_what_that_does() {
    let mut bench = bench(80, 24);
    bench.keys("4j");
    insta::assert_snapshot!("dry_run_token_80x24", bench.screen());
    bench.keys("m");
    assert!(bench.calls.contains(&Call::DryRun(token_id(1))));
    insta::assert_snapshot!("going_live_80x24", bench.screen());
    bench.enter();
    assert!(!bench.calls.contains(&Call::GoLive(token_id(1))), "Cancel has the focus");
    bench.keys("my");
    assert!(bench.calls.contains(&Call::GoLive(token_id(1))));
    insta::assert_snapshot!("went_live_80x24", bench.screen());
}

#[test]
fn only_a_dry_run_goes_live() {
    let mut bench = bench(120, 40);
    bench.keys("4");
    bench.press(KeyCode::Home);
    bench.keys("m");
    assert!(bench.screen().contains("this token is no dry run"), "{}", bench.screen());
    assert!(!bench.calls.iter().any(|call| matches!(call, Call::DryRun(_))));
}

#[test]
fn requests_of_a_dry_run_are_marked_wherever_they_are_seen() {
    for (width, height) in [(80, 24), (200, 60), (40, 10)] {
        let mut bench = bench(width, height);
        for id in 101..=106 {
            let mut event = event(id, Action::Deactivate, 200, Some("ada.king@harbor.example"));
            event.user_id = Some(fixtures::user_id(id - 100));
            event.mode = TokenMode::DryRun;
            bench.send(Message::Live(Live::Event(Box::new(event))));
        }
        bench.keys("5");
        let screen = bench.screen();
        // A letter stands behind the status, and a D is nothing else there.
        let marked = screen.lines().filter(|line| line.contains("deactivate") && line.contains(" D "));
        assert!(marked.count() >= 3, "{screen}");
        assert!(width < 80 || screen.contains("◇ dry run"), "{screen}");
        assert!(!screen.contains("acknowledge"), "nobody was deactivated: {screen}");
        insta::assert_snapshot!(format!("log_of_a_dry_run_{width}x{height}"), screen);
    }
}
