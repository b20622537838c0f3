//! The kinds of things that are known by a name: what a file defines and what a runbook asks for carry the same kind.

use std::fmt::{Display, Formatter, Result};

use serde::{Deserialize, Serialize, Serializer};

/// A program that runs tasks. Each tool file in `tools/` names its own; everything else compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Runner(&'static str);

impl Runner {
    /// A runner, by the word that people type.
    pub(crate) const fn of(word: &'static str) -> Self {
        Self(word)
    }

    /// The word that people type: `mise`.
    pub(crate) fn word(self) -> &'static str {
        self.0
    }
}

/// What kind of thing has a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// A benchmark of a Cargo package.
    CargoBench,
    /// A binary of a Cargo package.
    CargoBin,
    /// An example of a Cargo package.
    CargoExample,
    /// A feature of a Cargo package.
    CargoFeature,
    /// A Cargo package.
    CargoPackage,
    /// An integration test of a Cargo package.
    CargoTest,
    /// A stage of GitLab CI.
    CiStage,
    /// A line of a file that a sentence cites in words.
    CitedLine,
    /// A sub-command of a program.
    CliCommand,
    /// A profile of Compose files.
    ComposeProfile,
    /// A service of Compose files.
    ComposeService,
    /// A route with its method.
    Endpoint,
    /// Routes of another file under a prefix.
    EndpointInclude,
    /// A prefix that routes are mounted under.
    EndpointMount,
    /// A variable of the environment.
    EnvVar,
    /// A folder that a command enters.
    Folder,
    /// A setting of a justfile.
    JustSetting,
    /// An object of Kubernetes, with its type: `deployment/api`.
    KubernetesObject,
    /// The label of a link that is defined nowhere.
    LinkLabel,
    /// A target of make.
    MakeTarget,
    /// A file that a program cannot work without.
    Manifest,
    /// A file that a program looks for by itself where it runs.
    NeededFile,
    /// A file or folder that a step or a build makes.
    Output,
    /// A script of a package.
    PackageScript,
    /// How a program reads its options; only ever open or not.
    Parser,
    /// Words to fill in.
    #[default]
    Placeholder,
    /// A port of this machine.
    Port,
    /// A program that a package installs.
    Program,
    /// A marker of pytest.
    PytestMarker,
    /// A module of Python that a program loads.
    PythonModule,
    /// An option of a script or program.
    ScriptFlag,
    /// A secret of workflows.
    Secret,
    /// A function of a shell script, for those that read it in.
    ShellFunction,
    /// A task of a runner.
    #[serde(skip_deserializing)]
    Task(Runner),
    /// A module, resource or data of Terraform.
    TerraformAddress,
    /// A test that a command chooses by its name.
    #[serde(rename = "test")]
    TestName,
    /// A number that a gate asks for.
    Threshold,
    /// An address.
    Url,
    /// A variable of a forge.
    Variable,
    /// The version of a tool.
    Version,
    /// A link by the name of a page.
    WikiLink,
    /// An input of a workflow.
    WorkflowInput,
    /// A job of a workflow.
    WorkflowJob,
    /// What a sentence calls a workflow.
    WorkflowName,
    /// An event that starts a workflow.
    WorkflowTrigger,
    /// A package of a workspace that a command selects.
    WorkspacePackage,
}

impl Kind {
    /// The word of the JSON output and of stamps.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::CargoBench => "cargo-bench",
            Self::CargoBin => "cargo-bin",
            Self::CargoExample => "cargo-example",
            Self::CargoFeature => "cargo-feature",
            Self::CargoPackage => "cargo-package",
            Self::CargoTest => "cargo-test",
            Self::CiStage => "ci-stage",
            Self::CitedLine => "cited-line",
            Self::CliCommand => "cli-command",
            Self::ComposeProfile => "compose-profile",
            Self::ComposeService => "compose-service",
            Self::Endpoint => "endpoint",
            Self::EndpointInclude => "endpoint-include",
            Self::EndpointMount => "endpoint-mount",
            Self::EnvVar => "env-var",
            Self::Folder => "folder",
            Self::JustSetting => "just-setting",
            Self::KubernetesObject => "kubernetes-object",
            Self::LinkLabel => "link-label",
            Self::MakeTarget => "make-target",
            Self::Manifest => "manifest",
            Self::NeededFile => "needed-file",
            Self::Output => "output",
            Self::PackageScript => "package-script",
            Self::Parser => "parser",
            Self::Placeholder => "placeholder",
            Self::Port => "port",
            Self::Program => "program",
            Self::PytestMarker => "pytest-marker",
            Self::PythonModule => "python-module",
            Self::ScriptFlag => "script-flag",
            Self::Secret => "secret",
            Self::ShellFunction => "shell-function",
            // People call a task of just a recipe, and so does the output.
            Self::Task(Runner("just")) => "just-recipe",
            Self::Task(_) => "task",
            Self::TerraformAddress => "terraform-address",
            Self::TestName => "test",
            Self::Threshold => "threshold",
            Self::Url => "url",
            Self::Variable => "variable",
            Self::Version => "version",
            Self::WikiLink => "wiki-link",
            Self::WorkflowInput => "workflow-input",
            Self::WorkflowJob => "workflow-job",
            Self::WorkflowName => "workflow-name",
            Self::WorkflowTrigger => "workflow-trigger",
            Self::WorkspacePackage => "workspace-package",
        }
    }

    /// What people read: `make target`.
    pub(crate) fn noun(self) -> String {
        self.word().replace('-', " ")
    }

    /// A name of this kind as people tell it from others: `mise build`, where many runners have a `build`.
    pub(crate) fn called(self, name: &str) -> String {
        match self {
            Self::Task(runner) if self.word() == "task" => format!("{} {name}", runner.word()),
            _ => name.to_owned(),
        }
    }
}

impl Display for Kind {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter.write_str(self.word())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
