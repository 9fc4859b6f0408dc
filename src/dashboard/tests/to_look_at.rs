//! Setup > People: whose access is not as Okta has it, or may not be.

use crossterm::event::KeyCode;

use super::{bench::Bench, fixtures::*};
use crate::{
    dashboard::{
        message::{Call, ListId},
        panes::{Pane, setup::Part},
        people,
    },
    model::{
        id::EventId,
        push::FailedPushQuery,
        role::Role,
        user_change::{ChangeUsers, UserChange},
    },
};

fn at_people() -> Bench {
    let mut bench = Bench::new(100, 30);
    bench.keys("1ll");
    bench
}

fn wanted(bench: &Bench) -> Vec<ChangeUsers> {
    let calls = bench.calls.iter();
    calls
        .filter_map(|call| match call {
            Call::People(people::Call::One { wanted, .. }) => Some(wanted.clone()),
            _ => None,
        })
        .collect()
}

#[test]
fn the_tab_says_how_many_there_are_and_the_lists_who_and_why() {
    let mut bench = at_people();
    let screen = bench.screen();
    assert!(screen.contains("People 9") && screen.contains("Drift 4   Orphans 2   Failed pushes 3"), "{screen}");
    assert!(screen.contains("▲  eve.hale@harbor.example") && screen.contains("active here, deactivated in Okta"));
    assert!(screen.contains("they can log in although Okta"), "{screen}");
    bench.keys("jjj");
    assert!(bench.screen().contains("Okta's next push of the person as"), "{}", bench.screen());
    bench.keys("f");
    assert!(bench.screen().contains("○  import.job@harbor.example"), "{}", bench.screen());
    bench.keys("f");
    let screen = bench.screen();
    assert!(screen.contains("PUT 400 × 3") && screen.contains("PUT answered 400, 3 times since 08:12:30"), "{screen}");
    bench.keys("j");
    assert!(bench.screen().contains("Okta could not create this person here"), "{}", bench.screen());
    bench.keys("f");
    assert_eq!(bench.state.setup.people.part, Part::Drift);
}

#[test]
fn oktas_word_is_taken_here_after_a_question() {
    let mut bench = at_people();
    bench.keys("t");
    assert!(bench.screen().contains("Deactivate eve.hale@harbor.example, as Okta did?"), "{}", bench.screen());
    bench.enter();
    assert!(wanted(&bench).is_empty(), "Cancel has the focus");
    bench.keys("ty");
    // Who does not differ any more leaves the list.
    bench.keys("ty");
    let id = |n: u64| vec![user_id(n)];
    assert_eq!(
        wanted(&bench),
        [
            ChangeUsers { ids: id(21), change: UserChange::Deactivate },
            ChangeUsers { ids: id(22), change: UserChange::Role { role: Role::Viewer } },
        ]
    );
}

#[test]
fn what_cannot_be_taken_here_says_why() {
    let mut bench = at_people();
    bench.keys("jjt");
    assert!(bench.screen().contains("Force Sync"), "{}", bench.screen());
    assert!(bench.state.dialog.is_none());
    bench.role = Role::Editor;
    bench.connect();
    bench.keys("kt");
    assert!(bench.state.dialog.is_none() && bench.screen().contains("needs the owner role"), "{}", bench.screen());
}

#[test]
fn the_person_and_the_request_are_a_key_away() {
    let mut bench = at_people();
    bench.keys("ff");
    assert!(bench.calls.contains(&Call::FailedPushes(FailedPushQuery { before: None, limit: 200 })));
    bench.keys("e");
    assert!(bench.calls.contains(&Call::Event(EventId(8))));
    bench.escape();
    bench.enter();
    assert_eq!((bench.state.pane, bench.calls.contains(&Call::User(user_id(4)))), (Pane::Users, true));
    bench.keys("1j");
    bench.enter();
    assert!(bench.calls.contains(&Call::Event(EventId(6))), "who is not here has a request only");
    bench.escape();
    bench.keys("f");
    bench.enter();
    assert!(bench.calls.contains(&Call::User(user_id(21))));
    bench.keys("1e");
    assert!(bench.screen().contains("user:\"eve.hale@harbor.example\""), "{}", bench.screen());
}

#[test]
fn the_selection_stays_with_its_person_when_others_fail() {
    let mut bench = at_people();
    bench.keys("ffj");
    let mut again = bench.failed_pushes.remove(2);
    again.event = EventId(11);
    bench.failed_pushes.insert(0, again);
    bench.press(KeyCode::Char('1'));
    let push = bench.state.setup.people.push().unwrap();
    assert_eq!((push.user_name.as_deref(), bench.state.setup.people.row()), (Some("amoreno"), 2));
}

#[test]
fn names_of_people_are_masked() {
    let mut bench = at_people();
    bench.keys("P");
    for _ in Part::ALL {
        for _ in 0..4 {
            let screen = bench.screen();
            for name in ["eve.hale", "mary.jackson", "淳一", "Jun Sato", "Eve Hale", "amoreno ", "import.job", "田中"]
            {
                assert!(!screen.contains(name), "{name}\n{screen}");
            }
            bench.keys("j");
        }
        bench.keys("f");
    }
}

#[test]
fn a_persons_page_says_the_same() {
    let mut bench = Bench::new(120, 40);
    bench.keys("2jj");
    bench.enter();
    let mut detail = user_detail_of(parted().remove(2));
    detail.user.okta.active = Some(false);
    detail.failed_push = Some(failed_pushes().remove(0));
    bench.state.users.detail.as_mut().unwrap().fill(Ok(Box::new(detail)));
    for _ in 0..3 {
        bench.press(KeyCode::PageDown);
    }
    let screen: Vec<String> = bench.screen().lines().map(|line| line.chars().take(48).collect()).collect();
    let words = screen.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    for said in
        ["▲ Okta deactivated this person; here they can log in", "Jun in Okta", "Okta's last push failed (event 8)"]
    {
        assert!(words.contains(said), "{said}\n{}", bench.screen());
    }
}

#[test]
fn nothing_is_said_of_orphans_before_okta_is_here() {
    let mut bench = Bench::unconnected(100, 30);
    bench.parted.retain(crate::model::user::User::is_orphan);
    bench.people.clear();
    bench.people.extend(bench.parted.iter().cloned());
    bench.failed_pushes.clear();
    bench.connect();
    let screen = bench.screen();
    assert!(screen.contains("─ People ─"), "{screen}");
    bench.keys("1llf");
    assert!(bench.screen().contains("No request of Okta's client was about anybody yet"), "{}", bench.screen());
    assert!(bench.calls.iter().any(|call| matches!(call, Call::Users { list: ListId::ToLookAt, .. })));
}
