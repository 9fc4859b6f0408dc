//! Marks, changes of many, the way back, filters, columns and export.

use crossterm::event::KeyCode;

use super::{
    bench::{Bench, selected_user},
    fixtures::{user, user_detail_of, user_id},
};
use crate::{
    client::live::Live,
    dashboard::{
        dialog::Chunk,
        message::{Answer, Call, Effect, Message, Timer},
        people,
        user_columns::Field,
    },
    model::{
        id::UserId,
        live::Topic,
        role::{Role, RoleSource},
        user::{UserGroup, UserSort},
        user_change::{Outcome, PersonChanged, Selection},
    },
};

fn crowd(count: u64) -> Bench {
    let mut bench = Bench::new(80, 24);
    bench.people = (1..=count)
        .map(|number| user(number, &format!("p{number}@harbor.example"), "Somebody", Role::Viewer, RoleSource::Okta))
        .collect();
    bench.keys("2");
    bench
}

fn worked(bench: &Bench) -> Vec<Vec<UserId>> {
    let ids = |call: &Call| match call {
        Call::People(people::Call::Work { chunk: Chunk::Change(wanted), .. }) => Some(wanted.ids.clone()),
        Call::People(people::Call::Work { chunk: Chunk::Restore(wanted), .. }) => {
            Some(wanted.people.iter().map(|back| back.id).collect())
        }
        _ => None,
    };
    bench.calls.iter().filter_map(ids).collect()
}

fn typed(bench: &mut Bench, filter: &str) {
    bench.keys("/");
    bench.keys(filter);
    bench.enter();
}

#[test]
fn three_people_are_marked_changed_and_put_back() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2  ");
    bench.press(KeyCode::Down);
    bench.press(KeyCode::Down);
    bench.keys(" ");
    insta::assert_snapshot!("users_marked_80x24", bench.screen());
    bench.keys("r");
    bench.keys("k");
    bench.enter();
    bench.enter();
    assert!(bench.state.dialog.is_none() && worked(&bench).is_empty(), "Cancel has the focus");

    bench.keys("rk");
    bench.enter();
    bench.press(KeyCode::Tab);
    bench.enter();
    assert!(worked(&bench).is_empty(), "the button is not to be had before the count is typed");
    bench.keys("rk");
    bench.enter();
    bench.keys("3x");
    bench.enter();
    assert_eq!(worked(&bench), [[user_id(6), user_id(5), user_id(2)]]);
    assert!(bench.screen().contains("3 people are editors now. U takes it back."), "{}", bench.screen());
    assert!(bench.people.iter().filter(|user| user.role == Role::Editor).count() == 5);
    assert!(!bench.screen().contains("marked"), "what was done needs no mark any more");

    bench.people[0].version += 1;
    bench.keys("U");
    bench.keys("3");
    bench.enter();
    let screen = bench.screen();
    assert!(screen.contains("2 people are as before again"), "{screen}");
    assert!(
        screen.contains("Sakura.tanaka") || screen.contains("sakura.tanaka@harbor.example was changed"),
        "{screen}"
    );
    bench.escape();
    assert_eq!(bench.people[1].role, Role::Viewer);
    assert_eq!(bench.people[0].role, Role::Editor, "changed since, and left");
}

#[test]
fn marks_stay_with_their_people_through_filters_and_newcomers() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2jj ");
    bench.people.insert(0, user(7, "new@harbor.example", "New", Role::Viewer, RoleSource::Okta));
    bench.send(Message::Live(Live::Changed(Topic::Users)));
    bench.send(Message::Timer(Timer::Refresh));
    typed(&mut bench, "ada");
    assert!(bench.screen().lines().any(|line| line.contains("●") && line.contains("ada.king")), "{}", bench.screen());
    bench.escape();
    bench.keys("d");
    bench.keys("y");
    assert!(bench.screen().contains("ada.king@harbor.example"));
    bench.press(KeyCode::Tab);
    bench.enter();
    assert_eq!(worked(&bench), [[user_id(4)]], "one person needs no count");
    bench.keys("d");
    bench.escape();
    bench.keys(" u");
    assert!(!bench.screen().contains("marked"));
}

