//! Settings: the text of `runproof.toml` -> checked values. All defaults stand here; no rule is known here.

pub(crate) mod baseline;
mod demand;
pub(crate) mod gate;
pub(crate) mod product;
pub(crate) mod read;
pub(crate) mod schema;
mod spans;
pub(crate) mod support;
pub(crate) mod theme;
pub(crate) mod usual;
pub(crate) mod waivers;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the form of the settings that is read.
pub(crate) const SCHEMA: &str = "runproof-settings/1";

/// Settings of Runproof. Without a file every value has its default: a repository with runbooks under the usual names needs none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(title = "runproof.toml")]
pub(crate) struct Config {
    /// The version of the form of this file, `runproof-settings/1`. Without it the file is of the first.
    pub(crate) schema: String,
    /// The name of the handbook on its pages; without it the name of the repository and "handbook".
    pub(crate) title: Option<String>,
    /// The folder that the handbook is written to, relative to the repository root.
    pub(crate) out: String,
    /// Where a source file can be read on the web, such as `https://example.org/blob/{revision}/{path}`. Without it, files that are
    /// not part of the handbook are named but not linked.
    pub(crate) source_url: Option<String>,
    /// The address that the handbook is published at, such as `https://team.example.org/handbook/`. With it pages name their own address
    /// to search engines, there is a map of the site, and the page for missing addresses finds its way from any depth.
    pub(crate) base_url: Option<String>,
    /// Which files are runbooks, as globs from the repository root (from the root of a product inside `[[products]]`).
    pub(crate) runbooks: Vec<String>,
    /// Files that are no runbooks although a glob of `runbooks` matches them.
    pub(crate) exclude: Vec<String>,
    /// The changelogs, as globs.
    pub(crate) changelogs: Vec<String>,
    /// Logs that are kept over many releases (rollbacks, rotations, drills), as globs.
    pub(crate) logs: Vec<String>,
    /// Exports of the forge that tell who reviewed and merged, as globs: what `gh pr list --json …` prints, or the merge requests of GitLab.
    pub(crate) forge_exports: Vec<String>,
    /// The evidence store: a folder with one folder per release.
    pub(crate) releases: String,
    /// Which tags are releases, as a glob; what stands before the first digit (or `v` and digit) is no part of the version.
    pub(crate) tags: String,
    /// How fresh runbooks must be.
    pub(crate) freshness: Freshness,
    /// The level of single rules: `error`, `warning`, `info` or `off`.
    pub(crate) rules: BTreeMap<String, Level>,
    /// The file of waivers: findings that a role or team answers for, up to a day. Relative to the repository root.
    pub(crate) waivers: String,
    /// How the handbook looks, where that is not as the program has it.
    pub(crate) theme: ThemeConfig,
    /// Which releases get an edition of their own.
    pub(crate) editions: Editions,
    /// What auditors get.
    pub(crate) audit: Audit,
    /// How long evidence must exist after a release, such as `10y`; without it nothing is said about that.
    pub(crate) keep: Option<String>,
    /// Until when release lines are supported; those of the whole repository.
    pub(crate) support: Vec<SupportConfig>,
    /// Catalogues of controls that get pages, such as `["soc2", "iso27001"]`; none by default.
    pub(crate) catalogs: Vec<String>,
    /// Controls of the organisation, and rows of catalogues that it declares or declines; those of the whole repository.
    pub(crate) controls: Vec<ControlConfig>,
    /// Which licences the components of a release may have.
    pub(crate) licences: Licences,
    /// Who may sign what a release is proved by.
    pub(crate) attestations: Attestations,
    /// The gates of a repository that holds one product.
    pub(crate) gates: Vec<GateConfig>,
    /// Products that are released on their own. Without any, the repository is one product.
    pub(crate) products: Vec<ProductConfig>,
}

/// How fresh runbooks must be.
#[allow(clippy::struct_field_names, reason = "the unit belongs into the key that users write")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct Freshness {
    /// Days that a review lasts for critical runbooks: release, rollback, restore, rotation, incident.
    pub(crate) critical_days: u32,
    /// Days that a review lasts for runbooks of high criticality.
    pub(crate) high_days: u32,
    /// Days that a review lasts for all others.
    pub(crate) normal_days: u32,
    /// Days before the due day from which a review counts as due soon.
    pub(crate) notice_days: u32,
}

