//! What is to be told to the log next: the database's events beyond what the log has. Nothing else is kept.

use super::{message::PASSAGES, told::Told, trouble::Trouble};
use crate::{
    journal::{Archive, Passage},
    record::{event::ExhibitionId, milestone::Reach},
};

/// How long a message should be at most, in bytes.
const LENGTH: usize = 256 * 1024;

/// The first of all exhibitions, and none of its events.
const THE_FIRST: (ExhibitionId, u64) = (ExhibitionId(1), 0);

/// The events beyond what the log has.
#[derive(Debug)]
pub(super) struct Outbox {
    archive: Archive,
    /// From which exhibition on, and after which event there, the log is being told of what has happened after the end.
    after_the_end: (ExhibitionId, u64),
    /// What was told last, as far as that is known.
    told: Option<Told>,
}

/// What to tell next, and what has been told then.
#[derive(Debug)]
pub(super) struct Next {
    pub(super) passages: Vec<Passage>,
    pub(super) told: Told,
    /// How many events it is.
    pub(super) events: u64,
    /// How many more are stored.
    pub(super) left: u64,
}

impl Outbox {
    pub(super) fn new(archive: Archive) -> Outbox {
        Outbox { archive, after_the_end: THE_FIRST, told: None }
    }

    /// Whether the log was told of this very database; what it has is known by its events' times too.
    pub(super) async fn verify(&mut self, told: &Told) -> Result<(), Trouble> {
        self.after_the_end = THE_FIRST;
        if !told.is_of(&self.reaches().await?) {
            return Err(Trouble::Fork("its newest exhibition is not here".to_owned()));
        }
        for (id, place) in told.open() {
            if self.archive.place(id, place.seq).await? != Some(place) {
                return Err(Trouble::Fork(format!("exhibition {id}, event {}", place.seq)));
            }
        }
        Ok(())
    }

    /// What is to be told after `told`; `None` where the log has all of it. Only `thorough` it is also looked at what was over long
    /// ago, which may be thousands of exhibitions.
    pub(super) async fn next(&mut self, told: &Told, thorough: bool) -> Result<Option<Next>, Trouble> {
        let reaches = if thorough { self.reaches().await? } else { self.archive.reaches(told.oldest()).await? };
        self.told = Some(told.clone());
        let mut next = Next { passages: Vec::new(), told: told.clone(), events: 0, left: 0 };
        next.told.meet(&reaches);
        let mut length = 0;
        for reach in &reaches {
            let Some(after) = next.told.missing(reach) else { continue };
            if next.passages.len() < PASSAGES && length < LENGTH {
                let Some(passage) = self.archive.passage(reach.exhibition, after).await? else { continue };
                length += passage.lines.len() + passage.head.opening.as_ref().map_or(0, String::len);
                let last = passage.head.last;
                next.events += last.seq - after;
                // It may have gone on since.
                next.left += reach.last_seq.saturating_sub(last.seq);
                next.told.tell(reach.exhibition, last);
                next.passages.push(passage);
            } else {
                next.left += reach.last_seq - after;
            }
        }
        next.told.let_go(&reaches);
        if thorough && next.passages.is_empty() && next.told.ended_has_grown(&reaches) {
            self.afterwards(&mut next, &reaches).await?;
        }
        Ok((!next.passages.is_empty()).then_some(next))
    }

    /// How many events are stored that the log does not have; `None` as long as it is not known what it has.
    pub(super) async fn behind(&mut self) -> Option<u64> {
        let mut told = self.told.clone()?;
        // What can't be read now is counted the next time.
        let reaches = self.reaches().await.ok()?;
        told.meet(&reaches);
        let missing = |reach: &Reach| told.missing(reach).map_or(0, |after| reach.last_seq - after);
        Some(reaches.iter().map(missing).sum())
    }

    /// Exhibitions that were over long ago have got more events: a name was removed, say. Which ones the log does not say, so that
    /// it is told of all that came after an end, some at a time; who knows it already drops it.
    async fn afterwards(&mut self, next: &mut Next, reaches: &[Reach]) -> Result<(), Trouble> {
        let (from, known) = self.after_the_end;
        let most = u32::try_from(PASSAGES).unwrap_or(u32::MAX);
        let gone_on = self.archive.gone_on_after_the_end(ExhibitionId(from.0 - 1), most).await?;
        let mut length = 0;
        for &(id, end) in &gone_on {
            let mut after = if id == from { end.max(known) } else { end };
            loop {
                if length >= LENGTH || next.passages.len() == PASSAGES {
                    self.after_the_end = (id, after);
                    return Ok(());
                }
                let Some(passage) = self.archive.passage(id, after).await? else { break };
                length += passage.lines.len();
                next.events += passage.head.last.seq - after;
                after = passage.head.last.seq;
                next.passages.push(passage);
            }
        }
        match gone_on.last() {
            Some(&(last, _)) if gone_on.len() == PASSAGES => self.after_the_end = (ExhibitionId(last.0 + 1), 0),
            _ => {
                self.after_the_end = THE_FIRST;
                next.told.tell_ended(reaches);
            }
        }
        Ok(())
    }

    async fn reaches(&mut self) -> Result<Vec<Reach>, Trouble> {
        Ok(self.archive.reaches(ExhibitionId(0)).await?)
    }
}
