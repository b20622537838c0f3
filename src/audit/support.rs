//! Support periods of release lines as they stand today, and what of the evidence must still exist: there, or missing, or only a pointer.

use chrono::NaiveDate;
use globset::Glob;

use crate::audit::covering::{covers, plain};
use crate::audit::rules::{evidence_not_kept, release_unsupported};
use crate::config::product::ProductPlan;
use crate::config::read::FILE;
use crate::model::evidence::{Evidence, Integrity};
use crate::model::finding::Finding;
use crate::model::place::Place;
use crate::model::release::{Outcome, Record, Release};
use crate::model::support::{JudgedSupport, KeptFile, KeptRelease, KeptState, SupportPeriod, SupportState};

/// How a pointer file of Git LFS begins: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>.
const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/";

/// What stands in a pointer file of git-annex: <https://git-annex.branchable.com/internals/pointer_file/>.
const ANNEX_POINTER: &str = "/annex/objects/";

/// A pointer is a few lines; what is longer only quotes one.
const LONGEST_POINTER: u64 = 32_768;

/// The support periods of a product as they stand today. Releases stand newest first.
pub(crate) fn support(plan: &ProductPlan, releases: &[&Release], today: NaiveDate) -> Vec<JudgedSupport> {
    let judged = plan.support.iter().map(|period| {
        let covered: Vec<&Release> = releases
            .iter()
            .copied()
            .filter(|release| is_covered(period, release))
            .collect();
        let mut period = period.clone();
        let first = covered.iter().filter_map(|release| Some(release.date.as_ref()?.day)).min();
        period.from = period.from.or(first);
        JudgedSupport {
            state: if period.until.is_some_and(|until| until < today) {
                SupportState::Ended
            } else if period.from.is_some_and(|from| from > today) {
                SupportState::NotBegun
            } else {
                SupportState::Supported
            },
            releases: covered.iter().map(|release| release.version.clone()).collect(),
            period,
        }
    });
    judged.collect()
}

/// Whether a release belongs to a line: by what the period says it covers, else by the name of the line, in which `x` stands for any part.
fn is_covered(period: &SupportPeriod, release: &Release) -> bool {
    let words = if period.releases.trim().is_empty() {
        &period.line
    } else {
        &period.releases
    };
    if words.contains(['<', '>']) {
        return covers(words, release);
    }
    let version = plain(&release.version);
    words.split([',', ' ']).filter(|word| !word.is_empty()).any(|word| {
        let word = plain(word);
        let pattern: Vec<&str> = word.split('.').map(|part| if part == "x" { "*" } else { part }).collect();
        let glob = Glob::new(&pattern.join("."));
        glob.is_ok_and(|glob| glob.compile_matcher().is_match(&version)) || word == version
    })
}

/// The support period of a release that ends last.
pub(crate) fn of_release<'a>(support: &'a [JudgedSupport], release: &Release) -> Option<&'a JudgedSupport> {
    let covering = support.iter().filter(|judged| judged.releases.contains(&release.version));
    covering.max_by_key(|judged| judged.period.until.unwrap_or(NaiveDate::MAX))
}

/// What of each release must still exist today, newest first; nothing where the settings do not say how long. A release is kept for as long
/// as they say, and to the end of the support of its line where that is later.
pub(crate) fn kept(plan: &ProductPlan, support: &[JudgedSupport], releases: &[&Release], today: NaiveDate) -> Vec<KeptRelease> {
    let Some(keep) = plan.keep else { return Vec::new() };
    let kept = releases.iter().map(|release| {
        let day = release.date.as_ref().map(|date| date.day);
        let supported = of_release(support, release).filter(|judged| judged.period.until.is_some());
        let end = supported.and_then(|judged| judged.period.until);
        let by_keep = day.map(|day| keep.after(day));
        let (until, why) = match (by_keep, end, supported) {
            (Some(kept), Some(end), Some(judged)) if end > kept => {
                (Some(end), format!("to the end of the support of {}", judged.period.line))
            }
            (Some(kept), _, _) => (Some(kept), format!("{keep} after the release")),
            (None, _, _) => (
                None,
                "nothing tells the day of the release, so that no end is known".to_owned(),
            ),
        };
        KeptRelease {
            version: release.version.clone(),
            day,
            until,
            why,
            record: release.record.as_ref().map(|record| record.path.clone()),
            files: files(release),
        }
    });
    kept.filter(|kept| kept.until.is_none_or(|until| until >= today)).collect()
}

