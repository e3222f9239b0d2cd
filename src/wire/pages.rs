//! What everybody may see, as JSON: snapshots, events and lists.

use serde::Serialize;
use serde_json::{Value, json};
use shakmaty::{san::SanPlus, uci::UciMove};

use super::{
    clock::Clock,
    outbound::{Text, to_json, variant},
};
use crate::{
    record::{
        board_view::BoardView,
        event::{PausedBy, Score},
        program::MasterSeat,
        summary::Summary,
        view::View,
    },
    rules::{BoardNo, ClockReading, ClockSettings, Millis, color_name, fen_of, is_usual_start},
};

#[derive(Serialize)]
struct Snapshot<'a> {
    #[serde(rename = "type")]
    tag: &'static str,
    seq: u64,
    at_ms: u64,
    id: String,
    name: &'a str,
    status: &'static str,
    created_at: u64,
    started_at: Option<u64>,
    finished_at: Option<u64>,
    master: Value,
    clock: Value,
    think_ms: u64,
    late_rounds: u32,
    passes: Option<u32>,
    grace_ms: u64,
    retract: bool,
    paused: Option<&'static str>,
    paused_since: Option<u64>,
    text: &'a str,
    admission: &'static str,
    code_required: bool,
    starts_at: Option<u64>,
    closes_after_ms: Option<u64>,
    /// In the exhibition's own time.
    closes_ms: Option<u64>,
    absent_after_ms: Option<u64>,
    delay_ms: u64,
    chat: bool,
    closed: bool,
    last_round: bool,
    announcement: Option<&'a str>,
    waiting: usize,
    walk: Value,
    score: Value,
    boards: Vec<Board<'a>>,
}

#[derive(Serialize)]
struct Board<'a> {
    board: u32,
    state: &'static str,
    name: Option<&'a str>,
    bot: bool,
    connected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    away_since: Option<u64>,
    color: &'static str,
    status: &'static str,
    /// Left out, as the next two are, where it is as usual: there may be thousands of boards.
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_fen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own_clock: Option<Value>,
    moves: Vec<Text<UciMove>>,
    ply: usize,
    fen: String,
    last_move: Option<Text<UciMove>>,
    last_san: Option<Text<SanPlus>>,
    last_move_ms: Option<u64>,
    turn: &'static str,
    clock: Option<Clock>,
    draw_offer: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passes_left: Option<u32>,
    /// In the last round, where a game is on: whether the master still comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<bool>,
    waits_since: Option<u64>,
    result: Option<&'static str>,
    termination: Option<&'static str>,
}

fn board<'a>(view: &View, board: &'a BoardView, now: Millis) -> Board<'a> {
    let seat = board.seat.as_ref();
    let last = board.sheet.last();
    let start = Some(&board.setup.start).filter(|start| !is_usual_start(start));
    let own = Some(board.setup.clock).filter(|&clock| clock != view.clock());
    Board {
        board: board.board.0,
        state: seat_state(view, board),
        name: seat.map(|seat| seat.name.as_str()),
        bot: seat.is_some_and(|seat| seat.bot),
        away_since: board.guest().and_then(|seat| seat.away_since).map(|at| at.0),
        connected: board.guest().is_some_and(|seat| seat.connected),
        color: color_name(board.setup.master.other()),
        status: board.status(),
        variant: start.map(variant),
        initial_fen: start.map(fen_of),
        own_clock: own.map(clock_settings),
        moves: board.sheet.iter().map(|record| Text(record.uci)).collect(),
        ply: board.sheet.len(),
        fen: fen_of(&board.position),
        last_move: last.map(|record| Text(record.uci)),
        last_san: last.map(|record| Text(record.san)),
        last_move_ms: last.map(|record| record.at.0),
        turn: color_name(board.turn()),
        // In a break none runs.
        clock: board.clock(now).map(|clock| {
            Clock::from(ClockReading { running: clock.running.filter(|_| !view.stands_still()), ..clock })
        }),
        draw_offer: board.draw_offer.map(color_name),
        passes_left: view.passes_left(board),
        due: view.is_due(board),
        waits_since: board.waits_since.map(|(_, at)| at.0),
        result: board.end.map(|(result, _)| result.as_str()),
        termination: board.end.map(|(_, termination)| termination.as_str()),
    }
}

/// The contract's word for whose a seat is.
#[must_use]
pub(super) fn seat_state(view: &View, board: &BoardView) -> &'static str {
    match (&board.seat, &board.applicant) {
        (Some(_), _) => "seated",
        (None, Some(_)) => "applied",
        (None, None) => whose(view, board.board),
    }
}

/// `null` where there is no clock.
fn clock_settings(clock: Option<ClockSettings>) -> Value {
    let Some(clock) = clock else { return Value::Null };
    json!({
        "initial_ms": clock.initial.0,
        "increment_ms": clock.increment.0,
        "master_extra_ms": clock.master_extra.0,
        "master_extra_per_board_ms": clock.extra_per_board.0,
    })
}

/// The contract's word for who the master is.
pub(super) fn kind(seat: &MasterSeat) -> &'static str {
    match seat {
        MasterSeat::Engine => "engine",
        MasterSeat::Human(_) => "human",
    }
}

