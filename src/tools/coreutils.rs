//! Programs that enter, copy and make files and folders.

use crate::command::arguments::{Argument, Arguments};
use crate::command::call::Call;
use crate::command::directory::joined;
use crate::command::path::Evidence;
use crate::command::placeholder::in_name;
use crate::command::sink::{Sink, Value};
use crate::command::words::Word;
use crate::model::directory::Directory;
use crate::tools::program::enters;
use crate::tools::tool::{NONE, Tool};

/// `cd` and its like.
pub(crate) const FOLDERS: Tool = Tool {
    names: &["cd", "pushd"],
    calls: folder,
    ..NONE
};

/// Programs whose last operand is written.
pub(crate) const COPIES: Tool = Tool {
    names: &["cp", "mv", "ln", "rsync", "scp"],
    calls: copy,
    ..NONE
};

/// Programs that write every operand.
pub(crate) const MAKERS: Tool = Tool {
    names: &["mkdir", "touch", "tee"],
    calls: make_files,
    ..NONE
};

/// What removes files. A whole path may well be gone already; one with something to fill in tells where such things lie.
pub(crate) const REMOVERS: Tool = Tool {
    names: &["rm", "rmdir"],
    calls: |call, sink| {
        let open = call
            .arguments()
            .iter()
            .filter(|word| word.text.contains('/') && in_name(&word.text));
        for word in open {
            sink.path(&call.site, &Value::of(word), Evidence::Code, &call.directory);
        }
    },
    ..NONE
};

/// `cd FOLDER`. A bare folder may be the repository itself, and so claims nothing.
fn folder(call: &Call<'_>, sink: &mut Sink) {
    let Some(word) = call.arguments().iter().find(|word| !word.text.starts_with('-')) else {
        return;
    };
    enters(call, &Value::of(word), &call.directory, sink);
}

/// `cp SOURCE... TARGET`: the last operand is written.
fn copy(call: &Call<'_>, sink: &mut Sink) {
    let operands: Vec<&Word> = Arguments::new(call.arguments(), &["-e", "-i", "-P", "-p", "--exclude", "--rsh"])
        .filter_map(|argument| match argument {
            Argument::Operand(word) => Some(word),
            _ => None,
        })
        .collect();
    let Some((target, sources)) = operands.split_last() else {
        return;
    };
    for source in sources {
        sink.path(&call.site, &Value::of(source), Evidence::Operand, &call.directory);
    }
    if sources.is_empty() || target.text == "." || target.text == "./" {
        return;
    }
    let target = Value::of(target);
    sink.output(&call.site, &target, &call.directory);
    // `cp a/x.env conf` may write `conf/x.env`.
    for source in sources {
        let name = source.text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if !in_name(name)
            && let Directory::Known(path) = joined(target.text, name)
        {
            let below = Value {
                text: &path,
                range: target.range.clone(),
            };
            if !target.text.starts_with(['/', '~', '$']) && !target.text.contains([':', '<']) {
                sink.made(&call.site, &below, &call.directory);
            }
        }
    }
}

/// `mkdir`, `touch`, `tee`: every operand is written.
fn make_files(call: &Call<'_>, sink: &mut Sink) {
    for argument in Arguments::new(call.arguments(), &["-m", "-d", "-t", "-r"]) {
        if let Argument::Operand(word) = argument {
            sink.output(&call.site, &Value::of(word), &call.directory);
        }
    }
}
