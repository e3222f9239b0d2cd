//! The log beside a hall, as several commands ask for it.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

use super::limit_args::VisitorArgs;
use crate::{
    base::hall_name::HallName,
    gallery::MetricsFor,
    relay::{Keeping, Link, LinkError, NatsAddress},
};

/// Telling the log.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Publishing")]
pub struct PublishArgs {
    /// A NATS server whose JetStream is told all that happens, names too, for galleries elsewhere; can be given again
    #[arg(long = "publish", env = "SIMULTAN_PUBLISH", value_name = "URL", value_delimiter = ',', requires = "hall")]
    pub servers: Vec<NatsAddress>,
    /// This hall's name in the log: 1 to 32 small letters, digits and hyphens, which no other hall there has
    #[arg(long, env = "SIMULTAN_HALL", value_name = "NAME", requires = "servers")]
    pub hall: Option<HallName>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub secrets: SecretArgs,
}

/// How NATS is spoken to.
#[derive(Debug, Clone, Default, Args)]
pub struct SecretArgs {
    /// A file with NATS credentials, as `nsc` makes it
    #[arg(long, env = "SIMULTAN_NATS_CREDS", value_name = "FILE")]
    pub nats_creds: Option<PathBuf>,
    /// A file with the certificates, in PEM, by which NATS is known; without it those that this machine trusts
    #[arg(long, env = "SIMULTAN_NATS_CA", value_name = "FILE")]
    pub nats_ca: Option<PathBuf>,
}

impl SecretArgs {
    fn link(&self, servers: &[NatsAddress], inbox: &str) -> Result<Link, LinkError> {
        Link::new(servers.to_vec(), self.nats_creds.clone(), self.nats_ca.clone(), inbox)
    }
}

impl PublishArgs {
    /// The hall's name and the way to its log, where it is to be told.
    pub fn link(&self) -> Result<Option<(HallName, Link)>, LinkError> {
        let Some(hall) = self.hall.as_ref().filter(|_| !self.servers.is_empty()) else { return Ok(None) };
        Ok(Some((hall.clone(), self.secrets.link(&self.servers, hall.as_str())?)))
    }
}

/// How to show halls that are elsewhere.
#[derive(Debug, Clone, Args)]
pub struct GalleryArgs {
    /// A NATS server that has the log; can be given again
    #[arg(long = "from", env = "SIMULTAN_FROM", value_name = "URL", value_delimiter = ',', required = true)]
    pub servers: Vec<NatsAddress>,
    /// A folder for copies of all halls' databases, from which a restart goes on; without it they go at the end
    #[arg(long, env = "SIMULTAN_DATABASE", value_name = "FOLDER")]
    pub database: Option<PathBuf>,
    /// Where to listen; 0.0.0.0:8000 lets other machines in, port 0 takes any free port
    #[arg(long, env = "SIMULTAN_BIND", default_value = "127.0.0.1:8000")]
    pub bind: SocketAddr,
    /// Who may see the figures at /metrics; there is no organiser here
    #[arg(long, env = "SIMULTAN_METRICS_FOR", value_name = "WHOM", default_value = "this-machine", value_parser = figures())]
    pub metrics_for: MetricsFor,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub secrets: SecretArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub visitors: VisitorArgs,
    /// The most spectators of an exhibition
    #[arg(long, env = "SIMULTAN_MAX_SPECTATORS", value_name = "N", default_value = "10000", help_heading = "Limits")]
    pub max_spectators: u32,
}

/// Whoever asks, or this machine.
fn figures() -> impl TypedValueParser<Value = MetricsFor> {
    let known = PossibleValuesParser::new(["everybody", "this-machine"]);
    known.map(|whom| if whom == "this-machine" { MetricsFor::ThisMachine } else { MetricsFor::Everybody })
}

impl GalleryArgs {
    /// The way to the log.
    pub fn link(&self) -> Result<Link, LinkError> {
        self.secrets.link(&self.servers, "gallery")
    }
}

/// What can be done with the log.
#[derive(Debug, Clone, Subcommand)]
pub enum LogCommand {
    /// Make the stream that keeps it, or change how it is kept: once, by whoever runs NATS
    Init(InitArgs),
}

/// How the log is kept.
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// A NATS server; can be given again
    #[arg(
        long = "at",
        env = "SIMULTAN_NATS",
        value_name = "URL",
        value_delimiter = ',',
        default_value = "nats://127.0.0.1:4222"
    )]
    pub servers: Vec<NatsAddress>,
    /// On how many servers each message is: 1, or 3 where there are three
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=5))]
    pub replicas: u32,
    /// For how many days it is kept
    #[arg(long, value_name = "N", default_value = "30")]
    pub days: NonZeroU32,
    /// How many MiB it may be; the oldest go first
    #[arg(long, value_name = "N", default_value = "4096")]
    pub megabytes: NonZeroU32,
    #[command(flatten)]
    #[expect(missing_docs, reason = "the flattened arguments are documented")]
    pub secrets: SecretArgs,
}

impl InitArgs {
    /// The way to NATS, and how the log is to be kept there.
    pub fn wishes(&self) -> Result<(Link, Keeping), LinkError> {
        let keeping = Keeping {
            replicas: self.replicas as usize,
            age: Duration::from_secs(u64::from(self.days.get()) * 86_400),
            bytes: i64::from(self.megabytes.get()) * 1024 * 1024,
        };
        Ok((self.secrets.link(&self.servers, "admin")?, keeping))
    }
}
