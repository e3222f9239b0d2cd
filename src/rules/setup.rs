//! What is settled about one game before its first move.

use shakmaty::{Chess, Color, Position};

use super::{ClockSettings, GameClock, Millis};

/// What is settled about one game before its first move, and stays so: boards of one exhibition may differ in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GameSetup {
    /// The colour that the master plays.
    pub master: Color,
    /// The position that the game begins with. It also says whether kings and rooks stand as usual or as in Chess960.
    pub start: Chess,
    /// The time control, if there is one.
    pub clock: Option<ClockSettings>,
}

impl GameSetup {
    /// As custom has it: the usual position, with White for the master.
    #[must_use]
    pub fn usual(clock: Option<ClockSettings>) -> GameSetup {
        GameSetup { master: Color::White, start: Chess::default(), clock }
    }

    /// Who makes the move that becomes `ply`.
    #[must_use]
    pub fn mover_of(&self, ply: u32) -> Color {
        let first = self.start.turn();
        if ply % 2 == 1 { first } else { first.other() }
    }

    /// Whether the master has the first move.
    #[must_use]
    pub fn master_begins(&self) -> bool {
        self.mover_of(1) == self.master
    }

    /// The same once it is known how many opponents are `seated` at the start.
    #[must_use]
    pub fn for_seated(&self, seated: u32) -> GameSetup {
        GameSetup { clock: self.clock.map(|clock| clock.for_seated(seated)), ..self.clone() }
    }

    /// Whether the number of seats that are taken makes any difference to it.
    #[must_use]
    pub fn depends_on_seated(&self) -> bool {
        self.clock.is_some_and(|clock| clock.extra_per_board > Millis::ZERO)
    }

    /// Both clocks before the first move, if there are any.
    #[must_use]
    pub fn clocks(&self) -> Option<GameClock> {
        self.clock.map(|clock| GameClock::new(clock, self.master))
    }
}

#[cfg(test)]
mod tests {
    use shakmaty::{CastlingMode, fen::Fen};

    use super::*;
    use crate::rules::{Command, Fact, Game, Millis};

    fn endgame(master: Color) -> GameSetup {
        let fen: Fen = "8/8/4k3/8/8/3QK3/8/8 b - - 0 1".parse().expect("a FEN");
        let start = fen.into_position(CastlingMode::Standard).expect("a position");
        let clock: ClockSettings = "10m+5s".parse().expect("a clock");
        GameSetup { master, start, clock: Some(clock.with_master_extra(Millis(60_000))) }
    }

    #[test]
    fn extra_time_is_the_masters_whatever_the_colour() {
        for master in Color::ALL {
            let reading = endgame(master).clocks().expect("there are clocks").reading(Millis::ZERO);
            let (own, others) = master.fold_wb((reading.white, reading.black), (reading.black, reading.white));
            assert_eq!((own, others), (Millis(660_000), Millis(600_000)));
        }
    }

    #[test]
    fn where_black_begins_black_makes_the_first_ply_and_whites_clock_runs_after_it() {
        let setup = endgame(Color::Black);
        assert_eq!((setup.mover_of(1), setup.mover_of(2)), (Color::Black, Color::White));
        let mut game = Game::set_up(setup.into());
        game.start();
        assert!(game.waits_for_master());
        let uci = "e6e5".parse().expect("a move");
        let facts = game.decide(Color::Black, &Command::Move { ply: 1, uci }, Millis(7)).expect("legal");
        let [Fact::Moved(played)] = &facts[..] else { panic!("{facts:?}") };
        assert_eq!(played.clock.and_then(|clock| clock.running), Some(Color::White));
        game.apply(&facts[0], Millis(7));
        assert!(!game.waits_for_master() && game.waits_for(Color::White));
        assert_eq!(game.played_before(Color::Black, 1, uci).map(|played| played.ply), Some(1));
    }
}
