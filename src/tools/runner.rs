//! The programs that run tasks, by the words that people type.

use crate::model::kind::Runner;

/// Cargo, with its aliases and `cargo xtask`.
pub(crate) const CARGO: Runner = Runner::of("cargo");
/// Composer.
pub(crate) const COMPOSER: Runner = Runner::of("composer");
/// Deno.
pub(crate) const DENO: Runner = Runner::of("deno");
/// fastlane.
pub(crate) const FASTLANE: Runner = Runner::of("fastlane");
/// Gradle, whose tasks are not looked up.
pub(crate) const GRADLE: Runner = Runner::of("gradle");
/// Hatch.
pub(crate) const HATCH: Runner = Runner::of("hatch");
/// invoke.
pub(crate) const INVOKE: Runner = Runner::of("invoke");
/// just.
pub(crate) const JUST: Runner = Runner::of("just");
/// Lerna.
pub(crate) const LERNA: Runner = Runner::of("lerna");
/// mise.
pub(crate) const MISE: Runner = Runner::of("mise");
/// nox.
pub(crate) const NOX: Runner = Runner::of("nox");
/// Nx.
pub(crate) const NX: Runner = Runner::of("nx");
/// PDM.
pub(crate) const PDM: Runner = Runner::of("pdm");
/// Poe the Poet.
pub(crate) const POE: Runner = Runner::of("poe");
/// Rake.
pub(crate) const RAKE: Runner = Runner::of("rake");
/// go-task.
pub(crate) const TASK: Runner = Runner::of("task");
/// tox.
pub(crate) const TOX: Runner = Runner::of("tox");
/// Turborepo.
pub(crate) const TURBO: Runner = Runner::of("turbo");
