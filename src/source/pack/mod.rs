//! Packs read without libgit2, for commits and trees: walks over history read hundreds of thousands of them, and most of the time went
//! into inflating the same bases again.
//!
//! Only what is plain is read here: packs of version 2 or 3 with an index of version 2, in the `pack` folder itself. Whatever is missing,
//! damaged or otherwise out of the ordinary (loose objects, borrowed objects, other systems than Unix) is left to libgit2, which also
//! has the words for what is wrong. As everywhere here, objects are not hashed again.

use std::path::Path;
use std::sync::Arc;

use git2::{ObjectType, Oid};
use libdeflater::Decompressor;

use crate::source::pack::blocks::Blocks;
use crate::source::pack::delta::applied;
use crate::source::pack::index::Index;
use crate::source::recent::Recent;

mod blocks;
mod delta;
mod index;

/// With more packs than this, looking for an object takes longer than reading it.
const PACK_LIMIT: usize = 32;

/// The largest commit or tree, in bytes.
const OBJECT_LIMIT: usize = 64 << 20;

/// The longest chain of deltas; git makes none of more than 4095.
const CHAIN_LIMIT: usize = 4095;

/// Bytes of bases that are kept, per generation.
const BASE_BYTES: usize = 16 << 20;

/// The packs of a repository, for one thread at a time.
pub(crate) struct Packs {
    all: Vec<Pack>,
    /// Objects that others may be stored against, by pack and place.
    bases: Recent<(usize, u64), Object>,
    inflate: Decompressor,
    /// The pack in which the last object was found.
    last: usize,
}

/// A pack with its index.
struct Pack {
    index: Index,
    data: Blocks,
}

/// An object as it is read.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    /// What it is.
    pub(crate) kind: ObjectType,
    /// Its bytes.
    pub(crate) bytes: Arc<[u8]>,
}

/// How an object is stored.
enum Stored {
    /// As it is.
    Whole(ObjectType),
    /// As what differs from the object at a place.
    Delta(u64),
}

/// The head of a stored object.
struct Head {
    stored: Stored,
    /// The length of what is stored, inflated.
    size: usize,
    /// Where the deflated bytes begin.
    data: u64,
}

impl Packs {
    /// The packs below an `objects` folder.
    pub(crate) fn open(objects: &Path) -> Self {
        let mut names: Vec<_> = std::fs::read_dir(objects.join("pack"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "idx"))
            .collect();
        names.sort();
        if names.len() > PACK_LIMIT || cfg!(not(unix)) {
            names.clear();
        }
        Self {
            all: names.iter().filter_map(|path| Pack::open(path)).collect(),
            bases: Recent::new(BASE_BYTES),
            inflate: Decompressor::new(),
            last: 0,
        }
    }

    /// An object; none when it has to be asked for elsewhere.
    pub(crate) fn find(&mut self, id: Oid) -> Option<Object> {
        let count = self.all.len();
        for step in 0..count {
            let pack = (self.last + step) % count;
            if let Some(place) = self.all[pack].index.place(id) {
                self.last = pack;
                return self.object(pack, place);
            }
        }
        None
    }

    /// The object at a place of a pack.
    fn object(&mut self, pack: usize, place: u64) -> Option<Object> {
        let mut deltas = Vec::new();
        let mut delta_bytes = 0;
        let mut at = place;
        let mut object = loop {
            if let Some(object) = self.bases.find((pack, at), |object| object.bytes.len()) {
                break object;
            }
            let head = self.all[pack].head(at)?;
            let bytes = self.inflated(pack, &head)?;
            match head.stored {
                Stored::Whole(kind) => {
                    let object = Object { kind, bytes };
                    if kind == ObjectType::Tree || !deltas.is_empty() {
                        self.bases.keep((pack, at), object.clone(), object.bytes.len());
                    }
                    break object;
                }
                Stored::Delta(base) => {
                    delta_bytes += bytes.len();
                    deltas.push((at, bytes));
                    if deltas.len() > CHAIN_LIMIT || delta_bytes > OBJECT_LIMIT {
                        return None;
                    }
                    at = base;
                }
            }
        };
        while let Some((at, delta)) = deltas.pop() {
            object.bytes = applied(&object.bytes, &delta, OBJECT_LIMIT)?;
            self.bases.keep((pack, at), object.clone(), object.bytes.len());
        }
        Some(object)
    }

    /// What is stored, inflated.
    fn inflated(&mut self, pack: usize, head: &Head) -> Option<Arc<[u8]>> {
        // What cannot be made smaller grows a little; more than that is nothing that git wrote.
        let most = head.size + head.size / 8 + 64;
        let deflated = self.all[pack].data.from(head.data, most)?;
        let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, head.size).collect();
        let length = self.inflate.zlib_decompress(&deflated, Arc::get_mut(&mut bytes)?).ok()?;
        (length == head.size).then_some(bytes)
    }
}

impl Pack {
    /// Opens the pack that belongs to an index.
    fn open(index: &Path) -> Option<Self> {
        let mut data = Blocks::open(&index.with_extension("pack"))?;
        let head: [u8; 8] = data.exact(0)?;
        let is_plain = matches!(head, [b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3]);
        let index = Index::open(index).filter(|_| is_plain)?;
        Some(Self { index, data })
    }

