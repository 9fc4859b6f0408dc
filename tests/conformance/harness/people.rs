//! Bodies that no two tests share.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::USER;

/// A text that no other test has, so that tests can share a room.
pub fn tag() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The least that makes a user, and a name that no other test has; `more` is laid over it.
pub fn person(more: Value) -> Value {
    let mut body = json!({"schemas": [USER], "userName": format!("{}@harbor.example", tag())});
    let Value::Object(more) = more else { panic!("{more} is no object") };
    body.as_object_mut().unwrap().extend(more);
    body
}
