//! Group push: what an admin does under Push Groups, as Okta's two kinds of app send it, and what the log tells of it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Okta, Person, Room, member};

const NAME: &str = "APP-Harbor-Editors";

/// Three people who are assigned to the app, as members of a group.
async fn people(okta: &Okta) -> [Value; 3] {
    let mut members = Vec::new();
    for (given, family) in [("Ada", "Moreno"), ("Li", "Wei"), ("Sam", "Okoro")] {
        let person = Person::new(given, family);
        let id = okta.assign(&person).await.expect(201).id();
        members.push(member(&id, &person.email));
    }
    members.try_into().unwrap()
}

fn id(member: &Value) -> &str {
    member["value"].as_str().unwrap()
}

/// The ids of a group's members, in the order of the people above, who were made one after the other.
#[track_caller]
fn ids(group: &Value) -> Vec<&str> {
    let members = group["members"].as_array().unwrap_or_else(|| panic!("no members in {group}"));
    let mut ids: Vec<&str> = members.iter().map(id).collect();
    ids.sort_unstable();
    ids
}

/// The paths that an event says have changed.
fn paths(event: &Value) -> Vec<&str> {
    event["changes"].as_array().unwrap().iter().map(|change| change["path"].as_str().unwrap()).collect()
}

fn of(member: &Value) -> String {
    format!("members[value eq \"{}\"]", id(member))
}

#[tokio::test]
async fn an_app_of_the_wizard_sends_the_group_whole_every_time() {
    let room = Room::start();
    let okta = room.okta();
    let [ada, li, sam] = people(&okta).await;

    assert_eq!(okta.find_group(NAME).await.expect(200).resources(), [json!(null); 0]);
    let pushed = okta.push_group(NAME, &[ada.clone(), li.clone()]).await.expect(201);
    let group = pushed.id();
    assert_eq!((&pushed.body["displayName"], ids(&pushed.body)), (&json!(NAME), vec![id(&ada), id(&li)]));
    assert_eq!(pushed.headers["location"], format!("{}/Groups/{group}", room.scim()));
    let read = okta.get_group(&group).await.expect(200);
    assert_eq!(read.body, pushed.body, "a group is read as it was pushed");

    // Okta sends what it read before anything has changed, with id and meta in it.
    let same = okta.put_group(&group, NAME, &[ada.clone(), li.clone()]).await.expect(200);
    assert_eq!(same.body, pushed.body, "the same group pushed again is no change");
    let moved = okta.put_group(&group, NAME, &[li.clone(), sam.clone()]).await.expect(200);
    assert_eq!((moved.id(), ids(&moved.body)), (group.clone(), vec![id(&li), id(&sam)]));
    assert_ne!(moved.headers["etag"], pushed.headers["etag"]);
    let renamed = okta.put_group(&group, "APP-Harbor-Writers", &[li.clone(), sam.clone()]).await.expect(200);
    assert_eq!((&renamed.body["displayName"], ids(&renamed.body).len()), (&json!("APP-Harbor-Writers"), 2));
    let emptied = okta.put_group(&group, "APP-Harbor-Writers", &[]).await.expect(200);
    assert_eq!(emptied.body["members"], json!([]));
    assert_eq!(okta.get_group(&group).await.expect(200).body, emptied.body);

    assert_eq!(okta.delete_group(&group).await.expect(204).body, json!(null));
    okta.get_group(&group).await.expect(404).detail();
    okta.delete_group(&group).await.expect(404).detail();
    assert_eq!(okta.get(id(&li)).await.expect(200).body["active"], true, "the people stay");
    assert_ne!(okta.push_group("APP-Harbor-Writers", &[]).await.expect(201).id(), group, "the name is free again");

    let push = "group-push";
    let gone = "group-delete";
    let writes = room.wait_for_writes(&["create", "create", "create", push, push, push, push, push, gone, gone, push]);
    let told: Vec<Value> = writes.iter().skip(3).map(|event| room.event(event)).collect();
    assert_eq!((&told[0]["groupId"], &told[0]["groupName"]), (&json!(group), &json!(NAME)));
    assert_eq!(paths(&told[0]), ["displayName", &of(&ada), &of(&li)]);
    assert_eq!(paths(&told[1]), [""; 0]);
    let [joined, left] = [of(&sam), of(&ada)];
    assert_eq!(paths(&told[2]), [joined.as_str(), &left]);
    assert_eq!((&told[2]["changes"][0]["after"], &told[2]["changes"][1]["before"]), (&sam["value"], &ada["value"]));
    let name = json!([{"path": "displayName", "before": NAME, "after": "APP-Harbor-Writers"}]);
    assert_eq!((&told[3]["changes"], &told[3]["groupName"]), (&name, &json!("APP-Harbor-Writers")));
    assert_eq!(paths(&told[4]), [of(&li), of(&sam)]);
    assert_eq!((&told[5]["groupId"], paths(&told[5])), (&json!(group), vec!["displayName"]));
    assert_eq!((&told[6]["status"], paths(&told[6])), (&json!(404), vec![]));
    let lookup = room.wait_for_event("the lookup", |event| event["action"] == "lookup" && event["results"] == 0);
    assert!(lookup["groupName"].as_str().unwrap().eq_ignore_ascii_case(NAME), "who was looked for is told: {lookup}");
}