    /// The head of the object at a place: its kind and length, and what it is stored against.
    fn head(&mut self, place: u64) -> Option<Head> {
        // Ten bytes of length, ten of distance or twenty of id.
        let bytes = self.data.from(place, 32)?;
        let mut at = 0;
        let mut next = || {
            at += 1;
            bytes.get(at - 1).copied()
        };
        let mut byte = next()?;
        let kind = byte >> 4 & 7;
        let mut size = usize::from(byte & 15);
        let mut shift = 4;
        while byte & 0x80 != 0 {
            byte = next().filter(|_| shift < 40)?;
            size |= usize::from(byte & 0x7f) << shift;
            shift += 7;
        }
        if size > OBJECT_LIMIT {
            return None;
        }
        let stored = match kind {
            1 => Stored::Whole(ObjectType::Commit),
            2 => Stored::Whole(ObjectType::Tree),
            6 => {
                byte = next()?;
                let mut distance = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = next().filter(|_| distance < 1 << 48)?;
                    distance = (distance + 1) << 7 | u64::from(byte & 0x7f);
                }
                Stored::Delta(place.checked_sub(distance).filter(|_| distance > 0)?)
            }
            7 => {
                let id = Oid::from_bytes(bytes.get(at..at + 20)?).ok()?;
                at += 20;
                drop(bytes);
                Stored::Delta(self.index.place(id)?)
            }
            // Files and tags are read elsewhere.
            _ => return None,
        };
        Some(Head {
            stored,
            size,
            data: place + at as u64,
        })
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use git2::{ObjectType, Oid};

    use super::Packs;
    use crate::source::testing::TestRepository;

    /// A repository with one pack in which most trees are stored as differences, and the commits and trees in it.
    fn packed(options: &[&str]) -> Option<(TestRepository, Vec<(Oid, ObjectType)>)> {
        let test = TestRepository::new()?;
        let names: Vec<String> = (0..60).map(|number| format!("folder/file-{number}.md")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "text\n")).collect();
        test.commit(&files, "first");
        for number in 0..40_usize {
            test.commit(&[(&names[number * 7 % 60], &format!("text {number}\n"))], "next");
        }
        let repack = ["repack", "-adfq", "--depth=50", "--window=20"];
        test.git(&[options, &repack].concat());
        let list = test.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"]);
        let objects = list.lines().filter_map(|line| {
            let (id, kind) = line.split_once(' ')?;
            let kind = match kind {
                "commit" => ObjectType::Commit,
                "tree" => ObjectType::Tree,
                _ => return None,
            };
            Some((Oid::from_str(id).ok()?, kind))
        });
        let objects: Vec<(Oid, ObjectType)> = objects.collect();
        Some((test, objects))
    }

    #[test]
    fn commits_and_trees_are_read_as_libgit2_reads_them() {
        for options in [
            [].as_slice(),
            &["-c", "repack.useDeltaBaseOffset=false"],
            &["-c", "pack.compression=0"],
        ] {
            let Some((test, objects)) = packed(options) else { return };
            let deltas = test.git(&["cat-file", "--batch-all-objects", "--batch-check=%(deltabase)"]);
            assert!(deltas.lines().filter(|base| base.bytes().any(|byte| byte != b'0')).count() > 20);
            let git = git2::Repository::open(test.path()).unwrap();
            let odb = git.odb().unwrap();
            let mut packs = Packs::open(&test.join(".git/objects"));
            // Forth and back, since what is kept on the way must not change what is found.
            for (id, kind) in objects.iter().chain(objects.iter().rev()) {
                let object = packs.find(*id).unwrap();
                assert_eq!(object.kind, *kind);
                assert_eq!(object.bytes.as_ref(), odb.read(*id).unwrap().data(), "{kind} {id}");
            }
            assert!(packs.find(Oid::from_bytes(&[7; 20]).unwrap()).is_none());
            let blob = Oid::from_str(&test.git(&["rev-parse", "HEAD:folder/file-0.md"])).unwrap();
            assert!(packs.find(blob).is_none(), "files are read elsewhere");
        }
    }

    #[test]
    fn damaged_packs_are_read_without_harm() {
        let Some((test, objects)) = packed(&[]) else { return };
        let mut files: Vec<_> = std::fs::read_dir(test.join(".git/objects/pack"))
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.retain(|path| path.extension().is_some_and(|ending| ending == "pack" || ending == "idx"));
        assert_eq!(files.len(), 2);
        for path in files {
            let good = std::fs::read(&path).unwrap();
            std::fs::remove_file(&path).unwrap();
            for step in 0..150_usize {
                let mut bad = good.clone();
                let at = step * 7919 % bad.len();
                match step % 3 {
                    0 => bad[at] ^= 0xff,
                    1 => bad.truncate(at),
                    _ => bad[at..].iter_mut().take(40).for_each(|byte| *byte = 0xff),
                }
                std::fs::write(&path, &bad).unwrap();
                let mut packs = Packs::open(&test.join(".git/objects"));
                for (id, _) in objects.iter().step_by(9) {
                    let _ = packs.find(*id);
                }
            }
            std::fs::write(&path, &good).unwrap();
        }
        let mut packs = Packs::open(&test.join(".git/objects"));
        assert!(objects.iter().all(|(id, _)| packs.find(*id).is_some()));
    }
}
