//! What an engine thinks of a position: for an organiser who settles a game.

use std::time::Duration;

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use shakmaty::{Chess, uci::UciMove};
use tracing::warn;

use super::{
    authorise::authorise,
    find::{board_in, look_live},
    state::Gallery,
};
use crate::{
    doors::{
        limits::Client,
        problem::{Problem, json},
    },
    engine::{Question, Score},
    rules::BoardNo,
    wire,
};

/// How long the engine thinks.
const THINK: Duration = Duration::from_millis(500);

/// What has to be known of a game.
struct Asked {
    board: BoardNo,
    start: Chess,
    moves: Vec<UciMove>,
    playing: bool,
}

/// `GET …/boards/{board}/suggestion`
pub(super) async fn suggestion(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path((name, board)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(gallery.organiser, &client, &headers)?;
    let asked = look_live(&gallery, &name, |view| {
        let seen = view.boards.get(board_in(&board)?.index())?;
        Some(Asked {
            board: seen.board,
            start: seen.setup.start.clone(),
            moves: seen.sheet.iter().map(|record| record.uci).collect(),
            playing: seen.is_playing(),
        })
    });
    let asked = asked.await?.ok_or_else(Problem::no_such_board)?;
    if !asked.playing {
        return Err(Problem::new(StatusCode::CONFLICT, "not_allowed", "no game is being played at that board"));
    }
    let broken =
        || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "internal", "the engine gives no answer; please try again");
    let question = Question::new(asked.start, &asked.moves, THINK).map_err(|_| broken())?;
    let thought = gallery.adviser.ask(&question).await.map_err(|error| {
        warn!("{error}");
        broken()
    })?;
    let position = question.position();
    let (score, mate) = match thought.score {
        Some(Score::Centipawns(score)) => (Some(score), None),
        Some(Score::Mate(moves)) => (None, Some(moves)),
        None => (None, None),
    };
    Ok(json(StatusCode::OK, wire::suggestion(asked.board, position, thought.mv, score, mate)))
}
