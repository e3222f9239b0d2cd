//! One try to hand a message over.

use std::{error::Error, fmt::Write, io, time::Duration};

use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header,
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client as Http, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::time::timeout;

use super::{key::Key, receiver::Receiver};

/// How long a receiver may take to answer, from the look-up of its name on.
const DEADLINE: Duration = Duration::from_secs(15);

const AGENT: &str = concat!("Simultan/", env!("CARGO_PKG_VERSION"));

/// Sends messages. It follows no redirect, and keeps no connection.
#[derive(Debug)]
pub(super) struct Client {
    plain: Http<HttpConnector, Full<Bytes>>,
    /// Where any receiver needs it.
    tls: Option<Http<HttpsConnector<HttpConnector>, Full<Bytes>>>,
    key: Key,
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("it does not answer within 15 s")]
    Late,
    #[error("it can't be reached: {0}")]
    Away(String),
    #[error("it answers {status}, where 200 to 299 means that it has the message{}", hint(*status))]
    Answered { status: StatusCode, retry_after: Option<Duration> },
}

fn hint(status: StatusCode) -> &'static str {
    if status.is_redirection() { "; redirects are not followed, so name the address that it leads to" } else { "" }
}

impl Failure {
    /// Whether the receiver has read the message and does not want it.
    pub(super) fn is_refusal(&self) -> bool {
        let later = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
        matches!(self, Failure::Answered { status, .. } if !status.is_server_error() && !later.contains(status))
    }

    /// How long the receiver wants to be left alone.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Failure::Answered { retry_after, .. } => *retry_after,
            Failure::Late | Failure::Away(_) => None,
        }
    }
}

impl Client {
    /// A client that signs with `key`. With `tls` it trusts whom this machine trusts.
    ///
    /// # Errors
    ///
    /// If this machine trusts nobody.
    pub(super) fn new(key: Key, tls: bool) -> io::Result<Client> {
        let connector = |tls: bool| {
            let mut connector = HttpConnector::new();
            connector.enforce_http(!tls);
            connector
        };
        let mut builder = Http::builder(TokioExecutor::new());
        // Minutes lie between messages, after which a connection is as likely dead as not.
        builder.pool_max_idle_per_host(0);
        let tls = if tls {
            let secured = HttpsConnectorBuilder::new().with_native_roots()?.https_only().enable_http1();
            Some(builder.build(secured.wrap_connector(connector(true))))
        } else {
            None
        };
        Ok(Client { plain: builder.build(connector(false)), tls, key })
    }

    /// Sends a message at `now`, in Unix milliseconds.
    pub(super) async fn send(&self, receiver: &Receiver, id: &str, now: u64, body: &Bytes) -> Result<(), Failure> {
        let seconds = now / 1000;
        let request = Request::post(receiver.uri())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, AGENT)
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", self.key.sign(id, seconds, body))
            .body(Full::new(body.clone()));
        let request = request.map_err(|error| Failure::Away(error.to_string()))?;
        let sent = async {
            match &self.tls {
                Some(tls) if receiver.is_https() => tls.request(request).await,
                _ => self.plain.request(request).await,
            }
        };
        match timeout(DEADLINE, sent).await {
            Ok(Ok(response)) if response.status().is_success() => Ok(()),
            Ok(Ok(response)) => {
                Err(Failure::Answered { status: response.status(), retry_after: retry_after(&response) })
            }
            Ok(Err(error)) => Err(Failure::Away(whole(&error))),
            Err(_) => Err(Failure::Late),
        }
    }
}

/// In seconds; a date is rare, and the pause without it will do.
fn retry_after(response: &Response<Incoming>) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// An error with what has caused it, where the reason stands.
fn whole(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a String does not fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}
