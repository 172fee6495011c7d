//! The disk as a mounted file system (FUSE): a process writes to it until its power is cut.
//!
//! One thread serves, so requests take effect one after the other. At the chosen one the power is gone:
//! it takes effect or does not, and nothing is answered until the process has been killed.

#[cfg(test)]
mod tests;

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use fuser::{
    BackgroundSession, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags,
    Generation, INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate,
    ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyStatfs, ReplyWrite, Request,
    WriteFlags,
};

use super::disk::contents::Contents;
use super::disk::names::Names;
use super::disk::{Disk, DiskError, Inode, Node};

/// How long the kernel may keep what it was told: nobody else changes the disk while it is mounted.
const KEPT: Duration = Duration::from_secs(3600);
/// Flag of a file whose writes are barriers; part of `O_SYNC` too. Source: Linux `asm-generic/fcntl.h`.
const O_DSYNC: i32 = 0o10000;
/// Block size that is shown, bytes.
const BLOCK_BYTES: u32 = 4096;

/// When the power is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutAt {
    /// At which change or sync, counted from one since the disk was mounted.
    pub operation: u64,
    /// Whether that one still takes effect; it is not answered either way.
    pub takes_effect: bool,
}

/// A mounted disk.
pub struct Mount {
    shared: Arc<Shared>,
    session: BackgroundSession,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    disk: Disk,
    operations: u64,
    cut_at: Option<CutAt>,
    reached: bool,
    released: bool,
}

impl Mount {
    /// Mounts a disk on an empty directory.
    ///
    /// # Errors
    /// Where the system lets us mount no FUSE file system.
    pub fn new(disk: Disk, on: &Path, cut_at: Option<CutAt>) -> io::Result<Self> {
        let state = State {
            disk,
            operations: 0,
            cut_at,
            reached: false,
            released: false,
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("power-cut".to_owned())];
        let served = Served(Arc::clone(&shared));
        let session = fuser::spawn_mount(served, on, &config)?;
        Ok(Self { shared, session })
    }

    /// Waits until the power is cut; false if it is not within a time.
    #[must_use]
    pub fn wait_cut(&self, at_most: Duration) -> bool {
        let state = self.shared.lock();
        let waited = self
            .shared
            .changed
            .wait_timeout_while(state, at_most, |state| !state.reached);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.reached
    }

    /// Cuts the power now, unless it is cut already: nothing is answered any more.
    pub fn cut(&self) {
        self.shared.lock().reached = true;
    }

    /// Answers what waits, with an error. The process must have been killed before.
    pub fn release(&self) {
        self.shared.lock().released = true;
        self.shared.changed.notify_all();
    }

