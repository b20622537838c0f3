//! Paths beside the name of another repository that stands there without its owner: "the `shop-web` proxy (`src/x.ts`)", "x.md in shop-web".

use crate::tools::lookup::claim;

/// What stands around a path, and what is known of the tree.
pub(super) struct Around<'text, Here: Fn(&str) -> bool> {
    /// The whole text.
    pub(super) text: &'text str,
    /// The text in front of the path.
    pub(super) before: &'text str,
    /// The text behind it.
    pub(super) behind: &'text str,
    /// The name of this repository.
    pub(super) own: &'text str,
    /// Whether this tree has something of a name.
    pub(super) is_here: Here,
}

impl<Here: Fn(&str) -> bool> Around<'_, Here> {
    /// Whether the words beside the path name another repository. A name is one where the text calls it so, or where it is that of this
    /// repository but for the last word.
    pub(super) fn names_another(&self) -> bool {
        let is_another = |name: &str| self.is_name(name) && (is_called_repository(self.text, name) || is_sibling(self.own, name));
        in_front(self.before).is_some_and(is_another)
            || behind(self.behind).is_some_and(is_another)
            || labelled(self.before).is_some_and(|name| self.is_name(name))
    }

    fn is_name(&self, name: &str) -> bool {
        name.len() >= 4
            && name.contains(['-', '_'])
            && !name.eq_ignore_ascii_case(self.own)
            && claim::extension(name).is_none()
            && !(self.is_here)(name)
    }
}

/// The name that a text begins with.
fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    text[..end.unwrap_or(text.len())].trim_end_matches('.')
}

/// The name in code right in front: with nothing, a dash, or a noun and a bracket between it and the path.
fn in_front(before: &str) -> Option<&str> {
    const NOUNS: usize = 2;
    let lead = before.trim_end_matches(['`', '*']);
    let mut rest = lead.trim_end_matches([' ', '\n']);
    if let Some(outside) = rest.strip_suffix('(') {
        rest = outside.trim_end();
        for _ in 0..NOUNS {
            let noun = rest.rsplit([' ', '\n']).next().unwrap_or_default();
            if noun.is_empty() || !noun.bytes().all(|byte| byte.is_ascii_lowercase()) {
                break;
            }
            rest = rest[..rest.len() - noun.len()].trim_end();
        }
    } else {
        rest = rest.trim_end_matches(['—', '–', '-', ':', ' ', '*']);
    }
    let inside = rest.trim_end_matches('*').strip_suffix('`')?;
    let name = &inside[inside.rfind('`')? + 1..];
    (name_at(name) == name).then_some(name)
}

/// The name behind the path: "in shop-web", "in the `shop-web` repo".
fn behind(behind: &str) -> Option<&str> {
    let rest = behind.trim_start_matches(['`', '*']).trim_start_matches([' ', '\n']);
    let rest = rest.strip_prefix("in ").or_else(|| rest.strip_prefix("from "))?;
    let rest = rest.strip_prefix("the ").unwrap_or(rest).trim_start_matches('`');
    let name = name_at(rest);
    let is_whole = !rest[name.len()..].starts_with(['/', '(', ':']);
    is_whole.then_some(name)
}

/// The first name in code of a line whose label speaks of a repository: "**Repo / files:** `shop-web` — `src/x.ts`".
fn labelled(before: &str) -> Option<&str> {
    let line = before.rsplit('\n').next()?;
    let (label, rest) = line.split_once(':')?;
    let is_label = label.len() <= 40
        && !label.contains('`')
        && label
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.eq_ignore_ascii_case("repo") || word.eq_ignore_ascii_case("repository"));
    let rest = rest.trim_start_matches(['*', '_', ' ']).strip_prefix('`')?;
    let name = name_at(rest);
    (is_label && rest[name.len()..].starts_with('`')).then_some(name)
}

/// Whether a text calls a name that of a repository.
fn is_called_repository(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].trim_end_matches(['`', '*']);
        let after = text[at + name.len()..].trim_start_matches(['`', '*']);
        let word = before.trim_end().rsplit([' ', '\n', '(']).next().unwrap_or_default();
        let is_said = |word: &str| {
            let word = word.trim_end_matches([':', '.', ',', ')', '*', ';']).to_ascii_lowercase();
            matches!(word.as_str(), "repo" | "repository")
        };
        let next = after.strip_prefix(' ').and_then(|after| after.split([' ', '\n']).next());
        after.starts_with(".git") || before.ends_with(' ') && is_said(word) || next.is_some_and(is_said)
    })
}

/// Whether two names differ in the last of their words alone: `shop-api` and `shop-web`.
fn is_sibling(own: &str, name: &str) -> bool {
    let stem = |name: &str| name.rsplit_once('-').map(|(stem, _)| stem.to_ascii_lowercase());
    stem(own).is_some_and(|own| own.len() >= 4 && stem(name).is_some_and(|name| name == own))
}

#[cfg(test)]
mod tests {
    use super::Around;

    /// Whether `PATH` in a text stands in another repository than `shop-api`, which has a folder `shop-jobs`.
    fn is_of_another(text: &str) -> bool {
        let at = text.find("PATH").expect("the path is in the text");
        let around = Around {
            text,
            before: &text[..at],
            behind: &text[at + 4..],
            own: "shop-api",
            is_here: |name: &str| name == "shop-jobs",
        };
        around.names_another()
    }

    #[test]
    fn a_path_beside_the_name_of_another_repository_is_of_that_one() {
        for text in [
            "The `shop-web` proxy (`PATH`) checks it.",
            "the parser (`shop-web` `PATH`) reads it",
            "- **Repo / files:** `tools-mcp` — `a.sh` (trigger), `PATH` (notes).",
            "The rebuild (PATH in tools-mcp) went well. Clone the `tools-mcp` repo first.",
            "`PATH` in the `tools-mcp` repository",
        ] {
            assert!(is_of_another(text), "{text}");
        }
    }

    #[test]
    fn a_path_beside_any_other_name_is_of_this_one() {
        for text in [
            "The `shop-jobs` worker (`PATH`) runs it.",
            "The `shop-api` proxy (`PATH`) checks it.",
            "The `rate-limit` rule (`PATH`) checks it.",
            "It is set (`PATH` in read-only mode).",
            "- **Files:** `tools-mcp` — `PATH`",
            "Use the `shop-web` image. Then run `PATH`.",
            "`PATH` in shop-web/notes",
        ] {
            assert!(!is_of_another(text), "{text}");
        }
    }
}
