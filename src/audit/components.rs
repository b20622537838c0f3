//! How the components of two releases differ.
//!
//! Components are told apart by their identity, never by the references inside of a file, which generators make anew each time.
//! One identity may be there in several versions at once, and as often as the file lists it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::audit::version_order::order;
use crate::model::change::{ChangeKind, ComponentChange, ComponentChanges};
use crate::model::sbom::{Component, ComponentHash, HashAlgorithm, Sbom, Scope};

/// The components of one release under one identity.
#[derive(Default)]
struct Held<'sbom> {
    name: &'sbom str,
    /// How often each version is listed.
    versions: BTreeMap<&'sbom str, u64>,
    licences: Vec<&'sbom str>,
    /// Where it is listed: the bill of materials and the place in it.
    places: Vec<(&'sbom Sbom, usize)>,
}

/// The components of one release by their identity. Most identities are listed once, so what is known of each is put together only
/// where two releases have to be compared.
struct Listed<'sbom> {
    /// Every component that has an identity.
    entries: Vec<Entry<'sbom>>,
    /// The first and the last of each identity.
    by_identity: HashMap<&'sbom str, (u32, u32)>,
}

/// A component where it is listed.
struct Entry<'sbom> {
    sbom: &'sbom Sbom,
    place: usize,
    /// Whether none before it has its identity.
    is_first: bool,
    /// The next one of its identity.
    next: Option<u32>,
}

impl<'sbom> Entry<'sbom> {
    fn component(&self) -> &'sbom Component {
        &self.sbom.components[self.place]
    }
}

/// How the components of a release differ from those of the release before, whose version is `base`. Where a release has several
/// bills of materials, a component that more than one of them lists counts once.
pub(crate) fn changes(before: &[&Sbom], after: &[&Sbom], base: &str) -> ComponentChanges {
    let (old, new) = (Listed::of(before), Listed::of(after));
    // Another program looks at other files and judges scopes by itself: what differs then is the program.
    let is_same_generator = generators(before) == generators(after);
    // One form tells scopes that another does not have.
    let is_same_form = is_same_generator && standards(before) == standards(after);
    let mut unchanged = 0;
    let mut changes = Vec::new();
    let mut is_met = vec![false; old.entries.len()];
    // In the order of the files, which lie in memory in that order.
    for (at, now) in new.firsts() {
        let identity = now.component().identity.as_str();
        let Some((first, _)) = old.by_identity.get(identity) else {
            changes.push(change(ChangeKind::Added, identity, None, Some(&new.held(at))));
            continue;
        };
        is_met[*first as usize] = true;
        let then = &old.entries[*first as usize];
        if then.next.is_none() && now.next.is_none() && is_same(then.component(), now.component()) {
            unchanged += 1;
            continue;
        }
        let (then, now) = (&old.held(*first), &new.held(at));
        if then.versions != now.versions || licence_changed(then, now) {
            changes.push(change(kind(identity, then, now), identity, Some(then), Some(now)));
        } else if let Some((kind, other)) = finer_change(then, now).filter(|_| is_same_form) {
            changes.push(ComponentChange {
                other: Some(other),
                ..change(kind, identity, Some(then), Some(now))
            });
        } else {
            unchanged += 1;
        }
    }
    for (at, then) in old.firsts().filter(|(at, _)| !is_met[*at as usize]) {
        changes.push(change(
            ChangeKind::Removed,
            &then.component().identity,
            Some(&old.held(at)),
            None,
        ));
    }
    changes.sort_by(|one, other| (one.kind, &one.identity).cmp(&(other.kind, &other.identity)));
    ComponentChanges {
        base: base.to_owned(),
        changes,
        unchanged,
        unknown: 0,
        lacks: Vec::new(),
        generator_changed: !is_same_generator,
    }
}

/// Whether nothing differs of a component that each of two releases lists once.
fn is_same(then: &Component, now: &Component) -> bool {
    let parts = |component: &Component| (component.hash, component.scope);
    std::ptr::eq(then, now) || (then.version == now.version && then.licence == now.licence && parts(then) == parts(now))
}

