//! The file beside the database that remembers what each receiver has been told.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use tracing::warn;

use super::progress::Progress;

/// What each receiver has been told, by the receiver's fingerprint.
#[derive(Debug)]
pub(super) struct Book {
    path: PathBuf,
    told: BTreeMap<String, Progress>,
    /// Whether the last write has failed, which is said once.
    failing: bool,
}

impl Book {
    /// The book of a database; empty where there is none, or none that can be read.
    pub(super) fn of(database: &Path) -> Book {
        let mut name = database.as_os_str().to_owned();
        name.push(".webhooks");
        let path = PathBuf::from(name);
        let read = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(io::Error::from),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(error),
        };
        let told = read.unwrap_or_else(|error| {
            warn!(%error, file = %path.display(), "what webhooks have told can't be read: they tell what happens from now on");
            BTreeMap::new()
        });
        Book { path, told, failing: false }
    }

    /// What a receiver has been told, if anything is known of it.
    pub(super) fn told(&self, fingerprint: &str) -> Option<Progress> {
        self.told.get(fingerprint).cloned()
    }

    /// From now on these receivers and no others are in it: who is named again later begins anew.
    pub(super) fn hold(&mut self, told: BTreeMap<String, Progress>) {
        self.told = told;
    }

    /// Notes what a receiver has been told; gives what [`write()`] has to write where.
    pub(super) fn note(&mut self, fingerprint: &str, progress: &Progress) -> (PathBuf, Vec<u8>) {
        self.told.insert(fingerprint.to_owned(), progress.clone());
        (self.path.clone(), serde_json::to_vec(&self.told).unwrap_or_default())
    }

    /// Takes note of how a write went. Where it has failed, some of what was told is told again after a restart.
    pub(super) fn written(&mut self, outcome: &io::Result<()>) {
        match outcome {
            Ok(()) => self.failing = false,
            Err(error) if !self.failing => {
                self.failing = true;
                warn!(%error, file = %self.path.display(), "what webhooks have told can't be written down: after a restart it may be told again");
            }
            Err(_) => {}
        }
    }
}

/// Writes all or nothing. Blocks.
pub(super) fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    fs::write(&new, text)?;
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{event::ExhibitionId, milestone::Reach};

    #[test]
    fn what_was_noted_is_read_again_and_rubbish_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("games.db");
        let mut book = Book::of(&database);
        let reach = Reach { exhibition: ExhibitionId(3), created_at: 9, last_seq: 7, finished: false };
        let progress = Progress::from_now(&[reach]);
        let (path, text) = book.note("abc", &progress);
        assert_eq!(path, folder.path().join("games.db.webhooks"));
        write(&path, &text).expect("room");
        assert_eq!(Book::of(&database).told("abc"), Some(progress));
        assert_eq!(Book::of(&database).told("abd"), None);
        fs::write(&path, "{\"abc\":").expect("room");
        assert_eq!(Book::of(&database).told("abc"), None);
    }
}
