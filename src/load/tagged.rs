//! Tags -> releases: which line a tag is of, and which tags are other names of one release.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobMatcher};

use crate::config::product::ProductPlan;
use crate::load::drafts::Drafts;
use crate::load::version::{VersionName, line_of, take_apart};
use crate::model::finding::Problem;
use crate::model::release::{LeftOutTag, ReleaseSource};
use crate::model::version::without_v;
use crate::parse::release_log;
use crate::source::repository::Repository;
use crate::source::tags::FoundTag;

/// What tells the tags of a product from others; none where it has none. A star also stands for what holds a slash.
pub(crate) fn matcher(plan: &ProductPlan) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(plan.tags.as_deref()?).build().ok()?;
    Some(glob.compile_matcher())
}

/// Makes releases of the tags that are versions, line by line; of the others it tells why they are none.
pub(crate) fn from_tags(
    tags: &[FoundTag],
    plan: &ProductPlan,
    repository: Option<&Repository>,
    drafts: &mut Drafts,
    left_out_tags: &mut Vec<LeftOutTag>,
) {
    let Some(matcher) = matcher(plan) else { return };
    let mut versions: Vec<(&FoundTag, VersionName)> = Vec::new();
    for tag in tags.iter().filter(|tag| matcher.is_match(&tag.tag.name)) {
        let left_out = |reason: &str| LeftOutTag {
            name: tag.tag.name.clone(),
            reason: reason.to_owned(),
        };
        match (take_apart(&tag.tag.name), &tag.commit) {
            (Some(version), Ok(_)) => versions.push((tag, version)),
            (_, Err(reason)) => left_out_tags.push(left_out(reason)),
            (None, Ok(_)) => left_out_tags.push(left_out("not a version")),
        }
    }
    let lines: BTreeSet<&str> = versions.iter().map(|(_, version)| line_of(&version.prefix)).collect();
    // The line without a prefix leads. Where there is but one line its prefix says nothing, and is left out.
    let leading = if lines.len() == 1 {
        lines.first().copied().unwrap_or_default().to_owned()
    } else {
        String::new()
    };
    for (tag, version) in &versions {
        if let Some(reason) = alias(tag, version, &versions, repository) {
            left_out_tags.push(LeftOutTag {
                name: tag.tag.name.clone(),
                reason,
            });
            continue;
        }
        // Tags of another line keep their prefix, so that `app-v1.0.0` and `lib-v1.0.0` stay two releases.
        let line = line_of(&version.prefix);
        let release = if line == leading {
            drafts.release(&version.version, version.semver.clone(), ReleaseSource::Tag)
        } else {
            drafts.release_in(line, &tag.tag.name, version.semver.clone(), ReleaseSource::Tag)
        };
        let commit = tag.commit.clone().ok();
        if let Some(first) = &release.tag {
            let elsewhere = if release.commit == commit { "" } else { ", on another commit" };
            let reason = format!("the same version as `{}`{elsewhere}", first.name);
            if !elsewhere.is_empty() {
                let message = format!(
                    "the tags `{}` and `{}` name two commits for one version",
                    first.name, tag.tag.name
                );
                release.contradictions.push(Problem::of_file(message));
            }
            left_out_tags.push(LeftOutTag {
                name: tag.tag.name.clone(),
                reason,
            });
            continue;
        }
        release.semver.clone_from(&version.semver);
        release.commit = commit;
        let message = tag.tag.message.trim();
        let notes = release_log::tag_message(message);
        if message != tag.tag.name && !notes.groups.is_empty() {
            release.notes.push(notes);
        }
        release.tag = Some(tag.tag.clone());
    }
    left_out_tags.sort_by(|left, right| left.name.cmp(&right.name));
}

