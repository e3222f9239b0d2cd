//! A game's own addresses: its stream, moves, and what is said there.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, Request, State},
    response::Response,
};
use tokio::sync::oneshot;

use super::{
    accounts::{ok, told},
    act::Act,
    asks::Ask,
    chat::Room,
    lobby::Lobby,
    refusal::Refusal,
    signed::Signed,
    stream::stream,
};
use crate::{
    doors::request,
    wire::lichess::{chat_lines, fields, truth},
};

/// How much of what is no move is told back.
const LONGEST_MOVE: usize = 8;

/// `GET /api/…/game/stream/{game}`
pub(super) async fn watch(
    State(lobby): State<Lobby>,
    Path(game): Path<String>,
    Signed { account, .. }: Signed,
) -> Result<Response, Refusal> {
    let seat = lobby.seat_of(&account, &game).await?;
    // What the stream holds is dropped with it, and the seat hears of it.
    let (hold, held) = oneshot::channel();
    let (lines, response) = stream((held, account.come()), lobby.stop());
    let leaving = seat.ask(|reply| Ask::Watch { lines, reply }).await??;
    // Where the client has gone meanwhile, it is dropped here.
    let _ = hold.send(leaving);
    Ok(response)
}

/// `POST /api/…/game/{game}/move/{uci}`
pub(super) async fn make_move(
    State(lobby): State<Lobby>,
    Path((game, uci)): Path<(String, String)>,
    Query(options): Query<HashMap<String, String>>,
    Signed { account, arrived }: Signed,
) -> Result<Response, Refusal> {
    let seat = lobby.seat_of(&account, &game).await?;
    let draw = options.get("offeringDraw").and_then(|text| truth(text));
    let act = match uci.parse() {
        Ok(uci) => Act::Move { uci, draw },
        Err(_) => Act::Unreadable(uci.chars().take(LONGEST_MOVE).collect()),
    };
    seat.act(act, arrived).await.map(|()| ok())
}

/// `POST /api/…/game/{game}/resign`
pub(super) async fn resign(
    State(lobby): State<Lobby>,
    Path(game): Path<String>,
    Signed { account, arrived }: Signed,
) -> Result<Response, Refusal> {
    lobby.seat_of(&account, &game).await?.act(Act::Resign, arrived).await.map(|()| ok())
}

/// `POST /api/…/game/{game}/draw/{yes or no}`
pub(super) async fn draw(
    State(lobby): State<Lobby>,
    Path((game, answer)): Path<(String, String)>,
    Signed { account, arrived }: Signed,
) -> Result<Response, Refusal> {
    let seat = lobby.seat_of(&account, &game).await?;
    let answer = truth(&answer).ok_or_else(|| Refusal::Bad("A draw is answered with yes or no".to_owned()))?;
    seat.act(Act::Draw(answer), arrived).await.map(|()| ok())
}

/// `POST /api/…/game/{game}/abort`: an exhibition's game is played to its end.
pub(super) async fn abort(
    State(lobby): State<Lobby>,
    Path(game): Path<String>,
    Signed { account, .. }: Signed,
) -> Result<Response, Refusal> {
    lobby.seat_of(&account, &game).await?;
    Err(Refusal::NoAbort)
}

/// `POST /api/…/game/{game}/takeback/{yes or no}`: the master alone takes moves back, so that nobody asks for it.
pub(super) async fn takeback(
    State(lobby): State<Lobby>,
    Path((game, answer)): Path<(String, String)>,
    Signed { account, .. }: Signed,
) -> Result<Response, Refusal> {
    lobby.seat_of(&account, &game).await?;
    match truth(&answer) {
        Some(false) => Ok(ok()),
        _ => Err(Refusal::Bad("Opponents can't take moves back in an exhibition".to_owned())),
    }
}

/// `POST /api/…/game/{game}/claim-victory`, `/claim-draw`: the master may be away from a board for long.
pub(super) async fn claim(
    State(lobby): State<Lobby>,
    Path(game): Path<String>,
    Signed { account, .. }: Signed,
) -> Result<Response, Refusal> {
    lobby.seat_of(&account, &game).await?;
    Err(Refusal::Bad("In an exhibition the organiser settles a game that nobody goes on with".to_owned()))
}

/// `POST /api/…/game/{game}/chat`
pub(super) async fn say(
    State(lobby): State<Lobby>,
    Path(game): Path<String>,
    Signed { account, .. }: Signed,
    request: Request,
) -> Result<Response, Refusal> {
    let seat = lobby.seat_of(&account, &game).await?;
    let body = request::body(request).await?;
    let mut fields = fields(&body)?;
    let bad = |what: &str| Refusal::Bad(format!("A chat line has a `room`, player or spectator, and a `text`: {what}"));
    let room =
        fields.get("room").and_then(|room| Room::parse(room)).ok_or_else(|| bad("the room is missing or another"))?;
    let text = fields.remove("text").ok_or_else(|| bad("the text is missing"))?;
    seat.ask(|reply| Ask::Say { room, text, reply }).await.map(|()| ok())
}

/// `GET /api/…/game/{game}/chat`
pub(super) async fn said(
    State(lobby): State<Lobby>,
    Path(game): Path<String>,
    Signed { account, .. }: Signed,
) -> Result<Response, Refusal> {
    let seat = lobby.seat_of(&account, &game).await?;
    let lines = seat.ask(|reply| Ask::Said { reply }).await?;
    Ok(told(chat_lines(lines.iter().map(|said| (said.name.as_str(), said.text.as_str())))))
}