#[tokio::test]
async fn a_catalogue_app_pushes_an_empty_group_and_then_what_changes() {
    let room = Room::start();
    let okta = room.okta();
    let [ada, li, sam] = people(&okta).await;

    okta.find_group(NAME).await.expect(200);
    let pushed = okta.push_group(NAME, &[]).await.expect(201);
    assert_eq!(pushed.body["members"], json!([]));
    let group = pushed.id();
    let joined = okta.change_members(&group, NAME, &[], &[ada.clone(), li.clone()]).await.expect(200);
    assert_eq!(ids(&joined.body), [id(&ada), id(&li)]);
    let moved = okta.change_members(&group, NAME, &[id(&ada)], std::slice::from_ref(&sam)).await.expect(200);
    assert_eq!(ids(&moved.body), [id(&li), id(&sam)]);
    let again = okta.change_members(&group, NAME, &[id(&ada)], std::slice::from_ref(&sam)).await.expect(200);
    assert_eq!(again.body, moved.body, "who is out already, and who is in already, is no change");
    let renamed = okta.rename_group(&group, "APP-Harbor-Writers").await.expect(200);
    assert_eq!((&renamed.body["displayName"], ids(&renamed.body)), (&json!("APP-Harbor-Writers"), ids(&moved.body)));

    let whole = okta.push_now(&group, &[ada.clone(), li.clone(), sam.clone()]).await.expect(200);
    assert_eq!(ids(&whole.body), [id(&ada), id(&li), id(&sam)]);
    let empty = okta.push_now(&group, &[]).await.expect(200);
    assert_eq!(empty.body["members"], json!([]));
    // Seen once: members in a value without a path.
    let pathless = json!([{"op": "replace", "value": {"members": [li]}}]);
    assert_eq!(ids(&okta.patch_group(&group, pathless).await.expect(200).body), [id(&li)]);
    okta.delete_group(&group).await.expect(204);

    let push = "group-push";
    let writes = room.wait_for_writes(&[
        "create",
        "create",
        "create",
        push,
        push,
        push,
        push,
        push,
        push,
        push,
        push,
        push,
        push,
        push,
        "group-delete",
    ]);
    let told: Vec<Value> = writes.iter().skip(3).map(|event| room.event(event)).collect();
    assert!(told.iter().all(|event| event["groupId"] == json!(group)), "every event is about the group");
    let changed: Vec<Vec<&str>> = told.iter().map(paths).collect();
    let [ada, li, sam] = [of(&ada), of(&li), of(&sam)];
    let expected: [&[&str]; 12] = [
        &["displayName"],
        &[&ada, &li],
        &[],
        &[&sam, &ada],
        &[],
        &[],
        &[],
        &["displayName"],
        &[&ada],
        &[&ada, &li, &sam],
        &[&li],
        &["displayName"],
    ];
    assert_eq!(changed, expected);
    assert_eq!(told[2]["compatibility"], json!(["identity-in-value"]), "the id that Okta sends along is noted");
}

