//! Many people changed at once and put back: over the admin API, and by hand in a real terminal.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Person, Room, Terminal};

/// The operator at the admin API.
struct Operator {
    http: reqwest::Client,
    url: String,
    key: String,
}

impl Operator {
    fn of(room: &Room) -> Self {
        let key = fs::read_to_string(room.data().join("operator.key")).unwrap().trim().to_owned();
        Self { http: reqwest::Client::new(), url: format!("{}/api/v1", room.url()), key }
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(&self.key).json(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn users(&self, search: &str) -> Vec<String> {
        let request = self.http.get(format!("{}/users", self.url)).query(&[("search", search), ("sort", "userName")]);
        let page: Value = request.bearer_auth(&self.key).send().await.unwrap().json().await.unwrap();
        page["users"].as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect()
    }
}

async fn crew(room: &Room) {
    let okta = room.okta();
    for (first, last, role) in [
        ("Olivia", "Owner", "owner"),
        ("Ada", "Moreno", "viewer"),
        ("Li", "Wei", "viewer"),
        ("Grace", "Hopper", "viewer"),
        ("Ed", "Itor", "editor"),
    ] {
        okta.assign(&Person::new(first, last).role(role)).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_many_is_foreseen_made_and_taken_back() {
    let room = Room::start();
    crew(&room).await;
    let operator = Operator::of(&room);
    let change = json!({"kind": "role", "role": "editor"});
    let of = json!({"query": {"search": "role:viewer !name:grace"}});
    let (status, radius) = operator.post("/users/preview", &json!({"of": of, "change": change})).await;
    assert_eq!((status, &radius["people"]), (200, &json!(2)), "{radius}");
    assert_eq!(radius["names"], json!(["ada.moreno@harbor.example", "li.wei@harbor.example"]));
    assert_eq!((&radius["before"]["editors"], &radius["after"]["editors"]), (&json!(1), &json!(3)));
    assert_eq!(operator.users("role:editor").await, ["ed.itor@harbor.example"], "nothing is done yet");

    let (_, done) = operator.post("/users/change", &json!({"ids": radius["ids"], "change": change})).await;
    assert!(done.as_array().unwrap().iter().all(|person| person["outcome"] == "done"), "{done}");
    assert_eq!(
        operator.users("role:editor source:local").await,
        ["ada.moreno@harbor.example", "li.wei@harbor.example"]
    );

    // One of them is unassigned in Okta meanwhile; the other is put back.
    room.okta().set_active_by_patch(done[1]["id"].as_str().unwrap(), false).await;
    let people: Vec<Value> = done.as_array().unwrap().iter().map(|person| person["undo"].clone()).collect();
    let (_, back) = operator.post("/users/restore", &json!({"people": people})).await;
    assert_eq!((&back[0]["outcome"], &back[1]["outcome"]), (&json!("done"), &json!("refused")), "{back}");
    assert_eq!(
        operator.users("role:viewer source:okta state:active").await,
        ["ada.moreno@harbor.example", "grace.hopper@harbor.example"]
    );
    assert_eq!(operator.users("state:inactive source:local").await, ["li.wei@harbor.example"]);

    // Everybody at once: the last owner is left.
    let everybody = json!({"of": {"query": {}}, "change": {"kind": "deactivate"}});
    let (_, radius) = operator.post("/users/preview", &everybody).await;
    assert!(radius["problem"].as_str().unwrap().contains("olivia.owner@harbor.example is the last active owner"));
    assert_eq!(radius["after"]["owners"], 1);
    let (status, problem) =
        operator.post("/users/preview", &json!({"of": {"query": {"search": "rolle:x"}}, "change": change})).await;
    assert_eq!(status, 400);
    assert!(problem["detail"].as_str().unwrap().contains("there is no field rolle:"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_people_are_marked_by_hand_made_editors_and_put_back() {
    let room = Room::start();
    crew(&room).await;
    let operator = Operator::of(&room);
    let mut terminal = Terminal::run(room.data(), &[], (80, 24));
    terminal.wait_for("live");
    terminal.press("2");
    terminal.wait_for("ada.moreno@harbor.example");
    terminal.press("/role:viewer\r");
    terminal.wait_for("1 of 3");
    for marked in 1..=3 {
        terminal.press(" ");
        terminal.wait_for(&format!("{marked} marked"));
    }
    terminal.press("r");
    terminal.wait_for("Role of 3 people");
    terminal.press("k");
    terminal.press("\r");
    terminal.wait_for("Type 3 to go on");
    terminal.wait_for("3 people become editor");
    terminal.press("3\r");
    terminal.wait_for("3 people are editors now.");
    terminal.wait_for("Nobody matches");
    assert_eq!(operator.users("role:editor source:local").await.len(), 3);

    terminal.press("U");
    terminal.wait_for("Take back the last change");
    terminal.press("3\r");
    terminal.wait_for("3 people are as before again");
    terminal.wait_for("1 of 3");
    assert_eq!(operator.users("role:viewer source:okta").await.len(), 3);

    // What is shown goes to a file that only its owner may read.
    terminal.press("w");
    terminal.wait_for("Write 3 people to a file");
    terminal.press("\r");
    terminal.wait_for("3 people written to");
    let file = fs::read_dir(room.data()).unwrap().map(|entry| entry.unwrap().path());
    let file = file.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "csv")).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 4);
    assert!(text.contains("grace.hopper@harbor.example,") && !text.contains("olivia"), "{text}");
    terminal.press("\u{3}");
    assert_eq!(terminal.exit_code(), 0);
}
