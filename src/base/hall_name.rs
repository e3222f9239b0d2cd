//! What a hall is called where many publish to one log.

use std::{fmt, str::FromStr, sync::Arc};

/// A hall's name: a part of subjects in NATS, of files and of host names, so that it is 1 to 32 lower-case letters, digits
/// and hyphens, and neither begins nor ends with a hyphen. Two names are those of others who speak with NATS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HallName(Arc<str>);

/// Why something is no hall's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a hall's name is 1 to 32 lower-case letters, digits and hyphens, like club7, with no hyphen at either end, and not \
     gallery or admin"
)]
pub struct NoHallName;

impl HallName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HallName {
    type Err = NoHallName;

    fn from_str(text: &str) -> Result<HallName, NoHallName> {
        let letters = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        let ends = text.starts_with('-') || text.ends_with('-');
        let taken = ["gallery", "admin"].contains(&text);
        if !(1..=32).contains(&text.len()) || !letters || ends || taken {
            return Err(NoHallName);
        }
        Ok(HallName(text.into()))
    }
}

impl fmt::Display for HallName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_into_a_subject_a_file_and_a_host() {
        for name in ["a", "club7", "stade-de-lyon", &"x".repeat(32)] {
            assert_eq!(name.parse().as_ref().map(HallName::as_str), Ok(name));
        }
        for name in ["", "Club", "club.7", "club*", "-a", "a-", "../x", "ä", "gallery", "admin", &"x".repeat(33)] {
            assert_eq!(name.parse::<HallName>(), Err(NoHallName), "{name}");
        }
    }
}
