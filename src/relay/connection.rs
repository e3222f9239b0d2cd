//! The way to NATS.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_nats::{
    Client, ConnectOptions, Event,
    connection::State,
    jetstream::{self, Context, ErrorCode, context::GetStreamErrorKind, stream::Stream},
};
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use super::{
    address::NatsAddress,
    subject::STREAM,
    trouble::{OLDEST, Trouble},
};

/// How long an answer of NATS's is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked whether there is a connection: the client tells of it in a callback alone.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Where NATS is, and how it is spoken to.
#[derive(Debug, Clone)]
pub struct Link {
    servers: Vec<NatsAddress>,
    creds: Option<String>,
    authority: Option<PathBuf>,
    /// Answers come to subjects that begin so: users that may read nobody else's have one each.
    inbox: String,
}

/// Why what was given can't be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum LinkError {
    #[error("{path} can't be read ({error}); --nats-creds and --nats-ca name files")]
    File { path: PathBuf, error: io::Error },
    #[error("{0} holds no NATS credentials; `nsc generate creds` makes such a file")]
    Creds(PathBuf),
}

impl Link {
    /// A way to `servers`, the files read at once: `creds` as `nsc` makes them, `authority` in PEM.
    pub fn new(
        servers: Vec<NatsAddress>,
        creds: Option<PathBuf>,
        authority: Option<PathBuf>,
        inbox: &str,
    ) -> Result<Link, LinkError> {
        let read =
            |path: &PathBuf| fs::read_to_string(path).map_err(|error| LinkError::File { path: path.clone(), error });
        let secret = creds.as_ref().map(read).transpose()?;
        if let (Some(path), Some(secret)) = (&creds, &secret)
            && ConnectOptions::with_credentials(secret).is_err()
        {
            return Err(LinkError::Creds(path.clone()));
        }
        authority.as_ref().map(read).transpose()?;
        Ok(Link { servers, creds: secret, authority, inbox: format!("_INBOX_{inbox}") })
    }

    /// A client that connects by itself, again and again. What it is told meanwhile waits in it: whoever has it asks first
    /// [whether it is connected](is_connected).
    pub(super) async fn open(&self) -> Result<Client, Trouble> {
        let said = Arc::new(Mutex::new(String::new()));
        let mut options = ConnectOptions::new()
            .name("simultan")
            .custom_inbox_prefix(&self.inbox)
            .retry_on_initial_connect()
            .connection_timeout(PATIENCE)
            .request_timeout(Some(PATIENCE))
            .ping_interval(Duration::from_secs(5))
            .event_callback(move |event| {
                tell(&said, &event);
                std::future::ready(())
            });
        let unreachable = |error: &dyn std::fmt::Display| Trouble::Unreachable(error.to_string());
        if let Some(creds) = &self.creds {
            options = options.credentials(creds).map_err(|error| unreachable(&error))?;
        }
        if let Some(authority) = &self.authority {
            options = options.add_root_certificates(authority.clone());
        }
        let servers: Vec<_> = self.servers.iter().map(NatsAddress::server).collect();
        options.connect(servers).await.map_err(|error| unreachable(&error))
    }
}

/// Says what has become of a connection, once for each change of it.
fn tell(said: &Mutex<String>, event: &Event) {
    let text = event.to_string();
    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
    if *said == text {
        return;
    }
    match event {
        Event::Connected => info!("connected to NATS"),
        Event::SlowConsumer(_) => {}
        _ => warn!("NATS: {text}"),
    }
    *said = text;
}

/// Whether what is said now reaches NATS now.
pub(super) fn is_connected(client: &Client) -> bool {
    client.connection_state() == State::Connected
}

/// Waits for the connection, for a while.
pub(super) async fn connected(client: &Client) -> Result<(), Trouble> {
    let connected = async {
        while !is_connected(client) {
            sleep(LOOK_EVERY).await;
        }
    };
    let nobody = |_| Trouble::Unreachable("nobody answers".to_owned());
    timeout(PATIENCE, connected).await.map_err(nobody)
}

/// The log, if it is there and NATS is one that can keep it.
pub(super) async fn log(client: &Client) -> Result<(Context, Stream), Trouble> {
    connected(client).await?;
    check_version(client)?;
    let mut context = jetstream::new(client.clone());
    context.set_timeout(PATIENCE);
    let stream = context.get_stream(STREAM).await.map_err(|error| match error.kind() {
        GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => Trouble::NoStream,
        _ => jetstream_trouble(&error),
    })?;
    Ok((context, stream))
}

/// Whether NATS is one that can keep the log.
pub(super) fn check_version(client: &Client) -> Result<(), Trouble> {
    let found = client.server_info().version;
    if numbers(&found) < numbers(OLDEST) { Err(Trouble::Old { found }) } else { Ok(()) }
}

/// What JetStream's refusal means: where there is none, or none for this account, nobody answers at its address.
pub(super) fn jetstream_trouble(error: &(impl std::error::Error + 'static)) -> Trouble {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut words = Vec::new();
    while let Some(error) = cause {
        words.push(error.to_string());
        cause = error.source();
    }
    let none = ["no responders", "jetstream unavailable", "jetstream not enabled"];
    if words.iter().any(|words| none.iter().any(|none| words.to_lowercase().contains(none))) {
        return Trouble::NoJetStream;
    }
    Trouble::Refused(words.swap_remove(0))
}

/// A version's numbers, for comparing; what stands behind a hyphen is left out.
fn numbers(version: &str) -> Vec<u32> {
    let version = version.split('-').next().unwrap_or_default();
    version.split('.').map(|number| number.parse().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (version, old) in [
            ("2.9.10", true),
            ("2.12.5", true),
            ("2.12.6", false),
            ("2.15.1", false),
            ("2.14.0-RC.1", false),
            ("", true),
        ] {
            assert_eq!(numbers(version) < numbers(OLDEST), old, "{version}");
        }
    }
}
