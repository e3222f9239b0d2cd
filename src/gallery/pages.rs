//! The pages, as they are embedded in the binary.

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::{Gallery, api::Problem};

#[derive(RustEmbed)]
#[folder = "static/"]
#[include = "*.html"]
#[include = "*.css"]
#[include = "*.svg"]
#[include = "js/*.js"]
struct Pages;

/// The board, as npm brought it.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/vendor/"]
struct Vendor;

pub(super) fn router() -> Router<Gallery> {
    Router::new()
        .route("/", get(|headers: HeaderMap| async move { page(&headers, "index.html") }))
        .route("/e/{exhibition}", get(|headers: HeaderMap| async move { page(&headers, "watch.html") }))
        .route("/e/{exhibition}/play", get(|headers: HeaderMap| async move { page(&headers, "play.html") }))
        .route("/static/{*path}", get(file))
}

fn page(headers: &HeaderMap, name: &str) -> Response {
    send(headers, name, Pages::get(name))
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match path.strip_prefix("vendor/chessground/") {
        Some(name) => send(&headers, name, Vendor::get(name)),
        None => send(&headers, &path, Pages::get(&path)),
    }
}

/// The file, or word that the browser has it already. It asks each time, so that a new version of the server is seen.
fn send(headers: &HeaderMap, name: &str, file: Option<EmbeddedFile>) -> Response {
    let Some(file) = file else {
        return Problem::new(StatusCode::NOT_FOUND, "not_found", format!("there is no {name}")).into_response();
    };
    let hash: String = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{hash}\"");
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, cache, [(header::ETAG, etag)]).into_response();
    }
    let kind = file.metadata.mimetype().to_owned();
    (cache, [(header::ETAG, etag), (header::CONTENT_TYPE, kind)], file.data).into_response()
}
