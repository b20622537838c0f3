#!/usr/bin/env python3
"""Asks many repositories at once: writes REPOSITORIES folders with RELEASES releases in all, exports each of them with the program, and lets
DuckDB (`pip install duckdb`) say which of them ship a component.

    python3 benches/fleet.py target/release/runproof FOLDER [REPOSITORIES] [RELEASES] [parquet|ndjson]

Prints seconds of CPU and of the clock, and the bytes of the tables. The folder is made, and nothing in it is removed.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys
import time


def bill(repository, release, components=40):
    """A bill of materials whose components move with the releases."""
    names = [f"part-{(repository * 7 + at) % 400}" for at in range(components)]
    if repository % 10 == 3:
        names.append("log4j-core")
    listed = [
        {"type": "library", "name": name, "version": f"2.{(release + at) // 9}.{at % 3}", "purl": f"pkg:maven/org.example/{name}@2.{(release + at) // 9}.{at % 3}",
         "bom-ref": name, "licenses": [{"license": {"id": "Apache-2.0"}}]}
        for at, name in enumerate(names)
    ]
    edges = [{"ref": "app", "dependsOn": names[:5]}] + [{"ref": name, "dependsOn": names[at * 3 + 5 : at * 3 + 8]} for at, name in enumerate(names)]
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "metadata": {"component": {"type": "application", "bom-ref": "app", "name": f"app-{repository}"}},
            "components": listed, "dependencies": edges}


def write(folder, repositories, releases):
    for repository in range(repositories):
        base = folder / "src" / f"repository-{repository:03}"
        if base.exists():
            continue
        (base / "docs/runbooks").mkdir(parents=True)
        (base / "docs/runbooks/release.md").write_text("# Release\n\n1. Run `make release`\n")
        own = releases // repositories + (repository < releases % repositories)
        for release in range(own):
            at = base / f"releases/v1.{release}.0/evidence"
            (at / "sbom").mkdir(parents=True)
            (at / "scan").mkdir()
            (at / "sbom/app.cdx.json").write_text(json.dumps(bill(repository, release)))
            found = [{"VulnerabilityID": "CVE-2021-44228", "PkgName": "log4j-core", "InstalledVersion": "2.0.0", "Severity": "CRITICAL"}] if repository % 10 == 3 and release % 5 else []
            (at / "scan/trivy.json").write_text(json.dumps({"SchemaVersion": 2, "ArtifactName": "app", "Results": [{"Target": "app", "Class": "lang-pkgs", "Vulnerabilities": found}]}))


def main():
    program, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    repositories, releases = (int(text) for text in (sys.argv[3:5] + ["300", "20000"][len(sys.argv[3:5]) :]))
    form = sys.argv[5] if len(sys.argv) > 5 else "parquet"
    begin = time.time()
    write(folder, repositories, releases)
    print(f"written: {time.time() - begin:.0f} s")
    begin, used = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for source in sorted((folder / "src").iterdir()):
        subprocess.run([program, "export", "--quiet", "--no-cache", "--today", "2026-11-28", "--format", form, "--repo", source, "--out", folder / "lake" / source.name], check=True)
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    size = sum(path.stat().st_size for path in (folder / "lake").rglob(f"*.{form}"))
    print(f"exported {repositories} repositories: {cpu:.1f} s of CPU, {time.time() - begin:.1f} s, {size / 1e6:.1f} MB of {form}, {now.ru_maxrss / 1024:.0f} MB of memory at most")
    try:
        import duckdb
    except ImportError:
        print("skipped: duckdb is not installed")
        return
    for words, query in [
        ("releases", f"select count(*) from '{folder}/lake/*/releases.{form}'"),
        ("components", f"select count(*) from '{folder}/lake/*/components.{form}'"),
        ("repositories that ship log4j-core", f"select count(distinct repository) from '{folder}/lake/*/components.{form}' where name like '%log4j-core'"),
        ("newest release of those with CVE-2021-44228 open", f"select count(*) from (select repository, max(release) from '{folder}/lake/*/advisories.{form}' where advisory = 'CVE-2021-44228' and standing = 'open' group by repository)"),
    ]:
        begin = time.process_time()
        clock = time.time()
        answer = duckdb.sql(query).fetchall()[0][0]
        print(f"{words}: {answer}, {time.process_time() - begin:.2f} s of CPU, {time.time() - clock:.2f} s")


if __name__ == "__main__":
    main()
