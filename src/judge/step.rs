//! The record of a step that the user ran: what, on which commit, and how it ended. Secrets are not stored.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::judge::context::Context;
use crate::model::digest::hex;
use crate::model::tree::EntryKind;
use crate::source::command::Ended;
use crate::source::tree::Tree;

/// What stands in place of a secret.
const MASK: &str = "***";

/// Letters that a value must have to be looked for in other texts: shorter ones stand everywhere.
const LEAST_SECRET: usize = 6;

/// What is known about a step apart from how it ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step<'a> {
    /// The gate, by id.
    pub(crate) gate: &'a str,
    /// The command as the user typed it, word by word.
    pub(crate) argv: &'a [String],
    /// When it began.
    pub(crate) started: DateTime<Utc>,
    /// When it ended.
    pub(crate) finished: DateTime<Utc>,
    /// The commit; with `-dirty` behind it where tracked files differ from it.
    pub(crate) commit: Option<String>,
    /// Whether tracked files differ from the commit.
    pub(crate) is_changed: bool,
    /// The run of CI, as its variables tell.
    pub(crate) run: Option<String>,
    /// The attempt of the run.
    pub(crate) attempt: Option<u64>,
    /// The earlier tries, as they were recorded.
    pub(crate) earlier: Vec<Value>,
    /// Who ran it, by role.
    pub(crate) by: Option<&'a str>,
}

/// The record of a step, and the log that goes with it where one is wanted.
pub(crate) fn record(step: &Step<'_>, ended: &Ended, log: Option<&str>, secrets: &[String]) -> (Vec<u8>, Option<Vec<u8>>) {
    let argv: Vec<String> = masked(step.argv, secrets);
    let written = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let printed = |printed: &crate::source::command::Printed| json!({ "sha256": printed.sha256, "bytes": printed.bytes });
    let mut facts = Map::new();
    facts.insert("argv".to_owned(), json!(argv));
    facts.insert("outcome".to_owned(), json!(if ended.code == 0 { "passed" } else { "failed" }));
    facts.insert("stdout".to_owned(), printed(&ended.stdout));
    facts.insert("stderr".to_owned(), printed(&ended.stderr));
    if step.commit.is_some() {
        let word = if step.is_changed { "changed" } else { "clean" };
        facts.insert("worktree".to_owned(), json!(word));
    }
    if !step.earlier.is_empty() {
        facts.insert("earlier".to_owned(), json!(step.earlier));
    }
    let kept = log.map(|name| (name, log_of(ended, secrets)));
    let attachments: Vec<Value> = kept
        .iter()
        .map(|(name, bytes)| json!({ "path": name, "sha256": hex(&Sha256::digest(bytes)) }))
        .collect();
    let mut record = Map::new();
    let mut put = |key: &str, value: Value| record.insert(key.to_owned(), value);
    put("schema", json!("runproof-step/1"));
    put("gate", json!(step.gate));
    if let Some(commit) = &step.commit {
        put("subject", json!({ "commit": commit }));
    }
    put(
        "command",
        json!(argv.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ")),
    );
    put("exit_code", json!(ended.code));
    if let Some(signal) = ended.signal {
        put("signal", json!(signal));
    }
    put("started", json!(written(step.started)));
    put("finished", json!(written(step.finished)));
    if let Some(by) = step.by {
        put("by", json!(by));
    }
    if step.run.is_some() || step.attempt.is_some() {
        put("ci", json!({ "run": step.run, "attempt": step.attempt }));
    }
    put("facts", Value::Object(facts));
    if !attachments.is_empty() {
        put("attachments", json!(attachments));
    }
    let mut bytes = serde_json::to_vec_pretty(&Value::Object(record)).expect("strings and numbers are always JSON");
    bytes.push(b'\n');
    (bytes, kept.map(|(_, bytes)| bytes))
}

/// What is remembered of an earlier try whose record is written over: when it was, and how it ended.
pub(crate) fn earlier(record: &[u8]) -> Vec<Value> {
    let Ok(Value::Object(record)) = serde_json::from_slice(record) else {
        return vec![json!("a record that cannot be read")];
    };
    let mut tries = record
        .get("facts")
        .and_then(|facts| facts.get("earlier"))
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let word = |key: &str| record.get(key).map(Value::to_string).unwrap_or_default();
    tries.push(json!(format!(
        "exit code {} at {}",
        word("exit_code"),
        word("finished").trim_matches('"')
    )));
    tries
}

/// The commit that is checked out, and whether tracked files differ from it.
pub(crate) fn checked_out(context: &Context) -> Result<Option<(String, bool)>> {
    let Some(repository) = &context.repository else {
        return Ok(None);
    };
    let Some(head) = repository.head()? else { return Ok(None) };
    if repository.is_bare() {
        return Ok(Some((head.id, false)));
    }
    let worktree = context.worktree(&context.root)?;
    let tree = repository.tree(&head.id)?;
    let differs = tree.listing().entries.iter().any(|entry| {
        let now = worktree.listing().entry(&entry.path);
        entry.kind != EntryKind::Submodule && now.is_none_or(|now| now.id != entry.id)
    });
    Ok(Some((head.id, differs)))
}

/// The values of the environment that no record may hold, by the names of their variables.
pub(crate) fn secrets(variables: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let mut values: Vec<String> = variables
        .filter(|(name, value)| is_secret(name) && value.len() >= LEAST_SECRET)
        .map(|(_, value)| value)
        .collect();
    // The longest first, so that no part of one is left.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values.dedup();
    values
}

/// Whether a name is one of something secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', '.'], "_");
    let words = [
        "token", "secret", "password", "passwd", "passphrase", "credential", "credentials", "apikey", "bearer", "pat", "pwd",
        "auth",
    ];
    let pairs = ["api_key", "access_key", "private_key", "signing_key", "secret_key"];
    // `PWD` and `OLDPWD` are the folder of the shell.
    let is_folder = matches!(name.as_str(), "pwd" | "oldpwd");
    !is_folder && (name.split('_').any(|word| words.contains(&word)) || pairs.iter().any(|pair| name.contains(pair)))
}

