//! `simultan`: the command line.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use simultan::{
    bot::{Bot, Brain, Ticket},
    config::{BotArgs, Cli, Command, DemoArgs, LogFormat, ServeArgs},
    engine, planning, server,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tracing::{Level, Metadata, error, info, level_filters::LevelFilter};
use tracing_subscriber::{EnvFilter, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

mod banner;

fn main() -> ExitCode {
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
    exit(run(cli.command))
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
async fn run(command: Command) -> Result<(), Box<dyn std::error::Error>> {
    let stop = CancellationToken::new();
    stop_on_signal(stop.clone())?;
    survive_full_files()?;
    #[cfg(debug_assertions)]
    plant_bug()?;
    match command {
        Command::Serve(args) => server::run(args, stop, banner::print).await?,
        Command::Demo(args) => demo(args, stop).await?,
        Command::Bot(args) => bots(args, stop).await?,
        Command::Engine | Command::Plan(_) => unreachable!("they run without this runtime"),
    }
    Ok(())
}

/// A server on a database that goes away with it, unless one is named.
async fn demo(args: DemoArgs, stop: CancellationToken) -> Result<(), Box<dyn std::error::Error>> {
    let passing = args.database.is_none().then(passing_directory).transpose()?;
    let database = args.database.unwrap_or_else(|| passing.as_ref().map(|dir| dir.join("demo.db")).unwrap_or_default());
    let args = ServeArgs {
        bind: args.bind,
        database,
        boards: args.boards,
        name: "Demonstration".parse()?,
        engine: args.engine,
        think: args.think,
        clock: "none".parse()?,
        master_extra: std::time::Duration::ZERO,
        walk: "in-turn".parse()?,
        house_bots: args.boards - 1,
        bot_pace: "3s..15s".parse()?,
        organiser_token: std::env::var("SIMULTAN_ORGANISER_TOKEN").ok(),
        limits: args.limits,
    };
    let outcome = server::run(args, stop, banner::print).await;
    if let Some(directory) = passing {
        // Left behind, it would do no harm.
        let _ = std::fs::remove_dir_all(directory);
    }
    Ok(outcome?)
}

fn passing_directory() -> std::io::Result<std::path::PathBuf> {
    let directory = std::env::temp_dir().join(format!("simultan-demo-{}", std::process::id()));
    std::fs::create_dir_all(&directory)?;
    Ok(directory)
}

/// Sits down with as many bots as asked, and says how their games went.
async fn bots(args: BotArgs, stop: CancellationToken) -> Result<(), Box<dyn std::error::Error>> {
    let brain = match args.engine.settings()? {
        Some(settings) => Brain::engine(engine::OnDemand::new(settings), args.think),
        None => Brain::random(args.engine.seed.unwrap_or_else(rand::random)),
    };
    let bot = Bot { url: args.url, brain, pace: args.pace, stop: stop.clone() };
    let mut games = JoinSet::new();
    for _ in 0..args.seats {
        let (bot, name) = (bot.clone(), args.name.clone());
        games.spawn(async move { bot.play(Ticket::Join(name)).await });
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

/// Ctrl-C and SIGTERM stop the program in order; the second one at once.
fn stop_on_signal(stop: CancellationToken) -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        for last in [false, true] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if last {
                std::process::exit(130);
            }
            stop.cancel();
        }
    });
    Ok(())
}

/// A panic is an event of the log like every other, with its trace: whoever reads it can tell us what to mend.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let reason = panic.payload_as_str().unwrap_or("no reason given");
        error!(place, reason, trace = %std::backtrace::Backtrace::force_capture(), "panic");
    }));
}

/// A file that may not grow any more is a write that fails, which the journal sees; without a handler for SIGXFSZ it would
/// be the process's end. Its number is 25 on Linux (but for MIPS), on the BSDs and on macOS.
fn survive_full_files() -> std::io::Result<()> {
    // Once it is there a handler stays, whether anybody listens or not.
    signal(SignalKind::from_raw(25)).map(drop)
}

/// For the tests alone: no release build has it.
#[cfg(debug_assertions)]
fn plant_bug() -> Result<(), simultan::plant::UnknownBug> {
    if let Ok(name) = std::env::var("SIMULTAN_PLANTED_BUG") {
        error!(name, "this server has a bug, planted for a test");
        simultan::plant::plant(Some(name.parse()?));
    }
    Ok(())
}

fn start_log(format: LogFormat) {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Where the log can't be written, on a full disk for instance, saying so on the same stderr would be a panic.
    let log = log.log_internal_errors(false);
    match format {
        LogFormat::Text => {
            let log = log.with_ansi(std::io::stderr().is_terminal()).with_target(false).finish();
            log.with(filter_fn(is_discreet)).init();
        }
        LogFormat::Json => log.json().finish().with(filter_fn(is_discreet)).init(),
    }
}

/// At `trace` tungstenite tells every frame, and with it every seat's token: nobody is to read that in a log.
fn is_discreet(event: &Metadata<'_>) -> bool {
    *event.level() < Level::TRACE || !event.target().starts_with("tungstenite")
}