#[test]
fn everybody_a_filter_matches_is_marked_by_the_question_and_changed_in_parts() {
    let mut bench = crowd(450);
    typed(&mut bench, "harbor");
    bench.keys("*");
    assert!(bench.screen().contains("● 450 marked"), "{}", bench.screen());
    bench.keys(" ");
    assert!(bench.screen().contains("everybody who matches is marked"));
    bench.keys("d");
    let measured = bench.calls.iter().any(|call| {
        matches!(call, Call::People(people::Call::Measure { planned, .. })
            if matches!(&planned.of, Selection::Query(query) if query.search == "harbor"))
    });
    assert!(measured);
    bench.keys("450");
    bench.enter();
    assert_eq!(worked(&bench).iter().map(Vec::len).collect::<Vec<_>>(), [200, 200, 50]);
    assert!(bench.screen().contains("450 people are deactivated"));
}

#[test]
fn few_people_are_marked_by_their_ids() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2* ");
    assert!(bench.screen().contains("● 5 marked"), "{}", bench.screen());
}

#[test]
fn too_many_are_refused_before_anything_is_asked() {
    let mut bench = crowd(10_001);
    bench.keys("*d");
    assert!(bench.state.dialog.is_none());
    assert!(bench.screen().contains("one change is about at most 10,000"));
}

#[test]
fn escape_ends_the_work_between_two_parts_and_says_how_far_it_came() {
    let mut bench = crowd(450);
    bench.keys("*d450");
    // The service takes its time: the work is seen, and the keyboard is heard.
    let waiting = bench.send_only(Message::Key(KeyCode::Enter.into()));
    let Some(Effect::Call(Call::People(people::Call::Work { number, chunk: Chunk::Change(wanted) }))) =
        waiting.into_iter().find(|effect| matches!(effect, Effect::Call(_)))
    else {
        panic!("nothing is asked of the service")
    };
    bench.escape();
    assert!(bench.screen().contains("Ending after the people under way"));
    let done = wanted.ids.iter().map(|id| bench.change(*id, wanted.change)).collect();
    bench.send(Message::Answer(Box::new(Answer::People(people::Answer::Worked(number, Ok(done))))));
    let screen = bench.screen();
    assert!(screen.contains("200 people are deactivated"), "{screen}");
    assert!(screen.contains("250 not reached, since you ended it"), "{screen}");
    bench.enter();
    bench.keys("U200");
    bench.enter();
    assert!(bench.people.iter().all(|user| user.active));
}

#[test]
fn an_answer_for_a_dialog_that_is_gone_is_dropped() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2 d");
    let late = PersonChanged { id: user_id(1), name: String::new(), outcome: Outcome::Unchanged };
    bench.send(Message::Answer(Box::new(Answer::People(people::Answer::Worked(99, Ok(vec![late]))))));
    assert!(bench.screen().contains("Deactivate 1 person"), "{}", bench.screen());
}

#[test]
fn a_single_change_can_be_taken_back() {
    let mut bench = Bench::new(80, 24);
    bench.keys("U");
    assert!(bench.screen().contains("nothing was changed that could be taken back"));
    bench.keys("2dy");
    assert!(bench.screen().contains("sakura.tanaka@harbor.example is deactivated. U takes it back."));
    assert!(!bench.people[0].active);
    bench.keys("U");
    assert!(bench.screen().contains("sakura.tanaka@harbor.example is deactivated."));
    bench.press(KeyCode::Tab);
    bench.enter();
    assert!(bench.people[0].active);
}

#[test]
fn a_wrong_filter_is_said_and_the_last_good_list_stays() {
    let mut bench = Bench::new(80, 24);
    bench.keys("2");
    typed(&mut bench, "ada");
    bench.calls.clear();
    bench.keys("/ role:chef");
    bench.enter();
    let screen = bench.screen();
    assert!(screen.contains("role: takes owner, editor or viewer, and \"chef\" is none of it."), "{screen}");
    assert!(screen.contains("ada.king@harbor.example"));
    assert!(!bench.calls.iter().any(|call| matches!(call, Call::Users { .. })));
    bench.escape();
    assert!(!bench.screen().contains("chef"));
    assert_eq!(selected_user(&bench), "sakura.tanaka@harbor.example");
}

#[test]
fn columns_are_chosen_moved_and_sorted_by() {
    let mut bench = Bench::new(120, 40);
    bench.keys("2c");
    // The name goes, the role comes first.
    bench.keys("j jK");
    bench.press(KeyCode::Left);
    bench.keys("s");
    bench.enter();
    let list = &bench.state.users.list;
    assert_eq!(list.columns.as_deref().unwrap()[..2], [Field::Role, Field::UserName]);
    assert!(!list.columns.as_deref().unwrap().contains(&Field::Name));
    assert_eq!((list.query.sort, list.query.descending), (UserSort::Role, false));
    assert!(bench.screen().contains("Role ▲  User name"), "{}", bench.screen());

    // What was chosen is there again at the next start, and narrow screens leave out the last.
    let mut next = Bench::unconnected(40, 10);
    let arrangement = bench.state.users.list.arrangement();
    next.state.users.list.arrange(arrangement.clone());
    next.connect();
    next.keys("2");
    assert_eq!(next.state.users.list.arrangement(), arrangement);
    assert!(next.screen().contains("Role"));
    next.keys("cu");
    assert_eq!(next.state.users.list.columns, None);
}

