//! Files that the tests make from the program: documentation, schemas, pages, what is printed. They stand in the repository, so that a
//! change of what people see is read before it is committed.

use std::fs;
use std::path::Path;

/// Whether such files are to be written anew: `RUNPROOF_BLESS=1 cargo test`.
pub(crate) fn is_blessing() -> bool {
    std::env::var_os("RUNPROOF_BLESS").is_some()
}

/// Compares a file of the repository with what was made, or writes it anew.
pub(crate) fn holds(path: &str, made: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if is_blessing() {
        fs::create_dir_all(file.parent().expect("the file has a folder")).expect("the folder can be made");
        fs::write(&file, made).expect("the file can be written");
        return;
    }
    let stands = fs::read_to_string(&file).unwrap_or_default();
    if stands == made {
        return;
    }
    let lines = stands.lines().zip(made.lines()).enumerate();
    let differs = lines
        .filter(|(_, (stands, made))| stands != made)
        .map(|(at, (stands, made))| format!("line {}:\n  stands: {stands}\n  made:   {made}", at + 1));
    let first: Vec<String> = differs.take(5).collect();
    panic!(
        "`{path}` is not as the code makes it; `RUNPROOF_BLESS=1 cargo test` writes it anew\n{}",
        first.join("\n")
    );
}
