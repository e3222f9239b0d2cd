//! What the organiser is told of seats, and whoever sits down over HTTP.

use serde_json::{Value, json};
use shakmaty::{Chess, Color, Move, Position, san::SanPlus};

use super::{clock::Clock, outbound::to_json, pages::seat_state};
use crate::{
    record::{board_view::BoardView, event::ExhibitionId, lasting_bot::LastingBot, view::View},
    rules::{BoardNo, GameResult, PlayerName, color_name, fen_of, is_usual_start, uci_of},
};

/// From so many centipawns on a game counts as won.
const WON: i32 = 250;

/// Every seat, taken or not; `house` are those of the server's own bots, and it is `date` now, in Unix milliseconds.
#[must_use]
pub fn seats(view: &View, house: &[BoardNo], date: u64) -> String {
    let seats: Vec<Value> =
        view.boards.iter().map(|board| seat(view, board, house.contains(&board.board), date)).collect();
    to_json(&seats)
}

fn seat(view: &View, board: &BoardView, house: bool, date: u64) -> Value {
    let guest = board.guest();
    let kept = view.program.evening.reserved.get(&board.board);
    let away = guest.and_then(|guest| guest.away_since_date).map(|since| date.saturating_sub(since));
    json!({
        "board": board.board.0,
        "name": guest.map(|guest| &guest.name).or(kept).map(PlayerName::as_str),
        "bot": guest.is_some_and(|guest| guest.bot),
        "house": house,
        "state": seat_state(view, board),
        "connected": guest.is_some_and(|guest| guest.connected),
        "away_ms": away,
        "missed_visits": board.missed,
        "color": color_name(board.setup.master.other()),
        "clock": board.setup.clock.map(|clock| clock.to_string()),
        "start": (!is_usual_start(&board.setup.start)).then(|| fen_of(&board.setup.start)),
        "clocks": board.clock(view.at).map(Clock::from),
        "passes_left": view.passes_left(board),
        "status": board.status(),
        "result": board.end.map(|(result, _)| result.as_str()),
    })
}

/// Who waits for a seat, in their order.
#[must_use]
pub fn waiting(view: &View) -> String {
    let waiting = (1..).zip(&view.queue);
    let waiting: Vec<Value> = waiting
        .map(|(place, guest): (u32, _)| json!({ "place": place, "name": guest.name.as_str(), "bot": guest.bot }))
        .collect();
    to_json(&waiting)
}

/// A seat that somebody has taken over HTTP, or asks for; `boards` are all that their token opens, this one first.
#[must_use]
pub fn seat_taken(
    exhibition: ExhibitionId,
    board: BoardNo,
    color: Color,
    name: &PlayerName,
    token: &str,
    state: &'static str,
    boards: &[BoardNo],
) -> String {
    to_json(&json!({
        "exhibition": exhibition.to_string(),
        "board": board.0,
        "boards": boards.iter().map(|board| board.0).collect::<Vec<_>>(),
        "color": color_name(color),
        "name": name.as_str(),
        "token": token,
        "state": state,
    }))
}

/// A place in the queue that somebody has taken over HTTP.
#[must_use]
pub fn place_taken(exhibition: ExhibitionId, place: usize, name: &PlayerName, token: &str) -> String {
    to_json(&json!({
        "exhibition": exhibition.to_string(),
        "place": place,
        "name": name.as_str(),
        "token": token,
        "state": "waiting",
    }))
}

/// What an engine thinks of a position, for the side to move: the best move, and a score or after how many moves there is
/// mate. It is told as White's, with how a game would be settled by it.
#[must_use]
pub fn suggestion(board: BoardNo, position: &Chess, best: Move, score: Option<i32>, mate: Option<i32>) -> String {
    let whites = |own: i32| position.turn().fold_wb(own, -own);
    let (score_cp, mate) = (score.map(whites), mate.map(whites));
    let winner = match (score_cp, mate) {
        (_, Some(moves)) => Some(Color::from_white(moves > 0)),
        (Some(score), None) if score.abs() >= WON => Some(Color::from_white(score > 0)),
        _ => None,
    };
    let known = score_cp.is_some() || mate.is_some();
    let result = known.then(|| winner.map_or(GameResult::Draw, GameResult::win_of).as_str());
    to_json(&json!({
        "board": board.0,
        "fen": fen_of(position),
        "score_cp": score_cp,
        "mate": mate,
        "best": SanPlus::from_move(position.clone(), best).to_string(),
        "best_uci": uci_of(position, best).to_string(),
        "result": result,
    }))
}

/// The programs that come again.
#[must_use]
pub fn bots(bots: &[LastingBot]) -> String {
    to_json(&json!({ "bots": bots.iter().map(bot).collect::<Vec<Value>>() }))
}

/// One that has just been given its token, which is told this once.
#[must_use]
pub fn new_bot(new: &LastingBot, token: &str) -> String {
    let mut told = bot(new);
    told["token"] = token.into();
    to_json(&told)
}

fn bot(bot: &LastingBot) -> Value {
    json!({ "name": bot.name, "created_at": bot.created_at, "on_request": bot.on_request })
}
