//! Mistakes in records that people wrote by hand, and at the command line: each has a message that says where it is and what to do.

use std::path::Path;

use crate::evidence::{COVERAGE, Ci, RECORD, digest, now, tagged};
use crate::support::Ran;

/// What the terminal says of a mistake in a record that people wrote by hand, by `lint` and by `verify`.
fn mistake(from: &str, to: &str) -> String {
    let (folder, commit) = tagged();
    assert_eq!(
        Ci::of(&commit, "one")
            .collect(&folder, "v1.0.0", &["--outcome", "shipped"])
            .code,
        0
    );
    let record = folder.read(RECORD);
    let from = from.replace("COMMIT", &commit);
    let to = to
        .replace("COMMIT", &commit)
        .replace("SHORT", &commit[..7])
        .replace("TAGOBJECT", &folder.git(&["rev-parse", "v1.0.0"]));
    assert!(record.contains(&from), "{from}: {record}");
    folder.commit("Record it by hand", &[(RECORD, &record.replacen(&from, &to, 1))]);
    let lint = now(&folder, &["lint", "--format", "concise"]).stdout;
    let verify = now(&folder, &["verify"]).stdout;
    format!("{lint}{verify}")
}

#[test]
fn fourteen_mistakes_each_have_a_message_with_file_line_and_remedy() {
    let digest_of_coverage = digest(COVERAGE.replace("filename=\"c.py\"", "filename=\"one.py\""));
    let wrong = "0".repeat(64);
    let mistakes: [(&str, &str, &str, &str); 14] = [
        // A wrong digest.
        (&digest_of_coverage, &wrong, "record.json:", "correct the digest"),
        // `./` in a path.
        (
            "\"path\": \"evidence/unit/junit.xml\"",
            "\"path\": \"./evidence/unit/junit.xml\"",
            "record.json:",
            "write `evidence/unit/junit.xml`",
        ),
        // A tag object for a commit.
        (
            "\"commit\": \"COMMIT\"",
            "\"commit\": \"TAGOBJECT\"",
            "record.json:4",
            "one of the two is wrong",
        ),
        // A misspelt gate.
        (
            "\"gate\": \"unit\"", "\"gate\": \"untit\"", "record.json:", "did you mean `unit`?",
        ),
        // Seven digits of a commit.
        (
            "\"commit\": \"COMMIT\"", "\"commit\": \"SHORT\"", "record.json:4", "write the whole id",
        ),
        // A day without a time.
        (
            "\"released\": \"2026-01-",
            "\"released\": \"2026-01-03\", \"note\": \"",
            "record.json:5",
            "write it as 2026-01-02T10:00:00Z",
        ),
        // An unknown outcome.
        (
            "\"outcome\": \"shipped\"", "\"outcome\": \"success\"", "record.json:6", "known are shipped",
        ),
        // A key that is misspelt.
        ("\"released\":", "\"relased\":", "record.json:5", "did you mean `released`?"),
        // A digest with its algorithm before it.
        (
            "\"sha256\": \"",
            "\"sha256\": \"sha256:",
            "record.json:",
            "write it without `sha256:`",
        ),
        // A length that is a text.
        (
            "\"bytes\": ",
            "\"bytes\": \"12\", \"note\": ",
            "record.json:",
            "write the number of bytes",
        ),
        // A file of the record that is not there.
        (
            "evidence/unit/junit.xml",
            "evidence/unit/results.xml",
            "results.xml",
            "restore it",
        ),
        // Another version than that of the folder.
        (
            "\"version\": \"v1.0.0\"",
            "\"version\": \"v1.0.1\"",
            "record.json",
            "lies in the folder `v1.0.0`",
        ),
        // A link of the chain that is none.
        (
            "\"prev\": null", "\"prev\": \"none\"", "record.json:", "as `sha256sum` prints it",
        ),
        // Another schema.
        (
            "runproof-record/1",
            "runproof-record/2",
            "record.json:2",
            "reads up to `runproof-record/1`",
        ),
    ];
    for (from, to, place, remedy) in mistakes {
        let told = mistake(from, to);
        assert!(
            told.contains(place) && told.contains(remedy),
            "{to}: {place}, {remedy}:\n{told}"
        );
    }
}

#[test]
fn mistakes_at_the_command_line_name_what_is_known() {
    let (folder, commit) = tagged();
    let ci = Ci::of(&commit, "one");
    let refused = |ran: Ran, words: &[&str]| {
        assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
        for word in words {
            assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
        }
        assert!(!folder.join("releases").exists(), "nothing is written");
    };
    refused(ci.collect(&folder, "next", &[]), &["`next` is no version"]);
    refused(
        ci.collect(&folder, "v2.0.0", &[]),
        &["there is no tag `v2.0.0`", "--commit HEAD"],
    );
    refused(
        ci.collect(&folder, "v1.0.0", &["--gate", "untit=a.xml"]),
        &["did you mean `unit`?"],
    );
    refused(
        ci.collect(&folder, "v1.0.0", &["--product", "api"]),
        &["there is no product `api`"],
    );
    refused(ci.collect(&folder, "v1.0.0", &["--open", "smoke"]), &["names no gate"]);
    ci.write(
        "artifacts/more/junit.xml",
        "<testsuite tests=\"1\"><testcase name=\"x\"/></testsuite>",
    );
    refused(
        ci.collect(&folder, "v1.0.0", &[]),
        &[
            "the gate `unit` could have `more/junit.xml` and `reports/junit.xml`",
            "--gate unit=more/junit.xml",
        ],
    );
    let other = Ci::of(&"a".repeat(40), "one");
    refused(
        other.collect(&folder, "v1.0.0", &[]),
        &["the run", "is of the commit aaaaaaa"],
    );
    folder.commit("Go on", &[("x", "y")]);
    refused(
        ci.collect(&folder, "v1.0.0", &["--commit", "HEAD"]),
        &["the tag of v1.0.0 leads to"],
    );
    refused(
        now(&folder, &["collect", "v1.0.0", "--from", "/no/such/folder"]),
        &["there is no folder"],
    );
    refused(
        now(
            &folder,
            &[
                "amend",
                "v1.0.0",
                "--by",
                "x",
                "--reason",
                "Because it was so and not otherwise",
                "--outcome",
                "shipped",
            ],
        ),
        &["has no record to amend"],
    );
    refused(now(&folder, &["release", "v1.0.1"]), &["did you mean `v1.0.0`?"]);
    assert!(Path::new(&ci.path("run.json")).exists());
}
