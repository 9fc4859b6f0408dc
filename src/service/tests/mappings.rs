//! Mappings of groups that the end of the service cut short.

use super::*;
use crate::{
    model::id::GroupId,
    store::{Change, Decision, Key, Position, decide},
};

#[tokio::test]
async fn a_mapping_that_was_cut_short_is_finished_by_the_next_start() {
    let room = Room::start().await;
    let mut members = Vec::new();
    for name in ["ada", "li", "noor"] {
        let body = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": format!("{name}@harbor.example")});
        let made = room.okta(Method::POST, "/scim/v2/Users").json(&body).send().await.unwrap();
        members.push(json!({"value": json_of(made).await["id"]}));
    }
    let body =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Sales", "members": members});
    let made = json_of(room.okta(Method::POST, "/scim/v2/Groups").json(&body).send().await.unwrap()).await;
    let group: GroupId = made["id"].as_str().unwrap().parse().unwrap();
    // As the first transaction of a mapping leaves it.
    decide(&*room.service.app.store, vec![Key::Group(group)], move |view| {
        let mut row = view.group(group)?.unwrap().clone();
        row.group.role = Some(Role::Editor);
        let changes = vec![Change::UpdateGroup(Box::new(row)), Change::Settle(group, Some(Position(0)))];
        Ok((Decision { changes, event: None }, ()))
    })
    .await
    .unwrap();
    assert_eq!(room.operator.group(group).await.unwrap().unsettled, 3);

    let Room { service, dir, .. } = room;
    service.stop().await.unwrap();
    let room = Room::start_in(dir).await;
    for _ in 0..200 {
        if room.operator.group(group).await.unwrap().unsettled == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(room.operator.group(group).await.unwrap().unsettled, 0);
    for member in members {
        let id = member["value"].as_str().unwrap().parse().unwrap();
        assert_eq!(room.operator.user(id).await.unwrap().user.role, Role::Editor);
    }
}
