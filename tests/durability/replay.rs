//! The recorded steps, done again on the model of a disk.

use std::{collections::HashMap, fs, path::Path};

use crate::{
    books::{self, beside},
    disk::Disk,
    syscalls::Step,
};

/// A disk on which the recorded steps are done again.
pub(crate) struct Replay<'a> {
    folder: &'a Path,
    pub(crate) disk: Disk,
    /// The open files of ours; `None` is the folder.
    pub(crate) open: HashMap<u32, Option<usize>>,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(folder: &'a Path) -> Replay<'a> {
        Replay { folder, disk: Disk::default(), open: HashMap::new() }
    }

    /// A new process.
    pub(crate) fn begin(&mut self) {
        self.open.clear();
    }

    /// The name of a file that matters: the database, its log or its journal.
    fn name<'p>(&self, path: &'p str) -> Option<&'p str> {
        let name = Path::new(path).strip_prefix(self.folder).ok()?.to_str()?;
        books::SUFFIXES.map(|suffix| format!("games.db{suffix}")).contains(&name.to_owned()).then_some(name)
    }

    pub(crate) fn apply(&mut self, step: &Step) {
        match step {
            Step::Open { path, descriptor } => {
                let opened = match self.name(path) {
                    Some(name) => Some(Some(self.disk.open(name))),
                    None => (Path::new(path) == self.folder).then_some(None),
                };
                match opened {
                    Some(file) => self.open.insert(*descriptor, file),
                    None => self.open.remove(descriptor),
                };
            }
            Step::Close { descriptor } => drop(self.open.remove(descriptor)),
            Step::Write { descriptor, offset, data } => {
                if let Some(Some(file)) = self.open.get(descriptor) {
                    self.disk.write(*file, *offset, data.clone());
                }
            }
            Step::Truncate { descriptor, length } => {
                if let Some(Some(file)) = self.open.get(descriptor) {
                    self.disk.truncate(*file, *length);
                }
            }
            Step::Sync { descriptor } => match self.open.get(descriptor) {
                Some(Some(file)) => self.disk.sync(*file),
                Some(None) => self.disk.sync_folder(),
                None => {}
            },
            Step::Unlink { path } => {
                if let Some(name) = self.name(path) {
                    self.disk.unlink(name);
                }
            }
            Step::Send { .. } => {}
        }
    }

    /// What became of a call during which the process was killed: all, nothing, or a write's first part. The file says it.
    pub(crate) fn as_far_as_it_came(&self, step: Step) -> Option<Step> {
        if self.is_real() {
            return None;
        }
        let Step::Write { descriptor, offset, data } = &step else { return Some(step) };
        let file = (*self.open.get(descriptor)?)?;
        let name = self.disk.live.iter().find(|(_, inode)| **inode == file)?.0;
        let real = fs::read(self.folder.join(name)).expect("a file");
        let end = real.len().min(offset + data.len());
        let data = real.get(*offset..end).unwrap_or_default().to_vec();
        Some(Step::Write { descriptor: *descriptor, offset: *offset, data })
    }

    /// Whether the real files are what the replayed ones are.
    pub(crate) fn is_real(&self) -> bool {
        let same = |suffix: &str| {
            let real = fs::read(beside(&self.folder.join("games.db"), suffix)).ok();
            real.as_deref() == self.disk.live(&format!("games.db{suffix}"))
        };
        books::SUFFIXES.into_iter().all(same)
    }
}
