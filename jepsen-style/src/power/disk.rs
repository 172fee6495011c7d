//! A disk that keeps what was synced, and of the rest what chance leaves: a file system in memory.
//!
//! - Data of a file survives a power cut where the file was synced after it was written; of what was not,
//!   any sectors may survive, and the length may be that of any moment since.
//! - A name that was created, renamed or removed survives where its directory was synced afterwards; else
//!   it may or may not. A rename is whole.
//! - What was written in a sector at once is written whole: disks promise that for 512 bytes.
//!
//! Source: POSIX.1-2017 `fsync`, `fdatasync`, `rename`; fsync(2): a new file's name needs a sync of its
//! directory.

pub mod contents;
pub mod names;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;

use rand::Rng;
use rand::RngExt;

use contents::{Contents, Survival};
use names::Names;

/// Number of a file or directory; never used again.
pub type Inode = u64;

/// The root directory.
pub const ROOT: Inode = 1;

/// Why something cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// There is nothing by this name or number.
    #[error("no such file or directory")]
    Missing,
    /// The name is taken.
    #[error("the name is taken")]
    Exists,
    /// A file was found where a directory is needed.
    #[error("not a directory")]
    NotDirectory,
    /// A directory was found where a file is needed.
    #[error("a directory")]
    Directory,
    /// A directory with names in it cannot be removed.
    #[error("the directory is not empty")]
    NotEmpty,
    /// Names are moved within a directory only: each keeps its own.
    #[error("a rename across directories")]
    OtherDirectory,
}

/// Whether the disk keeps its promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Barriers {
    /// What was synced survives.
    #[default]
    Kept,
    /// A sync does nothing: shows that a store without barriers is caught.
    Ignored,
}

/// A file or a directory.
#[derive(Clone, Debug)]
pub enum Node {
    /// A file.
    File(Contents),
    /// A directory.
    Directory(Names),
}

/// The disk.
#[derive(Clone, Debug)]
pub struct Disk {
    nodes: BTreeMap<Inode, Node>,
    next: Inode,
    barriers: Barriers,
}

impl Disk {
    /// An empty disk.
    #[must_use]
    pub fn new(barriers: Barriers) -> Self {
        Self {
            nodes: BTreeMap::from([(ROOT, Node::Directory(Names::default()))]),
            next: ROOT + 1,
            barriers,
        }
    }

    /// A file or directory by its number.
    ///
    /// # Errors
    /// [`DiskError::Missing`].
    pub fn node(&self, inode: Inode) -> Result<&Node, DiskError> {
        self.nodes.get(&inode).ok_or(DiskError::Missing)
    }

    /// A file by its number.
    ///
    /// # Errors
    /// [`DiskError::Missing`], [`DiskError::Directory`].
    pub fn file(&mut self, inode: Inode) -> Result<&mut Contents, DiskError> {
        match self.nodes.get_mut(&inode) {
            Some(Node::File(contents)) => Ok(contents),
            Some(Node::Directory(_)) => Err(DiskError::Directory),
            None => Err(DiskError::Missing),
        }
    }

    /// A directory by its number.
    ///
    /// # Errors
    /// [`DiskError::Missing`], [`DiskError::NotDirectory`].
    pub fn directory(&mut self, inode: Inode) -> Result<&mut Names, DiskError> {
        match self.nodes.get_mut(&inode) {
            Some(Node::Directory(names)) => Ok(names),
            Some(Node::File(_)) => Err(DiskError::NotDirectory),
            None => Err(DiskError::Missing),
        }
    }

    /// What a name in a directory stands for.
    ///
    /// # Errors
    /// [`DiskError::Missing`], [`DiskError::NotDirectory`].
    pub fn lookup(&mut self, parent: Inode, name: &OsStr) -> Result<Inode, DiskError> {
        self.directory(parent)?.get(name).ok_or(DiskError::Missing)
    }

    /// Creates an empty file or directory.
    ///
    /// # Errors
    /// [`DiskError::Exists`]; [`DiskError::Missing`], [`DiskError::NotDirectory`] of the parent.
    pub fn create(&mut self, parent: Inode, name: &OsStr, node: Node) -> Result<Inode, DiskError> {
        let inode = self.next;
        let names = self.directory(parent)?;
        if names.get(name).is_some() {
            return Err(DiskError::Exists);
        }
        names.add(name, inode);
        self.nodes.insert(inode, node);
        self.next += 1;
        Ok(inode)
    }

    /// Takes a name away; who has the file open may go on with it.
    ///
    /// # Errors
    /// [`DiskError::Missing`], [`DiskError::NotDirectory`]; [`DiskError::NotEmpty`] of a directory.
    pub fn remove(&mut self, parent: Inode, name: &OsStr) -> Result<(), DiskError> {
        let inode = self.lookup(parent, name)?;
        if let Node::Directory(names) = self.node(inode)?
            && names.iter().next().is_some()
        {
            return Err(DiskError::NotEmpty);
        }
        self.directory(parent)?.remove(name, inode);
        Ok(())
    }

    /// Renames within a directory; what had the new name loses it.
    ///
    /// # Errors
    /// [`DiskError::OtherDirectory`], [`DiskError::Missing`], [`DiskError::NotDirectory`].
    pub fn rename(
        &mut self,
        (from_parent, from): (Inode, &OsStr),
        (to_parent, to): (Inode, &OsStr),
    ) -> Result<(), DiskError> {
        if from_parent != to_parent {
            return Err(DiskError::OtherDirectory);
        }
        let inode = self.lookup(from_parent, from)?;
        self.directory(to_parent)?.rename(from, to, inode);
        Ok(())
    }

    /// The barrier for a file or directory: all that was done to it is on the disk.
    ///
    /// # Errors
    /// [`DiskError::Missing`].
    pub fn sync(&mut self, inode: Inode) -> Result<(), DiskError> {
        let node = self.nodes.get_mut(&inode).ok_or(DiskError::Missing)?;
        match (self.barriers, node) {
            (Barriers::Ignored, _) => {}
            (Barriers::Kept, Node::File(contents)) => contents.sync(),
            (Barriers::Kept, Node::Directory(names)) => names.sync(),
        }
        Ok(())
    }

    /// The power is cut, and comes back.
    pub fn cut(&mut self, rng: &mut impl Rng) {
        let sector_bytes = if rng.random_bool(0.5) { 512 } else { 4096 };
        let ordered = rng.random_bool(0.5);
        for node in self.nodes.values_mut() {
            match node {
                Node::Directory(names) => names.cut(ordered, rng),
                Node::File(contents) => {
                    let survival = Survival {
                        sector_bytes,
                        percent: [0, 10, 50, 90, 100][rng.random_range(0..5)],
                        ordered: rng.random_bool(0.5),
                    };
                    contents.cut(survival, rng);
                }
            }
        }
        self.forget_unnamed();
    }

    /// The process that used it is gone, and with it what had no name any more.
    pub fn forget_unnamed(&mut self) {
        let mut named = BTreeSet::new();
        let mut waiting = vec![ROOT];
        while let Some(inode) = waiting.pop() {
            if named.insert(inode)
                && let Some(Node::Directory(names)) = self.nodes.get(&inode)
            {
                waiting.extend(names.reachable());
            }
        }
        self.nodes.retain(|inode, _| named.contains(inode));
    }
}
