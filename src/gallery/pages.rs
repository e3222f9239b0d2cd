//! The pages, as they are embedded in the binary.

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::etag::{etag, is_known};
use crate::doors::problem::Problem;

/// Every file by its name, as the build has found them: a name that is not here leads nowhere, and never to the disk.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

struct File {
    kind: &'static str,
    etag: String,
    content: &'static [u8],
}

static PAGES: LazyLock<HashMap<&str, File>> = LazyLock::new(|| {
    let page = |&(name, content): &(&'static str, &'static [u8])| {
        (name, File { kind: kind(name), etag: etag(content), content })
    };
    FILES.iter().map(page).collect()
});

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The pages of whoever looks, each at its addresses.
pub(super) fn seen<S: Clone + Send + Sync + 'static>() -> Router<S> {
    parts()
        .route("/e/{exhibition}", get(|headers: HeaderMap| async move { page(&headers, "watch.html") }))
        .route("/e/{exhibition}/wall", get(|headers: HeaderMap| async move { page(&headers, "projector.html") }))
        .route("/e/{exhibition}/overlay", get(|headers: HeaderMap| async move { page(&headers, "overlay.html") }))
        .route("/e/{exhibition}/sheet", get(|headers: HeaderMap| async move { page(&headers, "sheet.html") }))
        .route("/e/{exhibition}/results", get(|headers: HeaderMap| async move { page(&headers, "results.html") }))
        .route("/e/{exhibition}/certificate/{board}", get(certificate))
}

/// The front page, and the pages of whoever takes part.
pub(super) fn of_those_who_take_part<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(|headers: HeaderMap| async move { page(&headers, "index.html") }))
        .route("/e/{exhibition}/master", get(|headers: HeaderMap| async move { page(&headers, "master.html") }))
        .route("/e/{exhibition}/desk", get(|headers: HeaderMap| async move { page(&headers, "desk.html") }))
        .route("/e/{exhibition}/bot", get(|headers: HeaderMap| async move { page(&headers, "bot.html") }))
        .route("/e/{exhibition}/play", get(|headers: HeaderMap| async move { page(&headers, "play.html") }))
}

async fn certificate(headers: HeaderMap) -> Response {
    page(&headers, "certificate.html")
}

/// What pages are made of.
pub(super) fn parts<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/static/{*path}", get(file))
}

/// A page that no browser shall keep.
pub(super) fn whole(name: &'static str) -> Response {
    page(&HeaderMap::new(), name)
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    page(&headers, &path)
}

/// The file, or word that the browser has it already. It asks each time, so that a new version of the server is seen.
pub(super) fn page(headers: &HeaderMap, name: &str) -> Response {
    let Some(File { kind, etag, content }) = PAGES.get(name) else {
        return Problem::new(StatusCode::NOT_FOUND, "not_found", format!("there is no {name}")).into_response();
    };
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if is_known(headers, etag) {
        return (StatusCode::NOT_MODIFIED, cache, [(header::ETAG, etag)]).into_response();
    }
    (cache, [(header::ETAG, etag.as_str()), (header::CONTENT_TYPE, kind)], *content).into_response()
}