impl<'sbom> Listed<'sbom> {
    fn of(sboms: &[&'sbom Sbom]) -> Self {
        let count = sboms.iter().map(|sbom| sbom.components.len()).sum();
        let mut listed = Self {
            entries: Vec::with_capacity(count),
            by_identity: HashMap::with_capacity(count),
        };
        for sbom in sboms {
            let components = sbom.components.iter().enumerate();
            for (place, component) in components.filter(|(_, component)| !component.identity.is_empty()) {
                let at = listed.entries.len() as u32;
                let ends = listed.by_identity.entry(&component.identity).or_insert((at, at));
                if ends.1 != at {
                    listed.entries[ends.1 as usize].next = Some(at);
                    ends.1 = at;
                }
                listed.entries.push(Entry {
                    sbom,
                    place,
                    is_first: ends.0 == at,
                    next: None,
                });
            }
        }
        listed
    }

    /// The first component of each identity, in the order of the files.
    fn firsts(&self) -> impl Iterator<Item = (u32, &Entry<'sbom>)> {
        (0..).zip(&self.entries).filter(|(_, entry)| entry.is_first)
    }

    /// All that is known of an identity.
    fn held(&self, first: u32) -> Held<'sbom> {
        let mut held = Held::default();
        // Two bills that list the same have it once, and one that lists it twice has it twice.
        let mut own: BTreeMap<(*const Sbom, &str), u64> = BTreeMap::new();
        let mut next = Some(first);
        while let Some(at) = next {
            let entry = &self.entries[at as usize];
            let component = entry.component();
            if held.name.is_empty() {
                held.name = &component.name;
            }
            held.add_licence(component);
            held.places.push((entry.sbom, entry.place));
            *own.entry((std::ptr::from_ref(entry.sbom), component.version.as_str()))
                .or_default() += 1;
            next = entry.next;
        }
        for ((_, version), count) in own {
            let listed = held.versions.entry(version).or_default();
            *listed = count.max(*listed);
        }
        held
    }
}

impl<'sbom> Held<'sbom> {
    fn add_licence(&mut self, component: &'sbom Component) {
        let licence = component.licence.as_str();
        if let Err(at) = self.licences.binary_search(&licence)
            && !licence.is_empty()
        {
            self.licences.insert(at, licence);
        }
    }

    /// The components on a shortest way to it; empty where a subject names it itself, and where nobody tells.
    fn way(&self) -> Vec<String> {
        if self
            .places
            .iter()
            .any(|(sbom, place)| sbom.components[*place].is_direct == Some(true))
        {
            return Vec::new();
        }
        let ways = self.places.iter().map(|(sbom, place)| sbom.way_to(*place));
        let shortest = ways.filter(|way| !way.is_empty()).min_by_key(Vec::len);
        shortest.unwrap_or_default().into_iter().map(str::to_owned).collect()
    }

    /// The hashes by version and algorithm.
    fn hashes(&self) -> BTreeMap<(&'sbom str, HashAlgorithm), BTreeSet<ComponentHash>> {
        let mut hashes: BTreeMap<_, BTreeSet<ComponentHash>> = BTreeMap::new();
        for (sbom, place) in &self.places {
            let component = &sbom.components[*place];
            if let Some(hash) = component.hash {
                hashes
                    .entry((component.version.as_str(), hash.algorithm))
                    .or_default()
                    .insert(hash);
            }
        }
        hashes
    }

    /// The scope: required where one record of it is.
    fn scope(&self) -> Scope {
        let scopes = self.places.iter().map(|(sbom, place)| sbom.components[*place].scope);
        scopes.min().unwrap_or_default()
    }

    fn written_versions(&self) -> Vec<String> {
        let listed = self
            .versions
            .iter()
            .flat_map(|(version, count)| (0..*count).map(|_| (*version).to_owned()));
        let mut versions: Vec<String> = listed.collect();
        versions.sort_by(|one, other| natural(one).cmp(&natural(other)).then_with(|| one.cmp(other)));
        versions
    }

    fn majors(&self) -> Vec<&'sbom str> {
        let mut majors: Vec<_> = self.versions.keys().map(|version| major(version)).collect();
        majors.sort_unstable();
        majors.dedup();
        majors
    }
}

/// Whether the licence is another one. A licence that one side does not tell is no change of licence.
fn licence_changed(then: &Held<'_>, now: &Held<'_>) -> bool {
    !then.licences.is_empty() && !now.licences.is_empty() && then.licences != now.licences
}

