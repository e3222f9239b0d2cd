//! A name for a very content, by which a client that has it already need not take it again.

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

/// The name of this content.
pub(super) fn etag(content: &[u8]) -> String {
    let hash: String = Sha256::digest(content)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

/// Whether a client says that it has the content of this name; a proxy may have called it weak on the way.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut names = known.flat_map(|names| names.split(',')).map(str::trim);
    names.any(|name| name == "*" || name.strip_prefix("W/").unwrap_or(name) == etag)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_content_is_known_by_its_name_alone() {
        let name = etag(b"1. e4 *");
        let known = |value: &str| {
            let headers =
                HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_str(value).expect("a value"))]);
            is_known(&headers, &name)
        };
        assert!(known(&name) && known("*") && known(&format!("W/{name}")) && known(&format!("\"a\", {name}")));
        assert!(!known(&etag(b"1. d4 *")) && !known("") && !known(name.trim_matches('"')));
        assert!(!is_known(&HeaderMap::new(), &name));
    }
}
