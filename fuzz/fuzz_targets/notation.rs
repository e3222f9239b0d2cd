//! Positions and moves as text: a FEN and, in the lines after it, moves. What can be read comes back the same through our
//! own writing, and a move is understood if and only if it is legal.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use shakmaty::{
    CastlingMode, Chess, EnPassantMode, Position, fen::Fen, san::SanPlus, uci::UciMove, zobrist::Zobrist64,
};
use simultan_fuzz::{engine::Question, rules::fen_of};

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let Some(position) = lines.next().and_then(read) else { return };
    check_position(&position);
    let mut now = position.clone();
    let mut moves = Vec::new();
    for line in lines.take(32) {
        let Some(played) = understood(&now, line) else { continue };
        now.play_unchecked(played.to_move(&now).expect("a legal move"));
        moves.push(played);
        check_position(&now);
    }
    let question = Question::new(position, &moves, std::time::Duration::from_secs(1)).expect("legal moves");
    assert_eq!(question.position(), &now);
});

fn read(fen: &str) -> Option<Chess> {
    fen.parse::<Fen>().ok()?.into_position(CastlingMode::Standard).ok()
}

fn hash(position: &Chess) -> u64 {
    position.zobrist_hash::<Zobrist64>(EnPassantMode::Legal).0
}

fn check_position(position: &Chess) {
    let written = fen_of(position);
    assert!(written.is_ascii() && !written.contains(char::is_control) && written.len() <= 92, "{written:?}");
    let again = read(&written).unwrap_or_else(|| panic!("{written} can't be read again"));
    assert_eq!((fen_of(&again), hash(&again)), (written, hash(position)));
    let legal = position.legal_moves();
    let (mut ucis, mut sans) = (BTreeSet::new(), BTreeSet::new());
    for &mv in &legal {
        let uci = mv.to_uci(CastlingMode::Standard);
        for way in [uci, mv.to_uci(CastlingMode::Chess960)] {
            assert_eq!(way.to_string().parse::<UciMove>().ok().and_then(|way| way.to_move(position).ok()), Some(mv));
        }
        let san = SanPlus::from_move(position.clone(), mv);
        let read: SanPlus = san.to_string().parse().expect("our own writing");
        assert_eq!(read.san.to_move(position).ok(), Some(mv), "{san}");
        // The stored hash tells moves apart that lead to different positions.
        let after = position.clone().play(mv).expect("a legal move");
        assert_ne!(hash(&after), hash(position));
        ucis.insert(uci.to_string());
        sans.insert(san.to_string());
    }
    assert_eq!((ucis.len(), sans.len()), (legal.len(), legal.len()), "no two moves are written alike");
}

/// A move in either notation, if it is legal here.
fn understood(position: &Chess, text: &str) -> Option<UciMove> {
    let legal = position.legal_moves();
    let uci = text.parse::<UciMove>().ok();
    if let Some(mv) = uci.and_then(|uci| uci.to_move(position).ok()) {
        assert!(legal.contains(&mv), "{text} is not legal");
        return uci;
    }
    let mv = text.parse::<SanPlus>().ok()?.san.to_move(position).ok()?;
    assert!(legal.contains(&mv), "{text} is not legal");
    Some(mv.to_uci(CastlingMode::Standard))
}