#[tokio::test]
async fn a_group_that_is_here_is_linked_instead_of_created() {
    let room = Room::start();
    let okta = room.okta();
    let [ada, ..] = people(&okta).await;
    let group = okta.push_group(NAME, std::slice::from_ref(&ada)).await.expect(201).id();

    let found = okta.find_group(&NAME.to_lowercase()).await.expect(200).resources();
    assert_eq!((found.len(), &found[0]["id"], &found[0]["displayName"]), (1, &json!(group), &json!(NAME)));
    let refused = okta.push_group(&NAME.to_uppercase(), &[]).await.expect(409);
    assert_eq!(refused.body["scimType"], "uniqueness");
    assert!(refused.detail().contains("Link Group"), "{}", refused.detail());
    let linked = okta.put_group(&group, &NAME.to_lowercase(), &[]).await.expect(200);
    assert_eq!(linked.body["displayName"], NAME.to_lowercase(), "another case is no other name");

    let other = okta.push_group("APP-Harbor-Owners", &[]).await.expect(201).id();
    okta.rename_group(&other, NAME).await.expect(409).detail();
    okta.put_group(&other, NAME, &[]).await.expect(409).detail();
    assert_eq!(okta.get_group(&other).await.expect(200).body["displayName"], "APP-Harbor-Owners");
    let refusal = room.wait_for_event("the refusal", |event| event["method"] == "POST" && event["status"] == 409);
    assert_eq!((&refusal["action"], &refusal["groupId"]), (&json!("group-push"), &json!(group)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_that_arrive_together_lose_nobody() {
    let room = Room::start();
    let okta = room.okta();
    let group = okta.push_group(NAME, &[]).await.expect(201).id();
    let jobs: Vec<_> = (0..24)
        .map(|n| {
            let (okta, group) = (okta.clone(), group.clone());
            tokio::spawn(async move {
                let person = Person::new(&format!("Ada{n}"), "Moreno");
                let joins = member(&okta.assign(&person).await.expect(201).id(), &person.email);
                okta.change_members(&group, NAME, &[], std::slice::from_ref(&joins)).await.expect(200);
                if n % 3 == 0 {
                    okta.change_members(&group, NAME, &[id(&joins)], &[]).await.expect(200);
                }
                (joins, n % 3 != 0)
            })
        })
        .collect();
    let mut stay = Vec::new();
    for job in jobs {
        let (joined, stays) = job.await.unwrap();
        if stays {
            stay.push(id(&joined).to_owned());
        }
    }
    stay.sort_unstable();
    assert_eq!(ids(&okta.get_group(&group).await.expect(200).body), stay);
}

#[tokio::test]
async fn a_large_group_is_pushed_in_one_piece_and_changed_in_small_ones() {
    let room = Room::start();
    let okta = room.okta();
    let create = |n: usize| {
        let data = Person::new(&format!("Ada{n}"), "Moreno").body();
        json!({"method": "POST", "path": "/Users", "bulkId": n.to_string(), "data": data})
    };
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": (0..999).map(create).collect::<Vec<_>>(),
    });
    let answer = okta.send(Method::POST, "/Bulk", Some(&body)).await.expect(200).body;
    let made = answer["Operations"].as_array().unwrap();
    let people: Vec<Value> = made
        .iter()
        .map(|one| member(one["location"].as_str().unwrap().rsplit('/').next().unwrap(), "somebody@harbor.example"))
        .collect();
    let group = okta.push_group(NAME, &people).await.expect(201).id();
    assert_eq!(ids(&okta.get_group(&group).await.expect(200).body).len(), 999);
    // Okta takes 204 for a PATCH, and the whole of a large group is not sent back for one member.
    let (leaves, others) = people.split_first().unwrap();
    let remove = json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", id(leaves))}]);
    let patched = okta.patch_group(&group, remove).await.expect(204);
    let read = okta.get_group(&group).await.expect(200);
    assert_eq!((ids(&read.body).len(), &patched.headers["etag"]), (998, &read.headers["etag"]));
    okta.rename_group(&group, NAME).await.expect(204);
    assert_eq!(okta.put_group(&group, NAME, others).await.expect(200).body, read.body);
    okta.push_now(&group, &people).await.expect(204);
    assert_eq!(room.cli(&["group", "show", NAME])["members"], 999);
    let told = room.event(&room.wait_for_event("the push", |event| event["action"] == "group-push"));
    assert_eq!(paths(&told), [of(leaves)]);
    let shown = room.run(&["group", "show", NAME]).ok().stdout;
    assert!(shown.contains("and 899 more"), "{shown}");
}

#[tokio::test]
async fn names_are_found_however_odd_they_are() {
    let room = Room::start();
    let okta = room.okta();
    for name in ["R&D \"Harbor\" 100% + more", "Müller \\ Söhne", "李伟/𝄞", "' or 1 eq 1"] {
        let group = okta.push_group(name, &[]).await.expect(201).id();
        let found = okta.find_group(name).await.expect(200).resources();
        assert_eq!((found.len(), &found[0]["id"], &found[0]["displayName"]), (1, &json!(group), &json!(name)));
        assert_eq!(room.cli(&["group", "show", name])["id"], json!(group));
    }
}

#[tokio::test]
async fn import_reads_every_group_with_its_members_page_by_page() {
    let room = Room::start();
    let okta = room.okta();
    let [ada, ..] = people(&okta).await;
    for n in 0..103 {
        okta.push_group(&format!("Harbor {n}"), std::slice::from_ref(&ada)).await.expect(201);
    }
    let mut names = Vec::new();
    for start in [1, 101] {
        let page = okta.send(Method::GET, &format!("/Groups?startIndex={start}&count=100"), None).await.expect(200);
        assert_eq!((&page.body["totalResults"], &page.body["startIndex"]), (&json!(103), &json!(start)));
        assert!(page.resources().iter().all(|group| ids(group) == [id(&ada)]));
        names.extend(page.resources().iter().map(|group| group["displayName"].as_str().unwrap().to_owned()));
    }
    assert!(
        names.iter().enumerate().all(|(n, name)| *name == format!("Harbor {n}")),
        "in order of creation: {names:?}"
    );
    let page = room.wait_for_event("the second page", |event| event["query"] == "startIndex=101&count=100");
    assert_eq!((&page["action"], &page["results"]), (&json!("import-page"), &json!(103)));
    let found = okta.get(id(&ada)).await.expect(200).body;
    assert_eq!(found["groups"].as_array().unwrap().len(), 103);
}

#[tokio::test]
async fn who_leaves_the_company_leaves_no_trace_of_rights_in_a_group() {
    let room = Room::start();
    let okta = room.okta();
    let [ada, li, _] = people(&okta).await;
    let group = okta.push_group(NAME, &[ada.clone(), li.clone()]).await.expect(201).id();
    assert_eq!(
        okta.get(id(&ada)).await.expect(200).body["groups"],
        json!([{
            "value": group,
            "$ref": format!("{}/Groups/{group}", room.scim()),
            "display": NAME,
            "type": "direct",
        }])
    );

    // Unassigned: first the account, then the membership, as Okta does it.
    okta.set_active_by_patch(id(&ada), false).await.expect(200);
    assert_eq!(ids(&okta.get_group(&group).await.expect(200).body).len(), 2, "Okta has not said otherwise yet");
    assert_eq!(okta.get(id(&ada)).await.expect(200).body["active"], false);
    let after = okta.change_members(&group, NAME, &[id(&ada)], &[]).await.expect(200);
    assert_eq!(ids(&after.body), [id(&li)]);
    assert_eq!(okta.get(id(&ada)).await.expect(200).body.get("groups"), None);

    // Whole groups name people who are deactivated, too.
    okta.put_group(&group, NAME, &[ada.clone(), li.clone()]).await.expect(200);
    okta.delete(id(&li)).await.expect(204);
    assert_eq!(ids(&okta.get_group(&group).await.expect(200).body), [id(&ada)], "who is gone is in no group");
    let shown = room.cli(&["group", "show", NAME]);
    assert_eq!((&shown["members"], &shown["firstMembers"][0]["name"]), (&json!(1), &ada["display"]));
}

#[tokio::test]
async fn a_member_whom_nobody_here_knows_is_refused_by_name_or_passed_over() {
    let room = Room::start();
    let okta = room.okta();
    let [ada, ..] = people(&okta).await;
    let nobody = member("01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11", "nobody@harbor.example");
    let refused = okta.push_group(NAME, &[ada.clone(), nobody.clone()]).await.expect(400);
    let detail = refused.detail();
    assert!(detail.contains(id(&nobody)) && detail.contains("Assignments") && !detail.contains(id(&ada)), "{detail}");
    assert_eq!(room.cli(&["group", "list"]), json!([]));

    room.cli(&["workspace", "set", "unknown_members=ignore"]);
    let pushed = okta.push_group(NAME, &[ada.clone(), nobody.clone(), member("4711", "x")]).await.expect(201);
    assert_eq!(ids(&pushed.body), [id(&ada)]);
    okta.change_members(&pushed.id(), NAME, &[id(&nobody)], std::slice::from_ref(&nobody)).await.expect(200);
}

#[tokio::test]
async fn people_read_the_log_of_a_group() {
    let room = Room::start();
    let okta = room.okta();
    let [ada, ..] = people(&okta).await;
    let group = okta.push_group(NAME, &[]).await.expect(201).id();
    okta.change_members(&group, NAME, &[], std::slice::from_ref(&ada)).await.expect(200);
    let writes = room.wait_for_writes(&["create", "create", "create", "group-push", "group-push", "group-push"]);
    let list = room.run(&["event", "list"]).ok().stdout;
    assert!(list.lines().filter(|line| line.contains("group-push") && line.contains(NAME)).count() == 3, "{list}");
    let about = |which: &str| room.cli(&["event", "list", "--group", which, "--limit", "2"]);
    for which in [NAME, &NAME.to_lowercase(), &group] {
        let ids: Vec<Value> = about(which).as_array().unwrap().iter().map(|event| event["id"].clone()).collect();
        assert!(ids.contains(&writes[5]["id"]) && ids.len() == 2, "{which}: {ids:?}");
    }
    let shown = |n: usize| room.run(&["event", "show", &writes[n]["id"].to_string()]).ok().stdout;
    let joined = shown(4);
    for part in [format!("group        {NAME}"), group.clone(), format!("{}: - -> \"{}\"", of(&ada), id(&ada))] {
        assert!(joined.contains(&part), "no {part:?} in {joined}");
    }
    assert!(shown(5).contains("identity-in-value"), "{}", shown(5));
    // What is gone, and what never came to be, still has its events.
    okta.delete_group(&group).await.expect(204);
    okta.find_group("ÖKO-Straße").await.expect(200);
    assert_eq!(about(NAME)[0]["action"], "group-delete");
    assert_eq!(about(&group)[0]["action"], "group-delete");
    room.wait_for_event("the lookup", |event| event["action"] == "lookup");
    assert_eq!(about("ÖKO-Straße")[0]["action"], "lookup");
    assert_eq!(about("Nobody"), json!([]));
}
