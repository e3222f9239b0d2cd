//! How an engine is held to a strength.

use super::line::{OptionKind, UciOption};

/// UCI's own words for it.
const LIMIT: &str = "UCI_LimitStrength";
const ELO: &str = "UCI_Elo";

/// The commands, without line ends, that hold an engine with these options to `elo`, or to what in its range is nearest;
/// `None` where it can't be held to any.
pub(super) fn commands(options: &[UciOption], elo: u32) -> Option<[String; 2]> {
    let option = |name| options.iter().find(|option| option.is_called(name));
    let (limit, strength) = (option(LIMIT)?, option(ELO)?);
    let OptionKind::Spin { min, max } = strength.kind else { return None };
    // What an engine says of itself may be any nonsense.
    let elo = i64::from(elo).min(max).max(min);
    Some([limit.command("true").ok()?, strength.command(&elo.to_string()).ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::line::UciLine;

    fn held(lines: &[&str], elo: u32) -> Option<[String; 2]> {
        let options = lines.iter().map(|line| match UciLine::parse(line) {
            UciLine::Option(option) => option,
            other => panic!("{line:?} is {other:?}"),
        });
        commands(&options.collect::<Vec<_>>(), elo)
    }

    #[test]
    fn an_engine_is_held_to_what_it_can_be_held_to() {
        let limit = "option name UCI_LimitStrength type check default false";
        let elo = "option name UCI_Elo type spin default 1350 min 1350 max 2850";
        for (wished, set) in [(1800, "1800"), (1, "1350"), (4000, "2850")] {
            let commands = held(&[limit, elo], wished).expect("it can");
            let expected = [
                "setoption name UCI_LimitStrength value true".to_owned(),
                format!("setoption name UCI_Elo value {set}"),
            ];
            assert_eq!(commands, expected);
        }
        for lines in [&[limit][..], &[elo], &[], &[limit, "option name UCI_Elo type string"]] {
            assert_eq!(held(lines, 1800), None);
        }
        let upside_down = "option name UCI_Elo type spin default 0 min 9 max 1";
        assert_eq!(held(&[limit, upside_down], 1800), None);
    }
}
