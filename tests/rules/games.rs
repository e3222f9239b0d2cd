//! Games that were really played, and some that were composed.

use std::{fs, path::Path};

use shakmaty::{Chess, Position, san::SanPlus, uci::UciMove};
use simultan::rules::{GameStatus, Millis, fen_of};

use super::{pgn, play, started};

#[test]
fn whole_games_are_played_as_the_books_have_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/games");
    let mut files = 0;
    for file in fs::read_dir(folder).expect("the games") {
        let path = file.expect("a file").path();
        for book in pgn::read(&fs::read_to_string(&path).expect("text")) {
            files += 1;
            follow(&book);
        }
    }
    assert!(files >= 9, "only {files} games were found");
}

fn follow(book: &pgn::PgnGame) {
    let name = book.tag("Event");
    let mut game = started();
    let mut position = Chess::default();
    let mut end = None;
    for (ply, uci) in (1..).zip(&book.moves) {
        assert_eq!(end, None, "{name} goes on after ply {}", ply - 1);
        let uci: UciMove = uci.parse().expect("a move");
        let legal = uci.to_move(&position).expect("a legal move");
        let san = SanPlus::from_move_and_play_unchecked(&mut position, legal);
        let (played, ended) = play(&mut game, uci, Millis::ZERO);
        assert_eq!((played.ply, played.uci, played.san(), played.turn), (ply, uci, san, position.turn()), "{name}");
        assert_eq!(played.fen(), fen_of(&position), "{name}");
        end = ended;
    }
    let (result, termination) = end.unwrap_or_else(|| panic!("{name} has no end"));
    assert_eq!((result.as_str(), termination.as_str()), (&*book.result, book.tag("Termination")), "{name}");
    assert_eq!(game.status(), GameStatus::Ended(result, termination));
    assert_eq!(*game.position(), book.position);
    assert_eq!(game.moves().map(|uci| uci.to_string()).collect::<Vec<_>>(), book.moves);
}
