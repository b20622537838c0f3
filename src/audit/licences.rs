//! Licences of components against the lists of the settings.
//!
//! An expression is allowed when one of its choices consists of allowed licences, and denied when none of them can do without a denied
//! one (<https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/>). What is not stated is unknown, never allowed.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use spdx::{Expression, ParseMode};

use crate::audit::rules::{licence_denied, licence_to_review};
use crate::config::Licences;
use crate::model::evidence::Content;
use crate::model::finding::{Finding, RuleText};
use crate::model::inventory::Inventory;
use crate::model::licence::{JudgedLicence, LicenceStanding};
use crate::model::release::Release;

/// Components that a finding names.
const MOST_NAMED: usize = 8;

/// Classifiers of the Python package index that name one licence of the SPDX list, <https://pypi.org/classifiers/>. Those that name a
/// family (`BSD License`, `Apache Software License`) are not among them.
const CLASSIFIERS: [(&str, &str); 18] = [
    ("Boost Software License 1.0 (BSL-1.0)", "BSL-1.0"),
    ("CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0"),
    ("Eclipse Public License 1.0 (EPL-1.0)", "EPL-1.0"),
    ("Eclipse Public License 2.0 (EPL-2.0)", "EPL-2.0"),
    ("GNU Affero General Public License v3", "AGPL-3.0-only"),
    ("GNU Affero General Public License v3 or later (AGPLv3+)", "AGPL-3.0-or-later"),
    ("GNU General Public License v2 (GPLv2)", "GPL-2.0-only"),
    ("GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"),
    ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
    ("GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"),
    ("GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0-only"),
    ("GNU Lesser General Public License v3 or later (LGPLv3+)", "LGPL-3.0-or-later"),
    ("ISC License (ISCL)", "ISC"),
    ("MIT License", "MIT"),
    ("MIT No Attribution License (MIT-0)", "MIT-0"),
    ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
    ("The Unlicense (Unlicense)", "Unlicense"),
    ("zlib/libpng License", "Zlib"),
];

/// Classifiers that name a family, with how the licences of the family begin: beside one of them they say nothing more.
const FAMILIES: [(&str, &str); 3] = [
    ("Apache Software License", "Apache-"),
    ("BSD License", "BSD-"),
    ("Python Software Foundation License", "PSF-"),
];

/// The lists of the settings, ready to be asked.
pub(crate) struct Policy {
    allow: GlobSet,
    review: GlobSet,
    deny: GlobSet,
}

impl Policy {
    /// The lists; none where all are empty.
    pub(crate) fn of(licences: &Licences) -> Option<Self> {
        let lists = [&licences.allow, &licences.review, &licences.deny];
        if lists.iter().all(|list| list.is_empty()) {
            return None;
        }
        let [allow, review, deny] = lists.map(|list| globs(list));
        Some(Self { allow, review, deny })
    }

    /// What the lists say of a licence as written.
    pub(crate) fn standing(&self, written: &str) -> LicenceStanding {
        match expression(written) {
            Some(expression) => self.standing_of(&expression),
            None => LicenceStanding::Unknown,
        }
    }

    fn standing_of(&self, expression: &Expression) -> LicenceStanding {
        let class = |name: &str| {
            if self.deny.is_match(name) {
                LicenceStanding::Denied
            } else if self.review.is_match(name) {
                LicenceStanding::Review
            } else if self.allow.is_match(name) {
                LicenceStanding::Allowed
            } else {
                LicenceStanding::Unlisted
            }
        };
        let can_do_with =
            |wanted: &[LicenceStanding]| expression.evaluate(|one| wanted.contains(&class(&one.license.to_string())));
        if can_do_with(&[LicenceStanding::Allowed]) {
            LicenceStanding::Allowed
        } else if can_do_with(&[LicenceStanding::Allowed, LicenceStanding::Review]) {
            LicenceStanding::Review
        } else if can_do_with(&[LicenceStanding::Allowed, LicenceStanding::Review, LicenceStanding::Unlisted]) {
            LicenceStanding::Unlisted
        } else {
            LicenceStanding::Denied
        }
    }
}

