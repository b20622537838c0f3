//! `gh`: workflows, their inputs, secrets.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::name::ends_with;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::command::words::Word;
use crate::model::kind::Kind;
use crate::model::reference::ReferenceKind;
use crate::tools::tool::{NONE, Tool};
use crate::tools::{workflow, workflow_part, workflows};

/// The command line of the forge.
pub(crate) const TOOL: Tool = Tool {
    names: &["gh"],
    calls: gh,
    formats: &[workflow::FORMAT],
    resolvers: &[
        workflows::RESOLVER,
        workflow_part::INPUT,
        workflow_part::JOB,
        workflow_part::SECRET,
        workflow_part::TRIGGER,
    ],
    ..NONE
};

/// Options of gh that take a value.
const GH_VALUED: &[&str] = &[
    "-f", "--field", "-F", "--raw-field", "--ref", "-r", "-w", "--workflow", "-R", "--repo", "-t", "--title", "-n", "--notes",
    "--notes-file", "--body-file", "-b", "--body", "--target", "-e", "--env", "--json", "-q", "--jq", "-L", "--limit",
    "--branch",
];

/// `gh workflow run X -f input=value`, `gh run list --workflow X`, `gh secret set NAME`.
fn gh(call: &Call<'_>, sink: &mut Sink) {
    let arguments: Vec<Argument<'_>> = Arguments::new(call.arguments(), GH_VALUED).collect();
    let operands: Vec<_> = arguments
        .iter()
        .filter_map(|argument| match argument {
            Argument::Operand(word) => Some(*word),
            _ => None,
        })
        .collect();
    let word = |at: usize| operands.get(at).map_or("", |word| word.text.as_str());
    // Another repository is none of ours.
    let is_ours = !arguments.iter().any(|argument| {
        matches!(
            argument,
            Argument::Option {
                name: "-R" | "--repo",
                ..
            }
        )
    });
    if word(0) == "workflow" && !is_ours {
        return of_repository(call, &arguments, operands.get(2).copied(), sink);
    }
    let is_run = word(0) == "workflow" && word(1) == "run" && is_ours;
    if word(0) == "workflow"
        && matches!(word(1), "run" | "view" | "enable" | "disable")
        && is_ours
        && let Some(name) = operands.get(2)
    {
        workflow(call, &Value::of(name), sink);
        let is_name = !in_name(&name.text) && !name.text.bytes().all(|byte| byte.is_ascii_digit());
        if is_run && is_name {
            let within = [name.text.clone()];
            sink.named(
                &call.site,
                &name.range,
                Kind::WorkflowTrigger,
                "workflow_dispatch",
                &within,
                &call.directory,
            );
        }
    }
    if word(0) == "api"
        && let Some(path) = operands.get(1)
    {
        of_address(call, &Value::of(path), sink);
    }
    if matches!(word(0), "secret" | "variable")
        && matches!(word(1), "set" | "delete" | "remove")
        && let Some(name) = operands.get(2)
        && !in_name(&name.text)
    {
        let kind = if word(0) == "secret" { Kind::Secret } else { Kind::Variable };
        sink.other(&call.site, &name.range, kind, &name.text, &call.directory);
    }
    // The inputs belong to the workflow that is run.
    let within: Vec<String> = operands
        .get(2)
        .filter(|_| is_run)
        .map(|name| name.text.clone())
        .into_iter()
        .collect();
    for argument in &arguments {
        let Argument::Option {
            name,
            value: Some(value),
            ..
        } = argument
        else {
            continue;
        };
        match *name {
            "--workflow" | "-w" if is_ours && matches!(word(0), "run" | "workflow") => workflow(call, value, sink),
            "-f" | "--field" | "--raw-field" | "-F" if is_run => {
                if let Some((input, _)) = value.text.split_once('=')
                    && !in_name(input)
                {
                    let quote = usize::from(call.site.words(&value.range).starts_with(['"', '\'']));
                    let start = value.range.start + quote;
                    let range = start..(start + input.len()).min(value.range.end);
                    sink.named(&call.site, &range, Kind::WorkflowInput, input, &within, &call.directory);
                }
            }
            "--notes-file" | "--body-file" | "-F" => sink.path(&call.site, value, Evidence::Operand, &call.directory),
            _ => {}
        }
    }
}