/// What changed of a component whose versions and licences are the same: a version has another hash of the same algorithm, or it is
/// needed otherwise. Before and now.
fn finer_change(then: &Held<'_>, now: &Held<'_>) -> Option<(ChangeKind, (String, String))> {
    let (old, new) = (then.hashes(), now.hashes());
    for (key, hashes) in &new {
        if let Some(before) = old.get(key).filter(|before| before.is_disjoint(hashes)) {
            let words = |hashes: &BTreeSet<ComponentHash>| hashes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            return Some((ChangeKind::Hash, (words(before), words(hashes))));
        }
    }
    let (before, after) = (then.scope(), now.scope());
    (before != after).then(|| (ChangeKind::Scope, (before.word().to_owned(), after.word().to_owned())))
}

/// What a component that both releases hold went through.
fn kind(identity: &str, then: &Held<'_>, now: &Held<'_>) -> ChangeKind {
    if licence_changed(then, now) {
        ChangeKind::Licence
    } else if is_older(identity, now, then) {
        ChangeKind::Downgraded
    } else if then.majors() != now.majors() {
        ChangeKind::Major
    } else {
        ChangeKind::Updated
    }
}

/// Whether the newest version that one lists is older than the newest of the other.
fn is_older(identity: &str, one: &Held<'_>, other: &Held<'_>) -> bool {
    fn newest<'held>(identity: &str, held: &'held Held<'_>) -> Option<&'held str> {
        let versions = held.versions.keys().copied();
        versions.max_by(|left, right| order(identity, left, right))
    }
    newest(identity, one)
        .zip(newest(identity, other))
        .is_some_and(|(one, other)| order(identity, one, other).is_lt())
}

fn change(kind: ChangeKind, identity: &str, then: Option<&Held<'_>>, now: Option<&Held<'_>>) -> ComponentChange {
    let versions = |held: Option<&Held<'_>>| held.map(Held::written_versions).unwrap_or_default();
    let licence = |held: Option<&Held<'_>>| held.map(|held| held.licences.join(" AND ")).unwrap_or_default();
    ComponentChange {
        kind,
        identity: identity.to_owned(),
        name: now.or(then).map(|held| held.name).unwrap_or_default().to_owned(),
        before: versions(then),
        after: versions(now),
        licence_before: licence(then),
        licence_after: licence(now),
        other: None,
        through: now.filter(|_| then.is_none()).map(Held::way).unwrap_or_default(),
    }
}

/// The first number of a version: `1` of `v1.2.3`.
fn major(version: &str) -> &str {
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    &digits[..end]
}

/// A version cut into runs of digits and of other characters, so that `1.10` stands after `1.9`.
pub(crate) fn natural(version: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut rest = version;
    while let Some(first) = rest.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        let digits = part.trim_start_matches('0');
        parts.push(if is_number { (digits.len() + 1, digits) } else { (0, part) });
        rest = after;
    }
    parts
}

/// The names of the generators without their versions: a new version of the same tool is no other tool. Without who makes them as well:
/// in CycloneDX npm calls itself `cli`, in SPDX `npm/cli`.
fn generators(sboms: &[&Sbom]) -> Vec<String> {
    let tools = sboms.iter().flat_map(|sbom| &sbom.tools);
    let names = tools.filter_map(|tool| generator(tool).rsplit('/').next());
    let mut names: Vec<String> = names.map(str::to_ascii_lowercase).collect();
    names.sort();
    names.dedup();
    names
}

fn standards<'sbom>(sboms: &[&'sbom Sbom]) -> BTreeSet<&'sbom str> {
    sboms.iter().map(|sbom| sbom.standard).collect()
}

