//! What the house engine plays: littlewing's search, made weaker by level, checked by shakmaty.
//!
//! # Levels
//!
//! littlewing has no notion of strength, and a lower depth alone is too coarse (one ply wins a fifth,
//! three plies nearly all games against a 1350). `Skill Level` L therefore means two things:
//!
//! | L | looks at most | plays a random legal move |
//! |---|---|---|
//! | 0 to 9 | L/2 + 1 plies ahead | in 40 − 4 L of 100 positions |
//! | 10 to 19 | L/2 + 1 plies ahead | never |
//! | 20 | as far as time allows | never |
//!
//! Chance depends on `Seed` and the position only: the same seed makes the same blunders, in whatever
//! order its games are played.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use littlewing::chess::{Clock, FEN, Game, PieceMoveGenerator, PieceMoveNotation, Search};
use shakmaty::fen::Fen;
use shakmaty::uci::UciMove;
use shakmaty::zobrist::Zobrist64;
use shakmaty::{Bitboard, CastlingMode, Chess, EnPassantMode, Move, Position};

use crate::engine::line::Score;

/// About how strong each level is, in Elo. Levels 4 to 14 have played Stockfish 15.1 held to an Elo of its own, the lower ones
/// the levels above them: twenty games each at 100 ms a move, so that some dozens either way are chance. What lies between
/// them, and above 14, is drawn on.
const ELO_OF_LEVEL: [u32; 21] = [
    580, 730, 880, 950, 1010, 1150, 1280, 1360, 1440, 1630, 1850, 1870, 1890, 1910, 1930, 1950, 1970, 1990, 2010, 2030,
    2100,
];

/// The level that is nearest to a strength.
pub(super) fn level_of(elo: u32) -> u8 {
    let levels = (0..).zip(ELO_OF_LEVEL);
    levels.min_by_key(|(_, strength)| strength.abs_diff(elo)).map_or(20, |(level, _)| level)
}

/// littlewing stops 50 ms early, to have time for a front that we do not use.
const HELD_BACK_MS: u64 = 45;
/// Its arrays end at 128 plies, and it extends lines beyond the nominal depth.
const MAX_DEPTH: i8 = 100;
/// Longer than any search, short enough that littlewing's sums do not overflow.
const FOREVER_MS: u64 = u64::MAX / 4;
/// littlewing's score for being mated now; each ply until then takes one off.
const MATE: i32 = 29_999;

/// How many moves without capture or pawn move littlewing hears of: all before a draw can be claimed. It
/// has room for 1,024 positions and counts such moves in a byte.
const KEPT: usize = 100;

/// A position with what led to it since the last move that cannot be taken back: as much as can still be
/// repeated.
#[derive(Debug, Clone)]
pub(super) struct Line {
    since: Chess,
    moves: Vec<UciMove>,
    position: Chess,
}

impl Line {
    /// Reads what follows `position`; `None` unless all of it is legal.
    pub(super) fn parse(rest: &str, mode: CastlingMode) -> Option<Line> {
        let (setup, moves) = rest.split_once("moves").unwrap_or((rest, ""));
        let since: Chess = match setup.trim() {
            "startpos" => Chess::default(),
            setup => {
                let fen: Fen = setup.strip_prefix("fen")?.trim().parse().ok()?;
                fen.into_position(mode).ok()?
            }
        };
        let mut line = Line { position: since.clone(), moves: Vec::new(), since };
        for word in moves.split_whitespace() {
            let mv = word.parse::<UciMove>().ok()?.to_move(&line.position).ok()?;
            line.position.play_unchecked(mv);
            line.moves.push(UciMove::from_standard(mv));
            // littlewing knows castling from the usual squares alone.
            let unknown = mv.is_castle() && mode.is_chess960();
            if unknown || line.position.halfmoves() == 0 || line.moves.len() > KEPT {
                line.moves.clear();
                line.since = line.position.clone();
            }
        }
        Some(line)
    }

    pub(super) fn white_to_move(&self) -> bool {
        self.position.turn().is_white()
    }

