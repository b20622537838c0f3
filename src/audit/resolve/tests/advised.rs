//! What tables, lists and blocks show as what not to do.

use crate::audit::testing::{inline, tree};
use crate::model::place::Span;
use crate::model::reference::Status;

fn status(text: &str, path: &str) -> Status {
    let mut fixture = tree(&["src/x.rs"]).says(text);
    let mut reference = inline(path);
    let at = text.find(path).expect("the path is in the text");
    reference.span = Span::new(at, at + path.len());
    fixture.runbook.references.push(reference);
    fixture.resolutions().remove(0).status
}

#[test]
fn a_column_of_what_not_to_do_claims_nothing() {
    for head in [
        "Do | Don't", "✅ | ❌ Bad", "Use | Instead of", "New | **Old name**", "After | Before",
    ] {
        let text = format!("| {head} |\n|---|---|\n| `x \\| y` | `src/gone.rs` |\n");
        assert_eq!(status(&text, "src/gone.rs"), Status::Unverifiable, "{head}");
    }
    for head in ["Don't | Do", "Step | Before", "Use | Older hosts", "Task | Badge"] {
        let text = format!("| {head} |\n|---|---|\n| x | `src/gone.rs` |\n");
        assert_eq!(status(&text, "src/gone.rs"), Status::Broken, "{head}");
    }
}

#[test]
fn an_item_with_a_sign_claims_nothing() {
    assert_eq!(status("- ❌ `src/gone.rs`\n", "src/gone.rs"), Status::Unverifiable);
    assert_eq!(status("- ✅ `src/gone.rs`\n", "src/gone.rs"), Status::Broken);
}
