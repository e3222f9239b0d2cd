//! A reader of PGN that knows only the standard, not our writer.

use std::collections::BTreeMap;

use shakmaty::{CastlingMode, Chess, Position, fen::Fen, san::SanPlus};

#[derive(Debug)]
pub(crate) struct PgnGame {
    pub(crate) tags: BTreeMap<String, String>,
    /// As UCI, played out on a board of the reader's own.
    pub(crate) moves: Vec<String>,
    pub(crate) position: Chess,
    pub(crate) comments: Vec<String>,
    /// The word at the end of the move text.
    pub(crate) result: String,
}

impl PgnGame {
    pub(crate) fn tag(&self, name: &str) -> &str {
        self.tags.get(name).unwrap_or_else(|| panic!("no tag {name} in {:?}", self.tags))
    }
}

/// Reads every game of a file.
pub(crate) fn read(text: &str) -> Vec<PgnGame> {
    let mut games: Vec<PgnGame> = Vec::new();
    let mut movetext = String::new();
    for line in text.lines() {
        assert!(line.chars().count() <= 255, "the standard's longest line: {line}");
        if line.starts_with('[') {
            if !movetext.is_empty() {
                finish(&mut games, &std::mem::take(&mut movetext));
            }
            let fresh = games.last().is_none_or(|game| !game.result.is_empty());
            if fresh {
                games.push(PgnGame {
                    tags: BTreeMap::new(),
                    moves: Vec::new(),
                    position: Chess::default(),
                    comments: Vec::new(),
                    result: String::new(),
                });
            }
            let (name, value) = tag(line);
            if name == "FEN" {
                let game = games.last_mut().expect("just pushed");
                let chess960 = game.tags.get("Variant").is_some_and(|variant| variant == "Chess960");
                let fen: Fen = value.parse().expect("a FEN");
                game.position = fen.into_position(CastlingMode::from_chess960(chess960)).expect("a position");
            }
            let twice = games.last_mut().expect("just pushed").tags.insert(name.clone(), value);
            assert_eq!(twice, None, "the tag {name} stands there twice");
        } else if !line.is_empty() {
            movetext.push_str(line);
            movetext.push('\n');
        }
    }
    if !movetext.is_empty() {
        finish(&mut games, &movetext);
    }
    games
}

fn tag(line: &str) -> (String, String) {
    let inner = line.strip_prefix('[').and_then(|line| line.strip_suffix("\"]")).expect("a tag");
    let (name, value) = inner.split_once(" \"").expect("a name and a value");
    let mut plain = String::new();
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.push(characters.next().expect("what is escaped")),
            '"' => panic!("a quotation mark that is not escaped: {line}"),
            other => plain.push(other),
        }
    }
    (name.to_owned(), plain)
}

fn finish(games: &mut [PgnGame], movetext: &str) {
    let game = games.last_mut().expect("tags before moves");
    let mut rest = movetext;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once('{') {
        let (comment, after) = after.split_once('}').expect("a comment's end");
        plain.push_str(before);
        game.comments.push(comment.trim().to_owned());
        rest = after;
    }
    plain.push_str(rest);
    for token in plain.split_whitespace() {
        assert_eq!(game.result, "", "nothing comes after the result");
        match token {
            "1-0" | "0-1" | "1/2-1/2" | "*" => token.clone_into(&mut game.result),
            number if number.ends_with('.') => {
                let expected = game.position.fullmoves().to_string();
                assert_eq!(number.trim_end_matches('.'), expected, "the move's number");
            }
            san => {
                let san: SanPlus = san.parse().unwrap_or_else(|_| panic!("{san} is no move"));
                let legal = san.san.to_move(&game.position).unwrap_or_else(|error| panic!("{san}: {error}"));
                assert_eq!(SanPlus::from_move(game.position.clone(), legal), san, "written as it should be");
                game.moves.push(legal.to_uci(game.position.castles().mode()).to_string());
                game.position.play_unchecked(legal);
            }
        }
    }
    assert_ne!(game.result, "", "a game ends with its result");
    assert_eq!(game.result, game.tag("Result"));
    for name in ["Event", "Site", "Date", "Round", "White", "Black", "Result"] {
        game.tag(name);
    }
}
