//! What the package managers do themselves: words that are never scripts when they stand right behind the manager.

/// Commands of bun: <https://bun.sh/docs/cli>.
const BUN: &[&str] = &[
    "a", "add", "audit", "build", "c", "create", "exec", "feedback", "i", "info", "init", "install", "link", "outdated", "patch",
    "patch-commit", "pm", "publish", "remove", "repl", "rm", "run", "test", "unlink", "up", "update", "upgrade", "why", "x",
];

/// Commands of npm that are no scripts: <https://docs.npmjs.com/cli/commands>.
const NPM: &[&str] = &[
    "add", "approve-builds", "audit", "bin", "c", "cache", "cat-file", "cat-index", "ci", "completion", "config", "create",
    "dedupe", "deploy", "dlx", "doctor", "env", "exec", "fetch", "find-hash", "help", "i", "ignored-builds", "import", "info",
    "init", "install", "install-test", "it", "la", "licenses", "link", "list", "ll", "ln", "login", "logout", "ls", "m", "multi",
    "outdated", "pack", "patch", "patch-commit", "patch-remove", "prune", "publish", "r", "rb", "rebuild", "recursive", "remove",
    "rm", "root", "run", "self-update", "server", "set", "setup", "show", "store", "un", "uninstall", "unlink", "up", "update",
    "upgrade", "version", "view", "whoami", "why",
];

/// Commands of pnpm that win over a script of the same name, with those that it hands to npm: <https://pnpm.io/pnpm-cli>.
const PNPM: &[&str] = &[
    "add", "adduser", "approve-builds", "audit", "bin", "bugs", "c", "cache", "cat-file", "cat-index", "ci", "completion",
    "config", "create", "dedupe", "deploy", "deprecate", "dist-tag", "dlx", "docs", "doctor", "edit", "env", "exec", "fetch",
    "find-hash", "get", "help", "i", "ignored-builds", "import", "info", "init", "install", "install-completion", "install-test",
    "it", "la", "licenses", "link", "list", "ll", "ln", "login", "logout", "ls", "m", "multi", "outdated", "owner", "pack",
    "patch", "patch-commit", "patch-remove", "ping", "prefix", "profile", "prune", "publish", "r", "rb", "rebuild", "recursive",
    "remove", "repo", "rm", "root", "run", "s", "se", "search", "self-update", "server", "set", "setup", "show", "star", "store",
    "team", "token", "un", "uninstall", "unlink", "unpublish", "up", "update", "upgrade", "v", "version", "view", "whoami",
    "why",
];

/// Commands of yarn, version 1 and later: <https://yarnpkg.com/cli>.
const YARN: &[&str] = &[
    "add", "audit", "autoclean", "bin", "cache", "check", "config", "constraints", "create", "dedupe", "dlx", "exec", "explain",
    "generate-lock-entry", "global", "help", "import", "info", "init", "install", "licenses", "link", "list", "login", "logout",
    "node", "npm", "outdated", "owner", "pack", "patch", "patch-commit", "plugin", "policies", "prune", "publish", "rebuild",
    "remove", "run", "search", "set", "stage", "tag", "team", "unlink", "unplug", "unpublish", "up", "upgrade",
    "upgrade-interactive", "upgradeInteractive", "version", "versions", "whoami", "why", "workspace", "workspaces",
];

/// Whether a word is a command of the manager itself.
pub(crate) fn is_own_command(manager: &str, word: &str) -> bool {
    let commands = match manager {
        "npm" => NPM,
        "pnpm" => PNPM,
        "yarn" => YARN,
        _ => BUN,
    };
    commands.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{BUN, NPM, PNPM, YARN, is_own_command};

    #[test]
    fn the_lists_of_commands_are_sorted() {
        for commands in [BUN, NPM, PNPM, YARN] {
            assert!(commands.is_sorted_by(|left, right| left < right), "{commands:?}");
        }
    }

    #[test]
    fn a_command_of_one_manager_may_be_a_script_of_another() {
        assert!(is_own_command("bun", "test") && !is_own_command("npm", "test"));
        assert!(is_own_command("pnpm", "deploy") && !is_own_command("yarn", "deploy"));
    }
}
