//! What every request has to pass before it is answered.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::{
    limits::{Client, Guard},
    problem::Problem,
};

/// Finds out who asks, and whether they may.
pub async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Result<Response, Problem> {
    let headers = request.headers();
    let client = request.extensions().get::<Client>().cloned().unwrap_or_default();
    let client = client.behind(lines(headers, &FORWARDED_FOR));
    client.request()?;
    let handshake = headers.get(header::UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let foreign =
        |error: crate::doors::limits::Foreign| Problem::new(StatusCode::FORBIDDEN, "not_allowed", error.to_string());
    // Programs may use any name for these; figures and health say nothing of anybody.
    let any_name = handshake || matches!(request.uri().path(), "/healthz" | "/metrics");
    let (origin, host) = (single(headers, &header::ORIGIN)?, single(headers, &header::HOST)?);
    guard.origin(origin, host, any_name).map_err(foreign)?;
    request.extensions_mut().insert(client);
    Ok(next.run(request).await)
}

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

fn lines<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl DoubleEndedIterator<Item = &'a str> {
    // What is no text names nobody.
    headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default())
}

/// A header that may be there once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut all = lines(headers, name);
    match (all.next(), all.next()) {
        (first, None) => Ok(first),
        _ => Err(Problem::new(StatusCode::BAD_REQUEST, "bad_request", format!("the header `{name}` is there twice"))),
    }
}
