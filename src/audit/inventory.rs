//! Components and advisories joined over the releases of a product.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use crate::audit::bills;
use crate::audit::components::natural;
use crate::audit::exceptions::covers;
use crate::model::advisory::{AdvisoryHit, AdvisoryStatement};
use crate::model::evidence::{Content, Evidence};
use crate::model::inventory::{AdvisoryLife, Cause, ComponentLife, Inventory, ScanFile, Sighting, Span, Standing, Turn};
use crate::model::register::Exception;
use crate::model::release::Release;
use crate::model::sbom::{Component, Sbom};

/// Joins releases, which stand newest first.
pub(crate) fn inventory(releases: &[Release], exceptions: &[Exception], today: NaiveDate) -> Inventory {
    let bills: Vec<usize> = (0..releases.len())
        .filter(|at| sboms(&releases[*at]).next().is_some())
        .collect();
    let scans: Vec<usize> = (0..releases.len())
        .filter(|at| releases[*at].evidence.iter().any(is_scan))
        .collect();
    let mut components = components(releases, &bills);
    let lacking = bills::lacking(releases);
    let mut lacks = Vec::new();
    for (place, at) in bills.iter().enumerate() {
        lacks.extend(bills::told(releases, *at, &lacking[*at]));
        mark_unknown(&mut components, place, &bills::listed(&lacking[*at]));
    }
    let advisories = advisories(
        releases,
        exceptions,
        today,
        &Joined {
            releases,
            bills: &bills,
            scans: &scans,
            components: &components,
        },
    );
    let reports = scans.iter().map(|at| {
        let files = releases[*at].evidence.iter().filter(|file| is_scan(file));
        files.map(scan_file).collect()
    });
    Inventory {
        bills,
        lacks,
        reports: reports.collect(),
        scans,
        components,
        advisories,
    }
}

fn sboms(release: &Release) -> impl Iterator<Item = &Sbom> {
    release.bills().map(|(_, sbom)| sbom)
}

/// Tells of components that a release does not list and that a missing bill of it would that nobody knows.
fn mark_unknown(components: &mut [ComponentLife], place: usize, missing: &HashSet<&str>) {
    if missing.is_empty() {
        return;
    }
    for life in components.iter_mut().filter(|life| missing.contains(life.identity.as_str())) {
        let is_listed = life.spans.iter().any(|span| span.newest <= place && place <= span.oldest);
        if !is_listed {
            life.unknown.push(place);
        }
    }
}

/// Whether a file says which advisories packages stand under, if only that there are none.
fn is_scan(file: &Evidence) -> bool {
    match &file.artifact.content {
        Content::Findings(facts) => facts.audits_packages && (facts.is_conclusive || !facts.advisories.is_empty()),
        Content::Sbom(sbom) => sbom.statements.iter().any(is_hit),
        _ => false,
    }
}

/// A statement of a bill of materials that is no judgement, or says that something is affected, is the finding of a scan.
fn is_hit(statement: &AdvisoryStatement) -> bool {
    matches!(
        statement.status.as_str(),
        "" | "affected" | "exploitable" | "in_triage" | "under_investigation"
    )
}

/// How one release contains a component.
#[derive(Default, PartialEq)]
struct Held<'release> {
    versions: Vec<&'release str>,
    licences: BTreeSet<&'release str>,
    is_direct: Option<bool>,
    lacks_hash: bool,
}

/// A record of a component in one release: the number of the bill of materials, and what it says.
type Listed<'release> = (u32, &'release Component);

/// Components by number, as far as they were met.
#[derive(Default)]
struct Lives<'release> {
    by_identity: HashMap<&'release str, u32>,
    /// Releases hold one and the same record of a component as long as it does not change, so most are known by their place.
    by_record: HashMap<*const Component, u32>,
    found: Vec<ComponentLife>,
    /// The records in the release that was looked at last.
    last: Vec<(usize, Vec<Listed<'release>>)>,
}

