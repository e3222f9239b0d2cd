//! What clients send: some of them forms, others JSON, and a Content-Type that may be missing or wrong.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// A body that is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The body is a form or a JSON object")]
pub struct NoFields;

/// The fields of a form or a JSON object, by what it looks like; a field that is no text or number is not there.
pub fn fields(body: &[u8]) -> Result<HashMap<String, String>, NoFields> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        return serde_urlencoded::from_bytes(body).map_err(|_| NoFields);
    }
    let fields: Map<String, Value> = serde_json::from_slice(body).map_err(|_| NoFields)?;
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    Ok(fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect())
}

/// Clients write yes and no in several ways.
pub fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_objects_say_the_same() {
        let form = fields(b"room=player&text=Good+luck%21").expect("a form");
        let object = fields(br#" {"room":"player","text":"Good luck!","rated":false,"days":null,"clock.limit":600}"#);
        let object = object.expect("an object");
        for field in ["room", "text"] {
            assert_eq!(form.get(field), object.get(field));
        }
        assert_eq!(object.get("rated").map(String::as_str), Some("false"));
        assert_eq!(object.get("clock.limit").map(String::as_str), Some("600"));
        assert!(!object.contains_key("days"));
        assert!(fields(b"").expect("nothing").is_empty());
        assert!(fields(b"{\"room\":").is_err());
    }
}