/// Which licences the components of a release may have: names of the SPDX list, or globs such as `BSD-*`. What is denied wins over what
/// is to be reviewed, and that over what is allowed. Without any list nothing is said of licences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct Licences {
    /// Licences that may be shipped.
    pub(crate) allow: Vec<String>,
    /// Licences that somebody has to look at each time.
    pub(crate) review: Vec<String>,
    /// Licences that may not be shipped.
    pub(crate) deny: Vec<String>,
}

/// How the handbook looks. Nothing in it can bring a script, or change the policy of the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct ThemeConfig {
    /// A file with one `:root { --name: value; }` that changes tokens of the style sheet: colours, faces, sizes.
    pub(crate) tokens: Option<String>,
    /// A folder of templates that stand in place of those of the program, by the kind of their page: `home.html`, `runbook.html`; and
    /// `banner.html` and `footer.html` for all pages.
    pub(crate) templates: Option<String>,
}

/// Who may sign what a release is proved by. Signatures are checked offline, by builds that have the feature `attestations`, as the
/// published ones do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct Attestations {
    /// The trust roots, as files of this repository from its root: `trusted_root.json` of Sigstore, or what `gh attestation trusted-root`
    /// prints. Without one nothing is checked.
    pub(crate) trusted_roots: Vec<String>,
    /// Public keys of those who sign with a bare key, as files of this repository in PEM, as `cosign generate-key-pair` writes them. Whoever
    /// has one of them may sign. A trust root beside them vouches for the time, by its logs or its time stamp authority.
    pub(crate) public_keys: Vec<String>,
    /// Who may sign by a certificate. Without anybody a signature that holds is good, and its signer is not judged.
    pub(crate) signers: Vec<SignerConfig>,
}

/// Somebody who may sign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct SignerConfig {
    /// The identity in the certificate, as a glob: `https://github.com/team/service/.github/workflows/release.yml@refs/tags/*`.
    pub(crate) identity: String,
    /// Who vouches for the identity: `https://token.actions.githubusercontent.com`. Left out where the certificate names nobody, as that of
    /// GitHub's releases does, whose identity is `https://dotcom.releases.github.com`.
    pub(crate) issuer: String,
}

/// Which releases get an edition of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct Editions {
    /// At most so many, the newest first; the others have a release page only, and what was published of them goes. Without it all of them
    /// have one.
    pub(crate) limit: Option<u32>,
    /// Whether pre-releases get an edition.
    pub(crate) prereleases: bool,
}

/// What auditors get: the periods that have pages of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct Audit {
    /// How long a period is.
    pub(crate) period: AuditPeriod,
    /// How many of them have pages: the one of today and those before it in which anything happened. 0 leaves them out.
    pub(crate) periods: u32,
}

/// How long a period of the audit pages is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AuditPeriod {
    /// A month of the calendar.
    Month,
    /// A quarter of the calendar.
    Quarter,
    /// A year of the calendar.
    Year,
}

/// The catalogues of controls, sorted.
pub(crate) const CATALOGS: [&str; 10] = [
    "cra", "dora", "fedramp20x", "iso27001", "osps", "pci", "s2c2f", "slsa", "soc2", "ssdf",
];

/// The classes of gates, sorted.
pub(crate) const CLASSES: [&str; 9] = [
    "approval", "code-scan", "component-scan", "deployment", "inventory", "provenance", "secret-scan", "test", "window",
];

/// What a rule is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Its findings gate.
    Error,
    /// Its findings gate with `--fail-on warning`.
    Warning,
    /// Its findings are shown.
    Info,
    /// It does not run.
    Off,
}

