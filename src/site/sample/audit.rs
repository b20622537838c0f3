//! Changes and periods of the sample.

use chrono::NaiveDate;

use crate::model::control::{CatalogRow, ControlCell, FactCount, JudgedControl, Mapping, Shown};
use crate::model::population::{
    Attestation, Change, Deployment, ForgeExport, Input, LeftOut, Listed, Period, Person, Population, PullRequest, Review,
    Shipped, SignatureKind, Strength, Trail, Trailer,
};
use crate::model::quote::Quote;
use crate::model::separation::{Act, Apart, Said, Seat, Separation};
use crate::model::support::{JudgedSupport, KeptFile, KeptRelease, KeptState, SupportPeriod, SupportState};
use crate::site::sample::{day, moment};

/// The changes of the sample: a few of each kind, and enough for a second part of their list.
pub(crate) fn trail() -> Trail {
    let person = |name: &str| Person {
        name: name.to_owned(),
        mail: "seat@example.org".to_owned(),
    };
    let change = |number: usize| Change {
        id: format!("{number:040x}"),
        at: moment("2026-11-16T09:00:00+00:00"),
        authored: moment("2026-11-15T09:00:00+00:00"),
        author: person("seat 1"),
        committer: person("forge"),
        subject: format!("Change {number}"),
        is_merge: number.is_multiple_of(3),
        request: Some(number as u64),
        pull_request: None,
        tickets: Vec::new(),
        trailers: Vec::new(),
        signature: None,
        reviews: Vec::new(),
        attested: (number == 2).then(|| Attestation {
            kind: "https://slsa.dev/verification_summary/v1".to_owned(),
            by: "https://example.org/workflow".to_owned(),
            path: "releases/v1.8.2/source.json".to_owned(),
        }),
        emergency: None,
        release: None,
    };
    let review = Review {
        by: "seat-2".to_owned(),
        decision: "approved".to_owned(),
        at: Some(moment("2026-11-16T10:00:00+00:00")),
        strength: Strength::ForgeExport,
        is_author: false,
    };
    let request = PullRequest {
        number: 2,
        title: "Mend the queue".to_owned(),
        url: "https://example.org/pull/2".to_owned(),
        author: "seat-1".to_owned(),
        merged_by: "seat-1".to_owned(),
        merged_at: Some(moment("2026-11-16T09:00:00+00:00")),
        reviews: vec![review.clone()],
        failed_checks: vec!["lint: failure".to_owned()],
        checks: 3,
        path: "forge/pulls.json".to_owned(),
        ..PullRequest::default()
    };
    let mut changes: Vec<Change> = (1..300).map(change).collect();
    changes[0].request = None;
    changes[0].tickets = vec!["HAR-7".to_owned()];
    changes[1].reviews = vec![review];
    changes[1].pull_request = Some(request.clone());
    changes[1].emergency = Some("the label `hotfix`".to_owned());
    changes[1].release = Some("v1.8.2".to_owned());
    changes[2].release = Some("v1.8.2".to_owned());
    changes[2].signature = Some(SignatureKind::Ssh);
    changes[2].trailers = vec![Trailer {
        key: "Reviewed-by".to_owned(),
        value: "Seat 1".to_owned(),
    }];
    Trail {
        changes,
        elsewhere: vec![day("2026-11-16")],
        folder: "services/harbor".to_owned(),
        exports: vec![ForgeExport {
            path: "forge/pulls.json".to_owned(),
            sha256: "e".repeat(64),
            requests: 1,
            problems: vec!["It holds exactly 30 requests.".to_owned()],
        }],
        requests: vec![request],
        head: Some("f".repeat(40)),
        is_whole: false,
    }
}

