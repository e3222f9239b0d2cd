//! From an HTTP request to a WebSocket that any thread can serve.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tracing::debug;

use super::{limits::Client, problem::Problem, websocket::Upgraded};
use crate::wire::SUBPROTOCOL;

/// Answers a handshake on a connection that [`listen`](super::listener::listen) has accepted, and calls `then` with the connection
/// once the answer is out.
pub fn upgrade<F>(mut request: Request, then: impl FnOnce(Upgraded) -> F + Send + 'static) -> Response
where
    F: Future<Output = ()> + Send,
{
    let upgrading = hyper::upgrade::on(&mut request);
    let mut response = match create_response_with_body(&request, Body::empty) {
        Ok(response) => response,
        Err(error) => {
            debug!(%error, "not a handshake");
            let problem = Problem::new(StatusCode::UPGRADE_REQUIRED, "not_allowed", "this address is a WebSocket's");
            return ([(header::UPGRADE, "websocket")], problem).into_response();
        }
    };
    let client = request.extensions().get::<Client>().cloned().unwrap_or_default();
    let client = match client.open() {
        Ok(client) => client,
        Err(reason) => return Problem::from(reason).into_response(),
    };
    if offers(request.headers(), SUBPROTOCOL) {
        let name = HeaderName::from_static("sec-websocket-protocol");
        response.headers_mut().insert(name, HeaderValue::from_static(SUBPROTOCOL));
    }
    tokio::spawn(async move {
        let upgraded = match upgrading.await {
            Ok(upgraded) => upgraded,
            Err(error) => {
                debug!(%error, "a handshake was broken off");
                return;
            }
        };
        let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else {
            unreachable!("the listener serves nothing but TCP streams");
        };
        match parts.io.into_inner().into_std() {
            Ok(stream) => then(Upgraded { stream, read: parts.read_buf.to_vec(), client }).await,
            Err(error) => debug!(%error, "a connection could not be handed over"),
        }
    });
    response
}

fn offers(headers: &HeaderMap, protocol: &str) -> bool {
    let offered = headers.get_all("sec-websocket-protocol");
    let mut names = offered.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    names.any(|name| name.trim() == protocol)
}