/// The words of a command without the secrets in them: values of secret variables, of options and assignments with a secret name, of headers
/// that carry one, and of the user part of addresses.
fn masked(argv: &[String], secrets: &[String]) -> Vec<String> {
    let mut masked = Vec::with_capacity(argv.len());
    let mut is_value_of_secret = false;
    for word in argv {
        let mut word = without(word, secrets);
        if std::mem::take(&mut is_value_of_secret) && !word.starts_with('-') {
            masked.push(MASK.to_owned());
            continue;
        }
        let plain = word.trim_start_matches('-').to_owned();
        let is_option = plain.len() < word.len();
        match plain.split_once('=') {
            Some((name, _)) if is_secret(name) => {
                let dashes = &word[..word.len() - plain.len()];
                word = format!("{dashes}{name}={MASK}");
            }
            None if is_option && is_secret(&plain) => is_value_of_secret = true,
            _ => {}
        }
        if let Some((name, _)) = word.split_once(':').filter(|(name, _)| {
            let name = name.trim().to_ascii_lowercase();
            is_secret(&name) || name == "authorization" || name == "cookie"
        }) {
            word = format!("{name}: {MASK}");
        }
        masked.push(without_user(&word));
    }
    masked
}

/// A text without the values of secrets.
fn without(text: &str, secrets: &[String]) -> String {
    secrets
        .iter()
        .fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
}

/// An address without what stands before `@` in it.
fn without_user(word: &str) -> String {
    let Some(start) = word.find("://").map(|at| at + 3) else {
        return word.to_owned();
    };
    let end = word[start..].find(['/', '?', '#']).map_or(word.len(), |at| start + at);
    match word[start..end].rfind('@') {
        Some(at) => format!("{}{MASK}{}", &word[..start], &word[start + at..]),
        None => word.to_owned(),
    }
}

/// What a command printed, one stream after the other, without secrets.
fn log_of(ended: &Ended, secrets: &[String]) -> Vec<u8> {
    let mut text = String::new();
    for (name, printed) in [("stdout", &ended.stdout), ("stderr", &ended.stderr)] {
        text.push_str(&format!("== {name}, {} bytes\n", printed.bytes));
        text.push_str(&without(&String::from_utf8_lossy(&printed.kept), secrets));
        if !text.ends_with('\n') {
            text.push('\n');
        }
        if !printed.is_whole {
            text.push_str("== the rest is not kept\n");
        }
    }
    text.into_bytes()
}

