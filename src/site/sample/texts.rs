//! Texts of the sample runbooks.

/// How to release, as it is today.
pub(crate) const RELEASE: &str = r#"# Release process

**Owner:** Platform

Ships one tagged version of the API, the worker and the scheduler to production. One person drives; a second one approves before step 4.

- Role: Release driver, runs every step and keeps the log
- Role: Reviewer, approves before the rollout

> [!WARNING]
> Do not release while an incident is open. See [Handle an incident](incident.md#who-decides).

## Before you release

- [ ] CI is green on `main`, including the secrets scan
- [ ] The last backup is under 24 hours old, see [Restore the database](restore.md)
- [ ] The [rollback](#rollback) was read by both people
- [x] Release notes cover **behaviour**, migrations and rollback risk

## Steps

1. Start from a clean, current main branch

   ```sh
   git switch main
   git pull --ff-only
   git status --short
   ```

   Expect no output from the last command.
2. Run the quality gates

   ```sh
   make check
   make test
   ```
3. Run the evaluation gate if prompts or models changed

   ```sh
   make audit-eval
   ```
4. Wait for the release workflow `.github/workflows/release.yml`:
1. `lint`
2. `test`
3. `build`
5. Tag the release commit

   ```sh
   git tag -a vX.Y.Z -m "Release vX.Y.Z"
   git push origin vX.Y.Z
   ```
6. Roll out, one service after the other
   1. the API
   2. the worker
   3. the scheduler

   ```sh
   cd deploy/production
   docker compose up -d api worker beat
   ```

## Checks after deploy

Repeat the checks at T+0, T+15m, T+30m, T+60m and T+120m.

- T+0: health endpoint answers 200
- T+15m: error rate
- T+60m: cost per job

```console
$ curl -sSf http://localhost:8000/health
{"status":"ok"}
$ make smoke
12 passed
```

| Signal | Where | Limit |
|:-------|:-----:|------:|
| Error rate | `dashboards/api` | 1 % |
| Queue depth | `dashboards/queue` | 500 |
| Latency, 95th percentile | ~~old board~~ [board](https://example.org/board?id=1&x=2) | 350 ms |

### What good looks like

Every line of the table is below its limit for two checks in a row[^1].

[^1]: The limits were set after the incident of March, see `docs/limits.md`.

## When to roll back

Roll back as soon as one of these holds:

- The error rate is above 1% for two checks in a row
- The latency stays high
- A migration breaks an API path

## Rollback

1. Check out the last good tag

   ```sh
   git checkout <good-tag-or-commit>
   ```
2. Rebuild and redeploy

   ```sh
   docker compose build api worker
   docker compose up -d api worker beat
   ```
3. Tell the [service desk](mailto:desk@example.org), and read [the deployment notes](../docs/DEPLOYMENT.md#undo)

---

Use `<good-tag>` in words as well: <good-tag> stays visible. ![Overview](img/overview.png) ![Badge](https://img.example.org/badge.svg)

<!-- A note for editors that no reader needs. -->
"#;

/// The release runbook of v1.8.1 had fewer steps.
pub(crate) fn older_release() -> String {
    RELEASE
        .replace(
            "3. Run the evaluation gate if prompts or models changed\n\n   ```sh\n   make audit-eval\n   ```\n4. Wait",
            "3. Wait",
        )
        .replace("5. Tag the release", "4. Tag the release")
        .replace("6. Roll out, one service after the other", "5. Roll out")
}

/// How to restore.
pub(crate) const RESTORE: &str = r"# Restore the database

**Owner:** Data

Brings the database back from the nightly copy. Practised every month.

## Procedure

1. Find the newest copy below `backups/`
2. Load it

   ```sh
   ./scripts/restore.sh backups/YYYY-MM-DD.dump
   ```
3. Count the rows of the core tables

## Verify

| Table | At least |
|---|--:|
| users | 10,000 |
| orders | 250,000 |
";

/// How to rotate secrets: a fresh runbook.
pub(crate) const ROTATE: &str = r"# Rotate the signing keys

**Owner:** Platform

## Procedure

1. Make a new key

   ```sh
   make new-key
   ```
2. Roll it out, wait one hour, and remove the old one
";

/// What to do in an incident; new in v1.8.0.
pub(crate) const INCIDENT: &str = r"# Handle an incident

Somebody was paged. Read this first.

## Who decides

The person on call decides, until somebody takes over in words.

## Steps

1. Acknowledge the page
2. If a release went out in the last hour, [roll back](release.md#rollback)
3. Write down what you see

   ```powershell
   Get-Content .\log.txt -Tail 20
   ```

   ```yaml
   severity: high
   ```
";

/// No date, no owner, no steps; raw HTML and odd characters.
pub(crate) const HANDOVER: &str = "# Hand over\n\nWhat the next person must know.<br>Ask twice.\n\n<details><summary>More</summary>\n\nHidden \
                                   elsewhere, shown here.\n\n</details>\n\n<a id=\"late\"></a>\n\n## Late shift\n\nSee [above](#late) and \
                                   [nowhere](#nothing).\n\n```sh\ncu\u{200b}rl https://example.org/x\n```\n\n#### Deep down\n\nA level was left \
                                   out.\n\n# Another part\n\nA second heading of the first level.\n";
