//! What clients send: some of them forms, others JSON, and a Content-Type that may be missing or wrong.

use std::{collections::HashMap, time::Duration};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use tokio::time::timeout;

use super::refusal::Refusal;

/// How long a request's body may take to come in.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// The whole body.
pub(super) async fn body(request: Request) -> Result<Bytes, Refusal> {
    let slow = |_| Refusal::Unreadable(axum::http::StatusCode::REQUEST_TIMEOUT);
    let body = timeout(BODY_DEADLINE, Bytes::from_request(request, &())).await.map_err(slow)?;
    body.map_err(|rejection| Refusal::Unreadable(rejection.status()))
}

/// The fields of a form or a JSON object, by what it looks like; a field that is no text or number is not there.
pub(super) fn fields(body: &[u8]) -> Result<HashMap<String, String>, Refusal> {
    let bad = |sentence: &str| Refusal::Bad(sentence.to_owned());
    if body.trim_ascii_start().first() != Some(&b'{') {
        return serde_urlencoded::from_bytes(body).map_err(|_| bad("The body is a form or a JSON object"));
    }
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(body).map_err(|_| bad("The body is a form or a JSON object"))?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    Ok(fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect())
}

/// Lichess's clients write yes and no in several ways.
pub(super) fn truth(text: &str) -> Option<bool> {
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
