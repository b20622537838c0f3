//! Folders by their handle, on systems that have `openat`.

use std::ffi::{CStr, OsStr};
use std::fs::{File, Permissions};
use std::io::{Error, ErrorKind, Read as _, Result, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path};
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, linkat, mkdirat, openat, renameat, statat, unlinkat};
use rustix::io::Errno;

use crate::folder::fault::{removing, step};
use crate::folder::kind::{Kind, Sort, Stamp, is_missing, not_a_file, too_large};

/// A folder that is held open.
#[derive(Debug)]
pub(crate) struct Folder {
    handle: OwnedFd,
}

/// The folder that holds something: the one that was asked, or one below it.
enum Holder<'folder> {
    Here(BorrowedFd<'folder>),
    Below(OwnedFd),
}

impl AsFd for Holder<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Here(handle) => *handle,
            Self::Below(handle) => handle.as_fd(),
        }
    }
}

/// How a folder is opened: as a folder, and not through a link.
const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// How a folder on the way is opened: one that may be passed need not be readable.
#[cfg(any(target_os = "linux", target_os = "android"))]
const WAY: OFlags = OFlags::PATH
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const WAY: OFlags = FOLDER;

impl Folder {
    /// Opens a folder by its real path: a link anywhere in it is an error.
    pub(crate) fn open(place: &Path) -> Result<Self> {
        let mut handle = openat(rustix::fs::CWD, "/", WAY, Mode::empty())?;
        let mut parts = place
            .components()
            .filter_map(|part| match part {
                Component::Normal(part) => Some(part),
                _ => None,
            })
            .peekable();
        if parts.peek().is_none() {
            handle = openat(rustix::fs::CWD, "/", FOLDER, Mode::empty())?;
        }
        while let Some(part) = parts.next() {
            let flags = if parts.peek().is_some() { WAY } else { FOLDER };
            handle = openat(&handle, part, flags, Mode::empty()).map_err(named)?;
        }
        Ok(Self { handle })
    }

    /// A folder below this one; the path has `/` between its parts, and the empty one is this folder.
    pub(crate) fn below(&self, path: &str) -> Result<Self> {
        self.walk(path.as_bytes(), false)
    }

    /// A folder below this one; it and those on the way are made where they are missing.
    pub(crate) fn make(&self, path: &str) -> Result<Self> {
        self.walk(path.as_bytes(), true)
    }