/// Something that is released on its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct ProductConfig {
    /// The id: the first part of its URLs. Lower-case letters, digits and hyphens.
    pub(crate) id: String,
    /// The name on pages.
    pub(crate) name: String,
    /// One sentence about it.
    pub(crate) summary: String,
    /// The folder of the product; all other paths and globs of the product count from it. Empty is the repository root.
    pub(crate) root: String,
    /// Which files are runbooks, as globs.
    pub(crate) runbooks: Option<Vec<String>>,
    /// Files that are no runbooks although a glob matches them.
    pub(crate) exclude: Option<Vec<String>>,
    /// The folder that the runbooks' references count from, or another checkout (`../service`). Empty is the root of the product, `/` that of
    /// the repository.
    pub(crate) source: String,
    /// The changelogs, as globs.
    pub(crate) changelogs: Option<Vec<String>>,
    /// Logs that are kept over many releases, as globs.
    pub(crate) logs: Option<Vec<String>>,
    /// Exports of the forge, as globs. Without it those of the whole repository.
    pub(crate) forge_exports: Option<Vec<String>>,
    /// The evidence store.
    pub(crate) releases: Option<String>,
    /// Which tags are releases of the product, as a glob. A product below the root without it has no tags.
    pub(crate) tags: Option<String>,
    /// How long evidence must exist after a release; without it as for the whole repository.
    pub(crate) keep: Option<String>,
    /// Until when its release lines are supported; without any as for the whole repository.
    pub(crate) support: Vec<SupportConfig>,
    /// Controls of the product, beside those of the whole repository.
    pub(crate) controls: Vec<ControlConfig>,
    /// The gates of the product.
    pub(crate) gates: Vec<GateConfig>,
}

/// The support period of a release line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct SupportConfig {
    /// The line as people call it, such as `1.x`.
    pub(crate) line: String,
    /// The versions that belong to it: a glob such as `1.*`, a list, or bounds such as `>=1.0.0 <2.0.0`; without it those that the line
    /// names, in which `x` stands for any part.
    pub(crate) releases: String,
    /// Its first day, such as `2026-01-31`; without it the day of its first release.
    pub(crate) from: Option<String>,
    /// Its last day; without it no end is known.
    pub(crate) until: Option<String>,
    /// Where users are told so: a file of the repository, or an address.
    pub(crate) source: String,
}

/// A control: what the organisation says it does, and the evidence that it maps to that. A row of a catalogue is named by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct ControlConfig {
    /// The id, such as `CHG-04`, or that of a row, such as `iso27001:8.31`.
    pub(crate) id: String,
    /// What it says.
    pub(crate) title: String,
    /// The rows of catalogues, and of other documents, that it supports.
    pub(crate) supports: Vec<String>,
    /// The gates that show it, by globs over their ids.
    pub(crate) gates: Vec<String>,
    /// The classes of gates that show it: `test`, `code-scan`, `component-scan`, `secret-scan`, `inventory`, `provenance`, `approval`,
    /// `deployment`, `window`.
    pub(crate) classes: Vec<String>,
    /// The kinds of facts that show it, such as `signoff`, `rollback`, `record`.
    pub(crate) facts: Vec<String>,
    /// Who answers for it, by role.
    pub(crate) owner: String,
    /// Whether it applies; without it, it does.
    pub(crate) applies: Option<bool>,
    /// Why it does not apply.
    pub(crate) reason: String,
    /// The line of the settings where it begins, from 1; 0 where it stands in no file.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) line: u32,
}

