//! An exhibition's settings as the database keeps them: a document in JSON.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use shakmaty::{CastlingMode, Chess, fen::Fen};

use crate::{
    base::present::present,
    record::program::{Admission, Evening, MasterSeat, Program},
    rules::{
        BoardNo, ClockSettings, MOST_BOARDS, MasterColor, Millis, OwnSetup, PlayerName, Setups, color_from_name,
        color_name, fen_of, is_chess960, is_usual_start,
    },
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    name: String,
    boards: u32,
    clock: Option<Clock>,
    color: String,
    /// What the boards' colours follow from, where they are drawn by lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lot: Option<i64>,
    /// A FEN; nothing for the usual position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    chess960: bool,
    own: Vec<Own>,
    walk: String,
    late_rounds: u32,
    passes: Option<u32>,
    grace_ms: u64,
    retract: bool,
    think_ms: u64,
    master: String,
    created_ms: u64,
    #[serde(default)]
    text: String,
    elo: Option<u32>,
    code: Option<String>,
    #[serde(default)]
    approval: bool,
    starts_ms: Option<u64>,
    closes_after_ms: Option<u64>,
    absent_after_ms: Option<u64>,
    #[serde(default)]
    delay_ms: u64,
    #[serde(default = "shown")]
    chat: bool,
    #[serde(default)]
    reserved: Vec<Reserved>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    initial_ms: u64,
    increment_ms: u64,
    master_extra_ms: u64,
    extra_per_board_ms: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    board: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    master: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    clock: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    chess960: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reserved {
    board: u32,
    name: String,
}

/// Exhibitions were stored before there was anything to chat.
fn shown() -> bool {
    true
}

/// What is to be stored of `program`. A human master's secret is not in it, which may be replaced at any time.
pub(super) fn written(program: &Program) -> String {
    let Evening { text, elo, code, admission, starts_at, closes_after, absent_after, delay, chat, reserved } =
        &program.evening;
    let setups = &program.setups;
    let document = Document {
        name: program.name.to_string(),
        boards: program.boards,
        clock: program.clock.map(|clock| Clock {
            initial_ms: clock.initial.0,
            increment_ms: clock.increment.0,
            master_extra_ms: clock.master_extra.0,
            extra_per_board_ms: clock.extra_per_board.0,
        }),
        color: setups.color.as_str().to_owned(),
        lot: if let MasterColor::ByLot(lot) = setups.color { Some(lot.cast_signed()) } else { None },
        start: (!is_usual_start(&setups.start)).then(|| fen_of(&setups.start)),
        chess960: is_chess960(&setups.start),
        own: setups.own.iter().map(|(&board, own)| own_written(board, own)).collect(),
        walk: program.walk.as_str().to_owned(),
        late_rounds: program.late_rounds,
        passes: program.passes,
        grace_ms: program.grace.0,
        retract: program.retract,
        think_ms: program.think.0,
        master: program.master.to_string(),
        created_ms: program.created_at,
        text: text.to_string(),
        elo: *elo,
        code: code.as_ref().map(ToString::to_string),
        approval: *admission == Admission::Approval,
        starts_ms: *starts_at,
        closes_after_ms: closes_after.map(|span| span.0),
        absent_after_ms: absent_after.map(|span| span.0),
        delay_ms: delay.0,
        chat: *chat,
        reserved: reserved.iter().map(|(board, name)| Reserved { board: board.0, name: name.to_string() }).collect(),
    };
    serde_json::to_string(&document).expect("a value with string keys is JSON")
}

/// The settings in a stored text; `seat` is who the master is. `None` where this program has not written it.
pub(in crate::journal) fn read(text: &str, seat: MasterSeat) -> Option<Program> {
    let document: Document = serde_json::from_str(text).ok()?;
    let color = MasterColor::named(&document.color, document.lot.unwrap_or_default().cast_unsigned())?;
    // A lot goes with the colours that are drawn by it, and with no others.
    if matches!(color, MasterColor::ByLot(_)) != document.lot.is_some() || !(1..=MOST_BOARDS).contains(&document.boards)
    {
        return None;
    }
    let own: Option<BTreeMap<_, _>> = document.own.into_iter().map(own_read).collect();
    let reserved = |Reserved { board, name }| Some((BoardNo(board), PlayerName::parse(&name).ok()?));
    let reserved: Option<BTreeMap<_, _>> = document.reserved.into_iter().map(reserved).collect();
    let (own, reserved) = (own?, reserved?);
    if own.keys().chain(reserved.keys()).any(|board| !(1..=document.boards).contains(&board.0)) {
        return None;
    }
    Some(Program {
        name: document.name.into(),
        boards: document.boards,
        clock: document.clock.map(|clock| clock_read(&clock).ok_or(())).transpose().ok()?,
        setups: Arc::new(Setups { color, start: position(document.start.as_deref(), document.chess960)?, own }),
        walk: document.walk.parse().ok()?,
        late_rounds: document.late_rounds,
        passes: document.passes,
        grace: Millis(document.grace_ms),
        retract: document.retract,
        think: Millis(document.think_ms),
        master: document.master.into(),
        seat,
        created_at: document.created_ms,
        evening: Evening {
            text: document.text.into(),
            elo: document.elo,
            code: document.code.map(Into::into),
            admission: if document.approval { Admission::Approval } else { Admission::Open },
            starts_at: document.starts_ms,
            closes_after: document.closes_after_ms.map(Millis),
            absent_after: document.absent_after_ms.map(Millis),
            delay: Millis(document.delay_ms),
            chat: document.chat,
            reserved: Arc::new(reserved),
        },
    })
}

fn clock_read(clock: &Clock) -> Option<ClockSettings> {
    let settings = ClockSettings::new(Millis(clock.initial_ms), Millis(clock.increment_ms)).ok()?;
    Some(
        settings
            .with_master_extra(Millis(clock.master_extra_ms))
            .with_extra_per_board(Millis(clock.extra_per_board_ms)),
    )
}

fn own_written(board: BoardNo, own: &OwnSetup) -> Own {
    Own {
        board: board.0,
        master: own.master.map(|color| color_name(color).to_owned()),
        clock: own.clock.map(|clock| clock.map(|clock| clock.to_string())),
        start: own.start.as_ref().map(fen_of),
        chess960: own.start.as_ref().is_some_and(is_chess960),
    }
}

fn own_read(own: Own) -> Option<(BoardNo, OwnSetup)> {
    let setup = OwnSetup {
        master: own.master.map(|name| color_from_name(&name).ok_or(())).transpose().ok()?,
        clock: own.clock.map(|clock| clock.map(|clock| clock.parse()).transpose()).transpose().ok()?,
        start: own.start.map(|fen| position(Some(&fen), own.chess960).ok_or(())).transpose().ok()?,
    };
    Some((BoardNo(own.board), setup))
}

fn position(fen: Option<&str>, chess960: bool) -> Option<Chess> {
    let mode = CastlingMode::from_chess960(chess960);
    match fen {
        None => (!chess960).then(Chess::default),
        Some(fen) => fen.parse::<Fen>().ok()?.into_position(mode).ok(),
    }
}

/// The same document without a name that is to be forgotten: the seat that is kept under it, or was kept at `board`.
pub(super) fn without_name(text: &str, board: BoardNo, name: &str) -> Option<String> {
    let mut document: Document = serde_json::from_str(text).ok()?;
    document.reserved.retain(|reserved| reserved.board != board.0 && reserved.name != name);
    serde_json::to_string(&document).ok()
}

/// The same document for those outside the hall: that there is a code, but not which, and that seats are kept, but not for whom.
pub(super) fn for_others(text: &str) -> Option<String> {
    let mut document: Document = serde_json::from_str(text).ok()?;
    document.code = document.code.map(|_| "HIDDEN".to_owned());
    for reserved in &mut document.reserved {
        reserved.name = format!("Board {}", reserved.board);
    }
    serde_json::to_string(&document).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_before_there_was_anything_to_chat_shows_it() {
        let shown = Program::of_a_test();
        let stored = written(&shown);
        let older = stored.replace(r#","chat":true"#, "");
        assert!(older.len() < stored.len(), "{stored}");
        assert_eq!(read(&older, shown.seat), Some(shown.clone()));
        let hidden = Program { evening: Evening { chat: false, ..shown.evening.clone() }, ..shown };
        assert_eq!(read(&written(&hidden), hidden.seat), Some(hidden));
    }

    #[test]
    fn outside_the_hall_nobody_learns_the_code_or_who_is_expected() {
        let ada = PlayerName::parse("Ada").expect("a name");
        let usual = Program::of_a_test();
        let evening = Evening {
            code: Some("SESAME".into()),
            reserved: Arc::new(BTreeMap::from([(BoardNo(1), ada)])),
            ..usual.evening.clone()
        };
        let program = Program { evening, ..usual };
        let told = for_others(&written(&program)).expect("settings");
        assert!(!told.contains("SESAME") && !told.contains("Ada"), "{told}");
        let read = read(&told, program.seat).expect("settings");
        assert!(read.evening.code.is_some() && read.evening.reserved.contains_key(&BoardNo(1)));
        assert_eq!(for_others("{}"), None);
    }
}
