//! Asking for a seat: by a challenge to the master, or by a seek. Nothing else can be challenged here.

use std::time::Duration;

use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use tokio::time::sleep;

use super::{
    account::Account,
    accounts::{ok, told},
    asks::Ask,
    lobby::Lobby,
    refusal::Refusal,
    signed::Signed,
    stream::{Line, stream},
};
use crate::{
    doors::request,
    wire::lichess::{ACCEPTED, fields, truth},
};

/// How often a seek looks whether the game is on.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// `POST /api/challenge/{name}`: asks for a seat in the exhibition of this master, of this number, or in the `current` one. Whoever
/// has one is told of its game again: some clients listen only after they have asked.
pub(super) async fn challenge(
    State(lobby): State<Lobby>,
    Path(name): Path<String>,
    Signed { account, .. }: Signed,
    request: Request,
) -> Result<Response, Refusal> {
    let body = request::body(request).await?;
    let exhibition = lobby.exhibition_of(&name).await?;
    lobby.ask_for_seat(&account, exhibition).await?;
    for seat in account.seats() {
        if seat.game().exhibition == exhibition
            && let Some(challenge) = seat.ask(|reply| Ask::Challenge { reply }).await?
        {
            let stays = fields(&body)?.remove("keepAliveStream").and_then(|text| truth(&text));
            return Ok(if stays == Some(true) { decided(&lobby, challenge) } else { told(challenge) });
        }
    }
    Err(Refusal::Bad("You have no seat in that exhibition; its organiser can give you one".to_owned()))
}

/// The same for a client that waits for the decision: there is nothing left to decide.
fn decided(lobby: &Lobby, challenge: String) -> Response {
    let (lines, response) = stream((), lobby.stop());
    lines.send(Line::of(challenge));
    lines.send(Line::of(ACCEPTED.to_owned()));
    lines.send(Line::End);
    response
}

/// `POST /api/challenge/{id}/accept`, `/decline`, `/cancel`: nobody is challenged here, and a seat that was asked for is kept.
pub(super) async fn answer_challenge(
    Path((_, word)): Path<(String, String)>,
    _signed: Signed,
) -> Result<Response, Refusal> {
    match word.as_str() {
        // A client gives up its search as soon as the game has begun.
        "cancel" => Ok(ok()),
        _ => Err(Refusal::NotFound("No such challenge".to_owned())),
    }
}

/// `POST /api/board/seek`: asks for a seat in the current exhibition; the stream ends once a game is on.
pub(super) async fn seek(State(lobby): State<Lobby>, Signed { account, .. }: Signed) -> Result<Response, Refusal> {
    let exhibition = lobby.exhibition_of("current").await?;
    lobby.ask_for_seat(&account, exhibition).await?;
    if account.seats().is_empty() {
        return Err(Refusal::Bad("You have no seat in an exhibition; its organiser can give you one".to_owned()));
    }
    let (lines, response) = stream(account.come(), lobby.stop());
    tokio::spawn(async move {
        while lines.are_read() {
            if is_playing(&account).await {
                lines.send(Line::End);
                return;
            }
            sleep(LOOK_EVERY).await;
        }
    });
    Ok(response)
}

/// Whether a game of theirs is on; it is announced again.
async fn is_playing(account: &Account) -> bool {
    let mut playing = false;
    for seat in account.seats() {
        let info = seat.ask(|reply| Ask::Info { reply }).await;
        if info.is_ok_and(|info| info.is_some()) {
            let _ = seat.ask(|reply| Ask::Challenge { reply }).await;
            playing = true;
        }
    }
    playing
}
