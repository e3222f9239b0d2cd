//! What happens by itself in the course of an evening, and when. Pure.

use crate::{
    record::{event::Stage, program::Program, view::View},
    rules::Millis,
};

/// How long before the start everybody is asked to be at their board.
const CHECK_BEFORE: u64 = 5 * 60_000;
/// How long before the end everybody is told of it.
const WARNINGS: [Millis; 2] = [Millis(15 * 60_000), Millis(5 * 60_000)];

/// Something that is to happen by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Everybody is told that the games begin soon, in Unix milliseconds.
    Check(u64),
    /// The games begin.
    Start,
    /// Everybody is told when no visit begins any more.
    Warn(Millis),
    /// No visit begins any more.
    Close,
}

/// When the next thing is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// At a date, in Unix milliseconds.
    Date(u64),
    /// In the exhibition's own time.
    Own(Millis),
}

/// What has happened already.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Agenda {
    /// For which start everybody was asked to be there.
    checked: Option<u64>,
    /// For which end, and when last, everybody was told of it.
    warned: Option<(Millis, Millis)>,
}

/// How an exhibition stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'a> {
    pub(super) program: &'a Program,
    pub(super) stage: Stage,
    /// When the games began, in the exhibition's own time.
    pub(super) started: Option<Millis>,
    /// Whether anybody has a seat.
    pub(super) seated: bool,
    pub(super) closed: bool,
}

impl Standing<'_> {
    fn closes(&self) -> Option<Millis> {
        let closes = self.started?.plus(self.program.evening.closes_after?);
        (self.stage == Stage::Running && !self.closed).then_some(closes)
    }

    fn starts(&self) -> Option<u64> {
        self.program.evening.starts_at.filter(|_| self.stage == Stage::Open)
    }
}

impl Agenda {
    /// What has happened by itself in `view`.
    pub(super) fn of(view: &View) -> Agenda {
        let closes = view.announcement.closes;
        Agenda { checked: view.announcement.starts_at, warned: closes.map(|closes| (closes, view.at)) }
    }

    /// What is to happen at `date` and `now`, if anything is.
    pub(super) fn due(&mut self, at: Standing<'_>, date: u64, now: Millis) -> Option<Step> {
        if let Some(starts) = at.starts() {
            if starts <= date {
                return at.seated.then_some(Step::Start);
            }
            if starts.saturating_sub(CHECK_BEFORE) <= date && self.checked != Some(starts) {
                self.checked = Some(starts);
                return Some(Step::Check(starts));
            }
        }
        let closes = at.closes()?;
        if closes <= now {
            return Some(Step::Close);
        }
        if self.next_warning(closes).is_some_and(|warning| warning <= now) {
            self.warned = Some((closes, now));
            return Some(Step::Warn(closes));
        }
        None
    }

    /// When to look again.
    pub(super) fn next(&self, at: Standing<'_>) -> Option<When> {
        if let Some(starts) = at.starts() {
            let checked = self.checked == Some(starts);
            // Once it is time, the first who sits down begins.
            return Some(When::Date(if checked { starts } else { starts.saturating_sub(CHECK_BEFORE) }));
        }
        let closes = at.closes()?;
        Some(When::Own(self.next_warning(closes).unwrap_or(closes)))
    }

    /// The first warning of `closes` that nobody has heard since.
    fn next_warning(&self, closes: Millis) -> Option<Millis> {
        let heard = self.warned.filter(|&(of, _)| of == closes).map(|(_, at)| at);
        let mut warnings = WARNINGS.into_iter().map(|before| closes.since(before));
        warnings.find(|&warning| heard.is_none_or(|heard| heard < warning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::program::Evening;

    const MINUTE: u64 = 60_000;

    fn program(evening: Evening) -> Program {
        Program { evening, ..Program::of_a_test() }
    }

    #[test]
    fn a_start_is_called_five_minutes_before_and_waits_for_somebody() {
        let program = program(Evening { starts_at: Some(100 * MINUTE), ..Evening::default() });
        let mut agenda = Agenda::default();
        let at = |seated| Standing { program: &program, stage: Stage::Open, started: None, seated, closed: false };
        assert_eq!(agenda.next(at(true)), Some(When::Date(95 * MINUTE)));
        assert_eq!(agenda.due(at(true), 95 * MINUTE - 1, Millis(0)), None);
        assert_eq!(agenda.due(at(true), 95 * MINUTE, Millis(0)), Some(Step::Check(100 * MINUTE)));
        assert_eq!(agenda.due(at(true), 96 * MINUTE, Millis(0)), None, "once");
        assert_eq!(agenda.next(at(true)), Some(When::Date(100 * MINUTE)));
        assert_eq!(agenda.due(at(false), 100 * MINUTE, Millis(0)), None, "with nobody there is nothing to begin");
        assert_eq!(agenda.due(at(true), 101 * MINUTE, Millis(0)), Some(Step::Start));
    }

    #[test]
    fn an_end_is_told_of_twice() {
        let program = program(Evening { closes_after: Some(Millis(60 * MINUTE)), ..Evening::default() });
        let mut agenda = Agenda::default();
        let started = Some(Millis(10 * MINUTE));
        let at = |closed| Standing { program: &program, stage: Stage::Running, started, seated: true, closed };
        let mut told = Vec::new();
        for minute in 10..80 {
            while let Some(step) = agenda.due(at(told.contains(&(70, Step::Close))), 0, Millis(minute * MINUTE)) {
                told.push((minute, step));
            }
        }
        let closes = Millis(70 * MINUTE);
        assert_eq!(told, [(55, Step::Warn(closes)), (65, Step::Warn(closes)), (70, Step::Close)]);
    }

    #[test]
    fn a_short_evening_is_told_of_at_its_start() {
        let program = program(Evening { closes_after: Some(Millis(7 * MINUTE)), ..Evening::default() });
        let mut agenda = Agenda::default();
        let at = Standing {
            program: &program,
            stage: Stage::Running,
            started: Some(Millis(0)),
            seated: true,
            closed: false,
        };
        assert_eq!(agenda.due(at, 0, Millis(0)), Some(Step::Warn(Millis(7 * MINUTE))));
        assert_eq!(agenda.next(at), Some(When::Own(Millis(2 * MINUTE))));
    }
}
