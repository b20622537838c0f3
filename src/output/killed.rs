//! The writer with a fault at every step that changes the disk: the old site or the new one, and never a mixture that is not said.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use walkdir::WalkDir;

use crate::error::Result;
use crate::folder::fault::{Fault, with};
use crate::output::digest::sha256;
use crate::output::marker::{MARKER, is_fresh};
use crate::output::publish::{COMING, MANIFEST};
use crate::output::seal::Standing;
use crate::output::verify::{Wrong, verify};
use crate::output::{Rules, Summary, Writer};

/// Files with their bytes, by their path.
type Files = BTreeMap<String, String>;

/// A site with its manifest.
fn site(files: &[(&str, &str)]) -> Files {
    let mut made: Files = files
        .iter()
        .map(|(url, text)| ((*url).to_owned(), (*text).to_owned()))
        .collect();
    let entry = |(url, text): (&String, &String)| {
        let digest = sha256(text);
        format!("{{\"url\":\"{url}\",\"sha256\":\"{digest}\"}}")
    };
    let entries: Vec<String> = made.iter().map(entry).collect();
    made.insert(
        MANIFEST.to_owned(),
        format!("{{\"schema\":\"runproof-manifest/1\",\"files\":[{}]}}", entries.join(",")),
    );
    made
}

fn old() -> Files {
    site(&[
        ("index.html", "the old home"),
        ("a/index.html", "a page that changes, old"),
        ("gone/index.html", "a page that goes"),
        ("same.css", "same"),
        ("was-file", "becomes a folder"),
    ])
}

fn new() -> Files {
    site(&[
        ("index.html", "the new home"),
        ("a/index.html", "a page that changes, new"),
        ("deep/er/index.html", "a page that comes"),
        ("same.css", "same"),
        ("was-file/index.html", "became a folder"),
    ])
}

/// A build that takes the word of a seal, and fills the folder of the site before the last one.
fn build_sealed(out: &Path, files: &Files) -> Result<Summary> {
    let rules = Rules {
        protected: &[],
        within: None,
        is_tracked: &|_| false,
    };
    let mut writer = Writer::begin(out, &rules)?;
    let standing = Standing::of(&out.canonicalize().expect("it is there")).expect("it can be looked at");
    writer.trust(standing, Some(&out.with_file_name("cache").join("spare")), &[])?;
    for (url, text) in files {
        writer.put(url, text.as_bytes())?;
    }
    writer.finish()
}

fn build(out: &Path, files: &Files) -> Result<Summary> {
    let rules = Rules {
        protected: &[],
        within: None,
        is_tracked: &|_| false,
    };
    let writer = Writer::begin(out, &rules)?;
    for (url, text) in files {
        writer.put(url, text.as_bytes())?;
    }
    writer.finish()
}

/// A build after one that was cut off. Tests beside this one start programs, and between fork and exec such a child holds every open file,
/// the lock of the build that was cut off among them: for a moment the lock may still seem to be held.
fn build_again(out: &Path, files: &Files) -> Result<Summary> {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        match build(out, files) {
            Err(error) if error.message.contains("another build is writing") && Instant::now() < until => {
                thread::sleep(Duration::from_millis(10));
            }
            built => return built,
        }
    }
}

/// Everything that stands in a folder but the marker.
fn found(out: &Path) -> Files {
    WalkDir::new(out)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file() && entry.file_name() != MARKER)
        .map(|entry| {
            let path = entry.path().strip_prefix(out).expect("it lies there").display().to_string();
            (path, fs::read_to_string(entry.path()).expect("it is text"))
        })
        .collect()
}

/// What a site was before the build that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Missing,
    Empty,
    /// A site that is exchanged whole.
    Ours,
    /// A site in a folder with a file of somebody else, so that files are moved one by one.
    Shared,
    /// A site of which the folder before it waits to be filled again.
    Refilled,
}

const THEIRS: (&str, &str) = ("CNAME", "example.org");

fn prepare(before: Before) -> (TempDir, PathBuf) {
    // In memory where that can be had: every build waits for the disk.
    let folder = TempDir::new_in("/dev/shm")
        .or_else(|_| TempDir::new())
        .expect("a folder can be made");
    let out = folder.path().join("site");
    match before {
        Before::Missing | Before::Refilled => {}
        Before::Empty => fs::create_dir(&out).expect("it can be made"),
        Before::Ours | Before::Shared => drop(build(&out, &old()).expect("the old site is built")),
    }
    if before == Before::Shared {
        fs::write(out.join(THEIRS.0), THEIRS.1).expect("it can be written");
    }
    if before == Before::Refilled {
        let odd = site(&[
            ("index.html", "odd"),
            ("a", "a file where a folder was"),
            ("same.css", "same"),
            ("odd/x/y.html", "odd"),
        ]);
        drop(build(&out, &odd).expect("an older site is built"));
        drop(build_sealed(&out, &old()).expect("the old site is built"));
    }
    (folder, out)
}

/// What the outcomes of all faults of one kind were.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    faults: usize,
    old: usize,
    new: usize,
    mixed_and_said: usize,
}

