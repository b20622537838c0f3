//! The artifacts of a release against what is stated about them: the file in the store with a digest, statements that name it, lists of
//! checksums, and what runbooks say that a release publishes.
//!
//! A digest matches only where the file in the store has it. Where there is no file, a statement is a claim, signed or not. Compared are
//! SHA-256, SHA-384 and SHA-512: a weaker digest can be given to another file, so it proves nothing.

pub(crate) mod declared;
mod names;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::audit::proofs::names::{base_name, has_ending};
use crate::model::evidence::{Content, Evidence};
use crate::model::proof::{DeclaredArtifact, DigestState, Proof, ProofKind, Proofs, ProvenArtifact};
use crate::model::provenance::{Checked, ProvenanceSubject, Statement};
use crate::model::release::Release;
use crate::model::sbom::{Sbom, is_hex};

/// Folders that hold what is published. A package elsewhere may be anything: what a test recorded, a backup.
const FOLDERS: &[&str] = &[
    "archives", "artifacts", "assets", "binaries", "dist", "packages", "release", "wheels",
];

/// Algorithms that are compared, and how many hex digits they give.
const STRONG: &[(&str, usize)] = &[("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// Endings of what is signed beside an artifact.
const SIDECARS: &[&str] = &[
    ".sigstore.json", ".sigstore", ".bundle.json", ".bundle", ".intoto.jsonl", ".intoto.json", ".att.json", ".sig.json",
];

/// The artifacts of a release and what proves them. `declared` is what its runbooks say that it publishes.
pub(crate) fn proofs(release: &Release, declared: &[DeclaredArtifact]) -> Proofs {
    let claims = claims(release);
    let known = Known::of(release, &claims);
    let mut rows: BTreeMap<(String, Option<String>), ProvenArtifact> = BTreeMap::new();
    for claim in &claims {
        let file = known.file_of(claim);
        let name = if claim.name.is_empty() {
            "no name"
        } else {
            claim.name.as_str()
        };
        let proof = Proof {
            kind: claim.kind,
            path: claim.path.to_owned(),
            digest: known.compared(claim, file),
            checked: claim.checked.clone(),
        };
        let name = file.map_or(name, |file| base_name(&file.path));
        let row = row(&mut rows, name, file, claim.sha256.as_deref());
        if !row.proofs.contains(&proof) {
            row.proofs.push(proof);
        }
    }
    let folders: BTreeSet<String> = rows
        .values()
        .filter_map(|row| Some(folder(row.file.as_deref()?).to_owned()))
        .collect();
    for file in release.evidence.iter().filter(|file| is_package(file)) {
        let is_declared = declared.iter().any(|one| names::is_named(&one.name, &file.path));
        if is_declared || folders.contains(folder(&file.path)) || FOLDERS.contains(&base_name(folder(&file.path))) {
            row(&mut rows, base_name(&file.path), Some(file), None);
        }
    }
    for (sbom, file) in sboms(release) {
        for row in rows.values_mut() {
            let by_digest = digests_of(file).any(|digest| Some(&digest) == row.sha256.as_ref());
            let is_it = row.file.as_deref() == Some(&file.path);
            if is_it || !(by_digest || is_named(sbom, &row.name)) {
                continue;
            }
            row.proofs.push(Proof {
                kind: ProofKind::Sbom,
                path: file.path.clone(),
                digest: match (&row.file, by_digest) {
                    (Some(_), true) => DigestState::Matches,
                    (None, true) => DigestState::FileAbsent,
                    (_, false) => DigestState::NotComparable,
                },
                checked: Checked::Unsigned,
            });
        }
    }
    let mut artifacts: Vec<ProvenArtifact> = rows.into_values().collect();
    for artifact in &mut artifacts {
        artifact
            .proofs
            .sort_by(|one, other| (one.kind, &one.path, one.digest).cmp(&(other.kind, &other.path, other.digest)));
    }
    for artifact in &mut artifacts {
        let is_declared = declared.iter().any(|one| names::is_named(&one.name, &artifact.name));
        artifact.is_published = is_declared || has_ending(&artifact.name);
    }
    let declared = declared.iter().cloned().map(|mut artifact| {
        let found = artifacts.iter().find(|row| names::is_named(&artifact.name, &row.name));
        let of_file = || {
            release
                .evidence
                .iter()
                .find(|file| names::is_named(&artifact.name, base_name(&file.path)))
        };
        artifact.present = found
            .map(|row| row.name.clone())
            .or_else(|| of_file().map(|file| file.path.clone()));
        artifact
    });
    Proofs {
        declared: declared.collect(),
        artifacts,
    }
}

/// What one statement says of one artifact.
struct Claim<'release> {
    kind: ProofKind,
    path: &'release str,
    /// The name; that of the file beside which it lies, where it gives none.
    name: String,
    sha256: Option<String>,
    /// All its digests, as `algorithm:value`.
    digests: &'release [String],
    checked: &'release Checked,
}

impl<'release> Claim<'release> {
    /// Its digests that are worth comparing, whole ones.
    fn strong(&self) -> impl Iterator<Item = &'release str> {
        self.digests.iter().map(String::as_str).filter(|digest| {
            let (algorithm, value) = digest.split_once(':').unwrap_or_default();
            let is_whole = |(known, length): &(&str, usize)| *known == algorithm && *length == value.len();
            STRONG.iter().any(is_whole) && is_hex(value)
        })
    }
}

