//! Settings > Role mapping: a group gives its direct members a role, for as long as nothing nearer says another.

use serde_json::{Value, json};

use crate::harness::{Okta, Person, Room, member};

const EDITORS: &str = "APP-Harbor-Editors";
const ADA: &str = "ada.moreno@harbor.example";

async fn assign(okta: &Okta, person: &Person) -> Value {
    member(&okta.assign(person).await.expect(201).id(), &person.email)
}

fn id(member: &Value) -> &str {
    member["value"].as_str().unwrap()
}

/// The role of a person, and where it comes from.
#[track_caller]
fn standing(room: &Room, who: &str) -> (String, String) {
    let user = room.cli(&["user", "show", who]);
    let text = |name: &str| user[name].as_str().unwrap().to_owned();
    (text("role"), text("roleSource"))
}

#[track_caller]
fn assert_standing(room: &Room, who: &str, role: &str, source: &str) {
    assert_eq!(standing(room, who), (role.to_owned(), source.to_owned()), "{who}");
}

#[tokio::test]
async fn a_role_comes_with_the_first_push_and_goes_with_the_last() {
    let room = Room::start();
    let okta = room.okta();
    let ada = assign(&okta, &Person::new("Ada", "Moreno")).await;
    let li = assign(&okta, &Person::new("Li", "Wei")).await;
    let group = okta.push_group(EDITORS, &[]).await.expect(201).id();
    let mapped = room.cli(&["group", "map", EDITORS, "editor"]);
    assert_eq!((&mapped["role"], &mapped["changedUsers"]), (&json!("editor"), &json!(0)));
    assert_standing(&room, ADA, "viewer", "default");

    okta.change_members(&group, EDITORS, &[], &[ada.clone(), li.clone()]).await.expect(200);
    assert_standing(&room, ADA, "editor", "group");
    let users = room.cli(&["user", "list"]);
    assert!(users.as_array().unwrap().iter().all(|user| user["roleSource"] == "group"), "{users}");
    assert!(room.run(&["user", "list"]).ok().stdout.contains("editor  group"), "people read where a role is from");

    // The mapping is the group's, whatever it is called.
    okta.rename_group(&group, "APP-Harbor-Writers").await.expect(200);
    okta.rename_group(&group, EDITORS).await.expect(200);
    assert_standing(&room, ADA, "editor", "group");
    // A profile push that says nothing of a role leaves it, and what Okta reads does not claim one.
    let pushed = okta.push(id(&ada), &json!({"title": "Lead"})).await.expect(200);
    assert_eq!(pushed.body.get("roles"), None, "{}", pushed.body);
    assert_standing(&room, ADA, "editor", "group");
    // A leaver who comes back is still in the group.
    okta.set_active_by_patch(id(&ada), false).await.expect(200);
    okta.create(&Person::new("Ada", "Moreno").body()).await.expect(201);
    assert_standing(&room, ADA, "editor", "group");

    okta.put_group(&group, EDITORS, std::slice::from_ref(&li)).await.expect(200);
    assert_standing(&room, ADA, "viewer", "default");
    okta.push_now(&group, &[]).await.expect(200);
    assert_standing(&room, "li.wei@harbor.example", "viewer", "default");
    okta.push_now(&group, &[ada.clone(), li]).await.expect(200);
    assert_standing(&room, ADA, "editor", "group");
    okta.delete_group(&group).await.expect(204);
    assert_standing(&room, ADA, "viewer", "default");

    let told = room.event(&room.wait_for_event("the delete", |event| event["action"] == "group-delete"));
    let change = json!({
        "path": format!("members[value eq \"{}\"].role", id(&ada)),
        "before": format!("editor ({ADA})"),
        "after": format!("viewer ({ADA})"),
    });
    assert!(told["changes"].as_array().unwrap().contains(&change), "{told}");
}

