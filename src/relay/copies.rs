//! The folder of a node's copies: a database for each hall, and up to where the log has been read.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tracing::warn;

use crate::base::hall_name::HallName;

/// The folder of a node's copies.
#[derive(Debug)]
pub struct Copies {
    folder: PathBuf,
    /// Whether the last note could not be written, which is said once.
    failing: Cell<bool>,
    /// One that nobody has named goes when the node ends.
    _temporary: Option<TempDir>,
}

/// Why there is no such folder.
#[derive(Debug, thiserror::Error)]
#[error(
    "{path} can't be a folder of copies ({error}); give another with --database, or none for one that goes at the end"
)]
pub struct CopiesError {
    path: PathBuf,
    error: io::Error,
}

/// Up to where the log has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Read {
    /// When the stream was made, in Unix nanoseconds: another one begins to count anew.
    pub(super) stream: i128,
    /// All messages up to this one have been taken in, but for what is said below.
    pub(super) upto: u64,
    /// Halls whose copies stand still since the message behind this one.
    #[serde(default)]
    pub(super) stopped: BTreeMap<String, u64>,
    /// Whether the node has ended in order since, its copies in their final place.
    #[serde(default)]
    pub(super) clean: bool,
    /// Which start of the machine it was, where that can be told. What was written before a later one may not have reached the disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) boot: Option<String>,
    /// The halls that were met on the way: one whose copy is gone has to be read from its beginning.
    #[serde(default)]
    pub(super) halls: BTreeMap<String, Met>,
}

/// What is known of a hall beside its copy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Met {
    /// Who has written the last message of its log: nobody else's signs of life are the hall's.
    pub(super) instance: String,
    /// Where the hall itself is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
    /// When it was heard last, in Unix milliseconds.
    pub(super) heard: u64,
}

impl Read {
    /// Whether the copies have all that is said here: a machine that went down in between may have lost their last lines.
    pub(super) fn is_kept(&self) -> bool {
        self.clean || (self.boot.is_some() && self.boot == boot())
    }
}

/// What tells one start of this machine from another, on Linux.
pub(super) fn boot() -> Option<String> {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").ok().map(|id| id.trim().to_owned())
}

impl Copies {
    /// The folder at `path`, made where there is none; without a path one that goes at the end.
    pub fn new(path: Option<&Path>) -> Result<Copies, CopiesError> {
        let Some(path) = path else {
            let made = TempDir::with_prefix("simultan-");
            let made = made.map_err(|error| CopiesError { path: std::env::temp_dir(), error })?;
            return Ok(Copies { folder: made.path().to_owned(), failing: Cell::default(), _temporary: Some(made) });
        };
        let made = fs::create_dir_all(path).and_then(|()| fs::read_dir(path).map(drop));
        made.map_err(|error| CopiesError { path: path.to_owned(), error })?;
        Ok(Copies { folder: path.to_owned(), failing: Cell::default(), _temporary: None })
    }

    /// Where a hall's copy is.
    pub(super) fn of(&self, hall: &HallName) -> PathBuf {
        self.folder.join(format!("{hall}.db"))
    }

    /// The halls of which there are copies.
    pub(super) fn halls(&self) -> Vec<HallName> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let hall = |entry: fs::DirEntry| entry.file_name().to_str()?.strip_suffix(".db")?.parse().ok();
        let mut halls: Vec<_> = entries.filter_map(hall).collect();
        halls.sort();
        halls
    }

    /// Puts a copy that can't be used aside, for whoever wants to look at it: it is made anew.
    pub(super) fn set_aside(&self, hall: &HallName) -> io::Result<()> {
        for suffix in ["", "-wal", "-shm"] {
            let name = |end: &str| self.folder.join(format!("{hall}.db{suffix}{end}"));
            match fs::rename(name(""), name(".damaged")) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Up to where the log has been read; nothing where that is not known, which costs no more than reading it again.
    pub(super) fn read(&self) -> Read {
        let text = fs::read(self.book()).ok();
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Notes it. Blocks for a moment; where it fails some of the log is read again after a restart.
    pub(super) fn note(&self, read: &Read) {
        let new = self.folder.join("log.json.new");
        let text = serde_json::to_vec(read).unwrap_or_default();
        let written = fs::write(&new, text).and_then(|()| fs::rename(&new, self.book()));
        let failed_before = self.failing.replace(written.is_err());
        if let Err(error) = written
            && !failed_before
        {
            warn!(%error, folder = %self.folder.display(), "up to where the log was read can't be written down");
        }
    }

    fn book(&self) -> PathBuf {
        self.folder.join("log.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_known_again_and_rubbish_is_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let copies = Copies::new(Some(&folder.path().join("a/b"))).expect("a folder");
        assert_eq!((copies.read(), copies.halls()), (Read::default(), Vec::new()));
        let read = Read {
            stream: 17,
            upto: 9,
            stopped: BTreeMap::from([("club7".to_owned(), 4)]),
            clean: false,
            boot: boot(),
            halls: BTreeMap::from([("club7".to_owned(), Met::default())]),
        };
        copies.note(&read);
        assert_eq!(copies.read(), read);
        let kept =
            |clean, boot: Option<&str>| Read { clean, boot: boot.map(str::to_owned), ..Read::default() }.is_kept();
        assert_eq!((kept(true, None), kept(false, None), kept(false, Some("another"))), (true, false, false));
        assert_eq!(read.is_kept(), boot().is_some(), "this machine has not been down");
        fs::write(copies.book(), "{\"stream\":").expect("room");
        assert_eq!(copies.read(), Read::default());
        for name in ["club7.db", "a.db", "Other.db", "notes.txt", "club7.db-wal"] {
            fs::write(copies.folder.join(name), "").expect("room");
        }
        let halls: Vec<_> = copies.halls().iter().map(ToString::to_string).collect();
        assert_eq!(halls, ["a", "club7"]);
        let file = folder.path().join("file");
        fs::write(&file, "").expect("room");
        assert!(Copies::new(Some(&file)).is_err_and(|error| error.to_string().contains("--database")));
        let temporary = Copies::new(None).expect("a folder").folder;
        assert!(!temporary.exists(), "it goes with its owner");
    }
}
