//! Environment variables: does anything read them?

use std::collections::BTreeSet;

use crate::audit::resolve::index::Index;
use crate::audit::resolve::resolver::Resolver;
use crate::config::product::is_collection;
use crate::model::edition::Mention;
use crate::model::kind::Kind;
use crate::model::nearest::nearest;
use crate::model::reason::Reason;
use crate::model::reference::{Named, Reference, ReferenceKind, Resolution};
use crate::tools::lookup::answer::{broken, ignored, resolved, unverifiable};
use crate::tools::lookup::document::Document;

/// Environment variables.
pub(super) const RESOLVER: Resolver = Resolver {
    looks_up: |kind| matches!(kind, Kind::EnvVar),
    resolve,
};

/// Beginnings of names that belong to tools, which read them without help of the repository. Sorted.
const TOOL_PREFIXES: &[&str] = &[
    "ACTIONS_", "ALEMBIC_", "ANSIBLE_", "ARM_", "AWS_", "K6_", "AZURE_", "BASH_", "BUILDKITE_", "BUILDKIT_", "BUN_", "CARGO_",
    "CI_", "CLOUDFLARE_", "CLOUDSDK_", "COMPOSE_", "CONDA_", "COSIGN_", "DD_", "DENO_", "DJANGO_SETTINGS_", "DOCKER_", "DOTNET_",
    "ELASTIC_", "FLASK_", "GF_", "GH_", "GITHUB_", "GITLAB_", "GIT_", "GOOGLE_", "GPG_", "GRAFANA_", "GUNICORN_", "HELM_", "HF_",
    "HOMEBREW_", "JAVA_", "JENKINS_", "JEST_", "KAFKA_", "KUBECTL_", "KUBE", "LC_", "LD_", "MINIO_", "MISE_", "MYSQL_",
    "NEW_RELIC_", "NODE_", "NPM_", "NUXT_", "NVM_", "OTEL_", "PG", "PIP_", "PLAYWRIGHT_", "PNPM_", "POETRY_", "POSTGRES_",
    "PRE_COMMIT_", "PYTEST_", "PYTHON", "RABBITMQ_", "RAILS_", "RUBY", "RUNNER_", "RUST", "SENTRY_", "SSH_", "TF_", "UV_",
    "VERCEL_", "npm_",
];

/// Names that belong to the shell or to tools. Sorted.
const TOOL_NAMES: &[&str] = &[
    "BASH", "BROWSER", "CFLAGS", "CI", "DEBIAN_FRONTEND", "DEBUG", "DISPLAY", "EDITOR", "ENV", "FORCE_COLOR", "GOFLAGS",
    "GOMAXPROCS", "GOOS", "GOPATH", "GOPROXY", "HISTSIZE", "HOME", "HOST", "HOSTNAME", "HTTPS_PROXY", "HTTP_PROXY", "JAVA_HOME",
    "LANG", "LDFLAGS", "LOGNAME", "MAKEFLAGS", "NO_COLOR", "NO_PROXY", "PATH", "PORT", "PS1", "PWD", "SHELL",
    "SOURCE_DATE_EPOCH", "TERM", "TMPDIR", "TZ", "USER",
];

fn resolve(index: &Index<'_>, document: &Document<'_>, reference: &Reference, named: &Named) -> Resolution {
    let name = named.name.as_str();
    let code = &index.source.code;
    let mentions = |name: &str| code.mentions.get(name).map(Vec::as_slice).unwrap_or_default();
    if let Some(mention) = best(mentions(name)) {
        return resolved(&mention.path, Some(mention.line), Reason::MentionedIn(mention.path.clone()));
    }
    if let Some(mention) = name.strip_suffix("_FILE").and_then(|base| best(mentions(base))) {
        return resolved(&mention.path, Some(mention.line), Reason::FileOfAnotherVariable);
    }
    if is_of_a_tool(name) {
        return ignored(Reason::VariableOfTool);
    }
    if is_expanded(&document.runbook.text, name) {
        return ignored(Reason::VariableOfText);
    }
    let known = code
        .mentions
        .iter()
        .filter(|(name, mentions)| !mentions.is_empty() && !name.contains('/'))
        .map(|(name, _)| name.as_str());
    let suggestion = nearest(name, known)
        .filter(|near| !is_another_setting(name, near))
        .map(str::to_owned);
    if suggestion.is_none() && document.is_about_host(reference) {
        return unverifiable(Reason::NotConfiguration);
    }
    // A slip of the pen in a name that is read is one wherever it stands.
    if named.within.is_empty() && suggestion.is_none() {
        return unverifiable(Reason::NotConfiguration);
    }
    if document.is_example(reference) {
        return unverifiable(Reason::Example);
    }
    if let Some(prefix) = code.prefixes.iter().find(|prefix| name.starts_with(prefix.as_str())) {
        return unverifiable(if prefix.is_empty() {
            Reason::NamesPutTogether
        } else {
            Reason::NamesBeginWith(prefix.to_owned())
        });
    }
    let has_spring = ["application.yml", "application.yaml", "application.properties"]
        .iter()
        .any(|file| index.source.listing.named(file).next().is_some());
    if has_spring || name.contains("__") {
        return unverifiable(Reason::SettingsBindInManyForms);
    }
    if !code.mentions.contains_key(name) {
        return unverifiable(Reason::CodeNotSearched);
    }
    if code
        .mentions
        .iter()
        .all(|(name, found)| found.is_empty() || name.contains('/'))
    {
        // Nothing that the text names is read here: the code of the service is in another repository.
        return unverifiable(Reason::VariablesNotRead);
    }
    // A collection of runbooks tells of the services of others.
    let is_of_others = is_collection(&index.source.repository_name) || !is_home(index, document);
    if suggestion.is_none() && is_of_others {
        return unverifiable(Reason::VariablesElsewhere);
    }
    broken(Reason::NotMentioned, suggestion)
}

