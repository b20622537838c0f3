//! A large file that is read in blocks, of which the recent ones are kept at hand.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use crate::source::recent::Recent;

/// The length of a block in bytes.
const BLOCK: usize = 64 << 10;

/// Bytes of blocks that are kept, per generation.
const KEPT: usize = 12 << 20;

/// A file that is read in blocks. It is never changed while it is there: git writes a new pack under a new name.
pub(crate) struct Blocks {
    file: File,
    /// The length of the file in bytes.
    pub(crate) length: u64,
    recent: Recent<u64, Arc<[u8]>>,
    /// The block that was read last; most reads are near the one before.
    last: Option<(u64, Arc<[u8]>)>,
}

impl Blocks {
    /// Opens a file.
    pub(crate) fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some(Self {
            length: metadata.len(),
            file,
            recent: Recent::new(KEPT),
            last: None,
        })
    }

    /// The bytes from a place on: so many, or more, or fewer where the file ends. None beyond the end.
    pub(crate) fn from(&mut self, at: u64, length: usize) -> Option<Cow<'_, [u8]>> {
        let rest = self.length.checked_sub(at).filter(|rest| *rest > 0)?;
        let length = (length as u64).min(rest) as usize;
        let (number, start) = (at / BLOCK as u64, (at % BLOCK as u64) as usize);
        self.load(number)?;
        let is_inside = self.last.as_ref().is_some_and(|(_, block)| start + length <= block.len());
        if is_inside {
            let (_, block) = self.last.as_ref()?;
            return Some(Cow::Borrowed(block.get(start..)?));
        }
        let mut bytes = Vec::with_capacity(length);
        let (mut number, mut start) = (number, start);
        while bytes.len() < length {
            self.load(number)?;
            let (_, block) = self.last.as_ref()?;
            let part = block.get(start..)?;
            if part.is_empty() {
                return None;
            }
            bytes.extend_from_slice(&part[..part.len().min(length - bytes.len())]);
            (number, start) = (number + 1, 0);
        }
        Some(Cow::Owned(bytes))
    }

    /// Exactly so many bytes from a place on.
    pub(crate) fn exact<const N: usize>(&mut self, at: u64) -> Option<[u8; N]> {
        self.from(at, N)?.get(..N)?.try_into().ok()
    }

    /// Makes a block the last one.
    fn load(&mut self, number: u64) -> Option<()> {
        if self.last.as_ref().is_some_and(|(last, _)| *last == number) {
            return Some(());
        }
        let known = self.recent.find(number, |block| block.len());
        let block = if let Some(block) = known {
            block
        } else {
            let at = number.checked_mul(BLOCK as u64)?;
            let length = self.length.checked_sub(at)?.min(BLOCK as u64) as usize;
            let mut block: Arc<[u8]> = std::iter::repeat_n(0, length).collect();
            read_at(&self.file, Arc::get_mut(&mut block)?, at)?;
            self.recent.keep(number, Arc::clone(&block), length);
            block
        };
        self.last = Some((number, block));
        Some(())
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> Option<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at).ok()
}

/// Here libgit2 reads all packs.
#[cfg(not(unix))]
fn read_at(_: &File, _: &mut [u8], _: u64) -> Option<()> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::{BLOCK, Blocks};

    #[test]
    fn bytes_are_read_across_blocks_and_up_to_the_end() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("file");
        let bytes: Vec<u8> = (0..3 * BLOCK + 5).map(|at| (at % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let mut blocks = Blocks::open(&path).unwrap();
        for (at, length) in [
            (0, 1),
            (BLOCK - 1, 2),
            (5, 2 * BLOCK),
            (3 * BLOCK, 100),
            (BLOCK, BLOCK),
            (3 * BLOCK + 4, 1),
        ] {
            let found = blocks.from(at as u64, length).unwrap();
            assert!(found.len() >= length.min(bytes.len() - at), "{at}");
            assert_eq!(found.as_ref(), &bytes[at..at + found.len()], "{at}");
        }
        assert!(blocks.from(bytes.len() as u64, 1).is_none() && blocks.from(u64::MAX, 1).is_none());
        assert!(blocks.exact::<8>(bytes.len() as u64 - 7).is_none());
        assert!(Blocks::open(folder.path()).is_none());
    }
}
