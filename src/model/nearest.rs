//! The name that was probably meant.

/// Names longer than this are compared by nobody; the limit keeps the comparison cheap.
const LONGEST: usize = 100;

/// The candidate that is nearest to a name, if it is near enough to be meant; of several the first by alphabet.
pub(crate) fn nearest<'name>(name: &str, candidates: impl IntoIterator<Item = &'name str>) -> Option<&'name str> {
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    let limit = match lower.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=10 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= limit.max(1) && candidate.len() <= LONGEST)
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance <= limit && *candidate != name && !has_other_word(&lower, &candidate.to_lowercase())
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Whether two names of as many words have a word in common places that is another one: `ui-preflight` and `azd-preflight`,
/// `phase-1` and `phase-2`. That is no slip of the pen.
fn has_other_word(one: &str, other: &str) -> bool {
    let words = |name: &'_ str| -> Vec<String> {
        name.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    one.len() == other.len()
        && one.len() > 1
        && one.iter().zip(&other).any(|(left, right)| {
            let longest = left.chars().count().max(right.chars().count());
            left != right && 2 * strsim::osa_distance(left, right) > longest
        })
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_pen_is_found() {
        assert_eq!(nearest("test-e2e", ["build", "test:e2e", "test"]), Some("test:e2e"));
        assert_eq!(nearest("Relaese.md", ["release.md", "README.md"]), Some("release.md"));
    }

    #[test]
    fn another_word_is_not_offered() {
        assert_eq!(nearest("deploy", ["destroy", "build"]), None);
        assert_eq!(nearest("ci", ["cd"]), None);
        assert_eq!(nearest("build", ["build"]), None);
        assert_eq!(nearest("ui-preflight.sh", ["azd-preflight.sh"]), None);
        assert_eq!(nearest("phase-1.md", ["phase-2.md"]), None);
        assert_eq!(nearest("db-migrat.md", ["db-migrate.md"]), Some("db-migrate.md"));
    }
}
