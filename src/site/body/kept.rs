//! What pages must know of texts, kept between builds: it follows from the text alone. Whatever bytes are given, nothing panics.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::model::bytes::{Packed, put_number, put_part};
use crate::model::runbook::{Runbook, SectionKind};
use crate::model::tree::ContentId;
use crate::site::body::anchors::Anchors;
use crate::site::body::written::{Body, Heading};
use crate::site::link::FileLink;

/// What a build before this one knew of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bodies {
    bytes: Vec<u8>,
    /// For each text its length, whether it was to be compared with others, and where what is known of it stands.
    places: HashMap<ContentId, (u64, bool, Range<usize>)>,
}

impl Bodies {
    /// What was kept; nothing when the bytes are of something else.
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        match places(&bytes) {
            Some(places) => Self { bytes, places },
            None => Self::default(),
        }
    }

    /// Everything as bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What is known of a text. Of some files a part is a runbook, so it is known by its length as well.
    pub(crate) fn find(&self, content: ContentId, runbook: &Runbook, is_compared: bool) -> Option<Body> {
        let mut packed = Packed {
            rest: self.part(content, runbook, is_compared)?,
        };
        get(&mut packed).filter(|_| packed.rest.is_empty())
    }

    fn part(&self, content: ContentId, runbook: &Runbook, is_compared: bool) -> Option<&[u8]> {
        let (length, compared, place) = self.places.get(&content)?;
        let is_same = *length == runbook.text.len() as u64 && *compared == is_compared;
        self.bytes.get(place.clone()).filter(|_| is_same)
    }

    /// What is known now of the texts of a build, in place of what was known before.
    pub(crate) fn now(&self, texts: &BTreeMap<ContentId, (&Runbook, &Body)>, is_compared: bool) -> Self {
        let mut bytes = Vec::with_capacity(self.bytes.len() + (1 << 12));
        let mut room = Vec::new();
        for (content, (runbook, body)) in texts {
            bytes.extend_from_slice(&content.0);
            put_number(&mut bytes, runbook.text.len() as u64);
            bytes.push(u8::from(is_compared));
            if let Some(part) = self.part(*content, runbook, is_compared) {
                put_part(&mut bytes, part);
            } else {
                room.clear();
                put(body, &mut room);
                put_part(&mut bytes, &room);
            }
        }
        Self::of(bytes)
    }
}

/// Where each text begins and ends, with its length and whether it is compared.
type Places = HashMap<ContentId, (u64, bool, Range<usize>)>;

fn places(bytes: &[u8]) -> Option<Places> {
    let mut packed = Packed { rest: bytes };
    let mut places = HashMap::new();
    while !packed.rest.is_empty() {
        let content = ContentId(packed.bytes(20)?.try_into().ok()?);
        let (length, is_compared) = (packed.number()?, packed.byte()? != 0);
        let part = packed.part()?;
        let end = bytes.len() - packed.rest.len();
        places.insert(content, (length, is_compared, end - part.len()..end));
    }
    Some(places)
}

/// The kinds of a section by their numbers.
const KINDS: [SectionKind; 7] = [
    SectionKind::Before,
    SectionKind::Steps,
    SectionKind::Checks,
    SectionKind::RollbackCriteria,
    SectionKind::Rollback,
    SectionKind::Duty,
    SectionKind::Other,
];

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_part(bytes, text.as_bytes());
}

fn put_option(bytes: &mut Vec<u8>, text: Option<&str>) {
    bytes.push(u8::from(text.is_some()));
    if let Some(text) = text {
        put_text(bytes, text);
    }
}

fn get_text(packed: &mut Packed<'_>) -> Option<String> {
    packed.text().map(str::to_owned)
}

/// A text that may be missing; the list of it has one entry at most.
fn get_option(packed: &mut Packed<'_>) -> Option<Vec<String>> {
    match packed.byte()? {
        0 => Some(Vec::new()),
        _ => Some(vec![get_text(packed)?]),
    }
}

fn get_list<T>(packed: &mut Packed<'_>, one: impl Fn(&mut Packed<'_>) -> Option<T>) -> Option<Vec<T>> {
    let count = packed.count(1)?;
    (0..count).map(|_| one(packed)).collect()
}