fn components(releases: &[Release], bills: &[usize]) -> Vec<ComponentLife> {
    let mut all = Lives::default();
    // The records of one release by number of the component.
    let mut listed: Vec<(u32, Listed<'_>)> = Vec::new();
    for (place, at) in bills.iter().enumerate() {
        listed.clear();
        for (sbom, bill) in sboms(&releases[*at]).zip(0..) {
            let named = sbom.components.iter().filter(|component| !component.identity.is_empty());
            listed.extend(named.map(|component| (all.number(component), (bill, component.as_ref()))));
        }
        listed.sort_by_key(|(number, (bill, _))| (*number, *bill));
        for records in listed.chunk_by(|(one, _), (other, _)| one == other) {
            all.add(place, records);
        }
    }
    all.found.sort_by(|one, other| one.identity.cmp(&other.identity));
    all.found
}

impl<'release> Lives<'release> {
    /// The number of a component.
    fn number(&mut self, component: &'release Component) -> u32 {
        if let Some(number) = self.by_record.get(&std::ptr::from_ref(component)) {
            return *number;
        }
        let number = *self.by_identity.entry(&component.identity).or_insert_with(|| {
            self.found.push(ComponentLife {
                identity: component.identity.clone(),
                name: component.name.clone(),
                kind: component.kind.clone(),
                spans: Vec::new(),
                unknown: Vec::new(),
            });
            self.last.push((0, Vec::new()));
            self.found.len() as u32 - 1
        });
        self.by_record.insert(component, number);
        number
    }

    /// Adds the records of one component in the release at a place, sorted by bill of materials.
    fn add(&mut self, place: usize, records: &[(u32, Listed<'release>)]) {
        let Some((number, _)) = records.first() else { return };
        let (life, (last_place, last)) = (&mut self.found[*number as usize], &mut self.last[*number as usize]);
        let is_same = |((bill, one), (_, (other_bill, other))): (&Listed<'_>, &(u32, Listed<'_>))| {
            bill == other_bill && std::ptr::eq::<Component>(*one, *other)
        };
        if let Some(span) = life.spans.last_mut()
            && *last_place + 1 == place
            && last.len() == records.len()
            && last.iter().zip(records).all(is_same)
        {
            span.oldest = place;
            *last_place = place;
            return;
        }
        let mut held = Held::default();
        for of_bill in records.chunk_by(|(_, (one, _)), (_, (other, _))| one == other) {
            held.add(of_bill);
        }
        held.versions
            .sort_by(|one, other| natural(one).cmp(&natural(other)).then_with(|| one.cmp(other)));
        put(&mut life.spans, place, &held);
        *last_place = place;
        last.clear();
        last.extend(records.iter().map(|(_, record)| *record));
    }
}

impl<'release> Held<'release> {
    /// Adds the records of one bill of materials. What another one lists as well counts once.
    fn add(&mut self, records: &[(u32, Listed<'release>)]) {
        let records = || records.iter().map(|(_, (_, component))| *component);
        let mut more: Vec<&str> = records().map(|record| record.version.as_str()).collect();
        for known in &self.versions {
            if let Some(at) = more.iter().position(|version| version == known) {
                more.remove(at);
            }
        }
        self.versions.extend(more);
        let licences = records().map(|record| record.licence.as_str());
        self.licences.extend(licences.filter(|licence| !licence.is_empty()));
        self.is_direct = self.is_direct.max(records().filter_map(|record| record.is_direct).max());
        self.lacks_hash |= records().any(|record| !record.has_hash);
    }
}

/// Adds what an older release holds: to the span of the release after it where nothing differs, else as a span of its own.
fn put(spans: &mut Vec<Span>, place: usize, held: &Held<'_>) {
    if let Some(last) = spans.last_mut()
        && last.oldest + 1 == place
        && last.versions.iter().eq(&held.versions)
        && last.licences.iter().eq(&held.licences)
        && last.is_direct == held.is_direct
        && last.has_hash != held.lacks_hash
    {
        last.oldest = place;
        return;
    }
    spans.push(Span {
        newest: place,
        oldest: place,
        versions: held.versions.iter().map(|version| (*version).to_owned()).collect(),
        licences: held.licences.iter().map(|licence| (*licence).to_owned()).collect(),
        is_direct: held.is_direct,
        has_hash: !held.lacks_hash,
    });
}

/// What the advisories are told by.
struct Joined<'joined> {
    releases: &'joined [Release],
    bills: &'joined [usize],
    scans: &'joined [usize],
    components: &'joined [ComponentLife],
}

/// What the scans of one release say of one advisory.
#[derive(Default)]
struct Seen {
    hits: BTreeSet<AdvisoryHit>,
    files: Vec<ScanFile>,
}

fn advisories(releases: &[Release], exceptions: &[Exception], today: NaiveDate, joined: &Joined<'_>) -> Vec<AdvisoryLife> {
    let mut names = Names::default();
    let mut found: Vec<(usize, usize, &Evidence, AdvisoryHit)> = Vec::new();
    for at in joined.scans {
        for file in releases[*at].evidence.iter().filter(|file| is_scan(file)) {
            found.extend(hits(file).into_iter().map(|hit| (names.number(&hit), *at, file, hit)));
        }
    }
    // Two names may turn out to be one advisory only after all were met.
    let mut seen: BTreeMap<(usize, usize), Seen> = BTreeMap::new();
    for (number, at, file, hit) in found {
        let seen = seen.entry((names.root(number), at)).or_default();
        seen.hits.insert(hit);
        if seen.files.iter().all(|known| known.path != file.path) {
            seen.files.push(scan_file(file));
        }
    }
    let groups = names.groups();
    let mut lives: BTreeMap<usize, AdvisoryLife> = BTreeMap::new();
    for ((number, at), found) in seen {
        let life = lives.entry(number).or_default();
        if life.id.is_empty() {
            let mut group = groups.get(&number).cloned().unwrap_or_default();
            life.id.clone_from(&names.known[number]);
            group.remove(&life.id);
            life.aliases = group.into_iter().collect();
        }
        let hits: Vec<AdvisoryHit> = found.hits.into_iter().collect();
        let ids: Vec<&str> = std::iter::once(&life.id).chain(&life.aliases).map(String::as_str).collect();
        let standing = standing(&releases[at], exceptions, today, &ids, &hits);
        life.sightings.push(Sighting {
            release: at,
            hits,
            files: found.files,
            standing,
        });
    }
    let by_name = by_name(joined.components);
    let mut lives: Vec<AdvisoryLife> = lives.into_values().collect();
    for life in &mut lives {
        life.turns = turns(life, joined, &by_name);
    }
    lives.sort_by(|one, other| one.id.cmp(&other.id));
    lives
}

/// Components by the name that a scanner may use, in lower case.
type ByName<'joined> = HashMap<String, Vec<&'joined ComponentLife>>;

fn by_name(components: &[ComponentLife]) -> ByName<'_> {
    let mut by_name: ByName<'_> = HashMap::new();
    for life in components {
        by_name.entry(life.name.to_lowercase()).or_default().push(life);
    }
    by_name
}

/// What a file says of advisories and packages.
fn hits(file: &Evidence) -> Vec<AdvisoryHit> {
    match &file.artifact.content {
        Content::Findings(facts) => facts.advisories.clone(),
        Content::Sbom(sbom) => sbom
            .statements
            .iter()
            .filter(|statement| is_hit(statement) && !statement.vulnerability.is_empty())
            .flat_map(|statement| {
                let hit = |product: &str| AdvisoryHit {
                    id: statement.vulnerability.clone(),
                    aliases: statement.aliases.clone(),
                    package: package_of(product).0.to_owned(),
                    version: package_of(product).1.to_owned(),
                    ..AdvisoryHit::default()
                };
                match statement.products.as_slice() {
                    [] => vec![hit("")],
                    products => products.iter().map(|product| hit(product)).collect(),
                }
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Name and version of a package URL; a name that is none is taken as it is. `pkg:npm/%40scope/name@1.0?x` is `%40scope/name` and `1.0`.
fn package_of(product: &str) -> (&str, &str) {
    let Some(rest) = product.strip_prefix("pkg:") else {
        return (product, "");
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let name = rest.split_once('/').map_or(rest, |(_, name)| name);
    name.rsplit_once('@')
        .filter(|(name, _)| !name.is_empty())
        .unwrap_or((name, ""))
}

fn scan_file(file: &Evidence) -> ScanFile {
    let about = &file.artifact.about;
    ScanFile {
        path: file.path.clone(),
        tools: match &file.artifact.content {
            Content::Findings(facts) => facts.tools.clone(),
            Content::Sbom(sbom) => sbom.tools.clone(),
            _ => Vec::new(),
        },
        made: about.made.clone(),
        data_made: about.data_made.clone(),
    }
}

/// Names of advisories: what shares a name is one.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, usize>,
    /// The number in place of each number.
    parents: Vec<usize>,
    /// The name of each number as it was met.
    known: Vec<String>,
}

impl Names {
    /// The number of an advisory, all of whose names are known from now on.
    fn number(&mut self, hit: &AdvisoryHit) -> usize {
        let mut number = None;
        for name in std::iter::once(&hit.id).chain(&hit.aliases) {
            let key = name.to_ascii_uppercase();
            let own = *self.numbers.entry(key).or_insert_with(|| {
                self.parents.push(self.parents.len());
                self.known.push(name.clone());
                self.parents.len() - 1
            });
            let root = self.root(own);
            match number {
                None => number = Some(root),
                Some(first) if first != root => self.parents[root] = first,
                Some(_) => {}
            }
        }
        number.unwrap_or_default()
    }

    fn root(&self, mut number: usize) -> usize {
        while self.parents.get(number).is_some_and(|parent| *parent != number) {
            number = self.parents[number];
        }
        number
    }

    /// The names of every advisory, by its number.
    fn groups(&self) -> HashMap<usize, BTreeSet<String>> {
        let mut groups: HashMap<usize, BTreeSet<String>> = HashMap::new();
        for (number, name) in self.known.iter().enumerate() {
            groups.entry(self.root(number)).or_default().insert(name.clone());
        }
        groups
    }
}

/// What stands against an advisory in a release: the newest statement about each of the packages it was found for, else an exception.
fn standing(release: &Release, exceptions: &[Exception], today: NaiveDate, ids: &[&str], hits: &[AdvisoryHit]) -> Standing {
    let is_it = |name: &str| ids.iter().any(|id| id.eq_ignore_ascii_case(name));
    let statements: Vec<&AdvisoryStatement> = release
        .evidence
        .iter()
        .flat_map(|file| match &file.artifact.content {
            Content::Advisories(advisories) => advisories.statements.iter(),
            Content::Sbom(sbom) => sbom.statements.iter(),
            _ => [].iter(),
        })
        .filter(|statement| !statement.status.is_empty())
        .filter(|statement| is_it(&statement.vulnerability) || statement.aliases.iter().any(|alias| is_it(alias)))
        .collect();
    let about = |hit: &AdvisoryHit| -> Option<&AdvisoryStatement> {
        let of_package = statements
            .iter()
            .filter(|statement| statement.products.iter().any(|product| is_about(product, hit)));
        // Times are written so that text sorts as they do; of two at one moment the later one in the file counts.
        of_package.copied().max_by(|one, other| one.at.cmp(&other.at))
    };
    let stated: Option<Vec<&AdvisoryStatement>> = hits.iter().map(about).collect();
    if let Some(stated) = stated
        && let Some(first) = stated.first()
        && stated.iter().all(|statement| {
            matches!(
                statement.status.as_str(),
                "not_affected" | "fixed" | "resolved" | "false_positive"
            )
        })
    {
        return Standing::Stated {
            status: first.status.clone(),
            why: first.justification.clone(),
        };
    }
    let accepts = |exception: &&Exception| {
        let wanted = &exception.matches;
        let by_package = wanted.package.as_deref();
        covers(exception, release)
            && wanted.rules.iter().any(|rule| is_it(rule))
            && by_package.is_none_or(|package| hits.iter().all(|hit| hit.package.eq_ignore_ascii_case(package)))
            && crate::audit::exceptions::faults(exception).is_empty()
    };
    match exceptions.iter().find(accepts) {
        Some(exception) => {
            let is_past = |day: NaiveDate| exception.expires.is_some_and(|last| last < day);
            let id = exception.id.clone();
            if release.date.as_ref().is_some_and(|released| is_past(released.day)) {
                Standing::AcceptedExpired { exception: id }
            } else {
                Standing::Accepted {
                    exception: id,
                    is_over: is_past(today),
                }
            }
        }
        None => Standing::Open,
    }
}

/// Whether the product of a statement is the package of a hit, in its version where the statement names one.
fn is_about(product: &str, hit: &AdvisoryHit) -> bool {
    let (name, version) = package_of(product);
    let name = name.replace("%40", "@");
    let same_name = name.eq_ignore_ascii_case(&hit.package)
        || name
            .rsplit('/')
            .next()
            .is_some_and(|last| last.eq_ignore_ascii_case(&hit.package));
    !hit.package.is_empty() && same_name && (version.is_empty() || hit.version.is_empty() || version == hit.version)
}

/// When an advisory came and went: by the scans of neighbouring releases.
fn turns(life: &AdvisoryLife, joined: &Joined<'_>, by_name: &ByName<'_>) -> Vec<Turn> {
    let sighted = |at: usize| life.sightings.iter().find(|sighting| sighting.release == at);
    let mut turns = Vec::new();
    for (place, at) in joined.scans.iter().enumerate() {
        let before = joined.scans.get(place + 1);
        match (sighted(*at), before.map(|before| sighted(*before))) {
            (Some(_), None) => turns.push(Turn {
                release: *at,
                is_entry: true,
                cause: Cause::FirstScan,
            }),
            (Some(now), Some(None)) => turns.push(Turn {
                release: *at,
                is_entry: true,
                cause: cause(now, *at, before.copied(), joined, by_name),
            }),
            (None, Some(Some(then))) => turns.push(Turn {
                release: *at,
                is_entry: false,
                cause: cause(then, *at, before.copied(), joined, by_name),
            }),
            _ => {}
        }
    }
    turns
}

/// Why the packages of a sighting stand otherwise in a release than in the one before.
fn cause(sighting: &Sighting, at: usize, before: Option<usize>, joined: &Joined<'_>, by_name: &ByName<'_>) -> Cause {
    let place = |release: usize| joined.bills.iter().position(|bill| *bill == release);
    let (Some(now), Some(before)) = (place(at), before) else {
        return Cause::Unknown;
    };
    let Some(then) = place(before) else {
        return Cause::Unknown;
    };
    let mut cause = Cause::Unknown;
    for hit in &sighting.hits {
        let named = by_name.get(&hit.package.to_lowercase()).filter(|_| !hit.package.is_empty());
        let versions = |life: &ComponentLife, place: usize| -> Vec<String> {
            let span = life.spans.iter().find(|span| span.newest <= place && place <= span.oldest);
            span.map(|span| span.versions.clone()).unwrap_or_default()
        };
        let is_known = |life: &&&ComponentLife| !life.unknown.contains(&then) && !life.unknown.contains(&now);
        let of_components = named.into_iter().flatten().filter(is_known);
        let of_components = of_components.map(|life| (versions(life, then), versions(life, now)));
        let of_subject = (
            subject_versions(&joined.releases[before], &hit.package),
            subject_versions(&joined.releases[at], &hit.package),
        );
        for (before, after) in of_components.chain([of_subject]) {
            match (before.is_empty(), after.is_empty()) {
                (true, true) => {}
                (true, false) => return Cause::ComponentAdded,
                (false, true) => return Cause::ComponentRemoved,
                _ if before != after => return Cause::ComponentChanged { before, after },
                _ => cause = Cause::ScanData,
            }
        }
    }
    cause
}

/// The versions of a package that the bills of materials of a release are about: advisories speak of it as of any component, and it is none.
fn subject_versions(release: &Release, package: &str) -> Vec<String> {
    let subjects = sboms(release).filter_map(|sbom| sbom.subject.as_deref()?.rsplit_once(' '));
    let named = subjects.filter(|(name, _)| !package.is_empty() && name.eq_ignore_ascii_case(package));
    let versions: BTreeSet<&str> = named.map(|(_, version)| version).collect();
    versions.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
