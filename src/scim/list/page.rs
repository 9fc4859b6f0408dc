//! The envelope of a page (RFC 7644 3.4.2, RFC 9865 2). Its numbers are JSON numbers and `Resources` is always there,
//! because Okta gives up silently without either.

use serde_json::{Value, json};

use super::super::schema::LIST_RESPONSE_URN;

/// The envelope of an indexed page: `total` matches in all, of which `resources` begin at `start_index`.
pub fn list_response(total: u64, start_index: u64, resources: Vec<Value>) -> Value {
    json!({
        "schemas": [LIST_RESPONSE_URN],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources
    })
}

/// The same as text, from the texts of its resources: a page is written once, not built and then written.
pub fn list_text(total: u64, start_index: u64, resources: &[String]) -> String {
    let place = format!("\"startIndex\":{start_index},\"itemsPerPage\":{}", resources.len());
    envelope(total, &place, resources)
}

/// The envelope of a page that a cursor leads to, as text. `next` is the cursor of the page that follows. Only the last
/// page has none (RFC 9865 2), and pages of `count=0`, since following those would never end. There is no `startIndex`:
/// such a page has no place that could be counted.
///
/// A cursor holds only characters that need no escape in JSON.
pub fn cursor_text(total: u64, next: Option<&str>, resources: &[String]) -> String {
    let place = match next {
        Some(next) => format!("\"itemsPerPage\":{},\"nextCursor\":\"{next}\"", resources.len()),
        None => format!("\"itemsPerPage\":{}", resources.len()),
    };
    envelope(total, &place, resources)
}

fn envelope(total: u64, place: &str, resources: &[String]) -> String {
    let size = resources.iter().map(|resource| resource.len() + 1).sum::<usize>();
    let mut text = String::with_capacity(size + place.len() + 120);
    text.push_str("{\"schemas\":[\"");
    text.push_str(LIST_RESPONSE_URN);
    text.push_str(&format!("\"],\"totalResults\":{total},{place},\"Resources\":["));
    for (index, resource) in resources.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(resource);
    }
    text.push_str("]}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_written_from_texts_is_the_same() {
        let resources = [json!({"id": "1"}), json!({"id": "2", "name": {"formatted": "\"A\", B"}})];
        for count in 0..=resources.len() {
            let page = &resources[..count];
            let texts: Vec<String> = page.iter().map(Value::to_string).collect();
            assert_eq!(list_text(7, 3, &texts), list_response(7, 3, page.to_vec()).to_string());
        }
    }

    #[test]
    fn an_empty_page_still_has_resources_and_numbers() {
        let body = list_response(0, 1, Vec::new());
        let text = format!(
            "{{\"schemas\":[\"{LIST_RESPONSE_URN}\"],\"totalResults\":0,\"startIndex\":1,\"itemsPerPage\":0,\
             \"Resources\":[]}}"
        );
        assert_eq!(body.to_string(), text);
    }

    #[test]
    fn a_cursor_page_names_the_next_one_and_no_index() {
        let resources = [json!({"id": "1"}).to_string()];
        let page: Value = serde_json::from_str(&cursor_text(3, Some("abc-_9"), &resources)).unwrap();
        let expected = json!({
            "schemas": [LIST_RESPONSE_URN], "totalResults": 3, "itemsPerPage": 1, "nextCursor": "abc-_9",
            "Resources": [{"id": "1"}]
        });
        assert_eq!(page, expected);
        let last: Value = serde_json::from_str(&cursor_text(3, None, &resources)).unwrap();
        assert!(last.get("nextCursor").is_none() && last.get("startIndex").is_none());
    }
}
