//! The commands of Go.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::name::ends_with;
use crate::command::path::Evidence;
use crate::command::sink::{Sink, Value};
use crate::tools::test_filter::test_name;
use crate::tools::tool::{NONE, Tool};

/// Go.
pub(crate) const TOOL: Tool = Tool {
    names: &["go"],
    calls: go,
    ..NONE
};

/// `go run ./cmd/x`: packages are folders; `./...` is all of them.
fn go(call: &Call<'_>, sink: &mut Sink) {
    if call.verb() == "test" {
        for argument in Arguments::new(call.arguments(), &["-run"]) {
            if let Argument::Option {
                name: "-run",
                value: Some(value),
                ..
            } = argument
            {
                for name in value.text.split(['|', '/']) {
                    let name = name.trim_matches(['^', '$', '(', ')']);
                    test_name(call, name, &value.tail(&call.site, name).range, sink);
                }
            }
        }
    }
    if matches!(call.verb(), "build" | "run" | "vet") {
        // A file of the program, which `./` need not stand in front of. Behind it come the arguments of the program.
        let operands = Arguments::new(call.arguments(), &["-o", "-ldflags", "-tags", "-C", "-mod", "-p"]);
        let mut operands = operands.skip(1).filter_map(|argument| match argument {
            Argument::Operand(word) => Some(word),
            _ => None,
        });
        if let Some(word) = operands
            .next()
            .filter(|word| ends_with(&word.text, &["go"]) && word.text.contains('/'))
        {
            sink.path(&call.site, &Value::of(word), Evidence::Operand, &call.directory);
            return;
        }
    }
    for word in call.arguments() {
        // `./internal/...` is all below a folder, which must be there.
        let text = word.text.strip_suffix("/...").unwrap_or(&word.text);
        if text.starts_with("./") && !text.contains("...") {
            let end = word.range.end - (word.text.len() - text.len()).min(word.range.len());
            let range = word.range.start..end;
            sink.path(&call.site, &Value { text, range }, Evidence::Operand, &call.directory);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tools::testing::of_commands;

    #[test]
    fn names_of_tests_are_read() {
        assert_eq!(
            of_commands(
                "go test -run TestRestoreAll ./cmd/x\ngo test -run '^(TestBackUp|TestDropAll)$' ./...\ngo test -run Test ./...\ngo run ./cmd/y\ngo vet ./internal/z/... ./.../a"
            ),
            [
                "test TestRestoreAll", "path ./cmd/x", "test TestBackUp", "test TestDropAll", "path ./cmd/y",
                "path ./internal/z",
            ]
        );
        assert_eq!(
            of_commands(
                "go run cmd/x/main.go -env ./a\ngo build -o bin/y cmd/y/main.go\ngo run main.go\ngo run example.org/z@latest ./b"
            ),
            ["path cmd/x/main.go", "path cmd/y/main.go", "path ./b"]
        );
        assert_eq!(
            of_commands(
                "cargo test -p store restores_all_rows -- --nocapture\ncargo nextest run store::tests::drops_all\ncargo test -- one_more_test\ncargo test <some_test_name>\npytest tests/x.py::TestStore::test_gone[a]"
            ),
            [
                "cargo-package store", "test restores_all_rows", "test drops_all", "test one_more_test", "path tests/x.py",
                "test TestStore", "test test_gone",
            ]
        );
        assert!(
            of_commands("cargo test store\ncargo test FOO_BAR_BAZ\nmake test restores_all_rows")
                .iter()
                .all(|line| !line.starts_with("test "))
        );
    }
}