/// Globs over names of licences, regardless of case. The settings checked them.
fn globs(names: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in names
        .iter()
        .filter_map(|name| GlobBuilder::new(name).case_insensitive(true).build().ok())
    {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

/// The expression that words are read as: each licence that was stated on its own (`A AND B`), where they cannot be read at once.
fn expression(written: &str) -> Option<Expression> {
    let is_joined_by_us = written.contains("::") && written.contains(" AND ");
    if let Some(whole) = one_expression(written).filter(|_| !is_joined_by_us) {
        return Some(whole);
    }
    let parts: Vec<&str> = written.split(" AND ").map(str::trim).collect();
    let is_told_by_others = |part: &str| {
        let family = FAMILIES.iter().find(|(name, _)| last_of(part) == *name);
        family.is_some_and(|(_, prefix)| parts.iter().any(|other| last_of(other).starts_with(prefix)))
    };
    let mut read = parts
        .iter()
        .filter(|part| !is_told_by_others(part))
        .map(|part| one_expression(part).map(|expression| expression.to_string()))
        .collect::<Option<Vec<String>>>()?;
    read.sort();
    read.dedup();
    match read.as_slice() {
        [only] => one_expression(only),
        several => one_expression(
            &several
                .iter()
                .map(|part| format!("({part})"))
                .collect::<Vec<_>>()
                .join(" AND "),
        ),
    }
}

/// What a classifier ends with: `MIT License` of `License :: OSI Approved :: MIT License`.
fn last_of(written: &str) -> &str {
    written.rsplit("::").next().unwrap_or(written).trim()
}

/// One licence or expression: of the SPDX list, a classifier, or a name that is known for one licence.
fn one_expression(written: &str) -> Option<Expression> {
    let words = last_of(written);
    if let Ok(at) = CLASSIFIERS.binary_search_by_key(&words, |(name, _)| name) {
        return Expression::parse(CLASSIFIERS[at].1).ok();
    }
    if Expression::parse_mode(words, ParseMode::LAX).is_ok() {
        let canonical = Expression::canonicalize(words).ok().flatten();
        return Expression::parse_mode(canonical.as_deref().unwrap_or(words), ParseMode::LAX).ok();
    }
    let (id, length) = spdx::imprecise_license_id(words)?;
    (length == words.len()).then(|| Expression::parse(id.name).ok()).flatten()
}

/// The licences of the components of the newest release with a bill of materials, those to look at first in front.
pub(crate) fn judge(settings: &Licences, inventory: &Inventory) -> Vec<JudgedLicence> {
    let policy = Policy::of(settings);
    let mut components: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, life) in inventory.components.iter().enumerate() {
        let Some(span) = life.spans.first().filter(|span| span.newest == 0) else {
            continue;
        };
        if span.licences.is_empty() {
            components.entry(String::new()).or_default().push(index);
        }
        for licence in &span.licences {
            components.entry(licence.clone()).or_default().push(index);
        }
    }
    let mut judged: Vec<JudgedLicence> = components
        .into_iter()
        .map(|(written, components)| JudgedLicence {
            expression: expression(&written).map(|expression| expression.to_string()),
            standing: policy.as_ref().map(|policy| policy.standing(&written)),
            components,
            written,
        })
        .collect();
    judged.sort_by(|one, other| {
        let of = |licence: &JudgedLicence| (licence.standing, std::cmp::Reverse(licence.components.len()));
        of(one).cmp(&of(other)).then_with(|| one.written.cmp(&other.written))
    });
    judged
}

/// What the lists of the settings say against the newest release with a bill of materials, one finding for a licence and file.
pub(crate) fn findings(settings: &Licences, releases: &[Release]) -> Vec<Finding> {
    let Some(policy) = Policy::of(settings) else {
        return Vec::new();
    };
    let bills = |release: &&Release| {
        let mut contents = release.evidence.iter().map(|file| &file.artifact.content);
        contents.any(|content| matches!(content, Content::Sbom(_)))
    };
    let Some(release) = releases.iter().find(bills) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for file in &release.evidence {
        let Content::Sbom(sbom) = &file.artifact.content else {
            continue;
        };
        let mut by_licence: BTreeMap<(LicenceStanding, &str), Vec<&str>> = BTreeMap::new();
        for component in &sbom.components {
            let standing = policy.standing(&component.licence);
            if standing != LicenceStanding::Allowed {
                by_licence
                    .entry((standing, &component.licence))
                    .or_default()
                    .push(&component.name);
            }
        }
        let path = &file.repository_path;
        for ((standing, licence), names) in by_licence {
            findings.push(finding(standing, licence, names, &release.version, path));
        }
    }
    findings
}

fn finding(standing: LicenceStanding, licence: &str, mut names: Vec<&str>, version: &str, path: &str) -> Finding {
    names.sort_unstable();
    names.dedup();
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    let mut who: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if more > 0 {
        who.push(format!("{more} more"));
    }
    let who = who.join(", ");
    let (rule, what): (&RuleText, String) = match standing {
        LicenceStanding::Denied => (&licence_denied::RULE.text, format!("`{licence}` is denied")),
        LicenceStanding::Unknown if licence.trim().is_empty() => {
            (&licence_to_review::RULE.text, "no licence is stated".to_owned())
        }
        LicenceStanding::Unknown => (
            &licence_to_review::RULE.text,
            format!("`{licence}` is no licence of the SPDX list"),
        ),
        LicenceStanding::Review => (&licence_to_review::RULE.text, format!("`{licence}` needs a review")),
        LicenceStanding::Unlisted | LicenceStanding::Allowed => (
            &licence_to_review::RULE.text,
            format!("`licences` says nothing of `{licence}`"),
        ),
    };
    Finding {
        message: format!("{what}, and {version} contains it: {who}"),
        help: Some(match standing {
            LicenceStanding::Denied => {
                "replace the component, or have the licence taken off `deny` by whoever answers for it".to_owned()
            }
            LicenceStanding::Unknown => "have the licence stated in the bill of materials".to_owned(),
            _ => "have somebody look at it, then write it into `allow`, `review` or `deny` of `[licences]`".to_owned(),
        }),
        ..Finding::of(rule, path)
    }
}

#[cfg(test)]
mod tests {
    use super::{CLASSIFIERS, Policy, expression};
    use crate::config::Licences;
    use crate::model::licence::LicenceStanding;

    fn policy() -> Policy {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let licences = Licences {
            allow: list(&["MIT", "Apache-2.0", "BSD-*", "GPL-2.0-only"]),
            review: list(&["MPL-2.0", "LGPL-*"]),
            deny: list(&["AGPL-*", "GPL-3.0-*", "BUSL-1.1"]),
        };
        Policy::of(&licences).expect("there are lists")
    }

    #[test]
    fn a_choice_is_allowed_by_one_of_its_sides_and_a_sum_by_all() {
        let policy = policy();
        for (written, standing) in [
            ("MIT", LicenceStanding::Allowed),
            ("mit", LicenceStanding::Allowed),
            ("BSD-3-Clause", LicenceStanding::Allowed),
            ("MIT OR AGPL-3.0-only", LicenceStanding::Allowed),
            ("MIT AND AGPL-3.0-only", LicenceStanding::Denied),
            ("(MIT OR BUSL-1.1) AND MPL-2.0", LicenceStanding::Review),
            ("LGPL-2.1-or-later", LicenceStanding::Review),
            ("GPL-3.0-or-later WITH Classpath-exception-2.0", LicenceStanding::Denied),
            ("Zlib", LicenceStanding::Unlisted),
            ("Zlib OR AGPL-3.0-only", LicenceStanding::Unlisted),
        ] {
            assert_eq!(policy.standing(written), standing, "{written}");
        }
    }

    #[test]
    fn what_is_not_stated_or_not_known_is_never_allowed() {
        let policy = policy();
        for written in [
            "",
            "  ",
            "SEE LICENSE IN LICENSE.md",
            "Our own",
            "BSD License",
            "MIT AND Our own words",
        ] {
            assert_eq!(policy.standing(written), LicenceStanding::Unknown, "{written}");
        }
    }

    #[test]
    fn classifiers_and_common_names_are_read() {
        assert!(CLASSIFIERS.is_sorted());
        for (written, id) in [
            ("License :: OSI Approved :: MIT License", "MIT"),
            ("GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0-only"),
            ("Apache 2.0", "Apache-2.0"),
            (
                "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0) AND MPL-2.0",
                "MPL-2.0",
            ),
            ("BSD-3-Clause AND License :: OSI Approved :: BSD License", "BSD-3-Clause"),
            ("License :: OSI Approved :: MIT License AND ISC", "(ISC) AND (MIT)"),
            ("MIT AND License :: OSI Approved :: ISC License (ISCL)", "(ISC) AND (MIT)"),
        ] {
            let read = expression(written).map(|expression| expression.to_string());
            assert_eq!(read.as_deref(), Some(id), "{written}");
        }
    }
}
