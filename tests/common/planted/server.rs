//! A real server with a bug: this very test program, started again as one. What is shipped has no bug to switch on.

use std::{
    env,
    io::{self, Write},
    path::Path,
    process,
};

use clap::{Parser, ValueEnum};
use simultan::cli::{
    config::{Command, ServeArgs},
    log_panics,
    server::{Found, Ready, ServeError, run_on},
};
use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, level_filters::LevelFilter};
use tracing_subscriber::{Layer, Registry, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use super::{
    hasty::Hasty,
    panics::{A6, PanicLayer, plant},
};

/// A bug of the kind that such a program is likely to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bug {
    /// Moves are acknowledged and told before they are stored.
    AcknowledgeBeforeCommit,
    /// After a restart an event gets a number that another one had.
    ReuseSeq,
    /// A game's task panics whenever its opponent sends `a7a6`.
    PanicAtA6,
}

/// The words that start a server with `bug`; those of `simultan`'s own command line come behind them.
pub(crate) fn program(bug: Bug) -> Vec<String> {
    let this = env::current_exe().expect("this program");
    let this = this.to_str().expect("a plain path");
    let test = concat!(module_path!(), "::planted_server");
    // The test runner knows no program's name.
    let test = test.split_once("::").expect("a test in a module").1;
    let bug = bug.to_possible_value().expect("a name");
    // The runner takes what comes behind `--` for names of tests, of which there are none.
    [this, test, "--exact", "--ignored", "--nocapture", "--", bug.get_name()].map(str::to_owned).to_vec()
}

/// The command line behind `--`.
#[derive(Debug, Parser)]
struct Asked {
    bug: Bug,
    #[command(subcommand)]
    command: Command,
}

#[test]
#[ignore = "it is the server that other tests start"]
fn planted_server() {
    let words: Vec<_> = env::args().skip_while(|word| word != "--").collect();
    if words.is_empty() {
        // Somebody runs all that is ignored.
        return;
    }
    let Asked { bug, command } = Asked::parse_from(words);
    let Command::Serve(args) = command else { panic!("there is no bug but in a server") };
    let log = fmt::layer().with_writer(io::stderr).with_ansi(false).with_filter(LevelFilter::INFO);
    Registry::default().with(log).with(PanicLayer).init();
    log_panics();
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let outcome = runtime.block_on(serve(bug, *args));
    if let Err(error) = &outcome {
        error!("{error}");
    }
    // The runner has nothing to add.
    process::exit(i32::from(outcome.is_err()));
}

async fn serve(bug: Bug, args: ServeArgs) -> Result<(), ServeError> {
    let stop = CancellationToken::new();
    let (mut terminated, stopped) = (signal(SignalKind::terminate())?, stop.clone());
    tokio::spawn(async move {
        terminated.recv().await;
        stopped.cancel();
    });
    match bug {
        Bug::AcknowledgeBeforeCommit => {
            let hasty = async |path: &Path| {
                let Found { store, unfinished, archive, inspection } = Found::at(path).await?;
                Ok(Found { store: Hasty::new(store), unfinished, archive, inspection })
            };
            run_on(hasty, args, stop, say_where).await
        }
        Bug::ReuseSeq => {
            let forgetful = async |path: &Path| {
                let mut found = Found::at(path).await?;
                found.unfinished.iter_mut().for_each(|(record, _)| record.view.seq = record.view.seq.saturating_sub(1));
                Ok(found)
            };
            run_on(forgetful, args, stop, say_where).await
        }
        Bug::PanicAtA6 => {
            let _planted = plant(A6);
            run_on(Found::at, args, stop, say_where).await
        }
    }
}

/// What the tests read from a server's stdout.
fn say_where(ready: &Ready) {
    writeln!(io::stdout(), "Dashboard http://{}/\nOrganiser", ready.address).expect("somebody reads");
}
