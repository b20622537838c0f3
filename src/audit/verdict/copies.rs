//! Copies of a report that are only laid out anew.

use crate::audit::testing::evidence_file;
use crate::audit::verdict::text_of;
use crate::model::evidence::{Artifact, Evidence};

fn file(text: &str, bytes: u64) -> Evidence {
    Evidence {
        excerpt: Some(text.to_owned()),
        bytes,
        ..evidence_file("evidence/unit/a.xml", Artifact::default())
    }
}

#[test]
fn blanks_make_no_other_report() {
    let text = |text: &str| text_of(&file(text, text.len() as u64));
    assert_eq!(text("<a>\n  <b/>\n</a>\n"), text("<a><b/></a>"));
    assert_ne!(text("<a><b/></a>"), text("<a><c/></a>"));
    assert_eq!(text(" \n"), None, "blanks are no text");
    assert_eq!(text_of(&file("<a>", 900)), None, "the rest of it is not known");
}