/// Why a tag is another name of a release, and none of its own: `v1` moves along with `v1.2.3`. A tag that is older than all the
/// versions that begin with its numbers was a release before they were.
fn alias(
    tag: &FoundTag,
    version: &VersionName,
    versions: &[(&FoundTag, VersionName)],
    repository: Option<&Repository>,
) -> Option<String> {
    let numbers = |version: &VersionName| without_v(&version.version).to_owned();
    let own = numbers(version);
    let is_short = own.split('.').count() <= 2 && own.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_short || version.semver.is_none() {
        return None;
    }
    let start = format!("{own}.");
    let longer = versions.iter().filter(|(_, other)| {
        let numbers = numbers(other);
        let is_whole = other.semver.as_ref().is_some_and(|semver| semver.pre.is_empty()) && numbers.split('.').count() == 3;
        other.prefix == version.prefix && is_whole && numbers.starts_with(&start)
    });
    let mut longer: Vec<&(&FoundTag, VersionName)> = longer.collect();
    longer.sort_by(|left, right| left.1.semver.cmp(&right.1.semver));
    let (newest, _) = longer.last()?;
    if let Some((same, _)) = longer.iter().rev().find(|(other, _)| other.commit == tag.commit) {
        return Some(format!("another name of `{}`", same.tag.name));
    }
    // `1.2` beside `1.2.1` is a release; `v1` beside `v1.2.1` is one where it came first.
    let date = |tag: &FoundTag| Some(repository?.commit(tag.commit.as_ref().ok()?)?.date);
    let is_first = longer.iter().all(|(other, _)| date(tag) < date(other)) && date(tag).is_some();
    (!own.contains('.') && !is_first).then(|| {
        format!(
            "a name that moves, and does not stand on the newest of its releases, `{}`",
            newest.tag.name
        )
    })
}

#[cfg(test)]
mod tests {
    use super::from_tags;
    use crate::config::product::ProductPlan;
    use crate::load::drafts::Drafts;
    use crate::model::release::Tag;
    use crate::source::tags::FoundTag;

    /// The releases of tags, each with the first letter of its commit, and why the other tags are none.
    fn check(tags: &[&str], expected: &str) {
        let tags: Vec<FoundTag> = tags
            .iter()
            .map(|tag| {
                let (name, commit) = tag.split_once(' ').expect("a name and a commit");
                let tag = Tag {
                    name: name.to_owned(),
                    is_annotated: false,
                    date: None,
                    tagger: None,
                    message: String::new(),
                    has_signature: false,
                };
                FoundTag {
                    tag,
                    commit: Ok(commit.to_owned()),
                }
            })
            .collect();
        let plan = ProductPlan {
            tags: Some("*".to_owned()),
            ..ProductPlan::default()
        };
        let (mut drafts, mut left_out) = (Drafts::default(), Vec::new());
        from_tags(&tags, &plan, None, &mut drafts, &mut left_out);
        let mut got: Vec<String> = drafts
            .releases
            .iter()
            .map(|release| {
                let mark = if release.contradictions.is_empty() {
                    ""
                } else {
                    " contradicted"
                };
                format!("{}[{}]{mark}", release.version, release.line)
            })
            .collect();
        got.extend(left_out.iter().map(|tag| format!("{}: {}", tag.name, tag.reason)));
        assert_eq!(got.join("\n"), expected);
    }

    #[test]
    fn each_family_of_tags_is_a_line() {
        check(
            &["@acme/app@1.2.3 a", "api-v0.9.0 b", "v1.0.0 c"],
            "@acme/app@1.2.3[@acme/app@]\napi-v0.9.0[api-]\nv1.0.0[]",
        );
        check(&["bar/0.4.2 a", "foo/0.2.1 b"], "bar/0.4.2[bar/]\nfoo/0.2.1[foo/]");
        check(&["app-v1.0.0 a", "app-v1.1.0 b"], "v1.0.0[]\nv1.1.0[]");
        check(&["release-1.0 a", "v1.1 b"], "1.0[]\nv1.1[]");
    }

    #[test]
    fn tags_that_move_are_other_names() {
        check(
            &["v1 b", "v1.2 b", "v1.2.2 a", "v1.2.3 b"],
            "v1.2.2[]\nv1.2.3[]\nv1: another name of `v1.2.3`\nv1.2: another name of `v1.2.3`",
        );
        check(
            &["v1 x", "v1.2.3 b"],
            "v1.2.3[]\nv1: a name that moves, and does not stand on the newest of its releases, `v1.2.3`",
        );
        check(&["v1 a", "v2 b"], "v1[]\nv2[]");
        check(&["v1.2 a", "v1.2.1 b"], "v1.2[]\nv1.2.1[]");
    }

    #[test]
    fn one_version_on_two_commits_is_a_contradiction() {
        check(
            &["2.0 a", "v2.0.0 b"],
            "2.0[] contradicted\nv2.0.0: the same version as `2.0`, on another commit",
        );
    }
}
