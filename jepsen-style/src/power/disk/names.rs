//! What a directory holds: names, as its readers see them, and as they are on the disk.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use rand::Rng;
use rand::RngExt;

use super::Inode;

/// A directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    live: BTreeMap<OsString, Inode>,
    durable: BTreeMap<OsString, Inode>,
    /// What was done since the last barrier.
    pending: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Add(OsString, Inode),
    Remove(OsString, Inode),
    /// Both names change or neither does; what the new name stood for is gone.
    Rename(OsString, OsString, Inode),
}

impl Change {
    fn apply(&self, to: &mut BTreeMap<OsString, Inode>) {
        match self {
            Change::Add(name, inode) => {
                to.insert(name.clone(), *inode);
            }
            Change::Remove(name, inode) => remove(to, name, *inode),
            Change::Rename(from, name, inode) => {
                remove(to, from, *inode);
                to.insert(name.clone(), *inode);
            }
        }
    }
}

impl Names {
    /// What a name stands for.
    #[must_use]
    pub fn get(&self, name: &OsStr) -> Option<Inode> {
        self.live.get(name).copied()
    }

    /// All names in order.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, Inode)> {
        self.live
            .iter()
            .map(|(name, inode)| (name.as_os_str(), *inode))
    }

    /// Everything that a name stands for now, stands for on the disk, or may stand for after a power cut.
    pub fn reachable(&self) -> impl Iterator<Item = Inode> {
        let pending = self.pending.iter().map(|change| match change {
            Change::Add(_, inode) | Change::Remove(_, inode) | Change::Rename(_, _, inode) => {
                *inode
            }
        });
        let named = self.live.values().chain(self.durable.values()).copied();
        named.chain(pending)
    }

    /// Gives a name.
    pub fn add(&mut self, name: &OsStr, inode: Inode) {
        self.change(Change::Add(name.to_owned(), inode));
    }

    /// Takes a name away.
    pub fn remove(&mut self, name: &OsStr, inode: Inode) {
        self.change(Change::Remove(name.to_owned(), inode));
    }

    /// Gives another name in place of one.
    pub fn rename(&mut self, from: &OsStr, to: &OsStr, inode: Inode) {
        self.change(Change::Rename(from.to_owned(), to.to_owned(), inode));
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.live);
        self.pending.push(change);
    }

    /// The barrier: all names are on the disk.
    pub fn sync(&mut self) {
        self.durable.clone_from(&self.live);
        self.pending.clear();
    }

    /// The power is cut: what was not synced is lost, but for what chance had written already; in order,
    /// as file systems with a journal do, or each by itself.
    pub fn cut(&mut self, ordered: bool, rng: &mut impl Rng) {
        let pending = std::mem::take(&mut self.pending);
        let whole = rng.random_range(0..=pending.len());
        for (position, change) in pending.iter().enumerate() {
            let survives = if ordered {
                position < whole
            } else {
                rng.random_bool(0.5)
            };
            if survives {
                change.apply(&mut self.durable);
            }
        }
        self.live.clone_from(&self.durable);
    }
}

fn remove(names: &mut BTreeMap<OsString, Inode>, name: &OsStr, inode: Inode) {
    if names.get(name) == Some(&inode) {
        names.remove(name);
    }
}