fn put(body: &Body, bytes: &mut Vec<u8>) {
    // Every part is named, so that none is ever forgotten.
    let Body {
        title_anchor,
        headings,
        anchors,
        links,
        step_prints,
        // Looked for when the first page is written.
        painted: _,
    } = body;
    put_option(bytes, title_anchor.as_deref());
    put_number(bytes, headings.len() as u64);
    for Heading { id, title, level, kind } in headings {
        put_text(bytes, id);
        put_text(bytes, title);
        bytes.push(*level);
        bytes.push(KINDS.iter().position(|known| known == kind).unwrap_or(usize::MAX) as u8);
    }
    anchors.put(bytes);
    put_number(bytes, links.len() as u64);
    for (
        link,
        FileLink {
            path,
            is_from_root,
            anchor,
        },
    ) in links
    {
        put_number(bytes, u64::from(*link));
        put_text(bytes, path);
        bytes.push(u8::from(*is_from_root));
        put_option(bytes, anchor.as_deref());
    }
    put_number(bytes, step_prints.len() as u64);
    step_prints
        .iter()
        .for_each(|print| bytes.extend_from_slice(&print.to_le_bytes()));
}

fn get(packed: &mut Packed<'_>) -> Option<Body> {
    Some(Body {
        title_anchor: get_option(packed)?.pop(),
        headings: get_list(packed, |packed| {
            Some(Heading {
                id: get_text(packed)?,
                title: get_text(packed)?,
                level: packed.byte()?,
                kind: *KINDS.get(usize::from(packed.byte()?))?,
            })
        })?
        .into(),
        anchors: Anchors::get(packed)?,
        links: get_list(packed, |packed| {
            let link = packed.number()?.try_into().ok()?;
            let file = FileLink {
                path: get_text(packed)?,
                is_from_root: packed.byte()? != 0,
                anchor: get_option(packed)?.pop(),
            };
            Some((link, file))
        })?
        .into(),
        step_prints: get_list(packed, |packed| Some(u64::from_le_bytes(packed.bytes(8)?.try_into().ok()?)))?.into(),
        ..Body::default()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{any, prop, proptest};

    use super::{Bodies, get, put};
    use crate::model::bytes::Packed;
    use crate::model::tree::ContentId;
    use crate::site::body;
    use crate::site::sample;

    #[test]
    fn what_is_known_of_a_text_comes_back() {
        let handbook = sample::single();
        let editions = handbook.products.iter().flat_map(|product| &product.editions);
        let runbooks: Vec<_> = editions.flat_map(|edition| &edition.runbooks).collect();
        assert!(runbooks.len() > 10);
        for is_compared in [true, false] {
            let read: Vec<_> = runbooks
                .iter()
                .map(|judged| (judged.runbook.content, body::read(&judged.runbook.runbook, is_compared)))
                .collect();
            let texts: BTreeMap<ContentId, _> = runbooks
                .iter()
                .zip(&read)
                .map(|(judged, (content, body))| (*content, (&*judged.runbook.runbook, body)))
                .collect();
            let kept = Bodies::default().now(&texts, is_compared);
            let again = Bodies::of(kept.bytes().to_vec());
            for (content, (runbook, body)) in &texts {
                let found = again.find(*content, runbook, is_compared).expect("it comes back");
                assert_eq!(format!("{found:?}"), format!("{body:?}"));
                assert!(again.find(*content, runbook, !is_compared).is_none());
            }
            assert_eq!(again.now(&texts, is_compared), kept);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>()) {
            let _ = (get(&mut Packed { rest: &bytes }), Bodies::of(bytes.clone()));
            let handbook = sample::single();
            let judged = &handbook.products[0].editions[0].runbooks[0];
            let mut whole = Vec::new();
            put(&body::read(&judged.runbook.runbook, true), &mut whole);
            let at = at.index(whole.len());
            whole[at] = bytes.first().copied().unwrap_or_default();
            let _ = get(&mut Packed { rest: &whole });
        }
    }
}