/// Whether two names differ in one word, for which both have a usual one: `X_HOST` is no slip of the pen for `X_PORT`.
fn is_another_setting(name: &str, near: &str) -> bool {
    const WORDS: &[&str] = &[
        "HOST", "ID", "IP", "KEY", "MAX", "MIN", "NAME", "PASS", "PATH", "PORT", "URL", "USER",
    ];
    let mut differing = name.split('_').zip(near.split('_')).filter(|(one, other)| one != other);
    let is_usual = |(one, other): (&str, &str)| WORDS.contains(&one) && WORDS.contains(&other);
    name.matches('_').count() == near.matches('_').count() && differing.next().is_some_and(is_usual) && differing.next().is_none()
}

/// Whether a text is about a service of this repository: most of what it presents as configuration is read here. Texts also tell how to
/// configure what others wrote.
fn is_home(index: &Index<'_>, document: &Document<'_>) -> bool {
    let presented = document
        .runbook
        .references
        .iter()
        .filter_map(|reference| match &reference.kind {
            ReferenceKind::Named(named) if named.kind == Kind::EnvVar && !named.within.is_empty() => Some(named.name.as_str()),
            _ => None,
        });
    let names: BTreeSet<&str> = presented.filter(|name| !is_of_a_tool(name)).collect();
    let is_read = |name: &&&str| {
        let mentions = index.source.code.mentions.get(**name);
        mentions.is_some_and(|mentions| !mentions.is_empty())
    };
    names.iter().filter(is_read).count() * 2 > names.len()
}

/// The mention that tells most: code before examples, and both before tests.
pub(crate) fn best(mentions: &[Mention]) -> Option<&Mention> {
    mentions
        .iter()
        .min_by_key(|mention| (rank(&mention.path), &mention.path, mention.line))
}

/// Whether a mention stands in a test, which sets variables as it likes.
pub(crate) fn is_in_test(path: &str) -> bool {
    rank(path) == 3
}

fn rank(path: &str) -> u8 {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_test = path
        .split('/')
        .any(|part| matches!(part, "tests" | "test" | "__tests__" | "e2e"))
        || name.starts_with("test_")
        || name.contains(".test.");
    let is_code = [
        ".py", ".ts", ".js", ".tsx", ".mjs", ".rs", ".go", ".java", ".kt", ".rb", ".php", ".cs",
    ]
    .iter()
    .any(|ending| name.ends_with(ending));
    match (is_test, is_code) {
        (true, _) => 3,
        (_, true) => 0,
        _ if name.contains(".env") => 1,
        _ => 2,
    }
}

