//! What happens by itself in the course of an evening: starts, warnings, the last visit, and the end of what nobody ends.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use tracing::{info, warn};

use super::{
    agenda::{Standing, Step, When},
    task::Exhibition,
};
use crate::{
    base::{alarm::reached, time::Still},
    journal::{Entry, StorageError},
    record::{
        event::{Announcement, Kind, Stage},
        program::Program,
    },
    rules::{GameResult, Termination, Walk},
};

/// The wall's clock may be set: it is looked at so often where a date is waited for.
const GLANCE: Duration = Duration::from_secs(30);
/// When to try again what could not be done.
const AGAIN: Duration = Duration::from_secs(1);

impl Exhibition {
    fn standing<'a>(&self, program: &'a Program) -> Standing<'a> {
        Standing {
            program,
            stage: self.stage(),
            started: self.started,
            seated: self.seats.seated() > 0,
            // Where the last game has ended there is nothing to close.
            closed: self.is_closed() || (self.stage() == Stage::Running && !self.plays()),
        }
    }

    fn plays(&self) -> bool {
        self.walk.read(|walk| walk.playing() > 0)
    }

    fn is_closed(&self) -> bool {
        self.walk.read(Walk::is_closed)
    }

    /// Waits until something is to happen by itself.
    pub(super) async fn wait_for_the_hour(&self) {
        let program = self.program.borrow().clone();
        let date = (self.services.wall_clock)();
        let next = self.agenda.next(self.standing(&program));
        let by_the_clock = async {
            self.patience().await;
            match next {
                Some(When::Date(at)) if at > date => sleep(Duration::from_millis(at - date).min(GLANCE)).await,
                Some(When::Date(at)) if self.seats.seated() > 0 && at <= date => sleep(AGAIN).await,
                Some(When::Own(at)) => reached(&self.timeline, at).await,
                Some(When::Date(_)) | None => std::future::pending().await,
            }
        };
        let last_round = async {
            self.patience().await;
            if self.stage() == Stage::Running && !self.is_closed() && self.plays() {
                self.walk.last_round_over().await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        let calls = self.call_again;
        tokio::select! {
            biased;
            () = sleep(AGAIN), if calls => {}
            () = by_the_clock => {}
            () = last_round => {}
            () = sleep_until(self.stillness.next()) => {}
        }
    }

    /// Does what is to happen by itself now.
    pub(super) async fn keep_the_hour(&mut self) {
        self.look_whether_anything_happens().await;
        if std::mem::take(&mut self.call_again) {
            self.call_from_the_queue().await;
        }
        let program = self.program.borrow().clone();
        let standing = self.standing(&program);
        let (date, now) = ((self.services.wall_clock)(), self.timeline.now());
        let outcome = match self.agenda.due(standing, date, now) {
            Some(Step::Check(starts_at)) => {
                self.announce(Announcement { starts_at: Some(starts_at), ..Announcement::default() }).await
            }
            Some(Step::Start) => {
                if let Err(error) = self.start().await {
                    warn!("it is time, but the exhibition could not start: {error}");
                }
                Ok(())
            }
            Some(Step::Warn(closes)) => {
                self.announce(Announcement { closes: Some(closes), ..Announcement::default() }).await
            }
            Some(Step::Close) => self.close_visits().await,
            None if !self.is_closed() && self.walk.read(Walk::is_last_round_over) => self.close_visits().await,
            None => Ok(()),
        };
        // What can't be stored comes later.
        self.not_before = outcome.is_err().then(|| Instant::now() + AGAIN);
    }

    /// What could not be stored is not tried again at once.
    async fn patience(&self) {
        if let Some(moment) = self.not_before {
            sleep_until(moment).await;
        }
    }

    /// No visit begins any more. An exhibition whose last game has ended needs no such word.
    async fn close_visits(&mut self) -> Result<(), StorageError> {
        if self.stage() != Stage::Running || self.walk.read(|walk| walk.playing() == 0) {
            return Ok(());
        }
        self.timeline.hold(Still::Closed);
        let closed = Entry::new(self.timeline.now(), Kind::Closed);
        let pending = self.services.journal.enqueue(self.id, vec![closed]).await;
        // From its place in the journal's order on, so that no visit comes after it.
        self.walk.close_visits(true);
        if let Err(error) = pending.committed().await {
            self.walk.close_visits(false);
            self.timeline.go_on(Still::Closed);
            return Err(error);
        }
        info!("no visit begins any more");
        self.tell_closed(true).await;
        Ok(())
    }

    /// Visits begin again.
    pub(super) async fn open_visits(&mut self) {
        self.timeline.go_on(Still::Closed);
        self.walk.close_visits(false);
        self.tell_closed(false).await;
    }

    async fn tell_closed(&self, closed: bool) {
        for board in &self.boards {
            // A board that is closed has nobody to tell.
            let _ = board.close_visits(closed).await;
        }
    }

    /// Everybody is told something.
    pub(super) async fn announce(&mut self, announcement: Announcement) -> Result<(), StorageError> {
        let entry = Entry::new(self.timeline.now(), Kind::Announced(announcement.clone()));
        self.services.journal.append(self.id, vec![entry]).await?;
        self.announce_to_all(&announcement).await;
        Ok(())
    }

    pub(super) async fn announce_to_all(&self, announcement: &Announcement) {
        for board in &self.boards {
            // A board that is closed has nobody to tell.
            let _ = board.announce(announcement.clone()).await;
        }
    }

    /// Games in which nothing has happened for a day are nobody's any more: no exhibition stays on for ever.
    async fn look_whether_anything_happens(&mut self) {
        let progress = self.walk.read(Walk::progress);
        if self.stillness.look(self.stage() == Stage::Running, progress) {
            info!("nothing has happened for a day: the games are called off");
            self.call_off().await;
        }
    }

    /// Ends every game that is on, without a result. What can't be stored stays as it is.
    pub(super) async fn call_off(&mut self) {
        let playing: Vec<_> =
            self.boards.iter().filter(|board| self.walk.read(|walk| walk.plays(board.number))).collect();
        for board in playing {
            // A game may have ended meanwhile.
            let _ = board.settle(GameResult::Unknown, Termination::Aborted).await;
        }
    }
}