/// The periods of the sample: one with everything, one with nothing.
pub(crate) fn populations() -> Vec<Population> {
    let listed = |at: usize, why: &str| Listed {
        change: at,
        id: format!("{:040x}", at + 1),
        why: why.to_owned(),
    };
    let shipped = |version: &str, on: NaiveDate, missing: &[&'static str]| Shipped {
        version: version.to_owned(),
        day: Some(on),
        tag: Some(version.to_owned()),
        record: Some(format!("releases/{version}/record.json")),
        deployments: vec![Deployment {
            id: "v1.8.2/1".to_owned(),
            what: "deployed".to_owned(),
            environment: "production".to_owned(),
            at: "2026-11-17T10:00:00Z".to_owned(),
            commits: vec!["1".repeat(40)],
            digests: vec![format!("sha256:{}", "a".repeat(64))],
            by: "operator".to_owned(),
            source: "the record".to_owned(),
        }],
        changes: 2,
        missing: missing.to_vec(),
        ..Shipped::default()
    };
    let full = Population {
        period: Period::between(day("2026-10-01"), day("2026-12-31")),
        changes: (0..299).collect(),
        left_out: vec![LeftOut {
            reason: "tags of any time that are no release: not a version".to_owned(),
            count: 13,
            names: vec!["junk".to_owned()],
        }],
        shipped: vec![
            shipped("v1.8.2", day("2026-11-17"), &[]),
            shipped("v1.8.1", day("2026-11-02"), &["changelog"]),
            shipped("v1.8.0", day("2026-10-14"), &[]),
        ],
        differences: vec!["v1.8.1 is not in: changelog.".to_owned()],
        direct: vec![listed(0, "Its message names no pull request.")],
        self_approved: vec![listed(2, "Seat 1 wrote it and agreed to it.")],
        bypassed: vec![listed(1, "1 of 3 checks had not passed.")],
        emergencies: vec![listed(1, "By the label `hotfix`.")],
        unreviewed: 298,
        separation: vec![Separation {
            version: "v1.8.2".to_owned(),
            acts: [(Seat::Approver, "approved"), (Seat::Deployer, "deployed")]
                .map(|(seat, act)| Act {
                    seat,
                    act: act.to_owned(),
                    role: "operator".to_owned(),
                    who: "seat-1".to_owned(),
                    at: String::new(),
                    from: "signoffs.yaml".to_owned(),
                })
                .into(),
            said: vec![Said {
                standing: Apart::Same,
                sentence: "One person sat in two seats: seat-1 approved the release and brought it out.".to_owned(),
            }],
            allowed: vec![Quote {
                path: "runbooks/release.md".to_owned(),
                line: 12,
                text: "In an emergency one person may hold two roles.".to_owned(),
            }],
        }],
        inputs: vec![Input {
            kind: "tag",
            name: "v1.8.2".to_owned(),
            digest: "a".repeat(40),
        }],
        digest: "b".repeat(64),
    };
    let empty = Population {
        period: Period::between(day("2026-07-01"), day("2026-09-30")),
        changes: Vec::new(),
        left_out: Vec::new(),
        shipped: Vec::new(),
        differences: Vec::new(),
        direct: Vec::new(),
        self_approved: Vec::new(),
        bypassed: Vec::new(),
        emergencies: Vec::new(),
        unreviewed: 0,
        separation: Vec::new(),
        inputs: Vec::new(),
        digest: "c".repeat(64),
    };
    vec![full, empty]
}

/// The support periods of the sample: one that runs, one that is over.
pub(crate) fn support() -> Vec<JudgedSupport> {
    let period = |line: &str, releases: &str, until: Option<&str>, state, versions: &[&str]| JudgedSupport {
        period: SupportPeriod {
            line: line.to_owned(),
            releases: releases.to_owned(),
            from: Some(day("2026-01-05")),
            until: until.map(day),
            source: "SECURITY.md".to_owned(),
        },
        state,
        releases: versions.iter().map(|version| (*version).to_owned()).collect(),
    };
    vec![
        period(
            "1.8",
            "1.8.*",
            Some("2031-01-05"),
            SupportState::Supported,
            &["v1.8.2", "v1.8.1", "v1.8.0"],
        ),
        period("1.7", "", Some("2026-06-30"), SupportState::Ended, &["v1.7.0"]),
        period("2.x", "", None, SupportState::NotBegun, &[]),
    ]
}

/// What must still exist in the sample: everything of one release, and of another a file in each state.
pub(crate) fn kept() -> Vec<KeptRelease> {
    let file = |path: &str, state, note: &str| KeptFile {
        path: path.to_owned(),
        recorded: "a".repeat(64),
        state,
        note: note.to_owned(),
        named_at: None,
    };
    let release = |version: &str, record: bool, files: Vec<KeptFile>| KeptRelease {
        version: version.to_owned(),
        day: Some(day("2026-11-17")),
        until: Some(day("2036-11-17")),
        why: "10 years after the release".to_owned(),
        record: record.then(|| format!("releases/{version}/record.json")),
        files,
    };
    vec![
        release("v1.8.2", true, vec![file("evidence/unit/junit.xml", KeptState::There, "")]),
        release(
            "v1.8.1",
            true,
            vec![
                file("evidence/unit/junit.xml", KeptState::Missing, ""),
                file(
                    "evidence/scan/trivy.json",
                    KeptState::Pointer,
                    "a pointer of Git LFS with the recorded digest",
                ),
                file("evidence/scan/sarif.json", KeptState::Altered, ""),
            ],
        ),
        release("v1.8.0", false, Vec::new()),
    ]
}

/// Hostile words in support periods and in what must be kept.
pub(crate) fn hostile_support(support: &mut [JudgedSupport], kept: &mut [KeptRelease], payload: &str) {
    let evil = |text: &mut String| {
        text.push(' ');
        text.push_str(payload);
    };
    for judged in support {
        evil(&mut judged.period.line);
        evil(&mut judged.period.releases);
        evil(&mut judged.period.source);
    }
    for release in kept {
        evil(&mut release.why);
        for file in &mut release.files {
            evil(&mut file.path);
            evil(&mut file.note);
        }
    }
}

