//! `simultan bot-token`: a token for a program that comes again.

use std::io::{self, Write};

use super::config::BotTokenArgs;
use crate::{
    base::{secret::SecretSource, time::wall_clock},
    journal::{BotError, Bots, OpenError},
    lichess::LASTING,
    record::lasting_bot::LastingBot,
};

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(super) enum BotTokenError {
    #[error(transparent)]
    Bot(#[from] BotError),
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error("there is no bot called {0}; `simultan bot-token --list` names all")]
    NoSuchBot(String),
    #[error("say what the bot is called: `simultan bot-token NAME`")]
    NoName,
    #[error("the system gives no random numbers, which secrets are made of: {0}")]
    Entropy(#[from] getrandom::Error),
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// Gives a bot a token and prints it; or takes one back; or names all who have one.
pub(super) async fn run(args: BotTokenArgs) -> Result<(), BotTokenError> {
    let bots = Bots::of(&args.database);
    let mut out = io::stdout().lock();
    if args.list {
        for LastingBot { name, on_request, .. } in bots.all().await? {
            writeln!(out, "{name}{}", if on_request { " (on request)" } else { "" })?;
        }
        return Ok(());
    }
    let name = args.name.ok_or(BotTokenError::NoName)?;
    if args.revoke {
        bots.remove(name.as_str()).await?.ok_or_else(|| BotTokenError::NoSuchBot(name.as_str().to_owned()))?;
        writeln!(out, "{}: its token opens nothing any more", name.as_str())?;
        return Ok(());
    }
    let token = SecretSource::from_system()?.token(LASTING);
    let name = name.as_str().to_owned();
    let bot = LastingBot { name, created_at: wall_clock(), on_request: args.on_request };
    bots.add(&bot, token.hash()).await?;
    // Alone on its line, for scripts.
    writeln!(out, "{}", token.reveal())?;
    Ok(())
}
