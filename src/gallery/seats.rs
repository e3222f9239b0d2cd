//! Seats over HTTP: who sits where, sitting down, and what the organiser does about it.

use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use tokio::sync::oneshot;

use super::{
    Desk,
    authorise::authorise,
    body,
    find::{board_in, look_live, which},
    orders::{obey, order_problem},
    organiser::{ask, enter, entrusted, entrusted_with, seat_problem, settings_problem, shown},
    state::Gallery,
};
use crate::{
    base::{present::present, time::wall_clock},
    doors::{
        limits::Client,
        problem::{Problem, json},
        request::is_browsing,
    },
    exhibition::{
        counter::{Counter, Promise},
        handle::Application,
        order::Order,
        settings_program::OwnGame,
        setup_choices::Lots,
    },
    journal::{Forgotten, Renaming, StorageError},
    lichess::{MOST_SEATS, seat_secret},
    record::event::Stage,
    rules::{BoardNo, GameResult, PlayerName},
    wire,
};

/// `GET …/seats`
pub(super) async fn seats(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(gallery.organiser, &client, &headers)?;
    let house = house_of(&gallery, &name).await;
    let now = wall_clock();
    let list = look_live(&gallery, &name, |view| wire::seats(view, &house, now)).await?;
    Ok(json(StatusCode::OK, list))
}

/// `GET …/waiting`
pub(super) async fn waiting(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(gallery.organiser, &client, &headers)?;
    let list = look_live(&gallery, &name, wire::waiting).await?;
    Ok(json(StatusCode::OK, list))
}