fn claims(release: &Release) -> Vec<Claim<'_>> {
    let mut claims = Vec::new();
    for file in &release.evidence {
        let Content::Provenance(facts) = &file.artifact.content else {
            continue;
        };
        for statement in &facts.statements {
            let kind = kind(statement, file.artifact.format);
            claims.extend(statement.subjects.iter().map(|subject| Claim {
                kind,
                path: &file.path,
                name: name(subject, &file.path),
                sha256: subject.sha256(),
                digests: &subject.digests,
                checked: &statement.checked,
            }));
        }
    }
    claims
}

/// The name of a subject. The signature of a bare digest names nothing, and lies beside its artifact.
fn name(subject: &ProvenanceSubject, path: &str) -> String {
    if !subject.name.is_empty() {
        return subject.name.clone();
    }
    let file = base_name(path);
    let beside = SIDECARS.iter().find_map(|ending| file.strip_suffix(ending));
    beside.unwrap_or_default().to_owned()
}

fn kind(statement: &Statement, format: Option<&'static str>) -> ProofKind {
    let stated = statement.predicate_type.to_ascii_lowercase();
    if format == Some("checksums") {
        ProofKind::Checksum
    } else if stated.contains("provenance") {
        ProofKind::Provenance
    } else if stated.contains("spdx") || stated.contains("cyclonedx") || stated.contains("sbom") {
        ProofKind::Sbom
    } else if stated.contains("verification_summary") {
        ProofKind::Summary
    } else if stated.is_empty() {
        ProofKind::Signature
    } else {
        ProofKind::Other
    }
}

/// What claims are compared with.
struct Known<'release> {
    files: Vec<&'release Evidence>,
    /// By `algorithm:value`, in lower case.
    by_digest: HashMap<String, Vec<usize>>,
    /// Digests beyond SHA-256, by path.
    others: &'release BTreeMap<String, Vec<String>>,
    by_name: HashMap<&'release str, Vec<usize>>,
    /// The digests that are stated for a name, by algorithm.
    stated: HashMap<(&'release str, &'release str), BTreeSet<&'release str>>,
}

impl<'release> Known<'release> {
    fn of(release: &'release Release, claims: &'release [Claim<'release>]) -> Self {
        let files: Vec<&Evidence> = release.evidence.iter().filter(|file| file.bytes > 0).collect();
        let mut by_digest: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, file) in files.iter().enumerate() {
            let sha256 = format!("sha256:{}", file.sha256.to_ascii_lowercase());
            let others = release.other_digests.get(&file.path).into_iter().flatten().cloned();
            for digest in std::iter::once(sha256).chain(others) {
                by_digest.entry(digest).or_default().push(at);
            }
            by_name.entry(base_name(&file.path)).or_default().push(at);
        }
        let mut stated: HashMap<(&str, &str), BTreeSet<&str>> = HashMap::new();
        for claim in claims.iter().filter(|claim| !claim.name.is_empty()) {
            for (algorithm, value) in claim.digests.iter().filter_map(|digest| digest.split_once(':')) {
                stated.entry((&claim.name, algorithm)).or_default().insert(value);
            }
        }
        Self {
            files,
            by_digest,
            others: &release.other_digests,
            by_name,
            stated,
        }
    }

    /// The file in the store that a claim is about: the one with its digest, else the one with its name. What a file states is never
    /// about itself.
    fn file_of(&self, claim: &Claim<'_>) -> Option<&'release Evidence> {
        let name = base_name(&claim.name);
        let others = |places: Option<&Vec<usize>>| -> Vec<&'release Evidence> {
            let places = places.map(Vec::as_slice).unwrap_or_default();
            let files = places.iter().map(|at| self.files[*at]);
            files.filter(|file| file.path != claim.path).collect()
        };
        let by_digest = others(claim.strong().find_map(|digest| self.by_digest.get(digest)));
        let by_both = by_digest.iter().find(|file| base_name(&file.path) == name);
        by_both
            .or(by_digest.first())
            .copied()
            .or_else(|| others(self.by_name.get(name).filter(|_| !name.is_empty())).first().copied())
    }

