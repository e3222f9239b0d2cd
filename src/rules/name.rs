//! A player's name, as it is shown to everybody in the hall.

use std::{fmt, sync::Arc};

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

const LONGEST: usize = 32;
/// Letters and symbols that show nothing: the Hangul fillers and the empty Braille pattern.
const BLANK: [char; 5] = ['\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}'];

/// Whether a character shows itself, and nothing but itself: no control, zero-width, text direction or line separator.
#[must_use]
pub fn is_visible(c: char) -> bool {
    match c.general_category_group() {
        GeneralCategoryGroup::Other => false,
        _ if BLANK.contains(&c) => false,
        GeneralCategoryGroup::Separator => c == ' ',
        _ => true,
    }
}

/// A name that can be shown anywhere: 1 to 32 visible characters, normalised (NFC), without spaces at its ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlayerName(Arc<str>);

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 32 visible characters, without control or invisible ones")]
pub struct BadName;

impl PlayerName {
    /// Reads a name. Invisible characters (controls, zero-width, text direction) are refused, since two players could
    /// look alike by them and a line of text could be turned around.
    pub fn parse(text: &str) -> Result<PlayerName, BadName> {
        // Each character can become no more than three by composition, so a longer text cannot shrink to a name.
        let text = text.trim();
        if text.chars().take(3 * LONGEST + 1).count() > 3 * LONGEST {
            return Err(BadName);
        }
        let name: String = text.nfc().collect();
        let length = name.chars().count();
        let marks_only = name.chars().all(|c| c == ' ' || c.general_category_group() == GeneralCategoryGroup::Mark);
        if length == 0 || length > LONGEST || marks_only || !name.chars().all(is_visible) {
            return Err(BadName);
        }
        Ok(PlayerName(name.into()))
    }

    /// This name, or if `taken` says that somebody has it, the same with the first free number behind it.
    #[must_use]
    pub fn distinct(&self, taken: impl Fn(&PlayerName) -> bool) -> PlayerName {
        if !taken(self) {
            return self.clone();
        }
        (2u64..)
            .map(|number| {
                let suffix = format!(" {number}");
                let room = LONGEST - suffix.len();
                let stem: String = self.0.chars().take(room).collect();
                PlayerName(format!("{}{suffix}", stem.trim_end()).into())
            })
            .find(|name| !taken(name))
            .expect("fewer than 2^64 players")
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlayerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_normalised() {
        assert_eq!(PlayerName::parse("  Ada \n").expect("a name").as_str(), "Ada");
        assert_eq!(PlayerName::parse("Jose\u{301}").expect("a name").as_str(), "Jos\u{e9}");
        assert!(PlayerName::parse(&"é".repeat(32)).is_ok());
        assert!(PlayerName::parse("♞🐴 Мария").is_ok());
    }

    #[test]
    fn what_cannot_be_seen_is_no_name() {
        let long = "😀".repeat(10_000);
        for text in [
            "",
            "   ",
            "a\u{0}b",
            "a\nb",
            "\u{202e}evil",
            "\u{200b}",
            "a\u{200d}b",
            "\u{301}",
            "\u{3164}",
            "\u{2800}",
            &"x".repeat(33),
            &long,
        ] {
            assert_eq!(PlayerName::parse(text), Err(BadName), "{text:?}");
        }
    }

    #[test]
    fn the_same_name_twice_gets_a_number() {
        let ada = PlayerName::parse("Ada").expect("a name");
        let mut seated = vec![ada.clone()];
        for expected in ["Ada 2", "Ada 3"] {
            let name = ada.distinct(|name| seated.contains(name));
            assert_eq!(name.as_str(), expected);
            seated.push(name);
        }
        let long = PlayerName::parse(&"x".repeat(32)).expect("a name");
        let second = long.distinct(|name| *name == long);
        assert_eq!(second.as_str().chars().count(), 32);
        assert!(second.as_str().ends_with(" 2"));
    }
}
