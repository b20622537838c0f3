//! Tests of the tasks of `tools/ruby.rs` as a runbook names them.

use crate::audit::testing::task;
use crate::audit::testing::{tasks, tree};
use crate::model::definition::DefinitionFile;
use crate::model::kind::Kind;
use crate::tools::runner::RAKE;

/// A file of tasks that loads nothing else.
fn complete(path: &str, names: &[&str]) -> DefinitionFile {
    DefinitionFile {
        is_complete: true,
        ..tasks("ruby-tasks", path, names)
    }
}

#[test]
fn a_task_that_no_file_defines_is_missing_where_no_other_is_loaded() {
    let fixture = tree(&[]).with(complete("Rakefile", &["rake seed", "rake db:migrate"]));
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    assert_eq!(look_up("rake seed"), "resolved Rakefile:1 (a task)");
    assert!(look_up("rake sed").starts_with("broken Rakefile "));
    assert!(look_up("rake db:gone[1]").starts_with("broken Rakefile "));
}

#[test]
fn what_a_framework_or_a_gem_may_bring_is_not_judged() {
    let rails = || DefinitionFile {
        is_complete: false,
        ..tasks("ruby-tasks", "Rakefile", &[])
    };
    let own = || complete("lib/tasks/cache.rake", &["rake cache:warm", "rake db:mine", "rake plain"]);
    let fixture = tree(&[]).with(rails()).with(own());
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    assert!(look_up("rake cache:warm").starts_with("resolved "));
    assert!(
        look_up("rake cache:gone").starts_with("broken "),
        "nobody else fills a namespace of one's own"
    );
    for open in ["rake db:gone", "rake gone", "rake other:gone"] {
        assert!(look_up(open).starts_with("unverifiable "), "{open}");
    }
    // Where a file computes the names of its tasks, its namespaces are open as well.
    let computing = DefinitionFile {
        is_complete: false,
        open_kinds: vec![Kind::Task(RAKE)],
        ..tasks("ruby-tasks", "lib/tasks/more.rake", &["rake cache:other"])
    };
    let fixture = tree(&[]).with(rails()).with(own()).with(computing);
    assert!(fixture.look_up(task("rake cache:gone", &[], "")).starts_with("unverifiable "));
}

#[test]
fn a_lane_is_looked_up_in_fastfiles_behind_its_platform() {
    let lanes = complete("fastlane/Fastfile", &["fastlane ios beta", "fastlane ios", "fastlane clean"]);
    let fixture = tree(&[]).with(lanes).with(complete("Rakefile", &["rake seed"]));
    let look_up = |name: &str| fixture.look_up(task(name, &[], ""));
    assert!(look_up("fastlane ios beta").starts_with("resolved "));
    assert!(
        look_up("fastlane android clean").starts_with("resolved "),
        "it is one of all platforms"
    );
    assert!(look_up("fastlane ios gone").starts_with("broken fastlane/Fastfile "));
    assert!(
        look_up("fastlane match").starts_with("unverifiable "),
        "it may be an action of fastlane"
    );
}