    /// Unmounts, and gives the disk back with how many changes and syncs there were.
    ///
    /// # Errors
    /// Where it is in use.
    pub fn unmount(self) -> io::Result<(Disk, u64)> {
        self.release();
        match self.session.umount_and_join() {
            // The kernel may end the session before it says so.
            Err(error) if error.kind() != io::ErrorKind::ConnectionAborted => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut state = self.shared.lock();
        let disk = std::mem::replace(&mut state.disk, Disk::new(super::disk::Barriers::Kept));
        Ok((disk, state.operations))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers nothing until the process has been killed.
    fn silence<T>(&self, state: MutexGuard<'_, State>) -> Result<T, Errno> {
        drop(self.changed.wait_while(state, |state| !state.released));
        Err(Errno::EIO)
    }
}

/// What the kernel talks to.
struct Served(Arc<Shared>);

impl Served {
    fn read<T>(&self, read: impl FnOnce(&mut Disk) -> Result<T, DiskError>) -> Result<T, Errno> {
        let mut state = self.0.lock();
        if state.reached {
            return self.0.silence(state);
        }
        read(&mut state.disk).map_err(errno)
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut Disk) -> Result<T, DiskError>,
    ) -> Result<T, Errno> {
        let mut state = self.0.lock();
        if state.reached {
            return self.0.silence(state);
        }
        state.operations += 1;
        let cut = state.cut_at.filter(|cut| cut.operation == state.operations);
        if cut.is_none_or(|cut| cut.takes_effect) {
            let changed = change(&mut state.disk);
            if cut.is_none() {
                return changed.map_err(errno);
            }
        }
        state.reached = true;
        self.0.changed.notify_all();
        self.0.silence(state)
    }
}

fn errno(error: DiskError) -> Errno {
    match error {
        DiskError::Missing => Errno::ENOENT,
        DiskError::Exists => Errno::EEXIST,
        DiskError::NotDirectory => Errno::ENOTDIR,
        DiskError::Directory => Errno::EISDIR,
        DiskError::NotEmpty => Errno::ENOTEMPTY,
        DiskError::OtherDirectory => Errno::EXDEV,
    }
}

fn attributes(disk: &Disk, inode: Inode) -> Result<FileAttr, DiskError> {
    let (kind, perm, size) = match disk.node(inode)? {
        Node::File(contents) => (FileType::RegularFile, 0o600, contents.len() as u64),
        Node::Directory(_) => (FileType::Directory, 0o700, 0),
    };
    Ok(FileAttr {
        ino: INodeNo(inode),
        size,
        blocks: size.div_ceil(512),
        atime: UNIX_EPOCH,
        mtime: UNIX_EPOCH,
        ctime: UNIX_EPOCH,
        crtime: UNIX_EPOCH,
        kind,
        perm,
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: 0,
        blksize: BLOCK_BYTES,
        flags: 0,
    })
}

fn create(
    disk: &mut Disk,
    parent: INodeNo,
    name: &OsStr,
    node: Node,
) -> Result<FileAttr, DiskError> {
    let inode = disk.create(parent.0, name, node)?;
    attributes(disk, inode)
}

/// A length or an offset; memory is no larger.
fn length(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

impl Filesystem for Served {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let found = self.read(|disk| {
            let inode = disk.lookup(parent.0, name)?;
            attributes(disk, inode)
        });
        match found {
            Ok(found) => reply.entry(&KEPT, &found, Generation(0)),
            Err(error) => reply.error(error),
        }
    }

    fn getattr(&self, _: &Request, inode: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        match self.read(|disk| attributes(disk, inode.0)) {
            Ok(found) => reply.attr(&KEPT, &found),
            Err(error) => reply.error(error),
        }
    }

    fn setattr(
        &self,
        _: &Request,
        inode: INodeNo,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<fuser::TimeOrNow>,
        _: Option<fuser::TimeOrNow>,
        _: Option<std::time::SystemTime>,
        _: Option<FileHandle>,
        _: Option<std::time::SystemTime>,
        _: Option<std::time::SystemTime>,
        _: Option<std::time::SystemTime>,
        _: Option<fuser::BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let changed = match size {
            None => self.read(|disk| attributes(disk, inode.0)),
            Some(size) => self.change(|disk| {
                disk.file(inode.0)?.resize(length(size));
                attributes(disk, inode.0)
            }),
        };
        match changed {
            Ok(now) => reply.attr(&KEPT, &now),
            Err(error) => reply.error(error),
        }
    }

    fn mkdir(&self, _: &Request, parent: INodeNo, name: &OsStr, _: u32, _: u32, reply: ReplyEntry) {
        let new = Node::Directory(Names::default());
        match self.change(|disk| create(disk, parent, name, new)) {
            Ok(new) => reply.entry(&KEPT, &new, Generation(0)),
            Err(error) => reply.error(error),
        }
    }

    fn create(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        _: u32,
        _: u32,
        _: i32,
        reply: ReplyCreate,
    ) {
        let new = Node::File(Contents::default());
        match self.change(|disk| create(disk, parent, name, new)) {
            Ok(new) => reply.created(
                &KEPT,
                &new,
                Generation(0),
                FileHandle(0),
                FopenFlags::empty(),
            ),
            Err(error) => reply.error(error),
        }
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(reply, self.change(|disk| disk.remove(parent.0, name)));
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(reply, self.change(|disk| disk.remove(parent.0, name)));
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        new_parent: INodeNo,
        new_name: &OsStr,
        _: RenameFlags,
        reply: ReplyEmpty,
    ) {
        let (from, to) = ((parent.0, name), (new_parent.0, new_name));
        answer(reply, self.change(|disk| disk.rename(from, to)));
    }

    fn read(
        &self,
        _: &Request,
        inode: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let read = self.read(|disk| {
            let contents = disk.file(inode.0)?;
            Ok(contents.read(length(offset), size as usize).to_vec())
        });
        match read {
            Ok(bytes) => reply.data(&bytes),
            Err(error) => reply.error(error),
        }
    }

    fn write(
        &self,
        _: &Request,
        inode: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        flags: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let written = self.change(|disk| {
            disk.file(inode.0)?.write(length(offset), data);
            if flags.0 & O_DSYNC != 0 {
                disk.sync(inode.0)?;
            }
            Ok(u32::try_from(data.len()).unwrap_or(u32::MAX))
        });
        match written {
            Ok(bytes) => reply.written(bytes),
            Err(error) => reply.error(error),
        }
    }

    fn fsync(&self, _: &Request, inode: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        answer(reply, self.change(|disk| disk.sync(inode.0)));
    }

    fn fsyncdir(&self, _: &Request, inode: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        answer(reply, self.change(|disk| disk.sync(inode.0)));
    }

    fn readdir(
        &self,
        _: &Request,
        inode: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let listed = self.read(|disk| {
            let names: Vec<_> = disk
                .directory(inode.0)?
                .iter()
                .map(|(name, inode)| (name.to_owned(), inode))
                .collect();
            let items = names.into_iter().map(|(name, inode)| {
                let kind = attributes(disk, inode)?.kind;
                Ok((name, inode, kind))
            });
            items.collect::<Result<Vec<_>, DiskError>>()
        });
        match listed {
            Ok(items) => {
                for (next, (name, inode, kind)) in (1..).zip(items).skip(length(offset)) {
                    if reply.add(INodeNo(inode), next, kind, name) {
                        break;
                    }
                }
                reply.ok();
            }
            Err(error) => reply.error(error),
        }
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        let blocks = 1 << 20;
        reply.statfs(
            blocks,
            blocks,
            blocks,
            blocks,
            blocks,
            BLOCK_BYTES,
            255,
            BLOCK_BYTES,
        );
    }
}

fn answer(reply: ReplyEmpty, done: Result<(), Errno>) {
    match done {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}
