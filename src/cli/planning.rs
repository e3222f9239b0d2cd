//! `simultan plan`: from the command line's words to a plan on stdout.

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    sync::atomic::Ordering,
    thread,
    time::Duration,
};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    base::time,
    exhibition::{
        setting_values::{PassLimit, parse_extra, parse_grace},
        setup_choices::{ColorChoice, TimeControl},
    },
    plan::{
        BoardRange, Forecast, Moves, Progress, Scenario, ScenarioError, Spread, advise, forecast,
        report::{self, Plan},
    },
    rules::WalkMode,
};

/// What to plan.
#[derive(Debug, Clone, Args)]
pub struct PlanArgs {
    /// How many boards, or a range like 1..60
    #[arg(long, value_name = "N", default_value = "24", allow_hyphen_values = true)]
    pub boards: BoardRange,
    /// The master's time for a move with the way to the board: 5s, or 8s±4s (8s+-4s) where it varies
    #[arg(long, value_name = "TIME", default_value = "5s", allow_hyphen_values = true)]
    pub master: Spread,
    /// An opponent's time for a move
    #[arg(long, value_name = "TIME", default_value = "55s", allow_hyphen_values = true)]
    pub opponent: Spread,
    /// How many moves each side makes: 30, or 35±12
    #[arg(long, value_name = "N", default_value = "30", allow_hyphen_values = true)]
    pub moves: Moves,
    /// Only this walk, and not one-at-a-time beside in-turn
    #[arg(long, value_name = "WALK")]
    pub walk: Option<WalkMode>,
    /// Time for each game and increment for each move, like 30m+30s: what is the chance of losing on time?
    #[arg(long, value_name = "CLOCK", default_value = "none")]
    pub clock: TimeControl,
    /// What the master has on every clock beyond the others
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = parse_extra)]
    pub master_extra: Duration,
    /// And what the master has there beyond that for each opponent
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = parse_extra)]
    pub master_extra_per_board: Duration,
    /// The master's colour: white, black, alternating (White on board 1) or random (a lot for each board)
    #[arg(long, value_name = "COLOUR", default_value = "white")]
    pub color: ColorChoice,
    /// How often an opponent who has not moved is gone past, 0 to 9, or none for no limit
    #[arg(long, value_name = "N", default_value = "none")]
    pub passes: PassLimit,
    /// How long the master waits for whoever has no pass left
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = parse_grace)]
    pub grace: Duration,
    /// How often to hold the exhibition, 1 to 100000; figures are then shown as one in ten, half, nine in ten
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub runs: Option<u32>,
    /// Ask what fits into this time
    #[arg(long, value_name = "TIME", value_parser = parse_limit)]
    pub finish_within: Option<Duration>,
    /// What chance follows from: the same seed gives the same plan on every machine
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How to write the plan
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
    /// Draw the master's walk into this file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// How to write a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Table,
    /// A list of objects
    Json,
    /// A line of names and a line for each walk and number of boards
    Csv,
}

/// The most half-moves of one plan: some minutes on a small machine.
const MOST_PLIES: u64 = 50_000_000;
/// How often a search holds each exhibition, where nothing is said.
const RUNS_OF_A_SEARCH: u32 = 100;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentences say it")]
pub enum PlanError {
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    #[error("{path} can't be written: {error}")]
    Picture { path: PathBuf, error: io::Error },
    #[error("a picture shows one number of boards; give --boards one number")]
    PictureOfMany,
    #[error("the plan can't be printed: {0}")]
    Print(io::Error),
}

fn parse_limit(text: &str) -> Result<Duration, String> {
    let limit = humantime::parse_duration(text).ok().filter(|limit| (Duration::from_secs(1)..=DAYS).contains(limit));
    limit.ok_or_else(|| "a time like `2h` or `1h 30m`, from 1s to 7d".to_owned())
}

const DAYS: Duration = Duration::from_secs(7 * 24 * 3600);

/// Plans, and prints the plan.
pub fn run(args: &PlanArgs) -> Result<(), PlanError> {
    let scenarios = scenarios(args);
    let runs = args.runs.unwrap_or(1);
    let plies = scenarios.iter().map(Scenario::plies).sum::<u64>().saturating_mul(u64::from(runs));
    if plies > MOST_PLIES {
        return Err(ScenarioError::TooLong(plies, MOST_PLIES).into());
    }
    if args.svg.is_some() && args.boards.0.clone().count() > 1 {
        return Err(PlanError::PictureOfMany);
    }
    let plan =
        with_progress(scenarios.len() as u64 * u64::from(runs), |progress| hold(args, &scenarios, runs, progress));
    if let Some(path) = &args.svg {
        let error = |error| PlanError::Picture { path: path.clone(), error };
        std::fs::write(path, report::picture(&plan)).map_err(error)?;
    }
    let text = match args.format {
        Format::Table => report::table(&plan),
        Format::Json => report::json(&plan),
        Format::Csv => report::csv(&plan),
    };
    io::stdout().lock().write_all(text.as_bytes()).map_err(PlanError::Print)
}

/// For each number of boards, each walk.
fn scenarios(args: &PlanArgs) -> Vec<Scenario> {
    let walks = args.walk.map_or_else(|| vec![WalkMode::OneAtATime, WalkMode::InTurn], |walk| vec![walk]);
    let (extra, per_board) = (time::millis(args.master_extra), time::millis(args.master_extra_per_board));
    let clock = args.clock.0.map(|clock| clock.with_master_extra(extra).with_extra_per_board(per_board));
    let scenario = |boards, walk| Scenario {
        boards,
        walk,
        master: args.master,
        opponent: args.opponent,
        moves: args.moves,
        clock,
        color: args.color.drawn(args.seed),
        passes: args.passes.0,
        grace: time::millis(args.grace),
        seed: args.seed,
    };
    args.boards.0.clone().flat_map(|boards| walks.iter().map(move |&walk| scenario(boards, walk))).collect()
}

fn hold(args: &PlanArgs, scenarios: &[Scenario], runs: u32, progress: &Progress) -> Plan {
    let held = |scenario| forecast(scenario, runs, progress).expect("nobody cancels a plan on the command line");
    let forecasts: Vec<Forecast> = scenarios.iter().map(held).collect();
    let advice = args.finish_within.zip(scenarios.last()).map(|(limit, scenario)| {
        let runs = args.runs.unwrap_or(RUNS_OF_A_SEARCH);
        advise(scenario, time::millis(limit), runs, progress).expect("nobody cancels a plan on the command line")
    });
    Plan { forecasts, advice, spread: args.runs.is_some() }
}

/// Shows on a terminal how far the work is.
fn with_progress<T: Send>(all: u64, work: impl FnOnce(&Progress) -> T + Send) -> T {
    let progress = Progress::on_all_cores();
    if all < 50 || !io::stderr().is_terminal() {
        return work(&progress);
    }
    let bar = ProgressBar::new(all);
    bar.set_style(ProgressStyle::with_template("{wide_bar} {pos}/{len}, {eta} left").expect("a sound template"));
    thread::scope(|scope| {
        let worker = scope.spawn(|| work(&progress));
        while !worker.is_finished() {
            bar.set_position(progress.done.load(Ordering::Relaxed).min(all));
            thread::park_timeout(Duration::from_millis(50));
        }
        bar.finish_and_clear();
        worker.join().expect("planning does not panic")
    })
}
