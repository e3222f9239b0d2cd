//! How the games of one exhibition begin.

use std::collections::BTreeMap;

use shakmaty::{Chess, Color};

use super::{BoardNo, ClockSettings, GameSetup, MasterColor};

/// How the games of one exhibition begin: for all boards, and where a board has something of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Setups {
    /// The colours that the master plays.
    pub color: MasterColor,
    /// The position that games begin with.
    pub start: Chess,
    /// What single boards have in its place.
    pub own: BTreeMap<BoardNo, OwnSetup>,
}

/// What one board has in place of what is settled for all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnSetup {
    /// The master's colour.
    pub master: Option<Color>,
    /// The start position.
    pub start: Option<Chess>,
    /// The clock, or that there is none.
    pub clock: Option<Option<ClockSettings>>,
}

impl Setups {
    /// What is settled about the game on `board`, where `clock` is that of all others. The master's extra time is for all
    /// boards that have a clock.
    #[must_use]
    pub fn on(&self, board: BoardNo, clock: Option<ClockSettings>) -> GameSetup {
        let nothing = OwnSetup::default();
        let own = self.own.get(&board).unwrap_or(&nothing);
        let extra = |own: ClockSettings| clock.map_or(own, |all| all.with_banks_of(own));
        GameSetup {
            master: own.master.unwrap_or_else(|| self.color.on(board)),
            start: own.start.clone().unwrap_or_else(|| self.start.clone()),
            clock: own.clock.map_or(clock, |own| own.map(extra)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Millis, chess960_start};

    #[test]
    fn a_board_has_its_own_or_what_all_have() {
        let clock: ClockSettings = "30m+10s".parse().expect("a clock");
        let clock = clock.with_master_extra(Millis(60_000));
        let slow = ClockSettings::new(Millis(2_700_000), Millis(30_000)).expect("a clock");
        let own = [
            (BoardNo(2), OwnSetup { master: Some(Color::White), ..OwnSetup::default() }),
            (BoardNo(3), OwnSetup { clock: Some(Some(slow)), start: Some(chess960_start(0)), ..OwnSetup::default() }),
            (BoardNo(4), OwnSetup { clock: Some(None), ..OwnSetup::default() }),
        ];
        let setups = Setups { color: MasterColor::Black, own: own.into(), ..Setups::default() };
        let on = |board| setups.on(BoardNo(board), Some(clock));
        assert_eq!(on(1), GameSetup { master: Color::Black, ..GameSetup::usual(Some(clock)) });
        assert_eq!(on(2), GameSetup::usual(Some(clock)));
        let (bank, extra) = (on(3).clock.expect("a clock").initial, on(3).clock.expect("a clock").master_extra);
        assert_eq!((bank, extra, on(3).start), (slow.initial, Millis(60_000), chess960_start(0)));
        assert_eq!(on(4).clock, None);
        assert_eq!(setups.on(BoardNo(3), None).clock, Some(slow), "there is no extra time to have");
    }
}
