//! One line of an engine's output. Pure, and never panics: an engine may print what it likes.

use shakmaty::uci::UciMove;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// How much of an engine's text is kept for names and messages, in characters.
const KEPT: usize = 100;

/// An engine's opinion, from the side to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Score {
    /// Hundredths of a pawn; positive is good for the side to move.
    Centipawns(i32),
    /// Moves (not plies) until mate; negative when the side to move is mated.
    Mate(i32),
}

/// What follows `bestmove`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BestMove {
    /// A move in UCI notation; whether it is legal is for the reader to check.
    Move(UciMove),
    /// `(none)` or `0000`: the engine sees no move.
    Nothing,
    /// Neither; clipped and without control characters.
    Unreadable(String),
}

/// A line of output, as far as this program cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UciLine {
    /// `id name …`, clipped and without control characters.
    IdName(String),
    /// `option name … type …`
    Option(UciOption),
    /// `uciok`
    UciOk,
    /// `readyok`
    ReadyOk,
    /// `info … score …` of the best line; bounds and the second and later lines are left out.
    Info(Score),
    /// `bestmove …`
    BestMove(BestMove),
    /// Everything else.
    Ignored,
}

impl UciLine {
    /// Reads one line, with or without its line end.
    pub fn parse(line: &str) -> UciLine {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word {
            "uciok" => UciLine::UciOk,
            "readyok" => UciLine::ReadyOk,
            "bestmove" => UciLine::BestMove(BestMove::parse(rest)),
            "info" => parse_score(rest).map_or(UciLine::Ignored, UciLine::Info),
            "option" => UciOption::parse(rest).map_or(UciLine::Ignored, UciLine::Option),
            "id" => match rest.trim_start().strip_prefix("name ") {
                Some(name) => UciLine::IdName(clip(name)),
                None => UciLine::Ignored,
            },
            _ => UciLine::Ignored,
        }
    }
}

impl BestMove {
    fn parse(rest: &str) -> BestMove {
        let word = rest.split_whitespace().next().unwrap_or("");
        match word.parse() {
            Ok(UciMove::Null) => BestMove::Nothing,
            Ok(mv) => BestMove::Move(mv),
            Err(_) if word == "(none)" => BestMove::Nothing,
            Err(_) => BestMove::Unreadable(clip(word)),
        }
    }
}

fn parse_score(rest: &str) -> Option<Score> {
    let mut score = None;
    let mut words = rest.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            // What follows is moves or prose, in which "score" would mean nothing.
            "pv" | "string" => break,
            "multipv" if words.next() != Some("1") => return None,
            "lowerbound" | "upperbound" => return None,
            "cp" => score = words.next()?.parse().ok().map(Score::Centipawns),
            "mate" => score = words.next()?.parse().ok().map(Score::Mate),
            _ => {}
        }
    }
    score
}

/// An option that an engine says it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UciOption {
    /// As the engine spells it.
    pub name: String,
    /// What values it takes.
    pub kind: OptionKind,
}

/// What values an option takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionKind {
    /// `true` or `false`
    Check,
    /// A whole number within both bounds.
    Spin {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// One of these.
    Combo(Vec<String>),
    /// An action without a value.
    Button,
    /// Any text, an empty one too.
    Text,
}

impl UciOption {
    fn parse(rest: &str) -> Option<UciOption> {
        let (name, after) = rest.trim_start().strip_prefix("name ")?.split_once(" type ")?;
        let number = |key: &str| {
            let mut words = after.split_whitespace();
            words.find(|word| *word == key)?;
            words.next()?.parse().ok()
        };
        let kind = match after.split_whitespace().next()? {
            "check" => OptionKind::Check,
            "spin" => {
                OptionKind::Spin { min: number("min").unwrap_or(i64::MIN), max: number("max").unwrap_or(i64::MAX) }
            }
            "combo" => OptionKind::Combo(after.split(" var ").skip(1).map(clip).collect()),
            "button" => OptionKind::Button,
            "string" => OptionKind::Text,
            _ => return None,
        };
        Some(UciOption { name: clip(name), kind })
    }

    /// Whether this is the option called `name`; UCI asks that case does not matter.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.trim().to_lowercase()
    }

    /// The command that sets this option, without a line end.
    ///
    /// # Errors
    ///
    /// What the option takes instead, to follow the words "it takes".
    pub fn command(&self, value: &str) -> Result<String, String> {
        let value = value.trim();
        if value.chars().any(char::is_control) {
            return Err("text of one line, without control characters".to_owned());
        }
        let (fits, takes) = match &self.kind {
            OptionKind::Check => (value == "true" || value == "false", "true or false".to_owned()),
            OptionKind::Spin { min, max } => (
                value.parse::<i64>().is_ok_and(|number| (*min..=*max).contains(&number)),
                format!("a whole number from {min} to {max}"),
            ),
            OptionKind::Combo(choices) => (
                choices.iter().any(|choice| choice.eq_ignore_ascii_case(value)),
                format!("one of {}", choices.join(", ")),
            ),
            OptionKind::Button => (value.is_empty(), "no value".to_owned()),
            OptionKind::Text => (true, String::new()),
        };
        match (fits, &self.kind) {
            (false, _) => Err(takes),
            (true, OptionKind::Button) => Ok(format!("setoption name {}", self.name)),
            (true, _) => Ok(format!("setoption name {} value {value}", self.name)),
        }
    }
}