/// `npm` of `npm 11.19.1`, `npm/cli` of `npm/cli-11.19.1`.
fn generator(tool: &str) -> &str {
    let version = tool.char_indices().filter(|(_, c)| matches!(c, ' ' | '-')).find(|(at, _)| {
        let rest = &tool[at + 1..];
        rest.strip_prefix('v')
            .unwrap_or(rest)
            .starts_with(|c: char| c.is_ascii_digit())
    });
    version.map_or(tool, |(at, _)| &tool[..at])
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    use serde_json::Value;

    use super::changes;
    use crate::model::change::{ChangeKind, ComponentChanges};
    use crate::model::sbom::{Component, ComponentHash, Sbom, Scope};

    fn sbom(tool: &str, components: &[(&str, &str, &str)]) -> Sbom {
        let components = components.iter().map(|(name, version, licence)| Component {
            identity: format!("pkg:npm/{name}"),
            name: (*name).to_owned(),
            version: (*version).to_owned(),
            licence: (*licence).to_owned(),
            ..Component::default()
        });
        Sbom {
            tools: vec![tool.to_owned()],
            components: components.map(Arc::new).collect(),
            ..Sbom::default()
        }
    }

    /// The changes in short: `+a 1`, `-b 1`, `c 1 2 -> 3`.
    fn lines(changes: &ComponentChanges) -> Vec<String> {
        let line = |change: &super::ComponentChange| {
            let (before, after) = (change.before.join(" "), change.after.join(" "));
            match change.kind {
                ChangeKind::Added => format!("+{} {after}", change.name),
                ChangeKind::Removed => format!("-{} {before}", change.name),
                kind => format!(
                    "{kind:?} {} {before} -> {after}, {} -> {}",
                    change.name, change.licence_before, change.licence_after
                ),
            }
        };
        changes.changes.iter().map(line).collect()
    }

    #[test]
    fn changes_come_in_the_order_of_attention() {
        let before = sbom(
            "npm 11.1",
            &[
                ("a", "1.9.0", "MIT"),
                ("b", "1.0", "MIT"),
                ("c", "v1.2", ""),
                ("d", "1", "MIT"),
                ("e", "1", "MIT"),
            ],
        );
        let after = sbom(
            "npm 11.2",
            &[
                ("a", "1.10.0", "MIT"),
                ("b", "1.0", "BUSL-1.1"),
                ("c", "v2.0", "MIT"),
                ("e", "1", "MIT"),
                ("f", "3", ""),
            ],
        );
        let changes = changes(&[&before], &[&after], "v1");
        assert_eq!(
            lines(&changes),
            [
                "Licence b 1.0 -> 1.0, MIT -> BUSL-1.1",
                "Major c v1.2 -> v2.0,  -> MIT",
                "+f 3",
                "Updated a 1.9.0 -> 1.10.0, MIT -> MIT",
                "-d 1",
            ]
        );
        assert_eq!(
            (changes.unchanged, changes.generator_changed, changes.base.as_str()),
            (1, false, "v1")
        );
    }

    #[test]
    fn another_file_at_one_version_and_another_scope_are_told_unless_another_program_wrote() {
        let with = |tool: &str, hash: Option<(&str, &str)>, scope: Scope| {
            let mut sbom = sbom(tool, &[("a", "1.0", "MIT")]);
            let component = Arc::make_mut(&mut sbom.components[0]);
            component.hash = hash.and_then(|(algorithm, digits)| ComponentHash::of(algorithm, digits));
            component.scope = scope;
            sbom
        };
        let (one, other) = ("00112233445566778899", "ff112233445566778899");
        let before = with("npm 11.1", Some(("SHA-256", one)), Scope::Required);
        let check = |after: &Sbom| {
            let changes = changes(&[&before], &[after], "v1").changes;
            changes
                .into_iter()
                .next()
                .map(|change| (change.kind, change.other.unwrap_or_default()))
        };
        let hash = check(&with("npm 11.2", Some(("sha256", other)), Scope::Optional));
        let words = |text: &str| format!("sha256 {}…", &text[..16]);
        assert_eq!(hash, Some((ChangeKind::Hash, (words(one), words(other)))));
        let scope = check(&with("npm 11.2", Some(("SHA256", one)), Scope::Optional));
        assert_eq!(
            scope,
            Some((ChangeKind::Scope, ("required".to_owned(), "optional".to_owned())))
        );
        assert_eq!(
            check(&with("npm 11.2", Some(("SHA-512", other)), Scope::Required)),
            None,
            "another algorithm"
        );
        assert_eq!(
            check(&with("npm 11.2", None, Scope::Required)),
            None,
            "a hash that is not told is no change"
        );
        assert_eq!(
            check(&with("syft 1.0", Some(("sha256", other)), Scope::Excluded)),
            None,
            "another program"
        );
    }

    #[test]
    fn versions_are_counted_and_sorted_as_numbers() {
        let before = sbom(
            "npm/cli-11.1",
            &[("a", "1.10", ""), ("a", "1.9", ""), ("b", "1", ""), ("b", "1", "")],
        );
        let after = sbom("syft-1.0", &[("a", "1.9", ""), ("a", "1.11", ""), ("b", "1", "")]);
        let changes = changes(&[&before], &[&after], "");
        assert_eq!(
            lines(&changes),
            ["Updated a 1.9 1.10 -> 1.9 1.11,  -> ", "Updated b 1 1 -> 1,  -> "]
        );
        assert!(changes.generator_changed);
    }

    #[test]
    fn a_component_in_two_bills_of_materials_of_one_release_counts_once() {
        let one = sbom("npm", &[("a", "1", ""), ("b", "1", "")]);
        let other = sbom("npm", &[("a", "1", "")]);
        let changes = changes(&[&one], &[&one, &other], "");
        assert_eq!(lines(&changes), Vec::<String>::new());
        assert_eq!(changes.unchanged, 2);
    }

    /// The components of a sample by their package URLs alone, so that the difference is tested apart from the readers.
    fn sample(folder: &Path, name: &str) -> Sbom {
        let text = fs::read_to_string(folder.join(name)).expect("the sample can be read");
        let value: Value = serde_json::from_str(&text).expect("the sample is JSON");
        let root = value.pointer("/packages/0/SPDXID").cloned();
        let mut waiting: Vec<&Value> = ["components", "packages"].iter().filter_map(|key| value.get(key)).collect();
        let mut components = Vec::new();
        while let Some(next) = waiting.pop() {
            for entry in next.as_array().into_iter().flatten() {
                waiting.extend(entry.get("components"));
                let mut references = entry["externalRefs"].as_array().into_iter().flatten();
                let reference = references.find_map(|reference| reference["referenceLocator"].as_str());
                let purl = entry["purl"].as_str().or(reference).unwrap_or_default().replace("%40", "@");
                let purl = purl.split('?').next().unwrap_or_default();
                let Some((identity, version)) = purl.rsplit_once('@') else {
                    continue;
                };
                if root.is_none() || entry.get("SPDXID") != root.as_ref() {
                    components.push(Arc::new(Component {
                        identity: identity.to_owned(),
                        version: version.to_owned(),
                        ..Component::default()
                    }));
                }
            }
        }
        Sbom {
            components,
            ..Sbom::default()
        }
    }

    #[test]
    fn one_program_that_writes_two_forms_is_no_other_program() {
        let mut before = sbom("cli 11.19.1", &[("a", "1.0", "MIT")]);
        let of = |scope: Scope| {
            Arc::new(Component {
                scope,
                ..(*before.components[0]).clone()
            })
        };
        let (optional, required) = (of(Scope::Optional), of(Scope::Required));
        before.components = vec![Arc::clone(&optional)];
        let spdx = Sbom {
            standard: "SPDX",
            components: vec![Arc::clone(&required)],
            ..sbom("npm/cli-11.19.1", &[])
        };
        for after in [&[&spdx][..], &[&before, &spdx]] {
            let changes = changes(&[&before], after, "v1");
            assert_eq!(
                (changes.changes.len(), changes.unchanged, changes.generator_changed),
                (0, 1, false)
            );
        }
        let again = Sbom {
            components: vec![required],
            ..before.clone()
        };
        assert_eq!(changes(&[&before], &[&again], "v1").changes[0].kind, ChangeKind::Scope);
    }

    #[test]
    fn three_generators_agree_on_what_changed_between_three_releases() {
        let Some(samples) = std::env::var_os("RUNPROOF_SAMPLES") else {
            println!("skipped: RUNPROOF_SAMPLES is not set");
            return;
        };
        let folder = Path::new(&samples).join("sbom/generated");
        for (before, after, expected) in [("1.4.0", "1.5.0", [1, 0, 5]), ("1.5.0", "2.0.0", [7, 16, 43])] {
            for (prefix, suffix) in [("npm-", ".cdx.json"), ("npm-", ".spdx.json"), ("cyclonedx-npm-", ".cdx.json")] {
                let of = |version: &str| sample(&folder, &format!("{prefix}{version}{suffix}"));
                let changes = changes(&[&of(before)], &[&of(after)], before);
                let count = |kind: ChangeKind| changes.changes.iter().filter(|change| change.kind == kind).count();
                let (added, removed) = (count(ChangeKind::Added), count(ChangeKind::Removed));
                let changed = changes.changes.len() - added - removed;
                assert_eq!([added, removed, changed], expected, "{prefix}{before}{suffix}");
            }
        }
    }
}
