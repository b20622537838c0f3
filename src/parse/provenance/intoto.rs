//! in-toto statements that nobody signed, one or one a line.

use crate::model::evidence::Artifact;
use crate::parse::artifact::tree::trees;
use crate::parse::artifact::{Format, Sniff, broken};
use crate::parse::provenance::envelope::Draft;
use crate::parse::provenance::statement::is_statement;

/// The format.
pub(crate) const FORMAT: Format = Format {
    name: "intoto-statement",
    title: "in-toto statement",
    recognizes,
    parse,
};

fn recognizes(sniff: &Sniff<'_>) -> bool {
    sniff
        .text_at("_type")
        .is_some_and(|kind| kind.contains("in-toto.io/Statement"))
        || (sniff.text_at("predicateType").is_some() && sniff.has_key("subject"))
}

fn parse(text: &str) -> Artifact {
    let nodes = match trees(text) {
        Ok(nodes) => nodes,
        Err(problem) => return broken(problem),
    };
    let mut draft = Draft::default();
    for node in &nodes {
        if is_statement(node) {
            draft.add_statement(node);
        } else {
            draft.note("a line is no in-toto statement");
        }
    }
    draft.finish()
}

#[cfg(test)]
mod tests {
    use crate::model::evidence::{Artifact, Content};
    use crate::model::provenance::{Provenance, Signature};
    use crate::parse::recognise::read;

    const SLSA_1: &str = r#"{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1",
      "subject": [{"name": "app.whl", "digest": {"sha256": "AA", "md5": "bb"}}, {"name": "app.tgz", "digest": {"sha512": "cc"}}],
      "predicate": {"buildDefinition": {"buildType": "https://x/workflow/v1", "resolvedDependencies": [
          {"uri": "git+https://git.example/a/b@refs/tags/v1", "digest": {"gitCommit": "0123"}}]},
        "runDetails": {"builder": {"id": "https://x/builder"}, "metadata": {"invocationId": "https://x/run/1", "startedOn": "2026-01-02T00:00:00Z"}}}}"#;

    const SLSA_0_2: &str = r#"{"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v0.2",
      "subject": [{"name": "a", "digest": {"sha256": "11"}}],
      "predicate": {"builder": {"id": "https://x/b2"}, "buildType": "t", "materials": [{"uri": "git+https://h/a", "digest": {"sha1": "77"}}, {"uri": "x"}],
        "metadata": {"buildInvocationId": "run-2", "buildFinishedOn": "2026-01-03T00:00:00Z"}}}"#;

    fn provenance(artifact: &Artifact) -> &Provenance {
        match &artifact.content {
            Content::Provenance(provenance) => provenance,
            other => panic!("{other:?}: {:?}", artifact.problems),
        }
    }

    #[test]
    fn provenance_of_both_generations_is_read() {
        let artifact = read(SLSA_1.as_bytes(), Some("intoto-statement"));
        assert_eq!(artifact.problems, []);
        let read_one = provenance(&artifact);
        let statement = &read_one.statements[0];
        assert_eq!((read_one.signature, read_one.documents), (Signature::Absent, 1));
        assert_eq!(statement.subjects[0].digests, ["md5:bb", "sha256:aa"]);
        assert_eq!(
            (
                statement.builder.as_str(),
                statement.invocation.as_str(),
                statement.material_count
            ),
            ("https://x/builder", "https://x/run/1", 1)
        );
        assert_eq!(artifact.about.commits, ["0123"]);
        assert_eq!(artifact.about.made.as_deref(), Some("2026-01-02T00:00:00Z"));
        assert_eq!(
            (&artifact.counts["subjects"], &artifact.counts["pred"]),
            (&2.into(), &"https://slsa.dev/provenance/v1".into())
        );
        let old = read(SLSA_0_2.as_bytes(), None);
        let statement = &provenance(&old).statements[0];
        assert_eq!(
            (
                statement.builder.as_str(),
                statement.invocation.as_str(),
                statement.material_count
            ),
            ("https://x/b2", "run-2", 2)
        );
        assert_eq!(old.about.commits, ["77"]);
    }

    #[test]
    fn one_statement_a_line_is_read_and_half_a_line_refused() {
        let line = SLSA_1.replace('\n', " ");
        let artifact = read(format!("{line}\n{line}\n").as_bytes(), None);
        assert_eq!(provenance(&artifact).documents, 2);
        let cut = read(format!("{line}\n{}", &line[..200]).as_bytes(), None);
        assert!(matches!(cut.content, Content::Unread));
        assert_eq!(cut.problems[0].line, Some(2));
    }

    #[test]
    fn what_is_about_nothing_is_told() {
        let artifact = read(
            br#"{"_type": "https://in-toto.io/Statement/v1", "predicateType": "p", "subject": []}"#,
            None,
        );
        assert_eq!(artifact.problems[0].message, "a statement has no subject");
        let artifact = read(
            br#"{"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "a"}]}"#,
            None,
        );
        assert_eq!(artifact.problems[0].message, "a subject has no digest");
    }
}
