//! What is said for each answer, in one place.

use std::fmt::{Display, Formatter, Result};

use crate::model::reason::{Below, Doubt, Reason, SeenFrom};

impl Display for Reason {
    // One line for each answer: this is the table of what is said.
    #[allow(clippy::too_many_lines)]
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match self {
            Self::AddressOfSite => formatter.write_str("an address from the root of a site, which the repository does not tell"),
            Self::AddressMistyped(wrong) => write!(formatter, "the forge has no page `{wrong}`"),
            Self::AddressOfTag => formatter.write_str("an address of a tag"),
            Self::PageMissing => formatter.write_str("no page has this name"),
            Self::OneOfSeveralPatterns => formatter.write_str("another pattern of the same loop matches"),
            Self::NoWiki => formatter.write_str("no link, since pages are not linked by their names here"),
            Self::LabelUndefined => formatter.write_str("the label is not defined in this text"),
            Self::SchemeMistyped(right) => write!(formatter, "the scheme is a slip of `{right}`"),
            Self::NoServicePublishes(port, file) => write!(formatter, "no service of `{file}` publishes port {port}"),
            Self::PortOf(service) => write!(formatter, "the port of `{service}`"),
            Self::PortMaybe => formatter.write_str("something else may listen there"),
            Self::PortOfOther { port, said, actual } => {
                write!(formatter, "port {port} is that of `{actual}` and not of `{said}`")
            }
            Self::MissingAndElse(path) => write!(
                formatter,
                "there is no `{path}`, and little else that the runbook names is here"
            ),
            Self::AddressOutside => formatter.write_str("an address outside of the repository, which is not fetched"),
            Self::NoMakefileHere => formatter.write_str("there is no Makefile in the folder that make runs in"),
            Self::BinaryOfDependency => formatter.write_str("a binary of a dependency"),
            Self::BuildOutput => formatter.write_str("an output of a build"),
            Self::CloneEarlier => formatter.write_str("an earlier step clones another repository"),
            Self::CodeNotSearched => formatter.write_str("the code was not searched"),
            Self::CommandsOfXtaskComputed => formatter.write_str("the commands of the crate `xtask` are not written as texts"),
            Self::ComposeFileNotOfTree => formatter.write_str("the Compose file that is given is not one of the tree"),
            Self::ComposeFilesByVariable => formatter.write_str("the runbook chooses Compose files by a variable"),
            Self::DefinedWhereTextSpeaks => formatter.write_str("it is defined in a folder that the text speaks of"),
            Self::Dependency => formatter.write_str("a package that others depend on"),
            Self::EndpointsElsewhere => formatter.write_str("most endpoints of the text are not of this repository"),
            Self::EnvironmentOfWorkflow => formatter.write_str("an environment that a job of the workflow deploys to"),
            Self::EveryProgram => formatter.write_str("every program has it"),
            Self::Example => formatter.write_str("an example"),
            Self::FewRoutes => formatter.write_str("the repository has hardly any routes"),
            Self::FileMayBeServed => formatter.write_str("a file that may be served"),
            Self::FileOfAnotherVariable => formatter.write_str("the file that holds another variable"),
            Self::FileServed => formatter.write_str("a file that is served"),
            Self::FilesDisagree => formatter.write_str("the files of the repository do not agree with each other"),
            Self::FilterInOtherWords => formatter.write_str("its filters do not say it in these words"),
            Self::FolderNamedElsewhere => formatter
                .write_str("the runbook names the file with its folder elsewhere, and does not say where the command runs"),
            Self::FolderNotInTree => formatter.write_str("the command runs in a folder that is not in the tree"),
            Self::FolderUnknown => formatter.write_str("the folder that the command runs in is not known"),
            Self::FolderUnknownForIt => formatter.write_str("the folder that it runs in is not known"),
            Self::ForgeMayRunIt => formatter.write_str("the forge may run this without a file"),
            Self::Gone => formatter.write_str("the sentence says itself that it is gone"),
            Self::InAnotherCase => formatter.write_str("it is there in another case of letters"),
            Self::InCloneOfAnother => formatter.write_str("it is of the clone of another repository"),
            Self::HeadingMaybeIncluded => {
                formatter.write_str("no heading of this text, but one of a text that it takes in may be called so")
            }
            Self::InRunbookSaved => formatter.write_str("the runbook shows the file and tells the reader to save it"),
            Self::InRunbookShown => formatter.write_str("the runbook shows a file of its own that may define it"),
            Self::InputMaybe => formatter.write_str("an input, but nothing says that it is one of a workflow"),
            Self::InputOfWorkflow => formatter.write_str("an input of the workflow"),
            Self::KeptByProgram => formatter.write_str("a record that a running program keeps"),
            Self::JobMaybe => formatter.write_str("a job, but nothing says that it is one of a workflow"),
            Self::JobOfWorkflow => formatter.write_str("a job of the workflow"),
            Self::LabelOfSite => {
                formatter.write_str("no heading of this text, but a label of another page of the site may be called so")
            }
            Self::LinkToNothing => formatter.write_str("a link to nothing"),
            Self::LinksToAnother => formatter.write_str("the paragraph links to another repository"),
            Self::MadeByStep => formatter.write_str("made by a step or a build"),
            Self::MakeFolderNotInTree => formatter.write_str("make runs in a folder that is not in the tree"),
            Self::MakeFolderUnknown => formatter.write_str("the folder that make runs in is not known"),
            Self::ManifestUnread => formatter.write_str("a `Cargo.toml` cannot be read"),
            Self::MarkerUnregistered => formatter.write_str("a marker need not be registered"),
            Self::MayBeServedByOther => formatter.write_str("may be served by another program"),
            Self::MaybeToFillIn => formatter.write_str("perhaps a name to fill in"),
            Self::ModuleNotDefined => formatter.write_str("a module that the repository does not define"),
            Self::ModuleUnread => formatter.write_str("the module is there, and is not read"),
            Self::NamesPutTogether => formatter.write_str("the settings put names of variables together"),
            Self::NoCargoManifest => formatter.write_str("no `Cargo.toml` in the repository"),
            Self::NoClaim => formatter.write_str("not there, but nothing says that it belongs to this repository"),
            Self::NoFileSettlesIt => formatter.write_str("no file settles it"),
            Self::NoFileSettlesVersion => formatter.write_str("no file settles the version"),
            Self::NoOwnPath => formatter.write_str("no path of its own"),
            Self::NoPackageCalledSo => formatter.write_str("no package has this name"),
            Self::NoPackageHere => formatter.write_str("there is no package where the command runs"),
            Self::NoPathOfRepository => formatter.write_str("no path of the repository"),
            Self::NoPatternOfRepository => formatter.write_str("no pattern of paths of the repository"),
            Self::NoRouteServesIt => formatter.write_str("no route serves it"),
            Self::NoRoutes => formatter.write_str("no route of a framework that is known"),
            Self::NoScript => formatter.write_str("no script of a package"),
            Self::NoTask => formatter.write_str("no task of a runner"),
            Self::NoTrackedFile => formatter.write_str("no tracked file matches the pattern"),
            Self::NoWorkflowTakesInput => formatter.write_str("no workflow of the repository takes an input"),
            Self::NoWorkflows => formatter.write_str("the repository has no workflows"),
            Self::NoWorkspaceHere => formatter.write_str("there is no workspace where the command runs"),
            Self::NotConfiguration => formatter.write_str("not presented as configuration of the service"),
            Self::NotInRepository => formatter.write_str("not a place in the repository"),
            Self::NotMentioned => formatter.write_str("nothing in the repository mentions it"),
            Self::NotServed => formatter.write_str("not served, and perhaps not of this service"),
            Self::NothingHere => {
                formatter.write_str("nothing that the runbook names is in this repository, so it seems to be about another one")
            }
            Self::NothingHereAndLinks => {
                formatter.write_str("nothing that the runbook names is in this repository, and it links to another one")
            }
            Self::NumberUnreadable => formatter.write_str("a number that cannot be read"),
            Self::OnAnotherHost => formatter.write_str("an earlier step goes to another host"),
            Self::NoObject(a) => write!(formatter, "no manifest of the repository has `{a}`"),
            Self::NoTerraformAddress(a) => write!(formatter, "no file of Terraform has `{a}`"),
            Self::NoTestOfName(a) => write!(formatter, "no test is called `{a}`"),
            Self::OnlyFileOfName => formatter.write_str("the only file of this name"),
            Self::OtherSystemMayRunJob => formatter.write_str("another system may run the job"),
            Self::OtherTree => formatter.write_str("the runbook lies in another tree than its source"),
            Self::OtherWorkflowMayStart => formatter.write_str("another workflow may start it"),
            Self::OutputIgnored => formatter.write_str("an output that git ignores"),
            Self::OutsideRepository => formatter.write_str("outside of the repository"),
            Self::OwnAddress => formatter.write_str("an address of this repository"),
            Self::PackagesLackScript => formatter.write_str("no package of the workspace has the script"),
            Self::PageAtAddress => formatter.write_str("not there, but a page of a site may be served at this address"),
            Self::PageMadeForAddress => formatter.write_str("not there, but the site may make a page for this address"),
            Self::PathThere => formatter.write_str("the path is there"),
            Self::PatternOfPaths => formatter.write_str("a pattern of paths"),
            Self::PatternUnreadable => formatter.write_str("the pattern cannot be read"),
            Self::Placeholder => formatter.write_str("a placeholder"),
            Self::PrefixComputed => formatter.write_str("a prefix of routes is computed"),
            Self::ProgramNotDefined => formatter.write_str("a program that the repository does not define"),
            Self::ReaderMakesIt => formatter.write_str("not there, but the reader is to make it"),
            Self::SaidElsewhere => formatter.write_str("the text says that this is done in another repository"),
            Self::ReadByWorkflow => formatter.write_str("read by the workflow"),
            Self::RootOfService => formatter.write_str("the root of a service"),
            Self::RunbookElsewhere => formatter.write_str("the runbook seems to be about another repository"),
            Self::SaidNotThere => formatter.write_str("the text itself says that it is not there, or need not be"),
            Self::SecretMayBeReadElsewhere => formatter.write_str("no workflow reads it, but something else may"),
            Self::SeenFromAbove => formatter.write_str("it is there, seen from a folder above the repository"),
            Self::ServedByOther => formatter.write_str("served by another program"),
            Self::SettingsBindInManyForms => formatter.write_str("the settings bind names of variables in many forms"),
            Self::SeveralEndLikeThis => formatter.write_str("several paths end like this"),
            Self::SeveralOfName => formatter.write_str("several files have this name"),
            Self::SpecificationUnread => formatter.write_str("a specification that is not read"),
            Self::StartsWithPlaceholder => formatter.write_str("begins with a word to fill in"),
            Self::TargetFile => formatter.write_str("the target is a file that is there"),
            Self::TargetFurtherUp => formatter.write_str("a target of a Makefile further up"),
            Self::TriggerOfWorkflow => formatter.write_str("a trigger of the workflow"),
            Self::VariableOfText => formatter.write_str("a variable of the text itself"),
            Self::VariableOfTool => formatter.write_str("a variable of a tool"),
            Self::VariablesElsewhere => formatter.write_str("most variables of the text are not of this repository"),
            Self::VariablesNotRead => formatter.write_str("no variable of the texts is read in this repository"),
            Self::VersionInOtherForm => formatter.write_str("a file settles the version in a form that is not read"),
            Self::VersionUnreadable => formatter.write_str("a version that cannot be read"),
            Self::WithinUnsaid => formatter.write_str("the text does not say what it belongs to"),
            Self::WorkflowMaybe => formatter.write_str("no workflow is called so, but it may be something else"),
            Self::WorkflowMissing => formatter.write_str("its workflow is not there"),
            Self::WrittenByStep => formatter.write_str("written by a step of the runbook"),
            Self::A(a) => write!(formatter, "a {a}"),
            Self::Agrees(a) => write!(formatter, "`{a}` agrees"),
            Self::AnchorsUnknown(a) => write!(formatter, "the anchors of `{a}` are not known"),
            Self::AskedForCommandsUnknown(a) => write!(formatter, "how `{a}` reads its commands is not known"),
            Self::AsksForMore(a) => write!(formatter, "`{a}` asks for more"),
            Self::AsksForOther(a, b, c) => write!(formatter, "`{a}` asks for {b} {c}"),
            Self::At(a) => write!(formatter, "`{a}`"),
            Self::BehindLink(a) => write!(formatter, "it lies behind the symbolic link `{a}`"),
            Self::CommandMissing(a, b) => write!(formatter, "`{a}` has no command `{b}`"),
            Self::CommandsOpen(a) => write!(formatter, "`{a}` takes commands that are not defined by name"),
            Self::ComputesNames(a) => write!(formatter, "`{a}` computes names"),
            Self::ComputesTargets(a) => write!(formatter, "`{a}` computes names of targets"),
            Self::CouldNotBeRead(a) => write!(formatter, "`{a}` could not be read"),
            Self::DefinedIn(a) => write!(formatter, "defined in `{a}`"),
            Self::DoesNotDefine(a) => write!(formatter, "`{a}` does not define it"),
            Self::DoneByManager(a) => write!(formatter, "{a} does this itself"),
            Self::ExtendsServices(a) => write!(formatter, "services of `{a}` extend others"),
            Self::HeadingInOtherCase(a, b) => write!(formatter, "the heading `#{b}` of `{a}`, in another case of letters"),
            Self::HeadingIn(a) => write!(formatter, "the heading is there in `{a}`"),
            Self::HeadingMissing(a, b) => write!(formatter, "there is no heading `#{a}` in `{b}`"),
            Self::InSubmodule(a) => write!(formatter, "it lies in the submodule `{a}`"),
            Self::IncludeMissing(a, b) => write!(formatter, "`{a}` includes `{b}`, which is not in the tree"),
            Self::IncludeUnread(a, b) => write!(formatter, "`{a}` includes `{b}`, which could not be read"),
            Self::IncludedUnread(a, b) => write!(formatter, "`{a}` is included by `{b}` and was not read"),
            Self::JobsFrom(a, b) => write!(formatter, "`{a}` takes jobs from `{b}`"),
            Self::JobsFromElsewhere(a) => write!(formatter, "`{a}` takes jobs from elsewhere"),
            Self::JobsFromWorkflow(a) => write!(formatter, "`{a}` takes jobs from another workflow"),
            Self::KindNotLookedUp(a) => write!(formatter, "references of the kind `{a}` are not looked up yet"),
            Self::LanguageUnread(a) => write!(formatter, "the language of `{a}` is not read"),
            Self::LikelyName(a, b, c) => write!(formatter, "`{a}` is a word of `{b}`, which may make it a {c}"),
            Self::MakefileUnread(a) => write!(formatter, "there is no Makefile `{a}` that could be read"),
            Self::ManagerCommand(a) => write!(formatter, "a command of {a} itself"),
            Self::Matches(a) => write!(formatter, "matches `{a}`"),
            Self::MentionedIn(a) => write!(formatter, "mentioned in `{a}`"),
            Self::Missing(a) => write!(formatter, "there is no `{a}`"),
            Self::MissingHere(a) => write!(formatter, "there is no `{a}` in this repository"),
            Self::MissingIn(a, b) => write!(formatter, "there is no `{a}` in `{b}`"),
            Self::MissingWhereRun(a) => write!(formatter, "there is no `{a}` where the command runs"),
            Self::ModuleMissing(a) => write!(formatter, "there is no module `{a}`"),
            Self::NamesBeginWith(a) => write!(formatter, "the settings put names together that begin with `{a}`"),
            Self::NoPackageInWorkspace(a) => write!(formatter, "no package of the workspace is called `{a}`"),
            Self::LinkDangling(a, b) => write!(formatter, "`{a}` is a symbolic link to `{b}`, which is not there"),
            Self::NoFileInTree(a) => write!(formatter, "there is no file of `{a}` in the repository"),
            Self::RoutesUnread(a) => write!(formatter, "`{a}` holds routes that are not read"),
            Self::NoSuchFeature(Some(a)) => write!(formatter, "`{a}` has no such feature"),
            Self::NoSuchFeature(None) => formatter.write_str("no package has such a feature"),
            Self::NoTargetOfPackages(a) => write!(formatter, "no package has it in `{a}` or in its manifest"),
            Self::NoWorkflowCalled(a) => write!(formatter, "no workflow is called `{a}`"),
            Self::NoWorkflowFile(a) => write!(formatter, "there is no workflow `{a}`"),
            Self::NoWorkflowHas(a, b) => write!(formatter, "no workflow has {a} `{b}`"),
            Self::NotOfMakefile(a, b) => write!(formatter, "`{a}` is not in `{b}`"),
            Self::NotReadAsCompose(a) => write!(formatter, "`{a}` was not read as a Compose file"),
            Self::OnlyPathLikeThis(a) => write!(formatter, "not there; `{a}` is the only path that ends like this"),
            Self::OptionsOpen(a) => write!(formatter, "`{a}` takes options that are not defined by name"),
            Self::OptionsOpenInFile(a) => write!(formatter, "`{a}` takes options that are not defined in it"),
            Self::OptionsUnknown(a) => write!(formatter, "how `{a}` reads its options is not known"),
            Self::OwnerNotHere(a) => write!(formatter, "`{a}` is not in the repository"),
            Self::PackageOfCommandUnknown(a) => write!(formatter, "the package that `{a}` means is not known"),
            Self::PageFrom(a) => write!(formatter, "a page made from `{a}`"),
            Self::PageMaybeFrom(a) => write!(formatter, "there is no such file, but a page may be made from `{a}`"),
            Self::PartOfRoute(a) => write!(formatter, "a part of `{a}`"),
            Self::Pattern(a) => write!(formatter, "`{a}` is a pattern"),
            Self::PlaceIn(a) => write!(formatter, "a place in `{a}`"),
            Self::ProgramOf(a) => write!(formatter, "the program of `{a}`"),
            Self::RegisteredIn(a) => write!(formatter, "registered in `{a}`"),
            Self::RuleForEveryName(a) => write!(formatter, "`{a}` has a rule for every name"),
            Self::Says(a, b) => write!(formatter, "`{a}` says {b}"),
            Self::SelectsByPattern(a) => write!(formatter, "`{a}` selects by a pattern or by what changed"),
            Self::SharedFile(a) => write!(
                formatter,
                "several programs share the file of `{a}`, and which commands are its own is not known"
            ),
            Self::StartedBy(a, b, c) => write!(formatter, "`{a}` is started by {b}, not by {c}"),
            Self::TasksFromOtherFiles(a) => write!(formatter, "`{a}` takes tasks from other files"),
            Self::TaskOfPlugin => formatter.write_str("no build file registers it, but a plugin may"),
            Self::TasksNotLookedUp(a) => write!(formatter, "the tasks of {a} are not looked up"),
            Self::TasksUnread(a) => write!(formatter, "tasks of `{a}` are not read"),
            Self::Unavailable(a) => write!(formatter, "{a}"),
            Self::UntilCommit(a) => write!(formatter, "it was there until {a}"),
            Self::WorkflowAt(a) => write!(formatter, "no workflow, but there is `{a}`"),
            Self::FileThere(from) => write!(formatter, "the file is there{from}"),
            Self::FolderThere(from) => write!(formatter, "the folder is there{from}"),
            Self::NoComposeFile(elsewhere) => {
                formatter.write_str("there is no Compose file where the command runs")?;
                has_it(formatter, elsewhere.as_deref())
            }
            Self::NoFileOf {
                runner,
                given,
                elsewhere,
            } => {
                write!(formatter, "there is no file of {runner} ")?;
                match given.as_slice() {
                    [] => formatter.write_str("where the command runs")?,
                    files => write!(formatter, "at `{}`", files.join("`, `"))?,
                }
                has_it(formatter, elsewhere.as_deref())
            }
            Self::NoPackageWithScript(path) => {
                write!(
                    formatter,
                    "there is no package where the command runs; `{path}` has the script"
                )
            }
            Self::NoSuch {
                name,
                noun,
                file,
                elsewhere,
                doubt,
            } => {
                write!(formatter, "`{name}` is no {noun} of `{file}`")?;
                has_it(formatter, elsewhere.as_deref())?;
                formatter.write_str(match doubt {
                    None => "",
                    Some(Doubt::Binary) => ", but it may be a binary of a dependency",
                    Some(Doubt::Elsewhere) => ", but it may come from elsewhere",
                    Some(Doubt::IfPresent) => ", but it is only run if present",
                })
            }
            Self::PlaceholderAnd(reason) => write!(formatter, "a placeholder; {reason}"),
            Self::ServedAs(below, route) => {
                let below = match below {
                    Below::Nothing => "served",
                    Below::Prefix => "served below a prefix",
                    Below::Unknown => "served below a prefix that is not known",
                };
                write!(formatter, "{below} as `{route}`")
            }
            #[cfg(test)]
            Self::Words(words) => formatter.write_str(words),
        }
    }
}

/// Names another file that has what is missing.
fn has_it(formatter: &mut Formatter<'_>, path: Option<&str>) -> Result {
    path.map_or(Ok(()), |path| write!(formatter, "; `{path}` has it"))
}

impl Display for SeenFrom {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match self {
            Self::Here => Ok(()),
            Self::Runbook => formatter.write_str(", seen from the folder of the runbook"),
            Self::Root => formatter.write_str(", seen from the root of the repository"),
            Self::Folder(folder) => write!(formatter, ", seen from `{folder}`"),
        }
    }
}