    /// A folder below this one, by a path that may not be text.
    pub(super) fn walk(&self, path: &[u8], makes: bool) -> Result<Self> {
        if !makes && let Ok(handle) = straight(&self.handle, path, FOLDER, Mode::empty()) {
            return Ok(Self { handle });
        }
        let mut handle = openat(&self.handle, ".", FOLDER, Mode::empty())?;
        for part in path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
            let part = checked(part)?;
            let open = || openat(&handle, part, FOLDER, Mode::empty());
            let next = match open() {
                Err(Errno::NOENT) if makes => {
                    step()?;
                    match mkdirat(&handle, part, Mode::from_raw_mode(0o777)) {
                        Ok(()) | Err(Errno::EXIST) => {}
                        Err(error) => return Err(error.into()),
                    }
                    open()
                }
                opened => opened,
            };
            handle = next.map_err(named)?;
        }
        Ok(Self { handle })
    }

    /// Makes a folder whose parent mostly stands already.
    fn make_last(&self, path: &str) -> Result<()> {
        if let Some((parent, name)) = path.rsplit_once('/')
            && let Ok(parent) = straight(&self.handle, parent.as_bytes(), WAY, Mode::empty())
        {
            step()?;
            match mkdirat(&parent, checked(name.as_bytes())?, Mode::from_raw_mode(0o777)) {
                Ok(()) => return Ok(()),
                Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.make(path).map(|_| ())
    }

    /// A folder in this one that is most likely not there yet: it is made before it is missed.
    pub(crate) fn made(&self, name: &str) -> Result<Self> {
        step()?;
        let name = checked(name.as_bytes())?;
        match mkdirat(&self.handle, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        let handle = openat(&self.handle, name, FOLDER, Mode::empty()).map_err(named)?;
        Ok(Self { handle })
    }

    /// The folder that holds a path, and the name there.
    fn split<'path>(&self, path: &'path [u8]) -> Result<(Holder<'_>, &'path OsStr)> {
        match path.iter().rposition(|byte| *byte == b'/') {
            None => Ok((Holder::Here(self.handle.as_fd()), checked(path)?)),
            Some(at) => Ok((
                Holder::Below(self.walk(&path[..at], false)?.handle),
                checked(&path[at + 1..])?,
            )),
        }
    }

    /// What stands at a path below this folder; none when nothing does.
    pub(crate) fn kind(&self, path: &str) -> Result<Option<Kind>> {
        let found = self
            .split(path.as_bytes())
            .and_then(|(folder, name)| Ok(statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?));
        match found {
            Ok(stat) => Ok(Some(kind(FileType::from_raw_mode(stat.st_mode), stat.st_size.unsigned_abs()))),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a regular file below this folder. Nothing that could block is waited for, and no more than the limit is read.
    pub(crate) fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>> {
        self.read_bytes_path(path.as_bytes(), limit)
    }

    /// As `read`, for a path that may not be text.
    pub(crate) fn read_bytes_path(&self, path: &[u8], limit: u64) -> Result<Vec<u8>> {
        let (folder, name) = self.split(path)?;
        // Of a pipe or a device not even the opening is tried: it may block or act.
        let before = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        match FileType::from_raw_mode(before.st_mode) {
            FileType::RegularFile => {}
            FileType::Symlink => return Err(Error::other("it is a link, and links are not followed")),
            _ => return Err(not_a_file()),
        }
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let handle = openat(&folder, name, flags, Mode::empty()).map_err(named)?;
        let stat = fstat(&handle)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(not_a_file());
        }
        let length = stat.st_size.unsigned_abs();
        if length > limit {
            return Err(too_large(length, limit));
        }
        let mut bytes = Vec::with_capacity(length as usize);
        File::from(handle).take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(too_large(bytes.len() as u64, limit));
        }
        Ok(bytes)
    }

    /// Makes a file that must not be there yet, with the permissions that any program would give it or with those of another file.
    pub(crate) fn create(&self, path: &str, bytes: &[u8], permissions: Option<u32>) -> Result<()> {
        write(&mut File::from(self.created(path, permissions)?), bytes)
    }

    /// As `create`, and tells what the file is known by from then on. The folder of the first file in it is most likely not there yet, and is
    /// made before it is missed.
    pub(crate) fn put(&self, path: &str, bytes: &[u8], is_first: bool) -> Result<Option<Stamp>> {
        if let Some((folder, _)) = path.rsplit_once('/').filter(|_| is_first) {
            self.make_last(folder)?;
        }
        let mut file = File::from(self.created(path, None)?);
        write(&mut file, bytes)?;
        Ok(Some(stamp(&fstat(&file)?, None)))
    }

    /// As `create`, and the bytes are on the disk at the end.
    pub(crate) fn create_synced(&self, path: &str, bytes: &[u8], permissions: Option<u32>) -> Result<()> {
        let mut file = File::from(self.created(path, permissions)?);
        write(&mut file, bytes)?;
        step()?;
        file.sync_all()
    }

    fn created(&self, path: &str, permissions: Option<u32>) -> Result<OwnedFd> {
        step()?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o666);
        let create = |(folder, name): (Holder<'_>, &OsStr)| Ok(openat(&folder, name, flags, mode)?);
        let create = || match straight(&self.handle, path.as_bytes(), flags, mode) {
            Ok(handle) => Ok(handle),
            Err(Errno::NOENT) => Err(Errno::NOENT.into()),
            Err(_) => self.split(path.as_bytes()).and_then(create),
        };
        let created = match create() {
            Err(error) if is_missing(&error) => {
                self.make_last(path.rsplit_once('/').map_or("", |(folder, _)| folder))?;
                create()
            }
            created => created,
        };
        let handle: OwnedFd = created.map_err(|error| {
            if error.kind() == ErrorKind::AlreadyExists {
                Error::new(ErrorKind::AlreadyExists, "something stands in its place already")
            } else {
                error
            }
        })?;
        if let Some(mode) = permissions {
            let file = File::from(handle);
            file.set_permissions(Permissions::from_mode(mode))?;
            return Ok(file.into());
        }
        Ok(handle)
    }

    /// The permissions of a regular file.
    #[allow(clippy::useless_conversion, reason = "the bits have 16 bits on some systems")]
    pub(crate) fn permissions(&self, path: &str) -> Result<u32> {
        let (folder, name) = self.split(path.as_bytes())?;
        let stat = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(u32::from(Mode::from_raw_mode(stat.st_mode).bits()) & 0o7777)
    }

    /// Gives this folder the permissions of another one.
    pub(crate) fn take_permissions_of(&self, other: &Self) -> Result<()> {
        step()?;
        let stat = fstat(&other.handle)?;
        Ok(rustix::fs::fchmod(&self.handle, Mode::from_raw_mode(stat.st_mode))?)
    }

    /// Makes a folder that must not be there yet, and opens it.
    pub(crate) fn create_folder(&self, name: &str) -> Result<Self> {
        step()?;
        mkdirat(&self.handle, checked(name.as_bytes())?, Mode::from_raw_mode(0o777))?;
        self.below(name)
    }

    /// Moves what stands at a path of this folder to a path of another one. What stands there is replaced; a link is replaced itself.
    pub(crate) fn rename(&self, from: &str, other: &Self, to: &str) -> Result<()> {
        step()?;
        let (source, old) = self.split(from.as_bytes())?;
        let (target, new) = other.split(to.as_bytes())?;
        Ok(renameat(&source, old, &target, new)?)
    }

    /// Moves what stands at a path of this folder to a path of another one where nothing stands yet.
    pub(crate) fn rename_new(&self, from: &str, other: &Self, to: &str) -> Result<()> {
        step()?;
        #[cfg(any(target_os = "linux", target_os = "macos"))]
        {
            let (source, old) = self.split(from.as_bytes())?;
            let (target, new) = other.split(to.as_bytes())?;
            let flags = rustix::fs::RenameFlags::NOREPLACE;
            match rustix::fs::renameat_with(&source, old, &target, new, flags) {
                Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
                moved => return Ok(moved?),
            }
        }
        if other.kind(to)?.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, "something stands in its place already"));
        }
        self.rename(from, other, to)
    }

    /// Exchanges two paths in one step; an error where the system cannot.
    pub(crate) fn exchange(&self, one: &str, other: &Self, two: &str) -> Result<()> {
        step()?;
        #[cfg(any(target_os = "linux", target_os = "macos"))]
        {
            let (source, old) = self.split(one.as_bytes())?;
            let (target, new) = other.split(two.as_bytes())?;
            let flags = rustix::fs::RenameFlags::EXCHANGE;
            Ok(rustix::fs::renameat_with(&source, old, &target, new, flags)?)
        }
        #[cfg(not(any(target_os = "linux", target_os = "macos")))]
        {
            let _ = (one, other, two);
            Err(ErrorKind::Unsupported.into())
        }
    }

    /// Gives a regular file of this folder a second name in another one, where nothing stands yet.
    pub(crate) fn link(&self, name: &str, other: &Self) -> Result<()> {
        step()?;
        let name = checked(name.as_bytes())?;
        Ok(linkat(&self.handle, name, &other.handle, name, AtFlags::empty())?)
    }

    /// Removes a file or a link.
    pub(crate) fn remove_file(&self, path: &str) -> Result<()> {
        removing()?;
        let (folder, name) = self.split(path.as_bytes())?;
        Ok(unlinkat(&folder, name, AtFlags::empty())?)
    }

    /// Removes an empty folder.
    pub(crate) fn remove_folder(&self, path: &str) -> Result<()> {
        removing()?;
        let (folder, name) = self.split(path.as_bytes())?;
        Ok(unlinkat(&folder, name, AtFlags::REMOVEDIR)?)
    }

    /// Removes what stands at a path with all that is in it; links are removed and not followed.
    pub(crate) fn remove_all(&self, path: &str) -> Result<()> {
        match self.kind(path)? {
            None => Ok(()),
            Some(Kind::Folder) => {
                for (name, _) in self.below(path)?.names()? {
                    self.remove_all(&format!("{path}/{name}"))?;
                }
                self.remove_folder(path)
            }
            Some(_) => self.remove_file(path),
        }
    }

    /// When a file below this folder was last written.
    #[allow(clippy::unnecessary_cast, reason = "the numbers have other types on other systems")]
    pub(crate) fn modified(&self, path: &str) -> Result<SystemTime> {
        let (folder, name) = self.split(path.as_bytes())?;
        let stat = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let seconds = u64::try_from(stat.st_mtime).unwrap_or_default();
        Ok(SystemTime::UNIX_EPOCH + Duration::new(seconds, (stat.st_mtime_nsec as u32).min(999_999_999)))
    }

    /// The names in this folder and what stands there, sorted. A name that is no text is an error: nothing of ours has one.
    pub(crate) fn names(&self) -> Result<Vec<(String, Kind)>> {
        self.each(|name, _, _| {
            let stat = statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW)?;
            Ok(kind(FileType::from_raw_mode(stat.st_mode), stat.st_size.unsigned_abs()))
        })
    }

    /// The names in this folder and what stands there, sorted, without a look at each where the system tells what it is.
    pub(crate) fn listed(&self) -> Result<Vec<(String, Sort)>> {
        self.each(|name, file_type, _| self.sort(name, file_type))
    }

    /// The same with the number that the list gives each.
    pub(crate) fn numbered(&self) -> Result<Vec<(String, (Sort, u64))>> {
        self.each(|name, file_type, number| Ok((self.sort(name, file_type)?, number)))
    }

    fn sort(&self, name: &CStr, file_type: FileType) -> Result<Sort> {
        let file_type = match file_type {
            FileType::Unknown => FileType::from_raw_mode(statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode),
            told => told,
        };
        Ok(kind(file_type, 0).into())
    }

    /// The names in this folder, what stands there, and what changes when anybody touches it.
    pub(crate) fn stamps(&self) -> Result<Vec<(String, (Kind, Stamp))>> {
        self.each(|name, _, number| {
            let stat = statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW)?;
            let kind = kind(FileType::from_raw_mode(stat.st_mode), stat.st_size.unsigned_abs());
            Ok((kind, stamp(&stat, Some(number))))
        })
    }

    /// What this folder itself is known by, and what stands under a name in it, if anything.
    pub(crate) fn own_stamps(&self, name: &str) -> Result<(Stamp, Option<Stamp>)> {
        let own = stamp(&fstat(&self.handle)?, None);
        match statat(&self.handle, checked(name.as_bytes())?, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok((own, Some(stamp(&stat, None)))),
            Err(Errno::NOENT) => Ok((own, None)),
            Err(error) => Err(error.into()),
        }
    }

    /// The names in this folder, sorted, each with what is told of it.
    fn each<T>(&self, tell: impl Fn(&CStr, FileType, u64) -> Result<T>) -> Result<Vec<(String, T)>> {
        let mut names = Vec::new();
        let mut add = |name: &CStr, file_type: FileType, number: u64| {
            if !matches!(name.to_bytes(), b"." | b"..") {
                let told = tell(name, file_type, number)?;
                let name = name.to_str().map_err(|_| Error::other("a name in it is no text"))?;
                names.push((name.to_owned(), told));
            }
            Ok::<(), Error>(())
        };
        #[cfg(target_os = "linux")]
        {
            // By the handle itself, from the beginning: no other one is opened.
            rustix::fs::seek(&self.handle, rustix::fs::SeekFrom::Start(0))?;
            let mut room = [std::mem::MaybeUninit::uninit(); 8 << 10];
            let mut entries = rustix::fs::RawDir::new(&self.handle, &mut room);
            while let Some(entry) = entries.next() {
                let entry = entry?;
                add(entry.file_name(), entry.file_type(), entry.ino())?;
            }
        }
        #[cfg(not(target_os = "linux"))]
        for entry in rustix::fs::Dir::read_from(&self.handle)? {
            let entry = entry?;
            add(entry.file_name(), entry.file_type(), entry.ino())?;
        }
        names.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        Ok(names)
    }

    /// Whether two paths below this folder are the same file.
    pub(crate) fn is_same_file(&self, one: &str, two: &str) -> bool {
        let identity = |path: &str| {
            let (folder, name) = self.split(path.as_bytes()).ok()?;
            let stat = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            Some((stat.st_dev, stat.st_ino))
        };
        identity(one).is_some_and(|one| Some(one) == identity(two))
    }

    /// Whether a path of another folder is this very folder, still.
    pub(crate) fn stands_at(&self, other: &Self, path: &str) -> bool {
        let own = fstat(&self.handle).map(|stat| (stat.st_dev, stat.st_ino));
        let found = other.below(path).and_then(|folder| Ok(fstat(&folder.handle)?));
        match (own, found) {
            (Ok(own), Ok(found)) => own == (found.st_dev, found.st_ino),
            _ => false,
        }
    }

    /// Waits until what was written to this folder's file system is on the disk, where the system can.
    pub(crate) fn sync(&self) -> Result<()> {
        step()?;
        #[cfg(target_os = "linux")]
        {
            Ok(rustix::fs::syncfs(&self.handle)?)
        }
        #[cfg(not(target_os = "linux"))]
        {
            Ok(rustix::fs::fsync(&self.handle)?)
        }
    }

    /// Locks the folder against other builds, where the system can lock folders; an error when another one holds the lock.
    pub(crate) fn lock(&self) -> Result<Option<File>> {
        // A handle of its own: the lock ends with it, whoever still holds the folder.
        let Ok(handle) = openat(&self.handle, ".", FOLDER, Mode::empty()) else {
            return Ok(None);
        };
        let folder = File::from(handle);
        match folder.try_lock() {
            Ok(()) => Ok(Some(folder)),
            Err(std::fs::TryLockError::WouldBlock) => Err(Error::other("another build is writing to it")),
            Err(std::fs::TryLockError::Error(_)) => Ok(None),
        }
    }
}