/// Where the server's own bots sit, in an exhibition that is open.
async fn house_of(gallery: &Gallery, name: &str) -> Vec<BoardNo> {
    let Ok(which) = which(name) else { return Vec::new() };
    match enter(gallery, which).await {
        Ok(exhibition) => exhibition.house().await,
        Err(_) => Vec::new(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Joining {
    name: String,
    #[serde(default)]
    bot: bool,
    board: Option<u32>,
    code: Option<String>,
    #[serde(default)]
    wait: bool,
    /// How many seats one token is to open.
    seats: Option<u32>,
}

/// `POST …/seats`: sits down, without a connection yet.
pub(super) async fn join(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let joining = body::object(request).await?;
    sit_down(&gallery, &client, &name, joining).await
}

async fn sit_down(gallery: &Gallery, client: &Client, name: &str, joining: Joining) -> Result<Response, Problem> {
    let Joining { name: who, bot, board, code, wait, seats } = joining;
    let seats = seats.unwrap_or(1);
    if !(1..=MOST_SEATS).contains(&seats) || (seats > 1 && !bot) {
        let message = format!("one token opens 1 to {MOST_SEATS} seats, and more than one for a bot alone");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad_settings", message).about("seats"));
    }
    let who = body::name(&who)?;
    let exhibition = enter(gallery, which(name)?).await?;
    for _ in 0..seats {
        client.join()?;
    }
    let board = board.map(BoardNo);
    let application = Application { board, bot, code, waits: wait, here: false, ..Application::of(who) };
    let slip = exhibition.apply(application.clone()).await.map_err(|error| seat_problem(&error))?;
    let (id, name, token) = (exhibition.id(), &slip.name, slip.token.reveal());
    let mut boards: Vec<BoardNo> = slip.board().into_iter().collect();
    for number in 2..=seats {
        // As many as there are: whoever hears of fewer can come with that.
        let secret = Some(seat_secret(&slip.token, id, number));
        let another = Application { board: None, waits: false, secret, ..application.clone() };
        let Ok(slip) = exhibition.apply(another).await else { break };
        boards.extend(slip.board());
    }
    let (status, answer) = match slip.what {
        Promise::Seat { board, color, admitted: true } => {
            (StatusCode::CREATED, wire::seat_taken(id, board, color, name, token, "seated", &boards))
        }
        Promise::Seat { board, color, admitted: false } => {
            (StatusCode::ACCEPTED, wire::seat_taken(id, board, color, name, token, "applied", &boards))
        }
        Promise::Queue(place) => (StatusCode::ACCEPTED, wire::place_taken(id, place, name, token)),
    };
    Ok(json(status, answer))
}

/// `POST …/seats/{board}/admit`
pub(super) async fn admit(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path((name, board)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let exhibition = entrusted(&gallery, &client, &headers, &name).await?;
    obey(&gallery, &exhibition, Order::Admit(number(&board)?)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resulting {
    result: Option<String>,
}

impl Resulting {
    /// A result, or none where nothing is said.
    fn result(&self) -> Result<Option<GameResult>, Problem> {
        let Some(text) = &self.result else { return Ok(None) };
        GameResult::parse(text).map(Some).ok_or_else(|| {
            let message = "a result is `1-0`, `0-1`, `1/2-1/2` or `*`";
            Problem::new(StatusCode::BAD_REQUEST, "bad_settings", message).about("result")
        })
    }
}

/// `DELETE …/seats/{board}`
pub(super) async fn remove(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path((name, board)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let (exhibition, resulting) = entrusted_with::<Resulting>(&gallery, &client, request, &name).await?;
    let order = Order::Remove { board: number(&board)?, result: resulting.result()? };
    obey(&gallery, &exhibition, order).await
}

/// `POST …/boards/{board}/adjudicate`
pub(super) async fn adjudicate(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path((name, board)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let (exhibition, resulting) = entrusted_with::<Resulting>(&gallery, &client, request, &name).await?;
    let result = resulting.result()?.filter(|&result| result != GameResult::Unknown).ok_or_else(|| {
        let message = "a game is settled as `1-0`, `0-1` or `1/2-1/2`";
        Problem::new(StatusCode::BAD_REQUEST, "bad_settings", message).about("result")
    })?;
    obey(&gallery, &exhibition, Order::Adjudicate(number(&board)?, result)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seating {
    name: Option<String>,
    to: Option<u32>,
    color: Option<String>,
    #[serde(default, deserialize_with = "present")]
    clock: Option<Option<String>>,
    start: Option<String>,
}

/// `PATCH …/seats/{board}`: another name, another seat, or another game at this board.
pub(super) async fn change(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path((name, board)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let (exhibition, seating) = entrusted_with::<Seating>(&gallery, &client, request, &name).await?;
    let order = order_of(&exhibition, number(&board)?, seating)?;
    obey(&gallery, &exhibition, order).await
}

fn order_of(exhibition: &Counter, board: BoardNo, seating: Seating) -> Result<Order, Problem> {
    let bad = |message: &str| Problem::new(StatusCode::BAD_REQUEST, "bad_settings", message);
    let Seating { name, to, color, clock, start } = seating;
    let own = color.is_some() || clock.is_some() || start.is_some();
    // Several orders could not be obeyed all or none.
    match (name, to, own) {
        (Some(name), None, false) => Ok(Order::Rename(board, body::name(&name)?)),
        (None, Some(to), false) => Ok(Order::Reseat { board, to: BoardNo(to) }),
        (None, None, true) => game_at(exhibition, board, color.as_deref(), clock, start.as_deref()),
        (None, None, false) => Err(bad("say what is to change: `name`, `to`, or any of `color`, `clock` and `start`")),
        _ => Err(bad("change one thing at a time: `name`, `to`, or any of `color`, `clock` and `start`")),
    }
}

/// How the game at a board begins, where that is another than at the others.
fn game_at(
    exhibition: &Counter,
    board: BoardNo,
    color: Option<&str>,
    clock: Option<Option<String>>,
    start: Option<&str>,
) -> Result<Order, Problem> {
    if exhibition.stage() != Stage::Open {
        let message = "how a game begins can be changed before the start alone";
        return Err(Problem::new(StatusCode::CONFLICT, "not_allowed", message));
    }
    let from = exhibition.program();
    if !(1..=from.boards).contains(&board.0) {
        let message = format!("there is no board {board}: this exhibition has boards 1 to {}", from.boards);
        return Err(Problem::new(StatusCode::NOT_FOUND, "no_such_board", message));
    }
    let own = OwnGame { color, clock: clock.as_ref().map(Option::as_deref), start };
    let to = own.at(&from, board, Lots::draw()).map_err(|(field, error)| settings_problem(&error).about(field))?;
    Ok(Order::Change { from, to: Box::new(to) })
}

/// `POST …/seats/{board}/forget`
pub(super) async fn forget(
    State(gallery): State<Gallery>,
    Extension(client): Extension<Client>,
    Path((name, board)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    authorise(gallery.organiser, &client, &headers)?;
    let board = number(&board)?;
    let (id, known) = look_live(&gallery, &name, |view| {
        let seat = view.boards.get(board.index()).and_then(|seen| seen.guest());
        (view.id, seat.map(|seat| (seat.guest, seat.name.clone())))
    })
    .await?;
    match enter(&gallery, which(&id.to_string())?).await {
        Ok(exhibition) => {
            exhibition.order(Order::Forget(board)).await.map_err(|error| order_problem(&error))?;
        }
        Err(_) => {
            let nobody = || Problem::new(StatusCode::CONFLICT, "not_allowed", format!("nobody sat at board {board}"));
            let (guest, name) = known.ok_or_else(nobody)?;
            let nameless = PlayerName::parse(&format!("Board {board}")).map_err(|_| nobody())?;
            let renamed = Renaming { guest, name: nameless, wall: wall_clock() };
            let (reply, answer) = oneshot::channel();
            let forgotten = Forgotten { board, name };
            let forgotten = ask(&gallery, Desk::Forget { id, forgotten, renamed, reply }, answer).await?;
            forgotten.map_err(|error: StorageError| {
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "internal", error.to_string())
            })?;
        }
    }
    // What was sent to spectators has the name too.
    gallery.hub.forget(id, board);
    super::find::find(&gallery, &id.to_string()).await?;
    shown(&gallery, id, StatusCode::OK)
}

fn number(board: &str) -> Result<BoardNo, Problem> {
    board_in(board).ok_or_else(Problem::no_such_board)
}

/// `GET /j/{code}`: leads to the door of the exhibition that has this entry code, with the code filled in. It goes behind the
/// `#`, which no browser sends on.
pub(super) async fn by_code(State(gallery): State<Gallery>, Path(code): Path<String>, headers: HeaderMap) -> Response {
    let code = code.trim().to_ascii_uppercase();
    if let Some(id) = gallery.hub.with_code(&code) {
        return Redirect::to(&format!("/e/{id}/play#code={code}")).into_response();
    }
    if is_browsing(&headers) {
        return Redirect::to("/#no-such-code").into_response();
    }
    Problem::new(StatusCode::NOT_FOUND, "bad_code", "no exhibition that is open has this entry code").into_response()
}
