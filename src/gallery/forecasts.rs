//! `GET …/forecast`: how long a planned exhibition will take, and a running one still.

use std::{fmt::Display, str::FromStr};

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{find::look, forecast_cache::NoForecast, viewing::Viewing};
use crate::{
    base::time,
    doors::problem::{Problem, json},
    exhibition::{
        setting_values::{PassLimit, parse_extra, parse_grace},
        settings_error::SettingsError,
        setup_choices::{ColorChoice, TimeControl},
    },
    plan::{Moves, Scenario, Spread, report},
    record::{event::Stage, view::View},
    rules::{MOST_BOARDS, MasterColor, Millis, WalkMode},
};

/// What club games are like, where nothing is known.
const MASTER_MOVE: &str = "8s±4s";
const OPPONENT_MOVE: &str = "60s±45s";
const MOVES: &str = "35±12";

/// A plan as the form asks for it; what is left out is as in a club.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Planned {
    boards: Option<String>,
    walk: Option<String>,
    master: Option<String>,
    opponent: Option<String>,
    moves: Option<String>,
    clock: Option<String>,
    master_extra: Option<String>,
    master_extra_per_board: Option<String>,
    color: Option<String>,
    passes: Option<String>,
    grace: Option<String>,
}

impl Planned {
    fn scenario(&self) -> Result<Scenario, Problem> {
        let boards =
            self.boards.as_deref().unwrap_or("24").parse().ok().filter(|boards| (1..=MOST_BOARDS).contains(boards));
        let extra = |text: &Option<String>| parse_extra(text.as_deref().unwrap_or("0s")).map(time::millis).map_err(bad);
        let (extra, per_board) = (extra(&self.master_extra)?, extra(&self.master_extra_per_board)?);
        let color: ColorChoice = read(self.color.as_deref(), ColorChoice::default().as_str())?;
        let clock: TimeControl = read(self.clock.as_deref(), "none")?;
        Ok(Scenario {
            boards: boards.ok_or_else(|| bad(SettingsError::Boards))?,
            walk: read(self.walk.as_deref(), WalkMode::InTurn.as_str())?,
            master: read(self.master.as_deref(), MASTER_MOVE)?,
            opponent: read(self.opponent.as_deref(), OPPONENT_MOVE)?,
            moves: read(self.moves.as_deref(), MOVES)?,
            clock: clock.0.map(|clock| clock.with_master_extra(extra).with_extra_per_board(per_board)),
            color: color.drawn(1),
            passes: read::<PassLimit>(self.passes.as_deref(), "none")?.0,
            grace: time::millis(parse_grace(self.grace.as_deref().unwrap_or("15s")).map_err(bad)?),
            seed: 1,
        })
    }
}

fn read<T: FromStr<Err: Display>>(text: Option<&str>, usual: &str) -> Result<T, Problem> {
    text.unwrap_or(usual).parse().map_err(bad)
}

fn bad(error: impl Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_settings", error.to_string())
}

/// `GET /api/forecast`
pub(super) async fn of_planned(
    State(viewing): State<Viewing>,
    planned: Result<Query<Planned>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(planned) = planned.map_err(|error| bad(error.body_text()))?;
    let forecast = viewing.forecasts.ask(planned.scenario()?).await.map_err(refused)?;
    Ok(json(StatusCode::OK, report::forecast(&forecast)))
}

/// `GET /api/exhibitions/{exhibition}/forecast`
pub(super) async fn of_running(State(viewing): State<Viewing>, Path(name): Path<String>) -> Result<Response, Problem> {
    let (stage, scenario) = look(&viewing, &name, |view| (view.stage, rest(view))).await?;
    if stage != Stage::Running {
        let message = "this exhibition is not running";
        return Err(Problem::new(StatusCode::CONFLICT, "closed", message));
    }
    let Some(scenario) = scenario else {
        return Ok(json(StatusCode::OK, report::no_forecast()));
    };
    let forecast = viewing.forecasts.ask(scenario).await.map_err(refused)?;
    Ok(json(StatusCode::OK, report::remaining_forecast(&forecast)))
}

fn refused(error: NoForecast) -> Problem {
    let (status, code) = match error {
        NoForecast::TooLong => (StatusCode::BAD_REQUEST, "bad_settings"),
        NoForecast::Busy => (StatusCode::SERVICE_UNAVAILABLE, "rate_limited"),
    };
    Problem::new(status, code, error.to_string())
}

/// What is still to come, at the pace so far: the boards that are left, with the moves that games of club length still
/// have. `None` before the first round is complete. It changes with each round, so that one answer serves all spectators.
fn rest(view: &View) -> Option<Scenario> {
    let walk = &view.walk;
    let playing: Vec<_> = view.boards.iter().filter(|board| board.is_playing()).collect();
    // Not the walk's rounds: a master who waits for opponents goes round more often than games go on.
    let played = playing.iter().map(|board| board.sheet.len() / 2).sum::<usize>().checked_div(playing.len())?;
    let played = u32::try_from(played).ok().filter(|&played| played > 0 && walk.rounds > 0)?;
    let (by_master, by_opponents) = view.moves_made();
    // To the tenth of a second, so that the same round asks the same question.
    let mean = |total: Millis, moves: u64| Some(Millis((total.0.checked_div(moves)? / 100).max(1) * 100));
    let spread = |mean: Millis| Spread { mean, deviation: Millis(mean.0 / 2) };
    Some(Scenario {
        boards: view.score.playing.max(1),
        walk: view.program.walk,
        master: spread(mean(walk.master, by_master)?),
        opponent: spread(mean(walk.opponents, by_opponents)?),
        moves: still_to_play(played),
        clock: None,
        // After the first round it hardly matters who began.
        color: MasterColor::White,
        passes: view.program.passes,
        grace: view.program.grace,
        seed: 1,
    })
}

/// How many moves games of 35±12 moves still have after `played`: the mean of a normal distribution's tail falls slowly,
/// for whoever has lasted long is likely to last on.
fn still_to_play(played: u32) -> Moves {
    let left = 35u32.saturating_sub(played).max(8);
    Moves { mean: left, deviation: 12.min(left / 2) }
}