    /// How the digest of a claim compares with the file, or with what others say of its name.
    fn compared(&self, claim: &Claim<'_>, file: Option<&Evidence>) -> DigestState {
        let Some(file) = file else {
            return if self.is_contradicted(claim) {
                DigestState::Differs
            } else if claim.digests.is_empty() {
                DigestState::NotComparable
            } else {
                DigestState::FileAbsent
            };
        };
        let compared: Vec<bool> = claim.strong().filter_map(|digest| self.has(file, digest)).collect();
        if compared.is_empty() {
            DigestState::NotComparable
        } else if compared.contains(&false) {
            DigestState::Differs
        } else {
            DigestState::Matches
        }
    }

    /// Whether a file has a digest; none where nobody computed one of that algorithm.
    fn has(&self, file: &Evidence, digest: &str) -> Option<bool> {
        let (algorithm, value) = digest.split_once(':')?;
        if algorithm == "sha256" {
            return Some(file.sha256.eq_ignore_ascii_case(value));
        }
        let others = self.others.get(&file.path)?.iter();
        let mut of_algorithm = others.filter(|other| other.split(':').next() == Some(algorithm)).peekable();
        of_algorithm.peek()?;
        Some(of_algorithm.any(|other| other == digest))
    }

    /// Whether two statements give the name two digests of one algorithm.
    fn is_contradicted(&self, claim: &Claim<'_>) -> bool {
        let algorithms = claim.digests.iter().filter_map(|digest| digest.split_once(':'));
        let mut stated = algorithms.filter_map(|(algorithm, _)| self.stated.get(&(claim.name.as_str(), algorithm)));
        stated.any(|digests| digests.len() > 1)
    }
}

/// The row of an artifact, made where there is none. The same bytes under the same file name, in a folder and at an address, are one artifact.
fn row<'rows>(
    rows: &'rows mut BTreeMap<(String, Option<String>), ProvenArtifact>,
    name: &str,
    file: Option<&Evidence>,
    stated: Option<&str>,
) -> &'rows mut ProvenArtifact {
    let is_same =
        |row: &&ProvenArtifact| stated.is_some() && row.sha256.as_deref() == stated && base_name(&row.name) == base_name(name);
    let known = rows.values().find(is_same).filter(|_| file.is_none());
    let key = match known {
        Some(row) => (row.name.clone(), row.file.clone()),
        None => (name.to_owned(), file.map(|file| file.path.clone())),
    };
    rows.entry(key).or_insert_with(|| ProvenArtifact {
        name: name.to_owned(),
        file: file.map(|file| file.path.clone()),
        sha256: file
            .map(|file| file.sha256.to_ascii_lowercase())
            .or_else(|| stated.map(str::to_owned)),
        is_published: false,
        proofs: Vec::new(),
    })
}

/// Whether a file is a package or an archive by its name, and no format reads it.
fn is_package(file: &Evidence) -> bool {
    file.artifact.format.is_none() && file.bytes > 0 && has_ending(&file.path)
}

fn sboms(release: &Release) -> impl Iterator<Item = (&Sbom, &Evidence)> {
    release.evidence.iter().filter_map(|file| match &file.artifact.content {
        Content::Sbom(sbom) => Some((sbom.as_ref(), file)),
        _ => None,
    })
}

/// The SHA-256 digests that a file names as what it is about, in lower case.
fn digests_of(file: &Evidence) -> impl Iterator<Item = String> {
    let digests = file.artifact.about.digests.iter();
    digests.filter_map(|digest| Some(digest.to_ascii_lowercase().rsplit_once("sha256:")?.1.to_owned()))
}

/// Whether the subject of a bill of materials is what an artifact is called: `starter_contracts` of
/// `starter_contracts-2.4.1-py3-none-any.whl`.
fn is_named(sbom: &Sbom, artifact: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '.'], "-");
    let subject = sbom.subject.as_deref().and_then(|subject| subject.split([' ', '@']).next());
    let subject = subject.map(plain).filter(|subject| !subject.is_empty());
    let artifact = artifact.to_ascii_lowercase();
    let is_file = has_ending(&artifact);
    subject.is_some_and(|subject| {
        let rest = plain(&artifact).strip_prefix(&subject).map(str::to_owned);
        is_file
            && rest.is_some_and(|rest| {
                rest.trim_start_matches("-v")
                    .trim_start_matches('-')
                    .starts_with(|c: char| c.is_ascii_digit())
            })
    })
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests;
