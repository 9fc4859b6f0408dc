//! Chapter 14: the alias of the caller, which is not offered.

use serde_json::json;

use crate::{harness::Room, suite::suite};

suite! {
    line_108_me_is_not_offered_for_any_method,
    line_108_me_is_not_advertised,
}

fn line_108_me_is_not_offered_for_any_method(room: &Room) {
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        for path in ["/Me", "/Me/", "/me"] {
            room.request(method, path).json(&json!({})).send().scim_error(501, None);
        }
    }
    room.head("/Me").expect(501);
    room.stranger().get("/Me").scim_error(401, None);
}

fn line_108_me_is_not_advertised(room: &Room) {
    for kind in room.get("/ResourceTypes").resources() {
        assert_ne!(kind["endpoint"], "/Me", "{kind}");
    }
}