/// Whether a tool reads a variable by itself.
pub(crate) fn is_of_a_tool(name: &str) -> bool {
    TOOL_NAMES.binary_search(&name).is_ok() || TOOL_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a text expands a variable, so that it may be a variable of the text alone.
fn is_expanded(text: &str, name: &str) -> bool {
    let is_free = |at: usize| {
        !text
            .as_bytes()
            .get(at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    text.match_indices(name).any(|(at, _)| {
        let before = &text[..at];
        (before.ends_with('$') || before.ends_with("${") || before.ends_with("$env:") || before.ends_with('%'))
            && is_free(at + name.len())
    })
}

#[cfg(test)]
mod tests {
    use super::{TOOL_NAMES, is_expanded, is_of_a_tool};
    use crate::audit::testing::{called, tree};
    use crate::model::kind::Kind;

    #[test]
    fn variables_are_looked_up() {
        let fixture = tree(&[])
            .mentioning("LOG_LEVEL", &["tests/a.py", "src/b.py", ".env.example"])
            .mentioning("LOG_LEVL", &[]);
        assert_eq!(
            fixture.look_up(called(Kind::EnvVar, "LOG_LEVEL", &["Variable"])),
            "resolved src/b.py:1 (mentioned in `src/b.py`)"
        );
        assert_eq!(
            fixture.look_up(called(Kind::EnvVar, "LOG_LEVL", &["Variable"])),
            "broken (nothing in the repository mentions it) -> LOG_LEVEL"
        );
        assert!(fixture.look_up(called(Kind::EnvVar, "LOG_LEVL", &[])).starts_with("broken"));
        let fixture = fixture.mentioning("OTHER_NAME", &[]);
        assert!(
            fixture
                .look_up(called(Kind::EnvVar, "OTHER_NAME", &[]))
                .starts_with("unverifiable")
        );
        assert!(
            fixture
                .look_up(called(Kind::EnvVar, "LOG_LEVEL_FILE", &["set"]))
                .starts_with("resolved")
        );
    }

    #[test]
    fn variables_of_tools_and_of_the_text_are_no_claims() {
        let fixture = tree(&[])
            .mentioning("A_B", &["x.py"])
            .mentioning("PVC_NAME", &[])
            .says("echo $PVC_NAME\n");
        assert!(
            fixture
                .look_up(called(Kind::EnvVar, "PVC_NAME", &["set"]))
                .starts_with("ignored")
        );
        assert!(
            fixture
                .look_up(called(Kind::EnvVar, "COMPOSE_PROJECT_NAME", &["set"]))
                .starts_with("ignored")
        );
        assert!(is_expanded("${A_B:-x}", "A_B") && !is_expanded("$A_BC", "A_B"));
    }

    #[test]
    fn names_that_settings_put_together_are_not_judged() {
        let fixture = tree(&[])
            .mentioning("A_B", &["x.py"])
            .mentioning("C_D", &["x.py"])
            .mentioning("APP_X", &[])
            .naming(called(Kind::EnvVar, "A_B", &["set"]))
            .naming(called(Kind::EnvVar, "C_D", &["set"]));
        assert!(fixture.look_up(called(Kind::EnvVar, "APP_X", &["set"])).starts_with("broken"));
        let mut fixture = fixture;
        std::sync::Arc::make_mut(&mut fixture.source.code).prefixes = vec!["APP_".to_owned()];
        assert!(
            fixture
                .look_up(called(Kind::EnvVar, "APP_X", &["set"]))
                .starts_with("unverifiable")
        );
    }

    #[test]
    fn a_text_about_a_service_of_others_is_not_judged() {
        let fixture = tree(&[])
            .mentioning("A_B", &["x.py"])
            .mentioning("THEIR_NAME", &[])
            .mentioning("THEIR_TOKEN", &[])
            .naming(called(Kind::EnvVar, "A_B", &["set"]))
            .naming(called(Kind::EnvVar, "THEIR_NAME", &["set"]));
        assert!(
            fixture
                .look_up(called(Kind::EnvVar, "THEIR_TOKEN", &["set"]))
                .starts_with("unverifiable")
        );
    }

    #[test]
    fn a_collection_of_runbooks_is_about_services_of_others() {
        let look_up = |name: &str| {
            let mut fixture = tree(&[])
                .mentioning("A_B", &["x.py"])
                .mentioning("C_D", &["x.py"])
                .mentioning("THEIR_PORT", &[])
                .naming(called(Kind::EnvVar, "A_B", &["set"]))
                .naming(called(Kind::EnvVar, "C_D", &["set"]));
            fixture.source.repository_name = name.to_owned();
            fixture.look_up(called(Kind::EnvVar, "THEIR_PORT", &["set"]))
        };
        assert!(look_up("runbooks").starts_with("unverifiable"));
        assert!(look_up("shop").starts_with("broken"));
    }

    #[test]
    fn another_setting_is_no_slip_of_the_pen() {
        let look_up = |name: &str| {
            tree(&[])
                .mentioning("STORE_HOST", &["x.py"])
                .mentioning(name, &[])
                .look_up(called(Kind::EnvVar, name, &[]))
        };
        assert!(look_up("STORE_PORT").starts_with("unverifiable"));
        assert!(look_up("STORE_HOTS").starts_with("broken"));
        assert!(look_up("STOER_HOST").starts_with("broken"));
    }

    #[test]
    fn the_names_of_tools_are_sorted() {
        assert!(TOOL_NAMES.is_sorted());
        assert!(is_of_a_tool("PATH") && is_of_a_tool("PGPASSWORD") && !is_of_a_tool("APP_KEY"));
    }
}
