//! Folders by their path, where the system has no `openat`: each step is looked at right before it is used.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Read as _, Result, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::folder::kind::{Kind, Sort, Stamp, is_missing, not_a_file, too_large};

/// A folder by its real path.
#[derive(Debug)]
pub(crate) struct Folder {
    place: PathBuf,
}

impl Folder {
    /// Opens a folder by its real path.
    pub(crate) fn open(place: &Path) -> Result<Self> {
        if !fs::symlink_metadata(place)?.is_dir() {
            return Err(Error::other("a link or a file stands where a folder must be"));
        }
        Ok(Self {
            place: place.to_path_buf(),
        })
    }

    /// A folder below this one; the path has `/` between its parts, and the empty one is this folder.
    pub(crate) fn below(&self, path: &str) -> Result<Self> {
        self.walk(path.as_bytes(), false)
    }

    /// A folder below this one; it and those on the way are made where they are missing.
    pub(crate) fn make(&self, path: &str) -> Result<Self> {
        self.walk(path.as_bytes(), true)
    }

    /// A folder below this one.
    pub(super) fn walk(&self, path: &[u8], makes: bool) -> Result<Self> {
        let path = std::str::from_utf8(path).map_err(Error::other)?;
        let mut place = self.place.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            place.push(checked(part)?);
            match fs::symlink_metadata(&place) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Err(Error::other("a link or a file stands where a folder must be")),
                Err(error) if makes && is_missing(&error) => fs::create_dir(&place)?,
                Err(error) => return Err(error),
            }
        }
        Ok(Self { place })
    }

    /// A folder in this one that is most likely not there yet.
    pub(crate) fn made(&self, name: &str) -> Result<Self> {
        self.make(name)
    }

    fn at(&self, path: &str) -> Result<PathBuf> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok(self.walk(folder.as_bytes(), false)?.place.join(checked(name)?))
    }

    /// What stands at a path below this folder; none when nothing does.
    pub(crate) fn kind(&self, path: &str) -> Result<Option<Kind>> {
        match self.at(path).and_then(fs::symlink_metadata) {
            Ok(metadata) if metadata.is_file() => Ok(Some(Kind::File(metadata.len()))),
            Ok(metadata) if metadata.is_dir() => Ok(Some(Kind::Folder)),
            Ok(metadata) if metadata.is_symlink() => Ok(Some(Kind::Link)),
            Ok(_) => Ok(Some(Kind::Other)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a regular file below this folder; no more than the limit is read.
    pub(crate) fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>> {
        let place = self.at(path)?;
        let metadata = fs::symlink_metadata(&place)?;
        if metadata.is_symlink() {
            return Err(Error::other("it is a link, and links are not followed"));
        }
        if !metadata.is_file() {
            return Err(not_a_file());
        }
        if metadata.len() > limit {
            return Err(too_large(metadata.len(), limit));
        }
        let mut bytes = Vec::new();
        File::open(place)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// As `read`, for a path that may not be text.
    pub(crate) fn read_bytes_path(&self, path: &[u8], limit: u64) -> Result<Vec<u8>> {
        self.read(&String::from_utf8_lossy(path), limit)
    }

    /// Makes a file that must not be there yet.
    pub(crate) fn create(&self, path: &str, bytes: &[u8], permissions: Option<u32>) -> Result<()> {
        let _ = permissions;
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.make(folder)?;
        }
        File::options()
            .write(true)
            .create_new(true)
            .open(self.at(path)?)?
            .write_all(bytes)
    }

    /// As `create`; here nothing tells a file from another one that has its bytes.
    pub(crate) fn put(&self, path: &str, bytes: &[u8], _: bool) -> Result<Option<Stamp>> {
        self.create(path, bytes, None).map(|()| None)
    }

    /// As `create`, and the bytes are on the disk at the end.
    pub(crate) fn create_synced(&self, path: &str, bytes: &[u8], permissions: Option<u32>) -> Result<()> {
        self.create(path, bytes, permissions)?;
        File::options().write(true).open(self.at(path)?)?.sync_all()
    }

    /// The permissions of a regular file; this system does not know.
    pub(crate) fn permissions(&self, path: &str) -> Result<u32> {
        self.at(path).map(|_| 0)
    }

    /// Gives this folder the permissions of another one; this system does not know.
    pub(crate) fn take_permissions_of(&self, _: &Self) -> Result<()> {
        Ok(())
    }

    /// Makes a folder that must not be there yet, and opens it.
    pub(crate) fn create_folder(&self, name: &str) -> Result<Self> {
        fs::create_dir(self.at(name)?)?;
        self.below(name)
    }

    /// Moves what stands at a path of this folder to a path of another one. What stands there is replaced.
    pub(crate) fn rename(&self, from: &str, other: &Self, to: &str) -> Result<()> {
        fs::rename(self.at(from)?, other.at(to)?)
    }

    /// Moves what stands at a path of this folder to a path of another one where nothing stands yet.
    pub(crate) fn rename_new(&self, from: &str, other: &Self, to: &str) -> Result<()> {
        if other.kind(to)?.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, "something stands in its place already"));
        }
        self.rename(from, other, to)
    }

    /// Exchanges two paths in one step; this system cannot.
    pub(crate) fn exchange(&self, _: &str, _: &Self, _: &str) -> Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    /// Gives a regular file of this folder a second name in another one, where nothing stands yet.
    pub(crate) fn link(&self, name: &str, other: &Self) -> Result<()> {
        fs::hard_link(self.at(name)?, other.at(name)?)
    }

    /// Removes a file or a link.
    pub(crate) fn remove_file(&self, path: &str) -> Result<()> {
        fs::remove_file(self.at(path)?)
    }

    /// Removes an empty folder.
    pub(crate) fn remove_folder(&self, path: &str) -> Result<()> {
        fs::remove_dir(self.at(path)?)
    }

    /// Removes what stands at a path with all that is in it; links are removed and not followed.
    pub(crate) fn remove_all(&self, path: &str) -> Result<()> {
        match self.kind(path)? {
            None => Ok(()),
            Some(Kind::Folder) => fs::remove_dir_all(self.at(path)?),
            Some(_) => self.remove_file(path),
        }
    }

    /// When a file below this folder was last written.
    pub(crate) fn modified(&self, path: &str) -> Result<SystemTime> {
        fs::symlink_metadata(self.at(path)?)?.modified()
    }

    /// The names in this folder and what stands there, sorted.
    pub(crate) fn names(&self) -> Result<Vec<(String, Kind)>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.place)? {
            let name = entry?.file_name().into_string();
            let name = name.map_err(|_| Error::other("a name in it is no text"))?;
            if let Some(kind) = self.kind(&name)? {
                names.push((name, kind));
            }
        }
        names.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(names)
    }

    /// The names in this folder and what stands there, sorted.
    pub(crate) fn listed(&self) -> Result<Vec<(String, Sort)>> {
        let names = self.names()?.into_iter();
        Ok(names.map(|(name, kind)| (name, kind.into())).collect())
    }

    /// Here a list gives no numbers.
    pub(crate) fn numbered(&self) -> Result<Vec<(String, (Sort, u64))>> {
        let names = self.listed()?.into_iter();
        Ok(names.map(|(name, sort)| (name, (sort, 0))).collect())
    }

    /// Here no time is known that nobody can set back.
    #[allow(clippy::unused_self, reason = "as on systems that have such a time")]
    pub(crate) fn stamps(&self) -> Result<Vec<(String, (Kind, Stamp))>> {
        Err(Error::other("nothing tells when a file was changed"))
    }

    /// Here no time is known that nobody can set back.
    #[allow(clippy::unused_self, reason = "as on systems that have such a time")]
    pub(crate) fn own_stamps(&self, _: &str) -> Result<(Stamp, Option<Stamp>)> {
        Err(Error::other("nothing tells when a file was changed"))
    }

    /// Whether two paths below this folder are the same file, as far as this system tells.
    pub(crate) fn is_same_file(&self, one: &str, two: &str) -> bool {
        let real = |path: &str| self.at(path).and_then(fs::canonicalize).ok();
        real(one).is_some_and(|one| Some(one) == real(two))
    }

    /// Whether a path of another folder is this very folder.
    pub(crate) fn stands_at(&self, other: &Self, path: &str) -> bool {
        other.below(path).is_ok_and(|folder| folder.place == self.place)
    }

    /// Waits until everything is on the disk; this system offers it for files only.
    pub(crate) fn sync(&self) -> Result<()> {
        Ok(())
    }

    /// Locks the folder against other builds; this system locks no folders.
    pub(crate) fn lock(&self) -> Result<Option<File>> {
        Ok(None)
    }
}

fn checked(part: &str) -> Result<&str> {
    if part.is_empty() || matches!(part, "." | "..") || part.contains(['\\', ':', '\0']) {
        return Err(Error::other("it has a part that names another folder"));
    }
    Ok(part)
}
