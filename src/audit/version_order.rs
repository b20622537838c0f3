//! Versions put in order by the rules of the kind of package that they are of, and ranges of them.
//!
//! Every text has a place in the order, since a version that nobody can compare would hide a component from whoever looks for it.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

use crate::model::version::without_v;

/// Kinds of packages whose versions are semantic ones.
const SEMANTIC: &[&str] = &["cargo", "golang", "hex", "npm", "nuget", "pub", "swift"];

/// Words that stand before a release, the earliest first.
const BEFORE: &[&[&str]] = &[
    &["dev", "nightly", "canary", "next", "experimental", "insiders", "ea"],
    &["alpha", "a"],
    &["beta", "b"],
    &["milestone", "m"],
    &["rc", "c", "cr", "pre", "preview"],
    &["snapshot"],
];

/// Words that say that it is the release.
const RELEASE: &[&str] = &["final", "ga", "release"];

/// Compares two versions of a package, whose identity is a package URL or a name.
pub(crate) fn order(identity: &str, one: &str, other: &str) -> Ordering {
    let kind = identity
        .strip_prefix("pkg:")
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    if matches!(kind, "deb" | "rpm" | "apk" | "alpm") {
        return packaged(one, other);
    }
    if (SEMANTIC.contains(&kind) || kind.is_empty())
        && let (Some(one), Some(other)) = (semantic(one), semantic(other))
    {
        return one.cmp_precedence(&other);
    }
    plain(one, other)
}

/// A version as a semantic one, with what is missing filled in.
fn semantic(version: &str) -> Option<semver::Version> {
    let version = without_v(version);
    let (numbers, rest) = version.split_at(version.find(['-', '+']).unwrap_or(version.len()));
    let padded = match numbers.split('.').count() {
        1 => format!("{numbers}.0.0{rest}"),
        2 => format!("{numbers}.0{rest}"),
        _ => version.to_owned(),
    };
    semver::Version::parse(&padded).ok()
}

/// As packages of a system are compared: runs of digits as numbers, `~` before everything, letters before other signs.
fn packaged(one: &str, other: &str) -> Ordering {
    let epoch = |version: &str| -> (u64, String) {
        let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
        epoch
            .parse()
            .map_or_else(|_| (0, version.to_owned()), |epoch| (epoch, rest.to_owned()))
    };
    let (left, right) = (epoch(one), epoch(other));
    left.0.cmp(&right.0).then_with(|| {
        let (left_upstream, left_revision) = left.1.rsplit_once('-').unwrap_or((&left.1, ""));
        let (right_upstream, right_revision) = right.1.rsplit_once('-').unwrap_or((&right.1, ""));
        by_runs(left_upstream, right_upstream).then_with(|| by_runs(left_revision, right_revision))
    })
}

fn by_runs(one: &str, other: &str) -> Ordering {
    let weight = |sign: Option<&char>| match sign {
        Some('~') => -1,
        None => 0,
        Some(letter) if letter.is_ascii_alphabetic() => i64::from(u32::from(*letter)),
        Some(sign) => i64::from(u32::from(*sign)) + 256,
    };
    let mut left = one.chars().peekable();
    let mut right = other.chars().peekable();
    loop {
        loop {
            let signs = [left.peek(), right.peek()].map(|sign| sign.filter(|sign| !sign.is_ascii_digit()));
            if signs == [None, None] {
                break;
            }
            let found = weight(signs[0]).cmp(&weight(signs[1]));
            if found != Ordering::Equal {
                return found;
            }
            left.next();
            right.next();
        }
        if left.peek().is_none() && right.peek().is_none() {
            return Ordering::Equal;
        }
        let found = by_number(&number(&mut left), &number(&mut right));
        if found != Ordering::Equal {
            return found;
        }
    }
}

/// The digits that come next, without zeros before them.
fn number(signs: &mut Peekable<Chars<'_>>) -> String {
    let mut digits = String::new();
    while let Some(digit) = signs.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    digits.trim_start_matches('0').to_owned()
}

fn by_number(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// A part of a version of any other kind, least first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// `~`, which is before everything.
    Tilde,
    /// A word that stands before the release, by its place.
    Before(usize),
    /// The end, which is as good as a zero.
    End,
    /// Any other word: a patch, a build, a flavour.
    Word(String),
    /// A number that is not zero, by its digits.
    Number(usize, String),
}

