//! The registers of a product: `exceptions/*.yaml` and `duties.yaml` below its root, as they stand at the head of the branch.

use crate::config::product::ProductPlan;
use crate::load::unread::unreadable;
use crate::load::workflows::{name_of, workflow};
use crate::model::finding::{Finding, Problem, Severity};
use crate::model::place::Place;
use crate::model::register::{Exception, Registers};
use crate::model::tree::EntryKind;
use crate::parse::register::{duty, exception};
use crate::source::tree::Tree;

/// The folder of exceptions, below the root of the product.
const EXCEPTIONS: &str = "exceptions";
/// The files that declare duties, below the root of the product.
const DUTIES: &[&str] = &["duties.yaml", "duties.yml", "duties.json"];
/// The endings of files that hold an exception.
const ENDINGS: &[&str] = &[".yaml", ".yml", ".json"];

/// Reads the registers of a product.
pub(crate) fn registers(tree: &dyn Tree, plan: &ProductPlan, findings: &mut Vec<Finding>) -> Registers {
    let mut registers = Registers::default();
    let below = |path: &str| -> Option<String> {
        let rest = if plan.root.is_empty() {
            path
        } else {
            path.strip_prefix(plan.root.as_str())?.strip_prefix('/')?
        };
        Some(rest.to_owned())
    };
    for entry in tree.listing().below(&plan.root) {
        let Some(rest) = below(&entry.path) else { continue };
        let is_exception = rest
            .strip_prefix(EXCEPTIONS)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|name| !name.contains('/') && ENDINGS.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending)));
        let is_duties = DUTIES.contains(&rest.as_str());
        if !is_exception && !is_duties {
            continue;
        }
        if !matches!(entry.kind, EntryKind::File | EntryKind::Executable) {
            findings.push(unreadable(&entry.path, "it is no plain file, so it is not read"));
            continue;
        }
        let Ok(bytes) = tree.read(entry) else {
            findings.push(unreadable(&entry.path, "the file cannot be read from the repository"));
            continue;
        };
        let text = String::from_utf8_lossy(&bytes);
        if is_exception {
            registers.exceptions.push(exception::parse(&entry.path, &text));
        } else {
            let (mut duties, problems) = duty::parse(&entry.path, &text);
            for duty in &mut duties {
                duty.workflow_name = duty
                    .workflow
                    .as_deref()
                    .and_then(|path| workflow(tree, plan, path))
                    .map(|found| name_of(&found));
            }
            registers.duties.extend(duties);
            findings.extend(problems.iter().map(|problem| finding(&entry.path, problem)));
        }
    }
    tell_twice(&mut registers.exceptions);
    registers
}

/// Two exceptions of one id are none: nobody can say which of the two was meant where it is named.
fn tell_twice(exceptions: &mut [Exception]) {
    let ids: Vec<(String, String)> = exceptions
        .iter()
        .map(|exception| (exception.id.clone(), exception.path.clone()))
        .collect();
    for exception in exceptions {
        let other = ids.iter().find(|(id, path)| *id == exception.id && *path != exception.path);
        if let Some((id, path)) = other {
            exception.problems.push(Problem {
                line: exception.lines.iter().find(|(key, _)| key == "id").map(|(_, line)| *line),
                message: format!("`{path}` has the id `{id}` as well"),
            });
        }
    }
}

fn finding(path: &str, problem: &Problem) -> Finding {
    let place = problem.line.map(|line| Place {
        line,
        column: 1,
        end_line: line,
        end_column: 1,
    });
    Finding {
        severity: Severity::Warning,
        place,
        ..unreadable(path, &problem.message)
    }
}
