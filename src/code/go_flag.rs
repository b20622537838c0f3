//! Options of the standard library of Go and of pflag, which cobra uses.

use crate::code::found::{FLAG, Found};
use crate::code::language::{Framework, has_any};
use crate::code::tree::{Node, Source};

/// `flag` and `pflag`.
pub(super) const FRAMEWORK: Framework = Framework {
    grammar: "go",
    uses: |_, text| has_any(text, &["flag", "Flags()", "fs."]),
    words: &["String", "Bool", "Int", "Var", "Duration"],
    defines: &[FLAG],
    read,
};

/// Types of options; `Var`, `P` and `VarP` may follow.
const TYPES: &[&str] = &[
    "Bool", "BoolFunc", "BoolSlice", "BytesHex", "Count", "Duration", "DurationSlice", "Float32", "Float64", "Func", "IP", "Int",
    "Int32", "Int64", "IntSlice", "String", "StringArray", "StringSlice", "StringToInt", "StringToString", "Text", "Uint",
    "Uint32", "Uint64",
];

fn read(source: &Source<'_>, found: &mut Found) {
    for call in source.calls() {
        let owner = call.owner();
        if matches!(call.name(), "AddFlagSet" | "AddGoFlagSet" | "BindFlags" | "AddFlags") {
            found.open(FLAG);
        }
        if !(owner.to_lowercase().contains("flag") || owner.ends_with("fs")) {
            continue;
        }
        let Some(position) = position(call.name()) else { continue };
        let arguments = call.arguments();
        // A reader of the same name has no arguments: `flags.Bool()`.
        let Some(value) = arguments.get(position).map(|argument| argument.value) else {
            continue;
        };
        match value.literal() {
            Some(flag) => found.flag(format!("--{flag}"), call.at(), call.code()),
            None => found.open(FLAG),
        }
    }
    if has_any(source.text, &["UnknownFlags: true"]) && source.of_kind("keyed_element").any(passes_on) {
        found.open(FLAG);
    }
}

fn passes_on(element: Node<'_>) -> bool {
    let text = |name| element.field(name).map_or("", Node::text);
    text("key") == "UnknownFlags" && text("value") == "true"
}

/// The argument that holds the name of an option, by the name of the method.
fn position(method: &str) -> Option<usize> {
    if matches!(method, "Var" | "VarP" | "VarPF") {
        return Some(1);
    }
    ["VarP", "Var", "P", ""].into_iter().find_map(|ending| {
        let typed = method.strip_suffix(ending)?;
        TYPES.contains(&typed).then_some(usize::from(ending.starts_with("Var")))
    })
}

#[cfg(test)]
mod tests {
    use crate::code::testing::{names, read};
    use crate::model::kind::Kind;

    #[test]
    fn options_are_read() {
        let text = "package x\nfunc f() {\n\tc.Flags().BoolVarP(&x, \"force\", \"f\", false, \"\")\n\tflag.String(\"addr\", \"was flag.Bool(\\\"gone\\\"\", \"y\")\n\t// flag.Bool(\"old\", false, \"\")\n\tfs.Int(`port`, 1, \"\")\n\tstrings.String(\"no\")\n}\n";
        let file = read("x.go", text);
        assert_eq!(names(&file, Kind::ScriptFlag), ["--force:3", "--addr:4", "--port:6"]);
        assert!(file.knows_all(Kind::ScriptFlag));
        let text = "package x\nfunc f() { flag.String(name, \"\", \"\") }\n";
        assert!(!read("x.go", text).knows_all(Kind::ScriptFlag));
    }
}