/// The controls of the sample: one of the organisation, one that is proposed, one that is declined.
pub(crate) fn controls() -> Vec<JudgedControl> {
    let row = CatalogRow {
        id: "soc2:CC8.1".to_owned(),
        title: "Changes are authorised".to_owned(),
        question: "Why, who, when?".to_owned(),
        cannot: "that the list holds every change".to_owned(),
        source: "a copy".to_owned(),
        read: "known from guides only".to_owned(),
        catalog: "SOC 2".to_owned(),
    };
    let cell = |version: &str, shown: Shown| ControlCell {
        version: version.to_owned(),
        shown,
        there: vec!["gate unit-tests: passed".to_owned()],
        open: vec!["nobody is known to have agreed".to_owned()],
        mapping: "as declared at the commit of the release".to_owned(),
    };
    let own = JudgedControl {
        id: "CHG-04".to_owned(),
        title: "Every change is tested".to_owned(),
        is_own: true,
        mapping: Mapping::Declared {
            owner: "platform lead".to_owned(),
        },
        rows: vec![row.clone()],
        unknown_rows: vec!["house:4".to_owned()],
        gates: vec!["unit-tests".to_owned()],
        facts: vec![FactCount {
            fact: "duty".to_owned(),
            words: "what must recur".to_owned(),
            count: "3 duties".to_owned(),
            page: "duties/",
        }],
        cells: vec![
            cell("v1.8.2", Shown::Open),
            cell("v1.8.1", Shown::ByException),
            cell("v1.8.0", Shown::Shown),
        ],
        summary: "Evidence for 2 of 3 releases with a record; 1 open; 1 by exception.".to_owned(),
    };
    let proposed = JudgedControl {
        id: "soc2:CC8.1".to_owned(),
        is_own: false,
        mapping: Mapping::Proposed,
        cells: vec![cell("v1.8.2", Shown::Nothing)],
        ..own.clone()
    };
    let declined = JudgedControl {
        id: "iso27001:8.31".to_owned(),
        is_own: false,
        mapping: Mapping::Declined {
            reason: "Shown by CLD-02".to_owned(),
        },
        gates: Vec::new(),
        facts: Vec::new(),
        cells: Vec::new(),
        summary: "Declared not applicable: Shown by CLD-02.".to_owned(),
        ..own.clone()
    };
    vec![own, proposed, declined]
}

/// Puts an attack into every string of controls.
pub(crate) fn hostile_controls(controls: &mut [JudgedControl], payload: &str) {
    let evil = |text: &mut String| {
        text.push(' ');
        text.push_str(payload);
    };
    for control in controls {
        for text in [&mut control.id, &mut control.title, &mut control.summary] {
            evil(text);
        }
        if let Mapping::Declared { owner: text } | Mapping::Declined { reason: text } = &mut control.mapping {
            evil(text);
        }
        control.unknown_rows.iter_mut().for_each(evil);
        for cell in &mut control.cells {
            cell.there.iter_mut().chain(&mut cell.open).for_each(evil);
        }
    }
}

/// Puts an attack into every string of them.
pub(crate) fn hostile(trail: &mut Trail, populations: &mut [Population], payload: &str) {
    let evil = |text: &mut String| {
        text.push(' ');
        text.push_str(payload);
    };
    evil(&mut trail.folder);
    for export in &mut trail.exports {
        evil(&mut export.path);
        export.problems.iter_mut().for_each(evil);
    }
    for change in &mut trail.changes {
        for text in [&mut change.author.name, &mut change.committer.name, &mut change.subject] {
            evil(text);
        }
        change.tickets.iter_mut().for_each(evil);
        for review in &mut change.reviews {
            evil(&mut review.by);
            evil(&mut review.decision);
        }
        if let Some(attested) = &mut change.attested {
            evil(&mut attested.kind);
            evil(&mut attested.by);
            evil(&mut attested.path);
        }
        if let Some(request) = &mut change.pull_request {
            evil(&mut request.author);
            evil(&mut request.url);
        }
    }
    for population in populations {
        population.differences.iter_mut().for_each(evil);
        let lists = [
            &mut population.direct,
            &mut population.self_approved,
            &mut population.bypassed,
            &mut population.emergencies,
        ];
        lists.into_iter().flatten().for_each(|listed| evil(&mut listed.why));
        for left_out in &mut population.left_out {
            evil(&mut left_out.reason);
            left_out.names.iter_mut().for_each(evil);
        }
        for shipped in &mut population.shipped {
            for text in [&mut shipped.tag, &mut shipped.record, &mut shipped.changelog]
                .into_iter()
                .flatten()
            {
                evil(text);
            }
            for deployment in &mut shipped.deployments {
                evil(&mut deployment.at);
                evil(&mut deployment.by);
                evil(&mut deployment.source);
                evil(&mut deployment.id);
                evil(&mut deployment.what);
                evil(&mut deployment.environment);
                deployment.commits.iter_mut().chain(&mut deployment.digests).for_each(evil);
            }
        }
        for separation in &mut population.separation {
            separation.said.iter_mut().for_each(|said| evil(&mut said.sentence));
            for act in &mut separation.acts {
                evil(&mut act.who);
                evil(&mut act.from);
            }
            for quote in &mut separation.allowed {
                evil(&mut quote.path);
                evil(&mut quote.text);
            }
        }
    }
}
