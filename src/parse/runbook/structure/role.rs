//! Roles: who does what, as far as a runbook says so.

use crate::command::mapped::one_line;
use crate::model::place::Span;
use crate::model::runbook::Role;
use crate::parse::runbook::outline::{Block, BlockKind, Outline};

/// Words that a role ends with.
const NOUNS: &[&str] = &[
    "approver", "captain", "commander", "coordinator", "driver", "engineer", "lead", "leader", "leads", "maintainer", "manager",
    "operator", "owner", "responder", "reviewer", "scribe",
];

/// What a role does, where a sentence begins with it.
const VERBS: &[&str] = &[
    "acts", "approves", "confirms", "coordinates", "decides", "executes", "is", "leads", "monitors", "must", "owns", "reviews",
    "signs", "watches",
];

/// What somebody gives who approves.
const APPROVALS: &[&str] = &[
    "approval from", "approval by", "sign-off from", "sign-off by", "approved by", "signed off by",
];

/// The roles that a text names, each once, in writing order.
pub(crate) fn roles(outline: &Outline) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    let mut add = |role: Role| {
        let is_known = roles.iter().any(|known| known.name.eq_ignore_ascii_case(&role.name));
        if !is_known && !role.name.is_empty() && roles.len() < 100 {
            roles.push(role);
        }
    };
    let mut found: Vec<Role> = Vec::new();
    // Most texts speak of no approval; they cost two looks.
    let speaks_of_approval = ["pprov", "ign"].iter().any(|word| outline.plain.text.contains(word));
    let is_about_roles: Vec<bool> = outline
        .headings
        .iter()
        .map(|heading| announces_roles(&heading.title))
        .collect();
    for block in &outline.blocks {
        match block.kind {
            BlockKind::Item | BlockKind::Paragraph => {
                if block.item.is_some() && block.section.is_some_and(|section| is_about_roles[section]) {
                    found.extend(listed(outline, block));
                }
                found.extend(at_work(outline, block));
                if speaks_of_approval {
                    found.extend(approving(outline, block));
                }
            }
            BlockKind::Heading | BlockKind::Cell => {}
        }
    }
    tabled(outline, &mut found);
    found.sort_by_key(|role| role.span);
    for role in found {
        add(role);
    }
    roles
}

fn announces_roles(title: &str) -> bool {
    let title = title.to_lowercase();
    title.contains("role") || title.contains("responsibilit") || title.contains("who does")
}

/// `- **Release driver**: prepares the candidate` in a section about roles.
fn listed(outline: &Outline, block: &Block) -> Option<Role> {
    let name = outline.strong_of(block).first()?;
    let text = &outline.plain.text;
    if !text.get(block.plain.start..name.start)?.trim().is_empty() {
        return None;
    }
    let is_first = outline
        .items
        .get(block.item?)
        .and_then(|item| item.block)
        .is_some_and(|first| outline.blocks.get(first).is_some_and(|first| first.plain == block.plain));
    let words = text.get(name.clone())?.trim().trim_end_matches(':').trim_end();
    let duty = text.get(name.end..block.plain.end)?;
    (is_first && words.len() <= 60).then(|| Role {
        name: one_line(words),
        duty: one_line(duty.trim_start_matches(|char: char| char.is_whitespace() || matches!(char, ':' | '-' | '–' | '—'))),
        span: outline.plain.span(block.plain.start..block.plain.end),
    })
}

fn is_noun(word: &str) -> bool {
    NOUNS
        .iter()
        .any(|noun| noun.len() == word.len() && noun.eq_ignore_ascii_case(word))
}

/// "On-call engineer owns the window": a role at the beginning of an item, and what it does.
fn at_work(outline: &Outline, block: &Block) -> Option<Role> {
    block.item?;
    let words = outline.words(block);
    let mut end = 0;
    let mut is_role = false;
    for (count, word) in words.split_whitespace().take(5).enumerate() {
        let start = words.len() - words[end..].trim_start().len();
        if is_role {
            if !VERBS.contains(&word) {
                return None;
            }
            let name = words[..end].trim();
            let is_article = ["The ", "A ", "An "].iter().find(|article| name.starts_with(**article));
            let name = is_article.map_or(name, |article| &name[article.len()..]);
            return Some(Role {
                name: one_line(name),
                duty: one_line(&words[start..]),
                span: outline.plain.span(block.plain.start..block.plain.end),
            });
        }
        if count == 0 && !word.starts_with(char::is_uppercase) {
            return None;
        }
        is_role = is_noun(word);
        // "Lead time is ..." and "Owner is ..." in a sentence of one word are roles, "Manager." alone is not.
        let is_word = word.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '/'));
        if !is_word {
            return None;
        }
        end = start + word.len();
    }
    None
}