/// Makes an engine's text fit for a log line or a web page's text node: nothing that is invisible or turns a line around.
pub(super) fn fit(text: &str) -> String {
    let shown = |c: &char| {
        c.general_category_group() != GeneralCategoryGroup::Other
            && !matches!(c.general_category(), GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator)
    };
    text.trim().chars().filter(shown).collect()
}

fn clip(text: &str) -> String {
    fit(text).chars().take(KEPT).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(line: &str, expected: UciLine) {
        assert_eq!(UciLine::parse(line), expected, "{line:?}");
    }

    fn option(line: &str) -> UciOption {
        match UciLine::parse(line) {
            UciLine::Option(option) => option,
            other => panic!("{line:?} is {other:?}"),
        }
    }

    #[test]
    fn greetings() {
        check("uciok\r\n", UciLine::UciOk);
        check("  readyok ", UciLine::ReadyOk);
        check("id name Stockfish 15.1\n", UciLine::IdName("Stockfish 15.1".to_owned()));
        check("id name red\x1b[31m", UciLine::IdName("red[31m".to_owned()));
        check("id name a\u{202e}b\u{200b}c\u{2028}d e", UciLine::IdName("abcd e".to_owned()));
        check("id author T. Romstad", UciLine::Ignored);
        check("uciokay", UciLine::Ignored);
        check("", UciLine::Ignored);
    }

    #[test]
    fn best_moves() {
        let best = |line: &str, expected| check(line, UciLine::BestMove(expected));
        let uci = |text: &str| text.parse::<UciMove>().expect("a move");
        best("bestmove e2e4", BestMove::Move(uci("e2e4")));
        best("bestmove a7a8q ponder b2b1n", BestMove::Move(uci("a7a8q")));
        best("bestmove (none)", BestMove::Nothing);
        best("bestmove 0000", BestMove::Nothing);
        best("bestmove NULL", BestMove::Unreadable("NULL".to_owned()));
        best("bestmove", BestMove::Unreadable(String::new()));
    }

    #[test]
    fn scores() {
        check("info depth 8 score cp -31 nodes 5 pv e2e4 cp 9", UciLine::Info(Score::Centipawns(-31)));
        check("info score mate 3 wdl 1000 0 0", UciLine::Info(Score::Mate(3)));
        check("info depth 9 multipv 1 score cp 7", UciLine::Info(Score::Centipawns(7)));
        check("info depth 9 multipv 2 score cp 7", UciLine::Ignored);
        check("info depth 9 score cp 70 lowerbound", UciLine::Ignored);
        check("info string score cp 12", UciLine::Ignored);
        check("info score cp 99999999999", UciLine::Ignored);
        check("info score cp", UciLine::Ignored);
    }

    #[test]
    fn options_of_every_type() {
        let kind = |line: &str| option(line).kind;
        assert_eq!(kind("option name Ponder type check default false"), OptionKind::Check);
        assert_eq!(
            kind("option name Skill Level type spin default 20 min 0 max 20"),
            OptionKind::Spin { min: 0, max: 20 }
        );
        assert_eq!(
            kind("option name Style type combo default Normal var Solid var Very Risky"),
            OptionKind::Combo(vec!["Solid".to_owned(), "Very Risky".to_owned()])
        );
        assert_eq!(kind("option name Clear Hash type button"), OptionKind::Button);
        assert_eq!(kind("option name EvalFile type string default <empty>"), OptionKind::Text);
        check("option name Odd type colour", UciLine::Ignored);
        check("option", UciLine::Ignored);
    }

    #[test]
    fn options_take_only_what_they_advertise() {
        let level = option("option name Skill Level type spin default 20 min 0 max 20");
        assert!(level.is_called("skill level"));
        assert!(!level.is_called("skill"));
        assert_eq!(level.command("5"), Ok("setoption name Skill Level value 5".to_owned()));
        assert_eq!(level.command("21"), Err("a whole number from 0 to 20".to_owned()));
        assert!(level.command("high").is_err());
        let file = option("option name EvalFile type string default <empty>");
        assert!(file.command("a.nnue\nsetoption name Debug Log File value /x").is_err());
        let button = option("option name Clear Hash type button");
        assert_eq!(button.command(""), Ok("setoption name Clear Hash".to_owned()));
        assert!(button.command("now").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_line(text in any::<String>(), word in "(info|id|option|bestmove) ?") {
            UciLine::parse(&text);
            UciLine::parse(&format!("{word}{text}"));
            UciLine::parse(&format!("option name {text} type combo var {text}"));
        }

        #[test]
        fn any_bytes_are_a_line(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            UciLine::parse(&String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn a_command_is_one_line(name in any::<String>(), value in any::<String>()) {
            let option = UciLine::parse(&format!("option name {name} type string"));
            if let UciLine::Option(option) = option
                && let Ok(command) = option.command(&value)
            {
                prop_assert!(!command.chars().any(char::is_control), "{:?}", command);
            }
        }

        #[test]
        fn a_written_score_is_read_back(cp in any::<i32>()) {
            let line = format!("info depth 3 seldepth 4 score cp {cp} nodes 17");
            prop_assert_eq!(UciLine::parse(&line), UciLine::Info(Score::Centipawns(cp)));
        }
    }
}