/// A word as a shell takes it.
fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,=*".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Step, earlier, masked, record, secrets};
    use crate::model::evidence::Content;
    use crate::parse::recognise;
    use crate::source::command::{Ended, Printed};

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn ended(code: i32) -> Ended {
        let printed = Printed {
            sha256: "ab".repeat(32),
            bytes: 12,
            kept: b"the s3cretvalue\n".to_vec(),
            is_whole: true,
        };
        Ended {
            code,
            signal: None,
            stdout: printed.clone(),
            stderr: printed,
        }
    }

    #[test]
    fn no_secret_is_stored() {
        let known = secrets(
            [
                ("DEPLOY_TOKEN", "s3cretvalue"),
                ("HOME", "/home/runner"),
                ("DB_PWD", "abc"),
                ("PWD", "/home/runner/x"),
            ]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        assert_eq!(known, ["s3cretvalue"]);
        let typed = words(&[
            "deploy",
            "--token",
            "t",
            "--api-key=k",
            "DB_PASSWORD=p",
            "-H",
            "Authorization: Bearer b",
            "https://u:p@example.org/x?y",
            "--note=s3cretvalue!",
            "make",
            "pat=1",
            "git@example.org:a/b",
        ]);
        assert_eq!(
            masked(&typed, &known),
            [
                "deploy",
                "--token",
                "***",
                "--api-key=***",
                "DB_PASSWORD=***",
                "-H",
                "Authorization: ***",
                "https://***@example.org/x?y",
                "--note=***!",
                "make",
                "pat=***",
                "git@example.org:a/b"
            ]
        );
        let argv = words(&["deploy"]);
        let step = Step {
            gate: "deploy",
            argv: &argv,
            ..Step::default()
        };
        let (_, log) = record(&step, &ended(0), Some("step.log"), &known);
        let log = String::from_utf8(log.expect("it is wanted")).expect("it is text");
        assert!(log.contains("the ***") && !log.contains("s3cret"), "{log}");
    }

    #[test]
    fn the_record_is_read_back_as_evidence() {
        let argv = words(&["make", "db upgrade", "SKIP_IOS=1"]);
        let step = Step {
            gate: "db-upgrade",
            argv: &argv,
            commit: Some("a".repeat(40)),
            attempt: Some(2),
            ..Step::default()
        };
        for (code, failures) in [(0, 0), (3, 1)] {
            let (bytes, log) = record(&step, &ended(code), None, &[]);
            let artifact = recognise::read(&bytes, None);
            assert_eq!((artifact.format, log), (Some("step-record"), None));
            assert_eq!(artifact.about.gate.as_deref(), Some("db-upgrade"));
            assert_eq!(artifact.about.commits, ["a".repeat(40)]);
            assert_eq!(artifact.about.skips.len(), 1, "what was left out is seen");
            let Content::Tests(facts) = artifact.content else {
                panic!("it is a step")
            };
            assert_eq!(facts.failures, failures);
            assert!(artifact.anomalies.is_empty() && artifact.problems.is_empty());
            let value: Value = serde_json::from_slice(&bytes).expect("it is JSON");
            assert_eq!(value["command"], "make 'db upgrade' SKIP_IOS=1");
        }
    }

    #[test]
    fn a_try_that_is_written_over_is_remembered() {
        let argv = words(&["true"]);
        let step = Step {
            gate: "x",
            argv: &argv,
            ..Step::default()
        };
        let (first, _) = record(&step, &ended(1), None, &[]);
        let second = Step {
            earlier: earlier(&first),
            ..step
        };
        let (second, _) = record(&second, &ended(2), None, &[]);
        assert_eq!(earlier(&second).len(), 2);
        assert!(
            earlier(&second)[0]
                .as_str()
                .is_some_and(|text| text.starts_with("exit code 1 at "))
        );
        assert_eq!(earlier(b"x").len(), 1);
    }
}
