//! Names of the formats of files that define things, as far as another file than their own asks for them. A format that nobody else asks
//! for is named where it is read.

/// `Cargo.toml`.
pub(crate) const CARGO_MANIFEST: &str = "cargo-manifest";
/// Files of Compose.
pub(crate) const COMPOSE: &str = "compose";
/// Pipelines of GitLab.
pub(crate) const GITLAB_CI: &str = "gitlab-ci";
/// JavaScript and TypeScript.
pub(crate) const JAVASCRIPT: &str = "javascript";
/// `package.json`.
pub(crate) const PACKAGE_JSON: &str = "package-json";
/// `pnpm-workspace.yaml`.
pub(crate) const PNPM_WORKSPACE: &str = "pnpm-workspace";
/// Settings of proxies: nginx, Caddy, ingresses.
pub(crate) const PROXY: &str = "proxy";
/// `pyproject.toml`.
pub(crate) const PYPROJECT: &str = "pyproject";
/// Python.
pub(crate) const PYTHON: &str = "python";
/// `noxfile.py` and `tasks.py`.
pub(crate) const PYTHON_TASKS: &str = "python-tasks";
/// Shell scripts.
pub(crate) const SHELL: &str = "shell";
/// `tox.ini` and `setup.cfg`.
pub(crate) const TOX: &str = "tox";
/// Workflows of GitHub.
pub(crate) const WORKFLOW: &str = "workflow";
/// Sources of the commands of `cargo xtask`.
pub(crate) const XTASK: &str = "xtask";
