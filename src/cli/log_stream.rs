//! `simultan log init`: the stream that keeps all halls' logs.

use std::io::{self, Write};

use super::relay_args::{InitArgs, LogCommand};
use crate::relay::{self, LinkError, Trouble};

/// Why there is no stream.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// Does what the command says, and says what is there then.
pub(super) async fn run(command: LogCommand) -> Result<(), LogError> {
    let LogCommand::Init(args) = command;
    let made = init(&args).await?;
    // Nobody may be listening: the exit code says it too.
    let _ = writeln!(io::stdout().lock(), "{made}");
    Ok(())
}

async fn init(args: &InitArgs) -> Result<String, LogError> {
    let (link, keeping) = args.wishes()?;
    Ok(relay::init(&link, keeping).await?)
}
