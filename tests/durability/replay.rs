//! The recorded steps, done again on the model of a disk.

use std::{collections::HashMap, fs, path::Path};

use crate::{books, disk::Disk, syscalls::Step};

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

    /// What became of a call during which the process was killed: all, nothing, or a write's first part. The files say it.
    pub(crate) fn as_far_as_it_came(&self, step: Step) -> Option<Step> {
        match &step {
            Step::Open { path, .. } => {
                let name = self.name(path)?;
                (self.real(name).is_some() && self.disk.live(name).is_none()).then_some(step)
            }
            Step::Unlink { path } => self.real(self.name(path)?).is_none().then_some(step),
            Step::Truncate { descriptor, length } => {
                let real = self.real(self.name_of(*descriptor)?)?;
                (real.len() == *length).then_some(step)
            }
            Step::Write { descriptor, offset, data } => {
                let real = self.real(self.name_of(*descriptor)?)?;
                let data = real.get(*offset..real.len().min(offset + data.len()))?.to_vec();
                Some(Step::Write { descriptor: *descriptor, offset: *offset, data })
            }
            Step::Close { .. } | Step::Sync { .. } | Step::Send { .. } => None,
        }
    }

    /// The name of an open file.
    fn name_of(&self, descriptor: u32) -> Option<&str> {
        let file = (*self.open.get(&descriptor)?)?;
        self.disk.live.iter().find_map(|(name, inode)| (*inode == file).then_some(name.as_str()))
    }

    /// What really stands in a file.
    fn real(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.join(name)).ok()
    }

    /// Checks that the real files are what the replayed ones are.
    pub(crate) fn assert_real(&self, life: usize) {
        for suffix in books::SUFFIXES {
            let name = format!("games.db{suffix}");
            let (real, replayed) = (self.real(&name), self.disk.live(&name));
            if real.as_deref() != replayed {
                let length = |content: Option<&[u8]>| content.map(<[u8]>::len);
                let lengths = (length(real.as_deref()), length(replayed));
                panic!("the trace of life {life} doesn't explain {name}: its lengths, real and replayed: {lengths:?}");
            }
        }
    }
}