    /// A legal move, and a score if it was searched for; `None` only if there is no legal move.
    pub(super) fn find(&self, limits: &Limits, level: u8, seed: u64, stop: &Arc<AtomicBool>) -> Option<Found> {
        let legal = self.position.legal_moves();
        let first = *legal.first()?;
        let here = self.position.zobrist_hash::<Zobrist64>(EnPassantMode::Legal).0;
        let chance = mix(seed ^ here);
        if chance % 100 < blunders(level) {
            let any = mix(chance) % legal.len() as u64;
            return Some(Found { mv: legal[any as usize], score: None });
        }
        let depth = limits.depth.min(plies(level));
        // A bug in the search shall cost a move's quality, not the game.
        let searched = catch_unwind(AssertUnwindSafe(|| self.search(limits.millis, depth, stop)));
        let legal = searched.ok().flatten().and_then(|(lan, score)| {
            let mv = lan.parse::<UciMove>().ok()?.to_move(&self.position).ok()?;
            Some(Found { mv, score: Some(score) })
        });
        Some(legal.unwrap_or(Found { mv: first, score: None }))
    }

    fn search(&self, millis: u64, depth: i8, stop: &Arc<AtomicBool>) -> Option<(String, Score)> {
        let mut setup = self.since.to_setup(EnPassantMode::Legal);
        if self.since.castles().mode().is_chess960() {
            // littlewing would take them for the usual ones: it never castles here, and does not see that others may.
            setup.castling_rights = Bitboard::EMPTY;
        }
        setup.halfmoves = setup.halfmoves.min(KEPT as u32);
        let fen = Fen::try_from(setup).ok()?;
        let mut game = Game::from_fen(&fen.to_string()).ok()?;
        for uci in &self.moves {
            let mv = game.move_from_lan(&uci.to_string());
            game.make_move(mv);
        }
        game.clock = clock(millis, Arc::clone(stop));
        let mv = game.search(1..depth + 1)?;
        let root = game.positions.top().hash;
        let score = game.tt.get(root).map_or(0, |entry| i32::from(entry.score()));
        Some((mv.to_lan(), spoken(score)))
    }
}

/// What a search came to.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) mv: Move,
    pub(super) score: Option<Score>,
}

#[derive(Debug)]
pub(super) struct Limits {
    millis: u64,
    depth: i8,
    /// Neither time nor depth ends the search.
    pub(super) infinite: bool,
}

impl Limits {
    /// Reads what follows `go`; what it does not know it leaves aside.
    pub(super) fn parse(rest: &str, white: bool) -> Limits {
        let number = |key: &str| {
            let mut words = rest.split_whitespace();
            words.find(|word| *word == key)?;
            words.next()?.parse::<u64>().ok()
        };
        let (time, increment) = if white { ("wtime", "winc") } else { ("btime", "binc") };
        let share = number(time).map(|left| left / 30 + number(increment).unwrap_or(0) / 2);
        let (millis, depth) = (number("movetime").or(share), number("depth"));
        Limits {
            millis: millis.unwrap_or(FOREVER_MS).min(FOREVER_MS),
            depth: depth.map_or(MAX_DEPTH, |depth| depth.clamp(1, MAX_DEPTH as u64) as i8),
            infinite: millis.is_none() && depth.is_none(),
        }
    }
}

/// Without its `std` feature littlewing's clock stands still, so it is given one.
fn clock(millis: u64, stop: Arc<AtomicBool>) -> Clock {
    #[expect(clippy::disallowed_methods, reason = "this process has no tokio, whose clock could be paused")]
    let begun = Instant::now();
    let first = AtomicBool::new(true);
    let mut clock = Clock::new(1, millis + HELD_BACK_MS);
    clock.system_time = Arc::new(move || {
        // The first reading is the start. It must be the start for a search that is stopped before it
        // has begun, too: littlewing's own flag would be cleared by then.
        if first.swap(false, Ordering::Relaxed) {
            0
        } else if stop.load(Ordering::Acquire) {
            u128::from(FOREVER_MS) * 2
        } else {
            begun.elapsed().as_millis()
        }
    });
    clock
}

fn plies(level: u8) -> i8 {
    if level >= 20 { MAX_DEPTH } else { level as i8 / 2 + 1 }
}

/// In how many of 100 positions a random move is played.
fn blunders(level: u8) -> u64 {
    40_u64.saturating_sub(4 * u64::from(level))
}

/// splitmix64's last step: neighbouring numbers come out unrelated.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn spoken(score: i32) -> Score {
    let plies = MATE - score.abs();
    if plies > 128 { Score::Centipawns(score) } else { Score::Mate(score.signum() * (plies + 1) / 2) }
}

#[cfg(test)]
mod tests {
    use super::{super::uci::answer, *};

