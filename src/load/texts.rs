//! Parsed texts, kept between runs by what they hold: a text is parsed once, however many builds show it. Without a folder for it everything
//! works the same, only slower; what another build of the program parsed is not read.

mod form;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::load::texts::form::Kept as _;
use crate::model::bytes::{Packed, put_part};
use crate::model::runbook::Runbook;
use crate::model::tree::ContentId;
use crate::source::cache;
use crate::source::repository::Repository;

/// Files of the folder for caches: a run that parses one text writes one of them anew.
const FILES: u8 = 16;

/// The most bytes of one of them.
const LIMIT: usize = 12 << 20;

/// The texts that earlier runs parsed.
#[derive(Default)]
pub(super) struct Texts(Vec<File>);

/// Those in one file.
#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    places: HashMap<ContentId, Range<usize>>,
}

impl Texts {
    /// The texts that earlier runs kept; none where nothing is to be kept.
    pub(super) fn of(repository: &Repository) -> Self {
        let Some(folder) = repository.cache() else {
            return Self::default();
        };
        let file = |number| {
            let bytes = cache::load(folder, repository.root(), &name(number)).unwrap_or_default();
            let places = places(&bytes).unwrap_or_default();
            File { bytes, places }
        };
        Self((0..FILES).into_par_iter().map(file).collect())
    }

    /// A text.
    pub(super) fn find(&self, content: &ContentId) -> Option<Runbook> {
        let file = self.0.get(usize::from(number(content)))?;
        let mut packed = Packed {
            rest: file.bytes.get(file.places.get(content)?.clone())?,
        };
        Runbook::get(&mut packed).filter(|_| packed.rest.is_empty())
    }

    /// Keeps the texts of a run in place of those of earlier ones.
    pub(super) fn keep(&self, repository: &Repository, texts: &HashMap<ContentId, Arc<Runbook>>) {
        let Some(folder) = repository.cache() else { return };
        let mut files: Vec<BTreeMap<ContentId, &Runbook>> = vec![BTreeMap::new(); usize::from(FILES)];
        for (content, runbook) in texts {
            files[usize::from(number(content))].insert(*content, runbook);
        }
        let files: Vec<_> = self.0.iter().zip(files).zip(0..FILES).collect();
        files.par_iter().for_each(|((known, texts), number)| {
            if texts.len() == known.places.len() && texts.keys().all(|content| known.places.contains_key(content)) {
                return;
            }
            let mut bytes = Vec::new();
            for (content, runbook) in texts {
                let place = known.places.get(content).cloned();
                let part = place.and_then(|place| known.bytes.get(place)).map(<[u8]>::to_vec);
                let part = part.unwrap_or_else(|| {
                    let mut part = Vec::with_capacity(2 * runbook.text.len());
                    runbook.put(&mut part);
                    part
                });
                if bytes.len() + part.len() < LIMIT {
                    bytes.extend_from_slice(&content.0);
                    put_part(&mut bytes, &part);
                }
            }
            cache::store(folder, repository.root(), &name(*number), &bytes);
        });
    }
}

/// The file of a text.
fn number(content: &ContentId) -> u8 {
    content.0[0] % FILES
}

fn name(number: u8) -> Vec<u8> {
    format!("texts 1 {} {number}", cache::program()).into_bytes()
}