pub(super) fn score(score: Score) -> Value {
    json!({ "wins": score.wins, "draws": score.draws, "losses": score.losses, "playing": score.playing })
}

/// The whole exhibition, its clocks as they are at `now`.
#[must_use]
pub fn snapshot(view: &View, now: Millis) -> String {
    let walk = &view.walk;
    let program = &view.program;
    to_json(&Snapshot {
        tag: "exhibition",
        seq: view.seq,
        at_ms: now.0,
        id: view.id.to_string(),
        name: &program.name,
        status: view.stage.as_str(),
        created_at: program.created_at,
        started_at: view.started_at,
        finished_at: view.finished_at,
        master: json!({
            "name": &*program.master,
            "kind": kind(&program.seat),
            "color": view.master_color().map(color_name),
            "board": view.master_at().map(|board| board.0),
        }),
        clock: clock_settings(view.clock()),
        think_ms: program.think.0,
        late_rounds: program.late_rounds,
        passes: program.passes,
        grace_ms: program.grace.0,
        retract: program.retract,
        paused: view.paused.map(PausedBy::as_str),
        paused_since: view.paused_since,
        text: &program.evening.text,
        admission: program.evening.admission.as_str(),
        code_required: program.evening.code.is_some(),
        starts_at: program.evening.starts_at,
        closes_after_ms: program.evening.closes_after.map(|span| span.0),
        closes_ms: view.closes().map(|at| at.0),
        absent_after_ms: program.evening.absent_after.map(|span| span.0),
        delay_ms: program.evening.delay.0,
        chat: program.evening.chat,
        closed: view.closed,
        last_round: view.last_round.is_some(),
        announcement: view.announcement.text.as_deref(),
        waiting: view.queue.len(),
        walk: json!({
            "mode": program.walk.as_str(),
            "started_ms": walk.started.map(|at| at.0),
            "finished_ms": walk.finished.map(|at| at.0),
            "grace_ends_ms": view.grace.map(|(_, ends)| ends.0),
            "visit_ms": view.master_at().and(walk.visit_began()).map(|at| at.0),
            "visits": walk.visits,
            "rounds": walk.rounds,
            "round_ms": walk.round().map(|span| span.0),
            "master_ms": walk.master.0,
            "opponents_ms": walk.opponents.0,
        }),
        score: score(view.score),
        boards: view.boards.iter().map(|seen| board(view, seen, now)).collect(),
    })
}

/// The master has come to a board.
pub(super) fn visit(board: BoardNo, excursion: bool, seq: u64, at: Millis) -> Value {
    json!({ "type": "visit", "seq": seq, "at_ms": at.0, "board": board.0, "excursion": excursion })
}

/// The contract's word for a seat that nobody has.
pub(super) fn whose(view: &View, board: BoardNo) -> &'static str {
    if view.program.evening.reserved.contains_key(&board) { "reserved" } else { "free" }
}

/// One board's game, move by move, for replaying it.
#[must_use]
pub fn board_record(seen: &BoardView) -> String {
    let positions = seen.positions();
    let moves: Vec<Value> = seen
        .sheet
        .iter()
        .zip(&positions[1..])
        .enumerate()
        .map(|(index, (record, position))| {
            json!({
                "ply": index + 1,
                "uci": record.uci.to_string(),
                "san": record.san.to_string(),
                "fen": fen_of(position),
                "clock": record.clock.map(Clock::from),
                "at_ms": record.at.0,
            })
        })
        .collect();
    to_json(&json!({
        "board": seen.board.0,
        "name": seen.seat.as_ref().map(|seat| seat.name.as_str()),
        "color": color_name(seen.setup.master.other()),
        "status": seen.status(),
        "result": seen.end.map(|(result, _)| result.as_str()),
        "termination": seen.end.map(|(_, termination)| termination.as_str()),
        "variant": variant(&seen.setup.start),
        "initial_fen": fen_of(&positions[0]),
        "moves": moves,
    }))
}

/// Where other machines find the server, best first.
#[must_use]
pub fn addresses(found: &[String]) -> String {
    to_json(&json!({ "addresses": found }))
}

/// The list of exhibitions, in the order given.
#[must_use]
pub fn exhibition_list(all: &[Summary]) -> String {
    to_json(&all.iter().map(listed).collect::<Vec<_>>())
}

/// An exhibition, in a list.
pub(super) fn listed(listed: &Summary) -> Value {
    let status = match (listed.finished_at, listed.started_at) {
        (Some(_), _) => "finished",
        (None, Some(_)) => "running",
        (None, None) => "open",
    };
    json!({
        "id": listed.id.to_string(),
        "name": &*listed.program.name,
        "status": status,
        "boards": listed.program.boards,
        "seated": listed.seated,
        "master": &*listed.program.master,
        "master_kind": kind(&listed.program.seat),
        "created_at": listed.program.created_at,
        "started_at": listed.started_at,
        "finished_at": listed.finished_at,
        "starts_at": listed.program.evening.starts_at,
        "score": listed.score.map(|score| {
            json!({ "wins": score.wins, "draws": score.draws, "losses": score.losses })
        }),
    })
}
