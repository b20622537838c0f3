//! The registers of a product: `exceptions/*.yaml` and `duties.yaml` below its root, as they stand at the head of the branch.

use crate::config::product::{ProductPlan, SourcePlan};
use crate::load::unread::unreadable;
use crate::model::finding::{Finding, Problem, Severity};
use crate::model::place::Place;
use crate::model::register::{Exception, Registers};
use crate::model::tree::EntryKind;
use crate::parse::register::{duty, exception};
use crate::source::tree::Tree;
use crate::tools;

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
                duty.workflow_name = duty.workflow.as_deref().and_then(|path| name_of_workflow(tree, plan, path));
            }
            registers.duties.extend(duties);
            findings.extend(problems.iter().map(|problem| finding(&entry.path, problem)));
        }
    }
    tell_twice(&mut registers.exceptions);
    registers
}

/// What a workflow calls itself: its `name`, else its path, as the forge does. Its path counts from the code of the product, from the
/// product, or from the root.
fn name_of_workflow(tree: &dyn Tree, plan: &ProductPlan, path: &str) -> Option<String> {
    let source = match &plan.source {
        SourcePlan::Folder(folder) => folder.as_str(),
        SourcePlan::Checkout(_) => "",
    };
    let entry = [source, plan.root.as_str(), ""].into_iter().find_map(|folder| {
        let full = if folder.is_empty() {
            path.to_owned()
        } else {
            format!("{folder}/{path}")
        };
        tree.listing().entry(&full).filter(|entry| entry.kind == EntryKind::File)
    })?;
    let bytes = tree.read(entry).ok()?;
    let read = (tools::format_of(&entry.path)?.parse)(&entry.path, &String::from_utf8_lossy(&bytes));
    Some(read.name.unwrap_or_else(|| path.to_owned()))
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
