//! How the freshness of runbooks changed from edition to edition, as a feed: <https://www.rfc-editor.org/rfc/rfc4287>.

use std::cmp::Reverse;

use chrono::NaiveDate;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use sha2::{Digest, Sha256};

use crate::model::freshness::State;
use crate::site::address::{part, root_of};
use crate::site::body::written::hex;
use crate::site::feeds::address::FEED_ATOM;
use crate::site::feeds::feed::Feed;
use crate::site::file::File;
use crate::site::shared::{ProductSite, Site, title};

/// The kind.
pub(super) static FEED: Feed = Feed { files };

/// Changes that are kept.
const MOST: usize = 100;

/// The state of a runbook became another one.
struct Change<'site> {
    day: NaiveDate,
    title: &'site str,
    version: &'site str,
    before: Option<State>,
    state: State,
    reason: &'site str,
    address: String,
    identity: String,
}

fn files(site: &Site) -> Vec<File> {
    site.products.iter().map(|product| file(site, product)).collect()
}

fn file(site: &Site, product: &ProductSite) -> File {
    let mut changes = changes(site, product);
    changes.sort_by(|left, right| (Reverse(left.day), &left.identity).cmp(&(Reverse(right.day), &right.identity)));
    changes.truncate(MOST);
    let url = format!("{}{FEED_ATOM}", product.base);
    let root = root_of(&url);
    let updated = changes.first().map_or(site.handbook.today, |change| change.day);
    let mut writer = Writer::new(Vec::new());
    let written = writer
        .write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))
        .and_then(|()| {
            let feed = writer
                .create_element("feed")
                .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
            feed.write_inner_content(|writer| {
                text(writer, "title", &format!("{}: freshness of runbooks", product.product.name))?;
                text(writer, "id", &identity(&format!("{}\n{FEED_ATOM}", product.product.prefix)))?;
                text(writer, "updated", &moment(updated))?;
                link(writer, "self", "feed.atom")?;
                link(writer, "alternate", "index.html")?;
                writer
                    .create_element("author")
                    .write_inner_content(|writer| text(writer, "name", &site.handbook.title))?;
                changes.iter().try_for_each(|change| entry(writer, change, &root))
            })
            .map(|_| ())
        });
    written.expect("writing to memory cannot fail");
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    File { url, bytes }
}

/// Every change of state between an edition and the older one that has the runbook as well.
fn changes<'site>(site: &'site Site, product: &'site ProductSite) -> Vec<Change<'site>> {
    let mut changes = Vec::new();
    for slug in &product.slugs {
        let mut newer = product
            .editions
            .iter()
            .enumerate()
            .filter_map(|(edition, place)| Some((edition, place.with_slug(slug)?)))
            .peekable();
        while let Some((edition, runbook)) = newer.next() {
            let before = newer.peek().map(|(_, older)| older.freshness.state);
            let state = runbook.freshness.state;
            if before == Some(state) || before.is_none() && state == State::Fresh {
                continue;
            }
            let place = &product.editions[edition];
            changes.push(Change {
                day: place.day.unwrap_or(site.handbook.today),
                title: title(runbook),
                version: &place.edition.version,
                before,
                state,
                reason: &runbook.freshness.reason,
                address: product.runbook(edition, slug),
                identity: identity(&format!(
                    "{}\n{slug}\n{}\n{}",
                    product.product.prefix,
                    place.edition.id,
                    state.word()
                )),
            });
        }
    }
    changes.extend(since(site, product));
    changes
}

/// What is judged otherwise today than on the day of its release, of the runbooks that people follow.
fn since<'site>(site: &'site Site, product: &'site ProductSite) -> Vec<Change<'site>> {
    let Some(latest) = product.latest else { return Vec::new() };
    let (place, followed) = (&product.editions[latest], product.followed(latest, true));
    // The same head is judged in the same way tomorrow, but for days that pass.
    let commit = site.handbook.commit.as_ref();
    let day = commit.map_or(site.handbook.today, |commit| commit.date.date_naive());
    let pairs = followed.iter().zip(&place.edition.runbooks);
    let otherwise = pairs.filter(|(today, then)| today.freshness.state != then.freshness.state);
    otherwise
        .map(|(today, then)| Change {
            day,
            title: title(today),
            version: &place.edition.version,
            before: Some(then.freshness.state),
            state: today.freshness.state,
            reason: &today.freshness.reason,
            address: format!("{}runbooks/{}/", product.latest_address(), part(&today.runbook.slug)),
            identity: identity(&format!(
                "{}\n{}\n{}\ntoday\n{}",
                product.product.prefix,
                today.runbook.slug,
                place.edition.id,
                today.freshness.state.word()
            )),
        })
        .collect()
}

type Xml = Writer<Vec<u8>>;

fn entry(writer: &mut Xml, change: &Change<'_>, root: &str) -> std::io::Result<()> {
    let state = change.state.word().to_lowercase();
    let heading = match change.before {
        Some(before) => format!(
            "{} is {state} in {}, after {}",
            change.title,
            change.version,
            before.word().to_lowercase()
        ),
        None => format!("{} is {state} in {}", change.title, change.version),
    };
    writer
        .create_element("entry")
        .write_inner_content(|writer| {
            text(writer, "title", &heading)?;
            text(writer, "id", &change.identity)?;
            text(writer, "updated", &moment(change.day))?;
            link(writer, "alternate", &format!("{root}{}index.html", change.address))?;
            text(writer, "summary", change.reason)
        })
        .map(|_| ())
}

fn text(writer: &mut Xml, name: &str, value: &str) -> std::io::Result<()> {
    // XML has no way to write most control characters.
    let value: String = value
        .chars()
        .filter(|c| !c.is_control() && !matches!(*c, '\u{fffe}' | '\u{ffff}'))
        .collect();
    writer
        .create_element(name)
        .write_text_content(BytesText::new(&value))
        .map(|_| ())
}

fn link(writer: &mut Xml, relation: &str, address: &str) -> std::io::Result<()> {
    let link = writer.create_element("link").with_attribute(("rel", relation));
    link.with_attribute(("href", address)).write_empty().map(|_| ())
}

fn moment(day: NaiveDate) -> String {
    format!("{day}T00:00:00Z")
}

/// A name that is the same in every build: a UUID of version 8 (RFC 9562) from a digest.
fn identity(words: &str) -> String {
    let mut bytes: [u8; 16] = Sha256::digest(words.as_bytes())[..16]
        .try_into()
        .expect("a digest has 32 bytes");
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::files;
    use crate::site::sample;
    use crate::site::shared::Site;

    #[test]
    fn a_feed_is_well_formed_and_every_entry_has_a_name_of_its_own() {
        let handbook = sample::handbook();
        for file in files(&Site::of(&handbook)) {
            let mut reader = quick_xml::Reader::from_reader(file.bytes.as_slice());
            reader.config_mut().check_end_names = true;
            let (mut ids, mut entries, mut in_id) = (std::collections::BTreeSet::new(), 0, false);
            loop {
                match reader.read_event().expect("it is XML") {
                    quick_xml::events::Event::Eof => break,
                    quick_xml::events::Event::Start(tag) => {
                        entries += usize::from(tag.name().as_ref() == "entry");
                        in_id = tag.name().as_ref() == "id";
                    }
                    quick_xml::events::Event::Text(words) if in_id => {
                        assert!(ids.insert(words.to_string()), "{words:?} stands twice");
                        in_id = false;
                    }
                    _ => {}
                }
            }
            assert_eq!(ids.len(), entries + 1);
        }
    }
}
