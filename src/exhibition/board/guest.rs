//! Who sits at a board: coming, going, being let in, and being away for too long.

use shakmaty::Color;
use tokio::time::Instant;
use tracing::info;

use super::{
    Board, Departure, Dismissal, NotDone,
    notice::{Attachment, ConnectionId, Notice, Occupant},
    task::Player,
};
use crate::{
    base::time,
    journal::StorageError,
    record::event::{Announcement, Kind},
    rules::{Game, GameResult, GameStatus, Millis, Termination},
};

/// When to try again to store what could not be stored.
const RETRY: Millis = Millis(1000);

impl Board {
    pub(super) async fn attach(&mut self, attachment: Attachment) {
        let Some(occupant) = self.occupant.filter(|occupant| occupant.guest == attachment.guest) else {
            // The seat is somebody else's since they asked: their secret says what is so now.
            let _ = attachment.outbox.try_send(Notice::Restart);
            return;
        };
        self.tell(Notice::Replaced);
        let Attachment { id, outbox, choices, follows_retractions, .. } = attachment;
        if let Some(occupant) = &mut self.occupant {
            occupant.arriving = false;
        }
        self.player = Some(Player { id, outbox: Some(outbox), choices, follows_retractions });
        self.record_presence().await;
        if occupant.admitted {
            self.tell_game();
        } else {
            self.tell(Notice::Applied);
        }
    }

    /// Tells the player all that is so.
    fn tell_game(&mut self) {
        let game = Box::new(Game::clone(&self.game));
        let clock = self.clock();
        let number = self.number;
        let (passes_left, due) = self.around.walk.read(|walk| (walk.passes_left(number), walk.is_due(number)));
        self.tell(Notice::Game { game, clock, passes_left, due });
        self.tell_visit();
        if let Some((boards_away, eta)) = self.queue {
            self.tell_queue(boards_away, eta);
        }
        let playing = self.game.status() == GameStatus::Playing;
        if let Some(by) = self.paused.filter(|_| playing) {
            self.tell(Notice::Paused { by });
        }
        if let Some(announcement) =
            self.announced.clone().filter(|_| !matches!(self.game.status(), GameStatus::Ended(..)))
        {
            let now = self.around.timeline.now();
            self.tell(Notice::Announced { announcement, now });
        }
        if self.closed_since.is_some() && playing {
            self.tell(Notice::Closed(true));
        }
    }

    pub(super) async fn detach(&mut self, id: ConnectionId) {
        if self.player.as_ref().is_some_and(|player| player.id == id) {
            self.player = None;
            self.record_presence().await;
        }
    }

    /// Somebody has the seat, or asks for it.
    pub(super) async fn occupy(&mut self, occupant: Occupant) {
        if !self.retired {
            self.occupant = Some(occupant);
            self.record_presence().await;
        }
    }

    /// Whether somebody is connected is news, not a promise: play goes on where it can't be stored, and it is told later.
    pub(super) async fn record_presence(&mut self) {
        let (here, board) = (self.player.is_some(), self.number);
        self.presence_retry = None;
        if self.occupant.is_some_and(|occupant| occupant.here != here && !occupant.arriving) {
            let kind = if here { Kind::Connected { board } } else { Kind::Disconnected { board } };
            let now = self.around.timeline.now();
            if self.store([kind], now).await.committed().await.is_err() {
                // Who is away for too long has lost: it must be known one day, though nobody moves here meanwhile.
                self.presence_retry = Some(Instant::now() + time::duration(RETRY));
            } else if let Some(occupant) = &mut self.occupant {
                (occupant.here, occupant.away_since) = (here, (!here).then_some(now));
                // Who goes while the exhibition's own time stands still for good is away from then on.
                let long = self.closed_since.and(self.absent_after);
                self.absence_retry = long.map(|after| Instant::now() + time::duration(after));
            }
        }
    }

    /// Who asks for the seat has it.
    pub(super) async fn admit(&mut self) {
        if let Some(occupant) = &mut self.occupant {
            occupant.admitted = true;
        }
        self.tell(Notice::Admitted);
        self.tell_game();
    }

    /// Whoever has the seat, or asks for it, does not any more.
    pub(super) async fn vacate(&mut self, departure: Departure) -> Result<(), StorageError> {
        let board = self.number;
        let kind = match &departure {
            Departure::TurnedAway => Kind::TurnedAway { board },
            Departure::Removed(guest) => Kind::Left { board, guest: guest.clone() },
            Departure::Reseated(to) => Kind::Reseated { board, to: *to },
        };
        let now = self.around.timeline.now();
        self.store([kind], now).await.committed().await?;
        self.tell(match departure {
            Departure::TurnedAway => Notice::Dismissed(Dismissal::TurnedAway),
            Departure::Removed(_) => Notice::Dismissed(Dismissal::Removed),
            Departure::Reseated(to) => Notice::Reseated { to },
        });
        (self.player, self.occupant) = (None, None);
        Ok(())
    }

    /// Another board takes this one's place.
    pub(super) async fn retire(&mut self) {
        self.tell(Notice::Restart);
        self.player = None;
        self.record_presence().await;
        (self.occupant, self.presence_retry, self.retired) = (None, None, true);
    }

    pub(super) fn announce(&mut self, announcement: Announcement) {
        let known = self.announced.get_or_insert_default();
        known.text = announcement.text.clone().or(known.text.take());
        known.last_round |= announcement.last_round;
        known.closes = announcement.closes.or(known.closes);
        known.starts_at = announcement.starts_at.or(known.starts_at);
        let now = self.around.timeline.now();
        self.tell(Notice::Announced { announcement, now });
    }

    pub(super) fn close_visits(&mut self, closed: bool) {
        self.closed_since = closed.then(Instant::now);
        if self.game.status() == GameStatus::Playing {
            self.tell(Notice::Closed(closed));
        }
        self.tell_clock();
    }

    /// The organiser settles the game.
    pub(super) async fn settle(&mut self, result: GameResult, termination: Termination) -> Result<(), NotDone> {
        let now = self.around.timeline.now();
        self.check_flag(now).await?;
        let fact = self.game.settle(result, termination)?;
        Ok(self.commit(vec![fact], now, None, None).await?)
    }

    /// When the opponent, whose turn it is, has been away for too long.
    pub(super) fn absence(&self) -> Option<Instant> {
        let after = self.absent_after?;
        let occupant = self.occupant.filter(|occupant| !occupant.house && occupant.admitted)?;
        let since = occupant.away_since.filter(|_| self.player.is_none() && self.game.waits_for(self.opponent()))?;
        let ends = since.plus(after);
        // Where the exhibition's own time stands still for good, it is the real one that passes.
        let ends = match self.closed_since {
            Some(closed) => Some(closed + time::duration(ends.since(self.around.timeline.now()))),
            None => self.around.timeline.instant(ends),
        };
        ends.map(|ends| self.absence_retry.map_or(ends, |retry| ends.max(retry)))
    }

    pub(super) async fn end_by_absence(&mut self) {
        info!("the opponent has been away for too long");
        let lost = GameResult::win_of(self.game.master());
        if self.settle(lost, Termination::Abandonment).await.is_err() {
            self.absence_retry = Some(Instant::now() + time::duration(RETRY));
        }
    }

    fn opponent(&self) -> Color {
        self.game.master().other()
    }
}
