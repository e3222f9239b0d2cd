//! Which colour the master plays on which board.

use shakmaty::Color;

use super::BoardNo;

/// Which colour the master plays on which board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MasterColor {
    /// White everywhere, as custom has it.
    #[default]
    White,
    /// Black everywhere.
    Black,
    /// White on board 1, Black on board 2, and so on.
    Alternating,
    /// Drawn for each board. The number is what was drawn for all: the same one gives the same colours for ever, since
    /// they are on no record but this.
    ByLot(u64),
}

impl MasterColor {
    /// The contract's word for it; what was drawn by lot it does not say.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            MasterColor::White => "white",
            MasterColor::Black => "black",
            MasterColor::Alternating => "alternating",
            MasterColor::ByLot(_) => "random",
        }
    }

    /// The one that is called so, with `lot` drawn where one is.
    #[must_use]
    pub fn named(name: &str, lot: u64) -> Option<MasterColor> {
        let all = [MasterColor::White, MasterColor::Black, MasterColor::Alternating, MasterColor::ByLot(lot)];
        all.into_iter().find(|color| color.as_str() == name)
    }

    /// The master's colour on a board.
    #[must_use]
    pub fn on(self, board: BoardNo) -> Color {
        match self {
            MasterColor::White => Color::White,
            MasterColor::Black => Color::Black,
            MasterColor::Alternating => Color::from_white(board.0 % 2 == 1),
            MasterColor::ByLot(lot) => Color::from_white(mix(lot, board) >> 63 == 0),
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the number that its stream from `lot` has in the board's place.
fn mix(lot: u64, board: BoardNo) -> u64 {
    let mut z = lot.wrapping_add(u64::from(board.0).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_splitmix64() {
        // The first numbers from 1234567, as the reference implementation prints them.
        let numbers = [1, 2, 3].map(|board| mix(1_234_567, BoardNo(board)));
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn lots_fall_on_both_sides() {
        let whites = |color: MasterColor| BoardNo::first(1000).filter(|&board| color.on(board).is_white()).count();
        assert_eq!(whites(MasterColor::Alternating), 500);
        assert_eq!((whites(MasterColor::White), whites(MasterColor::Black)), (1000, 0));
        for lot in 0..20 {
            let whites = whites(MasterColor::ByLot(lot));
            assert!((420..580).contains(&whites), "lot {lot}: {whites} of 1000");
        }
    }
}