/// As most others are compared: part for part; `1.0` is `1.0.0`, and words such as `rc` stand before the release.
fn plain(one: &str, other: &str) -> Ordering {
    let (left, right) = (parts(one), parts(other));
    let part = |parts: &[Part], at: usize| parts.get(at).cloned().unwrap_or(Part::End);
    (0..left.len().max(right.len()))
        .map(|at| part(&left, at).cmp(&part(&right, at)))
        .find(|found| *found != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

fn parts(version: &str) -> Vec<Part> {
    let lower = without_v(version).to_ascii_lowercase();
    let text = lower.split('+').next().unwrap_or_default();
    // An epoch is the first of all numbers.
    let (epoch, rest) = text
        .split_once(['!', ':'])
        .filter(|(epoch, _)| !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or(("0", text));
    let mut parts = vec![part_of_number(epoch)];
    let mut signs = rest.chars().peekable();
    while let Some(first) = signs.peek().copied() {
        if first.is_ascii_digit() {
            parts.push(part_of_number(&number(&mut signs)));
        } else if first.is_alphabetic() {
            let mut word = String::new();
            while let Some(letter) = signs.next_if(|letter| letter.is_alphabetic()) {
                word.push(letter);
            }
            parts.push(match BEFORE.iter().position(|words| words.contains(&word.as_str())) {
                Some(place) => Part::Before(place),
                None if RELEASE.contains(&word.as_str()) => Part::End,
                None => Part::Word(word),
            });
        } else {
            signs.next();
            if first == '~' {
                parts.push(Part::Tilde);
            }
        }
    }
    parts
}

fn part_of_number(digits: &str) -> Part {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Part::End;
    }
    Part::Number(digits.len(), digits.to_owned())
}

/// A range of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// Of one of these all must hold.
    any: Vec<Vec<Bound>>,
}

/// What a version must be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    side: Side,
    version: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Below,
    AtMost,
    Is,
    IsNot,
    AtLeast,
    Above,
}

impl Range {
    /// Reads a range as people of any kind of package write it: `<2.17.1`, `>=1.0, <1.4`, `^2 || ^3`, `~=1.4`, `[2.0,2.15)`, `1.x`, `=1.2.3`.
    /// A bare `1.2.3` is that version, `1.2` all that begin so. None where it is no range.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let any = if text.starts_with(['[', '(']) {
            intervals(text)?
        } else {
            text.split("||").map(bounds).collect::<Option<Vec<_>>>()?
        };
        Some(Self { any })
    }

    /// Whether a version of a package is in it.
    pub(crate) fn holds(&self, identity: &str, version: &str) -> bool {
        let holds = |bound: &Bound| {
            let order = order(identity, version, &bound.version);
            match bound.side {
                Side::Below => order == Ordering::Less,
                Side::AtMost => order != Ordering::Greater,
                Side::Is => order == Ordering::Equal,
                Side::IsNot => order != Ordering::Equal,
                Side::AtLeast => order != Ordering::Less,
                Side::Above => order == Ordering::Greater,
            }
        };
        self.any.iter().any(|all| all.iter().all(holds))
    }
}

fn bound(side: Side, version: &str) -> Bound {
    Bound {
        side,
        version: version.to_owned(),
    }
}

/// `[1.0,2.0)`, `(,1.0]`, `[1.0]`, and several of them behind each other.
fn intervals(text: &str) -> Option<Vec<Vec<Bound>>> {
    let mut any = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let low = match rest.chars().next()? {
            '[' => Side::AtLeast,
            '(' => Side::Above,
            _ => return None,
        };
        let end = rest.find([']', ')'])?;
        let high = if rest[end..].starts_with(']') {
            Side::AtMost
        } else {
            Side::Below
        };
        let inside = &rest[1..end];
        any.push(match inside.split_once(',') {
            None => vec![bound(Side::Is, version(inside)?)],
            Some((from, to)) => {
                let mut all = Vec::new();
                if !from.trim().is_empty() {
                    all.push(bound(low, version(from)?));
                }
                if !to.trim().is_empty() {
                    all.push(bound(high, version(to)?));
                }
                all
            }
        });
        rest = rest[end + 1..].trim_start_matches([',', ' ']);
    }
    Some(any)
}

