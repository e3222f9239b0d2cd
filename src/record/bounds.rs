//! How long texts and spans can be in a record, whoever wrote it. The entrance lets in nothing that is longer; a record that
//! comes from another machine is looked at again. Pure.

use super::{
    event::{Announcement, Kind},
    program::{Evening, Program},
};
use crate::rules::{MOST_PASSES, Millis, is_visible};

/// The most characters of a name of an exhibition or a master.
const NAME: usize = 80;
/// The most characters of what everybody is told, line breaks among them.
const TEXT: usize = 2000;
/// No span of an exhibition is longer.
const SPAN: Millis = Millis(400 * 24 * 60 * 60 * 1000);
/// No date is later: the year 2286, in Unix milliseconds.
const DATE: u64 = 10_000_000_000_000;

/// What is beyond any bound in settings, if anything is.
#[must_use]
pub fn beyond(program: &Program) -> Option<&'static str> {
    let Program { name, master, late_rounds, passes, grace, think, created_at, evening, .. } = program;
    let Evening { text, elo, code, starts_at, closes_after, absent_after, delay, .. } = evening;
    let spans = [Some(*grace), Some(*think), Some(*delay), *closes_after, *absent_after];
    let dates = [Some(*created_at), *starts_at];
    if !is_line(name, NAME) || !is_line(master, NAME) || code.as_ref().is_some_and(|code| !is_line(code, 12)) {
        return Some("a name that is too long or can't be shown");
    }
    if !is_text(text) {
        return Some("a text that is too long or can't be shown");
    }
    if spans.into_iter().flatten().any(|span| span > SPAN) || dates.into_iter().flatten().any(|date| date > DATE) {
        return Some("a time beyond all bounds");
    }
    let large =
        *late_rounds > 1000 || passes.is_some_and(|passes| passes > MOST_PASSES) || elo.is_some_and(|elo| elo > 4000);
    large.then_some("a number beyond all bounds")
}

/// Whether a time of an exhibition's own is one that can be.
#[must_use]
pub fn is_time(at: Millis) -> bool {
    at <= SPAN
}

/// What is beyond any bound in an event that comes `at` the exhibition's own time and was stored at `wall`, if anything is.
#[must_use]
pub fn beyond_in(kind: &Kind, at: Millis, wall: u64) -> Option<&'static str> {
    if !is_time(at) || wall > DATE {
        return Some("a time beyond all bounds");
    }
    match kind {
        Kind::Changed(program) => beyond(program),
        Kind::Announced(Announcement { text, .. }) if text.as_ref().is_some_and(|text| !is_text(text)) => {
            Some("a text that is too long or can't be shown")
        }
        _ => None,
    }
}

fn is_line(text: &str, most: usize) -> bool {
    text.chars().take(most + 1).count() <= most && text.chars().all(is_visible)
}

fn is_text(text: &str) -> bool {
    text.chars().take(TEXT + 1).count() <= TEXT && text.chars().all(|c| c == '\n' || is_visible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_entrance_lets_in_is_within_and_the_rest_is_not() {
        let usual = Program::of_a_test();
        assert_eq!(beyond(&usual), None);
        let evening = |evening| Program { evening, ..usual.clone() };
        for (program, why) in [
            (Program { name: "x".repeat(81).into(), ..usual.clone() }, "name"),
            (Program { master: "a\u{202e}b".into(), ..usual.clone() }, "name"),
            (Program { think: Millis(u64::MAX), ..usual.clone() }, "time"),
            (Program { created_at: u64::MAX, ..usual.clone() }, "time"),
            (Program { late_rounds: u32::MAX, ..usual.clone() }, "number"),
            (evening(Evening { text: "x".repeat(2001).into(), ..usual.evening.clone() }), "text"),
            (evening(Evening { starts_at: Some(u64::MAX), ..usual.evening.clone() }), "time"),
        ] {
            let found = beyond(&program);
            assert!(found.is_some_and(|found| found.contains(why)), "{why}: {found:?}");
            let changed = Kind::Changed(program.into());
            assert_eq!(beyond_in(&changed, Millis::ZERO, 0), found);
        }
        assert!(beyond_in(&Kind::Continued, Millis(u64::MAX), 0).is_some());
        assert!(beyond_in(&Kind::Continued, Millis::ZERO, u64::MAX).is_some());
    }
}