/// A check that a release must pass.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct GateConfig {
    /// The id: the folder below `evidence/` that holds its files.
    pub(crate) id: String,
    /// The name on pages; without it the id in words.
    pub(crate) title: String,
    /// What kind of check it is, for controls: `test`, `code-scan`, `component-scan`, `secret-scan`, `inventory`, `provenance`, `approval`,
    /// `deployment` or `window`; without it by its format and its files.
    pub(crate) class: Option<String>,
    /// The format that its evidence must have, such as `junit`, or the family of formats, such as `spdx`; without it any format that is
    /// recognised.
    pub(crate) format: Option<String>,
    /// Globs of what CI left behind that is collected for it; without them by format and name.
    pub(crate) files: Vec<String>,
    /// The name of the tool that must have written its evidence; without it any that the title does not contradict.
    pub(crate) tool: Option<String>,
    /// Names or globs of test cases, suites or jobs that must be there and pass. Without them every job of a CI run must have passed.
    pub(crate) required: Vec<String>,
    /// Tests that must at least have run, skipped ones not counted; without it one.
    pub(crate) min_tests: Option<u64>,
    /// Cases that may be skipped; without it any number.
    pub(crate) max_skipped: Option<u64>,
    /// Cases that may have passed only after another try; without it any number.
    pub(crate) max_flaky: Option<u64>,
    /// Errors of a scanner that are let through; without it none.
    pub(crate) max_errors: Option<u64>,
    /// Warnings of a scanner that are let through; without it warnings leave the gate inconclusive.
    pub(crate) max_warnings: Option<u64>,
    /// Findings that are let through by severity, such as `{ critical = 0, high = 0 }`.
    pub(crate) max_findings: BTreeMap<String, u64>,
    /// The security severity from 0 to 10 that every finding must be under.
    pub(crate) security_severity_below: Option<f64>,
    /// The least value by metric, such as `{ lines = 80 }`; that of coverage is a percentage.
    pub(crate) at_least: BTreeMap<String, Bound>,
    /// The largest value by metric, such as `{ error-rate = 1 }` or, with a sign and a unit, `{ "error rate" = "< 1 %" }`.
    pub(crate) at_most: BTreeMap<String, Bound>,
    /// Facts that must hold, such as `{ decision = "approved", pending = 0 }`.
    pub(crate) expect: BTreeMap<String, Fact>,
    /// What the evidence must be about: a component, an image, an address, an artifact. Without it the released commit.
    pub(crate) subject: Option<String>,
    /// How old the evidence may be at the release, such as `30 days`; without it not older than the released commit.
    pub(crate) max_age: Option<String>,
    /// How long must be observed, such as `2 h`.
    pub(crate) window: Option<String>,
    /// How often must be observed, such as `15 min`.
    pub(crate) every: Option<String>,
    /// How many breaches in a row fail.
    pub(crate) breaches: Option<u64>,
    /// Moments after the start at which something must be looked at, such as `["0", "15m", "1h"]`.
    pub(crate) checks: Vec<String>,
    /// How far a look may be from its moment, such as `5 min`; without it a third of the smallest distance.
    pub(crate) tolerance: Option<String>,
    /// Roles that must agree, such as `["product lead", "engineering lead"]`.
    pub(crate) roles: Vec<String>,
    /// Globs of paths, from the root of the repository, whose change since the release before makes the gate apply. Without them it
    /// always applies.
    pub(crate) when: Vec<String>,
}

/// The bound of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Bound {
    /// A number.
    Number(f64),
    /// A number with its unit, and before it a sign where the bound itself does not do: `< 1 %`, `400 ms`.
    Text(String),
}

/// The value of a fact that must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Fact {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Words.
    Text(String),
}

impl Default for Config {
    fn default() -> Self {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        Self {
            schema: SCHEMA.to_owned(),
            title: None,
            out: "site".to_owned(),
            source_url: None,
            base_url: None,
            runbooks: usual::runbooks(),
            exclude: usual::exclude(),
            changelogs: owned(&[
                "CHANGELOG*",
                "CHANGES*",
                "HISTORY*",
                "NEWS",
                "NEWS.{md,rst,txt}",
                "docs/{CHANGELOG,CHANGES,HISTORY}*",
                "RELEASE_NOTES*",
                "RELEASES.md",
            ]),
            logs: owned(&[
                "docs/**/{rollback,rotation,drill,operations}-log*.md",
                "logs/*.md",
                "docs/logs/*.md",
            ]),
            forge_exports: owned(&["forge/*.json"]),
            releases: "releases".to_owned(),
            tags: "*".to_owned(),
            freshness: Freshness::default(),
            rules: BTreeMap::new(),
            waivers: "runproof-waivers.toml".to_owned(),
            theme: ThemeConfig::default(),
            editions: Editions::default(),
            audit: Audit::default(),
            keep: None,
            support: Vec::new(),
            catalogs: Vec::new(),
            controls: Vec::new(),
            licences: Licences::default(),
            attestations: Attestations::default(),
            gates: Vec::new(),
            products: Vec::new(),
        }
    }
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            critical_days: 90,
            high_days: 180,
            normal_days: 365,
            notice_days: 14,
        }
    }
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            period: AuditPeriod::Quarter,
            periods: 4,
        }
    }
}
