//! What every request has to pass before it is answered.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tokio::time::sleep;

use super::{
    idle::Idle,
    limits::{Client, Foreign, Guard},
    problem::Problem,
};

/// Finds out who asks, and whether they may.
pub async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Result<Response, Problem> {
    let client = client_of(&request);
    client.request()?;
    let handshake =
        request.headers().get(header::UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
    // Programs may use any name for these; figures and health say nothing of anybody.
    let any_name = handshake || matches!(request.uri().path(), "/healthz" | "/metrics");
    check_origin(&guard, request.headers(), any_name)?;
    request.extensions_mut().insert(client);
    Ok(next.run(request).await)
}

/// The same for programs with a token, which may call the server what they like. One that asks for too much has to wait: told so,
/// it would take its game for lost.
pub async fn check_patiently(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let client = client_of(&request);
    check_origin(&guard, request.headers(), true)?;
    request.extensions_mut().insert(client.clone());
    if client.request().is_err() {
        sleep(WAITS).await;
    }
    let idle = request.extensions().get::<Idle>().cloned();
    let answer = next.run(request).await;
    // Only to who has shown a token is anything given, but for the word whether one is good.
    if let Some(idle) =
        idle.filter(|_| answer.status().is_success() && answer.extensions().get::<ToAnybody>().is_none())
    {
        idle.be_patient();
    }
    Ok(answer)
}

/// Marks an answer that anybody may have, without a token.
#[derive(Debug, Clone, Copy)]
pub struct ToAnybody;

/// How long a request has to wait that is one too many: less than any client waits for its answer.
const WAITS: Duration = Duration::from_millis(900);

/// Who asks, also behind a proxy.
fn client_of(request: &Request) -> Client {
    let client = request.extensions().get::<Client>().cloned().unwrap_or_default();
    client.behind(lines(request.headers(), &FORWARDED_FOR))
}

/// Whether it is a page's of ours that asks, or a program's.
fn check_origin(guard: &Guard, headers: &HeaderMap, any_name: bool) -> Result<(), Problem> {
    let (origin, host) = (single(headers, &header::ORIGIN)?, single(headers, &header::HOST)?);
    let foreign = |error: Foreign| Problem::new(StatusCode::FORBIDDEN, "not_allowed", error.to_string());
    guard.origin(origin, host, any_name).map_err(foreign)
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
