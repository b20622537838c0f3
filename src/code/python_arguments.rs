//! Options that a Python script compares itself: `if "--check" in sys.argv`.

use crate::code::found::{FLAG, Found};
use crate::code::language::{Framework, has_any};
use crate::code::scan::is_long_flag;
use crate::code::tree::{Node, Source};

/// The arguments of a process.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "python",
    uses: |_, text| has_any(text, &["sys.argv", "import argv"]),
    words: &["argv", "\"--", "'--"],
    defines: &[FLAG],
    read,
};

/// Calls that compare or look for a word.
const COMPARING: &[&str] = &["count", "find", "get", "index", "remove", "removeprefix", "startswith"];

/// Calls that take the arguments of the process and hand them to nobody.
const OWN: &[&str] = &[
    "ArgumentParser", "len", "list", "main", "parse_args", "print", "set", "sorted",
];

fn read(source: &Source<'_>, found: &mut Found) {
    for node in source.of_kind("string").filter(|node| is_compared(*node)) {
        if let Some(flag) = node.literal().filter(|words| is_long_flag(words))
            && !found.has_flag(&flag)
        {
            found.flag_with(flag.clone(), node.start(), &flag, None);
        }
    }
    let has_parser = has_any(
        source.text,
        &["add_argument", "ArgumentParser", "import click", "from click", "typer"],
    );
    let hands_on = source.calls().iter().any(|call| {
        let takes =
            call.list.text().contains("sys.argv[1:]") || call.arguments().iter().any(|one| one.value.text() == "sys.argv");
        takes && !OWN.contains(&call.name()) && !call.name().contains("parse")
    });
    if !has_parser || hands_on {
        found.open(FLAG);
    }
}

/// Whether a string is compared with something.
fn is_compared(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is_comparing = |call: Option<Node<'_>>| {
        call.and_then(Node::as_call)
            .is_some_and(|call| COMPARING.contains(&call.name()))
    };
    match parent.kind() {
        "comparison_operator" | "case_pattern" | "union_pattern" => true,
        "argument_list" => is_comparing(parent.parent()),
        "list" | "tuple" | "set" => parent.parent().is_some_and(|above| {
            above.kind() == "comparison_operator" || (above.kind() == "argument_list" && is_comparing(above.parent()))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read};
    use crate::model::kind::Kind;

    #[test]
    fn what_is_compared_is_known_and_the_rest_is_not() {
        let text =
            "\"\"\"--doc\"\"\"\nimport sys\nif '--x' in sys.argv or sys.argv[1] in ('--y', '-z'): pass\nrun(['git', '--gone'])\n";
        let file = read("x.py", text);
        assert_eq!(names(&file, Kind::ScriptFlag), ["--x:3", "--y:3"]);
        assert!(!file.knows_all(Kind::ScriptFlag));
    }

    #[test]
    fn arguments_that_are_handed_on_may_be_anything() {
        let with = |line: &str| {
            let text =
                format!("import argparse, sys, subprocess\np = argparse.ArgumentParser()\np.add_argument('--a')\n{line}\n");
            read("x.py", &text).knows_all(Kind::ScriptFlag)
        };
        assert!(with("p.parse_args(sys.argv[1:])") && with("main(sys.argv)"));
        assert!(!with("subprocess.run(['x', *sys.argv[1:]])"));
    }
}