/// Comparisons behind each other, with commas or spaces between them, all of which must hold.
fn bounds(text: &str) -> Option<Vec<Bound>> {
    let mut all: Vec<Bound> = Vec::new();
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        // `1.2 - 1.4`
        if let Some(after) = rest.strip_prefix("- ") {
            let from = all
                .iter_mut()
                .rev()
                .find(|bound| matches!(bound.side, Side::Is | Side::AtLeast))?;
            from.side = Side::AtLeast;
            all.retain(|bound| bound.side != Side::Below);
            let (to, after) = word(after.trim_start());
            all.push(bound(Side::AtMost, version(to)?));
            rest = after;
            continue;
        }
        let begins = rest.find(|c: char| !"<>=!~^".contains(c)).unwrap_or(rest.len());
        let (sign, after) = rest.split_at(begins);
        let (found, after) = word(after.trim_start());
        rest = after;
        if sign.is_empty() && matches!(found, "*" | "x" | "X") {
            continue;
        }
        let numbers = leading_numbers(found);
        let closed = without_wildcards(found);
        let is_open = closed != found;
        let found = version(closed)?;
        let next = |kept: usize| next_after(&numbers, kept).map(|next| bound(Side::Below, &next));
        match sign {
            "<" => all.push(bound(Side::Below, found)),
            "<=" => all.push(bound(Side::AtMost, found)),
            ">" => all.push(bound(Side::Above, found)),
            ">=" => all.push(bound(Side::AtLeast, found)),
            "!=" => all.push(bound(Side::IsNot, found)),
            "^" => {
                let kept = numbers.iter().take_while(|number| **number == 0).count() + 1;
                all.extend([bound(Side::AtLeast, found), next(kept.min(numbers.len()))?]);
            }
            "~" => all.extend([bound(Side::AtLeast, found), next(2.min(numbers.len()))?]),
            "~>" | "~=" => all.extend([bound(Side::AtLeast, found), next(numbers.len().saturating_sub(1).max(1))?]),
            "" | "=" | "==" | "===" => {
                let is_whole = sign == "==" || sign == "===" || numbers.len() > 2 || has_words(found);
                if is_whole && !is_open {
                    all.push(bound(Side::Is, found));
                } else {
                    all.extend([bound(Side::AtLeast, &format!("{found}~")), next(numbers.len())?]);
                }
            }
            _ => return None,
        }
    }
    Some(all)
}

/// The first word of a text, and what is behind it.
fn word(text: &str) -> (&str, &str) {
    let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start_matches([',', ' ', '\t']))
}

/// A version without what stands for any number at its end: `1` of `1.x.x`.
fn without_wildcards(version: &str) -> &str {
    let shorter = [".*", ".x", ".X"].iter().find_map(|end| version.strip_suffix(end));
    shorter.map_or(version, without_wildcards)
}

fn has_words(version: &str) -> bool {
    without_v(version).contains(|c: char| c.is_ascii_alphabetic())
}

/// A version that has a number in it.
fn version(text: &str) -> Option<&str> {
    let text = text.trim();
    let begins = without_v(text).starts_with(|c: char| c.is_ascii_digit());
    let is_one = begins && !text.contains(|c: char| c.is_whitespace() || "<>=^|,()[]*".contains(c));
    is_one.then_some(text)
}

/// The numbers that a version begins with.
fn leading_numbers(version: &str) -> Vec<u64> {
    let numbers = without_v(version);
    let end = numbers
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(numbers.len());
    numbers[..end].split('.').map_while(|number| number.parse().ok()).collect()
}