/// `gh workflow run FILE -R OWNER/NAME`: the page of the workflow. Whether that is this repository is for those to say who know its address.
fn of_repository(call: &Call<'_>, arguments: &[Argument<'_>], workflow: Option<&Word>, sink: &mut Sink) {
    let repository = arguments.iter().find_map(|argument| match argument {
        Argument::Option {
            name: "-R" | "--repo",
            value: Some(value),
            ..
        } => Some(value.text),
        _ => None,
    });
    let (Some(repository), Some(workflow)) = (repository, workflow) else {
        return;
    };
    let is_file = ends_with(&workflow.text, &["yml", "yaml"]) && !workflow.text.contains('/');
    if !is_file || in_name(&workflow.text) || in_name(repository) {
        return;
    }
    let address = match repository.split('/').collect::<Vec<_>>().as_slice() {
        [_, _] => format!("https://github.com/{repository}"),
        [_, _, _] => format!("https://{repository}"),
        _ => return,
    };
    let page = format!("{address}/actions/workflows/{}", workflow.text);
    sink.other(&call.site, &workflow.range, Kind::Url, &page, &call.directory);
}

/// The workflow in an address of the interface of the forge that fills in this repository: `repos/{owner}/{repo}/actions/workflows/x.yml`.
fn of_address(call: &Call<'_>, value: &Value<'_>, sink: &mut Sink) {
    const FOLDER: &str = "/actions/workflows/";
    let Some((repository, rest)) = value.text.split_once(FOLDER) else {
        return;
    };
    let name = rest.split(['/', '?']).next().unwrap_or_default();
    let at = call.site.words(&value.range).find(FOLDER);
    let named = repository.trim_start_matches('/').strip_prefix("repos/");
    let (Some(named), Some(at)) = (named, at) else { return };
    let start = value.range.start + at + FOLDER.len();
    let range = start..start + name.len();
    if matches!(named, "{owner}/{repo}" | ":owner/:repo") {
        workflow(call, &Value { text: name, range }, sink);
    } else if named.split('/').count() == 2 && !in_name(value.text) {
        // Whether that is this repository, those know who know its address.
        let address = format!("https://github.com/{named}{FOLDER}{name}");
        sink.other(&call.site, &range, Kind::Url, &address, &call.directory);
    }
}

/// A workflow by file, by name, or by number, which says nothing.
fn workflow(call: &Call<'_>, value: &Value<'_>, sink: &mut Sink) {
    if value.text.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    if in_name(value.text) {
        sink.other(&call.site, &value.range, Kind::Placeholder, value.text, &call.directory);
        return;
    }
    let kind = ReferenceKind::Workflow {
        name: value.text.to_owned(),
    };
    sink.add(&call.site, &value.range, kind);
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn workflows_inputs_and_secrets_are_named() {
        assert_eq!(
            of_commands(
                "gh workflow run release.yml -f version=1 --ref main\ngh run list --workflow=\"Nightly build\"\ngh secret set API_KEY\ngh release create v1 -F notes.md"
            ),
            [
                "workflow release.yml",
                "workflow-trigger workflow_dispatch of release.yml",
                "workflow-input version of release.yml",
                "workflow Nightly build",
                "secret API_KEY",
                "path notes.md",
            ]
        );
    }

    #[test]
    fn addresses_of_the_interface_name_workflows_of_this_repository_only() {
        assert_eq!(
            of_commands(
                "gh api repos/{owner}/{repo}/actions/workflows/x.yml/dispatches -f ref=main\ngh api /repos/:owner/:repo/actions/workflows/y.yml\ngh api repos/a/b/actions/workflows/z.yml/runs\ngh api repos/{owner}/{repo}/actions/runs"
            ),
            [
                "workflow x.yml",
                "workflow y.yml",
                "url https://github.com/a/b/actions/workflows/z.yml"
            ]
        );
    }

    #[test]
    fn other_repositories_numbers_and_placeholders_are_left_out() {
        assert_eq!(
            of_commands("gh workflow run X -R other/repo\ngh workflow view 123\ngh workflow run <file>\ngh run watch"),
            ["placeholder <file>"]
        );
    }

    #[test]
    fn a_workflow_of_a_repository_is_its_page() {
        assert_eq!(
            of_commands("gh workflow run x.yml -R org/app -f a=1\ngh workflow view -R git.example.org/org/app y.yaml"),
            [
                "url https://github.com/org/app/actions/workflows/x.yml",
                "url https://git.example.org/org/app/actions/workflows/y.yaml"
            ]
        );
        assert_eq!(
            of_commands("gh workflow run x.yml -R <owner>/app\ngh workflow run 123 -R org/app\ngh pr list -R org/app"),
            [""; 0]
        );
    }
}
