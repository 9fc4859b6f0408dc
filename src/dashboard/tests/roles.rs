//! The Roles pane's sections, and the mapping of groups.

use crossterm::event::KeyCode;

use super::bench::Bench;
use crate::{
    client::live::Live,
    dashboard::{
        message::{Call, Message},
        panes::{Pane, roles::calls},
    },
    model::{live::Topic, role::Role},
};

/// On the groups.
fn at_groups() -> Bench {
    let mut bench = Bench::new(80, 24);
    bench.keys("3");
    bench.press(KeyCode::Right);
    bench
}

fn mapped(bench: &Bench) -> Vec<(&str, Option<Role>)> {
    let calls = bench.calls.iter();
    calls
        .filter_map(|call| match call {
            Call::Groups(calls::Call::Map(mapping)) => Some((mapping.name.as_str(), mapping.to)),
            _ => None,
        })
        .collect()
}

#[test]
fn from_a_group_the_way_back_leads_to_the_list() {
    let mut bench = at_groups();
    bench.enter();
    assert!(!bench.screen().contains("Everyone"), "{}", bench.screen());
    bench.escape();
    assert!(bench.screen().contains("Everyone"));
}

#[test]
fn a_group_is_mapped_after_a_preview_and_the_mapping_is_taken_back() {
    let mut bench = at_groups();
    bench.keys("jjjr");
    assert!(bench.screen().contains("Nothing changes: the group is mapped to no role"));
    bench.keys("kk");
    assert!(bench.screen().contains("1,100 people: viewer → editor"));
    bench.enter();
    bench.enter();
    assert!(bench.state.dialog.is_none(), "Cancel has the focus");
    assert_eq!(mapped(&bench), []);
    bench.keys("rkk");
    bench.enter();
    bench.keys("y");
    assert_eq!(mapped(&bench), [("Everyone", Some(Role::Editor))]);
    assert!(bench.screen().contains("3 people's roles changed"));
    bench.groups[3].role = Some(Role::Editor);
    bench.keys("u");
    assert!(bench.screen().contains("From editor to no role"));
    bench.keys("y");
    assert_eq!(mapped(&bench).last(), Some(&("Everyone", None)));
}

#[test]
fn what_would_leave_no_owner_is_not_done() {
    let mut bench = at_groups();
    bench.keys("jr");
    bench.keys("jjj");
    assert!(bench.screen().contains("is the last active owner"), "{}", bench.screen());
    bench.enter();
    bench.keys("y");
    assert_eq!(mapped(&bench), []);
}

#[test]
fn groups_are_searched_filtered_and_kept_by_id() {
    let mut bench = at_groups();
    bench.keys("jjj");
    let selected = |bench: &Bench| bench.state.roles.groups.subject().map(|group| group.display_name.clone());
    assert_eq!(selected(&bench).as_deref(), Some("Everyone"));
    bench.groups.remove(0);
    bench.send(Message::Live(Live::Changed(Topic::Groups)));
    assert_eq!(selected(&bench).as_deref(), Some("Everyone"), "one above it is gone");
    bench.keys("/owners");
    bench.enter();
    assert_eq!(selected(&bench).as_deref(), Some("APP-Harbor-Owners"));
    assert_eq!(bench.state.roles.groups.total(), Some(1));
    bench.escape();
    assert_eq!(bench.state.roles.groups.total(), Some(3));
    bench.keys("f");
    assert!(bench.screen().contains("mapped only") && !bench.screen().contains("Everyone"));
    bench.escape();
    assert!(bench.screen().contains("Everyone"));
}

#[test]
fn only_owners_map_groups_and_everybody_reads_them() {
    let mut bench = Bench::unconnected(80, 24);
    bench.role = Role::Editor;
    bench.connect();
    bench.keys("3");
    bench.press(KeyCode::Right);
    bench.keys("r");
    assert!(bench.screen().contains("needs the owner role"));
    bench.enter();
    assert!(bench.screen().contains("mapped to editor"));
}

#[test]
fn who_differs_from_okta_is_shown_by_a_key() {
    let mut bench = Bench::new(80, 24);
    bench.keys("3d");
    assert_eq!(bench.state.roles.list.query.search, "drift:role");
    bench.keys("d");
    assert_eq!(bench.state.roles.list.query.search, "");
}

#[test]
fn the_requests_about_a_group_are_found_in_the_log() {
    let mut bench = at_groups();
    bench.keys("e");
    assert_eq!(bench.state.pane, Pane::Log);
    assert!(bench.screen().contains("group:\"APP-Harbor-Editors\""));
}

#[test]
fn a_group_is_scrolled_through_to_its_last_member() {
    let mut bench = at_groups();
    bench.press(KeyCode::End);
    bench.enter();
    bench.press(KeyCode::End);
    let screen = bench.screen();
    assert!(screen.contains("person.48209@harbor.example"), "{screen}");
    insta::assert_snapshot!("group_end_80x24", screen);
    for _ in 0..60 {
        bench.press(KeyCode::PageUp);
    }
    let screen = bench.screen();
    assert!(screen.contains(" of 48,210  ↓ more") && !screen.contains(" ·\n"), "{screen}");
    bench.press(KeyCode::Home);
    assert!(bench.screen().contains("Everyone"), "{}", bench.screen());
    bench.keys("p");
    assert_eq!(bench.state.pane, Pane::Users);
    assert_eq!(bench.state.users.list.query.search, "group:\"Everyone\"");
}