#[test]
fn the_list_is_written_to_a_file_page_by_page() {
    let mut bench = crowd(2_500);
    typed(&mut bench, "harbor");
    bench.keys("w");
    bench.press(KeyCode::Tab);
    bench.enter();
    let parts: Vec<(String, String, String)> = bench
        .calls
        .iter()
        .filter_map(|call| match call {
            Call::People(people::Call::Write(part)) => {
                Some((part.query.after.clone().unwrap(), part.query.search.clone(), part.path.clone()))
            }
            _ => None,
        })
        .collect();
    let path = "~/scimroom-users-2026-09-01.jsonl";
    assert_eq!(parts, ["", "1000", "2000"].map(|after| (after.to_owned(), "harbor".to_owned(), path.to_owned())));
    assert!(bench.screen().contains("2,500 people written to ~/scimroom-users-2026-09-01.jsonl."));
}

#[test]
fn an_export_ends_with_escape_and_leaves_no_half_of_a_file() {
    let mut bench = crowd(2_500);
    bench.keys("w");
    let waiting = bench.send_only(Message::Key(KeyCode::Enter.into()));
    let Some(Effect::Call(Call::People(people::Call::Write(part)))) = waiting.into_iter().next() else {
        panic!("nothing is written")
    };
    bench.escape();
    let written = crate::dashboard::export::Written { people: 1_000, total: 2_500, next: Some("1000".to_owned()) };
    bench.send(Message::Answer(Box::new(Answer::People(people::Answer::Written(part.number, Ok(written))))));
    assert!(bench.calls.contains(&Call::People(people::Call::Remove(part.path))));
    assert!(bench.screen().contains("the half of the file is removed"));
}

#[test]
fn a_file_that_is_there_already_is_said_where_its_name_stands() {
    let mut bench = Bench::new(80, 24);
    bench.refusal = Some("~/users.csv is there already: give another name.");
    bench.keys("2w");
    bench.enter();
    assert!(bench.screen().contains("is there already: give another name."));
    bench.refusal = None;
    bench.keys("2");
    bench.enter();
    assert!(bench.screen().contains("6 people written"));
}

#[test]
fn a_viewer_is_told_what_it_takes_to_change_many() {
    let mut bench = Bench::unconnected(80, 24);
    bench.role = Role::Viewer;
    bench.connect();
    bench.keys("2 r");
    assert!(bench.state.dialog.is_none());
    assert!(bench.screen().contains("needs the owner role"));
}

/// Who a person is shown as, with this role from this source, in these groups: name, role, direct.
fn shown_as(role: Role, source: RoleSource, groups: &[(&str, Option<Role>, bool)]) -> String {
    let mut bench = Bench::new(80, 24);
    bench.keys("2jj");
    bench.enter();
    let mut detail = user_detail_of(super::fixtures::people().remove(2));
    (detail.user.role, detail.user.role_source) = (role, source);
    detail.groups = groups
        .iter()
        .map(|(name, role, direct)| UserGroup {
            name: (*name).to_owned(),
            role: *role,
            direct: *direct,
            ..detail.groups[0].clone()
        })
        .collect();
    bench.send(Message::Answer(Box::new(Answer::User(user_id(4), Ok(Box::new(detail))))));
    bench.screen()
}

#[test]
fn the_group_that_gives_a_role_is_named_and_one_that_does_not_is_explained() {
    let groups = [("Editors", Some(Role::Editor), true), ("Owners", Some(Role::Owner), false), ("Crew", None, true)];
    let screen = shown_as(Role::Editor, RoleSource::Group, &groups);
    assert!(screen.contains("editor, from the group Editors"), "{screen}");
    assert!(screen.contains("Editors → editor"), "{screen}");
    assert!(screen.contains("(through a group in it,"), "{screen}");
    let screen = shown_as(Role::Viewer, RoleSource::Okta, &groups);
    assert!(screen.contains("viewer, pushed by Okta"), "{screen}");
    assert!(screen.contains("not editor, as the group Editors"), "{screen}");
    let screen = shown_as(Role::Editor, RoleSource::Local, &groups);
    assert!(screen.contains("editor, set here") && !screen.contains("not editor"), "{screen}");
}
