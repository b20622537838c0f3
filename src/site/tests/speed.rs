//! What rendering costs. Nothing is asserted about time: the numbers are printed when `RUNPROOF_MEASURE` is set.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::model::handbook::{Handbook, JudgedEdition, JudgedRelease, JudgedRunbook, Product};
use crate::site::file::File;
use crate::site::render;
use crate::site::sample::{self, Texts, commit, judged};

/// A handbook of so many editions with so many runbooks, of which every edition changes five.
pub(super) fn generated(editions: usize, runbooks: usize) -> Handbook {
    let texts = Texts::default();
    let mut current: Vec<JudgedRunbook> = (0..runbooks).map(|number| generated_runbook(&texts, number, 0)).collect();
    let mut all: Vec<JudgedEdition> = Vec::new();
    for edition in 0..editions {
        if edition > 0 {
            for change in 0..5 {
                let number = (edition * 7 + change * 13) % runbooks;
                current[number] = generated_runbook(&texts, number, edition);
            }
        }
        let version = if edition + 1 == editions {
            "next".to_owned()
        } else {
            format!("v1.{edition}.0")
        };
        all.push(JudgedEdition {
            id: version.clone(),
            version,
            commit: Some(commit(edition as u32, "2026-11-17T08:55:00+00:00", "Prepare")),
            release: (edition + 1 < editions).then(|| editions - 2 - edition),
            runbooks: current.clone(),
            attachments: std::collections::BTreeMap::new(),
            key: None,
        });
    }
    all.reverse();
    let template = sample::single();
    let releases: Vec<JudgedRelease> = all
        .iter()
        .enumerate()
        .skip(1)
        .map(|(index, edition)| {
            let mut release = template.products[0].releases[1].clone();
            release.release.version.clone_from(&edition.version);
            release.release.slug.clone_from(&edition.version);
            release.release.evidence.clear();
            release.components = None;
            release.edition = Some(index);
            release
        })
        .collect();
    let product = Product {
        editions: all,
        releases,
        ..template.products[0].clone()
    };
    Handbook {
        products: vec![product],
        ..template
    }
}

/// A text of about 4.4 kB: headings, nested lists, a table, two shell blocks and one of YAML, a task list, an alert, three links.
fn generated_runbook(texts: &Texts, number: usize, revision: usize) -> JudgedRunbook {
    let words =
        "Look at the dashboard of the service before anything else, and write down what you see in the log of the shift. ";
    let paragraph = words.repeat(4);
    let next = (number + 1) % 1_000;
    let text = format!(
        "# Operate service {number}, revision {revision}\n\n**Owner:** Platform\n\n{paragraph}\n\n> [!WARNING]\n> Ask before you drain \
         it.\n\n## Before\n\n- [ ] The backup is under 24 hours old\n- [ ] Nobody else is releasing\n- [ ] See [the next \
         one](service-{next}.md#steps)\n\n## Steps\n\n1. Look at the queue\n\n   ```sh\n   make queue-{number}\n   ./scripts/queue.sh --top \
         20\n   ```\n2. Drain it\n   1. first the worker\n   2. then the scheduler\n3. Say so in the [channel](https://example.org/c/{number}) \
         and read `docs/limits.md`\n\n{paragraph}\n\n## Checks\n\n| Signal | Where | Limit |\n|---|---|--:|\n| Error rate | `dashboards/{number}` \
         | 1 % |\n| Depth | `dashboards/queue` | 500 |\n| Latency | `dashboards/latency` | 350 ms |\n\nChecks at T+0, T+15m and \
         T+60m.\n\n{paragraph}\n\n## When to roll back\n\n- The error rate is above 1% twice\n- Nobody answers\n\n## Rollback\n\n1. Check out the \
         last good tag\n\n   ```sh\n   git checkout <good-tag>\n   docker compose up -d api worker\n   ```\n2. Read [the \
         notes](../README.md)\n\n```yaml\nservice: {number}\nreplicas: 3\n```\n\n{paragraph}\n\n### Notes\n\n{paragraph}\n"
    );
    judged(
        texts,
        &format!("runbooks/service-{number}.md"),
        &format!("service-{number}"),
        &text,
    )
}

#[test]
fn the_cost_of_a_page_is_printed() {
    if std::env::var_os("RUNPROOF_MEASURE").is_none() {
        println!("skipped: RUNPROOF_MEASURE is not set");
        return;
    }
    for (editions, runbooks) in [(1, 1_000), (1, 100), (20, 100), (100, 100), (1, 10_000)] {
        let handbook = generated(editions, runbooks);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .expect("a thread can be had");
        let bytes = AtomicU64::new(0);
        let sink = |file: File| {
            bytes.fetch_add(file.bytes.len() as u64, Ordering::Relaxed);
        };
        let start = Instant::now();
        let rendered = pool
            .install(|| render(&handbook, &sink))
            .expect("the handbook has no clashes");
        let spent = start.elapsed();
        println!(
            "{editions} editions of {runbooks} runbooks: {} pages, {} texts, {} files, {} MB in {:.3} s of one thread, {:.0} µs a page",
            rendered.pages,
            rendered.texts,
            rendered.files,
            bytes.load(Ordering::Relaxed) / 1_000_000,
            spent.as_secs_f64(),
            spent.as_secs_f64() * 1e6 / rendered.pages as f64,
        );
    }
}
