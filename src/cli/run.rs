//! One command, from its words to the exit code.

use std::process::ExitCode;

use clap::Parser;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::{
    banner,
    bot::{Bot, Brain, Ticket},
    bot_token,
    config::{BotArgs, Cli, Command},
    demo::demo,
    keeping,
    log::{log_panics, start_log},
    log_stream, node, planning, server,
    signals::{stop_on_signal, survive_full_files},
};
use crate::engine;

/// Does what the command line says.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::Engine) {
        // Its stdin is waited for, its stdout is the protocol: no runtime, no log.
        engine::house::run();
        return ExitCode::SUCCESS;
    }
    start_log(cli.log_format);
    log_panics();
    if let Command::Plan(args) = &cli.command {
        // Each rehearsal has a runtime of its own.
        return exit(planning::run(args).map_err(Into::into));
    }
    exit(obey(cli.command))
}

fn exit(outcome: Result<(), Box<dyn std::error::Error>>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn obey(command: Command) -> Result<(), Box<dyn std::error::Error>> {
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone())?;
    survive_full_files()?;
    match command {
        Command::Serve(args) => server::run(*args, stop, banner::print).await?,
        Command::Demo(args) => demo(args, stop).await?,
        Command::Bot(args) => bots(args, stop).await?,
        Command::Backup(args) => keeping::back_up(&args, stop).await?,
        Command::Check(args) => keeping::check(&args, stop).await?,
        Command::BotToken(args) => bot_token::run(args).await?,
        Command::Gallery(args) => node::run(*args, stop).await?,
        Command::Log(command) => log_stream::run(command).await?,
        Command::Engine | Command::Plan(_) => unreachable!("they run without this runtime"),
    }
    Ok(())
}

/// Sits down with as many bots as asked, and says how their games went.
async fn bots(args: BotArgs, stop: CancellationToken) -> Result<(), Box<dyn std::error::Error>> {
    let brain = match args.engine.settings()? {
        Some(settings) => Brain::engine(engine::OnDemand::new(settings), args.think),
        None => Brain::random(args.engine.seed.unwrap_or_else(rand::random)),
    };
    let bot = Bot { url: args.url, brain, pace: args.pace, stop: stop.clone() };
    let mut games = JoinSet::new();
    let tickets = match args.token {
        Some(token) => vec![Ticket::Resume(token)],
        None => vec![Ticket::Join(args.name); args.seats as usize],
    };
    for ticket in tickets {
        let bot = bot.clone();
        games.spawn(async move { bot.play(ticket).await });
    }
    let mut failure = None;
    while let Some(game) = games.join_next().await {
        match game? {
            Ok(Some(result)) => info!(result, "a game has ended"),
            Ok(None) => {}
            Err(error) => {
                error!("{error}");
                failure = Some(error);
            }
        }
    }
    failure.map_or(Ok(()), |error| Err(error.into()))
}
