//! Guide: An enterprise plan is required.

use serde_json::json;

use crate::harness::{Person, Room};

#[tokio::test]
async fn scim_answers_on_the_enterprise_plan_only() {
    let room = Room::start();
    let okta = room.okta();
    assert_eq!(room.cli(&["workspace", "show"])["plan"], "enterprise", "what a new workspace starts with");
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    for plan in ["free", "team"] {
        room.cli(&["workspace", "set", &format!("plan={plan}")]);
        for answer in [
            okta.test_credentials().await,
            okta.create(&Person::new("Li", "Wei").body()).await,
            okta.put(&id, &Person::new("Ada", "Moreno").body()).await,
        ] {
            let detail = answer.expect(403).detail();
            assert!(detail.contains("enterprise"), "{detail}");
        }
    }
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 1);
    room.cli(&["workspace", "set", "plan=enterprise"]);
    okta.test_credentials().await.expect(200);
    assert_eq!(okta.get(&id).await.expect(200).body["active"], json!(true));
}