/// What is before every version that follows those that begin with so many of these numbers: for `[1, 2, 3]` and 2 it is `1.3~`.
fn next_after(numbers: &[u64], kept: usize) -> Option<String> {
    let mut kept = numbers.get(..kept)?.to_vec();
    let last = kept.last_mut()?;
    *last = last.checked_add(1)?;
    let words: Vec<String> = kept.iter().map(u64::to_string).collect();
    Some(format!("{}~", words.join(".")))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{Range, order};

    #[test]
    fn versions_stand_as_the_kind_of_package_has_them() {
        for (identity, versions) in [
            (
                "pkg:npm/a",
                "1.0.0-alpha 1.0.0-alpha.1 1.0.0-beta.2 1.0.0-beta.11 1.0.0-zebra 1.0.0 1.9.0 1.10.0 v2",
            ),
            ("pkg:golang/x", "v0.0.0-20200101000000-aaaaaaaaaaaa v0.1.0 v1.2.3 v1.10.0"),
            ("pkg:pypi/a", "1.0.dev1 1.0a1 1.0b2 1.0rc1 1.0 1.0.post1 1.0.1 1.10 2!0.1"),
            (
                "pkg:maven/g/a",
                "2.0-alpha1 2.0-beta9 2.0-rc1 2.0-SNAPSHOT 2.0 2.0.1 2.14.1 2.15.0",
            ),
            (
                "pkg:deb/debian/a",
                "1.0~rc1 1.0 1.0-1~deb12u1 1.0-1 1.0-1+b1 1.0a 1.0.1 1:0.1",
            ),
            ("a", "1.0-rc1 1.0 1.0.0.1 1.2 1.10 20240101"),
        ] {
            let versions: Vec<&str> = versions.split(' ').collect();
            for pair in versions.windows(2) {
                assert_eq!(order(identity, pair[0], pair[1]), Ordering::Less, "{identity} {pair:?}");
                assert_eq!(order(identity, pair[1], pair[0]), Ordering::Greater, "{identity} {pair:?}");
            }
        }
        for (identity, one, other) in [
            ("pkg:npm/a", "v1.2", "1.2.0"),
            ("pkg:npm/a", "1.2.3+build", "1.2.3"),
            ("pkg:pypi/a", "1.0", "1.0.0"),
            ("pkg:maven/g/a", "5.0.0.Final", "5.0.0"),
            ("pkg:deb/debian/a", "0:1.0-01", "1.0-1"),
        ] {
            assert_eq!(order(identity, one, other), Ordering::Equal, "{one} {other}");
        }
    }

    #[test]
    fn a_range_holds_what_its_writer_means() {
        for (identity, range, inside, outside) in [
            ("pkg:npm/a", "<1.0.0", "0.9 1.0.0-beta.2", "1.0.0"),
            ("pkg:npm/a", ">=9.0.0 <9.0.6", "9.0.0 9.0.5", "8.9 9.0.6 10.0.0"),
            ("pkg:npm/a", "^1.2", "1.2.0 1.9", "1.1 2.0.0-rc.1 2.0.0"),
            ("pkg:cargo/a", "^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"),
            ("pkg:cargo/a", "^0", "0.9.9", "1.0.0"),
            ("pkg:npm/a", "~1.2.3", "1.2.3 1.2.9", "1.3.0"),
            ("pkg:npm/a", "1 || 3.x", "1.0.0 1.9.9 3.1.0", "2.0.0 4.0.0"),
            ("pkg:npm/a", "1.2 - 1.4.1", "1.2.0 1.4.1", "1.5.0 1.4.2"),
            ("pkg:npm/a", "10.1.1", "10.1.1", "10.1.2"),
            ("pkg:npm/a", "1.2", "1.2.0 1.2.9", "1.3.0 1.1.0"),
            ("pkg:npm/a", "1.x.x", "1.0.0 1.9.9", "2.0.0"),
            ("pkg:npm/a", "1.0.0-linux", "1.0.0-linux", "1.0.0-linu 1.0.0"),
            ("pkg:npm/a", "*", "0.1 1.0.0-x", ""),
            ("pkg:pypi/a", "~=1.4.5", "1.4.5 1.4.9", "1.5 1.4.4"),
            ("pkg:pypi/a", "~=1.4", "1.4 1.9", "2.0 2.0rc1"),
            ("pkg:pypi/a", ">=1.0,!=1.3,<2", "1.0 1.4", "1.3 2.0 0.9"),
            ("pkg:pypi/a", "==1.0rc1", "1.0rc1", "1.0"),
            ("pkg:pypi/a", "==1.4.*", "1.4 1.4.7", "1.5 1.3"),
            ("pkg:gem/a", "~> 2.2", "2.2 2.9", "3.0"),
            ("pkg:maven/g/a", "[2.0,2.15.0)", "2.0 2.14.1", "2.15.0 1.9"),
            ("pkg:maven/g/a", "(,1.0],[1.2,)", "0.9 1.0 1.2 9", "1.1"),
            ("pkg:maven/g/a", "[1.5]", "1.5 1.5.0", "1.5.1"),
            ("pkg:golang/x", "<v1.3.0", "v1.2.3", "v1.3.0"),
            ("pkg:golang/x", "v1.2.3", "v1.2.3", "v1.2.4"),
            (
                "pkg:deb/debian/a",
                "<3.0.14-1~deb12u1",
                "3.0.11-1~deb12u2",
                "3.0.14-1~deb12u1 3.0.14-1",
            ),
        ] {
            let read = Range::read(range).unwrap_or_else(|| panic!("{range} is a range"));
            for version in inside.split_whitespace() {
                assert!(read.holds(identity, version), "{version} in {range}");
            }
            for version in outside.split_whitespace() {
                assert!(!read.holds(identity, version), "{version} not in {range}");
            }
        }
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in [
            "", " ", "banana", "latest", "<", ">=9 <", "=>1", "[1.0", "1.0)", "[a,b]", "||", "1 ||", "^x", "<>1",
            "^99999999999999999999",
        ] {
            assert_eq!(Range::read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_texts_have_an_order(kind in "(pkg:(npm|deb|pypi)/a)?", one in "[0-9a-z.~+:!v-]{0,12}", other in "[0-9a-z.~+:!v-]{0,12}") {
            prop_assert_eq!(order(&kind, &one, &other), order(&kind, &other, &one).reverse());
            prop_assert_eq!(order(&kind, &one, &one), Ordering::Equal);
        }

        #[test]
        fn any_text_is_read_as_a_range_or_not(text in ".{0,40}", version in ".{0,20}") {
            if let Some(range) = Range::read(&text) {
                range.holds("pkg:npm/a", &version);
            }
        }
    }
}