#[tokio::test]
async fn who_loses_a_role_is_refused_on_the_very_next_request() {
    let room = Room::start();
    let okta = room.okta();
    let ada = assign(&okta, &Person::new("Ada", "Moreno")).await;
    let target = assign(&okta, &Person::new("Li", "Wei")).await;
    let group = okta.push_group(EDITORS, std::slice::from_ref(&ada)).await.expect(201).id();
    let guest = room.guest(ADA);
    let deactivate = ["user", "deactivate", id(&target)];
    let reactivate = ["user", "reactivate", id(&target)];
    assert!(guest.run(&deactivate).refused().contains("editor"), "a viewer so far");
    room.cli(&["group", "map", EDITORS, "editor"]);
    guest.run(&deactivate).ok();
    assert!(guest.run(&["token", "list"]).refused().contains("owner"));

    for way in [Lost::Left, Lost::Unmapped, Lost::Deleted] {
        guest.run(&reactivate).ok();
        match way {
            Lost::Left => _ = okta.change_members(&group, EDITORS, &[id(&ada)], &[]).await.expect(200),
            Lost::Unmapped => _ = room.cli(&["group", "map", EDITORS, "none"]),
            Lost::Deleted => _ = okta.delete_group(&group).await.expect(204),
        }
        let sentence = guest.run(&deactivate).refused();
        assert!(sentence.contains("editor"), "{sentence}");
        guest.run(&["user", "list"]).ok();
        assert_eq!(okta.get(id(&target)).await.expect(200).body["active"], true);
        if let Lost::Left | Lost::Unmapped = way {
            okta.push_now(&group, std::slice::from_ref(&ada)).await.expect(200);
            room.cli(&["group", "map", EDITORS, "editor"]);
        }
    }
}

/// How somebody loses the role of a group.
enum Lost {
    Left,
    Unmapped,
    Deleted,
}

#[tokio::test]
async fn what_is_nearer_to_the_person_wins_and_of_several_groups_the_highest() {
    let room = Room::start();
    let okta = room.okta();
    let ada = assign(&okta, &Person::new("Ada", "Moreno").role("viewer")).await;
    let li = assign(&okta, &Person::new("Li", "Wei")).await;
    let sam = assign(&okta, &Person::new("Sam", "Okoro")).await;
    let all = [ada.clone(), li.clone(), sam.clone()];
    let editors = okta.push_group(EDITORS, &all).await.expect(201).id();
    let owners = okta.push_group("APP-Harbor-Owners", &all).await.expect(201).id();
    room.cli(&["user", "set-role", id(&sam), "viewer"]);
    assert_eq!(room.cli(&["group", "map", EDITORS, "editor"])["changedUsers"], 1);
    assert_eq!(room.cli(&["group", "map", &owners, "owner"])["changedUsers"], 1, "by its id as well");
    assert_standing(&room, ADA, "viewer", "okta");
    assert_standing(&room, "sam.okoro@harbor.example", "viewer", "local");
    assert_standing(&room, "li.wei@harbor.example", "owner", "group");

    okta.delete_group(&owners).await.expect(204);
    assert_standing(&room, "li.wei@harbor.example", "editor", "group");
    // Once Okta sends a role for the person, the groups count no more.
    okta.push(id(&li), &json!({"roles": [{"primary": true, "value": "viewer"}]})).await.expect(200);
    assert_standing(&room, "li.wei@harbor.example", "viewer", "okta");
    okta.push_now(&editors, &[]).await.expect(200);
    assert_standing(&room, "li.wei@harbor.example", "viewer", "okta");
}