/// Builds with one fault and judges what stands there; none when the fault came behind the last step.
fn judged(before: Before, fault: Fault, counted: &mut Counted) -> bool {
    let (folder, out) = prepare(before);
    let was = found(&out);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread can be had");
    let faulty = if before == Before::Refilled { build_sealed } else { build };
    let (result, steps) = pool.install(|| with(fault, || faulty(&out, &new())));
    let (Fault::Kill(at) | Fault::Once(at) | Fault::Full(at) | Fault::Stuck(at)) = fault;
    if steps <= at {
        assert!(result.is_ok(), "{before:?} {fault:?}: without a fault it is built");
        return false;
    }
    counted.faults += 1;
    let mut now = found(&out);
    let mut wanted = new();
    if before == Before::Shared {
        wanted.insert(THEIRS.0.to_owned(), THEIRS.1.to_owned());
        assert_eq!(
            now.get(THEIRS.0).map(String::as_str),
            Some(THEIRS.1),
            "{before:?} {fault:?}: what is not ours stays"
        );
    }
    // No file is torn: each is an old one or a new one, whole. What waits for its place is no part of the site.
    let is_waiting = |url: &String| is_fresh(url.split('/').next().unwrap_or_default());
    let waiting: BTreeSet<String> = now.keys().filter(|url| is_waiting(url)).cloned().collect();
    let coming = now.remove(COMING).is_some();
    now.retain(|url, _| !is_waiting(url));
    for (url, text) in &now {
        assert!(
            was.get(url) == Some(text) || wanted.get(url) == Some(text),
            "{before:?} {fault:?}: `{url}` is of no build"
        );
    }
    if now == wanted {
        counted.new += 1;
    } else if now == was {
        counted.old += 1;
        assert!(result.is_err(), "{before:?} {fault:?}: that nothing came is said");
    } else {
        counted.mixed_and_said += 1;
        assert!(result.is_err(), "{before:?} {fault:?}: the mixture is said by the build");
        assert!(coming, "{before:?} {fault:?}: the mixture is said by the folder");
        let verified = verify(&out).expect("the site can be looked at");
        assert!(
            verified.is_unfinished,
            "{before:?} {fault:?}: the mixture is said by `verify`"
        );
        for (url, text) in now.iter().filter(|(url, _)| *url != THEIRS.0 && *url != MANIFEST) {
            let wrong = verified.wrong.get(url);
            let manifest = &now[MANIFEST];
            let is_listed_old = *manifest == was[MANIFEST] && was.get(url) == Some(text);
            let is_newer = matches!(wrong, Some(Wrong::Newer));
            let is_told = if is_listed_old {
                wrong.is_none()
            } else {
                is_newer || *manifest == wanted[MANIFEST]
            };
            assert!(is_told, "{before:?} {fault:?}: `{url}` is told as {wrong:?}");
        }
    }
    if !matches!(fault, Fault::Kill(_) | Fault::Stuck(_)) {
        assert!(waiting.is_empty(), "{before:?} {fault:?}: {waiting:?} is left");
    }
    // The next build sets it right, and nothing of the one before is left in the folder or beside it.
    build_again(&out, &new()).unwrap_or_else(|error| panic!("{before:?} {fault:?}: the next build fails: {error:?}"));
    assert_eq!(found(&out), wanted, "{before:?} {fault:?}: the next build");
    let beside: Vec<String> = fs::read_dir(folder.path())
        .expect("the folder can be read")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| before != Before::Refilled || name != "cache")
        .collect();
    assert_eq!(beside, ["site"], "{before:?} {fault:?}: nothing is left beside the site");
    assert!(verify(&out).is_ok_and(|verified| !verified.is_unfinished));
    true
}

#[test]
fn a_fault_at_any_step_leaves_the_old_site_or_the_new_one_or_says_that_it_is_mixed() {
    for before in [Before::Missing, Before::Empty, Before::Ours, Before::Shared, Before::Refilled] {
        for kind in [Fault::Kill, Fault::Once, Fault::Full, Fault::Stuck] {
            let mut counted = Counted::default();
            let mut at = 0;
            while judged(before, kind(at), &mut counted) {
                at += 1;
            }
            println!("{before:?}, {:?}: {counted:?}", kind(0));
            assert!(counted.faults > 20, "{before:?} {counted:?}");
            if before != Before::Shared {
                assert_eq!(
                    counted.mixed_and_said, 0,
                    "{before:?} {counted:?}: a site of ours is exchanged whole"
                );
            }
        }
    }
}

#[test]
fn a_folder_that_is_filled_again_holds_the_site_whatever_was_in_it() {
    let (_folder, out) = prepare(Before::Refilled);
    let spare = out.with_file_name("cache").join("spare");
    assert!(spare.join("odd/x/y.html").exists(), "the folder before the last one waits");
    // What somebody did to it in the meantime is set right.
    fs::remove_file(spare.join("same.css")).expect("it can be removed");
    fs::write(spare.join("same.css"), "other").expect("it can be written");
    fs::create_dir(spare.join("was-file")).expect("it can be made");
    fs::write(spare.join("was-file/odd"), "odd").expect("it can be written");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/", spare.join("gone")).expect("a link can be made");
    let mut was = found(&out);
    for files in [new(), old(), old(), new()] {
        let built = build_sealed(&out, &files).expect("it is built");
        assert_eq!(found(&out), files);
        let place = out.canonicalize().expect("it is there");
        let standing = built.standing.expect("every file is known");
        assert!(
            standing
                .seal()
                .holds_whole(&Standing::of(&place).expect("it can be looked at"))
        );
        if was != files {
            assert_eq!(found(&spare), was, "the folder of the site before waits");
        }
        was = files;
    }
}
