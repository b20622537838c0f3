//! Files of code owners: <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>.

use crate::model::owners::{CodeOwners, OwnerRule};

/// Where the forges look for the file, in their order; the first one that is there counts.
pub(crate) const PLACES: &[&str] = &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Reads a file of code owners. A heading of a section (`[Docs] @team`, as GitLab has it) gives its owners to the lines below it that
/// name none.
pub(crate) fn parse(path: &str, text: &str) -> CodeOwners {
    let mut rules = Vec::new();
    let mut defaults: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let words = words(line);
        let Some((pattern, owners)) = words.split_first() else {
            continue;
        };
        if is_section(line) {
            defaults = words.into_iter().filter(|word| is_owner(word)).collect();
            continue;
        }
        let owners: Vec<String> = owners.iter().filter(|word| is_owner(word)).cloned().collect();
        rules.push(OwnerRule {
            pattern: pattern.clone(),
            owners: if owners.is_empty() { defaults.clone() } else { owners },
            line: index as u32 + 1,
        });
    }
    CodeOwners {
        path: path.to_owned(),
        rules,
    }
}

/// Whether a line begins a section: `[Name]`, `^[Optional name][2] @owner`.
fn is_section(line: &str) -> bool {
    let line = line.trim().trim_start_matches('^');
    line.starts_with('[') && line.contains(']')
}

/// Whether a word names an owner: `@user`, `@organisation/team`, an address.
fn is_owner(word: &str) -> bool {
    word.contains('@')
}

/// The words of a line up to its comment; `\ ` and `\#` stand for a blank and a `#` of a name.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = line.trim_start_matches('\u{feff}').chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => word.extend(letters.next()),
            '#' if word.is_empty() => break,
            letter if letter.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            letter => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn rules(text: &str) -> Vec<String> {
        let rules = parse("CODEOWNERS", text).rules;
        let shown =
            |rule: crate::model::owners::OwnerRule| format!("{}: {} -> {}", rule.line, rule.pattern, rule.owners.join(" "));
        rules.into_iter().map(shown).collect()
    }

    #[test]
    fn lines_are_patterns_with_owners() {
        assert_eq!(
            rules("# all\n*  @org/platform\n\n/docs/ops\\ notes/ @a ops@example.org # the notes\n/docs/free.md\n"),
            [
                "2: * -> @org/platform",
                "4: /docs/ops notes/ -> @a ops@example.org",
                "5: /docs/free.md -> "
            ]
        );
    }

    #[test]
    fn sections_give_their_owners_to_lines_without_any() {
        assert_eq!(
            rules("[Docs] @docs\ndocs/\nREADME.md @a\n^[Rest][2]\nrest/\n"),
            ["2: docs/ -> @docs", "3: README.md -> @a", "5: rest/ -> "]
        );
    }

    #[test]
    fn any_bytes_are_read() {
        assert_eq!(rules("\\\n\u{feff}* @a\n[\n"), ["2: * -> @a", "3: [ -> "]);
        assert!(rules("").is_empty());
    }
}