/// Where each text stands.
fn places(bytes: &[u8]) -> Option<HashMap<ContentId, Range<usize>>> {
    let mut packed = Packed { rest: bytes };
    let mut places = HashMap::new();
    while !packed.rest.is_empty() {
        let content = ContentId(packed.bytes(20)?.try_into().ok()?);
        let part = packed.part()?;
        let end = bytes.len() - packed.rest.len();
        places.insert(content, end - part.len()..end);
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use proptest::prelude::{any, prop, proptest};

    use super::Texts;
    use super::form::Kept as _;
    use crate::model::bytes::Packed;
    use crate::model::runbook::Runbook;
    use crate::model::tree::ContentId;
    use crate::parse::runbook::parse;
    use crate::source::testing::TestRepository;

    /// Texts with something of everything that a parser makes.
    const TEXTS: [&str; 4] = [
        "---\nlast_reviewed_on: 2026-01-01\nreview_in: 3 months\nowner: Platform\n---\n\n# Release\n\nUse `make deploy`, [the way back](rollback.md#steps) \
         and ![a picture](flow.svg \"Flow\").\n\n## Before you start\n\n- [ ] Ask\n- [x] Wait\n\n## Steps\n\n1. Run:\n\n   ```sh\n   cd service && make \
         build VERSION=<version>\n   npm run deploy --workspace api\n   just ship; mise run x\n   ./deploy.sh --wait\n   ```\n\n   1. Watch at T+15m\n2. Look \
         every 5 minutes\n\n## Rollback\n\nRoll back when the error rate is over 2 % for 10 minutes.\n",
        "# Tables\n\n| gate | asks for | evidence |\n|:--|:-:|--:|\n| unit tests | 0 failures | `junit.xml` |\n| coverage | at least 80 % | \
         `cov.xml` |\n\n> [!WARNING]\n> Look[^1]\n\n[^1]: A note with <kbd>Ctrl</kbd> and $x^2$.\n\n<details open><summary>More</summary>\n\nWords <sub>2</sub>\n\n</details>\n\n\
         !!! note \"Title\"\n    Words\n\n***\n\n~~gone~~ **strong** *other*  \nnext\n",
        "**Owner:** Platform team\n**Last reviewed:** 03/04/2026\n\n<!-- runproof-ignore path-missing: not there yet until 2027-01-01 -->\n`src/missing.py`\n\n\
         - `KEY_ID` and `src/*.py`, [[Other page#Part]], line 12 of `src/main.py`\n- `POST /api/v1/deploys`, `terraform apply -target module.db`\n",
        "",
    ];

    fn bytes_of(runbook: &Runbook) -> Vec<u8> {
        let mut bytes = Vec::new();
        runbook.put(&mut bytes);
        bytes
    }

    #[test]
    fn a_text_comes_back_as_it_was_parsed() {
        for text in TEXTS {
            let parsed = parse(text.as_bytes());
            let bytes = bytes_of(&parsed);
            let mut packed = Packed { rest: &bytes };
            let found = Runbook::get(&mut packed).expect("it comes back");
            assert!(packed.rest.is_empty());
            assert_eq!(format!("{parsed:?}"), format!("{found:?}"));
        }
    }

    #[test]
    fn texts_are_kept_by_what_they_hold() {
        let Some(test) = TestRepository::new() else { return };
        let cache = tempfile::tempdir().expect("a folder can be made");
        let repository = test.open().with_cache(Some(cache.path().to_path_buf()));
        let content = |number| ContentId([number; 20]);
        let mut texts: HashMap<ContentId, Arc<Runbook>> = (1..)
            .map(content)
            .zip(TEXTS.map(|text| Arc::new(parse(text.as_bytes()))))
            .collect();
        Texts::of(&repository).keep(&repository, &texts);
        let kept = Texts::of(&repository);
        for (content, runbook) in &texts {
            assert_eq!(
                kept.find(content).map(|found| format!("{found:?}")),
                Some(format!("{runbook:?}"))
            );
        }
        texts.remove(&content(1));
        kept.keep(&repository, &texts);
        let kept = Texts::of(&repository);
        assert!(kept.find(&content(1)).is_none() && kept.find(&content(2)).is_some());
        assert!(
            Texts::of(&test.open()).find(&content(2)).is_none(),
            "nothing is kept without a folder"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (Runbook::get(&mut Packed { rest: &bytes }), super::places(&bytes));
        }

        #[test]
        fn damaged_bytes_are_read_without_harm(at in 0_usize..4_000, byte in any::<u8>()) {
            let mut bytes = bytes_of(&parse(TEXTS[0].as_bytes()));
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = Runbook::get(&mut Packed { rest: &bytes });
        }
    }
}
