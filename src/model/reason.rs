//! Why a reference is there or not: one variant for each answer, so that rules compare answers and never words.

mod words;

use serde::{Deserialize, Serialize};

use crate::model::kept::{Word, word};
use crate::model::kind::Kind;

/// Why a reference has its status. The words that people read are made in one place, by its `Display`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(crate) enum Reason {
    /// It is there, as what its users call it: a target, a job.
    A(#[serde(deserialize_with = "word")] Word),
    /// A page of the forge under a name that it does not have.
    AddressMistyped(String),
    /// An address of a tag of this repository.
    AddressOfTag,
    /// An address from the root of a site, which the repository does not tell.
    AddressOfSite,
    /// An address outside of the repository, which is not fetched.
    AddressOutside,
    /// A file says the same.
    Agrees(String),
    /// The anchors of a file are not known.
    AnchorsUnknown(String),
    /// How a program reads its commands is not known.
    AskedForCommandsUnknown(String),
    /// A file asks for more.
    AsksForMore(String),
    /// A file asks for another version: the file, the tool, the version.
    AsksForOther(String, String, String),
    /// It is there, at a path.
    At(String),
    /// It lies behind a symbolic link.
    BehindLink(String),
    /// A binary of a dependency.
    BinaryOfDependency,
    /// An output of a build.
    BuildOutput,
    /// An earlier step clones another repository.
    CloneEarlier,
    /// The code was not searched.
    CodeNotSearched,
    /// A program has no such command: the program, the command.
    CommandMissing(String, String),
    /// The commands of the crate `xtask` are not written as texts.
    CommandsOfXtaskComputed,
    /// A program takes commands that are not defined by name.
    CommandsOpen(String),
    /// The Compose file that is given is not one of the tree.
    ComposeFileNotOfTree,
    /// The runbook chooses Compose files by a variable.
    ComposeFilesByVariable,
    /// A file computes names.
    ComputesNames(String),
    /// A file computes names of targets.
    ComputesTargets(String),
    /// A file could not be read.
    CouldNotBeRead(String),
    /// Defined in a file.
    DefinedIn(String),
    /// It is defined in a folder that the text speaks of.
    DefinedWhereTextSpeaks,
    /// A package that others depend on.
    Dependency,
    /// A script or program does not define it.
    DoesNotDefine(String),
    /// The package manager does this itself.
    DoneByManager(#[serde(deserialize_with = "word")] Word),
    /// Most endpoints of the text are not of this repository.
    EndpointsElsewhere,
    /// An environment that jobs of a workflow deploy to.
    EnvironmentOfWorkflow,
    /// Every program has it.
    EveryProgram,
    /// An example.
    Example,
    /// Services of a file extend others.
    ExtendsServices(String),
    /// The repository has hardly any routes.
    FewRoutes,
    /// A file that may be served.
    FileMayBeServed,
    /// The file that holds another variable.
    FileOfAnotherVariable,
    /// A file that is served.
    FileServed,
    /// The file is there.
    FileThere(SeenFrom),
    /// The files of the repository do not agree with each other.
    FilesDisagree,
    /// Its filters do not say it in these words.
    FilterInOtherWords,
    /// The runbook names the file with its folder elsewhere, and does not say where the command runs.
    FolderNamedElsewhere,
    /// The command runs in a folder that is not in the tree.
    FolderNotInTree,
    /// The folder is there.
    FolderThere(SeenFrom),
    /// The folder that the command runs in is not known.
    FolderUnknown,
    /// The folder that it runs in is not known.
    FolderUnknownForIt,
    /// The forge may run this without a file.
    ForgeMayRunIt,
    /// The sentence says itself that it is gone.
    Gone,
    /// The heading is there in a file.
    HeadingIn(String),
    /// A heading of a file whose anchor has other letters, small or capital.
    HeadingInOtherCase(String, String),
    /// No heading of this text, but it takes in others.
    HeadingMaybeIncluded,
    /// There is no such heading in a file: the anchor, the file.
    HeadingMissing(String, String),
    /// It is there in another case of letters.
    InAnotherCase,
    /// The command runs in the clone of another repository, or the path lies in one.
    InCloneOfAnother,
    /// The runbook shows the file and tells the reader to save it.
    InRunbookSaved,
    /// The runbook shows a file of its own that may define it.
    InRunbookShown,
    /// It lies in a submodule.
    InSubmodule(String),
    /// A file includes another that is not in the tree: the file, the include.
    IncludeMissing(String, String),
    /// A file includes another that could not be read: the file, the include.
    IncludeUnread(String, String),
    /// A file that another includes was not read: the file, the other.
    IncludedUnread(String, String),
    /// An input, but nothing says that it is one of a workflow.
    InputMaybe,
    /// An input of the workflow.
    InputOfWorkflow,
    /// A job, but nothing says that it is one of a workflow.
    JobMaybe,
    /// A job of the workflow.
    JobOfWorkflow,
    /// A pipeline takes jobs from an include: the pipeline, the include.
    JobsFrom(String, String),
    /// A pipeline takes jobs from elsewhere.
    JobsFromElsewhere(String),
    /// A workflow takes jobs from another one.
    JobsFromWorkflow(String),
    /// Nothing looks up this kind.
    KindNotLookedUp(Kind),
    /// A record that a running program keeps: a file of a folder of logs, or what is always the newest of its kind.
    KeptByProgram,
    /// The language of a file is not read.
    LanguageUnread(String),
    /// A name is a word of a file, which may define it: the name, the file, what it would be.
    LikelyName(String, String, #[serde(deserialize_with = "word")] Word),
    /// A label of a link that is defined nowhere.
    LabelUndefined,
    /// A link by the name of a page, which no page has.
    PageMissing,
    /// Another pattern of the same loop matches.
    OneOfSeveralPatterns,
    /// Two brackets where nothing is linked by the names of pages.
    NoWiki,
    /// No heading of the text, but a label of another page of the site may be called so.
    LabelOfSite,
    /// A symbolic link leads to a place where nothing stands: the link, the place.
    LinkDangling(String, String),
    /// A link to nothing.
    LinkToNothing,
    /// The paragraph links to another repository.
    LinksToAnother,
    /// Made by a step or a build.
    MadeByStep,
    /// Make runs in a folder that is not in the tree.
    MakeFolderNotInTree,
    /// The folder that make runs in is not known.
    MakeFolderUnknown,
    /// There is no Makefile at a path that could be read.
    MakefileUnread(String),
    /// A command of the package manager itself.
    ManagerCommand(#[serde(deserialize_with = "word")] Word),
    /// A `Cargo.toml` cannot be read.
    ManifestUnread,
    /// A marker need not be registered.
    MarkerUnregistered,
    /// The pattern matches a file.
    Matches(String),
    /// May be served by another program.
    MayBeServedByOther,
    /// Perhaps a name to fill in.
    MaybeToFillIn,
    /// Mentioned in a file.
    MentionedIn(String),
    /// There is nothing at the path.
    Missing(String),
    /// Not there, and little else that the runbook names is.
    MissingAndElse(String),
    /// There is nothing at the path in this repository.
    MissingHere(String),
    /// There is nothing at the path in a folder: the path, the folder.
    MissingIn(String, String),
    /// There is no such file where the command runs.
    MissingWhereRun(String),
    /// There is no such module.
    ModuleMissing(String),
    /// A module that the repository does not define.
    ModuleNotDefined,
    /// The module is there, and is not read.
    ModuleUnread,
    /// The settings put names together that begin with a prefix.
    NamesBeginWith(String),
    /// The settings put names of variables together.
    NamesPutTogether,
    /// No `Cargo.toml` in the repository.
    NoCargoManifest,
    /// Not there, but nothing says that it belongs to this repository.
    NoClaim,
    /// No Compose file stands where the command runs; one elsewhere may have it.
    NoComposeFile(Option<String>),
    /// The repository has no file of a runner at all.
    NoFileInTree(#[serde(deserialize_with = "word")] Word),
    /// A runner finds no file.
    NoFileOf {
        /// The runner.
        #[serde(deserialize_with = "word")]
        runner: Word,
        /// The files that the command gives, if any.
        given: Vec<String>,
        /// A file that has the task.
        elsewhere: Option<String>,
    },
    /// No file settles it.
    NoFileSettlesIt,
    /// No file settles the version.
    NoFileSettlesVersion,
    /// There is no Makefile in the folder that make runs in.
    NoMakefileHere,
    /// No path of its own.
    NoOwnPath,
    /// No package has this name.
    NoPackageCalledSo,
    /// There is no package where the command runs.
    NoPackageHere,
    /// No package of the workspace has the name.
    NoPackageInWorkspace(String),
    /// No package stands where the command runs; one elsewhere has the script.
    NoPackageWithScript(String),
    /// A port that no service publishes.
    NoServicePublishes(String, String),
    /// No path of the repository.
    NoPathOfRepository,
    /// No pattern of paths of the repository.
    NoPatternOfRepository,
    /// No route serves it.
    NoRouteServesIt,
    /// No route of a framework that is known.
    NoRoutes,
    /// No script of a package.
    NoScript,
    /// A file does not have a name of some kind.
    NoSuch {
        /// The name.
        name: String,
        /// What the users of the tool call it.
        #[serde(deserialize_with = "word")]
        noun: Word,
        /// The file, or the files.
        file: String,
        /// Another file that has it.
        elsewhere: Option<String>,
        /// Why that proves nothing.
        doubt: Option<Doubt>,
    },
    /// No manifest has such a feature, or the one that is named has not.
    NoSuchFeature(Option<String>),
    /// No package has it, in a folder or in its manifest.
    NoTargetOfPackages(#[serde(deserialize_with = "word")] Word),
    /// No task of a runner.
    NoTask,
    /// No tracked file matches the pattern.
    NoTrackedFile,
    /// No workflow has the name.
    NoWorkflowCalled(String),
    /// There is no such file of a workflow.
    NoWorkflowFile(String),
    /// No workflow has a part of the name: what it would be, the name.
    NoWorkflowHas(#[serde(deserialize_with = "word")] Word, String),
    /// No workflow of the repository takes an input.
    NoWorkflowTakesInput,
    /// The repository has no workflows.
    NoWorkflows,
    /// There is no workspace where the command runs.
    NoWorkspaceHere,
    /// Not presented as configuration of the service.
    NotConfiguration,
    /// Not a place in the repository.
    NotInRepository,
    /// Nothing in the repository mentions it.
    NotMentioned,
    /// A target is not in a Makefile: the target, the Makefile.
    NotOfMakefile(String, String),
    /// A file was not read as a Compose file.
    NotReadAsCompose(String),
    /// Not served, and perhaps not of this service.
    NotServed,
    /// Nothing that the runbook names is in this repository, so it seems to be about another one.
    NothingHere,
    /// Nothing that the runbook names is in this repository, and it links to another one.
    NothingHereAndLinks,
    /// A number that cannot be read.
    NumberUnreadable,
    /// An earlier step goes to another host.
    OnAnotherHost,
    /// No file of Terraform has a block of this address.
    NoTerraformAddress(String),
    /// No manifest of the repository has an object.
    NoObject(String),
    /// No test is called so.
    NoTestOfName(String),
    /// The only file of this name.
    OnlyFileOfName,
    /// Not there; one path elsewhere ends like this.
    OnlyPathLikeThis(String),
    /// A program takes options that are not defined by name.
    OptionsOpen(String),
    /// A script takes options that are not defined in it.
    OptionsOpenInFile(String),
    /// How a script or program reads its options is not known.
    OptionsUnknown(String),
    /// Another system may run the job.
    OtherSystemMayRunJob,
    /// The runbook lies in another tree than its source.
    OtherTree,
    /// Another workflow may start it.
    OtherWorkflowMayStart,
    /// An output that git ignores.
    OutputIgnored,
    /// Outside of the repository.
    OutsideRepository,
    /// An address of this repository.
    OwnAddress,
    /// What it belongs to is not in the repository.
    OwnerNotHere(String),
    /// The package that a command means is not known.
    PackageOfCommandUnknown(String),
    /// No package of the workspace has the script.
    PackagesLackScript,
    /// Not there, but a page of a site may be served at this address.
    PageAtAddress,
    /// A page made from a file.
    PageFrom(String),
    /// Not there, but the site may make a page for this address.
    PageMadeForAddress,
    /// There is no such file, but a page may be made from another.
    PageMaybeFrom(String),
    /// A part of a route.
    PartOfRoute(String),
    /// The path is there.
    PathThere,
    /// The name is a pattern.
    Pattern(String),
    /// A pattern of paths.
    PatternOfPaths,
    /// The pattern cannot be read.
    PatternUnreadable,
    /// A port that something else may listen on.
    PortMaybe,
    /// A port of another service than the text says.
    PortOfOther { port: String, said: String, actual: String },
    /// A port that a service publishes.
    PortOf(String),
    /// A place in a file that needs no heading.
    PlaceIn(String),
    /// A placeholder.
    Placeholder,
    /// A placeholder, and a further reason.
    PlaceholderAnd(Box<Self>),
    /// A prefix of routes is computed.
    PrefixComputed,
    /// A program that the repository does not define.
    ProgramNotDefined,
    /// The program of a manifest.
    ProgramOf(String),
    /// Read by the workflow.
    ReadByWorkflow,
    /// The reader makes it: a new file that is committed, or one that is to be added.
    ReaderMakesIt,
    /// Registered in a file.
    RegisteredIn(String),
    /// The root of a service.
    RootOfService,
    /// A Makefile has a rule for every name.
    RuleForEveryName(String),
    /// A file holds routes of a framework that is not read.
    RoutesUnread(String),
    /// The runbook seems to be about another repository.
    RunbookElsewhere,
    /// The words in front of the commands send the reader to another repository.
    SaidElsewhere,
    /// The text itself says that it is not there.
    SaidNotThere,
    /// A file says another number: the file, the number.
    Says(String, String),
    /// The scheme of an address is a slip of this one.
    SchemeMistyped(String),
    /// No workflow reads it, but something else may.
    SecretMayBeReadElsewhere,
    /// It is there, seen from a folder above the repository.
    SeenFromAbove,
    /// A selector takes packages by a pattern or by what changed.
    SelectsByPattern(String),
    /// A route serves it.
    ServedAs(Below, String),
    /// Served by another program.
    ServedByOther,
    /// The settings bind names of variables in many forms.
    SettingsBindInManyForms,
    /// Several paths end like this.
    SeveralEndLikeThis,
    /// Several files have this name.
    SeveralOfName,
    /// Several programs share the file of this one, and which commands are its own is not known.
    SharedFile(String),
    /// A specification that is not read.
    SpecificationUnread,
    /// A workflow is started by other events: the workflow, its events, the event asked for.
    StartedBy(String, String, String),
    /// Begins with a word to fill in.
    StartsWithPlaceholder,
    /// The target is a file that is there.
    TargetFile,
    /// A target of a Makefile further up.
    TargetFurtherUp,
    /// A file takes tasks from other files.
    TasksFromOtherFiles(String),
    /// No build file registers the task, but a plugin may.
    TaskOfPlugin,
    /// The tasks of a runner are not looked up.
    TasksNotLookedUp(#[serde(deserialize_with = "word")] Word),
    /// Tasks of a file or folder are not read.
    TasksUnread(String),
    /// A trigger of the workflow.
    TriggerOfWorkflow,
    /// The source cannot be read at all.
    Unavailable(String),
    /// It was there until a commit.
    UntilCommit(String),
    /// A variable of the text itself.
    VariableOfText,
    /// A variable of a tool.
    VariableOfTool,
    /// Most variables of the text are not of this repository.
    VariablesElsewhere,
    /// No variable of the texts is read in this repository.
    VariablesNotRead,
    /// A file settles the version in a form that is not read.
    VersionInOtherForm,
    /// A version that cannot be read.
    VersionUnreadable,
    /// The text does not say what it belongs to.
    WithinUnsaid,
    /// No workflow, but there is a file.
    WorkflowAt(String),
    /// No workflow is called so, but it may be something else.
    WorkflowMaybe,
    /// Its workflow is not there.
    WorkflowMissing,
    /// Written by a step of the runbook.
    WrittenByStep,
    /// Words of a test.
    #[cfg(test)]
    Words(String),
}

/// What a path was seen from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(crate) enum SeenFrom {
    /// Where paths count from, which is not worth a word.
    Here,
    /// The folder of the runbook.
    Runbook,
    /// The root of the repository, though it is written as a path of the host.
    Root,
    /// A folder.
    Folder(String),
}

/// How a route is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(crate) enum Below {
    /// At the path itself.
    Nothing,
    /// Below a prefix that the code mounts.
    Prefix,
    /// Below a prefix that nobody knows.
    Unknown,
}

/// Why a missing name proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(crate) enum Doubt {
    /// The runner takes names from elsewhere.
    Elsewhere,
    /// The command does nothing without it.
    IfPresent,
    /// It may be a program.
    Binary,
}
