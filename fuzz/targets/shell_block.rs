//! Any bytes inside a shell block of a list item, where commands, folders and references are read.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut text = b"1. Run\n   ```bash\n   ".to_vec();
    for byte in bytes {
        text.push(*byte);
        if *byte == b'\n' {
            text.extend_from_slice(b"   ");
        }
    }
    text.extend_from_slice(b"\n   ```\n");
    runproof::fuzzing::runbook(&text);
});