/// "Get approval from Product/Engineering leads before ...".
fn approving(outline: &Outline, block: &Block) -> Option<Role> {
    let words = outline.words(block);
    if !words.contains("pprov") && !words.contains("ign") {
        return None;
    }
    let lower = words.to_ascii_lowercase();
    // Asking first whether a marker is there is several times faster than looking for its place.
    let marker = APPROVALS.iter().find(|marker| lower.contains(**marker))?;
    let at = lower.find(marker)? + marker.len();
    let rest = words.get(at..)?;
    let name_start = at + (rest.len() - rest.trim_start().len());
    let mut end = name_start;
    let mut next = name_start;
    let mut is_role = false;
    for word in words.get(name_start..)?.split_whitespace().take(5) {
        let bare = word.trim_end_matches([',', '.', ';', ':', ')']);
        let start = words.len() - words[next..].trim_start().len();
        next = start + word.len();
        end = start + bare.len();
        if is_noun(bare) {
            is_role = true;
            break;
        }
        if bare.len() < word.len() {
            break;
        }
    }
    let name = words.get(name_start..end)?;
    let name = name.strip_prefix("the ").unwrap_or(name);
    is_role.then(|| Role {
        name: one_line(name),
        duty: one_line(words),
        span: outline.plain.span(block.plain.start + name_start..block.plain.start + end),
    })
}

/// `| Role | Responsibilities |`.
fn tabled(outline: &Outline, roles: &mut Vec<Role>) {
    let mut column = None;
    for row in &outline.rows {
        let Some(cells) = outline.blocks.get(row.cells.clone()) else {
            continue;
        };
        if row.is_head {
            column = cells.iter().position(|cell| {
                let words = outline.words(cell).trim().to_lowercase();
                words == "role" || words == "roles"
            });
            continue;
        }
        let Some(column) = column else { continue };
        let Some(name) = cells.get(column) else { continue };
        let duty = cells.get(column + 1).map_or(String::new(), |cell| outline.line(cell));
        roles.push(Role {
            name: outline.line(name),
            duty,
            span: Span {
                start: row.span.start,
                end: row.span.end,
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::roles;
    use crate::parse::runbook::document::outline;

    fn read(text: &str) -> Vec<String> {
        roles(&outline(text, 0))
            .into_iter()
            .map(|role| {
                assert!(role.span.of(text).contains(role.name.split('/').next().unwrap_or_default()));
                format!("{}: {}", role.name, role.duty)
            })
            .collect()
    }

    #[test]
    fn a_list_of_roles_is_read() {
        assert_eq!(
            read("## Roles\n\n- **Release driver**: prepares,\n  runs gates.\n- **Operator** - rolls out\n"),
            ["Release driver: prepares, runs gates.", "Operator: rolls out"]
        );
        assert!(read("## Checks\n\n- **Lint:** run it\n").is_empty());
    }

    #[test]
    fn a_table_of_roles_is_read() {
        assert_eq!(
            read(
                "| Role | Responsibilities |\n|---|---|\n| Release captain | Owns the window. |\n\n| Key | Value |\n|---|---|\n| a | b |\n"
            ),
            ["Release captain: Owns the window."]
        );
    }

    #[test]
    fn roles_at_work_and_approvals_are_read() {
        assert_eq!(
            read("- On-call engineer owns release window.\n- [ ] Get approval from Product/Engineering leads before promotion\n"),
            [
                "On-call engineer: owns release window.",
                "Product/Engineering leads: Get approval from Product/Engineering leads before promotion",
            ]
        );
        assert!(read("- Owner of the thing\n- Get approval from the board\n- lead time is long\n").is_empty());
    }
}
