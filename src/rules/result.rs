//! How games end.

use shakmaty::Color;

/// How a game ended, from White's side of the score sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GameResult {
    /// `1-0`
    WhiteWins,
    /// `0-1`
    BlackWins,
    /// `1/2-1/2`
    Draw,
    /// `*`: the game was given up without a result.
    Unknown,
}

impl GameResult {
    /// The result in which `color` has won.
    #[must_use]
    pub fn win_of(color: Color) -> GameResult {
        match color {
            Color::White => GameResult::WhiteWins,
            Color::Black => GameResult::BlackWins,
        }
    }

    /// Who has won, if anybody has.
    #[must_use]
    pub fn winner(self) -> Option<Color> {
        match self {
            GameResult::WhiteWins => Some(Color::White),
            GameResult::BlackWins => Some(Color::Black),
            GameResult::Draw | GameResult::Unknown => None,
        }
    }

    /// The result as PGN and the contract write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            GameResult::WhiteWins => "1-0",
            GameResult::BlackWins => "0-1",
            GameResult::Draw => "1/2-1/2",
            GameResult::Unknown => "*",
        }
    }

    /// Reads what [`as_str`](Self::as_str) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<GameResult> {
        [GameResult::WhiteWins, GameResult::BlackWins, GameResult::Draw, GameResult::Unknown]
            .into_iter()
            .find(|result| result.as_str() == text)
    }
}

/// Why a game ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Termination {
    /// The king is in check and there is no way out.
    Checkmate,
    /// A player gave up.
    Resignation,
    /// A clock ran out; a draw where the other side cannot mate.
    TimeForfeit,
    /// Both sides agreed on a draw.
    Agreement,
    /// The side to move has no legal move and is not in check.
    Stalemate,
    /// The same position for the third time.
    ThreefoldRepetition,
    /// Fifty moves of each side without a capture or a pawn's move.
    FiftyMoves,
    /// Neither side can mate with what is left.
    InsufficientMaterial,
    /// A player left and did not come back.
    Abandonment,
    /// The organiser settled the game.
    Adjudication,
    /// The game was called off.
    Aborted,
}

impl Termination {
    /// Every one.
    pub const ALL: [Termination; 11] = [
        Termination::Checkmate,
        Termination::Resignation,
        Termination::TimeForfeit,
        Termination::Agreement,
        Termination::Stalemate,
        Termination::ThreefoldRepetition,
        Termination::FiftyMoves,
        Termination::InsufficientMaterial,
        Termination::Abandonment,
        Termination::Adjudication,
        Termination::Aborted,
    ];

    /// The contract's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Termination::Checkmate => "checkmate",
            Termination::Resignation => "resignation",
            Termination::TimeForfeit => "time_forfeit",
            Termination::Agreement => "agreement",
            Termination::Stalemate => "stalemate",
            Termination::ThreefoldRepetition => "threefold_repetition",
            Termination::FiftyMoves => "fifty_moves",
            Termination::InsufficientMaterial => "insufficient_material",
            Termination::Abandonment => "abandonment",
            Termination::Adjudication => "adjudication",
            Termination::Aborted => "aborted",
        }
    }

    /// Reads what [`as_str`](Self::as_str) wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Termination> {
        Termination::ALL.into_iter().find(|termination| termination.as_str() == text)
    }
}
