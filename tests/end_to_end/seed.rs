//! `scimroom seed`: a workspace full of people, whom the service then serves as if Okta had sent them.

use serde_json::Value;

use crate::harness::Room;

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

#[tokio::test]
async fn a_seeded_workspace_counts_finds_and_serves_its_people() {
    let mut room = Room::empty();
    let seeded = room.cli(&["seed", "--users", "2000", "--groups", "10"]);
    assert_eq!((&seeded["users"], &seeded["groups"], &seeded["seed"]), (&2000.into(), &10.into(), &1.into()));
    let counts = &seeded["counts"];
    assert_eq!(number(&counts["total"]), 2000);
    assert_eq!(number(&counts["active"]), 2000 - number(&seeded["inactive"]));
    assert!(number(&seeded["inactive"]) > 50 && number(&seeded["edited"]) > 10, "{seeded}");
    let roles = ["owners", "editors", "viewers"].map(|role| number(&counts[role]));
    assert_eq!(roles.iter().sum::<u64>(), number(&counts["active"]));

    room.serve();
    let groups = room.cli(&["group", "list"]);
    let members: u64 = groups.as_array().unwrap().iter().map(|group| number(&group["members"])).sum();
    assert_eq!(members, number(&seeded["members"]));
    let mapped: Vec<_> = groups.as_array().unwrap().iter().filter(|group| !group["role"].is_null()).collect();
    assert_eq!(mapped.len(), 2);
    let users = room.cli(&["user", "list"]);
    let one = &users[7];
    let okta = room.okta();
    let name = one["userName"].as_str().unwrap();
    let found = okta.lookup(name).await.expect(200);
    assert_eq!(found.body["Resources"][0]["id"], one["id"]);
    assert_eq!(found.body["Resources"][0]["externalId"], one["externalId"]);
}

#[test]
fn the_same_seed_makes_the_same_people() {
    let people = |seed: &str| {
        let room = Room::empty();
        room.run(&["seed", "--users", "60", "--groups", "2", "--seed", seed]).ok();
        let users = room.cli(&["user", "list"]);
        let told = |user: &Value| {
            ["userName", "displayName", "role", "roleSource", "active", "externalId"].map(|name| user[name].clone())
        };
        users.as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(people("5"), people("5"));
    assert_ne!(people("5"), people("6"));
}

#[test]
fn seed_stays_away_from_a_running_service_and_from_people() {
    let mut room = Room::start();
    let sentence = room.run(&["seed"]).refused();
    assert!(sentence.contains("stop it") && sentence.lines().count() == 1, "{sentence}");
    assert!(room.end("-TERM").success());

    let seeded = room.run(&["seed", "--users", "30"]).ok();
    assert_eq!(seeded.stderr, "", "no progress where there is no terminal");
    assert!(seeded.stdout.contains("30 people"), "{seeded:?}");
    let sentence = room.run(&["seed", "--users", "30"]).refused();
    assert!(sentence.contains("--add") && sentence.contains("--data"), "{sentence}");
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 30);

    let added = room.cli(&["seed", "--users", "30", "--add"]);
    assert_eq!((&added["users"], &added["counts"]["total"]), (&30.into(), &60.into()), "others than those before");
    assert_eq!(room.run(&["seed", "--users", "0"]).code, 2);
}