    fn line(text: &str) -> Line {
        Line::parse(text, CastlingMode::Standard).expect("a legal position")
    }

    fn find(text: &str, go: &str, level: u8, seed: u64) -> Option<Found> {
        let game = line(text);
        let limits = Limits::parse(go, game.white_to_move());
        game.find(&limits, level, seed, &Arc::new(AtomicBool::new(false)))
    }

    #[test]
    fn a_line_keeps_only_what_can_be_repeated() {
        let game = line("startpos moves g1f3 g8f6 f3g1 f6g8 e2e4 b8c6 g1f3");
        assert_eq!(game.moves.len(), 2);
        assert_eq!(game.since.fullmoves().get(), 3);
        assert!(Line::parse("startpos moves e2e5", CastlingMode::Standard).is_none());
        assert!(Line::parse("fen 8/8/8/8/8/8/8/8 w - - 0 1", CastlingMode::Standard).is_none());
        assert!(Line::parse("", CastlingMode::Standard).is_none());
    }

    #[test]
    fn a_mate_is_found_and_announced() {
        let back_rank = "fen 6k1/5ppp/8/8/8/8/8/K3R3 w - - 0 1";
        let found = find(back_rank, "depth 4", 20, 1).expect("a move");
        assert_eq!(answer(Some(found), CastlingMode::Standard), "info score mate 1\nbestmove e1e8");
    }

    #[test]
    fn a_mated_side_has_no_move() {
        let fools_mate = "startpos moves f2f3 e7e5 g2g4 d8h4";
        assert_eq!(answer(find(fools_mate, "movetime 10", 20, 1), CastlingMode::Standard), "bestmove (none)");
    }

    #[test]
    fn castling_is_written_in_two_steps() {
        let game = line("fen r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1 moves e1h1 e8a8");
        assert_eq!(game.moves, ["e1g1", "e8c8"].map(|uci| uci.parse::<UciMove>().expect("a move")));
        assert!(game.search(FOREVER_MS, 3, &Arc::default()).is_some());
    }

    #[test]
    fn a_search_stopped_before_it_began_still_ends_with_a_move() {
        let game = line("startpos");
        let limits = Limits::parse("infinite", true);
        assert!(limits.infinite);
        assert!(game.find(&limits, 20, 1, &Arc::new(AtomicBool::new(true))).is_some());
    }

    #[test]
    fn movetime_ends_a_search_that_depth_would_not() {
        assert!(find("startpos", "movetime 20 depth 90", 20, 1).is_some());
    }

    #[test]
    fn limits_of_every_kind() {
        let limits = Limits::parse("wtime 60000 btime 30000 binc 2000", false);
        assert_eq!((limits.millis, limits.infinite), (2000, false));
        let limits = Limits::parse("depth 999", true);
        assert_eq!((limits.millis, limits.depth), (FOREVER_MS, MAX_DEPTH));
        assert_eq!(Limits::parse("movetime 70", true).millis, 70);
    }

    #[test]
    fn levels_rise_without_a_step_back() {
        for level in 0..20 {
            assert!(plies(level) <= plies(level + 1), "{level}");
            assert!(blunders(level) >= blunders(level + 1), "{level}");
        }
        assert_eq!((plies(0), blunders(0), blunders(10)), (1, 40, 0));
    }

    #[test]
    fn the_same_seed_makes_the_same_blunders() {
        let played = |seed| {
            let openings = ["e2e4", "d2d4", "c2c4", "g1f3", "b1c3", "g2g3", "b2b3", "f2f4"];
            openings.map(|mv| find(&format!("startpos moves {mv}"), "depth 1", 0, seed).map(|found| found.mv))
        };
        assert_eq!(played(7), played(7));
        assert_ne!(played(7), played(8));
    }

    #[test]
    fn long_games_fit() {
        for times in [24, 25, 50, 63, 300] {
            let shuffle = "g1f3 g8f6 f3g1 f6g8 ".repeat(times);
            let found = find(&format!("startpos moves {shuffle}"), "depth 2", 20, 1);
            assert!(found.is_some_and(|found| found.score.is_some()), "{times}");
        }
        let found = find("fen 4k3/8/8/8/8/8/8/4K2R w K - 250 300 moves e1g1 e8d8", "depth 2", 20, 1);
        assert!(found.is_some_and(|found| found.score.is_some()));
    }
}