#[tokio::test]
async fn a_group_in_a_group_gives_nobody_anything() {
    let room = Room::start();
    let okta = room.okta();
    let ada = assign(&okta, &Person::new("Ada", "Moreno")).await;
    let inner = okta.push_group("Harbor", std::slice::from_ref(&ada)).await.expect(201).id();
    let outer = okta.push_group(EDITORS, &[json!({"value": inner})]).await.expect(201).id();
    assert_eq!(room.cli(&["group", "map", EDITORS, "owner"])["changedUsers"], 0);
    assert_standing(&room, ADA, "viewer", "default");
    let groups = okta.get(id(&ada)).await.expect(200).body["groups"].clone();
    let kinds: Vec<_> = groups.as_array().unwrap().iter().map(|one| (&one["value"], &one["type"])).collect();
    assert!(kinds.contains(&(&json!(inner), &json!("direct"))), "{groups}");
    assert!(kinds.contains(&(&json!(outer), &json!("indirect"))), "the way in is shown all the same: {groups}");
    let shown = room.cli(&["group", "show", EDITORS]);
    assert_eq!(shown["firstMembers"], json!([{"id": inner, "kind": "Group", "name": "Harbor"}]));
    // Somebody who joins the group itself has the role.
    okta.change_members(&outer, EDITORS, &[], std::slice::from_ref(&ada)).await.expect(200);
    assert_standing(&room, ADA, "owner", "group");
    okta.change_members(&outer, EDITORS, &[id(&ada)], &[]).await.expect(200);
    assert_standing(&room, ADA, "viewer", "default");
}

#[tokio::test]
async fn a_changed_address_keeps_the_groups_and_so_their_role() {
    let room = Room::start();
    let okta = room.okta();
    let ada = assign(&okta, &Person::new("Ada", "Moreno")).await;
    let group = okta.push_group(EDITORS, std::slice::from_ref(&ada)).await.expect(201).id();
    room.cli(&["group", "map", EDITORS, "editor"]);
    okta.push(id(&ada), &json!({"userName": "ada.li@harbor.example"})).await.expect(200);
    assert_standing(&room, "ada.li@harbor.example", "editor", "group");
    let old = room.cli(&["user", "show", ADA]);
    assert_eq!(old["active"], false);
    okta.push_now(&group, &[]).await.expect(200);
    assert_standing(&room, "ada.li@harbor.example", "viewer", "default");
}

#[tokio::test]
async fn the_command_line_lists_shows_and_maps_groups() {
    let room = Room::start();
    let okta = room.okta();
    assert_eq!(room.cli(&["group", "list"]), json!([]));
    assert!(room.run(&["group", "list"]).ok().stdout.contains("Push Groups"), "what to click is said");
    let ada = assign(&okta, &Person::new("Ada", "Moreno")).await;
    let group = okta.push_group(EDITORS, std::slice::from_ref(&ada)).await.expect(201).id();
    okta.push_group("Harbor \u{1b}[31m", &[]).await.expect(201);

    let mapped = room.run(&["group", "map", &EDITORS.to_lowercase(), "Editor"]).ok();
    assert_eq!(mapped.stdout, format!("{EDITORS} is mapped to editor now; the role of 1 person changed.\n"));
    let again = room.run(&["group", "map", &group, "editor"]).ok();
    assert!(again.stdout.ends_with("nobody's role changed.\n"), "{again:?}");

    let listed = room.cli(&["group", "list"]);
    assert_eq!((&listed[0]["id"], &listed[0]["displayName"]), (&json!(group), &json!(EDITORS)));
    assert_eq!((&listed[0]["members"], &listed[0]["role"]), (&json!(1), &json!("editor")));
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(room.cli(&["group", "list", "--mapped"]), json!([listed[0]]));
    assert_eq!(room.cli(&["group", "list", "--search", "EDITORS"]), json!([listed[0]]));
    assert_eq!(room.cli(&["group", "list", "--search", "nothing"]), json!([]));
    assert_eq!(room.run(&["group", "list", "--search", "nothing"]).ok().stdout, "No group matches.\n");
    let table = room.run(&["group", "list"]).ok().stdout;
    assert!(table.starts_with("NAME ") && table.contains("\\u{1b}") && !table.contains('\u{1b}'), "{table}");
    let shown = room.run(&["group", "show", EDITORS]).ok().stdout;
    for part in ["mapped to    editor", &group, &format!("{ADA} (user, {})", id(&ada))] {
        assert!(shown.contains(part), "no {part:?} in {shown}");
    }

    let none = room.run(&["group", "map", EDITORS, "none"]).ok();
    assert!(none.stdout.contains("mapped to no role now; the role of 1 person changed"), "{none:?}");
    assert_standing(&room, ADA, "viewer", "default");
    assert!(room.run(&["group", "show", EDITORS]).ok().stdout.contains("mapped to    no role"));
}

