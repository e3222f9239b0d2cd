//! What a disk may hold after its power was cut: what was synced, and of what came after it, anything.

use std::collections::BTreeMap;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// A change to a file that is not safe yet.
#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, data: Vec<u8> },
    Truncate(usize),
}

/// One file's content, whatever its name is at the moment.
#[derive(Debug, Clone, Default)]
struct Inode {
    /// What programs see.
    live: Vec<u8>,
    /// What the disk holds for certain.
    safe: Vec<u8>,
    /// What came since, in its order.
    unsafe_since: Vec<Change>,
}

/// A change to the folder that is not safe yet.
#[derive(Debug, Clone)]
struct Entry {
    name: String,
    /// `None` where the name is taken away.
    inode: Option<usize>,
}

/// A folder on a disk.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    inodes: Vec<Inode>,
    pub(crate) live: BTreeMap<String, usize>,
    safe: BTreeMap<String, usize>,
    unsafe_since: Vec<Entry>,
}

/// What is left of the changes that were not safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    Nothing,
    Everything,
    /// Any of them, some of them torn.
    Some,
}

impl Disk {
    /// The content of a file as programs see it.
    pub(crate) fn live(&self, name: &str) -> Option<&[u8]> {
        self.live.get(name).map(|&inode| &*self.inodes[inode].live)
    }

    /// The file of this name, made if need be.
    pub(crate) fn open(&mut self, name: &str) -> usize {
        if let Some(&inode) = self.live.get(name) {
            return inode;
        }
        let inode = self.inodes.len();
        self.inodes.push(Inode::default());
        self.live.insert(name.to_owned(), inode);
        self.unsafe_since.push(Entry { name: name.to_owned(), inode: Some(inode) });
        inode
    }

    /// Whether a power cut could change nothing.
    pub(crate) fn is_safe(&self) -> bool {
        self.unsafe_since.is_empty() && self.inodes.iter().all(|inode| inode.unsafe_since.is_empty())
    }

    pub(crate) fn unlink(&mut self, name: &str) {
        if self.live.remove(name).is_some() {
            self.unsafe_since.push(Entry { name: name.to_owned(), inode: None });
        }
    }

    pub(crate) fn write(&mut self, inode: usize, offset: usize, data: Vec<u8>) {
        let change = Change::Write { offset, data };
        let inode = &mut self.inodes[inode];
        change.apply(&mut inode.live);
        inode.unsafe_since.push(change);
    }

    pub(crate) fn truncate(&mut self, inode: usize, length: usize) {
        let inode = &mut self.inodes[inode];
        inode.live.resize(length, 0);
        inode.unsafe_since.push(Change::Truncate(length));
    }

    /// All that was done to the file is safe.
    pub(crate) fn sync(&mut self, inode: usize) {
        let inode = &mut self.inodes[inode];
        for change in inode.unsafe_since.drain(..) {
            change.apply(&mut inode.safe);
        }
    }

    /// All names are safe.
    pub(crate) fn sync_folder(&mut self) {
        for entry in self.unsafe_since.drain(..) {
            entry.apply(&mut self.safe);
        }
    }

    /// The files after a power cut, by name.
    pub(crate) fn after_a_cut(&self, left: Left, chance: &mut ChaCha8Rng) -> BTreeMap<String, Vec<u8>> {
        let mut names = self.safe.clone();
        for entry in &self.unsafe_since {
            if survives(left, chance) {
                entry.clone().apply(&mut names);
            }
        }
        let content = |inode: usize, chance: &mut ChaCha8Rng| {
            let inode = &self.inodes[inode];
            if left == Left::Everything {
                return inode.live.clone();
            }
            let mut content = inode.safe.clone();
            for change in &inode.unsafe_since {
                if survives(left, chance) {
                    change.clone().apply_torn(&mut content, chance.random_ratio(1, 2).then_some(&mut *chance));
                }
            }
            content
        };
        names.into_iter().map(|(name, inode)| (name, content(inode, chance))).collect()
    }
}

fn survives(left: Left, chance: &mut ChaCha8Rng) -> bool {
    match left {
        Left::Nothing => false,
        Left::Everything => true,
        Left::Some => chance.random(),
    }
}

impl Entry {
    fn apply(self, names: &mut BTreeMap<String, usize>) {
        match self.inode {
            Some(inode) => names.insert(self.name, inode),
            None => names.remove(&self.name),
        };
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Change::Write { offset, data } => put(content, *offset, data),
            Change::Truncate(length) => content.resize(*length, 0),
        }
    }

    /// Where `tearing`, each sector of a write is there or not.
    fn apply_torn(self, content: &mut Vec<u8>, tearing: Option<&mut ChaCha8Rng>) {
        match (self, tearing) {
            (Change::Write { offset, data }, Some(chance)) => {
                let mut at = 0;
                while at < data.len() {
                    let sector = SECTOR - (offset + at) % SECTOR;
                    let end = data.len().min(at + sector);
                    if chance.random() {
                        put(content, offset + at, &data[at..end]);
                    }
                    at = end;
                }
            }
            (change, _) => change.apply(content),
        }
    }
}

fn put(content: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[offset..end].copy_from_slice(data);
}
