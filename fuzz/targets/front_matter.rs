//! Any bytes as front matter; the first one chooses between YAML and TOML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let fence: &[u8] = if first % 2 == 0 { b"---\n" } else { b"+++\n" };
    let text = [
        fence,
        b"title",
        if first % 2 == 0 { b": x\n" } else { b"='x'\n" },
        rest,
        b"\n",
        fence,
        b"# T\n",
    ]
    .concat();
    runproof::fuzzing::runbook(&text);
});