/// The files that the record of a release and its amendments name.
fn files(release: &Release) -> Vec<KeptFile> {
    let Some(record) = &release.record else { return Vec::new() };
    let recorded = release.evidence.iter().filter(|file| file.integrity != Integrity::Unrecorded);
    let mut files: Vec<KeptFile> = recorded.map(|file| kept_file(release, record, file)).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn kept_file(release: &Release, record: &Record, file: &Evidence) -> KeptFile {
    let digest = record.files.iter().find(|recorded| recorded.path == file.path);
    let digest = digest.map(|recorded| recorded.sha256.as_str()).unwrap_or_default();
    let pointer = pointer(file, digest);
    let (state, note) = match (pointer, file.integrity) {
        (Some(note), _) => (KeptState::Pointer, note),
        (None, Integrity::Absent) => (KeptState::Missing, String::new()),
        (None, Integrity::Altered) => (KeptState::Altered, String::new()),
        (None, Integrity::Recorded | Integrity::Unrecorded) => (KeptState::There, String::new()),
    };
    let in_amendment = release
        .amendments
        .iter()
        .find_map(|amendment| Some((amendment.path.clone(), *amendment.file_lines.get(&file.path)?)));
    let in_record = record.file_lines.get(&file.path).map(|line| (record.path.clone(), *line));
    KeptFile {
        path: file.path.clone(),
        recorded: digest.to_owned(),
        state,
        note,
        named_at: in_record.or(in_amendment),
    }
}

/// What a file says that is only a pointer to bytes elsewhere; none for one that is not.
fn pointer(file: &Evidence, recorded: &str) -> Option<String> {
    let text = file.excerpt.as_deref().filter(|_| file.bytes <= LONGEST_POINTER)?;
    if text.starts_with(LFS_POINTER) {
        let oid = text.lines().find_map(|line| line.strip_prefix("oid sha256:"));
        let words = match oid.map(str::trim) {
            Some(oid) if oid == recorded => "a pointer of Git LFS with the recorded digest",
            Some(_) => "a pointer of Git LFS with another digest than the recorded one",
            None => "a pointer of Git LFS without a digest",
        };
        return Some(words.to_owned());
    }
    let first = text.lines().next().unwrap_or_default();
    let is_annex = first
        .trim_start_matches("../")
        .trim_start_matches(".git")
        .starts_with(ANNEX_POINTER);
    is_annex.then(|| "a pointer of git-annex".to_owned())
}

/// The findings about support periods and about what must still exist.
pub(crate) fn findings(support: &[JudgedSupport], kept: &[KeptRelease], releases: &[&Release]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for release in kept {
        for file in &release.files {
            let what = match file.state {
                // What is altered is told by the rule for that.
                KeptState::There | KeptState::Altered => continue,
                KeptState::Missing => "is not there".to_owned(),
                KeptState::Pointer => format!("is only {}", file.note),
            };
            let until = release.until.map(|until| format!(" until {until}")).unwrap_or_default();
            let (path, line) = match (&file.named_at, &release.record) {
                (Some((path, line)), _) => (path.as_str(), Some(*line)),
                (None, Some(record)) => (record.as_str(), None),
                (None, None) => continue,
            };
            findings.push(Finding {
                place: line.map(Place::of_line),
                reference: Some(file.path.clone()),
                message: format!("{}: `{}` must be kept{until} and {what}", release.version, file.path),
                help: Some(match file.state {
                    KeptState::Pointer => "keep the bytes themselves in the repository, or see that the store behind the pointer keeps them as long",
                    _ => "restore it from history",
                }
                .to_owned()),
                ..Finding::of(&evidence_not_kept::RULE.text, path)
            });
        }
    }
    let in_use = releases.iter().find(|release| {
        let outcome = release.record.as_ref().and_then(|record| record.outcome);
        !release.is_prerelease() && !matches!(outcome, Some(Outcome::Withdrawn | Outcome::Abandoned))
    });
    let Some(release) = in_use.filter(|_| !support.is_empty()) else {
        return findings;
    };
    let why = match of_release(support, release) {
        None => "no support period of the settings covers it".to_owned(),
        Some(judged) if judged.state == SupportState::Ended => {
            let until = judged.period.until.map(|until| format!(" on {until}")).unwrap_or_default();
            format!("the support of {} ended{until}", judged.period.line)
        }
        Some(_) => return findings,
    };
    findings.push(Finding {
        reference: Some(release.version.clone()),
        message: format!("{} is the newest release, and {why}", release.version),
        help: Some("declare the line under `[[support]]` of the settings, or ship a version of a supported line".to_owned()),
        ..Finding::of(&release_unsupported::RULE.text, FILE)
    });
    findings
}

#[cfg(test)]
mod tests {
    use super::{findings, kept, support};
    use crate::config::product::ProductPlan;
    use crate::model::evidence::{Artifact, Evidence, Integrity};
    use crate::model::release::{Record, RecordFile, Release, ReleaseDate, ReleaseSource};
    use crate::model::support::{Keep, KeptState, SupportPeriod, SupportState};

    fn day(text: &str) -> chrono::NaiveDate {
        text.parse().expect("a day")
    }

    fn release(version: &str, on: &str, files: &[(&str, Integrity, Option<&str>)]) -> Release {
        Release {
            version: version.to_owned(),
            semver: semver::Version::parse(version.trim_start_matches('v')).ok(),
            date: Some(ReleaseDate {
                day: day(on),
                at: None,
                source: ReleaseSource::Tag,
            }),
            record: Some(Record {
                path: format!("releases/{version}/record.json"),
                files: files
                    .iter()
                    .map(|(path, _, _)| RecordFile {
                        path: (*path).to_owned(),
                        sha256: "a".repeat(64),
                        bytes: 1,
                        collected_at: None,
                        format: None,
                        gate: None,
                    })
                    .collect(),
                file_lines: files
                    .iter()
                    .zip(7..)
                    .map(|((path, _, _), line)| ((*path).to_owned(), line))
                    .collect(),
                ..Record::default()
            }),
            evidence: files
                .iter()
                .map(|(path, integrity, excerpt)| Evidence {
                    path: (*path).to_owned(),
                    repository_path: format!("releases/{version}/{path}"),
                    gate: None,
                    sha256: String::new(),
                    bytes: excerpt.map_or(1, |text| text.len() as u64),
                    integrity: *integrity,
                    artifact: Artifact::default(),
                    excerpt: excerpt.map(str::to_owned),
                })
                .collect(),
            ..Release::default()
        }
    }

    fn plan(periods: &[(&str, &str, Option<&str>, Option<&str>)], keep: Option<&str>) -> ProductPlan {
        ProductPlan {
            keep: keep.and_then(Keep::read),
            support: periods
                .iter()
                .map(|(line, releases, from, until)| SupportPeriod {
                    line: (*line).to_owned(),
                    releases: (*releases).to_owned(),
                    from: from.map(day),
                    until: until.map(day),
                    source: String::new(),
                })
                .collect(),
            ..ProductPlan::default()
        }
    }

    #[test]
    fn a_line_covers_its_versions_and_begins_with_the_first_of_them() {
        let releases = [
            release("v10.0.0", "2026-09-01", &[]),
            release("v2.0.0", "2026-08-01", &[]),
            release("v1.10.0", "2026-03-01", &[]),
            release("v1.0.0", "2025-01-01", &[]),
        ];
        let releases: Vec<&Release> = releases.iter().collect();
        let plan = plan(
            &[
                ("1.x", "", None, Some("2026-06-30")),
                ("two", ">=2.0.0 <3.0.0", Some("2026-08-15"), Some("2031-08-15")),
                ("later", "v3.*", Some("2027-01-01"), None),
                ("ten", "10.0.0, 10.1.0", None, None),
            ],
            None,
        );
        let judged = support(&plan, &releases, day("2026-07-01"));
        let told: Vec<_> = judged
            .iter()
            .map(|one| {
                let from = one.period.from.map(|from| from.to_string()).unwrap_or_default();
                (one.state, from, one.releases.join(" "))
            })
            .collect();
        assert_eq!(
            told,
            [
                (SupportState::Ended, "2025-01-01".to_owned(), "v1.10.0 v1.0.0".to_owned()),
                (SupportState::NotBegun, "2026-08-15".to_owned(), "v2.0.0".to_owned()),
                (SupportState::NotBegun, "2027-01-01".to_owned(), String::new()),
                (SupportState::NotBegun, "2026-09-01".to_owned(), "v10.0.0".to_owned()),
            ]
        );
    }

    #[test]
    fn what_must_exist_is_there_or_missing_or_a_pointer() {
        let digest = "a".repeat(64);
        let lfs = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 12\n");
        let other = lfs.replace(&digest, &"b".repeat(64));
        let quoted = format!("A text about pointers:\n{lfs}");
        let releases = [
            release(
                "v2.0.0",
                "2026-01-01",
                &[
                    ("a.json", Integrity::Recorded, Some("{}")),
                    ("b.json", Integrity::Absent, None),
                    ("c.json", Integrity::Altered, Some(&lfs)),
                    ("d.json", Integrity::Recorded, Some(&other)),
                    ("e.json", Integrity::Altered, Some(&quoted)),
                    ("f.json", Integrity::Recorded, Some("/annex/objects/SHA256E-s12--aa.json\n")),
                    ("g.json", Integrity::Unrecorded, None),
                ],
            ),
            release("v1.1.0", "2015-01-01", &[("a.json", Integrity::Absent, None)]),
            release("v1.0.0", "2014-01-01", &[("a.json", Integrity::Absent, None)]),
        ];
        let releases: Vec<&Release> = releases.iter().collect();
        let plan = plan(&[("1.1", "1.1.0", None, Some("2027-01-01"))], Some("10y"));
        let judged = support(&plan, &releases, day("2026-07-01"));
        let found = kept(&plan, &judged, &releases, day("2026-07-01"));
        let told: Vec<String> = found
            .iter()
            .map(|kept| {
                let until = kept.until.map(|until| until.to_string()).unwrap_or_default();
                format!("{} {until} {}", kept.version, kept.why)
            })
            .collect();
        assert_eq!(
            told,
            [
                "v2.0.0 2036-01-01 10 years after the release",
                "v1.1.0 2027-01-01 to the end of the support of 1.1",
            ]
        );
        let states: Vec<(&str, KeptState)> = found[0].files.iter().map(|file| (file.path.as_str(), file.state)).collect();
        assert_eq!(
            states,
            [
                ("a.json", KeptState::There),
                ("b.json", KeptState::Missing),
                ("c.json", KeptState::Pointer),
                ("d.json", KeptState::Pointer),
                ("e.json", KeptState::Altered),
                ("f.json", KeptState::Pointer),
            ]
        );
        let messages: Vec<String> = findings(&judged, &found, &releases)
            .into_iter()
            .map(|found| {
                let line = found.place.map_or(0, |place| place.line);
                format!("{} {}:{line} {}", found.rule, found.path, found.message)
            })
            .collect();
        assert_eq!(
            messages,
            [
                "evidence-not-kept releases/v2.0.0/record.json:8 v2.0.0: `b.json` must be kept until 2036-01-01 and is not there",
                "evidence-not-kept releases/v2.0.0/record.json:9 v2.0.0: `c.json` must be kept until 2036-01-01 and is only a pointer of Git LFS with the recorded digest",
                "evidence-not-kept releases/v2.0.0/record.json:10 v2.0.0: `d.json` must be kept until 2036-01-01 and is only a pointer of Git LFS with another digest than the recorded one",
                "evidence-not-kept releases/v2.0.0/record.json:12 v2.0.0: `f.json` must be kept until 2036-01-01 and is only a pointer of git-annex",
                "evidence-not-kept releases/v1.1.0/record.json:7 v1.1.0: `a.json` must be kept until 2027-01-01 and is not there",
                "release-unsupported runproof.toml:0 v2.0.0 is the newest release, and no support period of the settings covers it",
            ]
        );
    }

    #[test]
    fn without_settings_nothing_is_said() {
        let releases = [release("v1.0.0", "2026-01-01", &[("a.json", Integrity::Absent, None)])];
        let releases: Vec<&Release> = releases.iter().collect();
        let plan = plan(&[], None);
        let found = kept(&plan, &[], &releases, day("2026-07-01"));
        assert!(found.is_empty() && findings(&[], &found, &releases).is_empty());
    }
}
