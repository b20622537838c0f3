//! Tests of looking up what `tools` says of packages.

use crate::audit::testing::{Fixture, package, script, tasks, tree, unread};
use crate::model::definition::DefinitionFile;
use crate::model::reference::{ReferenceContext, ReferenceKind};

/// A pnpm workspace with two packages and a root.
fn workspace() -> Fixture {
    let globs = DefinitionFile {
        includes: vec!["apps/*".to_owned(), "!apps/legacy".to_owned()],
        ..tasks("pnpm-workspace", "pnpm-workspace.yaml", &[])
    };
    let root = DefinitionFile {
        binaries: vec!["turbo".to_owned()],
        ..package("package.json", "acme", &["build", "test"])
    };
    tree(&["apps/web/src/x.ts"])
        .with(globs)
        .with(root)
        .with(package("apps/web/package.json", "acme-web", &["dev", "test:e2e"]))
        .with(package("apps/agents/package.json", "@acme/agents-service", &["dev"]))
        .with(package("apps/legacy/package.json", "legacy", &["dev"]))
}

#[test]
fn scripts_are_found_in_the_nearest_package() {
    let fixture = workspace();
    assert_eq!(
        fixture.look_up(script("npm run test", "")),
        "resolved package.json:2 (a script)"
    );
    assert_eq!(fixture.look_up(script("npm test", "")), "resolved package.json:2 (a script)");
    assert_eq!(
        fixture.look_up(script("npm run dev", "apps/web/src")),
        "resolved apps/web/package.json:1 (a script)"
    );
    assert_eq!(
        fixture.look_up(script("npm run test-e2e", "apps/web")),
        "broken apps/web/package.json (`test-e2e` is no script of `apps/web/package.json`) -> test:e2e"
    );
}

#[test]
fn filters_follow_the_rules_of_pnpm() {
    let fixture = workspace();
    assert_eq!(
        fixture.look_up(script("pnpm --filter agents-service dev", "")),
        "resolved apps/agents/package.json:1 (a script)"
    );
    assert_eq!(
        fixture.look_up(script("pnpm --filter acme-web test:e2e", "apps/web")),
        "resolved apps/web/package.json:2 (a script)"
    );
    assert_eq!(
        fixture.look_up(script("pnpm --filter web dev", "")),
        "broken (no package of the workspace is called `web`)"
    );
    assert_eq!(
        fixture.look_up(script("pnpm --filter legacy dev", "")),
        "broken (no package of the workspace is called `legacy`)"
    );
    assert!(
        fixture
            .look_up(script("pnpm --filter @acme/* dev", ""))
            .starts_with("unverifiable ")
    );
    assert!(
        fixture
            .look_up(script("pnpm --filter ...acme-web dev", ""))
            .starts_with("unverifiable ")
    );
    assert_eq!(
        fixture.look_up(script("pnpm --filter acme-web run gone", "")),
        "broken apps/web/package.json (`gone` is no script of `apps/web/package.json`)"
    );
}

#[test]
fn a_name_may_be_a_command_or_a_binary() {
    let fixture = workspace();
    assert!(fixture.look_up(script("pnpm install", "")).starts_with("ignored "));
    assert_eq!(
        fixture.look_up(script("pnpm turbo", "")),
        "resolved package.json (a binary of a dependency)"
    );
    assert_eq!(
        fixture.look_up(script("pnpm turbo", "apps/web")),
        "resolved apps/web/package.json (a binary of a dependency)"
    );
    assert!(
        fixture
            .look_up(script("pnpm something", ""))
            .starts_with("unverifiable package.json ")
    );
    assert!(
        fixture
            .look_up(script("yarn run something", ""))
            .starts_with("unverifiable package.json ")
    );
    assert!(
        fixture
            .look_up(script("pnpm run something", ""))
            .starts_with("broken package.json ")
    );
    assert!(
        fixture
            .look_up(script("yarn no:binary", ""))
            .starts_with("broken package.json ")
    );
    assert!(
        fixture
            .look_up(script("npm run turbo", ""))
            .starts_with("broken package.json ")
    );
}

#[test]
fn a_script_of_another_package_is_named() {
    let fixture = workspace();
    assert_eq!(
        fixture.look_up(script("npm run test:e2e", "")),
        "broken package.json (`test:e2e` is no script of `package.json`; `apps/web/package.json` has it)"
    );
    let mut inline = script("npm run test:e2e", "");
    inline.context = ReferenceContext::Inline;
    assert!(fixture.look_up(inline).starts_with("unverifiable package.json "));
}

#[test]
fn a_package_that_cannot_be_read_tells_nothing() {
    let fixture = tree(&[]).with(unread("package-json", "package.json"));
    assert_eq!(
        fixture.look_up(script("npm run test", "")),
        "unverifiable package.json (`package.json` could not be read)"
    );
}

#[test]
fn without_a_package_nothing_is_known() {
    assert!(tree(&[]).look_up(script("npm test", "")).starts_with("unverifiable "));
    let fixture = tree(&[]).with(package("web/package.json", "web", &["dev"]));
    assert_eq!(
        fixture.look_up(script("npm run dev", "")),
        "unverifiable (there is no package where the command runs; `web/package.json` has the script)"
    );
}

#[test]
fn npm_starts_a_server_without_a_script() {
    let fixture = tree(&["server.js"]).with(package("package.json", "x", &[]));
    assert_eq!(
        fixture.look_up(script("npm start", "")),
        "resolved package.json (npm does this itself)"
    );
}

#[test]
fn the_package_of_a_documentation_site_is_not_meant() {
    let fixture = tree(&[])
        .with(package("package.json", "x", &["test"]))
        .with(package("docs/package.json", "site", &["build"]));
    assert!(
        fixture
            .look_up(script("npm run build", ""))
            .starts_with("broken package.json ")
    );
}

#[test]
fn a_script_that_no_package_has_runs_in_none() {
    let fixture = workspace();
    let look_up = |script_name: &str, is_explicit: bool| {
        let mut reference = script(&format!("pnpm run {script_name}"), "");
        if let ReferenceKind::PackageScript {
            workspace,
            is_explicit: explicit,
            ..
        } = &mut reference.kind
        {
            *workspace = Some("*".to_owned());
            *explicit = is_explicit;
        }
        fixture.look_up(reference)
    };
    assert!(look_up("dev", true).starts_with("resolved"));
    assert_eq!(
        look_up("tset:e2e", true),
        "broken package.json (no package of the workspace has the script) -> test:e2e"
    );
    let mut npm = script("npm run gone", "");
    if let ReferenceKind::PackageScript {
        workspace, is_explicit, ..
    } = &mut npm.kind
    {
        *workspace = Some("*".to_owned());
        *is_explicit = false;
    }
    assert!(fixture.look_up(npm).starts_with("unverifiable"), "`--if-present`");
}