/// Opens what stands at a path below a folder in one call, where the system can do that and no link is on the way. After an error
/// whoever asks goes there step by step, and finds out why.
#[cfg(target_os = "linux")]
fn straight(folder: &OwnedFd, path: &[u8], flags: OFlags, mode: Mode) -> std::result::Result<OwnedFd, Errno> {
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::fs::{ResolveFlags, openat2};

    /// Whether the system has said that it does not know the call.
    static IS_UNKNOWN: AtomicBool = AtomicBool::new(false);

    let is_plain = path.split(|byte| *byte == b'/').all(|part| checked(part).is_ok());
    if !is_plain || IS_UNKNOWN.load(Ordering::Relaxed) {
        return Err(Errno::NOSYS);
    }
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    openat2(folder, path, flags, mode, resolve).inspect_err(|error| {
        // Old systems do not have it, and some sandboxes refuse what they do not know.
        if matches!(*error, Errno::NOSYS | Errno::PERM) {
            IS_UNKNOWN.store(true, Ordering::Relaxed);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn straight(_: &OwnedFd, _: &[u8], _: OFlags, _: Mode) -> std::result::Result<OwnedFd, Errno> {
    Err(Errno::NOSYS)
}

/// Writes all bytes; a fault lets half of them come through.
fn write(file: &mut File, bytes: &[u8]) -> Result<()> {
    if let Err(error) = step() {
        file.write_all(&bytes[..bytes.len() / 2])?;
        return Err(error);
    }
    file.write_all(bytes)
}

/// What a file is known by; `listed` is the number that the list of its folder gives it.
#[allow(
    clippy::cast_sign_loss,
    clippy::unnecessary_cast,
    clippy::cast_possible_wrap,
    clippy::useless_conversion,
    reason = "the numbers have other types on other systems, and are compared only"
)]
fn stamp(stat: &rustix::fs::Stat, listed: Option<u64>) -> Stamp {
    Stamp {
        device: stat.st_dev as u64,
        inode: stat.st_ino as u64,
        listed: listed.unwrap_or(stat.st_ino as u64),
        written: (stat.st_mtime as i64, stat.st_mtime_nsec as i64),
        changed: (stat.st_ctime as i64, stat.st_ctime_nsec as i64),
    }
}

fn kind(file_type: FileType, length: u64) -> Kind {
    match file_type {
        FileType::RegularFile => Kind::File(length),
        FileType::Directory => Kind::Folder,
        FileType::Symlink => Kind::Link,
        _ => Kind::Other,
    }
}

/// A part of a path that names something in its folder.
fn checked(part: &[u8]) -> Result<&OsStr> {
    if part.is_empty() || matches!(part, b"." | b"..") || part.contains(&0) {
        return Err(Error::other("it has a part that names another folder"));
    }
    Ok(OsStr::from_bytes(part))
}

/// What an error of an opening means in words: the system says that there are too many links, or that a link is no folder.
fn named(error: Errno) -> Error {
    match error {
        Errno::LOOP | Errno::MLINK => Error::other("it is a link, or lies behind one"),
        Errno::NOTDIR => Error::other("a link or a file stands where a folder must be"),
        error => error.into(),
    }
}