#[tokio::test]
async fn what_cannot_be_mapped_is_said_in_a_sentence_with_the_right_exit_code() {
    let room = Room::start();
    let okta = room.okta();
    let ada = assign(&okta, &Person::new("Ada", "Moreno")).await;
    let group = okta.push_group(EDITORS, std::slice::from_ref(&ada)).await.expect(201).id();
    let unknown = "01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11";
    for args in [&["group", "show", "Nobody"][..], &["group", "show", unknown], &["group", "map", "Nobody", "editor"]] {
        let sentence = room.run(args).refused();
        let how = "give its whole name or its id, as the list of groups shows them";
        assert_eq!(sentence, format!("error: there is no group {} here: {how}\n", args[2]));
    }
    for args in [&["group", "map", EDITORS, "admin"][..], &["group", "map", EDITORS], &["group", "nonsense"]] {
        assert_eq!(room.run(args).code, 2, "{args:?}");
    }
    let usage = room.run(&["group", "map", EDITORS, "admin"]).stderr;
    for role in ["owner", "editor", "viewer", "none"] {
        assert!(usage.contains(role), "{usage}");
    }

    // The last owner is one by the group alone.
    room.cli(&["group", "map", EDITORS, "owner"]);
    assert_standing(&room, ADA, "owner", "group");
    for role in ["editor", "none"] {
        let sentence = room.run(&["group", "map", EDITORS, role]).refused();
        assert!(sentence.contains(&format!("{ADA} is the last active owner")), "{sentence}");
        assert_standing(&room, ADA, "owner", "group");
    }
    assert_eq!(room.cli(&["group", "show", EDITORS])["role"], "owner");
    // Okta is obeyed all the same.
    okta.push_now(&group, &[]).await.expect(200);
    assert_standing(&room, ADA, "viewer", "default");
}

#[tokio::test]
async fn only_an_owner_maps_groups() {
    let room = Room::start();
    let okta = room.okta();
    okta.push_group(EDITORS, &[]).await.expect(201);
    for (role, may) in [("viewer", false), ("editor", false), ("owner", true)] {
        okta.assign(&Person::new("Ada", role).role(role)).await.expect(201);
        let guest = room.guest(&format!("ada.{role}@harbor.example"));
        guest.run(&["group", "list"]).ok();
        guest.run(&["group", "show", EDITORS]).ok();
        let ran = guest.run(&["group", "map", EDITORS, "editor"]);
        assert_eq!(ran.code, i32::from(!may), "{role}: {ran:?}");
    }
}

#[tokio::test]
async fn a_preview_says_what_the_mapping_then_does() {
    let room = Room::start();
    let okta = room.okta();
    let ada = assign(&okta, &Person::new("Ada", "Moreno")).await;
    let li = assign(&okta, &Person::new("Li", "Wei").role("viewer")).await;
    okta.push_group(EDITORS, &[ada, li]).await.expect(201);
    let preview = room.cli(&["group", "map", EDITORS, "editor", "--preview"]);
    assert_eq!(preview["changes"], json!([{"from": "viewer", "to": "editor", "users": 1}]));
    assert_eq!((&preview["first"][0]["userName"], &preview["keptOkta"]), (&json!(ADA), &json!(1)));
    assert_standing(&room, ADA, "viewer", "default");
    let told = room.run(&["group", "map", EDITORS, "editor", "--preview"]).ok().stdout;
    assert!(told.contains("1 from viewer to editor"), "{told}");
    assert_eq!(room.cli(&["group", "map", EDITORS, "editor"])["changedUsers"], 1);
    assert_standing(&room, ADA, "editor", "group");
    assert_standing(&room, "li.wei@harbor.example", "viewer", "okta");
}
